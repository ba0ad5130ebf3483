"""Points, baselines and masks on a page image.

All coordinates are pixels of the upright original image: x to the right, y downwards,
origin at the top left corner. No function here rounds; formats round when they write.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from math import hypot
from statistics import median
from typing import Any

Point = tuple[float, float]
Points = tuple[Point, ...]
Box = tuple[float, float, float, float]

HALF = 0.5  # of a line that must be inside a region to belong there


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


def ribbon(baseline: Sequence[Point], above: float, below: float) -> Points:
    """Outline of a band along a baseline, for a line whose mask nobody drew.

    Args:
        baseline: two or more points.
        above: reach to the side of smaller y (of greater x for vertical lines), in pixels.
        below: reach to the other side, in pixels.

    Raises:
        ValueError: fewer than two points.
    """
    if len(baseline) < 2:
        raise ValueError("A band needs a baseline of two points or more.")
    dx, dy = baseline[-1][0] - baseline[0][0], baseline[-1][1] - baseline[0][1]
    span = hypot(dx, dy)
    up = (dy / span, -dx / span) if span else (0.0, -1.0)
    if up[1] > 0 or (up[1] == 0 and up[0] < 0):
        up = (-up[0], -up[1])
    upper = [(x + above * up[0], y + above * up[1]) for x, y in baseline]
    lower = [(x - below * up[0], y - below * up[1]) for x, y in reversed(baseline)]
    return (*upper, *lower)


def within(points: Sequence[Point], width: float, height: float) -> Points:
    """The points, moved to the edge of the page where they are outside; 0 means no edge there."""
    right, bottom = width or float("inf"), height or float("inf")
    return tuple((min(max(x, 0), right), min(max(y, 0), bottom)) for x, y in points)


def homes(
    lines: Sequence[Sequence[Sequence[float]]], areas: Sequence[Sequence[Sequence[float]]]
) -> list[int | None]:
    """For each line the smallest area that holds at least half of it, by number; None where none does.

    Args:
        lines: baselines, or outlines of lines without one; one of fewer than two points has no home.
        areas: polygons; one of fewer than three points holds nothing.
    """
    found: list[int | None] = [None] * len(lines)
    drawn = [n for n, line in enumerate(lines) if len(line) > 1]
    zones = [n for n, area in enumerate(areas) if len(area) > 2]
    if not drawn or not zones:
        return found
    import numpy as np
    import shapely

    shapes = shapely.make_valid(np.array([shapely.Polygon(areas[n]) for n in zones]))
    paths = np.array([shapely.LineString(lines[n]) for n in drawn])
    line, area = shapely.STRtree(shapes).query(paths, predicate="intersects")
    inside = shapely.length(shapely.intersection(paths[line], shapes[area]))
    # The smallest comes last, and stays.
    for n in np.argsort(-shapely.area(shapes)[area], kind="stable"):
        if inside[n] >= HALF * shapely.length(paths[line[n]]):
            found[drawn[line[n]]] = zones[area[n]]
    return found


def simple_rings(polygons: Sequence[Points]) -> list[bool]:
    """Whether each outline of three or more points does not cross or touch itself."""
    if not polygons:
        return []
    import numpy as np
    import shapely

    corners = np.array([point for polygon in polygons for point in polygon], dtype=float)
    rings = np.repeat(np.arange(len(polygons)), [len(polygon) for polygon in polygons])
    found: Any = shapely.is_simple(shapely.linearrings(corners, indices=rings))
    return [bool(simple) for simple in found]


def open_ring(polygon: Points) -> Points:
    """A polygon without the point that closes it."""
    return polygon[:-1] if len(polygon) > 2 and polygon[0] == polygon[-1] else polygon


def facing(
    left: Sequence[Sequence[Point]], right: Sequence[Sequence[Point]]
) -> list[tuple[int, int]]:
    """Pairs of lines that run at the same place, each line in at most one; by their indices.

    The parts of the shorter line have to lie nearer to the longer one than half the usual
    distance between neighbours on the left.
    """
    reach = _spacing(left) / 2
    near = []
    boxes = [box(one) for one in left], [box(other) for other in right]
    for i, one in enumerate(left):
        for j, other in enumerate(right):
            if not _touch(boxes[0][i], boxes[1][j], reach):
                continue
            lengths = sorted((length(one), length(other)))
            away = _away(one, other, 16)
            if away <= reach:
                unlike = 1 - lengths[0] / lengths[1] if lengths[1] else 0
                near.append((away + reach * unlike, i, j))
    pairs: dict[int, int] = {}
    taken: set[int] = set()
    for _, i, j in sorted(near):
        if i not in pairs and j not in taken:
            pairs[i] = j
            taken.add(j)
    return sorted(pairs.items())


def _spacing(lines: Sequence[Sequence[Point]]) -> float:
    """The usual distance of a line from its nearest neighbour; of one alone, a part of its length."""
    if len(lines) < 2:
        return max(map(length, lines), default=0) / 10
    boxes = [box(line) for line in lines]
    nearest = []
    for i, one in enumerate(lines):
        least = float("inf")
        for j in sorted(range(len(lines)), key=lambda j: abs(j - i)):
            # No line is nearer than its box.
            if j != i and _touch(boxes[i], boxes[j], least):
                least = min(least, _away(one, lines[j], 4))
        nearest.append(least)
    return median(nearest)


def _away(one: Sequence[Point], other: Sequence[Point], parts: int) -> float:
    """Mean distance of points along the shorter line from the longer one."""
    short, long = sorted((one, other), key=length)
    points = [_along(short, (n + 0.5) / parts) for n in range(parts)]
    return sum(min(_gap(point, a, b) for a, b in pairwise(long)) for point in points) / parts


def _along(points: Sequence[Point], share: float) -> Point:
    """The point after a share of the length."""
    left = length(points) * share
    for a, b in pairwise(points):
        step = hypot(b[0] - a[0], b[1] - a[1])
        if step >= left and step:
            return a[0] + (b[0] - a[0]) * left / step, a[1] + (b[1] - a[1]) * left / step
        left -= step
    return points[-1]


def _gap(point: Point, a: Point, b: Point) -> float:
    """Distance of a point from the segment between two others."""
    dx, dy = b[0] - a[0], b[1] - a[1]
    square = dx * dx + dy * dy
    share = ((point[0] - a[0]) * dx + (point[1] - a[1]) * dy) / square if square else 0
    share = min(1.0, max(0.0, share))
    return hypot(point[0] - a[0] - share * dx, point[1] - a[1] - share * dy)


def _touch(one: Box, other: Box, reach: float) -> bool:
    """Whether two rectangles are nearer to each other than `reach`."""
    return (
        one[0] - reach <= other[2]
        and other[0] - reach <= one[2]
        and one[1] - reach <= other[3]
        and other[1] - reach <= one[3]
    )
