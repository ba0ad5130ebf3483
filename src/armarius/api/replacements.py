"""Find and replace over pages, documents and projects."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from django.db.models import F
from django.http import HttpResponse
from ninja import Query, Router, Schema
from pydantic import Field

from armarius.api.answers import Id, Listed, Number, Window, direct, listed
from armarius.api.auth import Request
from armarius.errors import Forbidden
from armarius.models import Project, Replacement, Role
from armarius.ops import replacing, sharing

router = Router()
Text = Annotated[str, Field(max_length=2000)]


class Asked(Schema):
    r"""What to replace by what, and where.

    `mode`: the letters (`plain`), a whole `word`, or a `regex` (of Python's library of that name; \1
    and \g<name> in `replace` are its groups). Without `document` and `pages` the whole project, for
    which you must be manager. `skip` are ids of texts, from the preview, that are to stay.
    """

    find: Annotated[str, Field(min_length=1, max_length=2000)]
    replace: Text = ""
    mode: replacing.Mode = "plain"
    case: bool = True
    document: Number | None = None
    pages: Annotated[list[Number], Field(min_length=1, max_length=5000)] | None = None
    layer: Number | None = None
    layer_name: Annotated[str, Field(max_length=200)] = ""
    skip: Annotated[list[Number], Field(max_length=replacing.MOST)] = []


class Place(Schema):
    """A text and where it is; `after` is what it would be."""

    text: int
    line: int
    layer: int
    layer_name: str
    page: int
    page_name: str
    position: int
    document: int
    document_name: str
    checked: bool
    before: str
    after: str | None = None


class Preview(Schema):
    """How often it was found, in how many texts, and the first 500 of them."""

    matches: int
    texts: int
    items: list[Place]


class Replaced(Schema):
    """What was done; `left` texts were changed by somebody at the same moment."""

    id: int
    matches: int
    texts: int
    left: int


class Undone(Schema):
    """How many texts have their earlier content again, and those that were changed since."""

    texts: int
    left: int
    items: list[Place]


class ReplacementRow(Schema):
    """An act of find and replace."""

    id: int
    author: str | None
    find: str
    replace: str
    mode: str
    texts: int
    created_at: datetime
    undone_at: datetime | None


@router.post("/projects/{project_id}/replacements/preview", response=Preview)
def preview(request: Request, project_id: Id, given: Asked) -> HttpResponse:
    """What a replacement would do; nothing is changed."""
    project = _project(request, project_id, given)
    return direct(replacing.preview(project, replacing.Question(**given.dict())))


@router.post("/projects/{project_id}/replacements", response={201: Replaced})
def replace(request: Request, project_id: Id, given: Asked) -> HttpResponse:
    """Replace, as one act; every changed text gets a new version."""
    project = _project(request, project_id, given)
    question = replacing.Question(**given.dict())
    done = replacing.replace(project, question, by=request.user)
    row = {"id": done.id, "matches": done.matches, "texts": done.texts, "left": done.left}
    return direct(row, 201)


@router.get("/projects/{project_id}/replacements", response=Listed[ReplacementRow])
def list_replacements(request: Request, project_id: Id, window: Query[Window]) -> HttpResponse:
    """What was replaced in the project, the last act first."""
    project = sharing.project_of(request.user, project_id)
    rows = Replacement.objects.filter(project=project).values(
        "id", "asked", "texts", "created_at", "undone_at", name=F("author__username")
    )
    return direct(listed(rows, window, _row))


@router.post("/replacements/{replacement_id}/undo", response=Undone)
def undo(request: Request, replacement_id: Id) -> HttpResponse:
    """Give the texts their earlier content, but for those that were changed since.

    One's own, or as manager anybody's.
    """
    act = sharing.replacement_of(request.user, replacement_id, Role.TRANSCRIBER)
    if act.author_id != request.user.pk and not sharing.at_least(act, Role.MANAGER):
        raise Forbidden("This replacement is somebody else's. Ask a manager to undo it.")
    return direct(replacing.undo(act, by=request.user))


def _project(request: Request, project_id: int, given: Asked) -> Project:
    whole = given.document is None and given.pages is None
    needed = Role.MANAGER if whole else Role.TRANSCRIBER
    return sharing.project_of(request.user, project_id, needed)


def _row(row: dict[str, Any]) -> dict[str, Any]:
    asked = row.pop("asked")
    said = {name: asked.get(name, "") for name in ("find", "replace", "mode")}
    return row | said | {"texts": len(row["texts"]), "author": row.pop("name")}
