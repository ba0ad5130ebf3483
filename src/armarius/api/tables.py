"""Tables for spreadsheets (CSV, RFC 4180), sent while they are read."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any

from django.http import StreamingHttpResponse

CSV: dict[str, Any] = {
    "responses": {
        200: {
            "description": "A table: commas, quotes, UTF-8.",
            "content": {"text/csv": {"schema": {"type": "string"}}},
        }
    }
}
PIECE = 500  # rows sent together


def answer(
    file_name: str, head: Sequence[str], rows: Iterable[Sequence[Any]]
) -> StreamingHttpResponse:
    """The rows below their heading, as a file to save."""
    found = StreamingHttpResponse(_written(head, rows), content_type="text/csv; charset=utf-8")
    found["Content-Disposition"] = f'attachment; filename="{file_name}"'
    return found


def _written(head: Sequence[str], rows: Iterable[Sequence[Any]]) -> Iterator[bytes]:
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    writer.writerow(head)
    for number, row in enumerate(rows, 1):
        writer.writerow([_cell(value) for value in row])
        if number % PIECE == 0:
            yield _taken(buffer)
    yield _taken(buffer)


def _taken(buffer: io.StringIO) -> bytes:
    data = buffer.getvalue().encode()
    buffer.seek(0)
    buffer.truncate()
    return data


def _cell(value: Any) -> Any:
    """A text that a spreadsheet would run as a formula begins with an apostrophe."""
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d %H:%M:%S")
    if isinstance(value, str) and value[:1] in ("=", "+", "-", "@", "\t", "\r"):
        return f"'{value}"
    return "" if value is None else value
