"""What died is found, and goes on or ends."""

from __future__ import annotations

import subprocess
import sys

import pytest
from django.db import connection

from armarius.errors import Superseded
from armarius.models import Attempt, Batch, Job, JobItem
from armarius.ops import attempts, beating, jobs, sweeping
from tests.ops.test_jobs import ends, make, queued, work

__all__ = ["make"]


def sql(statement: str, *parameters: float | str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)


def taken(entry: int, worker_alive: bool) -> None:
    """A Procrastinate worker has fetched the entry."""
    silent = "0" if worker_alive else "3600"
    sql(
        "WITH w AS (INSERT INTO procrastinate_workers (last_heartbeat) "
        "VALUES (now() - make_interval(secs => %s::float)) RETURNING id) "
        "UPDATE procrastinate_jobs SET status = 'doing', worker_id = w.id FROM w "
        "WHERE procrastinate_jobs.id = %s",
        silent,
        entry,
    )


def silence(attempt: Attempt, seconds: float) -> None:
    sql(
        "UPDATE armarius_attempt SET heartbeat_at = now() - make_interval(secs => %s::float) "
        "WHERE id = %s",
        seconds,
        attempt.pk,
    )


@pytest.fixture
def dead_worker():
    """The name of a worker on this machine that has ended."""
    child = subprocess.run(
        [sys.executable, "-c", "import os; print(os.getpid())"],
        capture_output=True,
        text=True,
        check=True,
    )
    host, place, _, _ = beating.worker_name().split("|")
    return f"{host}|{place}|{child.stdout.strip()}|12345"


def test_a_silent_attempt_is_lost_and_its_batch_queued_again(make):
    batch = make(items=1).batches.get()
    attempt = jobs.begin(batch.pk, "elsewhere")
    taken(batch.entry, worker_alive=False)
    silence(attempt, 31)

    sweeping.sweep()

    attempt.refresh_from_db()
    batch.refresh_from_db()
    assert attempt.outcome == "lost"
    assert queued() == [batch.pk]
    assert jobs.begin(batch.pk, "w", batch.entry).number == 2


def test_an_attempt_that_beats_is_left_alone(make):
    batch = make().batches.get()
    attempt = jobs.begin(batch.pk, "elsewhere")
    taken(batch.entry, worker_alive=True)
    silence(attempt, 29)

    sweeping.sweep()

    attempt.refresh_from_db()
    assert attempt.ended_at is None
    assert queued() == []


def test_our_own_attempts_are_alive_also_after_the_machine_was_asleep(make):
    attempt = jobs.begin(make().batches.get().pk, beating.worker_name())
    beating.add(attempt)
    silence(attempt, 3600)
    try:
        sweeping.sweep()
    finally:
        beating.drop(attempt)

    attempt.refresh_from_db()
    assert attempt.ended_at is None


def test_the_dead_on_this_machine_are_seen_at_once(make, dead_worker):
    attempt = jobs.begin(make(items=1).batches.get().pk, dead_worker)

    sweeping.sweep()

    attempt.refresh_from_db()
    assert attempt.outcome == "lost"


def test_our_own_process_is_not_dead():
    assert not beating.is_dead(beating.worker_name())
    assert not beating.is_dead("another machine|0123456789ab|1|1")
    assert not beating.is_dead("w")


def test_a_batch_without_a_queue_entry_is_queued_again(make):
    batch = make().batches.get()
    sql("DELETE FROM procrastinate_jobs")

    sweeping.sweep()
    sweeping.sweep()

    assert queued() == [batch.pk]


def test_an_entry_that_a_dead_worker_took_and_never_began_is_queued_again(make):
    batch = make().batches.get()
    old = batch.entry
    taken(old, worker_alive=False)

    sweeping.sweep()

    batch.refresh_from_db()
    assert queued() == [batch.pk]
    assert batch.entry != old
    with pytest.raises(Superseded):
        jobs.begin(batch.pk, "w", old)


def test_an_entry_that_a_living_worker_just_took_is_left_to_it(make):
    batch = make().batches.get()
    taken(batch.entry, worker_alive=True)

    sweeping.sweep()

    assert queued() == []


def test_a_cancel_that_nobody_obeys_is_carried_out(make, alice):
    job = make()
    attempt = jobs.begin(job.batches.get().pk, "elsewhere")
    jobs.cancel(job, by=alice)
    sql("UPDATE armarius_job SET cancel_requested_at = now() - interval '9 s'")

    sweeping.sweep()

    job.refresh_from_db()
    assert job.state == "cancelled"
    assert ends(job) == 1
    with pytest.raises(Superseded):
        jobs.fence(attempt)


def test_a_job_whose_end_was_missed_ends(make):
    job = make(items=1)
    attempt = jobs.begin(job.batches.get().pk, "w")
    work(attempt)
    Batch.objects.update(ended_at=attempt.started_at)

    sweeping.sweep()

    job.refresh_from_db()
    assert job.state == "done"


def test_entries_of_the_dead_are_removed(make):
    batch = make().batches.get()
    taken(batch.entry, worker_alive=False)
    sweeping.sweep()
    sweeping.sweep()

    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM procrastinate_jobs")
        assert cursor.fetchone()[0] == 1


def test_whoever_used_much_goes_behind(make, bob, project, codex):
    first = make(items=20)
    second = jobs.create(
        Job.Kind.SEGMENT,
        project=project,
        document=codex,
        by=bob,
        title="Segment",
        items=[JobItem(name=str(n)) for n in range(20)],
        lane="cpu",
    )
    busy = jobs.begin(first.batches.first().pk, "w")
    Attempt.objects.filter(pk=busy.pk).update(started_at="2026-01-01T00:00Z")

    sweeping.reorder()

    mine = set(second.batches.values_list("pk", flat=True))
    assert set(queued()[: len(mine)]) == mine


def test_old_things_are_forgotten(make):
    job = make()
    kept, gone = (sweeping.work_folder() / f"job-{n}" for n in (job.pk, job.pk + 1000))
    for folder in (kept, gone):
        (folder / "batch-0").mkdir(parents=True)

    sweeping.tidy()

    assert kept.exists()
    assert not gone.exists()


def test_a_heartbeat_tells_that_the_job_was_cancelled(make, alice):
    job = make()
    attempt = jobs.begin(job.batches.get().pk, "w")
    beat = beating.add(attempt)
    try:
        beating._beat_all({attempt.pk: beat})
        assert not beat.stop.is_set()
        jobs.cancel(job, by=alice)
        beating._beat_all({attempt.pk: beat})
        assert beat.reason == "cancelled"
    finally:
        beating.drop(attempt)


def test_a_heartbeat_tells_that_another_took_over(make):
    attempt = jobs.begin(make(items=1).batches.get().pk, "w")
    beat = beating.add(attempt)
    try:
        attempts.finish(attempt, "lost")
        beating._beat_all({attempt.pk: beat})
        with pytest.raises(Superseded):
            jobs.check(attempt)
    finally:
        beating.drop(attempt)
