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
    """What to look for: `words`, the `exact` letters or a `regex`.

    `type` and `region_type` are names of types, `layer_name` is that of layers of any document.
    """

    q: Annotated[str, Field(min_length=1, max_length=500)]
    mode: searching.Mode = "words"
    project: Number | None = None
    document: Number | None = None
    layer: Number | None = None
    layer_name: Annotated[str, Field(max_length=200)] = ""
    type: Annotated[str, Field(max_length=200)] = ""
    region_type: Annotated[str, Field(max_length=200)] = ""


class SearchWhere(Schema):
    """In which project; without one, in all."""

    project: Number | None = None


class SearchChoices(Schema):
    """Names by which a search can be narrowed, at most 200 of each kind."""

    layers: list[str]
    types: list[str]
    region_types: list[str]


@router.get("/search", response=Listed[FoundLine])
def search(request: Request, wanted: Query[SearchAsked]) -> HttpResponse:
    """Find lines by their text, in the order of documents, pages and reading; counts to 1,000."""
    question = searching.Question(
        wanted.q, wanted.mode, wanted.project, wanted.document, wanted.layer,
        wanted.type, wanted.region_type, wanted.layer_name,
    )  # fmt: skip
    with searching.patient(question):
        found = searching.search(request.user, question)
        return direct(listed(found, wanted, searching.shape, searching.MOST))


@router.get("/search/choices", response=SearchChoices)
def search_choices(request: Request, where: Query[SearchWhere]) -> HttpResponse:
    """The names of layers and types in what you see, to narrow a search."""
    return direct(searching.choices(request.user, where.project))
