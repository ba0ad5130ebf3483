"""Tags for projects, which each person has for themselves."""

from __future__ import annotations

import pytest

from armarius.models import Membership, Project, ProjectTag, Role
from armarius.ops import tagging
from tests.api.conftest import ApiClient
from tests.api.world import World, build


@pytest.fixture
def world(db) -> World:
    return build()


@pytest.fixture
def owner(world) -> ApiClient:
    return ApiClient(world.tokens["owner"])


@pytest.fixture
def reader(world) -> ApiClient:
    return ApiClient(world.tokens["reader"])


def make(client, name):
    return client("POST", "/me/project-tags", {"name": name}).json()["id"]


def put(client, project, add=(), take=()):
    body = {"add": list(add), "take": list(take)}
    return client("POST", f"/projects/{project}/own-tags", body).status_code


def test_projects_are_found_by_any_all_or_none_of_ones_own_tags(world, owner):
    ids = {
        name: owner("POST", "/projects", {"name": name}).json()["id"]
        for name in ("both", "one", "bare")
    }
    a, b = make(owner, "a"), make(owner, "b")
    assert put(owner, ids["both"], [a, b]) == put(owner, ids["one"], [a]) == 204

    def found(match, *tags):
        query = f"?match={match}&tags={','.join(map(str, tags))}"
        return {one["name"] for one in owner("GET", f"/projects{query}").json()["items"]}

    assert found("any", a, b) == {"both", "one"}
    assert found("all", a, b) == {"both"}
    assert found("none", b) == {"one", "bare", world.project.name}
    assert found("none") == {"bare"}


def test_nobody_sees_or_uses_the_tags_of_another(world, owner, reader):
    home, own = world.project.pk, world.own_tag.pk

    (seen,) = reader("GET", "/projects").json()["items"]
    assert seen["tags"] == []
    assert owner("GET", f"/projects/{home}").json()["tags"] == [
        {"id": own, "name": world.own_tag.name, "colour": "#0072b2"}
    ]
    assert reader("GET", f"/projects?tags={own}").json()["count"] == 0
    assert reader("GET", "/projects?match=none").json()["count"] == 1
    assert put(reader, home, [own]) == put(reader, home, take=[own]) == 404
    assert reader("GET", "/me/project-tags").json()["count"] == 0
    assert owner("GET", f"/projects?tags={own}").json()["count"] == 1


def test_readers_and_guests_tag_what_they_see_and_the_name_may_be_anothers(world, reader):
    guest = ApiClient(world.tokens["stranger"])
    world.document.shares.create(user=world.people["stranger"], role=Role.READER)

    for client in (reader, guest):
        tag = make(client, world.own_tag.name)
        assert put(client, world.project.pk, [tag]) == 204
        (seen,) = client("GET", f"/projects?tags={tag}").json()["items"]
        assert [x["id"] for x in seen["tags"]] == [tag]


def test_a_tag_is_renamed_and_taken_from_everything(world, owner):
    own = f"/me/project-tags/{world.own_tag.pk}"
    other = make(owner, "other")

    answer = owner("PATCH", own, {"name": "urgent", "colour": "#d55e00"})
    taken = owner("PATCH", f"/me/project-tags/{other}", {"name": "urgent"})

    assert (answer.json()["name"], answer.json()["colour"]) == ("urgent", "#d55e00")
    assert taken.status_code == 422
    assert "There is already a tag “urgent”" in taken.json()["detail"]
    assert owner("DELETE", own).status_code == 204
    assert owner("GET", f"/projects/{world.project.pk}").json()["tags"] == []


def test_a_tag_counts_only_projects_that_one_still_sees(world, reader):
    tag = make(reader, "mine")
    put(reader, world.project.pk, [tag])
    assert reader("GET", "/me/project-tags").json()["items"][0]["projects"] == 1

    Membership.objects.filter(user=world.people["reader"]).delete()

    assert reader("GET", "/me/project-tags").json()["items"][0]["projects"] == 0
    assert put(reader, world.project.pk, take=[tag]) == 404


def test_a_person_has_so_many_tags_and_no_more(world, owner, monkeypatch):
    monkeypatch.setattr(tagging, "PER_PERSON", 2)
    make(owner, "second")

    answer = owner("POST", "/me/project-tags", {"name": "third"})

    assert answer.status_code == 422
    assert "Delete some first" in answer.json()["detail"]


def test_the_list_costs_the_same_with_many_tags(world, owner, django_assert_max_num_queries):
    for n in range(20):
        project = Project.objects.create(name=f"p{n}")
        Membership.objects.create(project=project, user=world.people["owner"], role=Role.OWNER)
        tag = ProjectTag.objects.create(user=world.people["owner"], name=f"t{n}")
        tag.tagged.create(project=project)

    owner("GET", "/projects")  # notes the use of the token

    with django_assert_max_num_queries(4):
        items = owner("GET", "/projects").json()["items"]
    assert len(items) == 21
    assert all(len(one["tags"]) == 1 for one in items)
