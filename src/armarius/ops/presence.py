"""Who is on which page just now, and at which line: told to the project, stored nowhere.

Windows tell it when somebody comes, moves or goes, and again every twenty seconds; who has not
been heard of for a minute is gone. A newcomer asks, and those who are there tell it again. It
forbids nothing: two people may write in one line, and the versions of texts decide.
"""

from __future__ import annotations

import json
from typing import Final

from django.db import connection

from armarius.models import User
from armarius.ops.sharing import PageView

CHANNEL: Final = "armarius_presence"
KIND: Final = "presence"


def tell(
    page: PageView, *, by: User, window: str, line: int | None, here: bool, asks: bool
) -> None:
    """Say that somebody is here, at a line, or gone.

    Args:
        page: where.
        by: who.
        window: a name that the window has given itself; somebody may have two.
        line: at which line.
        here: False for who leaves.
        asks: whether the others are to say that they are here.
    """
    payload = {
        "project": page.project,
        "document": page.document,
        "page": page.id,
        "user": by.pk,
        "name": by.username,
        "window": window,
        "line": line,
        "here": here,
        "asks": asks,
    }
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_notify(%s, %s)", [CHANNEL, json.dumps(payload)])
