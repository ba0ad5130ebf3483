"""Create jobs, work on their batches, end them once."""

from __future__ import annotations

import pytest
from django.db import connection, transaction

from armarius import tasks
from armarius.errors import BadInput, Busy, Stopped, Superseded
from armarius.models import Attempt, Batch, Event, Job, JobItem
from armarius.ops import attempts, jobs


@pytest.fixture
def make(alice, project, codex):
    """Alice asks for a job with so many items."""

    def make(items: int = 3, batch_size: int = 8, kind: str = Job.Kind.SEGMENT) -> Job:
        rows = [JobItem(name=f"f{number}.jpg") for number in range(items)]
        return jobs.create(
            kind,
            project=project,
            document=codex,
            by=alice,
            title="Segment pages",
            items=rows,
            lane="cpu",
            batch_size=batch_size,
        )

    return make


def queued() -> list[int]:
    """Batches that wait in the queue, in the order in which a worker takes them."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT args->>'batch_id' FROM procrastinate_jobs WHERE status = 'todo' "
            "ORDER BY priority DESC, id"
        )
        return [int(row[0]) for row in cursor.fetchall()]


def work(attempt: Attempt, state: str = JobItem.State.DONE, only: int | None = None) -> None:
    """Do the waiting items of an attempt, or the first few of them."""
    waiting = attempt.batch.items.filter(state=JobItem.State.WAITING).order_by("position")
    for item in waiting[:only]:
        with transaction.atomic():
            jobs.fence(attempt)
            jobs.item_done(attempt, item, state, "said why" if state == "failed" else "")


def ends(job: Job) -> int:
    """How often the end of the job was told."""
    told = Event.objects.filter(kind="job", payload__id=job.pk)
    return told.filter(payload__state__in=Job.ENDED).count()


def test_a_job_its_items_batches_and_queue_entries_are_made_together(make):
    job = make(items=20, batch_size=8)

    assert [batch.items.count() for batch in job.batches.all()] == [8, 8, 4]
    assert queued() == [batch.pk for batch in job.batches.all()]
    assert (job.state, job.items_total, job.lane) == ("waiting", 20, "cpu")


def test_a_job_without_items_is_refused(make):
    with pytest.raises(BadInput, match="nothing to do"):
        make(items=0)


def test_a_user_has_at_most_so_many_open_jobs(make, monkeypatch):
    monkeypatch.setenv("ARMARIUS_JOBS_PER_USER", "2")
    make()
    make()

    with pytest.raises(Busy, match="2 open jobs"):
        make()


def test_a_job_ends_with_its_last_batch_and_only_once(make):
    job = make(items=10, batch_size=5)
    first, second = [jobs.begin(batch.pk, "w") for batch in job.batches.all()]
    work(first)
    work(second)

    jobs.finish(first, "done")
    job.refresh_from_db()
    assert job.state == "running"
    jobs.finish(second, "done")
    jobs.finish(second, "done")

    job.refresh_from_db()
    assert (job.state, job.items_done, job.items_failed) == ("done", 10, 0)
    assert ends(job) == 1
    assert queued() == []


@pytest.mark.parametrize(
    ("states", "expected"),
    [
        (["done", "done"], "done"),
        (["done", "done with a note"], "done"),
        (["done", "skipped"], "done with problems"),
        (["done", "failed"], "done with problems"),
        (["failed", "failed"], "failed"),
        (["skipped", "failed"], "done with problems"),
    ],
)
def test_the_state_of_a_job_follows_from_its_items(make, states, expected):
    job = make(items=len(states))
    attempt = jobs.begin(job.batches.get().pk, "w")
    for state in states:
        work(attempt, state, only=1)

    jobs.finish(attempt, "done")

    job.refresh_from_db()
    assert job.state == expected
    assert job.items_failed == states.count("failed")
    assert ("said why" in job.message) == ("failed" in states)


def test_an_attempt_is_counted_before_it_works(make):
    batch = make().batches.get()

    attempt = jobs.begin(batch.pk, "w")

    batch.refresh_from_db()
    assert (batch.attempt, attempt.number) == (1, 1)
    with pytest.raises(Superseded, match="being worked on"):
        jobs.begin(batch.pk, "another")


def test_a_superseded_attempt_writes_nothing(make):
    batch = make(items=1).batches.get()
    zombie = jobs.begin(batch.pk, "w")
    jobs.finish(zombie, "lost")
    jobs.begin(batch.pk, "another")

    with pytest.raises(Superseded):
        work(zombie)
    jobs.finish(zombie, "done")

    assert JobItem.objects.get().state == "waiting"
    assert Batch.objects.get().ended_at is None


def test_an_old_queue_entry_begins_nothing(make):
    batch = make().batches.get()
    old = batch.entry
    attempt = jobs.begin(batch.pk, "w", old)
    jobs.finish(attempt, "interrupted")

    with pytest.raises(Superseded, match="queued again"):
        jobs.begin(batch.pk, "w", old)

    batch.refresh_from_db()
    assert jobs.begin(batch.pk, "w", batch.entry).number == 2


def test_the_items_of_a_crashed_batch_are_tried_one_by_one(make):
    job = make(items=4)
    attempt = jobs.begin(job.batches.get().pk, "w")
    work(attempt, only=1)

    jobs.finish(attempt, "lost")

    alone = list(job.batches.filter(ended_at=None))
    assert [batch.items.count() for batch in alone] == [1, 1, 1]
    assert [batch.crashes for batch in alone] == [1, 1, 1]
    assert queued() == [batch.pk for batch in alone]


def test_a_page_that_kills_its_worker_fails_alone_after_three_starts(make):
    job = make(items=5)
    starts = 0
    while queued():
        attempt = jobs.begin(queued()[0], "w")
        waiting = attempt.batch.items.filter(state="waiting").order_by("position")
        for item in waiting:
            if item.position == 2:
                starts += 1
                jobs.finish(attempt, "lost")
                break
            work(attempt, only=1)
        else:
            jobs.finish(attempt, "done")

    job.refresh_from_db()
    assert starts == 3
    assert job.state == "done with problems"
    failed = job.items.get(state="failed")
    assert failed.position == 2
    assert "crashed three times on this page" in failed.message
    assert ends(job) == 1


def test_an_interruption_is_not_held_against_the_page(make):
    batch = make(items=3).batches.get()
    for _ in range(5):
        jobs.finish(jobs.begin(batch.pk, "w"), "interrupted")

    batch.refresh_from_db()
    assert (batch.attempt, batch.crashes, batch.ended_at) == (5, 0, None)


def test_a_batch_that_is_interrupted_for_ever_is_given_up(make):
    job = make(items=1)
    while queued():
        jobs.finish(jobs.begin(queued()[0], "w"), "interrupted")

    job.refresh_from_db()
    assert job.state == "failed"
    assert job.batches.get().attempt == attempts.TRIES


def test_cancelling_ends_what_waits_at_once_and_keeps_what_is_done(make, alice):
    job = make(items=4, batch_size=2)
    attempt = jobs.begin(job.batches.first().pk, "w")
    work(attempt, only=1)

    jobs.cancel(job, by=alice)

    assert queued() == [attempt.batch_id]  # a worker has it
    with pytest.raises(Stopped, match="cancelled"):
        jobs.check(attempt)
    jobs.finish(attempt, "cancelled")
    job.refresh_from_db()
    assert job.state == "cancelled"
    assert [item.state for item in job.items.all()] == ["done", "waiting", "waiting", "waiting"]
    assert ends(job) == 1


def test_a_waiting_job_is_cancelled_at_once(make, alice):
    job = jobs.cancel(make(), by=alice)

    assert job.state == "cancelled"
    assert jobs.cancel(job, by=alice).state == "cancelled"
    assert ends(job) == 1


def test_trying_again_makes_a_job_of_what_failed(make, alice, bob):
    job = make(items=3)
    attempt = jobs.begin(job.batches.get().pk, "w")
    work(attempt, only=2)
    with pytest.raises(BadInput, match="has not ended"):
        jobs.retry(job, by=bob)
    jobs.finish(attempt, "failed", "The disk is full.")
    job.refresh_from_db()

    again = jobs.retry(job, by=bob)

    assert [item.name for item in again.items.all()] == ["f2.jpg"]
    assert again.owner == bob
    assert job.items.get(state="failed").message == "The disk is full."


def test_there_is_nothing_to_try_again_where_all_went_well(make, alice):
    job = make(items=1)
    attempt = jobs.begin(job.batches.get().pk, "w")
    work(attempt)
    jobs.finish(attempt, "done")
    job.refresh_from_db()

    with pytest.raises(BadInput, match="Nothing in this job failed"):
        jobs.retry(job, by=alice)


def test_an_attempt_may_find_more_items(make):
    job = make(items=1)
    attempt = jobs.begin(job.batches.get().pk, "w")

    with transaction.atomic():
        jobs.fence(attempt)
        jobs.extend(attempt, [JobItem(name=f"member {n}") for n in range(3)], batch_size=2)

    job.refresh_from_db()
    assert job.items_total == 4
    assert len(queued()) == 1 + 2


def test_an_item_told_twice_counts_once(make):
    job = make(items=2)
    attempt = jobs.begin(job.batches.get().pk, "w")
    item = job.items.first()

    for _ in range(2):
        with transaction.atomic():
            jobs.fence(attempt)
            jobs.item_done(attempt, item)

    job.refresh_from_db()
    assert job.items_done == 1


def test_it_is_said_why_a_job_waits(make):
    other, job = make(items=20), make(items=20)
    assert jobs.why_waiting(job) == "No worker is running. Start one with “armarius worker”."

    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO procrastinate_workers DEFAULT VALUES")
    assert jobs.why_waiting(job) == "It waits in lane cpu behind 3 batches of other jobs."
    assert jobs.why_waiting(other) == "It is next in lane cpu."
    assert jobs.reasons([other, job]) == {
        other.pk: "It is next in lane cpu.",
        job.pk: "It waits in lane cpu behind 3 batches of other jobs.",
    }

    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE procrastinate_jobs SET status = 'doing' WHERE id = %s",
            [other.batches.first().entry],
        )
    job.batches.exclude(number=0).delete()
    assert "behind 2 batches of other jobs" in jobs.why_waiting(job)

    jobs.begin(other.batches.first().pk, "w")
    other.refresh_from_db()
    assert jobs.why_waiting(other) == ""
    assert jobs.why_waiting(job).startswith("It waits in lane cpu")


@pytest.mark.parametrize("kind", sorted(tasks.HANDLERS))
def test_every_kind_of_job_has_a_handler(kind):
    assert callable(tasks.handler(kind))
