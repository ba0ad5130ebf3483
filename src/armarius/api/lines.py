"""Regions and lines drawn by people, and the history of a line's text."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from django.db.models import F
from django.http import HttpResponse
from ninja import Query, Router, Schema
from pydantic import Field, model_validator

from armarius.api.answers import Id, Listed, Number, Window, direct, listed
from armarius.api.auth import Request
from armarius.api.documents import Direction
from armarius.api.pages import SavedText, SavedTexts, outcome
from armarius.api.projects import Version
from armarius.models import LineTextVersion, Role
from armarius.ops import drawing, editing, sharing

router = Router()
Coordinate = Annotated[float, Field(ge=-1_000_000, le=1_000_000, allow_inf_nan=False)]
Points = Annotated[list[tuple[Coordinate, Coordinate]], Field(max_length=5000)]
Key = Annotated[str, Field(min_length=1, max_length=255)]
Type = Annotated[str, Field(max_length=400)]
Direct = Direction | None
Many: Any = Field(default=[], max_length=drawing.MOST)


class NewText(Schema):
    """The text of a new line in a layer."""

    layer: Number
    content: Annotated[str, Field(max_length=10_000)]
    checked: bool = False


class ChangedText(NewText):
    """The text of a line in a layer; `version` is the one seen, 0 where there was none."""

    version: Annotated[int, Field(ge=0, le=2**31 - 2)]


class LineNew(Schema):
    """A line to make; `region` is the id of a region, or the key of one made in the same call."""

    key: Key | None = None
    region: Number | Key | None = None
    type: Type = ""
    baseline: Points = []
    mask: Points = []
    direction: Direct = None
    position: Annotated[int, Field(ge=0, le=100_000)] | None = None
    texts: Annotated[list[NewText], Field(max_length=100)] = []


class LineChange(Schema):
    """New values of a line; what is left out stays."""

    id: Number
    version: Version
    region: Number | Key | None = None
    type: Type = ""
    baseline: Points = []
    mask: Points = []
    direction: Direct = None
    position: Annotated[int, Field(ge=0, le=100_000)] | None = None
    texts: Annotated[list[ChangedText], Field(max_length=100)] = []


class RegionNew(Schema):
    """A region to make; `parent` is the id or key of a region."""

    key: Key | None = None
    parent: Number | Key | None = None
    kind: Annotated[str, Field(min_length=1, max_length=32)] = "text"
    type: Type = ""
    polygon: Points = []
    direction: Direct = None


class RegionChange(Schema):
    """New values of a region; what is left out stays."""

    id: Number
    version: Version
    parent: Number | Key | None = None
    kind: Annotated[str, Field(min_length=1, max_length=32)] = "text"
    type: Type = ""
    polygon: Points = []
    direction: Direct = None


class Seen(Schema):
    """A shape, and the version that was seen."""

    id: Number
    version: Version


class LineChanges(Schema):
    """What happens to lines; `restore` brings removed ones back under their old ids."""

    create: Annotated[list[LineNew], Many]
    update: Annotated[list[LineChange], Many]
    delete: Annotated[list[Seen], Many]
    restore: Annotated[list[Number], Many]


class RegionChanges(Schema):
    """What happens to regions; lines of a removed region stay on the page."""

    create: Annotated[list[RegionNew], Many]
    update: Annotated[list[RegionChange], Many]
    delete: Annotated[list[Seen], Many]
    restore: Annotated[list[Number], Many]


class Drawing(Schema):
    """Changes to a page, stored together or not at all.

    `order`: ids of lines in their new reading order, keys for those made in the same call; lines
    that it does not name follow. `region_order`: likewise of regions; without `order` their lines
    are read in that order. `source`: what the history says of texts that come along.
    """

    regions: RegionChanges | None = None
    lines: LineChanges | None = None
    order: Annotated[list[Number | Key], Field(max_length=drawing.MOST)] | None = None
    region_order: Annotated[list[Number | Key], Field(max_length=drawing.MOST)] | None = None
    source: Literal["edit", "join", "cut"] = "edit"

    @model_validator(mode="after")
    def each_shape_once(self) -> Drawing:
        """Refuse two changes of one shape in one call."""
        for part in (self.regions, self.lines):
            if part is None:
                continue
            ids = [one.id for one in (*part.update, *part.delete)] + part.restore
            if len(set(ids)) != len(ids):
                raise ValueError("a region or line stands twice in the changes")
        return self


class Stored(Schema):
    """A shape that was made, changed or brought back."""

    id: int
    key: str
    version: int


class Drawn(Schema):
    """The page's new version, the shapes in the order given (made, changed, brought back), texts."""

    version: int
    regions: list[Stored]
    lines: list[Stored]
    texts: list[SavedText]


class HistoryRow(Schema):
    """One text that the line had; `source` says how it came."""

    version: int
    content: str
    confidence: float | None
    author: str | None
    model: str | None
    source: str
    created_at: datetime


class Chosen(Window):
    """Of which layer."""

    layer: Number


class RestoreIn(Schema):
    """Which text is to be the present one again; `seen` is the present version as you know it."""

    layer: Number
    version: Version
    seen: Annotated[int, Field(ge=0, le=2**31 - 2)]


@router.patch("/pages/{page_id}/lines", response=Drawn)
def draw(request: Request, page_id: Id, given: Drawing) -> HttpResponse:
    """Make, change, remove and bring back regions and lines, all together or not at all.

    With 409 nothing is stored; `items` has each shape and text that was changed or removed
    meanwhile, as it is now.
    """
    page = sharing.page_of(request.user, page_id, Role.TRANSCRIBER)
    regions, lines = _changes(given.regions), _changes(given.lines)
    return direct(
        drawing.draw(
            page, regions, lines, given.order,
            by=request.user, region_order=given.region_order, source=given.source,
        )
    )  # fmt: skip


@router.get("/lines/{line_id}/history", response=Listed[HistoryRow])
def history(request: Request, line_id: Id, wanted: Query[Chosen]) -> HttpResponse:
    """All texts that the line had in a layer, newest first."""
    line = sharing.line_of(request.user, line_id)
    rows = (
        LineTextVersion.objects.filter(text__line=line, text__transcription=wanted.layer)
        .order_by("-version")
        .values(
            "version", "content", "confidence", "source", "created_at",
            writer=F("author__username"), reader=F("model__name"),
        )
    )  # fmt: skip
    return direct(listed(rows, wanted, _row))


@router.post("/lines/{line_id}/restore", response=SavedTexts)
def restore(request: Request, line_id: Id, given: RestoreIn) -> HttpResponse:
    """Make an earlier text of the line the present one, as a new version."""
    line = sharing.line_of(request.user, line_id, Role.TRANSCRIBER)
    layer = sharing.layer_of(request.user, given.layer)
    page = sharing.page_view(request.user, line.page_id, Role.TRANSCRIBER)
    return outcome(
        editing.restore(page, line, layer, given.version, given.seen, by=request.user)
    )


def _changes(given: LineChanges | RegionChanges | None) -> drawing.Changes:
    if given is None:
        return drawing.Changes()
    return drawing.Changes(
        create=[one.dict(exclude_none=True) for one in given.create],
        update=[one.dict(exclude_unset=True) for one in given.update],
        delete=[one.dict() for one in given.delete],
        restore=given.restore,
    )


def _row(row: dict[str, Any]) -> dict[str, Any]:
    row["author"], row["model"] = row.pop("writer"), row.pop("reader")
    return row
