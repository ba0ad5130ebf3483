"""Flags and comments on lines."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from django.http import HttpResponse
from ninja import Query, Router, Schema, Status
from pydantic import Field

from armarius.api.answers import Id, Listed, Number, Window, direct, listed
from armarius.api.auth import Request
from armarius.api.projects import Version
from armarius.models import LineComment, Role
from armarius.ops import commenting, drawing, sharing, sharing_notes

router = Router()
Text = Annotated[str, Field(min_length=1, max_length=10_000, pattern=r"\S")]


class FlagsIn(Schema):
    """Which lines are to have a flag, or none."""

    line_ids: Annotated[list[Number], Field(min_length=1, max_length=drawing.MOST)]
    flagged: bool


class Flagged(Schema):
    """The lines whose flag has changed."""

    line_ids: list[int]


class CommentOut(Schema):
    """A comment; `resolved_by` says that the matter is settled."""

    id: int
    line: int
    author: str | None
    text: str
    created_at: datetime
    resolved_at: datetime | None
    resolved_by: str | None
    version: int


class CommentIn(Schema):
    """What is to be said."""

    text: Text


class CommentChange(Schema):
    """Another text, or that the matter is settled, and the version that it is based on."""

    version: Version
    text: Text | None = None
    resolved: bool | None = None


class Wanted(Window):
    """Which comments: of one line, and only of matters that are open."""

    line: Number | None = None
    open: bool = False


@router.post("/pages/{page_id}/flags", response=Flagged)
def flag_lines(request: Request, page_id: Id, given: FlagsIn) -> HttpResponse:
    """Flag lines that somebody should look at, or take their flags away."""
    page = sharing.page_of(request.user, page_id, Role.TRANSCRIBER)
    changed = commenting.flag(page, given.line_ids, flagged=given.flagged, by=request.user)
    return direct({"line_ids": changed})


@router.get("/pages/{page_id}/comments", response=Listed[CommentOut])
def list_comments(request: Request, page_id: Id, wanted: Query[Wanted]) -> HttpResponse:
    """What was said about the lines of a page, oldest first."""
    page = sharing.page_of(request.user, page_id)
    found = LineComment.objects.filter(
        line__page=page, line__deleted_at=None, deleted_at=None
    ).select_related("author", "resolved_by")
    if wanted.line is not None:
        found = found.filter(line=wanted.line)
    if wanted.open:
        found = found.filter(resolved_at=None)
    return direct(listed(found, wanted, _shape))


@router.post("/lines/{line_id}/comments", response={201: CommentOut})
def add_comment(request: Request, line_id: Id, given: CommentIn) -> HttpResponse:
    """Say something about a line."""
    line = sharing.line_of(request.user, line_id, Role.TRANSCRIBER)
    return direct(_shape(commenting.add(line, given.text, by=request.user)), 201)


@router.patch("/comments/{comment_id}", response=CommentOut)
def change_comment(request: Request, comment_id: Id, given: CommentChange) -> HttpResponse:
    """Change the text of your comment, or settle the matter of anybody's."""
    comment = sharing_notes.comment_of(request.user, comment_id, Role.TRANSCRIBER)
    commenting.change(
        comment, given.version, text=given.text, resolved=given.resolved, by=request.user
    )
    return direct(_shape(comment))


@router.delete("/comments/{comment_id}", response={204: None})
def remove_comment(request: Request, comment_id: Id) -> Status[None]:
    """Take your comment away, or as manager anybody's; it can be brought back."""
    comment = sharing_notes.comment_of(request.user, comment_id, Role.TRANSCRIBER)
    commenting.remove(comment, by=request.user)
    return Status(204, None)


@router.post("/comments/{comment_id}/restore", response=CommentOut)
def restore_comment(request: Request, comment_id: Id) -> HttpResponse:
    """Bring a removed comment back."""
    comment = sharing_notes.comment_of(request.user, comment_id, Role.TRANSCRIBER)
    commenting.bring_back(comment, by=request.user)
    return direct(_shape(comment))


def _shape(comment: LineComment) -> dict[str, Any]:
    return {
        "id": comment.pk,
        "line": comment.line_id,
        "author": comment.author.username if comment.author else None,
        "text": comment.text,
        "created_at": comment.created_at,
        "resolved_at": comment.resolved_at,
        "resolved_by": comment.resolved_by.username if comment.resolved_by else None,
        "version": comment.version,
    }
