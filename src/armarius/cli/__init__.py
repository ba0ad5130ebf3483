"""The command line: one module per command, found by its name, imports inside the command.

A command module has `HELP` (one line), `EXAMPLE` (one command line), `arguments(parser)` and
`run(options) -> int`, which returns the exit code.
"""

from __future__ import annotations

import argparse
import importlib
import pkgutil
import sys
from collections.abc import Sequence

from armarius import __version__
from armarius.errors import ArmariusError


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; bad input is one sentence on stderr and exit code 2."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    parser = argparse.ArgumentParser(
        prog="armarius", description="Automatic text recognition on historical documents."
    )
    parser.add_argument("--version", action="version", version=f"armarius {__version__}")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    for name in sorted(module.name for module in pkgutil.iter_modules(__path__)):
        module = importlib.import_module(f"armarius.cli.{name}")
        sub = commands.add_parser(
            name.rstrip("_").replace("_", "-"),
            help=module.HELP,
            description=module.HELP,
            epilog=f"example: {module.EXAMPLE}",
        )
        module.arguments(sub)
        sub.set_defaults(run=module.run)
    options = parser.parse_args(given)
    try:
        return int(options.run(options))
    except ArmariusError as error:
        print(f"armarius: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        return 1
