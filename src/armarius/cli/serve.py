"""`armarius serve`: the whole system on one machine, from one command."""

from __future__ import annotations

import argparse

HELP = "run everything on this machine: database, web server and worker"
EXAMPLE = "armarius serve --port 8420"


def arguments(parser: argparse.ArgumentParser) -> None:
    """Port and what to leave out."""
    parser.add_argument("--port", type=int, help="port to listen on (ARMARIUS_PORT)")
    parser.add_argument(
        "--no-sample", action="store_true", help="do not create the sample project"
    )
    parser.add_argument("--no-worker", action="store_true", help="workers run elsewhere")


def run(options: argparse.Namespace) -> int:
    """Start everything, watch it, and stop it in order on Ctrl-C or SIGTERM."""
    from armarius import config
    from armarius.supervisor import Supervisor

    return Supervisor(
        port=options.port or config.number("ARMARIUS_PORT"),
        sample=not options.no_sample,
        worker=not options.no_worker,
    ).run()
