"""`armarius serve`: one command starts everything, and stops everything."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from concurrent.futures import ThreadPoolExecutor

import psutil
import psycopg
import pytest

from tests.live import live_system, reachable


@pytest.fixture
def home(tmp_path):
    reachable(tmp_path)
    return tmp_path / "home"


def family(pid: int) -> list[psutil.Process]:
    parent = psutil.Process(pid)
    everybody = [parent, *parent.children(recursive=True)]
    return [one for one in everybody if one.status() != psutil.STATUS_ZOMBIE]


def called(process: psutil.Process) -> str:
    """The beginning of its command; nothing where it has just ended."""
    try:
        return " ".join(process.cmdline()[:4])
    except psutil.Error:
        return ""


def test_a_taken_port_is_named_with_its_cure(home):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        answer = subprocess.run(
            [sys.executable, "-m", "armarius", "serve", "--port", str(port)],
            env=os.environ | {"ARMARIUS_HOME": str(home)}, capture_output=True, text=True, check=False,
        )  # fmt: skip

    assert answer.returncode == 2
    assert f"Port {port} of 127.0.0.1 is taken" in answer.stderr
    assert f"ARMARIUS_PORT={port + 1}" in answer.stderr


@pytest.mark.slow
def test_everything_comes_back_after_kill_9_and_stops_on_ctrl_c(home):
    with live_system(home) as live:
        said = (home / "serve.log").read_text()
        assert f"The data are in {home}." in said
        assert "The first start sets everything up" in said
        link = re.search(r"http://\S+/login/\S+", said)
        assert link
        with urllib.request.urlopen(link[0], timeout=30) as answer:
            assert answer.status == 200

        for word in ("postgres", "web", "worker"):
            victim = next(p for p in family(live.process.pid) if word in called(p))
            victim.send_signal(signal.SIGKILL)
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            try:
                assert live.call("GET", "/api/projects")["count"] == 0
                break
            except OSError:
                time.sleep(0.2)
        else:
            pytest.fail((home / "serve.log").read_text()[-2000:])
        everybody = family(live.process.pid)
        live.process.send_signal(signal.SIGINT)
        assert live.process.wait(40) == 0

    assert not [p for p in everybody if p.is_running() and p.status() != psutil.STATUS_ZOMBIE]


def test_cut_connections_are_replaced_without_a_refusal(home):
    with live_system(home, worker=False) as live, ThreadPoolExecutor(16) as people:

        def ask(_: int) -> int:
            return int(live.call("GET", "/api/projects")["count"])

        assert set(people.map(ask, range(64))) == {0}  # every thread has a connection now
        url = (home / "database" / "url").read_text().strip()
        with psycopg.connect(url, autocommit=True) as own:
            cut = own.execute(
                "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity "
                "WHERE datname = current_database() AND pid <> pg_backend_pid()"
            ).fetchone()
        assert cut
        assert cut[0] > 1

        assert set(people.map(ask, range(64))) == {0}
