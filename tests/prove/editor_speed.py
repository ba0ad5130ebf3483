"""The page editor in Chromium against the budgets of a person who writes, and eScriptorium's figures."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

from tests.prove.record import record

ROUNDS = "3"
FRAME = 33  # milliseconds
SCROLL = 34  # two pictures at 60 Hz
# At most; milliseconds, requests, kilobytes, megabytes.
TARGETS: dict[str, dict[str, float]] = {
    "101 Mpx, 300 lines": {"first_tile_ms": 1000, "all_tiles_ms": 1500},
    "203 lines": {
        "lines_ms": 600, "all_tiles_ms": 600, "texts_ms": 800, "requests": 8, "pan_p95_ms": FRAME,
        "zoom_p95_ms": FRAME, "renderer_mb": 500, "script_kb": 350,
    },
    "5,000 lines": {
        "enter_p95_ms": 50, "key_p95_ms": 50, "pan_p95_ms": FRAME, "point_p95_ms": FRAME,
        "zoom_longest_ms": 200,
    },
    "project of 5,000 documents": {"scroll_p95_ms": SCROLL},
    "document of 10,000 pages": {"scroll_p95_ms": SCROLL},
}  # fmt: skip


def main() -> int:
    """Measure; 0 when every target is met."""
    command = [
        sys.executable,
        "-m",
        "armarius",
        "bench",
        "editor",
        "--json",
        "--rounds",
        ROUNDS,
    ]
    answer = subprocess.run(command, capture_output=True, text=True, check=True)
    figures: dict[str, Any] = json.loads(answer.stdout)
    missed = [
        f"{what}: {name} {figures[what][name]:.1f}, wanted {most}"
        for what, budget in TARGETS.items()
        for name, most in budget.items()
        if figures[what][name] > most
    ]
    record("editor_speed", {"targets": TARGETS, "missed": missed, **figures})
    print("\n".join(missed) or "all targets met")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
