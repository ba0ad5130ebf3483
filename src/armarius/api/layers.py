"""Layers of a document, and two of them beside each other."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from django.db.models import Count, F, Q, QuerySet
from django.http import HttpResponse
from ninja import Query, Router, Schema, Status
from pydantic import Field

from armarius.api.answers import Id, Listed, Number, Window, direct, listed
from armarius.api.auth import Request
from armarius.api.projects import Name
from armarius.errors import NotFound
from armarius.models import Document, Page, Role, Transcription
from armarius.ops import comparing, layers, sharing

router = Router()
Comment = Annotated[str, Field(max_length=5000)]


class LayerOut(Schema):
    """A layer; `model` is the id of the model that made it, if one did."""

    id: int
    document: int
    name: str
    comment: str
    kind: str
    model: int | None
    created_at: datetime
    archived_at: datetime | None
    deleted_at: datetime | None


class LayerCounted(LayerOut):
    """A layer in the list, with the number of its texts, how many are checked, and who made it."""

    model_name: str | None
    author: str | None
    texts: int
    texts_checked: int


class LayerIn(Schema):
    """A new layer, empty or a copy."""

    name: Name
    comment: Comment = ""
    copy_of: Number | None = None


class LayerChange(Schema):
    """Another name or comment; `archived` takes the layer out of sight or brings it back."""

    name: Name | None = None
    comment: Comment | None = None
    archived: bool | None = None


class Chosen(Window):
    """Which layers; `archived` shows those out of sight, `removed` those that can be brought back."""

    archived: bool = False
    removed: bool = False


class Pair(Window):
    """Which two layers; the window is over the pages of the document."""

    reference: Number
    other: Number


class TwoLayers(Schema):
    """Which two layers."""

    reference: Number
    other: Number


class Measured(Schema):
    """How far two readings differ; `cer` and `wer` are shares of the reference, 0 and up."""

    lines: int
    lines_equal: int
    characters: int
    errors: int
    words: int
    word_errors: int
    cer: float
    wer: float


class PageCompared(Measured):
    """A page on which the reference has texts."""

    page: int
    name: str
    position: int


class LineCompared(Measured):
    """A line whose two texts differ."""

    line: int
    position: int
    reference: str
    other: str


class PagesCompared(Schema):
    """The compared pages of the window; `total` is the number of all pages of the document."""

    pages: list[PageCompared]
    total: int


class LinesCompared(Schema):
    """The lines that differ."""

    lines: list[LineCompared]


@router.get("/documents/{document_id}/layers", response=Listed[LayerCounted])
def list_layers(request: Request, document_id: Id, wanted: Query[Chosen]) -> HttpResponse:
    """The layers of a document, oldest first."""
    document = sharing.document_of(request.user, document_id)
    found: QuerySet[Transcription] = Transcription.everything.filter(
        document=document, deleted_at__isnull=not wanted.removed
    )
    if not wanted.removed:
        found = found.filter(archived_at__isnull=not wanted.archived)
    present = Q(texts__line__deleted_at=None, texts__line__page__deleted_at=None)
    found = found.annotate(
        amount=Count("texts", filter=present),
        amount_checked=Count("texts", filter=present & Q(texts__checked=True)),
        model_shown=F("model__name"),
        author_shown=F("created_by__username"),
    )
    return direct(listed(found.order_by("id"), wanted, _counted))


@router.post("/documents/{document_id}/layers", response={201: LayerOut})
def create_layer(request: Request, document_id: Id, given: LayerIn) -> HttpResponse:
    """Make a layer."""
    document = sharing.document_of(request.user, document_id, Role.TRANSCRIBER)
    copy_of = sharing.layer_of(request.user, given.copy_of) if given.copy_of else None
    layer = layers.create(document, given.name, by=request.user, copy_of=copy_of)
    if given.comment:
        layers.change(layer, {"comment": given.comment}, by=request.user)
    return direct(_shape(layer), 201)


@router.patch("/layers/{layer_id}", response=LayerOut)
def change_layer(request: Request, layer_id: Id, given: LayerChange) -> HttpResponse:
    """Rename a layer, comment on it, archive it or bring it back."""
    layer = sharing.layer_of(request.user, layer_id, Role.MANAGER)
    values = given.dict(exclude_none=True, exclude={"archived"})
    if values:
        layers.change(layer, values, by=request.user)
    if given.archived is not None:
        (layers.archive if given.archived else layers.bring_back)(layer, by=request.user)
    return direct(_shape(layer))


@router.delete("/layers/{layer_id}", response={204: None})
def remove_layer(request: Request, layer_id: Id) -> Status[None]:
    """Take a layer away; it can be brought back while the grace period lasts."""
    layers.remove(sharing.layer_of(request.user, layer_id, Role.MANAGER), by=request.user)
    return Status(204, None)


@router.post("/layers/{layer_id}/restore", response=LayerOut)
def restore_layer(request: Request, layer_id: Id) -> HttpResponse:
    """Bring a removed layer back."""
    layer = sharing.removed_layer_of(request.user, layer_id)
    layers.restore(layer, by=request.user)
    return direct(_shape(layer))


@router.get("/documents/{document_id}/compare", response=PagesCompared)
def compare_layers(request: Request, document_id: Id, wanted: Query[Pair]) -> HttpResponse:
    """Two layers page by page, over the pages of the window.

    Sums of `errors` and `characters` over all pages give the rate of the document.
    """
    document = sharing.document_of(request.user, document_id)
    reference, other = _two(document, wanted)
    found = Page.objects.filter(document=document).order_by("position")
    part = list(found[wanted.offset : wanted.offset + wanted.limit])
    rows = comparing.pages(reference, other, part)
    return direct({"pages": rows, "total": found.count()})


@router.get("/pages/{page_id}/compare", response=LinesCompared)
def compare_lines(request: Request, page_id: Id, wanted: Query[TwoLayers]) -> HttpResponse:
    """The lines of a page whose texts differ in two layers."""
    page = sharing.page_of(request.user, page_id)
    reference, other = _two(page.document, wanted)
    return direct({"lines": comparing.lines(reference, other, page)})


def _two(document: Document, wanted: Pair | TwoLayers) -> tuple[Transcription, Transcription]:
    found = Transcription.objects.filter(document=document).in_bulk(
        [wanted.reference, wanted.other]
    )
    for pk in (wanted.reference, wanted.other):
        if pk not in found:
            raise NotFound(f"{document.name} has no layer {pk}.")
    return found[wanted.reference], found[wanted.other]


def _counted(layer: Any) -> dict[str, Any]:
    return _shape(layer) | {
        "model_name": layer.model_shown,
        "author": layer.author_shown,
        "texts": layer.amount,
        "texts_checked": layer.amount_checked,
    }


def _shape(layer: Transcription) -> dict[str, Any]:
    return {
        "id": layer.pk,
        "document": layer.document_id,
        "name": layer.name,
        "comment": layer.comment,
        "kind": layer.kind,
        "model": layer.model_id,
        "created_at": layer.created_at,
        "archived_at": layer.archived_at,
        "deleted_at": layer.deleted_at,
    }
