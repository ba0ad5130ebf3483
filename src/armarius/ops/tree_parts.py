"""Parts of the page tree as JSON columns hold them, and back.

Fields at their default are left out, so that a column of 200 empty lists stays small.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping
from typing import Any, cast

from armarius.errors import BadInput
from armarius.geometry import Points
from armarius.page import Extra, Glyph, Order, Reading, Step, Word

Json = Any


def plain(value: Any) -> Json:
    """A part of the tree as plain values."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {
            field.name: plain(given)
            for field in dataclasses.fields(value)
            if (given := getattr(value, field.name)) != _default(field)
        }
    if isinstance(value, Mapping):
        return {str(key): plain(inner) for key, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(inner) for inner in value]
    return value


def extras(stored: Json) -> tuple[Extra, ...]:
    """What formats keep for themselves."""
    return tuple(Extra(**one) for one in stored or ())


def words(stored: Json) -> tuple[Word, ...]:
    """Words with their glyphs."""
    return tuple(_word(one) for one in stored or ())


def readings(stored: Json) -> tuple[Reading, ...]:
    """Other readings of a line."""
    return tuple(Reading(**{**one, "extra": extras(one.get("extra"))}) for one in stored or ())


def order(stored: Json) -> Order | None:
    """An explicit reading order."""
    if stored is None:
        return None
    given = dict(stored)
    given["members"] = tuple(
        one if isinstance(one, str) else _group(one) for one in given.get("members", ())
    )
    return Order(**{**given, "extra": extras(given.get("extra"))})


def steps(stored: Json) -> tuple[Step, ...]:
    """What was done to the page."""
    return tuple(Step(**{**one, "extra": extras(one.get("extra"))}) for one in stored or ())


def points(stored: Json) -> Points:
    """A polyline or polygon."""
    return cast("Points", tuple(map(tuple, stored or ())))


def compact(given: Iterable[Iterable[float]]) -> list[list[float]]:
    """Points as lists, whole numbers without a decimal point: a third of the bytes of JSON."""
    return [[int(x) if x == int(x) else x for x in point] for point in given]


def to_bytes(confidences: Iterable[float]) -> bytes:
    """One byte per number from 0 to 1."""
    return bytes(min(255, max(0, round(one * 255))) for one in confidences)


def from_bytes(stored: bytes | memoryview) -> tuple[float, ...]:
    """Numbers from 0 to 1, in steps of 1/255."""
    return tuple(one / 255 for one in bytes(stored))


def split_type(whole: str) -> tuple[str, str]:
    """`MainZone:column#2` as the type's name and the rest: (`MainZone`, `:column#2`).

    Raises:
        BadInput: one of the two is longer than 200 characters.
    """
    cut = min((at for mark in ":#" if (at := whole.find(mark)) >= 0), default=len(whole))
    name, detail = whole[:cut], whole[cut:]
    if max(len(name), len(detail)) > 200:
        raise BadInput(f"The type “{whole[:50]}…” is longer than 200 characters.")
    return name, detail


def _group(stored: Json) -> Order:
    group = order(stored)
    if group is None:
        raise BadInput("A group of the reading order is empty.")
    return group


def _word(stored: Json) -> Word:
    glyphs = tuple(
        Glyph(
            **{**one, "polygon": points(one.get("polygon")), "extra": extras(one.get("extra"))}
        )
        for one in stored.get("glyphs", ())
    )
    given = {**stored, "polygon": points(stored.get("polygon")), "glyphs": glyphs}
    return Word(**{**given, "extra": extras(stored.get("extra"))})


def _default(field: dataclasses.Field[Any]) -> Any:
    if field.default_factory is not dataclasses.MISSING:
        return field.default_factory()
    return field.default
