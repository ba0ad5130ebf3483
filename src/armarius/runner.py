"""Run bundles in this process: what `armarius run` starts as a child.

One page after the other is opened, segmented, read and stored under its final name, so that
whatever ends the process leaves whole pages behind. A page that fails is named in the result and
does not stop the others. SIGTERM ends the run within a moment: the pages that are ready stay, and
a second run of the same bundle goes on with the others.
"""

from __future__ import annotations

import contextlib
import errno
import json
import logging
import os
import select
import signal
import sys
import threading
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType
from typing import IO, Any

from armarius import bundle as bundles
from armarius import early, engines
from armarius.bundle import Bundle, BundlePage
from armarius.engines import parts, pixels
from armarius.errors import ArmariusError, BadInput, Stopped, Unavailable
from armarius.formats import json_tree
from armarius.page import Page
from armarius.resident import Resident

log = logging.getLogger(__name__)

LOG_LIMIT = (
    4 * 1024 * 1024
)  # bytes of log.txt; then it starts anew, so that it cannot fill a disk
ORPHAN_GRACE_S = 10
_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EIO)


class Stop(BaseException):
    """SIGTERM or SIGINT came. No Exception, so that no engine takes it for a page's failure."""


def run(folder: Path, told: Callable[[], None] = lambda: None) -> int:
    """Run a bundle here and now; returns the exit code, which stands in the result too.

    `told` is called whenever there is something new in the folder.
    0 all pages are done, 1 some failed, 2 the bundle is refused, 75 this machine cannot do it now,
    130 stopped.
    """
    keys: list[str] = []
    code, message = bundles.EXIT_DONE, ""
    with _stoppable():
        try:
            given = bundles.read(folder)
            keys = [item.key for item in given.pages]
            code = _run(folder, given, told)
        except Stop:
            code, message = bundles.EXIT_STOPPED, "It was stopped."
        except Unavailable as error:
            code, message = bundles.EXIT_ELSEWHERE, str(error)
        except ArmariusError as error:
            code, message = bundles.EXIT_REFUSED, str(error)
        except (OSError, MemoryError, ImportError) as error:
            code, message = bundles.EXIT_ELSEWHERE, f"This machine cannot do it now: {error}."
    if code in (bundles.EXIT_REFUSED, bundles.EXIT_ELSEWHERE):
        log.error("%s", message)
    if folder.is_dir():
        bundles.write_result(folder, code, keys, message)
    return code


def _run(folder: Path, given: Bundle, told: Callable[[], None]) -> int:
    progress = Progress(folder, len(given.pages), told)
    progress.tell("start", message=f"{given.kind} with {given.engine}")
    engine = engines.get(given.engine)
    for step in (given.segment, given.transcribe):
        if step is not None and step.model is not None:
            engine.describe(step.model)  # a wrong model is said once, before any page
    for item in given.pages:
        known = bundles.state_of(folder, item.key)
        if known is None:
            progress.tell("begin", item.key)
            _run_page(folder, engine, given, item, progress)
            known = bundles.state_of(folder, item.key)
        progress.page(item.key, failed=known is None or known.file is None)
    progress.tell("end")
    return bundles.EXIT_PROBLEMS if progress.failed else bundles.EXIT_DONE


def _run_page(
    folder: Path,
    engine: engines.Engine,
    given: Bundle,
    item: BundlePage,
    progress: Progress,
) -> None:
    """Do one page; its failure is written down, what concerns all pages is raised."""
    looks_on = None
    if given.early:
        looks_on = early.Writer(folder, item.key, lambda: progress.tell("part", item.key))
    try:
        made = work(engine, given, item, looks_on)
        bundles.write_whole(bundles.page_file(folder, item.key), json_tree.write(made))
    except (Unavailable, MemoryError):
        raise
    except ArmariusError as error:
        refused = isinstance(error, BadInput)
        bundles.write_failure(folder, item.key, str(error), refused=refused)
    except OSError as error:
        if error.errno in _FULL:
            raise
        _unforeseen(folder, item, error)
    except Exception as error:
        # A page that breaks an engine in an unforeseen way must not take the others with it.
        _unforeseen(folder, item, error)


def _unforeseen(folder: Path, item: BundlePage, error: Exception) -> None:
    log.error("page %s: %s", item.key, "".join(traceback.format_exception(error)))
    said = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
    bundles.write_failure(folder, item.key, f"The engine failed on this page ({said}).")


def work(
    engine: engines.Engine,
    given: Bundle,
    item: BundlePage,
    looks_on: early.Writer | None = None,
) -> Page:
    """Segment, outline and read one page as the bundle asks."""
    page = item.page
    shown = page.image or item.key
    image = pixels.open_upright(item.image, shown)
    has_lines = next(page.all_lines(), None) is not None
    if given.segment and not (given.keep_lines and has_lines):
        own = {"page": item.key, **given.segment.own}
        found = engine.segment(image, page, replace(given.segment, own=own))
        page = parts.joined(page, found, given.segment.steps)
        if looks_on and given.transcribe:
            looks_on.layout(page)
    if given.outline:
        page = engine.outline(image, page, given.outline)
    if given.transcribe and next(page.all_lines(), None) is not None:
        own = {"page": item.key, **given.transcribe.own}
        tell = looks_on.line if looks_on else None
        page = engine.transcribe(image, page, replace(given.transcribe, own=own), tell)
    elif given.transcribe and not given.segment:
        raise BadInput(f"{shown} has no lines yet. Segment it first.")
    return page


class Progress:
    """The lines of progress.jsonl: one JSON object each, on disk at once."""

    def __init__(self, folder: Path, total: int, told: Callable[[], None]) -> None:
        self.path, self.total, self.done, self.failed = folder / "progress.jsonl", total, 0, 0
        self.told = told

    def tell(self, event: str, key: str = "", message: str = "") -> None:
        """Add a line."""
        told: dict[str, Any] = {
            "at": datetime.now(UTC).isoformat(timespec="milliseconds"),
            "event": event,
            "key": key,
            "done": self.done,
            "total": self.total,
            "message": message,
        }
        with self.path.open("a", encoding="utf-8") as stream:
            stream.write(json.dumps(told, ensure_ascii=False) + "\n")
        self.told()

    def page(self, key: str, *, failed: bool) -> None:
        """Add the line of a page that is done or failed."""
        self.done += 1
        self.failed += failed
        self.tell("page", key, "failed" if failed else "")


@contextmanager
def _stoppable() -> Iterator[None]:
    """Turn the first SIGTERM or SIGINT into `Stop`; a second one changes nothing."""
    if threading.current_thread() is not threading.main_thread():
        yield  # signals reach the main thread only; whoever runs bundles elsewhere stops them there
        return

    def stop(number: int, frame: FrameType | None) -> None:
        for each in (signal.SIGTERM, signal.SIGINT):
            signal.signal(each, signal.SIG_IGN)
        raise Stop

    before = {each: signal.signal(each, stop) for each in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)


# --- resident: one process, many bundles -------------------------------------------------------


def serve(idle_s: float) -> int:
    """Read bundle paths from stdin, a JSON line each, and answer each with its exit code.

    What engine and libraries print goes to the bundle's log.txt; only answers go to stdout, and
    an empty line whenever there is something new in the bundle.
    Ends at the end of stdin, after `idle_s` seconds without work, or after a bundle that was
    stopped: an engine that was interrupted anywhere is not used again.
    """
    answers = os.fdopen(os.dup(1), "w", buffering=1)
    os.dup2(2, 1)
    signal.signal(
        signal.SIGINT, signal.SIG_IGN
    )  # Ctrl-C is the parent's business, between bundles
    _watch_parent()
    for asked in _lines(idle_s):
        folder = Path(json.loads(asked)["bundle"])
        with _logged(folder / "log.txt"):
            code = run(folder, lambda: _nudge(answers))
        answers.write(json.dumps({"bundle": str(folder), "code": code}) + "\n")
        if code == bundles.EXIT_STOPPED:
            return code
    return 0


def _nudge(answers: IO[str]) -> None:
    with contextlib.suppress(OSError):  # nobody listens: we shall be ended, or end ourselves
        answers.write("\n")


def _lines(idle_s: float) -> Iterator[bytes]:
    """Lines of stdin, read without Python's buffer, which `select` could not see into."""
    waiting = b""
    while True:
        while b"\n" in waiting:
            line, _, waiting = waiting.partition(b"\n")
            yield line
        if not select.select([0], [], [], idle_s)[0]:
            return
        more = os.read(0, 65536)
        if not more:
            return
        waiting += more


@contextmanager
def _logged(path: Path) -> Iterator[None]:
    """Send everything that is printed or logged to a file: a pipe could fill and block."""
    try:
        target = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
    except OSError:  # no such bundle: `run` says so
        yield
        return
    kept = os.dup(2)
    for number in (1, 2):
        os.dup2(target, number)
    handler = logging.StreamHandler(os.fdopen(target, "w", buffering=1))
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    root = logging.getLogger()
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    guard = threading.Event()
    threading.Thread(target=_cap, args=(path, guard), daemon=True).start()
    try:
        yield
    finally:
        guard.set()
        sys.stdout.flush()
        sys.stderr.flush()
        root.removeHandler(handler)
        for number in (1, 2):
            os.dup2(kept, number)
        os.close(kept)
        handler.stream.close()


def _cap(path: Path, ended: threading.Event) -> None:
    """Empty the log when it is too long; whoever writes to it goes on at its new end."""
    while not ended.wait(0.5):
        if path.exists() and path.stat().st_size > LOG_LIMIT:
            os.truncate(path, 0)
            log.warning("the log had more than %d bytes and starts anew here", LOG_LIMIT)


def _watch_parent() -> None:
    """End soon after the parent is gone, even when a library does not let signals through."""
    parent = os.getppid()

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(1)
        os.kill(os.getpid(), signal.SIGTERM)
        time.sleep(ORPHAN_GRACE_S)
        os._exit(bundles.EXIT_STOPPED)

    threading.Thread(target=watch, daemon=True).start()


# --- apart: a child process for one bundle -----------------------------------------------------


class Running:
    """A bundle that runs in a child process of its own, while this process goes on."""

    def __init__(self, folder: Path, memory_mb: int, seconds: float | None) -> None:
        self.folder = folder
        self.lines: list[dict[str, Any]] = []  # of progress, so far
        self._code: int | None = None
        self._stopping = threading.Event()
        self._ended = threading.Event()
        self._thread = threading.Thread(
            target=self._run, args=(memory_mb, seconds), daemon=True
        )
        self._thread.start()

    def poll(self) -> int | None:
        """Exit code, None while it runs."""
        return self._code

    def wait(self, timeout: float | None = None) -> int | None:
        """Wait for the exit code; None when the time is over before."""
        self._ended.wait(timeout)
        return self._code

    def stop(self) -> int:
        """SIGTERM, then SIGKILL; returns the exit code."""
        self._stopping.set()
        self._ended.wait()
        return bundles.EXIT_STOPPED if self._code is None else self._code

    def _run(self, memory_mb: int, seconds: float | None) -> None:
        code = bundles.EXIT_ELSEWHERE
        try:
            with Resident(memory_mb) as resident:
                code = resident.run(
                    self.folder, seconds, tell=self.lines.append, check=self._check
                )
        except Stopped:
            code = bundles.EXIT_STOPPED
        finally:
            self._code = code
            self._ended.set()

    def _check(self) -> None:
        if self._stopping.is_set():
            raise Stopped("It was stopped.")


def launch(folder: Path, memory_mb: int = 8000, seconds: float | None = None) -> Running:
    """Start a bundle in a child process of its own, within limits."""
    return Running(folder, memory_mb, seconds)
