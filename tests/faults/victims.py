"""Find processes of a running system, and kill one of them."""

from __future__ import annotations

import contextlib
import random
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from pathlib import Path

import psutil

from tests.live import TOP, Live

KINDS = (
    "worker",
    "worker",
    "engine",
    "engine",
    "engine",
    "web",
    "web",
    "database",
    "backend",
    "pause",
)


class ExtraWorker(threading.Thread):
    """A second worker, started again when it dies, as a process manager would."""

    def __init__(self, live: Live, module: str) -> None:
        super().__init__(daemon=True)
        self.live, self.stopping = live, threading.Event()
        arguments = ["worker"] if module == "armarius" else []
        self.command = [sys.executable, "-m", module, *arguments]
        self.process: subprocess.Popen[bytes] | None = None

    def run(self) -> None:
        with (self.live.home / "worker.log").open("ab") as log:
            while not self.stopping.is_set():
                self.process = subprocess.Popen(
                    self.command, env=self.live.environment, cwd=TOP, stdout=log, stderr=log,
                    start_new_session=True,
                )  # fmt: skip
                self.process.wait()
                time.sleep(0.3)

    def stop(self) -> None:
        """End it."""
        self.stopping.set()
        if self.process is not None:
            self.process.terminate()
            try:
                self.process.wait(20)
            except subprocess.TimeoutExpired:
                self.process.kill()
        self.join(5)


class Killer:
    """Kills one process at a time, and counts what it did."""

    def __init__(
        self,
        live: Live,
        extra: list[ExtraWorker],
        seed: int,
        pause_s: float,
        kinds: tuple[str, ...] = KINDS,
    ) -> None:
        self.live, self.extra, self.pause_s, self.kinds = live, extra, pause_s, kinds
        self.random = random.Random(seed)
        self.done: Counter[str] = Counter()
        self._paused: list[threading.Timer] = []

    def strike(self) -> bool:
        """Kill something; False where there was nothing of that kind."""
        kinds = self.random.sample(self.kinds, len(self.kinds))
        kind, found = next(
            ((kind, them) for kind in kinds if (them := self.find(kind))), ("", [])
        )
        if not found:
            return False
        victim = self.random.choice(found)
        with contextlib.suppress(psutil.Error):
            if kind == "pause":
                victim.suspend()
                timer = threading.Timer(self.pause_s, _resume, (victim,))
                timer.start()
                self._paused.append(timer)
            else:
                victim.send_signal(signal.SIGKILL)
            self.done[kind] += 1
            return True
        return False

    def rest(self) -> None:
        """Wait until nothing is paused any more."""
        for timer in self._paused:
            timer.join()

    def find(self, kind: str) -> list[psutil.Process]:
        """The processes of a kind."""
        roots = [self.live.process.pid]
        roots += [one.process.pid for one in self.extra if one.process is not None]
        found: list[psutil.Process] = []
        for root in roots:
            with contextlib.suppress(psutil.Error):
                process = psutil.Process(root)
                for one in [process, *process.children(recursive=True)]:
                    with contextlib.suppress(psutil.Error):
                        if self._is(kind, one):
                            found.append(one)
        return found

    def _is(self, kind: str, process: psutil.Process) -> bool:
        if process.status() in (psutil.STATUS_ZOMBIE, psutil.STATUS_STOPPED):
            return False
        line = process.cmdline()
        parent = process.parent()
        above = parent.cmdline() if parent else []
        if kind in ("worker", "pause"):
            worker = line[-1:] == ["worker"] or "tests.faults.unprotected" in line
            # A pause does harm where an engine goes on and the worker finds its results later.
            return worker and (kind == "worker" or bool(process.children()))
        if kind == "engine":
            return "--resident" in line
        if kind == "web":
            return "web" in line or "web" in above
        named = Path(line[0]).name if line else ""
        if kind == "database":
            return named == "postgres" and "-D" in line
        return line[:1] != [] and line[0].startswith("postgres: armarius")


def _resume(process: psutil.Process) -> None:
    with contextlib.suppress(psutil.Error):
        process.resume()
