"""`armarius token`: make an API token on the machine itself."""

from __future__ import annotations

import argparse
import json

HELP = "make an API token for a user of this instance"
EXAMPLE = "armarius token --user ana --name laptop"


def arguments(parser: argparse.ArgumentParser) -> None:
    """Whose token, and what to call it."""
    parser.add_argument("--user", help="user name; default: the administrator")
    parser.add_argument(
        "--name", default="command line", help="what to call it in the list of tokens"
    )
    parser.add_argument("--json", action="store_true", help="answer with one JSON object")


def run(options: argparse.Namespace) -> int:
    """Print the token; it is shown only this once."""
    from armarius import apps

    apps.start()

    from armarius.errors import BadInput
    from armarius.models import User
    from armarius.ops import accounts

    if options.user:
        user = User.objects.filter(username=options.user).first()
        if user is None:
            raise BadInput(f"There is no user “{options.user}”.")
    else:
        user = accounts.administrator()
    _, secret = accounts.create_token(user, options.name)
    print(json.dumps({"user": user.username, "token": secret}) if options.json else secret)
    return 0
