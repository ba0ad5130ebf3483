"""Upload, import and export against eScriptorium's figures and plain Python."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import Any

from tests.prove.record import data_pack, record

AT_LEAST = {"upload pages/s": 10}
AT_MOST = {
    "import of the ZIP, s": 10, "export, s": 1.5,
    "import of 1,000 pages, most MB in its last quarter": 1000,
    "export of 1,000 pages with images, growth in MB": 100,
}  # fmt: skip
FLAT = 1.15  # the last quarter of 1,000 pages against the first


def main() -> int:
    """Measure five rounds on the real pages; 0 when every target is met."""
    command = [sys.executable, "-m", "armarius", "bench", "io", "--json", "--rounds", "5"]
    environment = os.environ | {"ARMARIUS_DATA_PACK": str(data_pack())}
    answer = subprocess.run(
        command, capture_output=True, text=True, check=True, env=environment
    )
    figures: dict[str, Any] = json.loads(answer.stdout)
    missed = _missed(figures)
    targets = {"at least": AT_LEAST, "at most": AT_MOST}
    record("io_speed", {"targets": targets, "missed": missed, **figures})
    print("all targets met" if not missed else f"missed: {', '.join(missed)}")
    return 1 if missed else 0


def _missed(figures: dict[str, Any]) -> list[str]:
    missed = [name for name, least in AT_LEAST.items() if figures[name] < least]
    missed += [name for name, most in AT_MOST.items() if figures[name] > most]
    first, last = (
        figures[f"import of 1,000 pages, most MB in its {x} quarter"] for x in ("first", "last")
    )
    return [*missed, "flat memory"] if last > first * FLAT else missed


if __name__ == "__main__":
    sys.exit(main())
