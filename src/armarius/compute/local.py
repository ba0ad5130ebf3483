"""Run bundles on this machine, in resident engine processes that keep their models loaded.

As many engines as runs at the same time; each is a child in its own process group that ends after
`ARMARIUS_ENGINE_IDLE_S` idle seconds, is kept under `ARMARIUS_ENGINE_MEMORY_MB`, and steps back
behind the web server.
"""

from __future__ import annotations

import itertools
import threading
from pathlib import Path

from armarius import bundle, config, resident
from armarius.compute import Look
from armarius.errors import BadInput, Stopped, Unavailable

NAME = "local"
NICE = 10

_lock = threading.Lock()
_numbers = itertools.count(1)
_idle: list[resident.Resident] = []
_runs: dict[str, _Run] = {}
_draining = threading.Event()


class _Run(threading.Thread):
    """One bundle in one engine. The engine goes back to the idle ones when the bundle has ended."""

    def __init__(self, handle: str, folder: Path, engine: resident.Resident) -> None:
        super().__init__(name=f"bundle {handle}", daemon=True)
        self.folder, self.engine = folder, engine
        self.to_end = threading.Event()
        self.news = threading.Event()
        self.code: int | None = None
        self.ended = False
        self.message = ""

    def run(self) -> None:
        """Run the bundle to its end."""
        try:
            self.code = self.engine.run(
                self.folder, tell=lambda line: self.news.set(), check=self._check
            )
            self.message = bundle.results(self.folder).message
        except Stopped:
            self.code = bundle.EXIT_STOPPED
        except BadInput as error:
            self.message = str(error)
        except Exception as error:
            self.message = f"The engine cannot be run: {type(error).__name__}: {error}."
        finally:
            with _lock:
                if not _draining.is_set():
                    _idle.append(self.engine)
            if _draining.is_set():
                self.engine.close()
            self.ended = True
            self.news.set()

    def _check(self) -> None:
        if self.to_end.is_set():
            raise Stopped("The run was told to end.")


def launch(folder: Path) -> str:
    """Start a bundle; see `Compute.launch`."""
    with _lock:
        if _draining.is_set():
            raise Unavailable("This worker is about to end.")
        engine = _idle.pop() if _idle else _engine()
        handle = f"local-{next(_numbers)}"
        _runs[handle] = _Run(handle, folder, engine)
    _runs[handle].start()
    return handle


def look(handle: str) -> Look:
    """See `Compute.look`."""
    run = _runs.get(handle)
    if run is None:
        return Look(running=False, message="This run is not known here.")
    running = not run.ended
    return Look(running, None if running else run.code, run.message)


def wait(handle: str, seconds: float) -> None:
    """See `Compute.wait`."""
    run = _runs.get(handle)
    if run is not None and run.news.wait(seconds):
        run.news.clear()


def stop(handle: str) -> None:
    """See `Compute.stop`."""
    with _lock:
        run = _runs.pop(handle, None)
    if run is not None:
        run.to_end.set()
        run.join(resident.GRACE_S + 5)


def drain() -> None:
    """See `Compute.drain`."""
    _draining.set()
    with _lock:
        engines = list(_idle)
        _idle.clear()
    for engine in engines:
        engine.close()


def close() -> None:
    """End everything, also what runs."""
    drain()
    for handle in list(_runs):
        stop(handle)


def engine_pids() -> list[int]:
    """Process ids of the engines that are alive."""
    with _lock:
        engines = [*_idle, *(run.engine for run in _runs.values() if run.is_alive())]
    return [engine.pid for engine in engines if engine.pid is not None]


def _engine() -> resident.Resident:
    return resident.Resident(
        memory_mb=config.number("ARMARIUS_ENGINE_MEMORY_MB"),
        idle_s=config.number("ARMARIUS_ENGINE_IDLE_S"),
        nice=NICE,
    )
