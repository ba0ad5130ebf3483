"""`armarius bench NAME`: one measurement against a named peer, interleaved in one run."""

from __future__ import annotations

import argparse
import importlib
import json
import pkgutil
from typing import Any

HELP = "measure one part of the system against a named peer"
EXAMPLE = "armarius bench images --json"


def arguments(parser: argparse.ArgumentParser) -> None:
    """The bench's name; each bench has its own fixed inputs."""
    from armarius import bench

    found = (module.name for module in pkgutil.iter_modules(bench.__path__))
    names = sorted(name for name in found if not name.startswith("_"))
    parser.add_argument("name", choices=names, help="what to measure")
    parser.add_argument("--json", action="store_true", help="answer with one JSON object")
    parser.add_argument("--rounds", type=int, default=3, help="interleaved rounds (default 3)")


def run(options: argparse.Namespace) -> int:
    """Run the bench and print its figures."""
    figures: dict[str, Any] = importlib.import_module(f"armarius.bench.{options.name}").run(
        options
    )
    if options.json:
        print(json.dumps(figures, indent=2, ensure_ascii=False))
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
