"""Engines that fail, die, hang or take all memory: what it costs, and whom."""

from __future__ import annotations

import threading
import time

import pytest

from armarius.compute import local
from armarius.errors import Stopped
from armarius.models import AtrModel, Attempt, Job
from armarius.ops import batch_runs, beating, jobs, recognising, sweeping
from tests.ops.test_jobs_recognising import _engines, finder, pages, segmented, work_all

__all__ = ["_engines", "finder", "pages"]


def misbehave(model: AtrModel, **own: object) -> None:
    model.metadata = {"own": {"lines": 3, **own}}
    model.save()


def test_a_page_that_fails_does_not_spoil_the_others(codex, pages, alice, finder):
    misbehave(finder, fail=[f"page-{pages[3].pk}"])

    job = recognising.start_segmentation(codex, pages[:8], by=alice, model=finder)
    work_all()

    job.refresh_from_db()
    assert (job.state, job.items_done, job.items_failed) == ("done with problems", 7, 1)
    assert job.items.get(state="failed").page == pages[3]
    assert (sweeping.work_folder() / f"job-{job.pk}").exists()


def test_a_page_that_kills_the_engine_fails_alone_after_three_tries(
    codex, pages, alice, finder
):
    misbehave(finder, crash=[f"page-{pages[3].pk}"])

    job = recognising.start_segmentation(codex, pages[:8], by=alice, model=finder)
    work_all()

    job.refresh_from_db()
    assert (job.state, job.items_done, job.items_failed) == ("done with problems", 7, 1)
    failed = job.items.get(state="failed")
    assert failed.page == pages[3]
    assert "The engine crashed three times on this page" in failed.message
    assert Attempt.objects.filter(outcome="crashed").count() == 3


def test_a_page_that_takes_all_memory_fails_alone(codex, pages, alice, finder, monkeypatch):
    monkeypatch.setenv("ARMARIUS_ENGINE_MEMORY_MB", "400")
    misbehave(finder, swallow=[f"page-{pages[1].pk}"])

    job = recognising.start_segmentation(codex, pages[:3], by=alice, model=finder)
    work_all()

    job.refresh_from_db()
    assert (job.items_done, job.items_failed) == (2, 1)
    assert "more than 400 MB of memory" in job.items.get(state="failed").message


def test_an_engine_that_is_killed_from_outside_costs_no_page(codex, pages, alice, finder):
    misbehave(finder, sleep=0.3)
    job = recognising.start_segmentation(codex, pages[:4], by=alice, model=finder)

    def kill() -> None:
        import os
        import signal

        while not local.engine_pids():
            time.sleep(0.02)
        time.sleep(1.5)
        os.kill(local.engine_pids()[0], signal.SIGKILL)

    local.drain()
    local._draining.clear()
    killer = threading.Thread(target=kill)
    killer.start()
    work_all()
    killer.join()

    job.refresh_from_db()
    assert (job.state, job.items_done) == ("done", 4)


def test_the_engine_stays_for_the_next_batch(codex, pages, alice, finder):
    segmented(codex, pages[:1], alice, finder)
    before = local.engine_pids()

    segmented(codex, pages[1:2], alice, finder)

    assert local.engine_pids() == before
    assert len(before) == 1


@pytest.mark.parametrize("how", ["hang", "stubborn"])
def test_a_cancel_ends_a_hanging_engine_within_10_s(codex, pages, alice, finder, how):
    misbehave(finder, **{how: [f"page-{pages[2].pk}"]})
    job = recognising.start_segmentation(codex, pages[:4], by=alice, model=finder)
    attempt = jobs.begin(job.batches.get().pk, beating.worker_name())
    beat = beating.add(attempt)

    second = batch_runs.folder_of(attempt) / "out" / f"page-{pages[1].pk}.json"
    asked: list[float] = []

    def cancel() -> None:
        while not (local.engine_pids() and second.exists()):
            time.sleep(0.02)
        asked.append(time.monotonic())
        beat.end("cancelled")  # what the heartbeat does within 2 s

    canceller = threading.Thread(target=cancel)
    canceller.start()
    try:
        with pytest.raises(Stopped, match="cancelled"):
            recognising.run(attempt)
        assert time.monotonic() - asked[0] < 8
    finally:
        canceller.join()
        beating.drop(attempt)
        Job.objects.update(cancel_requested_at=attempt.started_at)
        jobs.finish(attempt, "cancelled")

    job.refresh_from_db()
    assert job.state == "cancelled"
    assert [item.state for item in job.items.all()] == ["done", "done", "waiting", "waiting"]
    assert not local.engine_pids()
