"""`armarius doctor`: what is installed, what is missing, and how to cure it."""

from __future__ import annotations

import argparse
import json
from dataclasses import asdict

HELP = "say what is installed, what is missing and how to cure it; times a sample page"
EXAMPLE = "armarius doctor"


def arguments(parser: argparse.ArgumentParser) -> None:
    """How much to check, and how to answer."""
    parser.add_argument("--quick", action="store_true", help="leave out the timed sample page")
    parser.add_argument("--json", action="store_true", help="answer with one JSON object")


def run(options: argparse.Namespace) -> int:
    """Print each finding as it comes; 1 when something is missing."""
    from armarius import __version__, checkup

    found = []
    for finding in checkup.findings(sample=not options.quick):
        found.append(finding)
        if not options.json:
            print(f"{finding.state:<8} {finding.name:<16} {finding.seen}", flush=True)
            if finding.cure:
                print(f"{'':<25} → {finding.cure}.")
    missing = sum(finding.state == checkup.MISSING for finding in found)
    if options.json:
        told = {
            "version": __version__,
            "missing": missing,
            "findings": [asdict(f) for f in found],
        }
        print(json.dumps(told, ensure_ascii=False, indent=1))
    return 1 if missing else 0
