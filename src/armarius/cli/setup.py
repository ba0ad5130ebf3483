"""`armarius setup`: bring the database up to date, with an administrator and the sample project."""

from __future__ import annotations

import argparse
import json

HELP = "migrate the database; create the administrator and the sample project where missing"
EXAMPLE = "armarius setup --json"


def arguments(parser: argparse.ArgumentParser) -> None:
    """What to leave out, and how to answer."""
    parser.add_argument(
        "--no-sample", action="store_true", help="do not create the sample project"
    )
    parser.add_argument("--json", action="store_true", help="answer with one JSON object")


def run(options: argparse.Namespace) -> int:
    """Prepare everything that `serve` needs; repeating it changes nothing."""
    from armarius import apps

    apps.start()

    from armarius.ops import starting

    result = starting.prepare(sample=not options.no_sample)
    if options.json:
        print(json.dumps(result))
    else:
        print(f"Database ready. Sign in once with /login/{result['login_token']}")
    return 0
