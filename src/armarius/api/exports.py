"""Download pages and a layer as files."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated, Literal

from django.http import StreamingHttpResponse
from django.utils.http import content_disposition_header
from ninja import Query, Router, Schema
from pydantic import Field

from armarius.api.answers import Id, Number
from armarius.api.auth import Request
from armarius.api.documents import ids_of
from armarius.ops import exporting, narrowing, sharing

router = Router(tags=["export"])

ZIP = {
    "responses": {
        200: {
            "description": "A ZIP archive, sent while it is made.",
            "content": {"application/zip": {"schema": {"type": "string", "format": "binary"}}},
        }
    }
}


class Wanted(Schema):
    """What to hand out.

    `layer`: whose texts; may be left out where the document has one layer. `pages`: ids with
    commas, or `numbers`: pages as people count them, `1-20,25`; without both, all pages.
    `images`: the original images go along. `types`: only regions of these types, once for each,
    an empty one for regions without a type; `free_lines`: lines in no region go along; `characters`:
    places of single characters too. `breaks`: in text, a line for each line or for each region.
    `mets`: with a list of the files in METS.
    """

    format: Literal["alto", "page", "text", "json"]
    layer: Number | None = None
    pages: Annotated[str, Field(max_length=100_000)] = ""
    numbers: Annotated[str, Field(max_length=1000)] = ""
    images: bool = False
    types: list[Annotated[str, Field(max_length=200)]] = Field(default=[], max_length=200)
    free_lines: bool = True
    characters: bool = True
    breaks: Literal["lines", "paragraphs"] = "lines"
    mets: bool = False


@router.get("/documents/{document_id}/export", openapi_extra=ZIP)
def export(request: Request, document_id: Id, wanted: Query[Wanted]) -> StreamingHttpResponse:
    """A ZIP of the pages in one format, with a list of what the format cannot hold."""
    document = sharing.document_of(request.user, document_id)
    choice = exporting.choose(
        document,
        wanted.format,
        layer_id=wanted.layer,
        page_ids=ids_of(wanted.pages, "pages") or None,
        numbers=wanted.numbers,
        images=wanted.images,
    )
    choice = replace(
        choice,
        extent=narrowing.Extent(wanted.types, wanted.free_lines, wanted.characters),
        paragraphs=wanted.format == "text" and wanted.breaks == "paragraphs",
        mets=wanted.mets,
    )
    answer = StreamingHttpResponse(exporting.stream(choice), content_type="application/zip")
    disposition = content_disposition_header(True, choice.file_name)
    answer["Content-Disposition"] = disposition or "attachment"
    return answer
