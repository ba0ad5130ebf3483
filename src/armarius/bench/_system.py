"""A whole system of its own for a bench: embedded database, web server and worker."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import psutil

from armarius.errors import Unavailable
from armarius.instance import Instance

READY_S = 90
TILES_S = 600
EVERY_S = 0.25  # between two looks at the memory


@dataclass(frozen=True, slots=True)
class System:
    """A running system and a client of it, signed in as its administrator."""

    home: Path
    process: psutil.Process
    server: Instance
    project: int

    def document(self, name: str) -> int:
        """A new empty document."""
        made = self.server.post(f"/api/projects/{self.project}/documents", {"name": name})
        return int(made["id"])

    def bring(self, document: int, files: Sequence[Path]) -> dict[str, Any]:
        """Upload and import files as `armarius import` does; returns the ended job."""
        uploads = self.server.upload_all(files, lambda _: None)
        job = self.server.post(f"/api/documents/{document}/import", {"uploads": uploads})
        job = self.server.wait(job, lambda _: None)
        if job["state"] != "done":
            raise Unavailable(f"The import ended as {job['state']}: {job['message']}")
        return dict(job)

    def tiled(self) -> int:
        """How many images have their tiles."""
        return len(list((self.home / "pyramids").glob("??/*.tif")))

    def wait_for_tiles(self, images: int) -> None:
        """Wait until so many images have their tiles.

        Raises:
            Unavailable: they do not come.
        """
        deadline = time.monotonic() + TILES_S
        while self.tiled() < images:
            if time.monotonic() > deadline:
                raise Unavailable(f"The tiles of {images} images are not there after a while.")
            time.sleep(0.1)

    def cpu_s(self) -> float:
        """Processor time of all processes so far; ended ones are counted by those that started them."""
        total = 0.0
        for process in (self.process, *self.process.children(recursive=True)):
            with contextlib.suppress(psutil.Error):
                times = process.cpu_times()
                total += times.user + times.system
                total += times.children_user + times.children_system
        return total

    def export(self, document: int, *, images: bool = False) -> int:
        """Fetch the document as ALTO; returns the bytes that came."""
        query = {"format": "alto", "images": "true" if images else "false"}
        with tempfile.TemporaryDirectory(dir=self.home) as folder:
            target = Path(folder) / "out.zip"
            path = f"/api/documents/{document}/export"
            self.server.download(path, target, lambda _: None, **query)
            return target.stat().st_size


class Memory:
    """Proportional memory of a process and all below it, watched from a thread.

    A look takes some 15 ms of a core, from those that are watched too where there is no idle one.
    """

    def __init__(self, process: psutil.Process, every_s: float = EVERY_S) -> None:
        self._process, self._stop, self._every_s = process, threading.Event(), every_s
        self._thread = threading.Thread(target=self._watch)
        self._seen: list[float] = []
        self.start_mb = self._now()

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stop.set()
        self._thread.join()

    def forget(self) -> float:
        """Begin anew; returns what the system takes now."""
        self._seen.clear()
        return self._now()

    def most_mb(self, begin: float, end: float) -> float:
        """The most in a part of the time watched, from 0 to 1."""
        count = len(self._seen)
        return max(
            self._seen[int(begin * count) : max(1, int(end * count))], default=self.start_mb
        )

    def _watch(self) -> None:
        while not self._stop.wait(self._every_s):
            self._seen.append(self._now())

    def _now(self) -> float:
        try:
            below = self._process.children(recursive=True)
        except psutil.NoSuchProcess:  # ended between two looks
            return 0.0
        total = 0
        for process in (self._process, *below):
            try:
                total += process.memory_full_info().pss
            except (psutil.NoSuchProcess, psutil.ZombieProcess, psutil.AccessDenied):
                continue
        return total / 1e6


@contextmanager
def running(folder: Path, **settings: str) -> Iterator[System]:
    """Run `armarius serve` with everything below `folder` until the block ends.

    Args:
        folder: an empty one.
        settings: further `ARMARIUS_*` variables.

    Raises:
        Unavailable: it does not start.
    """
    home = folder / "home"
    home.mkdir()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = {k: v for k, v in os.environ.items() if k != "ARMARIUS_DATABASE_URL"}
    environment |= {"ARMARIUS_HOME": str(home), "ARMARIUS_PORT": str(port), **settings}
    command = [sys.executable, "-m", "armarius", "serve", "--no-sample"]
    with (home / "serve.log").open("wb") as log:
        process = subprocess.Popen(command, env=environment, stdout=log, stderr=log)
    try:
        server = Instance(f"http://127.0.0.1:{port}", _token(process, environment, home))
        project = server.post("/api/projects", {"name": "bench"})
        yield System(home, psutil.Process(process.pid), server, int(project["id"]))
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(60)


def _token(process: subprocess.Popen[bytes], environment: dict[str, str], home: Path) -> str:
    """The administrator's token, once the system is ready."""
    deadline = time.monotonic() + READY_S
    while time.monotonic() < deadline and process.poll() is None:
        if b"Armarius is ready" in (home / "serve.log").read_bytes():
            answer = subprocess.run(
                [sys.executable, "-m", "armarius", "token", "--json"],
                env=environment, capture_output=True, text=True, check=True,
            )  # fmt: skip
            return str(json.loads(answer.stdout)["token"])
        time.sleep(0.1)
    raise Unavailable(f"The system does not start:\n{(home / 'serve.log').read_text()[-2000:]}")
