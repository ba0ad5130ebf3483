"""Bad input against a running system: every case of the table by command line, HTTP and worker.

Each file goes in by `armarius import` together with a good page; each wrong request goes out over
HTTP. What must hold: the expected end, one sentence, the good page there, nothing half-written,
and the whole system's memory not 300 MB above what it was.
"""

from __future__ import annotations

import json
import re
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

import psutil

from armarius.bench._system import Memory
from tests.bad_inputs import CASES, Case
from tests.bad_requests import REQUESTS, Request
from tests.live import Live, live_system
from tests.prove.record import record
from tests.scans import scan

GROWTH_MB = 300


def main() -> int:
    """Run the table; 1 if anything is not as it must be."""
    wrong: list[str] = []
    with tempfile.TemporaryDirectory(prefix="armarius-badinput-") as name:
        Path(name).chmod(0o755)
        with live_system(Path(name) / "home") as live:
            _warm_up(live, Path(name))
            with Memory(psutil.Process(live.process.pid)) as memory:
                growth = {x.id: _case(live, Path(name), x, memory, wrong) for x in CASES}
                _requests(live, wrong)
            left = _half_written(live)
    wrong += [f"left behind: {x}" for x in left]
    worst = max(growth, key=lambda x: growth[x])
    figures = {
        "files": len(CASES),
        "requests": len(REQUESTS),
        "wrong": wrong,
        "most growth in MB": round(growth[worst], 1),
        "by": worst,
    }
    record("badinput", figures)
    print(json.dumps(figures, indent=2, ensure_ascii=False))
    return 1 if wrong else 0


def _warm_up(live: Live, folder: Path) -> None:
    """Let every process load what it needs, so that growth is growth."""
    live.call("POST", "/api/projects", {"name": "Bad input"})
    good = folder / "warm.jpg"
    good.write_bytes(scan(1000, 600, 800))
    answer = live.command(
        "import", "warm", str(good), "--project", "Bad input", "--url", live.url, "--json"
    )
    if answer.returncode:
        raise SystemExit(answer.stderr)


def _case(live: Live, folder: Path, case: Case, memory: Memory, wrong: list[str]) -> float:
    """One case; returns how many MB the system grew, at most."""
    inputs = folder / case.number
    inputs.mkdir()
    paths = []
    for number, (name, data) in enumerate([("zz good.jpg", scan(99)), *case.files()]):
        # Names that no file can have here are sent by HTTP with their own name.
        safe = inputs / f"{number}" / (name if _writable(name) else f"f{number}.jpg")
        safe.parent.mkdir()
        safe.write_bytes(data)
        paths.append(safe)
    before = memory.forget()
    answer = live.command(
        "import", f"case {case.number}", *map(str, paths), "--project", "Bad input",
        "--layer", "imported", "--url", live.url, "--json",
    )  # fmt: skip
    time.sleep(0.3)
    grown = memory.most_mb(0, 1) - before
    try:
        _check(live, case, answer.returncode, json.loads(answer.stdout))
    except (AssertionError, ValueError, KeyError) as error:
        wrong.append(f"{case.id}: {error} {answer.stdout[-800:]} {answer.stderr[-400:]}")
    if grown > GROWTH_MB:
        wrong.append(f"{case.id}: the system grew by {grown:.0f} MB")
    return grown


def _writable(name: str) -> bool:
    return "/" not in name and len(name.encode()) < 255


def _check(live: Live, case: Case, code: int, answer: dict[str, Any]) -> None:
    said = [(x["state"], x["message"]) for x in answer["items"]]
    if not any(state == case.state and re.search(case.sentence, text) for state, text in said):
        raise AssertionError(f"expected {case.state}: {case.sentence}")
    if code != (0 if answer["job"]["state"] == "done" else 1):
        raise AssertionError(f"the exit code is {code}")
    if case.state == "failed" and code != 1:
        raise AssertionError("a failure ended in 0")
    document = answer["job"]["document"]
    pages = live.call("GET", f"/api/documents/{document}/pages?limit=500")["items"]
    if [x["position"] for x in pages] != list(range(len(pages))):
        raise AssertionError("the pages have gaps")
    if pages[-1]["name"] != "zz good.jpg" or (
        case.pages is not None and len(pages) != case.pages + 1
    ):
        raise AssertionError(f"the pages are {[x['name'] for x in pages]}")


def _requests(live: Live, wrong: list[str]) -> None:
    project = live.call("GET", "/api/projects")["items"][0]["id"]
    empty = live.call("POST", f"/api/projects/{project}/documents", {"name": "empty"})["id"]
    there = live.call("GET", f"/api/projects/{project}/documents?limit=500")["items"]
    half = live.call("POST", "/api/uploads", {"name": "f1.jpg", "size": 6})["id"]
    live.call("PATCH", f"/api/uploads/{half}", b"abc", Upload_Offset="0", Content_Type="application/octet-stream")  # fmt: skip
    document = next(x["id"] for x in there if x["name"] == "warm")
    names = {"document": document, "empty": empty, "half": half}
    for request in REQUESTS:
        status, detail = _send(live, request, names)
        if status != request.status or not re.search(request.sentence, detail):
            wrong.append(f"{request.what}: {status} {detail}")
    if live.call("GET", f"/api/uploads/{half}")["offset"] != 3:
        wrong.append("a refused piece was kept")


def _send(live: Live, request: Request, names: dict[str, Any]) -> tuple[int, str]:
    def filled(text: str) -> str:
        for name, value in names.items():
            text = text.replace("{" + name + "}", str(value))
        return text

    body = (
        request.body if isinstance(request.body, bytes) else filled(request.body or "").encode()
    )
    asked = urllib.request.Request(
        f"{live.url}/api{filled(request.path)}", body or None, method=request.method
    )
    headers = {"Authorization": f"Bearer {live.token}", "Content-Type": "application/json"}
    for name, value in (headers | request.headers).items():
        asked.add_header(name, value)
    try:
        with urllib.request.urlopen(asked, timeout=60) as answer:
            return answer.status, ""
    except urllib.error.HTTPError as error:
        with error:
            return error.code, str(json.loads(error.read())["detail"])


def _half_written(live: Live) -> list[str]:
    rooms = ("files/tmp", "pyramids/tmp", "scratch")
    return [str(x) for room in rooms for x in (live.home / room).glob("*")]


if __name__ == "__main__":
    sys.exit(main())
