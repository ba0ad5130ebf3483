"""One try at a batch: begun before it works, kept alive, applied under a fence, ended once.

The rules (docs/jobs.md tells them at length):

- An attempt is counted before anything starts, so that work which kills its worker is counted.
- Whatever an attempt writes, it writes in a transaction that began with `fence`. Where another
  attempt has taken over, that raises `Superseded` and nothing is written.
- An attempt that died is followed by others, one item at a time, at most `CRASHES` in all: a
  page that kills its worker fails alone and the rest goes on.
- Locks are taken in the order batch, job. A job ends when its last batch ends.
"""

from __future__ import annotations

import logging
from collections import Counter

from django.db import connection, transaction
from django.db.models import F, Max
from django.db.models.functions import Now

from armarius import jobqueue
from armarius.errors import ArmariusError, Stopped, Superseded
from armarius.models import Attempt, Batch, Job, JobItem
from armarius.ops import beating, news, noticing

log = logging.getLogger(__name__)

CRASHES = 3  # tries that may die before an item is given up
TRIES = 30  # tries of any end: stops a batch that is interrupted for ever
PROBLEMS = (JobItem.State.FAILED, JobItem.State.SKIPPED)

_FENCE = """
SELECT id FROM armarius_batch WHERE id = %s AND attempt = %s AND ended_at IS NULL FOR UPDATE
"""
_OPEN = "SELECT id FROM armarius_attempt WHERE id = %s AND ended_at IS NULL"
# What `tell` says of a job; its parameters may name thousands of uploads.
_COUNT = """
UPDATE armarius_job SET items_done = items_done + %s, items_failed = items_failed + %s
WHERE id = %s RETURNING id, kind, state, project_id, document_id, items_total, items_done,
items_failed, message
"""


class Crashed(ArmariusError):
    """The engine died under the work; what was done before is kept, the rest is tried again."""


def begin(batch_id: int, worker: str, entry: int | None = None) -> Attempt:
    """Count a new attempt at a batch and return it; nothing has started yet.

    Args:
        batch_id: the batch.
        worker: who tries, see `beating.worker_name`.
        entry: the queue entry that led here; None to begin without one.

    Raises:
        Superseded: the batch has ended, is being worked on, or was queued again.
        Stopped: the job was cancelled; the batch is ended.
    """
    with transaction.atomic():
        batch = _locked(batch_id)
        if entry is not None and batch.entry != entry:
            raise Superseded(f"{batch} was queued again; entry {entry} counts no longer.")
        running = batch.attempts.filter(ended_at=None).first()
        if running is not None:
            # Ours, where the answer to an earlier call was lost with the connection.
            if entry is not None and running.worker == worker and beating.of(running) is None:
                return running
            raise Superseded(f"{batch} is being worked on.")
        cancelled = batch.job.cancel_requested_at is not None
        if not cancelled:
            batch.attempt += 1
            batch.save(update_fields=["attempt"])
            attempt = Attempt.objects.create(batch=batch, number=batch.attempt, worker=worker)
            _started(batch.job)
            return attempt
        _close(batch)
    raise Stopped(f"Job {batch.job_id} was cancelled.")


def fence(attempt: Attempt) -> None:
    """Lock the attempt's batch for the rest of the transaction; the first thing in it.

    Raises:
        Superseded: the attempt is no longer the current one; roll back and stop.
    """
    with connection.cursor() as cursor:  # once per item, so without the trouble of objects
        cursor.execute(_FENCE, [attempt.batch_id, attempt.number])
        current = cursor.fetchone()
        # A statement of its own sees what was committed while the first waited for the lock.
        cursor.execute(_OPEN, [attempt.pk])
        if current is None or cursor.fetchone() is None:
            raise Superseded(
                f"Another attempt has taken over batch {attempt.batch_id}, or it has ended; "
                "nothing was written."
            )


def check(attempt: Attempt) -> None:
    """Call between items: whether the attempt may go on.

    Raises:
        Stopped: cancelled, or the worker is to end.
        Superseded: another attempt has taken over.
    """
    beat = beating.of(attempt)
    if beat is None:
        beating.ask(attempt)
    else:
        beat.check()


def item_done(
    attempt: Attempt, item: JobItem, state: str = JobItem.State.DONE, message: str = ""
) -> bool:
    """Write what became of an item, in the transaction that began with `fence`.

    `item.page` is stored too. Told twice, the second time changes nothing.

    Returns:
        Whether it was still waiting.
    """
    item.state, item.message = state, message
    changed = JobItem.objects.filter(
        pk=item.pk, state=JobItem.State.WAITING, batch_id=attempt.batch_id
    ).update(state=state, message=message, page_id=item.page_id, ended_at=Now())
    if changed:
        failed = int(state == JobItem.State.FAILED)
        for job in Job.objects.raw(_COUNT, [1 - failed, failed, item.job_id]):
            tell(job, page=item.page_id)
    return bool(changed)


def leave_out(batch: Batch, item: JobItem, message: str) -> bool:
    """Skip an item of a locked batch that is still waiting; a result that comes later is dropped."""
    changed = JobItem.objects.filter(
        pk=item.pk, state=JobItem.State.WAITING, batch=batch
    ).update(state=JobItem.State.SKIPPED, message=message, ended_at=Now())
    if changed:
        Job.objects.filter(pk=item.job_id).update(items_done=F("items_done") + 1)
        open_ = batch.attempts.filter(ended_at=None).exists()
        if not open_ and not batch.items.filter(state=JobItem.State.WAITING).exists():
            _close(batch)
        tell(Job.objects.get(pk=item.job_id), page=item.page_id)
    return bool(changed)


def wanted(item: JobItem) -> bool:
    """Whether nobody has taken the item out of its job; asked behind the fence."""
    return JobItem.objects.filter(pk=item.pk, state=JobItem.State.WAITING).exists()


def finish(attempt: Attempt, outcome: str, message: str = "", log_tail: str = "") -> None:
    """End an attempt and decide what becomes of its batch.

    Args:
        attempt: the attempt; ending it twice changes nothing.
        outcome: ``done`` and ``failed`` end the batch (items still waiting fail with the
            message); ``cancelled`` ends it and leaves them; ``crashed`` and ``lost`` (worker or engine
            died) try again, one item at a time; ``interrupted`` (the worker was told to end, the database was
            away) tries again and is not held against anybody.
        message: why, one sentence for the user.
        log_tail: the last lines of the run's log.
    """
    with transaction.atomic():
        batch = _select(attempt.batch_id)
        current = batch.attempt == attempt.number and batch.ended_at is None
        ended = Attempt.objects.filter(pk=attempt.pk, ended_at=None).update(
            ended_at=Now(),
            outcome=outcome if current else "superseded",
            message=message,
            log=log_tail[-20_000:],
        )
        if not ended or not current:
            return
        if batch.job.cancel_requested_at is not None or outcome == "cancelled":
            _close(batch)
        elif outcome in ("done", "failed"):
            _fail_waiting(batch, message or "It was left out; this is a fault of the server.")
            _close(batch)
        else:
            _again(batch, outcome, message)
    log.info("batch %d, attempt %d: %s %s", batch.pk, attempt.number, outcome, message)


def close(batch: Batch) -> None:
    """End a locked batch, and its job with the last one."""
    _close(batch)


def locked(batch_id: int) -> Batch:
    """The batch with its job, locked for the rest of the transaction.

    Raises:
        Superseded: it has ended.
    """
    return _locked(batch_id)


def settle(job_id: int) -> None:
    """End the job if none of its batches is open; its state follows from its items.

    Call it after the last lock on a batch of this transaction was taken.
    """
    job = Job.objects.select_for_update().get(pk=job_id)
    if job.ended_at or job.batches.filter(ended_at=None).exists():
        return
    items = list(job.items.order_by("position").values_list("state", "message", "name"))
    states = Counter(state for state, _, _ in items)
    job.items_failed = states[JobItem.State.FAILED]
    job.items_done = len(items) - states[JobItem.State.WAITING] - job.items_failed
    job.state = derived(states, cancelled=job.cancel_requested_at is not None)
    bad = [row for state in PROBLEMS for row in items if row[0] == state]
    if bad:
        job.message = f"{len(bad)} of {len(items)} with problems. {bad[0][2]}: {bad[0][1]}"
    if job.state == Job.State.CANCELLED:
        job.message = (
            f"Cancelled after {job.items_done} of {len(items)}. What is done was kept."
        )
    # One statement: state and time of the end go together.
    Job.objects.filter(pk=job.pk).update(
        state=job.state,
        message=job.message,
        items_done=job.items_done,
        items_failed=job.items_failed,
        ended_at=Now(),
    )
    job.refresh_from_db()
    tell(job)
    noticing.job_ended(job)
    log.info("job %d: %s", job.pk, job.state)


def derived(states: Counter[str], *, cancelled: bool) -> Job.State:
    """The state of a job whose batches have all ended, from the states of its items."""
    waiting, failed = states[JobItem.State.WAITING], states[JobItem.State.FAILED]
    if waiting and cancelled:
        return Job.State.CANCELLED
    if failed + waiting and failed + waiting == states.total():
        return Job.State.FAILED
    if failed or waiting or states[JobItem.State.SKIPPED]:
        return Job.State.DONE_WITH_PROBLEMS
    return Job.State.DONE


def tell(job: Job, **more: object) -> None:
    """News of a job for everybody who may see it."""
    payload = {
        "id": job.pk,
        "kind": job.kind,
        "state": job.state,
        "document": job.document_id,
        "items_total": job.items_total,
        "items_done": job.items_done,
        "items_failed": job.items_failed,
        "message": job.message,
    }
    news.tell(job.project_id, "job", payload | more)


def _select(batch_id: int) -> Batch:
    found = Batch.objects.select_for_update(of=("self",)).select_related("job")
    batch = found.filter(pk=batch_id).first()
    if batch is None:
        raise Superseded(f"Batch {batch_id} is gone, with its document or project.")
    return batch


def _locked(batch_id: int) -> Batch:
    batch = _select(batch_id)
    if batch.ended_at is not None:
        raise Superseded(f"{batch} has ended.")
    return batch


def _started(job: Job) -> None:
    first = Job.objects.filter(pk=job.pk, state=Job.State.WAITING)
    if first.update(state=Job.State.RUNNING, started_at=Now()):
        job.refresh_from_db()
        tell(job)


def _close(batch: Batch) -> None:
    Batch.objects.filter(pk=batch.pk).update(ended_at=Now(), entry=None)
    jobqueue.remove([batch.entry])
    settle(batch.job_id)


def _fail_waiting(batch: Batch, message: str) -> None:
    failed = batch.items.filter(state=JobItem.State.WAITING).update(
        state=JobItem.State.FAILED, message=message, ended_at=Now()
    )
    Job.objects.filter(pk=batch.job_id).update(items_failed=F("items_failed") + failed)


def _again(batch: Batch, outcome: str, message: str) -> None:
    if outcome in ("crashed", "lost"):
        batch.crashes += 1
        batch.save(update_fields=["crashes"])
    waiting = list(batch.items.filter(state=JobItem.State.WAITING))
    if not waiting:
        _close(batch)
    elif batch.crashes and len(waiting) > 1:
        _isolate(batch, waiting)
    elif batch.crashes >= CRASHES:
        who = "engine" if outcome == "crashed" else "worker"
        times = "three times" if batch.crashes == CRASHES else f"{batch.crashes} times"
        reason = f" ({message.rstrip('.')})" if message else ""
        _fail_waiting(
            batch, f"The {who} crashed {times} on this page{reason}. It was left out."
        )
        _close(batch)
    elif batch.attempt >= TRIES:
        _fail_waiting(batch, f"It was interrupted {batch.attempt} times. Try again later.")
        _close(batch)
    else:
        jobqueue.put(batch, batch.job.lane, batch.job.priority)


def _isolate(batch: Batch, waiting: list[JobItem]) -> None:
    """Give every waiting item a batch of its own, with the crashes of the old one."""
    job = Job.objects.select_for_update().get(pk=batch.job_id)
    last = job.batches.aggregate(last=Max("number"))["last"]
    alone = Batch.objects.bulk_create(
        Batch(job=job, number=last + 1 + index, crashes=batch.crashes)
        for index in range(len(waiting))
    )
    for item, own in zip(waiting, alone, strict=True):
        item.batch = own
    JobItem.objects.bulk_update(waiting, ["batch"], batch_size=1000)
    jobqueue.put_all(alone, job.lane, job.priority)
    _close(batch)
