"""Half precision reads as well as full precision, over the data pack's pages and models, where the processor has it.

Twice by our own path, in fp32 and bf16: lines that are given, and from end to end, each page with its model. The CER
of each against the ground truth; a page is seen in both precisions or in none. ARMARIUS_PROVE_MINUTES (12) bounds it.

From end to end masks move by some pixels, and the CER with them, either way: there it may not be worse.
"""

from __future__ import annotations

import os
import sys
import time
from collections import defaultdict
from dataclasses import replace
from pathlib import Path
from typing import Any, Literal

from armarius import engines, formats
from armarius.bench import _reading_scores
from armarius.engines import SegmentOptions, kraken_models
from armarius.engines.fast import net_openvino
from armarius.engines.pixels import open_upright
from armarius.page import Page
from tests.prove.inference import _beside, _options, _with_models
from tests.prove.record import data_pack, record

CER_APART = 0.0005
PRECISIONS: tuple[Literal["fp32", "bf16"], ...] = ("fp32", "bf16")
WAYS = ("given lines", "end to end")


def main() -> int:
    """Measure, write the figures, and say what does not hold."""
    if missing := net_openvino.missing():
        print(f"Nothing to measure: {missing}")
        return 0
    pack = data_pack()
    until = time.monotonic() + 60 * float(os.environ.get("ARMARIUS_PROVE_MINUTES", "12"))
    sums: dict[tuple[str, str], Any] = defaultdict(_reading_scores.Likeness)
    found: dict[tuple[Path, str], Page] = {}
    rows: list[dict[str, Any]] = []
    for path, label in _with_models(pack):
        if rows and time.monotonic() > until:
            break
        tree = formats.read(path.read_bytes(), path.name).page
        image = open_upright(_beside(path, tree))
        row: dict[str, Any] = {"page": str(path.relative_to(pack)), "model": label}
        for precision in PRECISIONS:
            for way in WAYS:
                key = (path, precision)
                if way == "end to end" and key not in found:
                    found[key] = _found(image, precision)
                options = replace(_options(pack, label, "fast"), precision=precision)
                given = tree if way == "given lines" else found[key]
                if options.mode == "bbox" and way == "end to end":
                    continue  # masks that were found follow baselines; such a model reads boxes
                read = engines.get("kraken").transcribe(image, given, options)
                one = _reading_scores.Likeness()
                _reading_scores.compare(one, tree, read)
                row[f"{way}, {precision}"] = one.text.cer
                _reading_scores.compare(sums[way, precision], tree, read)
        rows.append(row)
        print(row, flush=True)
    told: dict[str, Any] = {}
    for way in WAYS:
        shares = {x: sums[way, x].shares() for x in PRECISIONS}
        told[way] = {
            "lines": shares["fp32"]["lines"],
            **{f"CER {x}": shares[x]["CER"] for x in PRECISIONS},
            "CER apart": shares["bf16"]["CER"] - shares["fp32"]["CER"],
            "lines missed": {x: shares[x]["lines missed"] for x in PRECISIONS},
        }
    missed = [
        f"{way}: CER {one['CER apart']:+.3%}"
        for way, one in told.items()
        if one["CER apart"] > CER_APART
        or (way == "given lines" and one["CER apart"] < -CER_APART)
    ]
    figures = {"target": CER_APART, "missed": missed, "pages": len(rows), **told, "rows": rows}
    print(record("half_precision", figures), *missed, sep="\n")
    return 1 if missed else 0


def _found(image: Any, precision: Literal["fp32", "bf16"]) -> Page:
    """Lines that the engine's own model finds."""
    with kraken_models.quietly():
        return engines.get("kraken").segment(
            image,
            Page("page", *image.size),
            SegmentOptions(precision=precision, inference="fast"),
        )


if __name__ == "__main__":
    sys.exit(main())
