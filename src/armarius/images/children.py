"""A few warm child processes that decode what came from outside.

A child works on one request at a time, under a limit of memory and time that the request
carries; when it dies of it, only that request fails. Idle children end by themselves.
"""

from __future__ import annotations

import atexit
import contextlib
import errno
import json
import os
import select
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any, Final

START_S: Final = 60  # a child needs a third of a second; a loaded machine more
LARGE_MB: Final = 1000  # requests that may take more than this work one after the other
TASKS_PER_CHILD: Final = 200  # then a fresh one, so that nothing adds up
_KEPT = ("PATH", "LANG", "LC_ALL", "PYTHONPATH", "VIRTUAL_ENV", "LD_LIBRARY_PATH", "TMPDIR")


class Unusable(Exception):
    """The file cannot be used; the text says why, in words that follow a file name."""


class _Child:
    """One child process and its pipes."""

    def __init__(self) -> None:
        # Neither the secret key nor the database address goes along.
        environment = {name: os.environ[name] for name in _KEPT if name in os.environ}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "armarius.images.decoder"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=environment | {"VIPS_CONCURRENCY": "2", "MALLOC_ARENA_MAX": "2"},
            cwd="/",
        )
        self.tasks = 0

    def ask(self, request: dict[str, Any], seconds: float) -> dict[str, Any]:
        """Send one request and wait for its answer; Unusable when the child dies of it."""
        assert self.process.stdin is not None  # noqa: S101 -- both are pipes, see above
        assert self.process.stdout is not None  # noqa: S101
        self.tasks += 1
        try:
            self.process.stdin.write(json.dumps(request).encode() + b"\n")
            self.process.stdin.flush()
        except BrokenPipeError:
            raise EOFError from None
        answer = b""
        until = time.monotonic() + seconds
        number = self.process.stdout.fileno()
        while not answer.endswith(b"\n"):
            left = until - time.monotonic()
            if left <= 0 or not _readable(number, left):
                self.end()
                raise Unusable(f"decoding it takes more than {seconds:.0f} seconds")
            block = os.read(number, 65536)
            if not block:
                self.end()
                if answer == b"" and self.tasks > 1 and self.process.returncode == 0:
                    raise EOFError  # it had just gone to sleep for ever; not the file's fault
                raise Unusable(
                    "decoding it takes more memory than allowed or breaks the decoder"
                )
            answer += block
        return dict(json.loads(answer))

    def end(self) -> None:
        """Kill and reap."""
        self.process.kill()
        self.process.wait()
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe:
                pipe.close()

    @property
    def alive(self) -> bool:
        return self.process.poll() is None


class Pool:
    """As many children as there are cores, at most four, started when needed."""

    def __init__(self, most: int) -> None:
        self.most = most
        self._places = threading.BoundedSemaphore(most)
        self._large = threading.Lock()
        self._idle: list[_Child] = []
        self._lock = threading.Lock()

    def ask(
        self, task: str, *, memory_mb: int, seconds: float, **arguments: Any
    ) -> dict[str, Any]:
        """Have a child do one task of `decoder`.

        Args:
            task: its name.
            memory_mb: address space of the child while it works on it.
            seconds: wall time, after which the child is killed.
            **arguments: of the task, as JSON knows them.

        Raises:
            Unusable: the file cannot be decoded, or not within the limits.
            OSError: ENOSPC, the disk is full.
        """
        request = {
            "task": task,
            "memory_mb": memory_mb,
            "seconds": seconds,
            "arguments": arguments,
        }
        alone = self._large if memory_mb > LARGE_MB else contextlib.nullcontext()
        with alone, self._places:
            for _ in range(3):  # an idle child may end at the moment it is asked
                child = self._take()
                try:
                    answer = child.ask(request, seconds + (START_S if child.tasks == 0 else 0))
                except EOFError:
                    child.end()
                    continue
                self._keep(child)
                if "full" in answer:
                    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
                if "error" in answer:
                    raise Unusable(answer["error"])
                return answer
        raise Unusable(
            "the decoder does not start; ask the administrator to run armarius doctor"
        )

    def close(self) -> None:
        """End the idle children."""
        with self._lock:
            idle, self._idle = self._idle, []
        for child in idle:
            child.end()

    def peak_mb(self) -> float:
        """The most memory that any idle child ever held, in MB (Linux)."""
        with self._lock:
            numbers = [child.process.pid for child in self._idle]
        peaks = [
            int(line.split()[1])
            for number in numbers
            for line in Path(f"/proc/{number}/status").read_text("ascii").splitlines()
            if line.startswith("VmHWM")
        ]
        return max(peaks, default=0) / 1024

    def _take(self) -> _Child:
        with self._lock:
            while self._idle:
                child = self._idle.pop()
                if child.alive:
                    return child
                child.end()
        return _Child()

    def _keep(self, child: _Child) -> None:
        if child.tasks >= TASKS_PER_CHILD:
            child.end()
            return
        with self._lock:
            self._idle.append(child)


def _readable(number: int, seconds: float) -> bool:
    poll = select.poll()  # select() itself ends at descriptor 1,024
    poll.register(number, select.POLLIN | select.POLLHUP)
    return bool(poll.poll(seconds * 1000))


POOL: Final = Pool(min(4, os.cpu_count() or 1))
atexit.register(POOL.close)
