"""How well the sample model reads the sample pages, which it never saw: segmented, and on given lines."""

from __future__ import annotations

import io
import sys
import time
from dataclasses import replace
from typing import Any

from PIL import Image

from armarius import engines, sample
from armarius.engines import SegmentOptions, TranscribeOptions
from armarius.page import Page
from armarius.sample import SamplePage
from armarius.score import Rules, Score, score
from tests.prove.record import record

LIMIT = 0.05  # of all characters of a page, end to end


def main() -> int:
    """Measure every page; 1 when one is above the limit."""
    pages = {page.name: _measured(page) for page in sample.pages()}
    total, given = Score(), Score()
    for figures in pages.values():
        total += figures.pop("end_to_end")
        given += figures.pop("on_given_lines")
    record(
        "sample",
        {
            "rules": Rules().stated(),
            "model_bytes": sample.MODEL.stat().st_size,
            "cer_end_to_end": round(total.cer, 5),
            "wer_end_to_end": round(total.wer, 5),
            "cer_on_given_lines": round(given.cer, 5),
            "characters": total.characters,
            "pages": pages,
        },
    )
    return int(max(figures["cer_end_to_end"] for figures in pages.values()) >= LIMIT)


def _measured(page: SamplePage) -> dict[str, Any]:
    kraken = engines.get("kraken")
    image = Image.open(io.BytesIO(page.jpeg))
    options = TranscribeOptions(model=sample.MODEL)
    bare = Page(page.name, image.width, image.height)
    start = time.process_time()
    found = kraken.segment(image, bare, SegmentOptions())
    segmented = time.process_time()
    read = kraken.transcribe(image, found, options)
    ended = time.process_time()
    whole = score([(_text(page.page), _text(read))])
    given = kraken.transcribe(image, replace(page.page, steps=()), options)
    lines = score(
        (line.text or "", other.text or "")
        for line, other in zip(page.page.all_lines(), given.all_lines(), strict=True)
    )
    figures = {
        "lines": lines.lines,
        "lines_found": len(read.reading_order()),
        "cer_end_to_end": round(whole.cer, 5),
        "cer_on_given_lines": round(lines.cer, 5),
        "segment_cpu_seconds": round(segmented - start, 1),
        "transcribe_cpu_seconds": round(ended - segmented, 1),
    }
    print(page.name, figures, flush=True)
    return {**figures, "end_to_end": whole, "on_given_lines": lines}


def _text(page: Page) -> str:
    return "\n".join(line.text or "" for line in page.reading_order())


if __name__ == "__main__":
    sys.exit(main())
