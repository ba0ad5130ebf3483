"""Stored tiles against rendering, thumbnails against Pillow, memory of a large page."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

from tests.prove.record import record

PEAK_MB = 300  # of the decoding child, for a page of 101 megapixels
TILES_RATIO = 10  # stored tiles against rendering them with pyvips
THUMBNAILS_RATIO = 1  # ours against Pillow's


def main() -> int:
    """Measure five rounds; 0 when every target is met."""
    command = [sys.executable, "-m", "armarius", "bench", "images", "--json", "--rounds", "5"]
    answer = subprocess.run(command, capture_output=True, text=True, check=True)
    figures: dict[str, Any] = json.loads(answer.stdout)
    missed = _missed(figures)
    targets = {
        "peak MB": PEAK_MB, "tiles ratio": TILES_RATIO, "thumbnails ratio": THUMBNAILS_RATIO,
    }  # fmt: skip
    record("images_speed", {"targets": targets, "missed": missed, **figures})
    print("all targets met" if not missed else f"missed: {', '.join(missed)}")
    return 1 if missed else 0


def _missed(figures: dict[str, Any]) -> list[str]:
    peak = "peak memory of the child, MB"
    missed = [name for name, found in figures.items() if found.get(peak, 0) > PEAK_MB]
    least = {
        "tiles of 512 pixels": TILES_RATIO,
        "thumbnails of 300 pixels": THUMBNAILS_RATIO,
        "thumbnails of 300 pixels, 101 Mpx": THUMBNAILS_RATIO,
    }
    return missed + [name for name, ratio in least.items() if figures[name]["ratio"] < ratio]


if __name__ == "__main__":
    sys.exit(main())
