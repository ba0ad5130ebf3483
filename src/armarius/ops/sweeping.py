"""What every worker looks after, every few seconds and at its start.

Procrastinate does not take up the work of a dead worker by itself, and its retries do not count
crashes; so we sweep. Each step is safe beside another sweeper's: what it decides, it decides
under the lock of the batch. The advisory lock only saves the effort.
"""

from __future__ import annotations

import contextlib
import logging
import shutil
import threading
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from django.db import DatabaseError, InterfaceError, connection, transaction

from armarius import config, jobqueue, policy
from armarius.errors import Superseded
from armarius.images import store
from armarius.models import Attempt, Batch, Job
from armarius.ops import (
    accounts,
    attempts,
    beating,
    emptying,
    handouts,
    idempotency,
    limits,
    mailing,
    news,
    noticing,
    uploading,
)
from armarius.ops.alone import alone

log = logging.getLogger(__name__)

EVERY_S = 5.0
OVERDUE_S = 8.0  # a cancel that a worker has not obeyed by then is carried out without it
MINUTE_S, HOUR_S = 60.0, 3600.0
KEPT_WORK = timedelta(days=7)
_LOCK = 0x61726D73  # "arms"

# A queue entry counts as gone when its row is missing, has ended, or is held by a worker that
# is dead. The attempt comes right after the fetch, so an entry without one is soon conspicuous.
_ORPHANS = """
SELECT b.id FROM armarius_batch b
LEFT JOIN procrastinate_jobs p ON p.id = b.entry
LEFT JOIN procrastinate_workers w ON w.id = p.worker_id
WHERE b.ended_at IS NULL
  AND NOT EXISTS (SELECT 1 FROM armarius_attempt a WHERE a.batch_id = b.id AND a.ended_at IS NULL)
  AND (p.id IS NULL OR p.status NOT IN ('todo', 'doing') OR (p.status = 'doing'
       AND coalesce(w.last_heartbeat, '-infinity') < now() - make_interval(secs => %s)))
"""
_STALE = """
SELECT a.id, a.worker, a.heartbeat_at < statement_timestamp() - make_interval(secs => %s)
FROM armarius_attempt a WHERE a.ended_at IS NULL
"""
_OVERDUE = """
SELECT b.id FROM armarius_batch b JOIN armarius_job j ON j.id = b.job_id
WHERE b.ended_at IS NULL AND j.cancel_requested_at < now() - make_interval(secs => %s)
"""
_DEAD_ENTRIES = """
DELETE FROM procrastinate_jobs p WHERE p.task_name = %s AND (
  p.status NOT IN ('todo', 'doing') OR (p.status = 'doing'
    AND NOT EXISTS (SELECT 1 FROM armarius_batch b WHERE b.entry = p.id AND b.ended_at IS NULL)
    AND NOT EXISTS (SELECT 1 FROM procrastinate_workers w WHERE w.id = p.worker_id
      AND w.last_heartbeat > now() - make_interval(secs => %s))))
"""
_WAITING = """
SELECT p.id, p.queue_name, p.priority, j.kind, j.items_total, j.owner_id,
       extract(epoch FROM now() - j.created_at)
FROM procrastinate_jobs p JOIN armarius_batch b ON b.entry = p.id
JOIN armarius_job j ON j.id = b.job_id WHERE p.status = 'todo'
"""
_USED = """
SELECT j.owner_id, extract(epoch FROM coalesce(a.ended_at, now()) - a.started_at),
       extract(epoch FROM now() - coalesce(a.ended_at, now()))
FROM armarius_attempt a JOIN armarius_batch b ON b.id = a.batch_id
JOIN armarius_job j ON j.id = b.job_id
WHERE a.ended_at IS NULL OR a.ended_at > now() - interval '28 days'
"""


def run(until: threading.Event) -> None:
    """Sweep until told to stop; a database that is away is waited for."""
    next_minute = next_hour = 0.0
    while True:
        try:
            now = time.monotonic()
            sweep()
            if now >= next_minute:
                reorder()
                mailing.sweep()
                next_minute = now + MINUTE_S
            if now >= next_hour:
                tidy()
                next_hour = now + HOUR_S
        except (DatabaseError, InterfaceError) as error:
            log.warning("not swept: %s", str(error).strip().partition("\n")[0])
        except Exception:
            log.exception("the sweeper failed; it goes on")
        connection.close()
        if until.wait(min(EVERY_S, beating.lost_after_s() / 2)):
            return


def sweep() -> None:
    """Find what died and set it going again, or end it."""
    with alone(_LOCK) as mine:
        if mine:
            lose_silent()
            carry_out_cancels()
            queue_orphans()
            settle_leftovers()
            with connection.cursor() as cursor:
                cursor.execute(_DEAD_ENTRIES, [jobqueue.TASK, 2 * beating.lost_after_s()])


def lose_silent() -> None:
    """End attempts whose worker is dead or silent; their batches are tried again."""
    with connection.cursor() as cursor:
        cursor.execute(_STALE, [beating.lost_after_s()])
        found = cursor.fetchall()
    # Our own are alive, also right after the machine was asleep.
    others = [row for row in found if not beating.is_here(row[0])]
    lost = [key for key, worker, silent in others if silent or beating.is_dead(worker)]
    for attempt in Attempt.objects.filter(pk__in=lost).select_related("batch"):
        log.warning("%s is lost with its worker %s", attempt, attempt.worker)
        with contextlib.suppress(Superseded):
            attempts.finish(attempt, "lost", "Its worker gave no sign of life any more")


def carry_out_cancels() -> None:
    """End what was cancelled and goes on nevertheless; a late result will meet the fence."""
    for batch_id in _ids(_OVERDUE, OVERDUE_S):
        with contextlib.suppress(Superseded), transaction.atomic():
            batch = attempts.locked(batch_id)
            running = batch.attempts.filter(ended_at=None).first()
            if running is None:
                attempts.close(batch)
                continue
        if running is not None:
            with contextlib.suppress(Superseded):
                attempts.finish(running, "cancelled", "It did not stop by itself.")


def queue_orphans() -> None:
    """Queue open batches again that nobody works on and no queue entry leads to."""
    silent = 2 * beating.lost_after_s()
    for batch_id in _ids(_ORPHANS, silent):
        with contextlib.suppress(Superseded), transaction.atomic():
            batch = attempts.locked(batch_id)
            if _ids(f"{_ORPHANS} AND b.id = %s", silent, batch_id):  # still so, under the lock
                log.warning("%s had no queue entry", batch)
                jobqueue.put(batch, batch.job.lane, batch.job.priority)


def settle_leftovers() -> None:
    """End jobs whose batches have all ended; there should be none."""
    left = Job.objects.filter(ended_at=None).exclude(batches__ended_at=None)
    for job_id in left.values_list("pk", flat=True):
        with transaction.atomic():
            attempts.settle(job_id)


def reorder() -> None:
    """Give waiting batches the priority that fair share and age ask for now."""
    with connection.cursor() as cursor:
        cursor.execute(_WAITING)
        waiting = cursor.fetchall()
        if not waiting:
            return
        cursor.execute(_USED)
        used: dict[int, float] = {}
        for owner, seconds, ago in cursor.fetchall():
            used[owner] = used.get(owner, 0.0) + policy.decayed(float(seconds), float(ago))
        changed = []
        for entry, lane, old, kind, items, owner, age in waiting:
            class_ = policy.class_of(kind, items)
            new = policy.priority(class_, lane, used_s=used.get(owner, 0.0), age_s=float(age))
            if new != old:
                changed.append((new, entry))
        cursor.executemany(
            "UPDATE procrastinate_jobs SET priority = %s WHERE id = %s AND status = 'todo'",
            changed,
        )


def tidy() -> None:
    """Forget what is only kept for a while."""
    steps: tuple[Callable[[], object], ...] = (
        news.forget, idempotency.forget, uploading.sweep, accounts.forget, store.sweep,
        mailing.forget, noticing.forget, noticing.digest,
        handouts.forget, emptying.empty, limits.warn, forget_work,
    )  # fmt: skip
    for step in steps:
        step()


def forget_work() -> None:
    """Remove work folders of jobs that ended a week ago, or that are no more."""
    for folder in work_folder().glob("job-*"):
        number = folder.name.removeprefix("job-")
        old = time.time() - folder.stat().st_mtime > KEPT_WORK.total_seconds()
        if number.isdigit() and (old or not Job.objects.filter(pk=int(number)).exists()):
            open_ = Batch.objects.filter(job_id=int(number), ended_at=None).exists()
            if not open_:
                shutil.rmtree(folder, ignore_errors=True)


def work_folder() -> Path:
    """Where bundles of running jobs lie."""
    return config.home() / "work"


def _ids(query: str, *parameters: float) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(query, list(parameters))
        return [row[0] for row in cursor.fetchall()]
