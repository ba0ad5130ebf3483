"""Clients that do not give up: they send a request again until somebody answers for good."""

from __future__ import annotations

import http.client
import itertools
import json
import random
import threading
import time
import uuid
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from tests.scans import scan

TRY_AGAIN = (429, 500, 502, 503, 504)
_seeds = itertools.count(1)


class GaveUp(Exception):
    """No answer for good within the time."""


@dataclass
class Client:
    """One user of the API.

    `keys`: whether it sends an Idempotency-Key, so that a repetition has no second effect.
    """

    url: str
    token: str
    keys: bool = True
    until: float = float("inf")
    repeated: int = 0

    def call(
        self, method: str, path: str, body: Any = None, offset: int = 0, patience: float = 120
    ) -> Any:
        """Send until there is an answer below 500; returns (status, decoded answer)."""
        headers = {"Authorization": f"Bearer {self.token}"}
        if isinstance(body, bytes):
            content: bytes | None = body
            headers |= {
                "Upload-Offset": str(offset),
                "Content-Type": "application/octet-stream",
            }
        else:
            content = json.dumps(body).encode() if body is not None else None
            headers["Content-Type"] = "application/json"
        if self.keys and method != "GET":
            headers["Idempotency-Key"] = uuid.uuid4().hex
        end, status = time.monotonic() + patience, 0
        while time.monotonic() < end:
            try:
                status, answer = self.once(method, path, content, headers)
                if status not in TRY_AGAIN:
                    return status, answer
            except (OSError, http.client.HTTPException, ValueError):
                pass
            self.repeated += 1
            time.sleep(0.1)
        raise GaveUp(f"{method} {path}: {status}")

    def get(self, path: str) -> Any:
        """The answer to a GET."""
        status, answer = self.call("GET", path)
        assert status == 200, (path, status, answer)
        return answer

    def post(self, path: str, body: Any = None) -> Any:
        """The answer to a POST that must succeed."""
        status, answer = self.call("POST", path, body)
        assert status < 300, (path, status, answer)
        return answer

    def upload(self, name: str, content: bytes) -> str:
        """Upload a file in two pieces; returns its id."""
        key = str(self.post("/uploads", {"name": name, "size": len(content)})["id"])
        while (offset := int(self.get(f"/uploads/{key}")["offset"])) < len(content):
            piece = content[offset : offset + len(content) // 2 + 1]
            status, answer = self.call("PATCH", f"/uploads/{key}", piece, offset)
            assert status in (200, 409), answer  # 409: it had arrived, the answer was lost
        return key

    def once(
        self, method: str, path: str, content: bytes | None, headers: dict[str, str]
    ) -> tuple[int, Any]:
        """Send once."""
        parts = urlsplit(self.url)
        connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=30)
        try:
            connection.request(method, f"/api{path}", content, headers)
            answer = connection.getresponse()
            data = answer.read()
            return answer.status, json.loads(data) if data else None
        finally:
            connection.close()


@dataclass
class Ledger:
    """What the system has acknowledged."""

    edits: dict[str, tuple[int, int]] = field(default_factory=dict)  # content -> line, layer
    sent: set[str] = field(default_factory=set)
    conflicts: int = 0
    jobs: dict[int, str] = field(default_factory=dict)  # id -> kind
    cancelled: set[int] = field(default_factory=set)
    problems: list[str] = field(default_factory=list)


class Editor(threading.Thread):
    """Writes texts, each unlike any other, into lines that others write into too."""

    def __init__(
        self, client: Client, ledger: Ledger, page: int, lines: list[int], layer: int, seed: int
    ) -> None:
        super().__init__(daemon=True)
        self.client, self.ledger = client, ledger
        self.page, self.lines, self.layer = page, lines, layer
        self.random, self.stopping = random.Random(seed), threading.Event()
        self.versions: dict[int, int] = {}

    def run(self) -> None:
        number = 0
        while not self.stopping.is_set():
            number += 1
            try:
                self._write(
                    self.random.choice(self.lines), f"{self.name} {number} {uuid.uuid4().hex}"
                )
            except GaveUp as error:
                self.ledger.problems.append(f"no answer: {error}")
                return
            time.sleep(0.02)

    def _write(self, line: int, content: str) -> None:
        self.ledger.sent.add(content)
        while not self.stopping.is_set():
            item = {
                "line": line,
                "layer": self.layer,
                "content": content,
                "version": self.versions.get(line, 0),
            }
            status, answer = self.client.call(
                "PATCH", f"/pages/{self.page}/texts", {"items": [item]}
            )
            if status == 200:
                self.versions[line] = answer["saved"][0]["version"]
                self.ledger.edits[content] = line, self.layer
                return
            if status != 409:
                self.ledger.problems.append(f"edit refused: {status} {answer}")
                return
            self.ledger.conflicts += 1
            self.versions[line] = answer["items"][0]["version"]


class Campaign(threading.Thread):
    """Imports pages, segments and reads them, over and over; cancels a job now and then."""

    def __init__(
        self, client: Client, ledger: Ledger, document: int, finder: int, reader: int, seed: int
    ) -> None:
        super().__init__(daemon=True)
        self.client, self.ledger, self.document = client, ledger, document
        self.finder, self.reader = finder, reader
        self.random, self.stopping = random.Random(seed), threading.Event()

    def run(self) -> None:
        round_ = 0
        while not self.stopping.is_set():
            round_ += 1
            try:
                self._round(round_)
            except (GaveUp, AssertionError) as error:
                self.ledger.problems.append(f"campaign: {error!r}"[:500])
                return

    def _round(self, round_: int) -> None:
        at = f"/documents/{self.document}"
        count = self.random.randint(3, 9)
        seeds = itertools.islice(_seeds, count)
        uploads = [self.client.upload(f"s{seed}.jpg", scan(seed, 240, 320)) for seed in seeds]
        job = self._start("import", f"{at}/import", {"uploads": uploads})
        items = self.client.get(f"/jobs/{job}/items?limit=100")["items"]
        pages = [item["page"] for item in items if item["state"].startswith("done")]
        if not pages or self.stopping.is_set():
            return
        self._start("segment", f"{at}/segment", {"page_ids": pages, "model": self.finder})
        if not self.stopping.is_set():
            layer = f"{self.name} {round_}"
            wanted = {"page_ids": pages, "model": self.reader, "layer_name": layer}
            self._start("transcribe", f"{at}/transcribe", wanted)

    def _start(self, kind: str, path: str, body: Any) -> int:
        """Start a job and wait for its end."""
        job = int(self.client.post(path, body)["id"])
        self.ledger.jobs[job] = kind
        if kind != "import" and self.random.random() < 0.15:
            time.sleep(self.random.random() * 3)
            self.client.post(f"/jobs/{job}/cancel")
            self.ledger.cancelled.add(job)
        while self.client.get(f"/jobs/{job}")["ended_at"] is None:
            if self.stopping.is_set():
                break
            time.sleep(0.3)
        return job
