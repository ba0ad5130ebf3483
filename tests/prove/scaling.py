"""What a second process gains: `armarius transcribe` over 100 pages with one and with two.

About ten minutes on two idle cores, both of which it needs.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from armarius import inputs
from armarius.bench._reading_flow import flow
from armarius.bench._reading_ways import Models
from tests.prove.inference_speed import RUNS
from tests.prove.record import data_pack, record

SCALING = 1.85  # pages a minute of two processes by those of one, at least


def main() -> int:
    """Measure; 0 when the target is met."""
    pack = data_pack()
    pages, model, count = RUNS["--printed"]
    reader = Models(model, pack / "models" / f"{model}.safetensors")
    given = inputs.collect([pack / "pages" / page for page in pages])
    images = [each.load()[1] for each in given]
    with tempfile.TemporaryDirectory(prefix="armarius-scaling-") as folder:
        figures = flow(images, count, reader, Path(folder), {}, peer=False, half=False)
    scaling = figures["scaling from 1 to 2"]
    print(record("scaling", {"target": SCALING, **figures}), f"{scaling:.3f}", sep="\n")
    return 0 if scaling >= SCALING else 1


if __name__ == "__main__":
    sys.exit(main())
