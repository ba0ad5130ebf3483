"""`armarius bench NAME`: one measurement against a named peer, interleaved in one run."""

from __future__ import annotations

import argparse
import importlib
import json
import pkgutil
from typing import Any

from armarius.errors import BadInput

HELP = "measure one part of the system against a named peer"
EXAMPLE = "armarius bench images --json"


def arguments(parser: argparse.ArgumentParser) -> None:
    """The bench's name; a bench with a module `_NAME_options` declares there what else can be said."""
    from armarius import bench

    found = [module.name for module in pkgutil.iter_modules(bench.__path__)]
    benches = parser.add_subparsers(dest="name", required=True, metavar="NAME")
    for name in sorted(name for name in found if not name.startswith("_")):
        inner = benches.add_parser(name)
        inner.add_argument("--json", action="store_true", help="answer with one JSON object")
        inner.add_argument(
            "--rounds", type=int, help="interleaved rounds (default 3; 1 for inference)"
        )
        if f"_{name}_options" in found:
            importlib.import_module(f"armarius.bench._{name}_options").arguments(inner)


def run(options: argparse.Namespace) -> int:
    """Run the bench and print its figures."""
    module = importlib.import_module(f"armarius.bench.{options.name}")
    if options.rounds is None:
        options.rounds = getattr(module, "ROUNDS", 3)
    elif options.rounds < 1:
        raise BadInput(f"--rounds must be 1 or more, not {options.rounds}.")
    figures: dict[str, Any] = module.run(options)
    if options.json:
        print(json.dumps(figures, indent=2, ensure_ascii=False))
    elif hasattr(module, "table"):
        print(module.table(figures))
    else:
        for name, value in _flat(figures):
            print(f"{name:<56} {value}")
    return 0


def _flat(figures: dict[str, Any], prefix: str = "") -> list[tuple[str, str]]:
    rows = []
    for name, value in figures.items():
        if isinstance(value, dict):
            rows += _flat(value, f"{prefix}{name}.")
        else:
            rows.append(
                (prefix + name, f"{value:,.3f}" if isinstance(value, float) else str(value))
            )
    return rows
