"""A child process that runs bundles, one after another, with its models kept in memory.

    with Resident(memory_mb=8000) as engine:
        code = engine.run(folder, seconds=3600)

The child has its own process group, ends with its parent, is watched for memory and time, and
hears no secret of ours. When it dies or exceeds its memory, the page that it was at is marked as
failed and a new child goes on with the others: one bad page does not spoil a batch.
"""

from __future__ import annotations

import contextlib
import json
import os
import select
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, Any, Self

import psutil

from armarius import bundle as bundles
from armarius.children import die_with_parent

POLL_S = 0.1
GRACE_S = 5.0  # between SIGTERM and SIGKILL
IDLE_S = 600
DEATHS = 3  # without a page in work: then it is the machine, not a page
_SECRETS = ("ARMARIUS_DATABASE_URL", "ARMARIUS_SECRET_KEY", "PGPASSWORD")
_THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMEXPR_NUM_THREADS")

Told = Callable[[dict[str, Any]], None]


class Resident:
    """One engine process, started when it is needed.

    Args:
        memory_mb: limit for the resident memory of the child and its own children; a bundle's
            own limit counts where it is lower.
        idle_s: seconds without work after which the child ends by itself.
        threads: CPU threads of the child's libraries.
        nice: how much the child steps back behind other processes, 0 to 19.
    """

    def __init__(
        self, memory_mb: int = 8000, idle_s: float = IDLE_S, threads: int = 1, nice: int = 0
    ) -> None:
        self.memory_mb, self.idle_s, self.threads, self.nice = memory_mb, idle_s, threads, nice
        self._process: subprocess.Popen[bytes] | None = None
        self._said: IO[bytes] | None = None  # what the child says outside of bundles
        self._lock = threading.Lock()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    @property
    def pid(self) -> int | None:
        """Process id of the child, None while there is none."""
        return self._process.pid if self._process and self._process.poll() is None else None

    def run(
        self,
        folder: Path,
        seconds: float | None = None,
        *,
        tell: Told = lambda line: None,
        check: Callable[[], None] = lambda: None,
    ) -> int:
        """Run a bundle to its end; returns its exit code.

        Args:
            folder: the bundle.
            seconds: limit for the whole bundle; its own counts where it is lower.
            tell: gets each line of progress.
            check: called several times a second; what it raises stops the bundle and is raised
                again when the child has ended.
        """
        with self._lock:
            return _Run(self, folder, seconds, tell, check).to_end()

    def close(self) -> None:
        """End the child, gently first."""
        process, self._process = self._process, None
        if process is not None:
            self._end(process)
        said, self._said = self._said, None
        if said is not None:
            said.close()

    @staticmethod
    def _end(process: subprocess.Popen[bytes]) -> None:
        if process.stdin:
            with contextlib.suppress(OSError):
                process.stdin.close()  # it ends at the end of its input
        end(process)
        if process.stdout:
            process.stdout.close()

    def start(self) -> subprocess.Popen[bytes]:
        """The running child; a new one where there is none."""
        if self._process is not None and self._process.poll() is None:
            return self._process
        self.close()
        self._said = tempfile.TemporaryFile()  # noqa: SIM115  # closed by `close`
        started: list[subprocess.Popen[bytes]] = []
        failed: list[BaseException] = []
        ready = threading.Event()

        def keep() -> None:
            # The kernel tells a child of its parent's death when the *thread* that started it
            # ends; so this one stays until the child has ended.
            try:
                started.append(self._launch())
            except BaseException as error:
                failed.append(error)
            ready.set()
            if started:
                started[0].wait()

        threading.Thread(target=keep, daemon=True, name="engine keeper").start()
        ready.wait()
        if failed:
            raise failed[0]
        self._process = started[0]
        return self._process

    def _launch(self) -> subprocess.Popen[bytes]:
        environment = {k: v for k, v in os.environ.items() if k not in _SECRETS}
        environment |= dict.fromkeys(_THREADS, str(self.threads))
        prepare = die_with_parent()
        nice = self.nice

        def first() -> None:
            if prepare:
                prepare()
            if nice:
                os.nice(nice)

        return subprocess.Popen(
            [sys.executable, "-m", "armarius", "run", "--resident", "--idle", str(self.idle_s)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            bufsize=0,  # what was read of it must not wait where `select` does not see it
            stderr=self._said,
            env=environment,
            start_new_session=True,
            preexec_fn=first,
        )

    def last_words(self) -> str:
        """The last line that the child said outside of a bundle."""
        if self._said is None:
            return ""
        self._said.seek(0, 2)
        self._said.seek(max(0, self._said.tell() - 4000))
        lines = self._said.read().decode("utf-8", "replace").strip().splitlines()
        return lines[-1] if lines else ""


class _Run:
    """One bundle on its way through a resident child."""

    def __init__(
        self,
        resident: Resident,
        folder: Path,
        seconds: float | None,
        tell: Told,
        check: Callable[[], None],
    ) -> None:
        self.resident, self.folder, self.tell, self.check = resident, folder, tell, check
        limits = _limits(folder)
        self.memory = min(resident.memory_mb, limits.memory_mb) * 1024 * 1024
        self.until = time.monotonic() + min(seconds or limits.seconds, limits.seconds)
        self.progress = _Tail(folder / "progress.jsonl")
        self.at = ""  # the page in work
        self.deaths = self.looks = 0

    def to_end(self) -> int:
        while True:
            code, reason = self._once()
            if code is not None:
                return code
            if not self._go_on_after(reason):
                return self._close(reason)

    def _once(self) -> tuple[int | None, str]:
        """Send the bundle to the child; (exit code, "") or (None, why there is no answer)."""
        self.at = ""
        process = self.resident.start()
        assert process.stdin is not None and process.stdout is not None  # noqa: S101, PT018  # both are pipes
        try:
            process.stdin.write(
                json.dumps({"bundle": str(self.folder.absolute())}).encode() + b"\n"
            )
            process.stdin.flush()
        except OSError:  # it ended for idleness this very moment
            return None, "idle"
        try:
            return self._wait(process, process.stdout)
        except BaseException:
            # Cancelled, or Ctrl-C: the child ends before we say so, and the bundle is closed.
            end(process)
            self._news()
            if process.returncode != bundles.EXIT_STOPPED and self.folder.is_dir():
                self._write(bundles.EXIT_STOPPED, "It was stopped.")
            raise

    def _wait(
        self, process: subprocess.Popen[bytes], stream: IO[bytes]
    ) -> tuple[int | None, str]:
        while True:
            answered = select.select([stream], [], [], POLL_S)[0]
            self._news()
            if answered:
                line = stream.readline()
                if not line:
                    return None, _death(process)
                if line.strip():
                    return int(json.loads(line)["code"]), ""
            self.check()
            self.looks += 1
            if memory_of(process.pid, children=self.looks % 20 == 0) > self.memory:
                _kill(process)
                return None, f"it needed more than {self.memory // 1024 // 1024:,} MB of memory"
            if time.monotonic() > self.until:
                end(process)
                return None, "time"

    def _news(self) -> None:
        for line in self.progress.new():
            if line.get("event") == "begin":
                self.at = str(line["key"])
            elif line.get("event") == "page":
                self.at = ""
            self.tell(line)

    def _go_on_after(self, reason: str) -> bool:
        """Note the page that the child died at; False when there is no sense in another child."""
        if reason == "time":
            return False
        if reason == "idle" and self.deaths < DEATHS:
            self.deaths += 1
            return True
        if self.at:
            bundles.write_failure(
                self.folder, self.at, f"The engine was ended on this page: {reason}."
            )
            return True
        self.deaths += 1
        return self.deaths < DEATHS

    def _close(self, reason: str) -> int:
        """Write the result in place of a child that cannot."""
        if reason == "time":
            for key in self._keys():
                if bundles.state_of(self.folder, key) is None:
                    place = "on" if key == self.at else "before"
                    said = f"The time of the job ran out {place} this page."
                    bundles.write_failure(self.folder, key, said)
            return self._write(bundles.EXIT_PROBLEMS, "")
        words = self.resident.last_words()
        message = f"The engine does not start here: {reason}" + (
            f" ({words})." if words else "."
        )
        return self._write(bundles.EXIT_ELSEWHERE, message)

    def _write(self, code: int, message: str) -> int:
        if self.folder.is_dir():
            bundles.write_result(self.folder, code, self._keys(), message)
        return code

    def _keys(self) -> list[str]:
        try:
            return [str(item["key"]) for item in _described(self.folder)["pages"]]
        except (OSError, ValueError, KeyError, TypeError):
            return []


class _Tail:
    """Lines that were added to a file since the last look."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.place = path.stat().st_size if path.exists() else 0

    def new(self) -> Iterator[dict[str, Any]]:
        try:
            with self.path.open("rb") as stream:
                stream.seek(self.place)
                for line in stream:
                    if not line.endswith(b"\n"):
                        return  # still being written
                    self.place += len(line)
                    yield json.loads(line)
        except (FileNotFoundError, ValueError):
            return


def memory_of(pid: int, *, children: bool = True) -> int:
    """Resident memory of a process, and of its children, in bytes; 0 when it is gone."""
    try:
        process = psutil.Process(pid)
        total = int(process.memory_info().rss)
        for child in process.children(recursive=True) if children else ():
            with contextlib.suppress(psutil.Error):
                total += int(child.memory_info().rss)
    except psutil.Error:
        return 0
    return total


def end(process: subprocess.Popen[bytes], grace: float = GRACE_S) -> None:
    """SIGTERM to the child alone, so that it can finish; SIGKILL to its whole group afterwards."""
    if process.poll() is None:
        with contextlib.suppress(ProcessLookupError):
            process.send_signal(signal.SIGTERM)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(grace)
    _kill(process)


def _kill(process: subprocess.Popen[bytes]) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(
            process.pid, signal.SIGKILL
        )  # the group lives on while any of its children does
    process.wait()


def _death(process: subprocess.Popen[bytes]) -> str:
    code = process.wait()
    if code == 0:
        return "idle"
    if code < 0:
        return f"it was ended by signal {signal.Signals(-code).name}"
    return f"it ended with code {code}"


def _described(folder: Path) -> dict[str, Any]:
    described: dict[str, Any] = json.loads((folder / "bundle.json").read_bytes())
    return described


def _limits(folder: Path) -> bundles.Limits:
    """The bundle's own limits; the child says what is wrong with a bundle that has none."""
    try:
        return bundles.Limits(**_described(folder)["limits"])
    except (OSError, ValueError, KeyError, TypeError):
        return bundles.Limits()
