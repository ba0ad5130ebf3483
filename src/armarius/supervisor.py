"""Everything on one machine: database, web server and worker as children that are watched.

A child that dies is started again; on Ctrl-C or SIGTERM they are stopped in the order worker,
web server, database. Holds no Django, so that the watching process stays small.
"""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from types import FrameType

from armarius import config
from armarius.children import die_with_parent
from armarius.database import Server, given_url, reachable
from armarius.errors import BadInput, Unavailable

STOP_S = 15


class Child:
    """One watched process, in its own process group."""

    def __init__(self, name: str, command: list[str]) -> None:
        self.name, self.command = name, command
        self.process: subprocess.Popen[bytes] | None = None
        self.started = 0.0
        self.pause = 0.5

    def start(self) -> None:
        """Start it, or start it again."""
        self.started = time.monotonic()
        self.process = subprocess.Popen(
            [sys.executable, "-m", "armarius", *self.command],
            stdin=subprocess.DEVNULL,
            start_new_session=True,
            preexec_fn=die_with_parent(),
        )

    def revive(self) -> None:
        """Start it again if it has died, with a growing pause where it keeps dying."""
        if self.process is None or self.process.poll() is None:
            return
        lived = time.monotonic() - self.started
        if lived < self.pause:
            return
        self.pause = 0.5 if lived > 10 else min(self.pause * 2, 30)
        _say(f"The {self.name} ended with code {self.process.returncode}; it is started again.")
        self.kill()
        self.start()

    def stop(self) -> None:
        """Ask it to end; after a while, end it with everything it started."""
        if self.process is None:
            return
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(STOP_S)
            except subprocess.TimeoutExpired:
                _say(f"The {self.name} does not end by itself and is killed.")
        self.kill()

    def kill(self) -> None:
        """End whatever is left of its process group."""
        if self.process is not None:
            try:
                os.killpg(self.process.pid, signal.SIGKILL)
            except ProcessLookupError:
                return
            self.process.wait(10)


class Supervisor:
    """The parts of one machine."""

    def __init__(self, *, port: int, sample: bool, worker: bool) -> None:
        self.port, self.sample = port, sample
        self.server: Server | None = None
        self.web = Child("web server", ["web", "--port", str(port)])
        self.worker = Child("worker", ["worker"]) if worker else None
        self.stopping = False

    def run(self) -> int:
        """Start, watch, stop; the exit code is 0 after a wanted stop."""
        _refuse_taken(config.text("ARMARIUS_LISTEN"), self.port)
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._stop)
        try:
            self._start()
            while not self.stopping:
                time.sleep(0.3)
                self._watch()
        finally:
            self._end()
        return 0

    def _start(self) -> None:
        _say(f"The data are in {config.home()}.")
        if not (config.home() / "secret").exists():
            _say("The first start sets everything up; it takes about a minute.")
        url = given_url()
        if url:
            reachable(url)
        else:
            self.server = Server(config.home())
            url = self.server.start()
        os.environ["ARMARIUS_DATABASE_URL"] = url
        prepared = self._prepare()
        self.web.start()
        if self.worker:
            self.worker.start()
        self._wait_for_web()
        address = f"http://{_shown(config.text('ARMARIUS_LISTEN'))}:{self.port}"
        print(f"\nArmarius is ready at {address}")
        print(
            f"Sign in as {prepared['administrator']} (once): {address}/login/{prepared['login_token']}"
        )
        print("Stop with Ctrl-C.\n", flush=True)

    def _prepare(self) -> dict[str, str]:
        command = [sys.executable, "-m", "armarius", "setup", "--json"]
        if not self.sample:
            command.append("--no-sample")
        answer = subprocess.run(
            command,
            check=False,
            stdout=subprocess.PIPE,
            text=True,
            preexec_fn=die_with_parent(),
        )
        if answer.returncode:
            raise Unavailable("The database could not be prepared; the lines above say why.")
        result: dict[str, str] = json.loads(answer.stdout.strip().splitlines()[-1])
        return result

    def _wait_for_web(self) -> None:
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline and not self.stopping:
            with socket.socket() as probe:
                probe.settimeout(1)
                if probe.connect_ex((_shown(config.text("ARMARIUS_LISTEN")), self.port)) == 0:
                    return
            self.web.revive()
            time.sleep(0.05)

    def _watch(self) -> None:
        if self.server and not self.server.alive():
            _say("The database server ended; it is started again.")
            self.server.restart()
        self.web.revive()
        if self.worker:
            self.worker.revive()

    def _stop(self, _number: int, _frame: FrameType | None) -> None:
        self.stopping = True

    def _end(self) -> None:
        # Both are asked first, so that they end side by side.
        for child in (self.worker, self.web):
            if child and child.process and child.process.poll() is None:
                child.process.terminate()
        for child in (self.worker, self.web):
            if child:
                child.stop()
        if self.server:
            self.server.stop()


def _refuse_taken(address: str, port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((address, port))
        except OSError:
            raise BadInput(
                f"Port {port} of {address} is taken. Stop what uses it, or choose another one: ARMARIUS_PORT={port + 1}."
            ) from None


def _shown(address: str) -> str:
    return "127.0.0.1" if address in ("0.0.0.0", "") else address  # noqa: S104


def _say(text: str) -> None:
    print(f"armarius: {text}", file=sys.stderr, flush=True)
