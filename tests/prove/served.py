"""Start `armarius serve` for an acceptance run, sign in by its link, and measure it."""

from __future__ import annotations

import contextlib
import http.cookiejar
import json
import os
import re
import signal
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil

from tests.live import free_port


@dataclass
class Served:
    """A running system, signed in as its administrator."""

    url: str
    process: subprocess.Popen[str]
    ready_s: float
    opener: urllib.request.OpenerDirector = field(repr=False)

    def get(self, path: str) -> Any:
        """GET with the session's cookie; JSON is decoded, all else is text."""
        with self.opener.open(self.url + path, timeout=60) as answer:
            content = answer.read().decode()
        return json.loads(content) if "json" in answer.headers["Content-Type"] else content

    def post(self, path: str, body: Any) -> Any:
        """POST as a browser does it, with the text against forged calls; the answer is decoded."""
        headers = {
            "Content-Type": "application/json", "X-CSRFToken": self.get("/api/me")["csrf"]
        }  # fmt: skip
        request = urllib.request.Request(self.url + path, json.dumps(body).encode(), headers)
        with self.opener.open(request, timeout=60) as answer:
            return json.loads(answer.read())


@contextlib.contextmanager
def served(command: list[str], home: Path, **settings: str) -> Iterator[Served]:
    """Run the command until the block ends; ready is when it prints its login link."""
    port = free_port()
    environment = {
        k: v for k, v in os.environ.items() if k not in ("ARMARIUS_DATABASE_URL", "PYTHONPATH")
    }
    environment |= {"ARMARIUS_HOME": str(home), "ARMARIUS_PORT": str(port), **settings}
    start = time.monotonic()
    process = subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, text=True, cwd="/"
    )
    try:
        link = _link(process)
        ready = time.monotonic() - start
        opener = urllib.request.build_opener(
            urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
        )
        opener.open(link, timeout=30).close()
        yield Served(f"http://127.0.0.1:{port}", process, ready, opener)
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(60)


def _link(process: subprocess.Popen[str]) -> str:
    assert process.stdout
    for line in process.stdout:
        if match := re.search(r"http://\S+/login/\S+", line):
            return match[0]
    raise RuntimeError(f"It ended with code {process.wait()} before it was ready.")


def family(pid: int) -> list[psutil.Process]:
    """The process and all below it. The database's children count too."""
    parent = psutil.Process(pid)
    return [parent, *parent.children(recursive=True)]


def memory_mb(pid: int) -> float:
    """Proportional memory (PSS) of a process and all below it, in MB."""
    total = 0
    for process in family(pid):
        with contextlib.suppress(psutil.NoSuchProcess):
            total += process.memory_full_info().pss
    return round(total / 1e6, 1)
