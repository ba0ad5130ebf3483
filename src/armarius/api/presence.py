"""Where people are just now."""

from __future__ import annotations

from typing import Annotated

from ninja import Router, Schema, Status
from pydantic import Field

from armarius.api.answers import Id, Number
from armarius.api.auth import Request
from armarius.ops import presence, sharing

router = Router()


class Here(Schema):
    """Where you are; `window` is a name that the window has given itself."""

    window: Annotated[str, Field(pattern=r"^[A-Za-z0-9-]{1,40}$")]
    line: Number | None = None
    here: bool = True
    asks: bool = False


@router.post("/pages/{page_id}/presence", response={204: None})
def tell(request: Request, page_id: Id, given: Here) -> Status[None]:
    """Tell the others on the project's stream that you are here, at a line, or going.

    To be repeated every twenty seconds; with `asks` those who are here say it again.
    """
    page = sharing.page_view(request.user, page_id)
    presence.tell(
        page, by=request.user, window=given.window, line=given.line, here=given.here, asks=given.asks
    )  # fmt: skip
    return Status(204, None)
