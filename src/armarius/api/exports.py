"""Download pages and a layer as files, at once or by a link that is kept for some days."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Annotated, Any, Literal

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_GET
from ninja import Query, Router, Schema, Status
from pydantic import Field

from armarius.api.answers import Id, Listed, Number, Window, direct, ids_of, listed
from armarius.api.auth import Request
from armarius.api.people import Person, person
from armarius.api.repeating import secret
from armarius.errors import BadInput, Busy, NotFound
from armarius.models import Document, Handout
from armarius.ops import exporting, handouts, narrowing, sharing

router = Router(tags=["export"])

ZIP = {
    "responses": {
        200: {
            "description": "A ZIP archive, sent while it is made.",
            "content": {"application/zip": {"schema": {"type": "string", "format": "binary"}}},
        }
    }
}
# A link is a secret: it stays out of caches, of search engines and of what other sites are told.
DISCREET = {
    "Cache-Control": "private, no-store",
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex, nofollow",
}


class ExportIn(Schema):
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


class HandoutPlace(Schema):
    """A project or document, by id and name."""

    id: int
    name: str


class HandoutOut(Schema):
    """An export in the list; `pages` and `layer` as they were when it was taken.

    `path`: where anybody can load it, without signing in; empty for others' exports.
    """

    id: int
    document: HandoutPlace
    project: HandoutPlace
    by: Person
    format: str
    images: bool
    pages: int
    layer: str
    created_at: datetime
    expires_at: datetime
    used_at: datetime | None
    path: str


class WhichHandouts(Window):
    """Which exports: of a document or of a project, and only one's own."""

    document: Number | None = None
    project: Number | None = None
    mine: bool = False


@router.get("/documents/{document_id}/export", openapi_extra=ZIP)
def export(request: Request, document_id: Id, wanted: Query[ExportIn]) -> StreamingHttpResponse:
    """A ZIP of the pages in one format, with a list of what the format cannot hold."""
    return _sent(_choice(sharing.document_of(request.user, document_id), wanted))


@router.post("/documents/{document_id}/exports", response={201: HandoutOut})
def keep_export(request: Request, document_id: Id, wanted: ExportIn) -> HttpResponse:
    """Put an export into the list. Its link makes the archive anew each time it is loaded."""
    choice = _choice(sharing.document_of(request.user, document_id), wanted)
    handout = handouts.keep(
        choice,
        wanted.dict(exclude={"pages", "numbers"}),
        all_pages=not (wanted.pages or wanted.numbers),
        by=request.user,
    )
    answer = direct(_shape(handout, request), 201)
    return secret(answer, "This export is in the list already: see GET /api/exports.")


@router.get("/exports", response=Listed[HandoutOut])
def list_exports(request: Request, wanted: Query[WhichHandouts]) -> HttpResponse:
    """The exports that you took, newest first, and everybody's of documents that you manage."""
    found = sharing.visible_handouts(request.user).filter(expires_at__gt=timezone.now())
    if wanted.document is not None:
        found = found.filter(document=wanted.document)
    if wanted.project is not None:
        found = found.filter(document__project=wanted.project)
    if wanted.mine:
        found = found.filter(user=request.user)
    return direct(listed(found, wanted, lambda row: _shape(row, request)))


@router.delete("/exports/{handout_id}", response={204: None})
def remove_export(request: Request, handout_id: Id) -> Status[None]:
    """Take an export out of the list; its link stops working at once."""
    handouts.remove(request.user, handout_id)
    return Status(204, None)


@require_GET
def load(_: HttpRequest, token: str) -> HttpResponseBase:
    """`/exports/<token>`: the archive of a link, for whoever has the link."""
    answer: HttpResponseBase
    try:
        handout, document = handouts.of_link(token)
        kept = ExportIn(**handout.wanted)
        answer = _sent(_choice(document, kept, handouts.page_ids(handout)))
    except Busy as busy:
        answer = HttpResponse(str(busy), status=429, content_type="text/plain; charset=utf-8")
        answer["Retry-After"] = "600"
    except (NotFound, BadInput):  # a layer or all pages may be gone: nothing to tell a stranger
        answer = HttpResponse(
            handouts.GONE, status=404, content_type="text/plain; charset=utf-8"
        )
    for name, value in DISCREET.items():
        answer[name] = value
    return answer


def _choice(
    document: Document, wanted: ExportIn, page_ids: list[int] | None = None
) -> exporting.Choice:
    choice = exporting.choose(
        document,
        wanted.format,
        layer_id=wanted.layer,
        page_ids=page_ids if page_ids is not None else ids_of(wanted.pages, "pages") or None,
        numbers=wanted.numbers,
        images=wanted.images,
    )
    return replace(
        choice,
        extent=narrowing.Extent(wanted.types, wanted.free_lines, wanted.characters),
        paragraphs=wanted.format == "text" and wanted.breaks == "paragraphs",
        mets=wanted.mets,
    )


def _sent(choice: exporting.Choice) -> StreamingHttpResponse:
    answer = StreamingHttpResponse(exporting.stream(choice), content_type="application/zip")
    disposition = content_disposition_header(True, choice.file_name)
    answer["Content-Disposition"] = disposition or "attachment"
    return answer


def _shape(row: Handout, request: Request) -> dict[str, Any]:
    document = row.document
    return {
        "id": row.pk,
        "document": {"id": document.pk, "name": document.name},
        "project": {"id": document.project_id, "name": document.project.name},
        "by": person(row.user),
        "format": row.wanted["format"],
        "images": row.wanted["images"],
        "pages": row.pages,
        "layer": row.layer,
        "created_at": row.created_at,
        "expires_at": row.expires_at,
        "used_at": row.used_at,
        "path": handouts.link(row) if row.user_id == request.user.pk else "",
    }
