"""Import complete uploads into a document, as a job."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from ninja import File, Form, Router, Schema, Status, UploadedFile
from pydantic import Field

from armarius.api.answers import Id, Number
from armarius.api.auth import Request
from armarius.api.jobs import JobOut
from armarius.models import Document, Job, Role, Transcription, Upload
from armarius.ops import importing, intake, sharing, uploading

router = Router(tags=["import"])


class Target(Schema):
    """Where texts go, and what to do with images that are there already.

    `layer`: a layer of the document, or `layer_name`: the name of one that may be new; without
    both, texts go to “imported” and the date. `again`: take images that the document has already
    a second time. `lines`, where a page has lines: those of the file `replace` them (a snapshot keeps
    the former ones), they `keep` their places and get only texts, or the file's `add` to them.
    `match`: a text belongs to the image that it `named`, or to the one of its own `file` name.
    `pdf_pages`: which pages of each PDF, `1-20,25`; `pdf_dpi`: at what resolution they are drawn.
    """

    layer: Number | None = None
    layer_name: Annotated[str, Field(max_length=200)] = ""
    again: bool = False
    lines: intake.Lines = "replace"
    match: intake.Match = "named"
    pdf_pages: Annotated[str, Field(max_length=1000)] = ""
    pdf_dpi: Annotated[int | None, Field(ge=intake.DPI[0], le=intake.DPI[1])] = None


class ImportIn(Target):
    """Which uploads to import."""

    uploads: Annotated[list[UUID], Field(min_length=1, max_length=20_000)]


@router.post("/documents/{document_id}/import", response={202: JobOut})
def import_uploads(request: Request, document_id: Id, wanted: ImportIn) -> Status[Any]:
    """Import complete uploads: images, PDF, TIFF of several pages, ZIP, ALTO, PAGE, JSON, text.

    Answers at once with the job; its items are the report, one per page or file.
    """
    document = sharing.document_of(request.user, document_id, Role.MANAGER)
    uploads = uploading.whole(wanted.uploads, by=request.user)
    return Status(202, _start(request, document, uploads, wanted))


@router.post("/documents/{document_id}/import-files", response={202: JobOut})
def import_files(
    request: Request, document_id: Id, files: File[list[UploadedFile]], wanted: Form[Target]
) -> Status[Any]:
    """Upload files and import them in one request; for scripts, and files of moderate size."""
    document = sharing.document_of(request.user, document_id, Role.MANAGER)
    uploads: list[Upload] = []
    try:
        for file in files:
            upload = uploading.start(file.name or "", file.size or 0, by=request.user)
            uploads.append(upload)
            uploading.append(upload, 0, file)
        return Status(202, _start(request, document, uploads, wanted))
    except BaseException:
        uploading.remove(uploads)  # the sender has no ids to come back with
        raise


def _start(request: Request, document: Document, uploads: list[Upload], wanted: Target) -> Job:
    layer: Transcription | None = None
    if wanted.layer is not None:
        layer = importing.layer_of(document, wanted.layer)
    return importing.start(
        document,
        uploads,
        by=request.user,
        layer=layer,
        layer_name=wanted.layer_name,
        intake=intake.Intake(
            wanted.again, wanted.lines, wanted.match, wanted.pdf_pages.strip(), wanted.pdf_dpi
        ),
    )
