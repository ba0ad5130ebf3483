"""The command line's client: uploads that survive broken connections, refusals in plain words."""

from __future__ import annotations

import contextlib
import hashlib
import os
import random
import socket
import subprocess
import sys
import threading
from uuid import UUID

import pytest

from armarius import instance
from armarius.errors import BadInput, Unavailable
from armarius.instance import Instance
from armarius.models import Upload
from armarius.ops import accounts, uploading


@pytest.fixture(autouse=True)
def _own_home(tmp_path, monkeypatch):
    monkeypatch.setenv("ARMARIUS_HOME", str(tmp_path / "home"))
    monkeypatch.setattr(instance, "PAUSE_S", 0.01)


class Cutting:
    """A proxy that cuts connections after some bytes from the sender, the first `cuts` of them."""

    def __init__(self, port, cuts, after):
        self._target, self.cuts, self._after = port, cuts, after
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self):
        self._listener.close()

    def _accept(self):
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            server = socket.create_connection(("127.0.0.1", self._target))
            threading.Thread(target=self._pass, args=(server, client), daemon=True).start()
            threading.Thread(target=self._pass_on, args=(client, server), daemon=True).start()

    def _pass(self, one, other):
        with contextlib.suppress(OSError):
            while data := one.recv(65536):
                other.sendall(data)
        self._end(one, other)

    def _pass_on(self, client, server):
        passed = 0
        with contextlib.suppress(OSError):
            while data := client.recv(4096):
                passed += len(data)
                if self.cuts and passed > self._after:
                    self.cuts -= 1
                    break
                server.sendall(data)
        self._end(client, server)

    @staticmethod
    def _end(*sockets):
        for one in sockets:
            with contextlib.suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            one.close()


@pytest.fixture
def cutting(live_server):
    """Make a cutting proxy before the server."""
    made = []

    def make(cuts, after):
        made.append(Cutting(live_server.thread.port, cuts, after))
        return made[-1]

    yield make
    for proxy in made:
        proxy.close()


@pytest.fixture
def token(transactional_db, alice):
    return accounts.create_token(alice, "test")[1]


def test_an_upload_goes_on_where_the_connection_broke(cutting, token, tmp_path, monkeypatch):
    monkeypatch.setattr(instance, "PIECE", 300_000)
    data = random.Random(5).randbytes(1_000_000)
    file = tmp_path / "roll.tif"
    file.write_bytes(data)
    proxy = cutting(6, 120_000)
    told: list[int] = []

    upload_id = Instance(f"http://127.0.0.1:{proxy.port}", token).upload(file, told.append)

    upload = Upload.objects.get(pk=upload_id)
    assert proxy.cuts == 0
    assert sum(told) == len(data)
    assert upload.sha256 == hashlib.sha256(data).hexdigest()
    assert uploading.path(upload).read_bytes() == data


def test_files_keep_their_order_though_they_are_sent_side_by_side(live_server, token, tmp_path):
    files = [tmp_path / f"f{n}.jpg" for n in range(9)]
    for n, file in enumerate(files):
        file.write_bytes(bytes([n]) * (1 + n * 1000))

    ids = Instance(live_server.url, token).upload_all(files, lambda _: None)

    assert [Upload.objects.get(pk=x).name for x in ids] == [x.name for x in files]


def test_a_server_that_is_not_there_is_named(tmp_path):
    with pytest.raises(Unavailable, match=r"cannot be reached.*armarius serve"):
        Instance("http://127.0.0.1:1", "t").get("/api/me")


def test_the_servers_own_sentence_is_shown(live_server, token):
    with pytest.raises(BadInput, match="There is no document 77"):
        Instance(live_server.url, token).get("/api/documents/77")


def test_a_wrong_token_is_said_so(live_server, transactional_db):
    with pytest.raises(BadInput, match="Sign in first"):
        Instance(live_server.url, "arm_wrong").get("/api/me")


def test_a_post_that_is_repeated_is_done_once(cutting, token, live_server):
    class Deaf(Instance):
        """Loses the first answer."""

        lost = False

        def _json(self, *arguments):
            answer = super()._json(*arguments)
            if not self.lost:
                self.lost = True
                raise ConnectionResetError
            return answer

    made = Deaf(live_server.url, token).post("/api/uploads", {"name": "f1.jpg", "size": 5})

    assert Upload.objects.get().pk == UUID(made["id"])


def test_an_address_that_is_none_is_refused():
    with pytest.raises(BadInput, match="Begin it with http"):
        Instance("localhost:8420", "t")


def test_without_a_token_another_server_is_not_asked(monkeypatch):
    monkeypatch.delenv("ARMARIUS_TOKEN", raising=False)

    with (
        pytest.raises(BadInput, match="armarius token"),
        instance.connected("https://elsewhere.example", None),
    ):
        pass


def test_where_no_instance_runs_one_sentence_says_so(tmp_path):
    (tmp_path / "secret").write_text("x")
    environment = {k: v for k, v in os.environ.items() if not k.startswith("ARMARIUS_")}
    done = subprocess.run(
        [sys.executable, "-m", "armarius", "export", "Ms 1", "--format", "alto", "--output", "x"],
        env=environment | {"ARMARIUS_HOME": str(tmp_path)}, cwd=tmp_path,
        capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip

    assert done.returncode == 2
    assert "Start it with “armarius serve”" in done.stderr
    assert done.stderr.count("\n") == 1


def test_a_download_that_breaks_off_leaves_nothing_under_its_name(tmp_path):
    """The server promises 100 bytes, sends 10 and goes."""
    listener = socket.create_server(("127.0.0.1", 0))

    def serve():
        client, _ = listener.accept()
        client.recv(65536)
        client.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n0123456789")
        client.close()

    threading.Thread(target=serve, daemon=True).start()
    target = tmp_path / "out.zip"

    with listener, pytest.raises(Unavailable, match=r"cannot be reached"):
        Instance(f"http://127.0.0.1:{listener.getsockname()[1]}", "t").download(
            "/x", target, lambda _: None
        )

    assert list(tmp_path.glob("out*")) == []
