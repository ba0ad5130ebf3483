"""`armarius web`: only the web server, for a machine where database and workers run elsewhere."""

from __future__ import annotations

import argparse

HELP = "run only the web server"
EXAMPLE = "armarius web --port 8420"


def arguments(parser: argparse.ArgumentParser) -> None:
    """Address and port; the defaults come from the settings."""
    parser.add_argument("--listen", help="address to listen on (ARMARIUS_LISTEN)")
    parser.add_argument("--port", type=int, help="port to listen on (ARMARIUS_PORT)")


def run(options: argparse.Namespace) -> int:
    """Serve until SIGINT or SIGTERM."""
    from granian import Granian
    from granian.constants import Interfaces, Loops
    from granian.log import LogLevels

    from armarius import config

    Granian(
        "armarius.asgi:application",
        address=options.listen or config.text("ARMARIUS_LISTEN"),
        port=options.port or config.number("ARMARIUS_PORT"),
        interface=Interfaces.ASGI,
        workers=config.number("ARMARIUS_WEB_PROCESSES"),
        loop=Loops.asyncio,
        websockets=False,
        log_level=LogLevels.warning,
        respawn_failed_workers=True,
        workers_kill_timeout=10,
    ).serve()
    return 0
