"""The calls of an editor's day against eScriptorium's figures and a bare commit."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

from tests.prove.record import record

# p50 in ms, bytes, queries, saves per second.
TARGETS = {
    "page_p50_ms": 25, "page_bytes_compressed": 60_000, "page_queries": 9, "list_p50_ms": 30,
    "save_p50_ms": 8, "save_queries": 5, "save_8_per_s": 250,
}  # fmt: skip


def main() -> int:
    """Measure five rounds; 0 when every target is met."""
    command = [sys.executable, "-m", "armarius", "bench", "api", "--json", "--rounds", "5"]
    answer = subprocess.run(command, capture_output=True, text=True, check=True)
    figures: dict[str, Any] = json.loads(answer.stdout)
    missed = _missed(figures)
    record("api_speed", {"targets": TARGETS, "missed": missed, **figures})
    print("all targets met" if not missed else f"missed: {', '.join(missed)}")
    return 1 if missed else 0


def _missed(figures: dict[str, Any]) -> list[str]:
    queries = figures["queries"]
    found = {
        "page_p50_ms": figures["page_of_206_lines"]["p50_ms"],
        "page_bytes_compressed": figures["page_of_206_lines"]["bytes_compressed"],
        "page_queries": queries["page"],
        "list_p50_ms": figures["list_of_100_pages"]["p50_ms"],
        "save_p50_ms": figures["save_one_line"]["p50_ms"],
        "save_queries": queries["save"],
    }
    missed = [name for name, value in found.items() if value > TARGETS[name]]
    if figures["save_with_8_clients"]["per_s"] < TARGETS["save_8_per_s"]:
        missed.append("save_8_per_s")
    if queries["bulk_50"] != queries["save"]:
        missed.append("bulk_50_queries")
    return missed


if __name__ == "__main__":
    sys.exit(main())
