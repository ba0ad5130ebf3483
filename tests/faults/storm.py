"""A running system, people who work with it, and somebody who kills its processes."""

from __future__ import annotations

import contextlib
import http.client
import random
import threading
import time
from pathlib import Path
from typing import Any

import psycopg

from tests.faults.checks import After
from tests.faults.client import Campaign, Client, Editor, GaveUp, Ledger
from tests.faults.victims import KINDS, ExtraWorker, Killer
from tests.live import Live, live_system
from tests.scans import scan

LOST_AFTER_S = 3
QUIET_S = 300


def storm(home: Path, *, kills: int, seed: int, protected: bool = True) -> dict[str, Any]:
    """Kill so many processes under load; returns figures, with all problems found.

    Args:
        home: an empty folder.
        kills: how many processes are killed, or paused beyond the time of a heartbeat.
        seed: of all choices; times are the machine's.
        protected: False runs workers without fence and clients without keys, to see that the
            checks can fail.
    """
    with live_system(
        home,
        worker=protected,
        ARMARIUS_LOST_AFTER_S=str(LOST_AFTER_S),
        ARMARIUS_JOBS_PER_USER="1000",
    ) as live:
        module = "armarius" if protected else "tests.faults.unprotected"
        extra = [ExtraWorker(live, module) for _ in range(1 if protected else 2)]
        for worker in extra:
            worker.start()
        ledger, watch = Ledger(), _Watch(live)
        try:
            people = _people(live, ledger, seed, keys=protected)
            # Without a fence it is the worker that was only asleep which does harm.
            kinds = KINDS if protected else (*KINDS, *["pause"] * 8)
            killer = Killer(live, extra, seed, LOST_AFTER_S + 4, kinds)
            start = time.monotonic()
            watch.start()
            for person in people:
                person.start()
            _strike(killer, watch, kills, random.Random(seed))
            seconds = time.monotonic() - start
            for person in people:
                person.stopping.set()
            for person in people:
                person.join(150)
            quiet = _quiet(Client(live.url, live.token), killer)
        finally:
            watch.stopping.set()
            for worker in extra:
                worker.stop()
        after = After(live.environment["ARMARIUS_DATABASE_URL"], home, ledger)
        return _figures(after, killer, watch, people) | {
            "seed": seed, "seconds_of_killing": round(seconds), "seconds_until_quiet": round(quiet),
        }  # fmt: skip


def _strike(killer: Killer, watch: _Watch, kills: int, chance: random.Random) -> None:
    """Kill, mostly while the system works, now and then while it still recovers."""
    while sum(killer.done.values()) < kills:
        time.sleep(chance.uniform(0.3, 3))
        end = time.monotonic() + 20
        while watch.silent() > 1 and chance.random() < 0.98 and time.monotonic() < end:
            time.sleep(0.2)
        killer.strike()


def _people(live: Live, ledger: Ledger, seed: int, *, keys: bool) -> list[Editor | Campaign]:
    """Three editors on the same lines, two campaigns; all on one project."""
    client = Client(live.url, live.token, keys)
    with psycopg.connect(live.environment["ARMARIUS_DATABASE_URL"]) as database:
        finder, reader = (
            database.execute(
                "INSERT INTO armarius_atrmodel (name, kind, engine, sha256, size, file_name, metadata, "
                "card, public, created_at) VALUES (%s, %s, 'echo', '', 0, '', %s, '{}', false, now()) RETURNING id",
                ("echo", kind, '{"own": {"lines": 4, "sleep": 0.4}}'),
            ).fetchone()[0]  # type: ignore[index]
            for kind in ("segmentation", "recognition")
        )
    project = client.post("/projects", {"name": "Storm"})["id"]
    documents = [
        client.post(f"/projects/{project}/documents", {"name": name})["id"] for name in "ABC"
    ]
    page, lines = _page_with_lines(client, ledger, documents[0], finder)
    layer = client.post(f"/documents/{documents[0]}/layers", {"name": "by hand"})["id"]
    editors = [
        Editor(Client(live.url, live.token, keys), ledger, page, lines, layer, seed + number)
        for number in range(3)
    ]
    campaigns = [
        Campaign(
            Client(live.url, live.token, keys),
            ledger,
            document,
            finder,
            reader,
            seed + 10 + document,
        )
        for document in documents[1:]
    ]
    return [*editors, *campaigns]


def _page_with_lines(
    client: Client, ledger: Ledger, document: int, finder: int
) -> tuple[int, list[int]]:
    upload = client.upload("first.jpg", scan(0, 240, 320))
    _done(client, ledger, document, "import", {"uploads": [upload]})
    page = int(client.get(f"/documents/{document}/pages")["items"][0]["id"])
    _done(client, ledger, document, "segment", {"model": finder, "page_ids": [page]})
    return page, [line["id"] for line in client.get(f"/pages/{page}")["lines"]]


def _done(
    client: Client, ledger: Ledger, document: int, kind: str, body: dict[str, object]
) -> None:
    job = client.post(f"/documents/{document}/{kind}", body)["id"]
    ledger.jobs[job] = kind
    while client.get(f"/jobs/{job}")["ended_at"] is None:
        time.sleep(0.1)


def _quiet(client: Client, killer: Killer) -> float:
    """Wait until no job is open; returns the seconds."""
    killer.rest()
    start = time.monotonic()
    while time.monotonic() - start < QUIET_S:
        try:
            if not client.get("/jobs?open=true")["count"]:
                break
        except GaveUp:
            break
        time.sleep(0.5)
    return time.monotonic() - start


class _Watch(threading.Thread):
    """Asks all the time whether the system is ready, and keeps the longest time that it was not."""

    def __init__(self, live: Live) -> None:
        super().__init__(daemon=True)
        self.client, self.stopping = Client(live.url, live.token), threading.Event()
        self.longest = 0.0
        self.good = time.monotonic()

    def silent(self) -> float:
        """Seconds since the last good answer."""
        return time.monotonic() - self.good

    def run(self) -> None:
        self.good = time.monotonic()
        while not self.stopping.wait(0.1):
            status = 0
            with contextlib.suppress(OSError, http.client.HTTPException, ValueError):
                status, _ = self.client.once(
                    "GET", "/me", None, {"Authorization": f"Bearer {self.client.token}"}
                )
            if status == 200:
                self.longest = max(self.longest, self.silent())
                self.good = time.monotonic()


def _figures(
    after: After, killer: Killer, watch: _Watch, people: list[Editor | Campaign]
) -> dict[str, Any]:
    problems = after.problems()
    ledger = after.ledger
    jobs: dict[str, int] = dict(
        after.rows("SELECT kind || ': ' || state, count(*) FROM armarius_job GROUP BY 1")
    )
    attempts: dict[str, int] = dict(
        after.rows("SELECT outcome, count(*) FROM armarius_attempt GROUP BY 1")
    )
    return {
        "killed": dict(sorted(killer.done.items())),
        "problems": problems[:40],
        "problems_found": len(problems),
        "edits_doubled": sum("edit stored" in problem for problem in problems),
        "results_doubled": sum("segmentations" in problem for problem in problems),
        "edits_acknowledged": len(ledger.edits),
        "edits_conflicting": ledger.conflicts,
        "requests_repeated": sum(person.client.repeated for person in people),
        "jobs": dict(sorted(jobs.items())),
        "attempts": dict(sorted(attempts.items())),
        "pages": after.rows("SELECT count(*) FROM armarius_page")[0][0],
        "items_failed_by_crashes": after.rows(
            "SELECT count(*) FROM armarius_jobitem WHERE message LIKE '%%crashed%%'"
        )[0][0],
        "longest_outage_s": round(watch.longest, 1),
        "files_in_tmp": sum(1 for _ in after.home.glob("*/tmp/*")),
    }
