"""Jobs as users see them: create, cancel, try again. What a worker does is in `attempts`."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db import connection, transaction
from django.db.models import Max
from django.db.models.functions import Now

from armarius import config, jobqueue, policy
from armarius.errors import BadInput, Busy, Superseded
from armarius.models import Attempt, Batch, Document, Job, JobItem, Page, Project, User
from armarius.ops import limits
from armarius.ops.attempts import (
    begin,
    check,
    close,
    derived,
    fence,
    finish,
    item_done,
    leave_out,
    locked,
    settle,
    tell,
    wanted,
)

__all__ = [
    "begin",
    "cancel",
    "check",
    "create",
    "derived",
    "extend",
    "fence",
    "finish",
    "item_done",
    "reasons",
    "retry",
    "settle",
    "wanted",
    "why_waiting",
]

log = logging.getLogger(__name__)

SILENT_S = 30  # a worker without a sign of life for so long does not count
# Of each job asked for: workers alive, batches of others taken in its lane, and those that a worker
# would take before its first. The places in a lane are counted once, however many jobs are asked for.
_AHEAD = """
WITH places AS (
    SELECT b.job_id, p.queue_name AS lane, p.status,
           count(*) FILTER (WHERE p.status = 'todo') OVER (
               PARTITION BY p.queue_name ORDER BY p.priority DESC, p.id
               ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS ahead
    FROM procrastinate_jobs p JOIN armarius_batch b ON b.entry = p.id
    WHERE p.status IN ('todo', 'doing') AND p.queue_name = ANY(%(lanes)s::text[])
), first AS (
    SELECT job_id, min(ahead) AS ahead FROM places GROUP BY job_id
), busy AS (
    SELECT lane, job_id, count(*) AS taken FROM places
    WHERE status = 'doing' GROUP BY lane, job_id
)
SELECT asked.id,
       (SELECT count(*) FROM procrastinate_workers
        WHERE last_heartbeat > now() - make_interval(secs => %(silent)s)),
       coalesce(sum(busy.taken), 0)::int, coalesce(min(first.ahead), 0)
FROM unnest(%(ids)s::bigint[], %(lanes)s::text[]) AS asked(id, lane)
LEFT JOIN first ON first.job_id = asked.id
LEFT JOIN busy ON busy.lane = asked.lane AND busy.job_id <> asked.id
GROUP BY asked.id
"""


def create(
    kind: str,
    *,
    project: Project,
    document: Document | None,
    by: User,
    title: str,
    items: Sequence[JobItem],
    parameters: Mapping[str, Any] | None = None,
    lane: str = "io",
    batch_size: int = 8,
) -> Job:
    """Create a job with its items, batches and queue entries in one transaction.

    Args:
        kind: a `Job.Kind` that `tasks.HANDLERS` knows.
        project: whose members see it.
        document: what it is about, if one document.
        by: who asks; the batches are done in their name.
        title: shown to people, "Transcribe 32 pages of Ms 3516".
        items: unsaved rows of the report, with name, page and source.
        parameters: what the handler needs, as JSON.
        lane: a lane of `policy.LANES`.
        batch_size: items that a worker takes together.

    Raises:
        BadInput: no item.
        Busy: `by` has as many open jobs as one user may have, or has used up their time.
    """
    if not items:
        raise BadInput("There is nothing to do. Choose one or more pages or files.")
    first = policy.priority(policy.class_of(kind, len(items)), lane)
    with transaction.atomic():
        _room_for_one_more(by, kind, lane)
        job = Job.objects.create(
            kind=kind, project=project, document=document, owner=by, title=title[:300],
            parameters=dict(parameters or {}), lane=lane, priority=first, items_total=len(items),
        )  # fmt: skip
        _add(job, items, batch_size)
        tell(job)
    log.info("job %d: %s, %d items in lane %s", job.pk, kind, len(items), lane)
    return job


def extend(attempt: Attempt, items: Sequence[JobItem], batch_size: int) -> None:
    """Add items that an attempt has found to its job, in the transaction that began with `fence`."""
    job = Job.objects.select_for_update().get(pk=attempt.batch.job_id)
    _add(job, items, batch_size)
    job.items_total = job.items.count()
    job.save(update_fields=["items_total"])
    tell(job)


def cancel(job: Job, *, by: User) -> Job:
    """Ask a job to end. What waits ends now, what runs within seconds; what is done is kept.

    Cancelling a job that has ended changes nothing.
    """
    asked = Job.objects.filter(pk=job.pk, ended_at=None, cancel_requested_at=None)
    if asked.update(cancel_requested_at=Now()):
        log.info("job %d: cancelled by user %d", job.pk, by.pk)
    for batch_id in job.batches.filter(ended_at=None).values_list("pk", flat=True):
        try:
            with transaction.atomic():
                batch = locked(batch_id)
                if not batch.attempts.filter(ended_at=None).exists():
                    close(batch)
        except Superseded:
            continue  # it has ended meanwhile
    job.refresh_from_db()
    return job


def retry(job: Job, *, by: User) -> Job:
    """Create a job that does again what failed or was not reached.

    The old job keeps its report: a job ends once.

    Raises:
        BadInput: the job has not ended, or nothing in it failed.
        Busy: as `create`.
    """
    if job.ended_at is None:
        raise BadInput("The job has not ended yet. Wait for its end, or cancel it first.")
    again = (JobItem.State.FAILED, JobItem.State.WAITING)
    items = [
        JobItem(name=item.name, page_id=item.page_id, source=item.source)
        for item in job.items.filter(state__in=again).order_by("position")
    ]
    if not items:
        raise BadInput("Nothing in this job failed; there is nothing to try again.")
    sizes = job.items.count() / max(1, job.batches.count())
    return create(
        job.kind,
        project=job.project,
        document=job.document,
        by=by,
        title=job.title,
        items=items,
        parameters=job.parameters,
        lane=job.lane,
        batch_size=max(1, round(sizes)),
    )


def stop_page(page: Page, *, by: User, everybodys: bool) -> int:
    """Take a page out of all open jobs; what runs on it now is not stored. Returns how many jobs.

    Args:
        page: whose work is to stop; the other pages of the jobs go on.
        by: who asks.
        everybodys: stop others' jobs on it too.
    """
    found = JobItem.objects.filter(page=page, state=JobItem.State.WAITING, job__ended_at=None)
    if not everybodys:
        found = found.filter(job__owner=by)
    stopped = 0
    for item in found.select_related("job").order_by("batch_id"):
        try:
            with transaction.atomic():
                batch = locked(item.batch_id or 0)
                stopped += leave_out(batch, item, f"Stopped by {by.username}.")
        except Superseded:
            continue  # its batch has ended meanwhile
    log.info("page %d: stopped in %d jobs by user %d", page.pk, stopped, by.pk)
    return stopped


def log_of(job: Job, tail: int) -> tuple[str, bool]:
    """What the attempts at a job have logged, the newest last, and whether that is all of it."""
    attempts = Attempt.objects.filter(batch__job=job).order_by("-started_at", "-pk")
    parts: list[str] = []
    size = 0
    for one in attempts.select_related("batch").iterator(100):
        head = f"--- {one.started_at:%Y-%m-%d %H:%M:%S} batch {one.batch.number + 1}, attempt {one.number}, {one.worker}: {one.outcome or 'running'}"
        part = "\n".join(x for x in (head, one.message, one.log.rstrip()) if x)
        parts.append(part)
        size += len(part) + 1
        if size > tail:
            break
    whole = "\n".join(reversed(parts))
    return whole[-tail:], size <= tail


def why_waiting(job: Job) -> str:
    """Why a job has not begun yet, one sentence; empty for a job that has."""
    return reasons([job]).get(job.pk, "")


def reasons(asked: Iterable[Job]) -> dict[int, str]:
    """Why each of the jobs that have not begun yet waits, by their ids; one query for all."""
    lanes = {job.pk: job.lane for job in asked if job.state == Job.State.WAITING}
    if not lanes:
        return {}
    given: dict[str, Any] = {
        "ids": list(lanes),
        "lanes": list(lanes.values()),
        "silent": SILENT_S,
    }
    with connection.cursor() as cursor:
        cursor.execute(_AHEAD, given)
        return {pk: _reason(lanes[pk], *counts) for pk, *counts in cursor.fetchall()}


def _reason(lane: str, workers: int, busy: int, ahead: int) -> str:
    if not workers:
        return "No worker is running. Start one with “armarius worker”."
    if ahead:
        return f"It waits in lane {lane} behind {_batches(ahead)} of other jobs."
    if busy:
        return f"It is next in lane {lane}, after {_batches(busy)} that a worker has begun."
    return f"It is next in lane {lane}."


def _batches(count: int) -> str:
    return "1 batch" if count == 1 else f"{count} batches"


def _room_for_one_more(by: User, kind: str, lane: str) -> None:
    limit = config.number("ARMARIUS_JOBS_PER_USER")
    user = User.objects.select_for_update().get(pk=by.pk)  # two clicks at once count as two
    if Job.objects.filter(owner=user, ended_at=None).count() >= limit:
        raise Busy(f"You have {limit} open jobs already. Wait for one to end, or cancel one.")
    limits.check_job(user, kind, lane)


def _add(job: Job, items: Sequence[JobItem], batch_size: int) -> None:
    last = job.batches.aggregate(last=Max("number"))["last"]
    position = job.items.aggregate(last=Max("position"))["last"]
    size = max(1, batch_size)
    groups = [items[start : start + size] for start in range(0, len(items), size)]
    batches = Batch.objects.bulk_create(
        Batch(job=job, number=index)
        for index, _ in enumerate(groups, 0 if last is None else last + 1)
    )
    for index, item in enumerate(items, 0 if position is None else position + 1):
        item.job, item.position = job, index
    for batch, group in zip(batches, groups, strict=True):
        for item in group:
            item.batch = batch
    JobItem.objects.bulk_create(items, batch_size=1000)
    jobqueue.put_all(batches, job.lane, job.priority)
