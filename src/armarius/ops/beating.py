"""Signs of life of the attempts of this process, and what is asked of them in return.

One thread writes the heartbeat of all attempts with one statement, by the database's clock, and
reads in the same statement whether an attempt was cancelled or superseded. Handlers look at the
result by `check`, which costs nothing, so they may look as often as they like.
"""

from __future__ import annotations

import hashlib
import logging
import os
import platform
import threading
from pathlib import Path

from django.db import DatabaseError, InterfaceError, connection

from armarius import config
from armarius.errors import Stopped, Superseded
from armarius.models import Attempt

log = logging.getLogger(__name__)

_BEAT = """
UPDATE armarius_attempt AS a SET heartbeat_at = statement_timestamp()
FROM armarius_batch AS b JOIN armarius_job AS j ON j.id = b.job_id
WHERE a.batch_id = b.id AND a.id = ANY(%s) AND a.ended_at IS NULL AND b.ended_at IS NULL
  AND b.attempt = a.number
RETURNING a.id, j.cancel_requested_at IS NOT NULL
"""


class Beat:
    """What this process knows of one attempt that it works on.

    `stop` is set when the work is to end, whatever the reason; wait on it instead of sleeping.
    """

    def __init__(self, attempt: Attempt) -> None:
        self.attempt = attempt
        self.stop = threading.Event()
        self.reason = ""  # "cancelled", "superseded" or "ending"

    def end(self, reason: str) -> None:
        """Ask the work to end."""
        self.reason = self.reason or reason
        self.stop.set()

    def check(self) -> None:
        """Raise `Stopped` or `Superseded` if the work is to end."""
        if self.reason == "superseded":
            raise Superseded(f"Another attempt has taken over {self.attempt.batch}.")
        if self.stop.is_set():
            raise Stopped(_SAID[self.reason])


_SAID = {"cancelled": "The job was cancelled.", "ending": "The worker was told to end."}
_lock = threading.Lock()
_beats: dict[int, Beat] = {}
_ending = threading.Event()


def lost_after_s() -> int:
    """Seconds of silence after which an attempt is taken for lost."""
    return config.number("ARMARIUS_LOST_AFTER_S")


def interval_s() -> float:
    """Seconds between two signs of life."""
    return min(2.0, lost_after_s() / 6)


def add(attempt: Attempt) -> Beat:
    """Keep an attempt alive until `drop`."""
    beat = Beat(attempt)
    with _lock:
        _beats[attempt.pk] = beat
        if _ending.is_set():
            beat.end("ending")
    return beat


def drop(attempt: Attempt) -> None:
    """The attempt has ended."""
    with _lock:
        _beats.pop(attempt.pk, None)


def of(attempt: Attempt) -> Beat | None:
    """The beat of an attempt that runs in this process under a worker."""
    return _beats.get(attempt.pk)


def is_here(attempt_id: int) -> bool:
    """Whether this very process works on the attempt."""
    return attempt_id in _beats


def ask(attempt: Attempt) -> None:
    """Beat once and look, for an attempt without a worker.

    Raises:
        Stopped, Superseded: as `Beat.check`.
    """
    beat = Beat(attempt)
    _beat_all({attempt.pk: beat})
    beat.check()


def end_all() -> None:
    """Ask everything here to end soon, also what is still to begin."""
    with _lock:
        _ending.set()
        for beat in _beats.values():
            beat.end("ending")


def run(until: threading.Event) -> None:
    """Beat until told to stop; a database that is away is waited for."""
    while not until.wait(interval_s()):
        with _lock:
            beats = dict(_beats)
        if not beats:
            continue
        try:
            _beat_all(beats)
        except (DatabaseError, InterfaceError) as error:
            log.warning("no heartbeat: %s", str(error).strip().splitlines()[0])
            connection.close()
    connection.close()


def _beat_all(beats: dict[int, Beat]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_BEAT, [list(beats)])
        alive = dict(cursor.fetchall())
    for key, beat in beats.items():
        if key not in alive:
            # It may just have ended by itself; then nobody looks at the beat any more.
            beat.end("superseded")
        elif alive[key]:
            beat.end("cancelled")


def place() -> str:
    """This machine and its space of process numbers, the same for all processes in it."""
    parts = [platform.node()]
    for path in ("/proc/sys/kernel/random/boot_id", "/proc/self/ns/pid"):
        try:
            parts.append(os.readlink(path) if path.endswith("pid") else Path(path).read_text())  # noqa: PTH115
        except OSError:
            parts.append("")
    return hashlib.sha256("|".join(parts).encode()).hexdigest()[:12]


def worker_name() -> str:
    """This process, so that others on the machine can see whether it still lives."""
    return f"{platform.node()[:100]}|{place()}|{os.getpid()}|{_started(os.getpid())}"


def is_dead(worker: str) -> bool:
    """Whether a worker of this machine has certainly ended. False where it cannot be known."""
    parts = worker.split("|")
    if len(parts) != 4 or parts[1] != place() or parts[3] == "0":
        return False
    return _started(int(parts[2])) != parts[3]


def _started(pid: int) -> str:
    """Start time of a living process in clock ticks since the boot; "0" where there is none."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text("latin-1").rpartition(")")[2].split()
    except OSError:
        return "0"
    return "0" if fields[0] in ("Z", "X") else fields[19]
