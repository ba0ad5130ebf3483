"""Points, baselines and masks on a page image.

All coordinates are pixels of the upright original image: x to the right, y downwards,
origin at the top left corner. No function here rounds; formats round when they write.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from math import hypot

Point = tuple[float, float]
Points = tuple[Point, ...]
Box = tuple[float, float, float, float]


def length(points: Sequence[Point]) -> float:
    """Length of a polyline in pixels; 0 for fewer than two points."""
    return sum(hypot(b[0] - a[0], b[1] - a[1]) for a, b in pairwise(points))


def box(points: Sequence[Point]) -> Box:
    """Smallest upright rectangle round the points: (left, top, right, bottom).

    Raises:
        ValueError: no point.
    """
    xs, ys = zip(*points, strict=True)
    return min(xs), min(ys), max(xs), max(ys)
