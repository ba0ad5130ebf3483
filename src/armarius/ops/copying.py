"""Many new rows at once by PostgreSQL's COPY: a third of the time of `bulk_create`."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Any

from django.db import connection, models
from django.db.models import JSONField
from psycopg import sql

FEW = 5  # rows; for fewer the ordinary way is as fast


def insert(rows: Sequence[models.Model]) -> None:
    """Store new rows of one model, in the caller's transaction; they get their ids.

    Everything the database checks is checked; signals and validators are not run, as with
    `bulk_create`. A conflict with a row that is there is an error.
    """
    if not rows:
        return
    model = type(rows[0])
    if len(rows) < FEW:
        model._base_manager.bulk_create(rows)
        return
    fields = model._meta.concrete_fields
    _give_ids(model, rows)
    statement = sql.SQL("COPY {} ({}) FROM STDIN").format(
        sql.Identifier(model._meta.db_table),
        sql.SQL(", ").join([sql.Identifier(str(field.column)) for field in fields]),
    )
    columns = [_column(field) for field in fields]
    with (
        connection.wrap_database_errors,
        connection.cursor() as cursor,
        cursor.copy(statement.as_string(cursor.connection)) as copy,
    ):
        for row in rows:
            copy.write_row([column(row) for column in columns])
    for row in rows:
        row._state.adding = False
        row._state.db = connection.alias


def _give_ids(model: type[models.Model], rows: Sequence[models.Model]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, %s)) FROM generate_series(1, %s)",
            [model._meta.db_table, model._meta.pk.column, len(rows)],
        )
        for row, (key,) in zip(rows, cursor.fetchall(), strict=True):
            row.pk = key


def _column(field: models.Field[Any, Any]) -> Callable[[models.Model], Any]:
    """What to write of a row into the field's column."""
    if isinstance(field, JSONField):
        return lambda row: _json(getattr(row, field.attname))
    return lambda row: field.pre_save(row, add=True)


def _json(value: Any) -> str | None:
    return None if value is None else json.dumps(value, ensure_ascii=False)
