"""What is done to the shapes of a page by rule instead of by hand: masks, order, links, turns."""

from __future__ import annotations

from typing import Annotated, Literal

from django.http import HttpResponse
from ninja import Router, Schema, Status
from pydantic import Field

from armarius.api.answers import Id, Number, direct
from armarius.api.auth import Request
from armarius.api.documents import Direction, PageIds
from armarius.api.jobs import JobOut
from armarius.api.lines import Drawn
from armarius.api.projects import Version
from armarius.api.recognition import pages_of
from armarius.models import Job, Role
from armarius.ops import arranging, drawing, outlining, sharing, turning

router = Router()


class MasksIn(Schema):
    """Which lines; without `line_ids` all that have a baseline.

    `version` is the page's, where it matters that nothing has changed since; `topline`: the
    baselines run above their letters, by default where the document says so.
    """

    line_ids: Annotated[list[Number], Field(min_length=1, max_length=drawing.MOST)] | None = (
        None
    )
    version: Version | None = None
    topline: bool | None = None


class OrderIn(Schema):
    """What is to be ordered, and for which direction of writing; default is the page's.

    `scope`: “page” for regions and the lines in them, “regions” for regions only, “lines” for the
    lines of each region only.
    """

    version: Version | None = None
    direction: Direction | None = None
    scope: Literal["page", "regions", "lines"] = "page"


class LinkIn(Schema):
    """Which lines; without `line_ids` all.

    `unlink` takes them out of their regions; `only_free` leaves those alone that are in one.
    """

    line_ids: Annotated[list[Number], Field(min_length=1, max_length=drawing.MOST)] | None = (
        None
    )
    version: Version | None = None
    unlink: bool = False
    only_free: bool = False


class Rectangle(Schema):
    """A part of an image, in its pixels."""

    x: Annotated[int, Field(ge=0, le=1_000_000)]
    y: Annotated[int, Field(ge=0, le=1_000_000)]
    width: Annotated[int, Field(ge=1, le=1_000_000)]
    height: Annotated[int, Field(ge=1, le=1_000_000)]


class TurnIn(Schema):
    """Which pages, and by how many degrees clockwise; `crop` is cut out before, of each of them."""

    page_ids: PageIds
    degrees: Annotated[float, Field(ge=-360, le=360, allow_inf_nan=False)] = 0
    crop: Rectangle | None = None


class Arranged(Drawn):
    """What has changed, and the ids of all lines in reading order."""

    order: list[int]


@router.post("/pages/{page_id}/masks", response={202: JobOut})
def draw_masks(request: Request, page_id: Id, given: MasksIn) -> Status[Job]:
    """Draw masks anew round the baselines of lines.

    Answers at once with a job, which goes before all others. Lines that somebody changes before
    it ends keep the mask that they have; the news `page` then names the others.
    """
    page = sharing.page_of(request.user, page_id, Role.TRANSCRIBER)
    said = page.document.line_position == page.document.LinePosition.TOPLINE
    top = said if given.topline is None else given.topline
    job = outlining.start(page, given.line_ids, given.version, by=request.user, top=top)
    return Status(202, job)


@router.post("/pages/{page_id}/order", response=Arranged)
def order_lines(request: Request, page_id: Id, given: OrderIn) -> HttpResponse:
    """Put regions and lines into the reading order that follows from their places."""
    page = sharing.page_of(request.user, page_id, Role.TRANSCRIBER)
    found = arranging.order(
        page, given.direction, given.scope, version=given.version, by=request.user
    )
    return direct(found)


@router.post("/pages/{page_id}/link", response=Arranged)
def link_lines(request: Request, page_id: Id, given: LinkIn) -> HttpResponse:
    """Put every line into the smallest region that holds at least half of it."""
    page = sharing.page_of(request.user, page_id, Role.TRANSCRIBER)
    found = arranging.link(
        page, given.line_ids, version=given.version, by=request.user,
        unlink=given.unlink, only_free=given.only_free,
    )  # fmt: skip
    return direct(found)


@router.post("/documents/{document_id}/pages/turn", response={202: JobOut})
def turn_pages(request: Request, document_id: Id, given: TurnIn) -> Status[Job]:
    """Turn or cut pages, with everything on them; the old image and a snapshot are kept.

    Answers at once with the job.
    """
    document, pages = pages_of(request, document_id, given.page_ids)
    cut = given.crop
    crop = (cut.x, cut.y, cut.x + cut.width, cut.y + cut.height) if cut else None
    job = turning.start(document, pages, degrees=given.degrees, crop=crop, by=request.user)
    return Status(202, job)
