"""`armarius transcribe`: page images or ALTO/PAGE files in, text out, without a database."""

from __future__ import annotations

import argparse
import json
import signal
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from armarius.transcribing import Order, Outcome

HELP = "segment and read page images, or read the lines of ALTO and PAGE files"
EXAMPLE = "armarius transcribe scans/ --model french.safetensors --format alto --output texts/"


def arguments(parser: argparse.ArgumentParser) -> None:
    """Pages, models, how to read, where to write."""
    from armarius.engines import QUICK_ROWS

    parser.add_argument(
        "pages",
        nargs="+",
        type=Path,
        metavar="PAGE",
        help="image, ALTO or PAGE file beside its image, or folder of them",
    )
    parser.add_argument("--model", type=Path, help="recognition model")
    parser.add_argument(
        "--segmentation-model", type=Path, help="layout model (default: the engine's own)"
    )
    parser.add_argument(
        "--resegment", action="store_true", help="find lines anew where a file has some"
    )
    parser.add_argument(
        "--quick",
        action="store_true",
        help=f"find lines on pages of {QUICK_ROWS} rows: quicker, but small or faint lines may be missed",
    )
    parser.add_argument("--format", choices=("alto", "page", "text", "json"), default="alto")
    parser.add_argument(
        "--output", type=Path, required=True, metavar="DIR", help="folder of the results"
    )
    parser.add_argument(
        "--force", action="store_true", help="do pages again whose result is there"
    )
    parser.add_argument("--processes", type=int, default=1, help="engine processes (default 1)")
    parser.add_argument("--json", action="store_true", help="answer with one JSON object")
    _how(parser.add_argument_group("how to read"))


def _how(how: argparse._ArgumentGroup) -> None:
    from armarius.engines import BIDI, ENGINES, INFERENCES, MODES, PRECISIONS
    from armarius.page import DIRECTIONS

    how.add_argument("--engine", choices=tuple(ENGINES), default="kraken")
    how.add_argument(
        "--mode",
        choices=MODES,
        default="auto",
        help="cut lines out along baselines or as boxes (default: as the model was trained)",
    )
    how.add_argument(
        "--direction",
        choices=DIRECTIONS,
        default="horizontal-lr",
        help="main text direction of pages that do not say theirs",
    )
    how.add_argument(
        "--bidi", choices=BIDI, default="auto", help="base direction of mixed scripts"
    )
    how.add_argument(
        "--device",
        default="cpu",
        help="cpu, cuda, cuda:N, mps, or auto: a GPU where one can be used, else the CPU",
    )
    how.add_argument(
        "--precision",
        choices=PRECISIONS,
        default="fp32",
        help="of the networks (default fp32); bf16 is quicker on some processors, see `armarius doctor`",
    )
    how.add_argument(
        "--inference",
        choices=INFERENCES,
        default="auto",
        help="what finds and reads the lines: the fast path, Kraken, or (auto) the fast path where it gives the same",
    )
    how.add_argument("--threads", type=int, default=1, help="CPU threads per process")
    how.add_argument("--batch-size", type=int, default=1, help="lines read at once")
    how.add_argument("--pad", type=int, default=16, help="empty pixels at both ends of a line")
    how.add_argument(
        "--no-characters",
        action="store_true",
        help="leave out the places of words and characters",
    )
    how.add_argument("--memory", type=int, metavar="MB", help="most memory per process")


def run(options: argparse.Namespace) -> int:
    """Work on all pages; 1 when some failed, 2 when nothing could be used, 130 when stopped."""
    from armarius import inputs, transcribing
    from armarius.terminal import Bar

    def stop(number: int, frame: object) -> None:
        raise KeyboardInterrupt

    signal.signal(signal.SIGTERM, stop)
    order = _order(options)
    pages = inputs.collect(options.pages)
    started = time.monotonic()
    with Bar("transcribing", "pages", quiet=options.json) as bar:
        bar.show(0, len(pages))
        try:
            outcomes = transcribing.transcribe(
                pages, order, lambda done: bar.show(done, len(pages))
            )
        except KeyboardInterrupt:
            print(
                "\narmarius: stopped. The same command goes on with the pages left.",
                file=sys.stderr,
            )
            return 130
    return _report(outcomes, options, time.monotonic() - started)


def _order(options: argparse.Namespace) -> Order:
    from armarius import config, engines
    from armarius.engines import devices, kraken_fast
    from armarius.errors import BadInput
    from armarius.transcribing import Order

    if options.model is None and options.engine != "echo":
        raise BadInput("Which model? Give its file: --model FILE.")
    for name, low, high in (
        ("processes", 1, 256),
        ("threads", 1, 256),
        ("batch_size", 1, 1024),
        ("pad", 0, 1024),
    ):
        if not low <= getattr(options, name) <= high:
            shown = name.replace("_", "-")
            raise BadInput(f"--{shown} must be {low} to {high}, not {getattr(options, name)}.")
    devices.parsed(options.device)
    _check_model(options.model, "recognition", "--model", options.engine)
    _check_model(
        options.segmentation_model, "segmentation", "--segmentation-model", options.engine
    )
    if options.output.exists() and not options.output.is_dir():
        raise BadInput(f"{options.output} is not a folder. Give a folder: --output DIR.")
    machine: dict[str, Any] = {
        "direction": options.direction,
        "device": options.device,
        "precision": options.precision,
        "threads": options.threads,
    }
    reading = engines.TranscribeOptions(
        model=options.model,
        mode=options.mode,
        bidi=options.bidi,
        inference=options.inference,
        batch_size=options.batch_size,
        pad=options.pad,
        characters=not options.no_characters,
        **machine,
    )
    if options.engine == "kraken":
        kraken_fast.require_precision(reading)
    return Order(
        engine=options.engine,
        segment=engines.SegmentOptions(
            model=options.segmentation_model,
            inference=options.inference,
            height=engines.QUICK_ROWS if options.quick else 0,
            **machine,
        ),
        transcribe=reading,
        output=options.output,
        format=options.format,
        resegment=options.resegment,
        force=options.force,
        processes=options.processes,
        memory_mb=options.memory or config.number("ARMARIUS_ENGINE_MEMORY_MB"),
    )


def _check_model(path: Path | None, kind: str, option: str, engine: str) -> None:
    """Say at once what is wrong with a model, before any process starts."""
    from armarius.engines import gate
    from armarius.errors import BadInput

    if path is None:
        return
    if not path.is_file():
        raise BadInput(f"There is no model file {path}.")
    if engine == "kraken":
        found = gate.examine(path)
        if found.kind != kind:
            raise BadInput(
                f"{option} {path.name} is a {found.kind} model; a {kind} model is needed there."
            )


def _report(outcomes: list[Outcome], options: argparse.Namespace, seconds: float) -> int:
    counts = {
        state: sum(outcome.state == state for outcome in outcomes)
        for state in ("done", "skipped", "failed")
    }
    failed = [outcome for outcome in outcomes if outcome.state == "failed"]
    if options.json:
        told = {**counts, "seconds": round(seconds, 2), "pages": [o.plain() for o in outcomes]}
        print(json.dumps(told, ensure_ascii=False, indent=1))
    else:
        print(
            ", ".join(f"{count} {state}" for state, count in counts.items())
            + f" in {seconds:.0f} s: {options.output}"
        )
    for outcome in failed:
        message = outcome.message.removeprefix(f"{outcome.input}: ")
        print(f"armarius: {outcome.input}: {message}", file=sys.stderr)
    if failed and all(outcome.refused for outcome in failed) and len(failed) == len(outcomes):
        return 2
    return 1 if failed else 0
