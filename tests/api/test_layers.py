"""Layers through the API: named, commented, removed with a way back, compared."""

from __future__ import annotations

import pytest

from armarius.models import LineText, Transcription
from tests.api.conftest import ApiClient
from tests.api.world import World, build


@pytest.fixture
def world(db) -> World:
    return build()


@pytest.fixture
def owner(world) -> ApiClient:
    return ApiClient(world.tokens["owner"])


def test_a_removed_layer_frees_its_name_and_comes_back(world, owner):
    home = f"/documents/{world.document.pk}/layers"
    name = world.layer.name

    assert owner("DELETE", f"/layers/{world.layer.pk}").status_code == 204
    assert owner("GET", home).json()["count"] == 0
    assert owner("GET", f"{home}?removed=true").json()["items"][0]["texts"] == 3
    second = owner("POST", home, {"name": name}).json()

    refused = owner("POST", f"/layers/{world.layer.pk}/restore")
    assert refused.status_code == 422
    owner("PATCH", f"/layers/{second['id']}", {"name": "other", "comment": "of Bob’s"})
    assert owner("POST", f"/layers/{world.layer.pk}/restore").status_code == 200
    assert [one["name"] for one in owner("GET", home).json()["items"]] == [name, "other"]


def test_texts_of_a_removed_layer_are_out_of_sight_everywhere(world, owner):
    owner("DELETE", f"/layers/{world.layer.pk}")

    assert owner("GET", "/search?q=text").json()["count"] == 0
    page = owner("GET", f"/pages/{world.page.pk}").json()
    assert (page["layers"], page["texts"]) == ([], [])


def test_two_layers_are_compared_per_page_and_line(world, owner):
    other = Transcription.objects.create(document=world.document, name="reading")
    first, second, third = LineText.objects.filter(transcription=world.layer).order_by("line")
    LineText.objects.create(line=first.line, transcription=other, content=first.content)
    LineText.objects.create(
        line=second.line, transcription=other, content=second.content.replace("text", "test")
    )
    query = f"reference={world.layer.pk}&other={other.pk}"

    (row,) = owner("GET", f"/documents/{world.document.pk}/compare?{query}").json()["pages"]
    lines = owner("GET", f"/pages/{world.page.pk}/compare?{query}").json()["lines"]

    # “MARK-7f3a text” has 14 characters: one of 14 is wrong in the second, all of the third are missing.
    assert (row["lines"], row["lines_equal"], row["characters"], row["errors"]) == (
        3,
        1,
        42,
        15,
    )
    assert row["cer"] == pytest.approx(15 / 42)
    assert [line["line"] for line in lines] == [second.line_id, third.line_id]
    assert [line["other"] for line in lines] == [second.content.replace("text", "test"), ""]


def test_a_layer_of_another_document_is_not_compared(world, owner):
    other = owner("POST", f"/projects/{world.project.pk}/documents", {"name": "x"}).json()["id"]
    foreign = Transcription.objects.create(document_id=other, name="foreign")
    query = f"reference={world.layer.pk}&other={foreign.pk}"

    assert owner("GET", f"/documents/{world.document.pk}/compare?{query}").status_code == 404
