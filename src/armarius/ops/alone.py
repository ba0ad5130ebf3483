"""One process at a time, for work that several would do for nothing."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

from django.db import connection


@contextlib.contextmanager
def alone(lock: int) -> Iterator[bool]:
    """Whether nobody else holds the lock just now; if so it is ours until the end.

    Args:
        lock: a number of its own for each kind of work. The lock is the database's and ends
            with the connection, so it guards effort and never what must be true.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [lock])
        mine = bool(cursor.fetchone()[0])
    try:
        yield mine
    finally:
        if mine:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [lock])
