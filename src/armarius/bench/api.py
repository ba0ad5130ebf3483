"""`armarius bench api`: the calls of an editor's day, over HTTP, on a database that syncs.

The peer that runs along, interleaved, is the floor below which no safe server gets: a bare
psycopg connection that does what a saved line is in the end, one UPDATE of the text, one
INSERT into its history, one commit. eScriptorium's figures were measured on the same kind of
machine (2 cores) with its own calls for the same tasks.
"""

from __future__ import annotations

import argparse
import contextlib
import gzip
import http.client
import itertools
import json
import os
import statistics
import tempfile
import threading
import time
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg

from armarius.bench._page_of_206 import database, populate, server

CLIENTS = 8
SAVES = 400  # per round with all clients together
# Milliseconds, bytes, queries and saves per second of eScriptorium, one web process as shipped.
ESCRIPTORIUM = {
    "page_ms": 180, "page_bytes": 154_123, "page_requests": 4, "list_ms": 328, "list_queries": 106,
    "save_ms": 41.6, "save_queries": 17, "save_8_per_s": 23, "bulk_50_queries": 653,
    "bulk_50_ms": 621,
}  # fmt: skip
_FLOOR = (
    "UPDATE floor_text SET content = %s, version = version + 1 WHERE id = %s",
    "INSERT INTO floor_version (text, content) VALUES (%s, %s)",
)

Times = list[float]


def run(options: argparse.Namespace) -> dict[str, Any]:
    """Measure; returns the figures. Makes a database of its own and drops it again."""
    with contextlib.ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="armarius-bench-"))
        url = stack.enter_context(database(Path(folder)))
        os.environ |= {
            "ARMARIUS_HOME": folder,
            "ARMARIUS_DATABASE_URL": url,
            "DJANGO_SETTINGS_MODULE": "armarius.settings",
        }
        made = populate()
        with server() as port:
            figures = _measure(port, made, url, options.rounds)
        return {**figures, "queries": _queries(made)}


def _measure(port: int, made: dict[str, Any], url: str, rounds: int) -> dict[str, Any]:
    client = _Client(port, made["token"])
    times: dict[str, Times] = {
        name: [] for name in ("page", "list", "long_list", "save", "bulk_50", "floor")
    }
    rates: dict[str, list[float]] = {"save_8": [], "floor_8": []}
    busy: Times = []
    page, listing = f"/api/pages/{made['page']}", f"/api/documents/{made['document']}/pages"
    _floor_tables(url)
    for _ in range(20):  # the first answers of a process pay for its imports and its plans
        client.get(page)
        client.get(listing)
    for _ in range(rounds):
        times["page"] += _timed(30, lambda: client.get(page))
        times["list"] += _timed(30, lambda: client.get(listing))
        times["long_list"] += _timed(
            10, lambda: client.get(f"/api/documents/{made['long']}/pages?offset=4900")
        )
        times["save"] += _timed(100, _saver(client, made, made["lines"][0]))
        times["floor"] += _timed(100, _floor_saver(url, 1))
        times["bulk_50"] += _timed(5, _bulk_saver(client, made))
        savers = [
            _saver(_Client(port, made["token"]), made, line)
            for line in made["lines"][1 : CLIENTS + 1]
        ]
        rate, each = _at_once(savers)
        rates["save_8"].append(rate)
        busy += each
        rates["floor_8"].append(_at_once([_floor_saver(url, i + 2) for i in range(CLIENTS)])[0])
    answer = client.get(page)
    return _figures(times, rates, busy, answer)


def _figures(
    times: dict[str, Times], rates: dict[str, list[float]], busy: Times, page: bytes
) -> dict[str, Any]:
    save, floor = statistics.median(times["save"]), statistics.median(times["floor"])
    save_8, floor_8 = statistics.median(rates["save_8"]), statistics.median(rates["floor_8"])
    spread = {name: _spread(values) for name, values in times.items()}
    there = ESCRIPTORIUM
    return {
        "page_of_206_lines": {
            "requests": 1,
            **spread["page"],
            "bytes_compressed": len(page),
            "bytes": len(gzip.decompress(page)),
            "times_faster_than_escriptorium": there["page_ms"] / spread["page"]["p50_ms"],
        },
        "list_of_100_pages": {
            **spread["list"],
            "times_faster_than_escriptorium": there["list_ms"] / spread["list"]["p50_ms"],
        },
        "last_100_of_5000_pages": spread["long_list"],
        "save_one_line": {
            **spread["save"],
            "per_s": 1000 / save,
            "times_faster_than_escriptorium": there["save_ms"] / spread["save"]["p50_ms"],
            "ratio_to_bare_commit": save / floor,
        },
        "save_with_8_clients": {
            **_spread(busy),
            "per_s": save_8,
            "times_faster_than_escriptorium": save_8 / there["save_8_per_s"],
            "share_of_bare_commits": save_8 / floor_8,
        },
        "save_50_lines": {
            **spread["bulk_50"],
            "times_faster_than_escriptorium": there["bulk_50_ms"] / spread["bulk_50"]["p50_ms"],
        },
        "bare_commit": {**spread["floor"], "per_s_with_8": floor_8},
        "escriptorium": there,
    }


class _Client:
    """One connection that stays open, with a token, accepting gzip, as a browser does."""

    def __init__(self, port: int, token: str) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self.headers = {
            "Authorization": f"Bearer {token}",
            "Accept-Encoding": "gzip",
            "Content-Type": "application/json",
        }

    def get(self, path: str) -> bytes:
        return self._send("GET", path, None, {})

    def patch(self, path: str, body: Any) -> bytes:
        key = {"Idempotency-Key": uuid.uuid4().hex}
        answer = self._send("PATCH", path, json.dumps(body), key)
        return gzip.decompress(answer) if answer.startswith(b"\x1f\x8b") else answer

    def _send(self, method: str, path: str, body: str | None, more: dict[str, str]) -> bytes:
        self.connection.request(method, path, body, {**self.headers, **more})
        answer = self.connection.getresponse()
        content = answer.read()
        if answer.status != 200:
            raise RuntimeError(f"{method} {path}: {answer.status} {content[:200]!r}")
        return content


def _saver(client: _Client, made: dict[str, Any], line: int) -> Callable[[], object]:
    """Saves the line again and again, each time on the version that came back."""
    versions = made["versions"]
    path = f"/api/pages/{made['page']}/texts"

    def save() -> None:
        item = {"line": line, "layer": made["layer"], "version": versions[line]}
        content = f"li cheualiers {versions[line]} sen uait a cort mult dolenz"
        answer = json.loads(client.patch(path, {"items": [{**item, "content": content}]}))
        versions[line] = answer["saved"][0]["version"]

    return save


def _bulk_saver(client: _Client, made: dict[str, Any]) -> Callable[[], object]:
    lines, versions = made["lines"][50:100], made["versions"]
    path = f"/api/pages/{made['page']}/texts"

    def save() -> None:
        items = [
            {
                "line": x,
                "layer": made["layer"],
                "version": versions[x],
                "content": f"bulk {versions[x]}",
            }
            for x in lines
        ]
        for one in json.loads(client.patch(path, {"items": items}))["saved"]:
            versions[one["line"]] = one["version"]

    return save


def _floor_tables(url: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(
            "CREATE TABLE floor_text (id int PRIMARY KEY, content text, version int)"
        )
        connection.execute(
            "CREATE TABLE floor_version (id serial PRIMARY KEY, text int, content text)"
        )
        connection.execute(
            "INSERT INTO floor_text SELECT i, '', 1 FROM generate_series(1, 100) AS i"
        )


def _floor_saver(url: str, row: int) -> Callable[[], object]:
    connection = psycopg.connect(url)
    content = "li cheualiers sen uait a cort mult dolenz"

    def save() -> None:
        connection.execute(_FLOOR[0], [content, row])
        connection.execute(_FLOOR[1], [row, content])
        connection.commit()

    return save


def _timed(count: int, work: Callable[[], object]) -> Times:
    times = []
    for _ in range(count):
        start = time.perf_counter()
        work()
        times.append((time.perf_counter() - start) * 1000)
    return times


def _at_once(workers: list[Callable[[], object]]) -> tuple[float, Times]:
    """All workers together `SAVES` times: rate per second, and each call's time."""
    counter, times = itertools.count(), Times()

    def work(one: Callable[[], object]) -> None:
        while next(counter) < SAVES:
            times.extend(_timed(1, one))

    threads = [threading.Thread(target=work, args=(one,)) for one in workers]
    start = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return len(times) / (time.perf_counter() - start), times


def _spread(times: Times) -> dict[str, float]:
    ordered = sorted(times)
    return {"p50_ms": statistics.median(ordered), "p95_ms": ordered[int(len(ordered) * 0.95)]}


def _queries(made: dict[str, Any]) -> dict[str, int]:
    """Statements of each call, transaction control left out, counted in this process."""
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    client = Client(
        SERVER_NAME="127.0.0.1", headers={"Authorization": f"Bearer {made['token']}"}
    )
    texts, page = f"/api/pages/{made['page']}/texts", f"/api/pages/{made['page']}"

    def items(count: int) -> dict[str, Any]:
        lines = made["lines"][100 : 100 + count]
        versions = made["versions"]
        answers = []
        for line in lines:
            answers.append(
                {
                    "line": line,
                    "layer": made["layer"],
                    "version": versions[line],
                    "content": "x",
                }
            )
            versions[line] += 1
        return {"items": answers}

    calls: dict[str, Callable[[], Any]] = {
        "page": lambda: client.get(page),
        "list": lambda: client.get(f"/api/documents/{made['document']}/pages"),
        "save": lambda: _patch(client, texts, items(1)),
        "bulk_50": lambda: _patch(client, texts, items(50)),
    }
    counted = {}
    for name, call in calls.items():
        with CaptureQueriesContext(connection) as found:
            if call().status_code != 200:
                raise RuntimeError(f"{name} was refused.")
        control = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE")
        counted[name] = sum(not one["sql"].startswith(control) for one in found)
    return counted


def _patch(client: Any, path: str, body: Any) -> Any:
    return client.patch(
        path,
        json.dumps(body),
        content_type="application/json",
        headers={"Idempotency-Key": uuid.uuid4().hex},
    )
