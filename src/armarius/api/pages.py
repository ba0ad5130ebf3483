"""The whole page in one call, its snapshots, and the writing of texts."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from django.db.models import F, Func, IntegerField
from django.http import HttpResponse
from ninja import Query, Router, Schema, Status
from pydantic import Field, JsonValue

from armarius.api.answers import Id, Listed, Number, Window, direct, listed, written
from armarius.api.auth import Request
from armarius.api.documents import Direction
from armarius.api.page_lists import ImageOut
from armarius.api.problems import problem
from armarius.api.projects import Version
from armarius.api.repeating import keeps
from armarius.api.writing import WritingOut
from armarius.errors import BadInput
from armarius.models import PageSnapshot, Role
from armarius.ops import editing, ordering, pages, sharing, snapshots, viewing

router = Router()
Points = list[tuple[float, float]]


class RegionOut(Schema):
    """A region; `polygon` in pixels of the upright image, `parent` a region's id."""

    id: int
    key: str
    parent: int | None
    kind: str
    type: str
    polygon: Points
    direction: str
    version: int


class LineOut(Schema):
    """A line; `position` is its place in the reading order, `direction` empty for the page's.

    `comments` counts those of open matters.
    """

    id: int
    key: str
    region: int | None
    position: int
    type: str
    baseline: Points
    mask: Points
    direction: str
    version: int
    flagged: bool
    comments: int


class LayerName(Schema):
    """A layer of the document."""

    id: int
    name: str
    kind: str


class TextOut(Schema):
    """The text of a line in a layer.

    `confidences`: base64 of one byte per code point of `content`, 0 to 255 for 0 to 1; empty where
    unknown. `words` only with `include=characters`.
    """

    layer: int
    line: int
    content: str
    confidence: float | None
    confidences: str
    version: int
    checked: bool
    author: str | None
    model: str | None
    updated_at: datetime
    words: list[dict[str, Any]] | None = None


class TilesOut(Schema):
    """Square tiles with `side` pixels, one pixel for each of `scales` of the image."""

    side: int
    scales: list[int]


class CutImage(ImageOut):
    """The image and its tiles; null before these are made, which reading info.json does."""

    tiles: TilesOut | None


class WholePage(Schema):
    """A page with everything on it but the history; lines in reading order. `role` is yours."""

    id: int
    document: int
    project: int
    role: str
    name: str
    position: int
    version: int
    width: int
    height: int
    image: CutImage
    direction: str
    type: str
    segmented_at: datetime | None
    recognised_at: datetime | None
    updated_at: datetime
    regions: list[RegionOut]
    lines: list[LineOut]
    layers: list[LayerName]
    texts: list[TextOut]
    order: dict[str, Any] | None
    writing: WritingOut


class Wanted(Schema):
    """What of the page.

    `layers`: ids with commas; without it the texts of the newest layer that has any here, with an
    empty value none.
    `include=characters` adds words and characters with their places.
    """

    layers: Annotated[str | None, Field(max_length=1000)] = None
    include: Literal["", "characters"] = ""


class PageChange(Schema):
    """New values, and the version that they are based on; an empty direction is the document's.

    A `type` that the project does not have is added to its ontology; an empty one is none.
    """

    version: Version
    name: Annotated[str, Field(min_length=1, max_length=255)] | None = None
    direction: Direction | Literal[""] | None = None
    type: Annotated[str, Field(max_length=200)] | None = None
    comment: Annotated[str, Field(max_length=20_000)] | None = None
    metadata: dict[str, JsonValue] | None = None


class TextIn(Schema):
    """A text as its author wants it; `version` is the one seen, 0 where there was none.

    `checked`: the author has read it against the image and accepts it.
    """

    line: Number
    layer: Number
    content: Annotated[str, Field(max_length=10_000)]
    version: Annotated[int, Field(ge=0, le=2**31 - 2)]
    confidence: Annotated[float, Field(ge=0, le=1)] | None = None
    checked: bool = False


class TextsIn(Schema):
    """Texts of one page."""

    items: Annotated[list[TextIn], Field(min_length=1, max_length=editing.MOST)]


class SavedText(Schema):
    """A stored text and its new version.

    `content` only where it is stored in another normal form than it came in.
    """

    line: int
    layer: int
    version: int
    content: str | None = None


class SavedTexts(Schema):
    """All that was stored."""

    saved: list[SavedText]


class SnapshotOut(Schema):
    """The page as it was before something replaced its lines; `lines` counts those of that time."""

    id: int
    reason: str
    author: str | None
    created_at: datetime
    lines: int


class Restored(Schema):
    """The snapshot of what the restored one replaced; None where the page was empty."""

    page: int
    undo: int | None


@router.get("/pages/{page_id}", response=WholePage)
def get_page(request: Request, page_id: Id, wanted: Query[Wanted]) -> HttpResponse:
    """The whole page: regions, lines in reading order, layers, and the texts of one or more."""
    page = sharing.page_view(request.user, page_id)
    characters = wanted.include == "characters"
    return written(viewing.whole(page, _ids(wanted.layers), characters=characters))


@router.patch("/pages/{page_id}", response=WholePage)
def change_page(request: Request, page_id: Id, given: PageChange) -> HttpResponse:
    """Change the name of a page, its own direction, its type, its comment or its metadata."""
    page = sharing.page_of(request.user, page_id, Role.TRANSCRIBER)
    values = given.dict(exclude_none=True, exclude={"version"})
    pages.change(page, given.version, values, by=request.user)
    return _whole(request, page_id)


@router.delete("/pages/{page_id}", response={204: None})
def remove_page(request: Request, page_id: Id) -> Status[None]:
    """Take a page away; it can be brought back."""
    page = sharing.page_of(request.user, page_id, Role.MANAGER)
    ordering.remove(page.document, [page.pk])
    return Status(204, None)


@router.post("/pages/{page_id}/restore", response=WholePage)
def restore_page(request: Request, page_id: Id) -> HttpResponse:
    """Bring a removed page back to where it stood."""
    ordering.bring_back(sharing.removed_page_of(request.user, page_id).document, [page_id])
    return _whole(request, page_id)


@router.patch("/pages/{page_id}/texts", response=SavedTexts)
def save_texts(request: Request, page_id: Id, given: TextsIn) -> HttpResponse:
    """Write texts, each on the version that was seen.

    Every text is judged by itself: with 200 all are stored. With 409 those under `saved` are
    stored, and `items` has what is there now of the others: version, content, author, and
    `why`: “changed” by somebody else, or “gone” with its line or layer.
    """
    page = sharing.page_view(request.user, page_id, Role.TRANSCRIBER)
    edits = [
        editing.Edit(one.line, one.layer, one.content, one.version, one.confidence, one.checked)
        for one in given.items
    ]
    return outcome(editing.save(page, edits, by=request.user))


@router.get("/pages/{page_id}/snapshots", response=Listed[SnapshotOut])
def list_snapshots(request: Request, page_id: Id, window: Query[Window]) -> HttpResponse:
    """The states of the page that can be restored, newest first."""
    page = sharing.page_of(request.user, page_id)
    lines = Func(F("tree__lines"), function="jsonb_array_length", output_field=IntegerField())
    rows = PageSnapshot.objects.filter(page=page).values(
        "id", "reason", "created_at", name=F("author__username"), count=lines
    )
    return direct(listed(rows, window, _snapshot))


@router.post("/snapshots/{snapshot_id}/restore", response=Restored)
def restore_snapshot(request: Request, snapshot_id: Id) -> HttpResponse:
    """Make the page what it was; what is there now becomes a snapshot itself."""
    snapshot = sharing.snapshot_of(request.user, snapshot_id, Role.TRANSCRIBER)
    undo = snapshots.restore(snapshot, by=request.user)
    return direct({"page": snapshot.page_id, "undo": undo.pk if undo else None})


def outcome(found: editing.Outcome) -> HttpResponse:
    """The answer for a batch of texts."""
    if not found.refused:
        return direct({"saved": found.saved})
    sentence = (
        f"{len(found.refused)} of the texts changed meanwhile; {len(found.saved)} were stored."
    )
    return keeps(problem(409, sentence, items=found.refused, saved=found.saved))


def _whole(request: Request, page_id: int) -> HttpResponse:
    page = sharing.page_view(request.user, page_id)
    return written(viewing.whole(page, None, characters=False))


def _ids(text: str | None) -> list[int] | None:
    if text is None:
        return None
    parts = [part.strip() for part in text.split(",") if part.strip()]
    if not all(part.isascii() and part.isdigit() and len(part) < 19 for part in parts):
        raise BadInput("“layers” must be layer ids with commas between them, like 1,2.")
    return [int(part) for part in parts]


def _snapshot(row: dict[str, Any]) -> dict[str, Any]:
    return {
        "id": row["id"],
        "reason": row["reason"],
        "author": row["name"],
        "created_at": row["created_at"],
        "lines": row["count"] or 0,
    }
