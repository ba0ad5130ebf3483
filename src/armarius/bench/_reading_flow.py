"""Many pages at once: `armarius transcribe` with one and two processes, and two `kraken` commands."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from armarius.bench._reading_ways import Models, Taken, kraken_command, together
from armarius.errors import ArmariusError

ONE, TWO = "armarius transcribe, 1 process", "armarius transcribe, 2 processes"
HALF = "2 processes, bf16"
BOTH = "two kraken commands"
LOOK_S = 2.0  # between two looks at the memory: both cores have work
PEER_PAGES = 24  # at most: it takes many times as long, and loads its models once too


def flow(
    images: Sequence[Path],
    count: int,
    models: Models,
    folder: Path,
    missing: dict[str, str],
    *,
    peer: bool,
    half: bool,
) -> dict[str, Any]:
    """Pages per minute, from the start of the first process to the end of the last.

    `count` pages are read, the given ones again and again; with `half` once more in half precision. Kraken gets its best setting: two
    commands, each with half of the pages (of `PEER_PAGES` at most), models loaded once, no line
    workers.
    """
    home = folder / "flow"
    home.mkdir(exist_ok=True)
    pages = [home / f"p{at:04}{images[at % len(images)].suffix}" for at in range(count)]
    for at, page in enumerate(pages):
        shutil.copyfile(images[at % len(images)], page)
    figures: dict[str, Any] = {"pages": count}
    runs = [(ONE, 1, "fp32"), (TWO, 2, "fp32"), *([(HALF, 2, "bf16")] if half else [])]
    for name, number, precision in runs:
        output = home / f"{precision}-{number}"
        taken = together([_transcribe(pages, models, output, number, precision)], LOOK_S)
        figures[name] = _told(taken, count)
    figures["scaling from 1 to 2"] = (
        figures[TWO]["pages per minute"] / figures[ONE]["pages per minute"]
    )
    if peer:
        try:
            some = pages[:PEER_PAGES]
            halves = [half for half in (some[::2], some[1::2]) if half]
            taken = together([_kraken(half, models) for half in halves], LOOK_S)
        except ArmariusError as error:
            missing[BOTH] = str(error)
        else:
            figures[BOTH] = {"pages": len(some)} | _told(taken, len(some))
            for name, told in ((TWO, "times"), (HALF, "in bf16, times")):
                if name in figures:
                    figures[f"{told} two kraken commands"] = (
                        figures[name]["pages per minute"] / figures[BOTH]["pages per minute"]
                    )
    shutil.rmtree(home)
    return figures


def _transcribe(
    pages: Sequence[Path], models: Models, output: Path, processes: int, precision: str
) -> list[str]:
    layout = ["--segmentation-model", str(models.layout)] if models.layout else []
    return [
        *(sys.executable, "-m", "armarius", "transcribe", *map(str, pages)),
        *("--model", str(models.reader), *layout, "--inference", "fast", "--format", "alto"),
        *("--precision", precision),
        *("--output", str(output), "--processes", str(processes), "--json"),
    ]


def _kraken(pages: Sequence[Path], models: Models) -> list[str]:
    files = [(str(page), str(page.with_suffix(".kraken.xml"))) for page in pages]
    return kraken_command(models, files, "--num-line-workers", "0")


def _told(taken: Taken, count: int) -> dict[str, float]:
    return {
        "pages per minute": 60 * count / taken.wall_s,
        "CPU s per page": taken.cpu_s / count,
        "peak MB": taken.peak_mb,
    }
