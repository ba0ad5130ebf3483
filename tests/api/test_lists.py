"""Every list comes in pieces, and costs the same number of queries for 1 row and for 20.

The lists are found in the OpenAPI document; one without a row here fails.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from armarius import models
from armarius.api import api
from armarius.models import Role, User
from armarius.ops import accounts
from tests.api.conftest import ApiClient
from tests.api.world import World, build


def _users(count: int) -> list[User]:
    return [User.objects.create(username=uuid.uuid4().hex) for _ in range(count)]


def projects(world: World, count: int) -> None:
    for _ in range(count):
        project = models.Project.objects.create(name="x")
        models.Membership.objects.create(
            project=project, user=world.people["owner"], role=Role.OWNER
        )
        models.Document.objects.create(project=project, name="x")


def tokens(world: World, count: int) -> None:
    for _ in range(count):
        accounts.create_token(world.people["owner"], "x")


def users(world: World, count: int) -> None:
    _users(count)


def members(world: World, count: int) -> None:
    for user in _users(count):
        models.Membership.objects.create(project=world.project, user=user, role=Role.READER)


def types(world: World, count: int) -> None:
    for _ in range(count):
        world.project.types.create(kind="line", name=uuid.uuid4().hex)


def documents(world: World, count: int) -> None:
    for _ in range(count):
        document = models.Document.objects.create(project=world.project, name="x")
        models.Page.objects.create(
            document=document, position=0, name="x", image=world.page.image
        )


def pages(world: World, count: int) -> None:
    there = world.document.pages.count()
    for i in range(there, there + count):
        models.Page.objects.create(
            document=world.document, position=i, name="x", image=world.page.image
        )


def layers(world: World, count: int) -> None:
    for _ in range(count):
        world.document.transcriptions.create(name=uuid.uuid4().hex)


def snapshots(world: World, count: int) -> None:
    for user in _users(count):
        world.page.snapshots.create(reason="x", author=user, tree={})


def comments(world: World, count: int) -> None:
    for user in _users(count):
        world.line.comments.create(text="x", author=user, resolved_by=user)


def taxonomies(world: World, count: int) -> None:
    for _ in range(count):
        world.project.taxonomies.create(name=uuid.uuid4().hex, marker="bold", colour="#000000")


def page_annotations(world: World, count: int) -> None:
    taxonomy = world.annotation.taxonomy
    for user in _users(count):
        world.page.annotations.create(
            taxonomy=taxonomy, polygon=[[0, 0], [9, 0], [9, 9]], author=user
        )


def history(world: World, count: int) -> None:
    text = models.LineText.objects.get(line=world.line)
    there = text.versions.count()
    for i, user in enumerate(_users(count), there + 1):
        text.versions.create(version=i, content="x", author=user)


def found_lines(world: World, count: int) -> None:
    for i in range(count):
        line = models.Line.objects.create(
            page=world.page, key=uuid.uuid4().hex, position=100 + i
        )
        models.LineText.objects.create(
            line=line, transcription=world.layer, content="gallia est"
        )


def exports(world: World, count: int) -> None:
    for _ in range(count):
        models.Handout.objects.create(
            document=world.document,
            user=world.people["owner"],
            key=uuid.uuid4().hex[:32],
            wanted=world.handout.wanted,
            pages=1,
            expires_at=timezone.now() + timedelta(days=1),
        )


def uploads(world: World, count: int) -> None:
    for _ in range(count):
        world.upload("owner")


def jobs(world: World, count: int) -> None:
    for user in _users(count):
        models.Job.objects.create(
            kind="export", project=world.project, document=world.document, owner=user,
            title="x", lane="io", ended_at=timezone.now(), state="done",
        )  # fmt: skip


def items(world: World, count: int) -> None:
    there = world.job.items.count()
    for i in range(there, there + count):
        world.job.items.create(position=i, name="x", page=world.page)


def atr_models(world: World, count: int) -> None:
    for user in _users(count):
        models.AtrModel.objects.create(
            project=world.project, owner=user, name="x", kind="recognition"
        )


def tags(world: World, count: int) -> None:
    for _ in range(count):
        world.project.tags.create(name=uuid.uuid4().hex)


def own_tags(world: World, count: int) -> None:
    for _ in range(count):
        tag = world.people["owner"].project_tags.create(name=uuid.uuid4().hex)
        models.TaggedProject.objects.create(project=world.project, tag=tag)


def shares(world: World, count: int) -> None:
    for user in _users(count):
        world.model.shares.create(user=user)


def teams(world: World, count: int) -> None:
    for _ in range(count):
        team = models.Team.objects.create(name="x", owner=world.people["owner"])
        team.people.add(world.people["owner"])


def team_people(world: World, count: int) -> None:
    world.team.people.add(*_users(count))


def document_shares(world: World, count: int) -> None:
    for user in _users(count):
        models.DocumentShare.objects.create(
            document=world.document, user=user, role=Role.READER
        )


def invitations(world: World, count: int) -> None:
    for _ in range(count):
        models.Invitation.objects.create(
            sha256=uuid.uuid4().hex,
            invited_by=world.people["owner"],
            expires_at=timezone.now() + timedelta(days=1),
        )


def notices(world: World, count: int) -> None:
    for _ in range(count):
        models.Notice.objects.create(user=world.people["owner"], kind="shared")


def sessions(world: World, count: int) -> None:
    for _ in range(count):
        models.BrowserSession.objects.create(
            user=world.people["owner"], key=uuid.uuid4().hex, agent="x"
        )


def replacements(world: World, count: int) -> None:
    for user in _users(count):
        world.project.replacements.create(author=user, asked={"find": "x"})


GROW: dict[str, Callable[[World, int], None]] = {
    "/tokens": tokens,
    "/users": users,
    "/projects": projects,
    "/projects/{project_id}/members": members,
    "/projects/{project_id}/types": types,
    "/projects/{project_id}/documents": documents,
    "/documents/{document_id}/pages": pages,
    "/documents/{document_id}/layers": layers,
    "/pages/{page_id}/snapshots": snapshots,
    "/projects/{project_id}/taxonomies": taxonomies,
    "/pages/{page_id}/annotations": page_annotations,
    "/pages/{page_id}/comments": comments,
    "/lines/{line_id}/history": history,
    "/search": found_lines,
    "/exports": exports,
    "/uploads": uploads,
    "/usage": users,
    "/jobs": jobs,
    "/jobs/{job_id}/items": items,
    "/models": atr_models,
    "/models/{model_id}/shares": shares,
    "/projects/{project_id}/tags": tags,
    "/projects/{project_id}/replacements": replacements,
    "/documents/{document_id}/shares": document_shares,
    "/teams": teams,
    "/teams/{team_id}/people": team_people,
    "/invitations": invitations,
    "/me/notices": notices,
    "/me/project-tags": own_tags,
    "/me/sessions": sessions,
}
WHOLE = {"/settings"}  # as many as there are settings, and no row of the database


def lists() -> list[str]:
    """The paths of all lists: what answers with `items` and `count`."""
    document = api.get_openapi_schema()
    found = []
    for path, operations in document["paths"].items():
        answer = operations.get("get", {}).get("responses", {}).get(200, {})
        content = answer.get("content", {}).get("application/json", {}).get("schema", {})
        shape = document["components"]["schemas"].get(
            content.get("$ref", "").split("/")[-1], {}
        )
        if {"items", "count"} <= shape.get("properties", {}).keys():
            found.append(path.removeprefix("/api"))
    return found


def test_every_list_has_a_row_and_every_row_a_list():
    assert set(lists()) == set(GROW) | WHOLE


@pytest.fixture
def world(db):
    return build()


@pytest.fixture
def ask(world):
    """Ask for a list as the owner, or as the administrator where only they may."""

    def get(path, query=""):
        person = "administrator" if path in ("/users", "/usage") else "owner"
        full = path.format(**world.ids()) + (query or "?")
        full += f"&layer={world.layer.pk}" if path.endswith("history") else ""
        full += "&q=gallia" if path == "/search" else ""
        return ApiClient(world.tokens[person]).get(full)

    return get


@pytest.mark.parametrize("path", GROW)
def test_twenty_rows_cost_as_many_queries_as_one(world, ask, path):
    ask(path)  # notes the use of the token
    GROW[path](world, 1)
    with CaptureQueriesContext(connection) as few:
        assert ask(path).status_code == 200

    GROW[path](world, 19)
    with CaptureQueriesContext(connection) as many:
        answer = ask(path)

    assert answer.json()["count"] >= 20
    assert len(many) == len(few)


@pytest.mark.parametrize("path", GROW)
def test_a_list_comes_in_pieces(world, ask, path):
    GROW[path](world, 6)

    whole = ask(path).json()
    first = ask(path, "?limit=4").json()
    second = ask(path, "?limit=4&offset=4").json()

    assert first["items"] + second["items"] == whole["items"][:8]
    assert first["count"] == second["count"] == whole["count"] == len(whole["items"])
    assert ask(path, "?offset=-1").status_code == 422
    assert ask(path, "?limit=501").status_code == 422
