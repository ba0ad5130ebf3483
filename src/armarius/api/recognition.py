"""Find lines and read them, as jobs."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from django.http import HttpResponse
from ninja import Router, Schema, Status
from pydantic import Field

from armarius import checkup
from armarius.api.answers import Id, Number, direct
from armarius.api.auth import Request
from armarius.api.documents import PageIds
from armarius.api.jobs import JobOut
from armarius.engines import Bidi, Inference, Mode, Precision
from armarius.errors import BadInput, NotFound
from armarius.models import AtrModel, Document, Job, Page, Role
from armarius.ops import outlining, recognising, sharing

router = Router(tags=["recognition"])


class SegmentIn(Schema):
    """Which pages, and with which model; without one the engine's own is taken.

    `steps`: “both” for regions and lines; “lines” keeps the regions, “regions” keeps the lines with
    their texts; “masks” draws masks round the baselines that are there and asks no model. `existing`:
    whether pages that have what would be found get it anew, or are left alone. `quick`: look at pages
    of 1,200 rows; quicker, but small or faint lines may be missed. `precision`: of the network, one of
    `GET /api/precisions`; what is found in another than fp32 differs a little.
    """

    page_ids: PageIds
    model: Number | None = None
    steps: Literal["both", "lines", "regions", "masks"] = "both"
    existing: Literal["replace", "skip"] = "replace"
    quick: bool = False
    precision: Precision = "fp32"


class TranscribeIn(Schema):
    """Which pages, with which model, into which layer.

    Without `layer_name` the layer is called after the model and the date. `segment`: find the
    lines first on pages that have none, with `segmentation_model` or the engine's own, and `quick`
    as when segmenting. `precision`: of both networks.

    `mode`: cut lines out along their “baselines”, as upright boxes (“bbox”), or as the model was
    trained. `bidi`: base direction of lines with mixed scripts; “off” keeps the order of the ink.
    `inference`: run both networks by the “fast” path, by “kraken” itself, or by the fast path where
    it gives the same.
    """

    page_ids: PageIds
    model: Number
    layer_name: Annotated[str, Field(max_length=200)] = ""
    segment: bool = False
    segmentation_model: Number | None = None
    quick: bool = False
    precision: Precision = "fp32"
    mode: Mode = "auto"
    bidi: Bidi = "auto"
    inference: Inference = "auto"


class Precisions(Schema):
    """In which precisions networks can run."""

    precisions: list[Precision]


@router.get("/precisions", response=Precisions)
def list_precisions(request: Request) -> HttpResponse:
    """In which precisions jobs can run on this machine; fp32 is always one."""
    return direct({"precisions": checkup.precisions()})


@router.post("/documents/{document_id}/segment", response={202: JobOut})
def segment(request: Request, document_id: Id, wanted: SegmentIn) -> Status[Job]:
    """Find the regions and lines of pages anew; what was there stays in a snapshot.

    Answers at once with the job.
    """
    document, pages = pages_of(request, document_id, wanted.page_ids)
    skip = wanted.existing == "skip"
    if wanted.steps == "masks":
        if skip or wanted.quick or wanted.model is not None or wanted.precision != "fp32":
            raise BadInput(
                "Masks are drawn without a model, round all lines. Leave the other options out."
            )
        top = document.line_position == document.LinePosition.TOPLINE
        return Status(202, outlining.start_pages(document, pages, by=request.user, top=top))
    job = recognising.start_segmentation(
        document,
        pages,
        by=request.user,
        model=_model(request, wanted.model),
        steps=wanted.steps,
        quick=wanted.quick,
        skip=skip,
        precision=wanted.precision,
    )
    return Status(202, job)


@router.post("/documents/{document_id}/transcribe", response={202: JobOut})
def transcribe(request: Request, document_id: Id, wanted: TranscribeIn) -> Status[Job]:
    """Read the lines of pages into a layer; no text of another layer is touched.

    Answers at once with the job.
    """
    document, pages = pages_of(request, document_id, wanted.page_ids)
    job = recognising.start_transcription(
        document,
        pages,
        by=request.user,
        model=sharing.model_of(request.user, wanted.model),
        layer_name=wanted.layer_name,
        segment=wanted.segment,
        segmentation_model=_model(request, wanted.segmentation_model),
        quick=wanted.quick,
        precision=wanted.precision,
        mode=wanted.mode,
        bidi=wanted.bidi,
        inference=wanted.inference,
    )
    return Status(202, job)


def pages_of(request: Request, document_id: int, wanted: list[int]) -> tuple[Document, Any]:
    """The document and the wanted pages of it with their images, in their order."""
    document = sharing.document_of(request.user, document_id, Role.TRANSCRIBER)
    found = Page.objects.filter(document=document, pk__in=wanted).select_related("image")
    pages = list(found.order_by("position"))
    missing = set(wanted) - {page.pk for page in pages}
    if missing:
        raise NotFound(f"There is no page {min(missing)} in this document.")
    return document, pages


def _model(request: Request, model_id: int | None) -> AtrModel | None:
    return None if model_id is None else sharing.model_of(request.user, model_id)
