"""Jobs: their state, their report, cancelling and trying again."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from django.http import HttpResponse
from ninja import Query, Router, Schema
from pydantic import Field

from armarius.api.answers import Id, Listed, Number, Window, direct, listed
from armarius.api.auth import Request
from armarius.api.people import Person, person
from armarius.models import Job, JobItem, Role
from armarius.ops import jobs, sharing

router = Router()


class JobOut(Schema):
    """A piece of work that somebody asked for, and how far it is."""

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
    """Which jobs."""

    project: Number | None = None
    document: Number | None = None
    open: bool | None = None


class ItemsChosen(Window):
    """Which items; `state` for example “failed”."""

    state: Annotated[str, Field(max_length=20)] = ""


@router.get("/jobs", response=Listed[JobOut])
def list_jobs(request: Request, wanted: Query[Chosen]) -> HttpResponse:
    """Jobs of all projects that you see, newest first."""
    found = sharing.visible_jobs(request.user)
    if wanted.project is not None:
        found = found.filter(project=wanted.project)
    if wanted.document is not None:
        found = found.filter(document=wanted.document)
    if wanted.open is not None:
        found = found.filter(ended_at__isnull=wanted.open)
    return direct(listed(found, wanted, shape))


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
    rows = items.values("id", "position", "name", "page", "state", "message", "ended_at")
    return direct(listed(rows, wanted))


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
    }


def _changeable(request: Request, job_id: int) -> Job:
    """Transcribers may change their own jobs, managers everybody's."""
    job = sharing.job_of(request.user, job_id, Role.TRANSCRIBER)
    if job.owner_id != request.user.pk:
        job = sharing.job_of(request.user, job_id, Role.MANAGER)
    return job
