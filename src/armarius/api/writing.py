"""How people write: a person's preferences, a project's conventions, characters by their names."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from django.http import HttpResponse
from ninja import Body, Query, Router, Schema
from pydantic import Field, JsonValue

from armarius.api.answers import Id, direct
from armarius.api.auth import Request
from armarius.models import Role, Writing
from armarius.ops import preferences, sharing, writing

router = Router()


class Glyph(Schema):
    """A character, or a few, to be written by a key; `name` is shown beside it."""

    text: Annotated[str, Field(min_length=1, max_length=64)]
    name: Annotated[str, Field(max_length=200)] = ""


class WritingOut(Schema):
    """The conventions of a project; `version` is 0 where nobody has set any."""

    normal_form: str
    doubtful: float
    glyphs: list[Glyph]
    version: int


class WritingChange(Schema):
    """New conventions, and the version that they are based on; what is left out stays."""

    version: Annotated[int, Field(ge=0, le=2**31 - 2)]
    normal_form: Literal["NFC", "NFD", "none"] | None = None
    doubtful: Annotated[float, Field(ge=0, le=1)] | None = None
    glyphs: Annotated[list[Glyph], Field(max_length=writing.MOST_GLYPHS)] | None = None


class Named(Schema):
    """Words of a character's Unicode name, or its code point."""

    q: Annotated[str, Field(min_length=1, max_length=100)]


class Glyphs(Schema):
    """Characters that were found."""

    items: list[Glyph]


@router.get("/me/preferences", response=dict[str, JsonValue])
def get_preferences(request: Request) -> HttpResponse:
    """What you have set up for the web application."""
    return direct(preferences.read(request.user))


@router.patch("/me/preferences", response=dict[str, JsonValue])
def change_preferences(request: Request, given: Body[dict[str, JsonValue]]) -> HttpResponse:
    """Set the named values and keep the others; null takes one away. Answers with all."""
    return direct(preferences.change(request.user, given))


@router.get("/projects/{project_id}/writing", response=WritingOut)
def get_writing(request: Request, project_id: Id) -> HttpResponse:
    """The conventions of the project's transcribers."""
    project = sharing.project_of(request.user, project_id)
    return direct(_shape(writing.of(project.pk)))


@router.patch("/projects/{project_id}/writing", response=WritingOut)
def change_writing(request: Request, project_id: Id, given: WritingChange) -> HttpResponse:
    """Set conventions; texts that are stored already stay as they are."""
    project = sharing.project_of(request.user, project_id, Role.MANAGER)
    values = given.dict(exclude_none=True, exclude={"version"})
    return direct(_shape(writing.change(project, given.version, values, by=request.user)))


@router.get("/glyphs", response=Glyphs)
def find_glyphs(request: Request, wanted: Query[Named]) -> HttpResponse:
    """Characters by words of their Unicode names, or by a code point (U+A751)."""
    return direct({"items": writing.glyphs_named(wanted.q)})


def _shape(found: Writing) -> dict[str, Any]:
    return {
        "normal_form": found.normal_form,
        "doubtful": found.doubtful,
        "glyphs": found.glyphs,
        "version": found.version,
    }
