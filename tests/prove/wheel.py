"""The wheel installs into an empty environment, serves, reads a page, and takes over older data.

Builds the wheel from the working tree, installs it with the pinned versions and without torch, starts
it on empty data, signs in, has a bare page of the sample project segmented and read by the worker, and
starts it again on the same data.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from armarius import sample, score
from tests.prove.record import TOP, record
from tests.prove.served import Served, memory_mb, served

PATIENCE_S = 600  # for the page; the first one on a machine compiles for some seconds


def main() -> int:
    """Build, install, serve twice; figures are sizes and seconds."""
    with tempfile.TemporaryDirectory(prefix="armarius-wheel-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        start = time.monotonic()
        wheel = build(folder)
        built = time.monotonic()
        python = install(folder, wheel)
        installed = time.monotonic()
        home = folder / "home"
        with served([str(python.parent / "armarius"), "serve"], home) as first:
            projects = first.get("/api/projects")
            page = first.get("/")
            read = read_a_page(first)
        with served([str(python.parent / "armarius"), "serve"], home) as second:
            again = second.get("/api/projects")
            memory = memory_mb(second.process.pid)
        megabytes = wheel.stat().st_size / 1e6
        size = sum(
            path.stat().st_size for path in (folder / "env").rglob("*") if path.is_file()
        )
        torch = any((folder / "env").glob("lib/python*/site-packages/torch"))
    figures = {
        "wheel_mb": round(megabytes, 2),
        "build_s": round(built - start, 1),
        "install_s": round(installed - built, 1),
        "environment_mb": round(size / 1e6),
        "first_start_s": round(first.ready_s, 2),
        "second_start_s": round(second.ready_s, 2),
        "projects": projects["count"],
        "projects_after_restart": again["count"],
        "front_end_served": '<div id="app">' in page,
        "torch_installed": torch,
        "page_read": read,
        "memory_pss_mb": memory,
    }
    record("wheel", figures)
    held = figures["projects"] >= 1 and figures["projects"] == figures["projects_after_restart"]
    works = read["job"] == "done" and read["lines_with_text"] > 0 and not torch
    return 0 if held and works and figures["front_end_served"] else 1


def read_a_page(system: Served) -> dict[str, Any]:
    """Find the lines of a bare sample page and read them, as somebody does who has just begun."""
    project = system.get("/api/projects")["items"][0]["id"]
    document = system.get(f"/api/projects/{project}/documents")["items"][0]["id"]
    page = system.get(f"/api/documents/{document}/pages")["items"][-1]
    model = system.get("/api/models?kind=recognition")["items"][0]["id"]
    start = time.monotonic()
    wanted = {"page_ids": [page["id"]], "model": model, "segment": True}
    job = system.post(f"/api/documents/{document}/transcribe", wanted)
    while job["ended_at"] is None and time.monotonic() - start < PATIENCE_S:
        time.sleep(0.5)
        job = system.get(f"/api/jobs/{job['id']}")
    whole = system.get(f"/api/pages/{page['id']}")
    texts = [text["content"] for text in whole["texts"] if text["content"]]
    steps = system.get(f"/api/pages/{page['id']}/facts")["steps"]
    truth = [line.text or "" for line in sample.pages()[-1].page.reading_order()]
    return {
        "job": job["state"],
        "seconds": round(time.monotonic() - start, 1),
        "lines_before": page["lines_count"],
        "lines_with_text": len(texts),
        "cer_percent": round(100 * score.score([("\n".join(truth), "\n".join(texts))]).cer, 2),
        "run_by": [one["parameters"].get("inference", "") for one in steps],
    }


def build(folder: Path) -> Path:
    """Make the wheel as a release would."""
    subprocess.run(
        [
            sys.executable,
            "-m",
            "pip",
            "wheel",
            "--quiet",
            "--no-deps",
            "--wheel-dir",
            str(folder),
            str(TOP),
        ],
        check=True,
    )
    return next(folder.glob("armarius-*.whl"))


def install(folder: Path, wheel: Path) -> Path:
    """Install the wheel and its pinned dependencies, without torch, into an empty environment."""
    subprocess.run([sys.executable, "-m", "venv", str(folder / "env")], check=True)
    python = folder / "env" / "bin" / "python"
    pip = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    pinned = [*pip, "-c", str(TOP / "constraints.txt")]
    subprocess.run([*pinned, str(wheel)], check=True)
    subprocess.run([*pinned, "--no-deps", "kraken"], check=True)  # for its segmentation model
    return python


if __name__ == "__main__":
    sys.exit(main())
