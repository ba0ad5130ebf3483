"""`armarius run BUNDLE`: the only way anything heavy runs, in a child process with limits."""

from __future__ import annotations

import argparse
import json
import signal
import sys
from pathlib import Path
from typing import Any

HELP = "run a bundle (a folder with pages, model and parameters) in a child process with limits"
EXAMPLE = "armarius run bundles/0001"


def arguments(parser: argparse.ArgumentParser) -> None:
    """The bundle and the limits; the bundle's own limits count where they are lower."""
    parser.add_argument("bundle", type=Path, nargs="?", help="folder of the bundle")
    parser.add_argument("--memory", type=int, metavar="MB", help="most memory it may use")
    parser.add_argument("--seconds", type=float, help="most time it may take")
    parser.add_argument(
        "--json", action="store_true", help="print each line of progress, then the result"
    )
    parser.add_argument(
        "--resident",
        action="store_true",
        help='stay, and run the bundles named on standard input: {"bundle": "FOLDER"} per line',
    )
    parser.add_argument(
        "--idle",
        type=float,
        default=600,
        help="with --resident: end after so many idle seconds",
    )


def run(options: argparse.Namespace) -> int:
    """Run the bundle to its end; the exit code says what became of it (docs/cli.md)."""
    from armarius.errors import BadInput

    if options.resident:
        from armarius import runner

        return runner.serve(options.idle)
    if options.bundle is None:
        raise BadInput("Which bundle? Give its folder: armarius run FOLDER.")
    if not (options.bundle / "bundle.json").is_file():
        raise BadInput(f"{options.bundle} is no bundle: there is no bundle.json in it.")
    return _run(options)


def _run(options: argparse.Namespace) -> int:
    from armarius import config
    from armarius.bundle import EXIT_STOPPED
    from armarius.resident import Resident
    from armarius.terminal import Bar

    def stop(number: int, frame: object) -> None:
        raise KeyboardInterrupt

    signal.signal(signal.SIGTERM, stop)
    memory = options.memory or config.number("ARMARIUS_ENGINE_MEMORY_MB")
    with Bar("running", "pages", quiet=options.json) as bar, Resident(memory) as engine:

        def tell(line: dict[str, Any]) -> None:
            bar.show(line["done"], line["total"])
            if options.json:
                print(json.dumps(line, ensure_ascii=False), flush=True)

        try:
            code = engine.run(options.bundle, options.seconds, tell=tell)
        except KeyboardInterrupt:
            code = EXIT_STOPPED
    _say(options)
    return code


def _say(options: argparse.Namespace) -> None:
    """The result: as it stands in the file, or what failed."""
    from armarius import bundle as bundles

    if options.json:
        told = json.loads((options.bundle / "out" / "result.json").read_bytes())
        print(json.dumps(told, ensure_ascii=False))
        return
    found = bundles.results(options.bundle)
    if found.message:
        print(f"armarius: {found.message}", file=sys.stderr)
    for result in found.pages.values():
        if result.state == "failed":
            print(f"{result.key}: {result.message}", file=sys.stderr)
