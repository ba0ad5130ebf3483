"""What is done to the shapes of a page by rule instead of by hand: masks drawn anew."""

from __future__ import annotations

from typing import Annotated

from ninja import Router, Schema, Status
from pydantic import Field

from armarius.api.answers import Id, Number
from armarius.api.auth import Request
from armarius.api.jobs import JobOut
from armarius.api.projects import Version
from armarius.models import Job, Role
from armarius.ops import drawing, outlining, sharing

router = Router()


class MasksIn(Schema):
    """Which lines; without `line_ids` all that have a baseline.

    `version` is the page's, where it matters that nothing has changed since; `topline`: the
    baselines run above their letters.
    """

    line_ids: Annotated[list[Number], Field(min_length=1, max_length=drawing.MOST)] | None = (
        None
    )
    version: Version | None = None
    topline: bool = False


@router.post("/pages/{page_id}/masks", response={202: JobOut})
def draw_masks(request: Request, page_id: Id, given: MasksIn) -> Status[Job]:
    """Draw masks anew round the baselines of lines.

    Answers at once with a job, which goes before all others. Lines that somebody changes before
    it ends keep the mask that they have; the news `page` then names the others.
    """
    page = sharing.page_of(request.user, page_id, Role.TRANSCRIBER)
    job = outlining.start(
        page, given.line_ids, given.version, by=request.user, top=given.topline
    )
    return Status(202, job)
