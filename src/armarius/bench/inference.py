"""Finding and reading lines: our path against the `kraken` command, Kraken at its best, and Tesseract.

Everybody gets the same image files and writes an ALTO file of each, page by page in turn; processor
seconds are those of all processes of a way, from opening the image to the file written. Warm
ways keep their models in one process on one thread and read one page before the clock starts.

It is done twice: with the model that was given, and with the network that Kraken trains by default, whose
weights are thrown by dice (the same ones each time), so that only its speed means something. The peer of
all ratios is the `kraken` command at its defaults; likeness is to its output.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import subprocess
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Protocol

from armarius import formats, inputs
from armarius.bench import _reading_plot, _reading_table
from armarius.bench import _reading_scores as scores
from armarius.bench._reading_flow import flow
from armarius.bench._reading_ways import (
    Command,
    Models,
    Taken,
    Warm,
    child,
    environment,
    kraken_command,
)
from armarius.engines import kraken_models
from armarius.errors import ArmariusError, BadInput, Unavailable
from armarius.page import Page

ROUNDS: Final = 1
PEER: Final = "kraken command"
HALF_WAY: Final = "ours bf16"
DEFAULT_NETWORK: Final = "Kraken's default network"
table = _reading_table.table


@dataclass(frozen=True, slots=True)
class Sheet:
    """A page to be read; `truth` is None where nobody knows what stands there."""

    name: str
    image: Path
    truth: Page | None
    printed: bool


class Way(Protocol):
    """Something that reads pages."""

    def read(self, image: Path, output: Path) -> Taken:
        """Read a page into an ALTO file."""

    def close(self) -> None:
        """End what was started for it."""


@dataclass(slots=True)
class Seen:
    """What a way took and gave."""

    taken: dict[tuple[int, Path], Taken] = field(default_factory=dict)  # by round and image
    lines: int = 0
    truth: scores.Likeness = field(default_factory=scores.Likeness)
    peer: scores.Likeness = field(default_factory=scores.Likeness)


# Ways by their names; `--ways` chooses by the first word of these.
Start = Callable[[Models, argparse.Namespace], Way]
WAYS: Final[dict[str, Start]] = {
    "ours": lambda models, _: Warm("ours", models),
    HALF_WAY: lambda models, _: Warm("ours", models, "bf16"),
    PEER: lambda models, _: Command(kraken_command(models, [("IMAGE", "OUTPUT")])),
    "kraken command, no line workers": lambda models, _: Command(
        kraken_command(models, [("IMAGE", "OUTPUT")], "--num-line-workers", "0")
    ),
    "kraken in Python, warm": lambda models, _: Warm("kraken", models),
    "tesseract": lambda models, options: _tesseract(options.language),
}


def run(options: argparse.Namespace) -> dict[str, Any]:
    """All figures; every round reads all pages in all ways.

    Raises:
        BadInput: a page or a model cannot be used.
    """
    if not 0 <= options.throughput <= 10_000:
        raise BadInput(f"--throughput must be 0 to 10000, not {options.throughput}.")
    missing: dict[str, str] = {}
    with tempfile.TemporaryDirectory(prefix="armarius-bench-") as name:
        folder = Path(name)
        sheets = list(_sheets(options, folder))
        models = list(_models(options, folder, missing))
        figures: dict[str, Any] = {
            "pages": [sheet.name for sheet in sheets],
            "rounds": options.rounds,
            "cores": os.cpu_count(),
            "load before": os.getloadavg()[0],
            "peer": f"{PEER}, {kraken_models.kraken_version() or 'not installed'}",
            "models": {
                each.name: _with_model(each, sheets, options, folder, missing)
                for each in models
            },
        }
        if options.throughput:
            images = [sheet.image for sheet in sheets]
            both = "kraken" in options.ways
            half = HALF_WAY in figures["models"][models[0].name]
            figures["throughput"] = {
                each.name: flow(
                    images, options.throughput, each, folder, missing, peer=both, half=half
                )
                for each in models[:1]  # its own network; the other one's speed is told above
            }
        figures["load after"] = os.getloadavg()[0]
    if options.plot is not None:
        _draw(figures["models"], options.plot)
    return figures | {"not run": missing}


def _draw(models: dict[str, Any], file: Path) -> None:
    try:
        file.write_text(_reading_plot.svg([*models.items()]), "utf-8")
    except OSError as error:
        raise BadInput(f"{file} cannot be written: {error.strerror}.") from None


def _sheets(options: argparse.Namespace, folder: Path) -> Iterator[Sheet]:
    """The pages given, else those of the sample."""
    if not options.pages and not options.printed:
        from armarius import sample

        for made in sample.pages():
            image = folder / made.name
            image.write_bytes(made.jpeg)
            yield Sheet(made.name, image, made.page, printed=True)
    for paths, printed in ((options.pages, False), (options.printed, True)):
        for each in inputs.collect(paths) if paths else ():
            page, image = each.load()
            known = any(line.text for line in page.all_lines())
            yield Sheet(each.place.name, image, page if known else None, printed)


def _models(
    options: argparse.Namespace, folder: Path, missing: dict[str, str]
) -> Iterator[Models]:
    """The model given, and the default network where Kraken is there to make it."""
    from armarius import sample

    layout, given = options.segmentation_model, options.model or sample.MODEL
    kraken_models.checked(given, "recognition", "fp32", "auto")
    kraken_models.checked(
        layout or kraken_models.own_segmentation_model(), "segmentation", "fp32", "auto"
    )
    yield Models(given.stem, given.absolute(), layout and layout.absolute())
    if options.given_only:
        return
    dice = folder / "default-network.safetensors"
    made = subprocess.run(
        child({"way": "random model", "model": str(dice)}),
        env=environment(threads=1), capture_output=True, text=True, check=False,
    )  # fmt: skip
    if made.returncode:
        missing[DEFAULT_NETWORK] = (made.stderr.strip().splitlines() or ["unknown"])[-1]
        return
    yield Models(DEFAULT_NETWORK, dice, layout and layout.absolute())


def _with_model(
    models: Models,
    sheets: Sequence[Sheet],
    options: argparse.Namespace,
    folder: Path,
    missing: dict[str, str],
) -> dict[str, Any]:
    """All ways with one model, interleaved page by page."""
    with ExitStack() as stack:
        ways = dict(_started(models, sheets, options, folder, missing))
        for way in ways.values():
            stack.callback(way.close)
        seen = {name: Seen() for name in ways}
        for number in range(options.rounds):
            for sheet in sheets:
                read: dict[str, Page] = {}
                for name, way in ways.items():
                    if name == "tesseract" and not sheet.printed:
                        continue
                    output = folder / "read.xml"
                    try:
                        taken = way.read(sheet.image, output)
                        read[name] = formats.read(output.read_bytes(), output.name).page
                    except (ArmariusError, OSError) as error:
                        missing[f"{name} on {sheet.name}"] = str(error)
                        continue
                    seen[name].taken[number, sheet.image] = taken
                for name in read:
                    _compare(seen[name], sheet, name, read, models)
    return {name: _figures(each, seen.get(PEER)) for name, each in seen.items() if each.taken}


def _started(
    models: Models,
    sheets: Sequence[Sheet],
    options: argparse.Namespace,
    folder: Path,
    missing: dict[str, str],
) -> Iterator[tuple[str, Way]]:
    """The ways that can be gone here; of the others the reason is noted."""
    for name, start in WAYS.items():
        if name.split()[0] not in options.ways:
            continue
        if name == "tesseract" and models.name == DEFAULT_NETWORK:
            continue  # it has its own network, and was asked once
        if name == "tesseract" and not any(sheet.printed for sheet in sheets):
            missing[name] = "no page is said to be printed (--printed)"
            continue
        try:
            way = start(models, options)
        except ArmariusError as error:
            missing[name] = str(error)
            continue
        try:
            if isinstance(way, Warm):
                way.read(sheets[0].image, folder / "first.xml")
        except ArmariusError as error:
            way.close()
            missing[name] = str(error)
            continue
        yield name, way


def _tesseract(language: str) -> Way:
    program = shutil.which("tesseract")
    if program is None:
        raise Unavailable("the tesseract program is not installed")
    known = subprocess.run(
        [program, "--list-langs"], capture_output=True, text=True, check=False
    )
    if language not in known.stdout.split():
        raise BadInput(f"tesseract has no language “{language}” here (--language)")
    return Command([program, "IMAGE", "OUTPUT", "-l", language, "alto"], adds=".xml")


def _compare(
    seen: Seen, sheet: Sheet, name: str, read: Mapping[str, Page], models: Models
) -> None:
    """Add what a way read to its sums: against the truth, and against the first of Kraken's ways."""
    page = read[name]
    seen.lines += sum(1 for _ in page.all_lines())
    if sheet.truth is not None and models.name != DEFAULT_NETWORK:
        scores.compare(seen.truth, sheet.truth, page)
    theirs = next((each for each in read if each.startswith("kraken")), name)
    if name not in (theirs, "tesseract"):
        scores.compare(seen.peer, read[theirs], page)


def _figures(seen: Seen, peer: Seen | None) -> dict[str, Any]:
    """What one way took and gave, and how often faster than the peer it was on the same pages."""
    taken = list(seen.taken.values())
    cpu = sum(each.cpu_s for each in taken)
    figures: dict[str, Any] = {
        "pages": len(taken),
        "lines": seen.lines,
        "CPU s per page": cpu / len(taken),
        "wall s per page": statistics.fmean(each.wall_s for each in taken),
        "CPU s of each page": [round(each.cpu_s, 3) for each in taken],
        "lines per CPU s": seen.lines / cpu,
        "peak MB": max(each.peak_mb for each in taken),
    }
    if peer is not None and (common := seen.taken.keys() & peer.taken.keys()):
        for what, clock in (("CPU", "cpu_s"), ("wall", "wall_s")):
            theirs, its = (
                sum(getattr(x.taken[key], clock) for key in common) for x in (peer, seen)
            )
            figures[f"times the peer, {what}"] = theirs / its
    if seen.truth.lines:
        told = seen.truth.shares()
        kept = ("CER", "lines", "lines missed", "lines more")
        figures["against the truth"] = {key: told[key] for key in kept}
    if seen.peer.lines:
        figures["against Kraken"] = seen.peer.shares()
    stages = sorted({stage for each in taken for stage in each.stages})
    if stages:
        figures["CPU s per page by stage"] = {
            stage: statistics.fmean(each.stages.get(stage, 0.0) for each in taken)
            for stage in stages
        }
    return figures
