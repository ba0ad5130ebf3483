"""Put batches into lanes, and take them out again. The queue is Procrastinate's, in our database.

All calls use Django's connection, so a queue entry commits together with the rows it is for.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.db import connection
from procrastinate.contrib.django.django_connector import DjangoConnector
from procrastinate.jobs import JobDeferrer
from procrastinate.manager import JobManager
from procrastinate.tasks import configure_task
from procrastinate.types import JSONDict

from armarius.models import Batch

TASK = "run_batch"
LETTER_TASK = "send_letter"


def put(batch: Batch, lane: str, priority: int) -> int:
    """Queue a batch and note the entry on it; an entry that it had counts no longer.

    Call it in the transaction that changes the batch.

    Returns:
        The id of the queue entry.
    """
    remove([batch.entry])
    batch.entry = _deferrer(lane, priority).defer(batch_id=batch.pk)
    batch.save(update_fields=["entry"])
    return batch.entry


def put_all(batches: Iterable[Batch], lane: str, priority: int) -> None:
    """Queue new batches with a constant number of queries."""
    batches = list(batches)
    if not batches:
        return
    wanted: list[JSONDict] = [{"batch_id": batch.pk} for batch in batches]
    entries = _deferrer(lane, priority).batch_defer(*wanted)
    for batch, entry in zip(batches, entries, strict=True):
        batch.entry = entry
    Batch.objects.bulk_update(batches, ["entry"], batch_size=1000)


def put_letter(letter_id: int, priority: int) -> int:
    """Queue the sending of a letter in lane io; returns the id of the entry."""
    return _deferrer("io", priority, LETTER_TASK).defer(letter_id=letter_id)


def remove(entries: Iterable[int | None]) -> None:
    """Take waiting entries out of the queue; entries that a worker has taken stay."""
    wanted = [entry for entry in entries if entry is not None]
    if wanted:
        with connection.cursor() as cursor:
            cursor.execute(
                "DELETE FROM procrastinate_jobs WHERE id = ANY(%s) AND status = 'todo'",
                [wanted],
            )


def _deferrer(lane: str, priority: int, task: str = TASK) -> JobDeferrer:
    # Not through Procrastinate's app: inside a worker that one has connections of its own, and
    # the entry would not belong to the transaction.
    manager = JobManager(DjangoConnector())
    return configure_task(name=task, job_manager=manager, queue=lane, priority=priority)
