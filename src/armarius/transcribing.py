"""Transcribe pages on disk, with several engine processes, without a database.

Each process gets a bundle of some pages at a time; every page is written under its final name
as soon as it is done, whole or not at all, so that a run that was interrupted goes on where
it ended.
"""

from __future__ import annotations

import queue
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from armarius import bundle as bundles
from armarius import formats
from armarius.bundle import Bundle, BundlePage, Limits
from armarius.engines import SegmentOptions, TranscribeOptions
from armarius.errors import ArmariusError, BadInput, Stopped, Unavailable
from armarius.inputs import Input
from armarius.resident import Resident

PAGES_AT_ONCE = 8  # in one bundle
PAGE_SECONDS = 1800  # that a page may take; a segmentation takes some 20


@dataclass(frozen=True, slots=True)
class Order:
    """What to do with all pages.

    Attributes:
        output: folder of the results.
        format: one of `formats.WRITERS`.
        resegment: find lines anew also where a file has some.
        force: do pages again whose result is there.
    """

    engine: str
    segment: SegmentOptions
    transcribe: TranscribeOptions
    output: Path
    format: str = "alto"
    resegment: bool = False
    force: bool = False
    processes: int = 1
    memory_mb: int = 8000


@dataclass(slots=True)
class Outcome:
    """What became of one page: ``done``, ``skipped`` (it was there) or ``failed``."""

    input: str
    output: str
    state: str = "waiting"
    message: str = ""
    lines: int = 0
    seconds: float = 0.0
    refused: bool = False

    def plain(self) -> dict[str, Any]:
        """For JSON."""
        return {key: value for key, value in asdict(self).items() if key != "refused"}


@dataclass(slots=True)
class Work:
    """All pages on their way through the engine processes."""

    order: Order
    outcomes: list[Outcome]
    tell: Callable[[int], None]
    waiting: queue.SimpleQueue[list[tuple[Input, Outcome]]] = field(
        default_factory=queue.SimpleQueue
    )
    stopping: threading.Event = field(default_factory=threading.Event)
    trouble: list[BaseException] = field(default_factory=list)

    def ended(self) -> int:
        """Pages that need no more work."""
        return sum(outcome.state != "waiting" for outcome in self.outcomes)


def target(order: Order, each: Input) -> Path:
    """Where the result of a page goes."""
    return order.output / f"{each.place}{formats.WRITERS[order.format].suffix}"


def transcribe(
    inputs: Sequence[Input], order: Order, tell: Callable[[int], None] = lambda done: None
) -> list[Outcome]:
    """Work on all pages; `tell` gets the number of pages that are through.

    Raises:
        BadInput: nothing can be done so: a result would replace what it is made from, or the
            engine refuses model or options.
        Unavailable: the engine does not start on this machine.
        KeyboardInterrupt: passed on after all processes have ended.
    """
    _check_targets(inputs, order)
    outcomes = [Outcome(each.name, str(target(order, each))) for each in inputs]
    work = Work(order, outcomes, tell)
    todo = []
    for each, outcome in zip(inputs, outcomes, strict=True):
        if Path(outcome.output).exists() and not order.force:
            outcome.state = "skipped"
        else:
            todo.append((each, outcome))
    tell(work.ended())
    size = max(1, min(PAGES_AT_ONCE, len(todo) // (order.processes * 2)))
    for start in range(0, len(todo), size):
        work.waiting.put(todo[start : start + size])
    _in_processes(work, min(order.processes, len(todo)))
    return outcomes


def _check_targets(inputs: Sequence[Input], order: Order) -> None:
    for each in inputs:
        path = target(order, each)
        if path.exists() and path.samefile(each.file):
            raise BadInput(
                f"The result of {each.file} would replace it. Choose another output folder."
            )


def _in_processes(work: Work, count: int) -> None:
    """One thread per engine process, until all have ended.

    Waiting is done by events: Python marks a thread as ended when Ctrl-C interrupts its `join`.
    """
    ended = [threading.Event() for _ in range(count)]
    for event in ended:
        threading.Thread(target=_process, args=(work, event)).start()
    try:
        for event in ended:
            while not event.wait(0.2):
                pass
    except BaseException:
        # Ctrl-C reaches this thread only; the children end before it is passed on.
        work.stopping.set()
        for event in ended:
            event.wait()
        raise
    if work.trouble:
        raise work.trouble[0]


def _process(work: Work, ended: threading.Event) -> None:
    """One engine process from its first bundle to its last."""
    order = work.order
    threads = max(order.segment.threads, order.transcribe.threads)
    try:
        with Resident(order.memory_mb, threads=threads) as engine:
            while not work.stopping.is_set():
                try:
                    batch = work.waiting.get_nowait()
                except queue.Empty:
                    return
                with tempfile.TemporaryDirectory(prefix="armarius-") as folder:
                    _batch(work, engine, Path(folder), batch)
    except Stopped:
        return
    except BaseException as error:
        work.trouble.append(error)
        work.stopping.set()
    finally:
        ended.set()


def _batch(
    work: Work, engine: Resident, folder: Path, batch: list[tuple[Input, Outcome]]
) -> None:
    pages: dict[str, tuple[BundlePage, Outcome]] = {}
    for number, (each, outcome) in enumerate(batch, 1):
        try:
            page, image = each.load()
        except ArmariusError as error:
            _failed(outcome, str(error), refused=isinstance(error, BadInput))
            continue
        key = f"p{number:04}"
        pages[key] = (BundlePage(key, page, image), outcome)
    work.tell(work.ended())
    if not pages:
        return
    order = work.order
    made = Bundle(
        engine=order.engine,
        pages=[page for page, _ in pages.values()],
        segment=order.segment,
        transcribe=order.transcribe,
        keep_lines=not order.resegment,
        limits=Limits(order.memory_mb, PAGE_SECONDS * len(pages)),
    )
    bundles.write(folder, made)
    started = time.monotonic()

    def tell(line: dict[str, Any]) -> None:
        nonlocal started
        if line["event"] == "page":
            outcome = pages[line["key"]][1]
            _take(work.order, bundles.state_of(folder, line["key"]), outcome)
            outcome.seconds = round(time.monotonic() - started, 2)
            started = time.monotonic()
            work.tell(work.ended())

    def check() -> None:
        if work.stopping.is_set():
            raise Stopped("It was stopped.")

    code = engine.run(folder, tell=tell, check=check)
    _close(work.order, folder, code, pages)


def _close(
    order: Order, folder: Path, code: int, pages: dict[str, tuple[BundlePage, Outcome]]
) -> None:
    """What the lines of progress did not tell, since the child ended before."""
    results = bundles.results(folder)
    if code == bundles.EXIT_REFUSED:
        raise BadInput(results.message)
    if code == bundles.EXIT_ELSEWHERE:
        raise Unavailable(results.message)
    for key, (_, outcome) in pages.items():
        if outcome.state == "waiting":
            _take(order, results.pages[key], outcome)


def _take(order: Order, result: bundles.PageResult | None, outcome: Outcome) -> None:
    """Write the result of a page under its final name."""
    if result is None or result.state == "failed":
        message = result.message if result else "The engine gave no result."
        _failed(outcome, message, refused=bool(result and result.refused))
        return
    if result.state != "done":
        return
    try:
        page = result.page()
        bundles.write_whole(Path(outcome.output), formats.write(page, order.format))
    except (ArmariusError, OSError, ValueError) as error:
        _failed(outcome, f"The result cannot be written ({error}).", refused=False)
        return
    outcome.state, outcome.lines = "done", sum(1 for _ in page.all_lines())


def _failed(outcome: Outcome, message: str, *, refused: bool) -> None:
    outcome.state, outcome.message, outcome.refused = "failed", message, refused
