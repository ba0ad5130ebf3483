"""Bundles in child processes: results, limits, death, stopping, and what is left behind."""

from __future__ import annotations

import json
import logging
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import psutil
import pytest
from PIL import Image

from armarius import bundle as bundles
from armarius import runner
from armarius.bundle import Bundle, BundlePage, Limits
from armarius.engines import SegmentOptions, TranscribeOptions
from armarius.errors import Stopped
from armarius.page import Page
from armarius.resident import Resident
from armarius.runner import launch


@pytest.fixture
def scan(tmp_path):
    path = tmp_path / "scan.png"
    Image.new("L", (600, 900), 255).save(path)
    return path


@pytest.fixture
def bundle(tmp_path, scan):
    """Write a bundle for the echo engine; its behaviour by keyword."""
    made: list[Path] = []

    def write(pages=3, *, model=None, limits=None, image=scan, **own):
        keys = [f"p{number}" for number in range(1, pages + 1)]
        items = [BundlePage(key, Page(f"{key}.png", 0, 0), image) for key in keys]
        made.append(tmp_path / f"bundle{len(made)}")
        return bundles.write(
            made[-1],
            Bundle(
                "echo",
                items,
                SegmentOptions(own=own),
                TranscribeOptions(model=model),
                limits=limits or Limits(),
            ),
        )

    return write


@pytest.fixture(scope="module")
def engine():
    """One engine process for the tests that leave it alive."""
    with Resident(memory_mb=1000) as resident:
        yield resident


def states(folder):
    return {key: result.state for key, result in bundles.results(folder).pages.items()}


def message(folder, key):
    return bundles.results(folder).pages[key].message


def until(condition, seconds=20):
    """Wait for something that another process does."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.02)


def test_all_pages_are_done(engine, bundle):
    folder = bundle()

    assert engine.run(folder) == 0

    assert states(folder) == dict.fromkeys(("p1", "p2", "p3"), "done")
    page = bundles.results(folder).pages["p2"].page()
    assert page.image == "p2.png"
    assert all(line.text for line in page.all_lines())
    assert [step.kind for step in page.steps] == ["segmentation", "recognition"]


def test_progress_is_told_line_by_line(engine, bundle):
    lines: list[dict[str, Any]] = []
    folder = bundle(2)

    engine.run(folder, tell=lines.append)

    assert [(x["event"], x["key"], x["done"], x["total"]) for x in lines] == [
        ("start", "", 0, 2),
        ("begin", "p1", 0, 2),
        ("page", "p1", 1, 2),
        ("begin", "p2", 1, 2),
        ("page", "p2", 2, 2),
        ("end", "", 2, 2),
    ]
    assert [
        json.loads(x) for x in (folder / "progress.jsonl").read_text().splitlines()
    ] == lines


def test_the_process_stays_for_the_next_bundle(engine, bundle):
    engine.run(bundle(1))
    pid = engine.pid
    engine.run(bundle(1))
    assert engine.pid == pid


def test_a_page_that_fails_is_named_and_the_others_are_done(engine, bundle):
    folder = bundle(fail=["p2"])

    assert engine.run(folder) == 1

    assert states(folder) == {"p1": "done", "p2": "failed", "p3": "done"}
    assert message(folder, "p2") == "The echo engine was asked to fail on p2."


def test_a_broken_image_fails_alone_and_is_the_givers_fault(engine, bundle, tmp_path):
    (tmp_path / "half.png").write_bytes(b"\x89PNG\r\n\x1a\nhalf")
    folder = bundle(1, image=tmp_path / "half.png")

    assert engine.run(folder) == 1

    assert "the image cannot be read" in message(folder, "p1")
    assert bundles.results(folder).pages["p1"].refused


def test_a_page_that_kills_the_process_fails_alone(engine, bundle):
    folder = bundle(4, crash=["p1", "p3"])

    assert engine.run(folder) == 1

    assert states(folder) == {"p1": "failed", "p2": "done", "p3": "failed", "p4": "done"}
    assert "SIGKILL" in message(folder, "p1")


def test_a_page_that_takes_too_much_memory_fails_alone(engine, bundle):
    folder = bundle(2, swallow=["p1"], limits=Limits(memory_mb=300))

    assert engine.run(folder) == 1

    assert states(folder) == {"p1": "failed", "p2": "done"}
    assert "more than 300 MB" in message(folder, "p1")


def test_the_time_of_a_bundle_ends(engine, bundle):
    folder = bundle(3, hang=["p2"])

    assert engine.run(folder, seconds=2) == 1

    assert states(folder) == {"p1": "done", "p2": "failed", "p3": "failed"}
    assert message(folder, "p2") == "The time of the job ran out on this page."
    assert message(folder, "p3") == "The time of the job ran out before this page."


def test_what_the_caller_raises_stops_the_bundle_within_seconds(engine, bundle):
    folder = bundle(3, sleep=0.2, hang=["p2"])

    def check():
        if bundles.page_file(folder, "p1").exists():
            raise Stopped("Enough.")

    started = time.monotonic()
    with pytest.raises(Stopped, match="Enough"):
        engine.run(folder, check=check)

    assert time.monotonic() - started < 10
    assert bundles.results(folder).code == 130
    assert states(folder) == {"p1": "done", "p2": "waiting", "p3": "waiting"}


def test_a_page_that_ignores_the_signal_is_killed(engine, bundle):
    folder = bundle(2, stubborn=["p1"])

    def check():
        if "begin" in (folder / "progress.jsonl").read_text():
            raise Stopped("Enough.")

    until_started = engine.start()
    with pytest.raises(Stopped):
        engine.run(
            folder, check=lambda: check() if (folder / "progress.jsonl").exists() else None
        )

    assert until_started.poll() is not None
    assert bundles.results(folder).code == 130


def test_a_stopped_bundle_goes_on_where_it_was(engine, bundle):
    folder = bundle(3, sleep=0.3)
    running = launch(folder, memory_mb=1000)
    until(lambda: bundles.page_file(folder, "p1").exists())
    assert running.stop() == 130
    first = bundles.page_file(folder, "p1").stat().st_mtime_ns

    assert engine.run(folder) == 0

    assert bundles.page_file(folder, "p1").stat().st_mtime_ns == first
    assert set(states(folder).values()) == {"done"}


def test_launching_tells_how_far_it_is_and_how_it_ended(bundle):
    running = launch(bundle(2), memory_mb=1000)

    assert running.wait(30) == 0
    assert running.poll() == 0
    assert running.lines[-1]["event"] == "end"


def test_a_bundle_that_is_none_is_refused(engine, bundle, tmp_path):
    assert engine.run(tmp_path) == 2
    assert "no bundle" in bundles.results(tmp_path).message

    folder = bundle(1)
    next((folder / "images").iterdir()).unlink()
    assert engine.run(folder) == 2
    assert "is missing" in bundles.results(folder).message


def test_a_wrong_model_is_said_once(engine, bundle, tmp_path):
    (tmp_path / "evil.ckpt").write_bytes(b"\x80\x04...")
    folder = bundle(2, model=tmp_path / "evil.ckpt")

    assert engine.run(folder) == 2
    assert "not a model" in bundles.results(folder).message
    assert states(folder) == {"p1": "waiting", "p2": "waiting"}


def test_an_engine_that_does_not_start_here_asks_for_another_place(bundle, monkeypatch):
    monkeypatch.setenv("PYTHONPATH", "/nonexistent")
    monkeypatch.setattr(sys, "executable", "/bin/false")
    folder = bundle(1)
    with Resident() as nowhere:
        assert nowhere.run(folder) == 75
    assert "does not start here" in bundles.results(folder).message


def test_the_child_hears_no_secret(monkeypatch):
    monkeypatch.setenv("ARMARIUS_DATABASE_URL", "postgresql://user:sesame@db/x")
    monkeypatch.setenv("ARMARIUS_SECRET_KEY", "sesame")
    with Resident(threads=3) as resident:
        child = psutil.Process(resident.start().pid)
        until(lambda: "armarius" in " ".join(child.cmdline()))
        environment = child.environ()
    assert "sesame" not in " ".join(environment.values())
    assert environment["OMP_NUM_THREADS"] == "3"


def test_the_child_ends_when_it_has_nothing_to_do_and_is_started_anew(bundle):
    with Resident(idle_s=0.2) as resident:
        assert resident.run(bundle(1)) == 0
        first = resident.pid
        until(lambda: resident.pid is None)
        assert resident.run(bundle(1)) == 0
        assert resident.pid != first


def test_the_child_dies_with_its_parent(bundle, tmp_path):
    folder = bundle(1, hang=["p1"])
    code = f"from armarius.resident import Resident; from pathlib import Path; Resident().run(Path({str(folder)!r}))"
    parent = subprocess.Popen([sys.executable, "-c", code])
    progress = folder / "progress.jsonl"
    until(lambda: progress.exists() and "begin" in progress.read_text())
    (child,) = psutil.Process(parent.pid).children()

    parent.kill()
    parent.wait()

    until(lambda: not child.is_running() or child.status() == psutil.STATUS_ZOMBIE, 15)
    assert bundles.results(folder).code == 130


def test_the_log_keeps_what_was_said_and_stays_small(bundle, monkeypatch):
    folder = bundle(1)
    monkeypatch.setattr(runner, "LOG_LIMIT", 10_000)
    with runner._logged(folder / "log.txt"):
        logging.getLogger("a.library").warning("a library speaks")
        os.write(2, b"a native one too\n")
        kept = (folder / "log.txt").read_text()
        for _ in range(50):
            os.write(1, b"x" * 1000)
        until(lambda: "starts anew" in (folder / "log.txt").read_text())

    assert "a library speaks" in kept
    assert "a native one too" in kept
    assert (folder / "log.txt").stat().st_size < 50_000


# --- the command ---------------------------------------------------------------------------------


def command(*arguments, **options):
    return subprocess.run(
        [sys.executable, "-m", "armarius", "run", *map(str, arguments)],
        capture_output=True,
        text=True,
        check=False,
        **options,
    )


def test_the_command_runs_a_bundle_and_names_what_failed(bundle):
    done = command(bundle(2, fail=["p2"]))

    assert done.returncode == 1
    assert done.stderr == "p2: The echo engine was asked to fail on p2.\n"


def test_the_command_prints_progress_and_result_as_json(bundle):
    done = command(bundle(1), "--json")

    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert done.returncode == 0
    assert [line.get("event") for line in lines] == ["start", "begin", "page", "end", None]
    assert lines[-1]["pages"]["p1"]["state"] == "done"


def test_the_command_refuses_what_is_no_bundle(tmp_path):
    done = command(tmp_path)
    assert done.returncode == 2
    assert done.stderr.startswith("armarius: ")
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_the_command_ends_cleanly_on_a_signal(bundle, number):
    folder = bundle(2, hang=["p1"])
    process = subprocess.Popen(
        [sys.executable, "-m", "armarius", "run", str(folder)],
        stderr=subprocess.PIPE,
        text=True,
    )
    progress = folder / "progress.jsonl"
    until(lambda: progress.exists() and "begin" in progress.read_text())
    children = psutil.Process(process.pid).children(recursive=True)

    process.send_signal(number)

    assert process.wait(10) == 130
    assert process.stderr is not None
    assert "Traceback" not in process.stderr.read()
    process.stderr.close()
    assert bundles.results(folder).code == 130
    assert not [child for child in children if child.is_running()]


def test_the_resident_command_answers_each_line(bundle):
    folders = [bundle(1), bundle(1, fail=["p1"]), Path("/nonexistent")]
    asked = "".join(json.dumps({"bundle": str(folder)}) + "\n" for folder in folders)

    done = command("--resident", "--idle", "5", input=asked)

    # Empty lines say that there is something new in the bundle.
    answers = [json.loads(line) for line in done.stdout.splitlines() if line]
    assert [answer["code"] for answer in answers] == [0, 1, 2]
    assert done.returncode == 0
