"""Search over all texts that one may see."""

from __future__ import annotations

from typing import Annotated

from django.http import HttpResponse
from ninja import Query, Router, Schema
from pydantic import Field

from armarius.api.answers import Listed, Number, Window, direct, listed
from armarius.api.auth import Request
from armarius.ops import searching

router = Router()


class FoundLine(Schema):
    """A line that was found; `cutout` is the address of its part of the image, or empty."""

    line: int
    content: str
    checked: bool
    type: str
    layer: int
    layer_name: str
    page: int
    page_name: str
    position: int
    document: int
    document_name: str
    project: int
    project_name: str
    cutout: str


class SearchAsked(Window):
    """What to look for: `words`, the `exact` letters or a `regex`; `type` is a line type's name."""

    q: Annotated[str, Field(min_length=1, max_length=500)]
    mode: searching.Mode = "words"
    project: Number | None = None
    document: Number | None = None
    layer: Number | None = None
    type: Annotated[str, Field(max_length=200)] = ""


@router.get("/search", response=Listed[FoundLine])
def search(request: Request, wanted: Query[SearchAsked]) -> HttpResponse:
    """Find lines by their text, in the order of documents, pages and reading; counts to 1,000."""
    question = searching.Question(
        wanted.q, wanted.mode, wanted.project, wanted.document, wanted.layer, wanted.type
    )
    with searching.patient(question):
        found = searching.search(request.user, question)
        return direct(listed(found, wanted, searching.shape, searching.MOST))
