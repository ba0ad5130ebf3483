"""Memory of the whole idle system, of the web process, and the time of a second start."""

from __future__ import annotations

import contextlib
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import psutil

from tests.prove.record import record
from tests.prove.served import family, memory_mb, served

COMMAND = [sys.executable, "-m", "armarius", "serve"]


def main() -> int:
    """Start twice; measure the second start at rest."""
    with tempfile.TemporaryDirectory(prefix="armarius-footprint-") as name:
        Path(name).chmod(0o755)
        home = Path(name) / "home"
        with served(COMMAND, home) as first:
            pass
        starts = []
        for _ in range(3):
            with served(COMMAND, home) as second:
                starts.append(second.ready_s)
        with served(COMMAND, home) as second:
            for path in ("/api/projects", "/", "/api/jobs"):
                second.get(path)
            time.sleep(5)
            figures = _figures(second.process.pid)
    figures |= {
        "first_start_s": round(first.ready_s, 2),
        "second_start_s": [round(seconds, 2) for seconds in starts],
        "targets": {"idle_pss_mb": 600, "web_rss_mb": 250, "second_start_s": 5},
    }
    record("footprint", figures)
    held = figures["idle_pss_mb"] < 600 and figures["web_rss_mb"] < 250 and max(starts) < 5
    return 0 if held and not figures["torch_in_web"] else 1


def _figures(pid: int) -> dict[str, Any]:
    web = [p for p in family(pid) if "web" in p.cmdline() or "granian" in " ".join(p.cmdline())]
    processes = {}
    for process in family(pid):
        with contextlib.suppress(psutil.NoSuchProcess):
            name = " ".join(process.cmdline()[:6])[-60:] or process.name()
            processes[f"{process.pid} {name}"] = round(process.memory_full_info().pss / 1e6, 1)
    return {
        "idle_pss_mb": memory_mb(pid),
        "processes": len(processes),
        "pss_mb_by_process": processes,
        "web_rss_mb": round(max(p.memory_info().rss for p in web) / 1e6, 1),
        "torch_in_web": any("torch" in Path(f"/proc/{p.pid}/maps").read_text() for p in web),
    }


if __name__ == "__main__":
    sys.exit(main())
