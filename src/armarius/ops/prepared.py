"""Statements that the database plans once per connection, for the calls made most often.

Django binds values on the client's side, so that every call is planned anew; for the statement
that saves a text this takes four times as long as running it.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from typing import Any

import psycopg
from django.db import connection

Values = Sequence[Any] | Mapping[str, Any]


def rows(statement: str, values: Values) -> list[tuple[Any, ...]]:
    """Run a prepared statement on the present connection, in its transaction if there is one.

    Every placeholder needs a cast where its type is not plain from the place it stands in.
    Errors are Django's, and the statement counts among `connection.queries`.
    """
    connection.close_if_health_check_failed()
    connection.ensure_connection()
    connection.validate_no_broken_transaction()
    raw: psycopg.Connection[Any] = connection.connection
    raw.prepare_threshold = 5  # Django's default switches prepared statements off
    start = time.monotonic()
    with connection.wrap_database_errors, psycopg.Cursor(raw) as cursor:
        found = cursor.execute(statement.encode(), values, prepare=True).fetchall()
    if connection.queries_logged:
        taken = f"{time.monotonic() - start:.3f}"
        connection.queries_log.append({"sql": statement, "time": taken})
    return found
