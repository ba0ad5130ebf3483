"""The pages of a document: listed, chosen, ordered, named, taken away."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from django.db.models import F, OuterRef, Subquery
from django.http import HttpResponse
from ninja import Query, Router, Schema, Status
from pydantic import Field

from armarius.api.answers import Id, Listed, Number, Window, direct, ids_of
from armarius.api.auth import Request
from armarius.api.documents import PageIds
from armarius.api.overview import thumbnail
from armarius.api.tags import TagOut
from armarius.errors import BadInput
from armarius.images import addresses
from armarius.models import Job, JobItem, Page, Role
from armarius.ops import ordering, page_lists, sharing, tagging

router = Router()


class ImageOut(Schema):
    """The page's image: `iiif` is the base address of its IIIF Image API service."""

    iiif: str
    sha256: str


class PageRow(Schema):
    """A page in the list.

    `busy` names what a job is doing to it just now; `lines_read` have a text in some layer,
    `lines_checked` one that somebody has read against the image.
    """

    id: int
    position: int
    name: str
    comment: str
    width: int
    height: int
    image: ImageOut
    thumbnail: str
    lines_count: int
    lines_read: int
    lines_checked: int
    tags: list[TagOut]
    segmented_at: datetime | None
    recognised_at: datetime | None
    updated_at: datetime
    deleted_at: datetime | None
    version: int
    busy: str | None


class Chosen(Schema):
    """Which pages; what is left out asks for nothing.

    `numbers`: as people count them, `1-20,25`. `name`: part of the name, or the whole with `*`.
    `tags`: ids with commas, of which `match` wants any, all or none. `holds`: a text with these very
    letters is on the page, in `layer` or in any. `type`: a region or line of this type is on it.
    """

    numbers: Annotated[str, Field(max_length=1000)] = ""
    name: Annotated[str, Field(max_length=255)] = ""
    state: page_lists.State = ""
    tags: Annotated[str, Field(max_length=1000)] = ""
    match: tagging.Match = "any"
    holds: Annotated[str, Field(max_length=100)] = ""
    layer: Number | None = None
    type: Annotated[str, Field(max_length=200)] = ""

    def filter(self) -> page_lists.Filter:
        """As `page_lists.found` wants it."""
        return page_lists.Filter(
            self.numbers, self.name, self.state, ids_of(self.tags, "tags"), self.match,
            self.holds, self.layer, self.type,
        )  # fmt: skip


class Rows(Chosen, Window):
    """Which rows; `removed` shows those that can be brought back."""

    removed: bool = False


class MoveIn(Schema):
    """Pages in the order wanted, and the position of the first of them."""

    page_ids: PageIds
    to: Annotated[int, Field(ge=0, le=10_000_000)]


class SomePages(Schema):
    """Pages of the document."""

    page_ids: PageIds


class NameIn(Schema):
    """A page and its name."""

    page: Number
    name: Annotated[str, Field(min_length=1, max_length=255, pattern=r"\S")]


class NamesIn(Schema):
    """Names for many pages."""

    names: Annotated[list[NameIn], Field(min_length=1, max_length=10_000)]


class OrderOut(Schema):
    """Pages in their order."""

    page_ids: list[int]


@router.get("/documents/{document_id}/pages", response=Listed[PageRow])
def list_pages(request: Request, document_id: Id, wanted: Query[Rows]) -> HttpResponse:
    """The pages of a document in their order."""
    document = sharing.document_of(request.user, document_id)
    found = page_lists.found(document, wanted.filter(), removed=wanted.removed)
    open_items = JobItem.objects.filter(
        page=OuterRef("pk"), state=JobItem.State.WAITING, job__ended_at=None
    ).exclude(job__kind=Job.Kind.EXPORT)
    # Chosen first and looked at then: with an offset the database would ask for the jobs of
    # every page that it skips.
    part = found.values("pk")[wanted.offset : wanted.offset + wanted.limit]
    rows: Any = list(
        Page.everything.filter(pk__in=part)
        .order_by("position")
        .annotate(busy=Subquery(open_items.values("job__kind")[:1]))
        .values(
            "id", "position", "name", "comment", "lines_count", "segmented_at",
            "recognised_at", "updated_at", "deleted_at", "version", "busy",
            width=F("image__width"), height=F("image__height"), sha256=F("image__sha256"),
        )
    )  # fmt: skip
    ids = [row["id"] for row in rows]
    progress, tags = page_lists.progress(ids), page_lists.tags_of(ids)
    items = [_page_row(row, progress, tags) for row in rows]
    return direct({"items": items, "count": found.count()})


@router.get("/documents/{document_id}/page-ids", response=OrderOut)
def choose_pages(request: Request, document_id: Id, wanted: Query[Chosen]) -> HttpResponse:
    """The ids of the pages that the question means, in their order: for choosing many at once."""
    document = sharing.document_of(request.user, document_id)
    found = page_lists.found(document, wanted.filter()).values_list("pk", flat=True)
    return direct({"page_ids": list(found)})


@router.post("/documents/{document_id}/pages/move", response=OrderOut)
def move_pages(request: Request, document_id: Id, given: MoveIn) -> HttpResponse:
    """Put pages in another place."""
    document = sharing.document_of(request.user, document_id, Role.MANAGER)
    return direct({"page_ids": ordering.move(document, given.page_ids, given.to)})


@router.post("/documents/{document_id}/pages/rename", response={204: None})
def rename_pages(request: Request, document_id: Id, given: NamesIn) -> Status[None]:
    """Give many pages their names at once."""
    document = sharing.document_of(request.user, document_id, Role.MANAGER)
    names = {one.page: one.name for one in given.names}
    if len(names) < len(given.names):
        raise BadInput("Name each page once.")
    page_lists.rename(document, names, by=request.user)
    return Status(204, None)


@router.post("/documents/{document_id}/pages/remove", response={204: None})
def remove_pages(request: Request, document_id: Id, given: SomePages) -> Status[None]:
    """Take pages away; they can be brought back."""
    document = sharing.document_of(request.user, document_id, Role.MANAGER)
    ordering.remove(document, given.page_ids)
    return Status(204, None)


@router.post("/documents/{document_id}/pages/restore", response={204: None})
def restore_pages(request: Request, document_id: Id, given: SomePages) -> Status[None]:
    """Bring removed pages back to where they stood."""
    document = sharing.document_of(request.user, document_id, Role.MANAGER)
    ordering.bring_back(document, given.page_ids)
    return Status(204, None)


def _page_row(
    row: dict[str, Any],
    progress: dict[int, tuple[int, int]],
    tags: dict[int, list[dict[str, Any]]],
) -> dict[str, Any]:
    sha256 = row.pop("sha256")
    base = addresses.PREFIX + addresses.identifier(row["id"], sha256)
    row["image"] = {"iiif": base, "sha256": sha256}
    row["thumbnail"] = thumbnail(base)
    row["lines_read"], row["lines_checked"] = progress.get(row["id"], (0, 0))
    row["tags"] = tags.get(row["id"], [])
    return row
