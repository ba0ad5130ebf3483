"""Models through the API: cards, shares and their end, deleting with a way back."""

from __future__ import annotations

import pytest

from tests.api.conftest import ApiClient
from tests.api.world import World, build


@pytest.fixture
def world(db) -> World:
    return build()


@pytest.fixture
def ask(world):
    def as_(person: str, *request):
        return ApiClient(world.tokens[person])(*request)

    return as_


def test_a_shared_model_is_seen_until_the_share_ends(world, ask):
    path, stranger = f"/models/{world.model.pk}", world.people["stranger"].username
    assert ask("stranger", "GET", path).status_code == 404

    share = ask("owner", "POST", f"{path}/shares", {"username": stranger}).json()["id"]
    seen = ask("stranger", "GET", path).json()
    assert (seen["id"], seen["manages"]) == (world.model.pk, False)
    assert b"".join(ask("stranger", "GET", f"{path}/file").streaming_content)
    assert ask("stranger", "DELETE", path).status_code == 403
    assert ask("stranger", "GET", f"{path}/shares").status_code == 403

    ask("owner", "DELETE", f"{path}/shares/{share}")
    assert ask("stranger", "GET", path).status_code == 404


def test_a_model_shared_with_a_project_is_everybodys_there(world, ask):
    other = ask("stranger", "POST", "/projects", {"name": "theirs"}).json()["id"]
    ask("administrator", "POST", f"/models/{world.model.pk}/shares", {"project": other})

    assert world.model.pk in [
        one["id"] for one in ask("stranger", "GET", "/models").json()["items"]
    ]


def test_a_public_model_is_found_by_what_is_said_of_it(world, ask):
    card = {"script": "Latn", "century": "12", "licence": "CC-BY", "language": "Old French"}
    body = {"card": card, "public": True, "name": "Chansonniers"}
    assert ask("manager", "PATCH", f"/models/{world.model.pk}", body).status_code == 200

    found = ask("stranger", "GET", "/models?q=old%20french").json()["items"]

    assert [one["name"] for one in found] == ["Chansonniers"]
    assert found[0]["card"]["century"] == "12"


def test_a_deleted_model_comes_back(world, ask):
    path = f"/models/{world.model.pk}"
    ask("manager", "DELETE", path)
    assert ask("owner", "GET", path).status_code == 404
    assert ask("reader", "GET", "/models?removed=true").json()["count"] == 0
    assert ask("manager", "GET", "/models?removed=true").json()["count"] == 1

    ask("manager", "POST", f"{path}/restore")
    assert ask("owner", "GET", path).status_code == 200
