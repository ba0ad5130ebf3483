"""`armarius worker` as a process: it works, drains, and outlives a lost connection."""

from __future__ import annotations

import contextlib
import io
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator

import psutil
import pytest
from django.db import connection

from armarius.images import store
from armarius.models import AtrModel, Attempt, Batch, Image, Job, Page
from armarius.ops import jobs, recognising
from tests.scans import scan

pytestmark = pytest.mark.django_db(transaction=True)


@contextlib.contextmanager
def worker(**settings: str) -> Iterator[subprocess.Popen[bytes]]:
    """A worker on the test's database."""
    given = connection.settings_dict
    url = f"postgresql://{given['USER']}:{given['PASSWORD']}@{given['HOST']}:{given['PORT']}/{given['NAME']}"
    process = subprocess.Popen(
        [sys.executable, "-m", "armarius", "worker"],
        env={
            **os.environ,
            "ARMARIUS_DATABASE_URL": url,
            "ARMARIUS_LOST_AFTER_S": "3",
            **settings,
        },
        start_new_session=True,
    )
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(20)
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def until(true: Callable[[], bool], within_s: float = 40) -> None:
    end = time.monotonic() + within_s
    while not true():
        assert time.monotonic() < end, "it does not happen"
        time.sleep(0.05)


@pytest.fixture
def pages(codex):
    return scanned(codex, range(4))


def scanned(codex, numbers):
    """Pages with the images of these numbers."""
    return [
        Page.objects.create(
            document=codex,
            position=number,
            name=f"f{number}.jpg",
            image=store.add(io.BytesIO(scan(number)), f"f{number}.jpg"),
        )
        for number in numbers
    ]


@pytest.fixture
def segment(codex, pages, alice):
    """Alice asks to segment four pages with an engine that takes so long for each."""

    def segment(sleep: float = 0.0, **own: object) -> Job:
        finder = AtrModel.objects.create(
            name="echo",
            kind="segmentation",
            engine="echo",
            metadata={"own": {"lines": 2, "sleep": sleep, **own}},
        )
        return recognising.start_segmentation(codex, pages, by=alice, model=finder)

    return segment


def ended(job: Job) -> bool:
    job.refresh_from_db()
    return job.ended_at is not None


def started() -> bool:
    return Attempt.objects.exists() and Page.objects.filter(lines_count__gt=0).exists()


def test_a_worker_works_until_it_is_told_to_end(segment):
    with worker() as process:
        job = segment()
        until(lambda: ended(job))
        assert job.state == "done"

        process.terminate()
        assert process.wait(15) == 0


def test_a_worker_makes_the_tiles_of_what_was_imported(codex):
    pages = scanned(codex, range(90, 94))  # files stay between tests: images that no other has
    assert Image.objects.exclude(tile_tries=None).count() == 4
    assert not any(store.pyramid_path(x.image.sha256).exists() for x in pages)

    with worker():
        until(lambda: not Image.objects.exclude(tile_tries=None).exists())

    assert all(store.pyramid_path(x.image.sha256).exists() for x in pages)


def test_a_worker_hands_back_what_it_cannot_finish(segment):
    job = segment(sleep=3)
    with worker() as process:
        until(started)
        process.terminate()
        assert process.wait(15) == 0

    assert Attempt.objects.get().outcome == "interrupted"
    assert Batch.objects.get().crashes == 0
    with worker():
        until(lambda: ended(job))
    assert (job.state, job.items_done) == ("done", 4)


def test_a_killed_worker_is_missed_at_once_and_takes_its_engine_along(segment):
    job = segment(sleep=1)
    with worker() as process:
        until(started)
        children = psutil.Process(process.pid).children(recursive=True)
        process.kill()
        process.wait()
        _, alive = psutil.wait_procs(children, timeout=15)
        assert not alive
    with worker():
        until(lambda: ended(job))

    assert (job.state, job.items_done) == ("done", 4)
    assert Attempt.objects.filter(outcome="lost").count() == 1


def test_a_cancelled_job_ends_within_10_s(segment, alice, pages):
    job = segment(hang=[f"page-{pages[1].pk}"])
    with worker():
        until(started)
        start = time.monotonic()
        jobs.cancel(job, by=alice)
        until(lambda: ended(job), within_s=10)

    assert time.monotonic() - start < 10
    assert job.state == "cancelled"
    assert job.items.filter(state="done").count() == 1


def test_a_worker_outlives_its_connections(segment):
    with worker():
        until(lambda: _sessions() > 0)
        job = segment(sleep=0.5)
        until(started)
        _cut()
        until(lambda: ended(job))
        assert (job.state, job.items_done) == ("done", 4)
        again = segment()
        until(lambda: ended(again))
        assert again.state == "done"


def _sessions() -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
            "AND pid <> pg_backend_pid()"
        )
        return int(cursor.fetchone()[0])


def _cut() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
