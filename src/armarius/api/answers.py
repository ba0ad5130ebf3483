"""Answers in JSON, and lists in pieces.

Small answers go through their schema. Large ones (a page with its lines, long lists) are made
of plain rows and written directly: their schema stands in the OpenAPI document, a test holds
them to it, and nobody waits for 206 lines to be checked twice.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from datetime import date, datetime
from typing import Annotated, Any, Generic, TypeVar
from uuid import UUID

from django.db.models import Model, QuerySet
from django.http import HttpResponse
from ninja import Path, Query, Schema
from pydantic import Field

from armarius.errors import BadInput

BIGGEST = 2**63 - 1
Id = Annotated[int, Path(ge=1, le=BIGGEST)]
Number = Annotated[int, Field(ge=1, le=BIGGEST)]  # an id in a body or a query
Row = TypeVar("Row", bound=Model)
Item = TypeVar("Item")


class Window(Schema):
    """Which part of a list."""

    offset: Annotated[int, Query(ge=0, le=10_000_000)] = 0
    limit: Annotated[int, Query(ge=1, le=500)] = 100


class Listed(Schema, Generic[Item]):
    """A part of a list, and how long the whole list is."""

    items: list[Item]
    count: int


def listed(
    rows: QuerySet[Row, Any],
    window: Window,
    shape: Callable[[Any], Any] | None = None,
    most: int | None = None,
) -> dict[str, Any]:
    """The window's rows and the whole count, up to `most`: two queries, however many rows."""
    part: Iterable[Any] = rows[window.offset : window.offset + window.limit]
    items = [shape(row) for row in part] if shape else list(part)
    # A first page that is not full says itself how long the list is.
    known = window.offset == 0 and len(items) < window.limit
    return {"items": items, "count": len(items) if known else rows.order_by()[:most].count()}


def ids_of(text: str, name: str) -> tuple[int, ...]:
    """Ids with commas between them.

    Raises:
        BadInput: something else.
    """
    parts = [x.strip() for x in text.split(",")] if text.strip() else []
    if not all(x.isascii() and x.isdigit() and len(x) < 19 for x in parts):
        raise BadInput(f"“{name}” must be ids with commas between them, like 7,8,12.")
    return tuple(int(x) for x in parts)


def dumps(data: Any) -> bytes:
    """Compact JSON as UTF-8."""
    return json.dumps(
        data, ensure_ascii=False, separators=(",", ":"), default=_plain, allow_nan=False
    ).encode()


def direct(data: Any, status: int = 200) -> HttpResponse:
    """An answer written as it stands, without going through its schema."""
    return HttpResponse(dumps(data), status=status, content_type="application/json")


def written(text: str) -> HttpResponse:
    """An answer that is JSON already."""
    return HttpResponse(text.encode(), content_type="application/json")


def _plain(value: Any) -> str:
    if isinstance(value, datetime):
        return value.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    if isinstance(value, (date, UUID)):
        return str(value)
    raise TypeError(f"{type(value).__name__} has no form in JSON.")
