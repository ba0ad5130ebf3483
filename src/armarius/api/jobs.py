"""Jobs: their state, their report, cancelling and trying again."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from django.http import HttpResponse, StreamingHttpResponse
from ninja import Query, Router, Schema
from pydantic import Field

from armarius.api import tables
from armarius.api.answers import Id, Listed, Number, Window, direct, listed
from armarius.api.auth import Request
from armarius.api.documents import PageIds
from armarius.api.people import Person, person
from armarius.api.tables import CSV
from armarius.models import Job, JobItem, Role
from armarius.ops import forecasting, jobs, sharing

router = Router()


class JobOut(Schema):
    """A piece of work that somebody asked for, and how far it is.

    `quick`: it looks at smaller pages; `precision` of its networks, empty where it asks none.
    """

    id: int
    kind: str
    state: str
    title: str
    project: int
    document: int | None
    owner: Person
    lane: str
    items_total: int
    items_done: int
    items_failed: int
    message: str
    created_at: datetime
    started_at: datetime | None
    ended_at: datetime | None
    cancel_requested_at: datetime | None
    seconds_left: int | None = None
    quick: bool = False
    precision: str = ""

    @staticmethod
    def resolve_quick(job: Any) -> bool:
        """Whether it looks at smaller pages."""
        return bool(job.parameters.get("quick"))

    @staticmethod
    def resolve_precision(job: Any) -> str:
        """The precision of its networks."""
        return str(job.parameters.get("precision", ""))

    @staticmethod
    def resolve_project(job: Any) -> int:
        """The project's id."""
        return int(job.project_id)

    @staticmethod
    def resolve_document(job: Any) -> int | None:
        """The document's id."""
        return job.document_id  # type: ignore[no-any-return]


class ItemOut(Schema):
    """One page or file of a job, and what became of it."""

    id: int
    position: int
    name: str
    page: int | None
    state: str
    message: str
    ended_at: datetime | None


class Chosen(Window):
    """Which jobs; `mine`: those that you have asked for.

    Masks that were drawn without a problem are left out unless `kind` asks for them: an editor
    lets some be drawn every few seconds.
    """

    project: Number | None = None
    document: Number | None = None
    open: bool | None = None
    mine: bool = False
    kind: Annotated[str, Field(max_length=16)] = ""
    state: Annotated[str, Field(max_length=24)] = ""


class ItemsChosen(Window):
    """Which items; `state` for example “failed”, `problems` all that were not simply done."""

    state: Annotated[str, Field(max_length=20)] = ""
    problems: bool = False


class Tail(Schema):
    """How much of the end of the log, in characters."""

    tail: Annotated[int, Field(ge=1, le=1_000_000)] = 20_000


class LogOut(Schema):
    """The end of a job's log; `whole`: it is all of it."""

    log: str
    whole: bool


class Stopped(Schema):
    """In how many jobs the page is left out now."""

    jobs: int


class ForecastIn(Schema):
    """What somebody thinks of starting."""

    page_ids: PageIds
    kind: Literal["segment", "transcribe", "masks"]
    model: Number | None = None
    quick: bool = False


class Forecast(Schema):
    """What is on the pages, and how long it may take.

    `checked`: lines that somebody has checked in some layer. `seconds`: by the last `based_on` jobs
    of the kind; None where there are none yet.
    """

    pages: int
    with_lines: int
    lines: int
    checked: int
    seconds: int | None
    based_on: int


@router.get("/jobs", response=Listed[JobOut])
def list_jobs(request: Request, wanted: Query[Chosen]) -> HttpResponse:
    """Jobs of all projects that you see, newest first. While one waits, `message` says for what."""
    found = sharing.visible_jobs(request.user)
    if wanted.project is not None:
        found = found.filter(project=wanted.project)
    if wanted.document is not None:
        found = found.filter(document=wanted.document)
    if wanted.open is not None:
        found = found.filter(ended_at__isnull=wanted.open)
    if wanted.mine:
        found = found.filter(owner=request.user)
    if wanted.kind:
        found = found.filter(kind=wanted.kind)
    else:
        found = found.exclude(kind=Job.Kind.MASKS, state=Job.State.DONE, items_total__lte=1)
    if wanted.state:
        found = found.filter(state=wanted.state)
    part = listed(found, wanted)
    reasons = jobs.reasons(part["items"])
    items = [
        shape(job) | {"message": job.message or reasons.get(job.pk, "")}
        for job in part["items"]
    ]
    return direct(part | {"items": items})


@router.get("/jobs/{job_id}", response=JobOut)
def get_job(request: Request, job_id: Id) -> HttpResponse:
    """One job. While it waits, `message` says for what."""
    job = sharing.job_of(request.user, job_id)
    return direct(shape(job) | {"message": job.message or jobs.why_waiting(job)})


@router.get("/jobs/{job_id}/items", response=Listed[ItemOut])
def list_items(request: Request, job_id: Id, wanted: Query[ItemsChosen]) -> HttpResponse:
    """The job's report: one item per page or file."""
    job = sharing.job_of(request.user, job_id)
    items = JobItem.objects.filter(job=job).order_by("position")
    if wanted.state:
        items = items.filter(state=wanted.state)
    if wanted.problems:
        items = items.exclude(state__in=(JobItem.State.DONE, JobItem.State.WAITING))
    rows = items.values("id", "position", "name", "page", "state", "message", "ended_at")
    return direct(listed(rows, wanted))


@router.get("/jobs/{job_id}/report.csv", openapi_extra=CSV)
def download_report(request: Request, job_id: Id) -> StreamingHttpResponse:
    """The job's report as a table for spreadsheets."""
    job = sharing.job_of(request.user, job_id)
    items = JobItem.objects.filter(job=job).order_by("position")
    rows = items.values_list("position", "name", "state", "message", "page", "ended_at")
    head = ("number", "page or file", "state", "message", "page id", "ended at (UTC)")
    counted = ((place + 1, *more) for place, *more in rows.iterator(2000))
    return tables.answer(f"job-{job.pk}.csv", head, counted)


@router.get("/jobs/{job_id}/log", response=LogOut)
def get_log(request: Request, job_id: Id, wanted: Query[Tail]) -> HttpResponse:
    """The end of what the job's attempts have logged."""
    text, whole = jobs.log_of(sharing.job_of(request.user, job_id), wanted.tail)
    return direct({"log": text, "whole": whole})


@router.post("/pages/{page_id}/stop", response=Stopped)
def stop_page(request: Request, page_id: Id) -> HttpResponse:
    """Leave a page out of all open jobs; their other pages go on. Managers stop others' jobs too."""
    page = sharing.page_of(request.user, page_id, Role.TRANSCRIBER)
    everybodys = sharing.at_least(page, Role.MANAGER)
    return direct({"jobs": jobs.stop_page(page, by=request.user, everybodys=everybodys)})


@router.post("/documents/{document_id}/forecast", response=Forecast)
def forecast(request: Request, document_id: Id, given: ForecastIn) -> HttpResponse:
    """What a job would find on the pages, and how long it may take. Nothing is started."""
    document = sharing.document_of(request.user, document_id)
    found = forecasting.of_pages(
        document, given.page_ids, given.kind, given.model, quick=given.quick
    )
    return direct(found)


@router.post("/jobs/{job_id}/cancel", response=JobOut)
def cancel_job(request: Request, job_id: Id) -> HttpResponse:
    """Stop a job. What is done stays; what is running ends within seconds."""
    return direct(shape(jobs.cancel(_changeable(request, job_id), by=request.user)))


@router.post("/jobs/{job_id}/retry", response=JobOut)
def retry_job(request: Request, job_id: Id) -> HttpResponse:
    """Try the items again that failed or were not done."""
    return direct(shape(jobs.retry(_changeable(request, job_id), by=request.user)))


def shape(job: Job) -> dict[str, Any]:
    """The job as `JobOut` describes it."""
    return {
        "id": job.pk,
        "kind": job.kind,
        "state": job.state,
        "title": job.title,
        "project": job.project_id,
        "document": job.document_id,
        "owner": person(job.owner),
        "lane": job.lane,
        "items_total": job.items_total,
        "items_done": job.items_done,
        "items_failed": job.items_failed,
        "message": job.message,
        "created_at": job.created_at,
        "started_at": job.started_at,
        "ended_at": job.ended_at,
        "cancel_requested_at": job.cancel_requested_at,
        "seconds_left": forecasting.seconds_left(job),
        "quick": bool(job.parameters.get("quick")),
        "precision": job.parameters.get("precision", ""),
    }


def _changeable(request: Request, job_id: int) -> Job:
    """Transcribers may change their own jobs, managers everybody's."""
    job = sharing.job_of(request.user, job_id, Role.TRANSCRIBER)
    if job.owner_id != request.user.pk:
        job = sharing.job_of(request.user, job_id, Role.MANAGER)
    return job
