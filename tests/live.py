"""A whole running system for tests: database, web server and worker as real processes."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

TOP = Path(__file__).parents[1]


@dataclass
class Live:
    """A system under test; `token` is the administrator's."""

    url: str
    home: Path
    process: subprocess.Popen[bytes]
    environment: dict[str, str]
    token: str = ""

    def command(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run an `armarius` command against the same data."""
        return subprocess.run(
            [sys.executable, "-m", "armarius", *arguments],
            env=self.environment, capture_output=True, text=True, timeout=300, check=False,
        )  # fmt: skip

    def call(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        """One API call as the administrator; returns the decoded answer."""
        data = body if isinstance(body, bytes) or body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.url + path, data=data, method=method)
        request.add_header("Authorization", f"Bearer {self.token}")
        if data is not None and "Content_Type" not in headers:
            request.add_header("Content-Type", "application/json")
        for name, value in headers.items():
            request.add_header(name.replace("_", "-"), value)
        with urllib.request.urlopen(request, timeout=120) as answer:
            content = answer.read()
        return (
            json.loads(content)
            if content and "json" in answer.headers.get("Content-Type", "")
            else content
        )


def reachable(folder: Path) -> None:
    """Let other users enter a folder of a test: the database server may run as one."""
    top = Path(tempfile.gettempdir()).resolve()
    for path in [folder, *folder.parents]:
        if path in (top, *top.parents):
            break
        path.chmod(0o755)


def free_port() -> int:
    """A port that nobody uses just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextlib.contextmanager
def live_system(
    home: Path, *, sample: bool = False, worker: bool = True, **settings: str
) -> Iterator[Live]:
    """Run `armarius serve` with its own embedded database below `home` until the block ends.

    Args:
        home: an empty folder, or one of an earlier run.
        sample: whether to create the sample project.
        worker: whether it has a worker.
        settings: further `ARMARIUS_*` variables.
    """
    home.mkdir(parents=True, exist_ok=True)
    port = free_port()
    environment = {
        name: value for name, value in os.environ.items() if name != "ARMARIUS_DATABASE_URL"
    }
    environment |= {"ARMARIUS_HOME": str(home), "ARMARIUS_PORT": str(port), **settings}
    command = [sys.executable, "-m", "armarius", "serve"]
    command += ([] if sample else ["--no-sample"]) + ([] if worker else ["--no-worker"])
    log = (home / "serve.log").open("ab")
    process = subprocess.Popen(command, env=environment, stdout=log, stderr=log, cwd=TOP)
    live = Live(f"http://127.0.0.1:{port}", home, process, environment)
    try:
        _wait(live)
        live.environment["ARMARIUS_DATABASE_URL"] = (home / "database" / "url").read_text()
        answer = live.command("token", "--json")
        if answer.returncode:
            raise RuntimeError(answer.stderr)
        live.token = json.loads(answer.stdout)["token"]
        yield live
    finally:
        process.send_signal(signal.SIGINT)
        try:
            process.wait(40)
        except subprocess.TimeoutExpired:
            process.kill()
        log.close()


def _wait(live: Live) -> None:
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline:
        if live.process.poll() is not None:
            break
        with contextlib.suppress(OSError):
            urllib.request.urlopen(live.url + "/livez", timeout=5).close()
            if "ready at" in (live.home / "serve.log").read_text():
                return
        time.sleep(0.1)
    raise RuntimeError((live.home / "serve.log").read_text()[-3000:])
