"""Numbers and points as XML attributes carry them."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import chain
from math import isfinite

from armarius.geometry import Point, Points

FARTHEST = 2**53  # beyond, whole numbers are no longer exact


def parse_points(text: str) -> Points:
    """Points from ``x,y x,y`` or ``x y x y``.

    Raises:
        ValueError: not numbers, an odd number of them, or one that is no place on any page.
    """
    parts = text.replace(",", " ").split()
    try:
        values: list[float] = list(map(int, parts))
    except ValueError:
        values = list(map(float, parts))
        if not all(map(isfinite, values)):
            raise ValueError("a coordinate is not a finite number") from None
    if values and (max(values) > FARTHEST or min(values) < -FARTHEST):
        raise ValueError("a coordinate is beyond any page")
    if len(values) % 2:
        raise ValueError("a coordinate is missing")
    return tuple(zip(values[::2], values[1::2], strict=True))


def number(text: str | None) -> float | None:
    """A finite number, or None."""
    if text is None:
        return None
    try:
        value = float(text)
    except ValueError:
        return None
    return value if isfinite(value) else None


def share(text: str | None) -> float | None:
    """A confidence from 0 to 1, or None."""
    value = number(text)
    return value if value is not None and 0 <= value <= 1 else None


def plain(value: float) -> str:
    """Shortest text that reads back as the same number; XML's float forbids nothing of it."""
    return str(int(value)) if value == int(value) else repr(float(value))


def exact_points(points: Iterable[Point]) -> str:
    """Points as ``x y x y``, nothing rounded."""
    text = " ".join(map(str, chain.from_iterable(points)))
    if "." not in text and "e" not in text:
        return text
    return " ".join(map(plain, chain.from_iterable(points)))


def rounded(points: Iterable[Point]) -> Points:
    """Points as PAGE can hold them: whole numbers, none below 0."""
    return tuple((max(0, round(x)), max(0, round(y))) for x, y in points)


def rectangle(left: float, top: float, right: float, bottom: float) -> Points:
    """The four corners, clockwise from the top left."""
    return ((left, top), (right, top), (right, bottom), (left, bottom))
