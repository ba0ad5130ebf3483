"""Pages and models at the ends of what people may bring: each in a process of its own, with its memory.

Nothing may fail, and no process may take more than 2.5 GB: what the layout network takes grows with the width of a
page beside its height, and the one of 400 lines is twice as wide as high. About two minutes on an idle core.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from armarius import engines, sample
from armarius.engines import SegmentOptions, TranscribeOptions
from armarius.page import Page
from tests.engines import extremes
from tests.prove.record import record

MOST_MB = 2500
# what is read: (pages that give it, its size, whether its lines are found first)
CASES = {
    "page of 5,000 lines": (extremes.many_lines, 5000, False),
    "page of 400 lines, found first": (extremes.many_lines, 400, True),
    "page of 100 megapixels, found first": (extremes.large_page, 100, True),
    "page of 400 megapixels": (extremes.large_page, 400, False),
    "line of 20,000 pixels": (extremes.long_line, 20_000, False),
    "line of 60,000 pixels": (extremes.long_line, 60_000, False),
}
CHARACTERS = (1, 20_000)


def main(given: list[str]) -> int:
    """Read everything, write the figures, and say what does not hold; with a name, only this one."""
    if given:
        print(json.dumps(_read(given[0])))
        return 0
    names = [*CASES, *(f"recogniser of {count} characters" for count in CHARACTERS)]
    rows, missed = {}, []
    for name in names:
        answer = subprocess.run(
            [sys.executable, "-m", "tests.prove.extremes", name],
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        if answer.returncode:
            missed.append(f"{name}: {(answer.stderr.strip().splitlines() or ['died'])[-1]}")
            continue
        rows[name] = json.loads(answer.stdout)
        print(name, rows[name], flush=True)
        if rows[name]["peak_mb"] > MOST_MB:
            missed.append(f"{name}: {rows[name]['peak_mb']} MB")
    print(record("extremes", {"most_mb": MOST_MB, "missed": missed, "rows": rows}))
    print("\n".join(missed), file=sys.stderr)
    return 1 if missed else 0


def _read(name: str) -> dict[str, Any]:
    model = sample.MODEL
    with tempfile.TemporaryDirectory() as folder:
        if name in CASES:
            made, size, find = CASES[name]
        else:
            made, size, find = extremes.many_lines, 100, False
            model = Path(folder) / "dice.safetensors"
            extremes.write_model(model, int(name.split()[2]))
        image, page = made(size)
        kraken = engines.get("kraken")
        started = time.process_time()
        if find:
            page = kraken.segment(image, Page(page.image, 0, 0), SegmentOptions())
        if next(page.all_lines(), None) is not None:
            page = kraken.transcribe(image, page, TranscribeOptions(model=model))
    lines = list(page.all_lines())
    return {
        "pixels": list(image.size),
        "lines": len(lines),
        "lines_with_text": sum(bool(line.text) for line in lines),
        "cpu_s": round(time.process_time() - started, 1),
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
