"""How far a line may reach above and below: up to its neighbours or the edge of the page.

As `_calc_roi` of `kraken.lib.segmentation` (Apache-2.0): rays leave the baseline every ten pixels at
right angles and end where they first meet another line, widened by a pixel. Here every ray is tried
against all pieces of the neighbours' outlines in a compiled loop; GEOS then intersects it with the
one piece that it meets first, or with all of them where several meet it at the same place.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from armarius.engines.fast.seg_compiling import compiled
from armarius.errors import EngineError

Reals = NDArray[np.float64]
Ints = NDArray[np.int64]

_STEP = 10  # pixels between rays
_SAME = 1e-6  # pixels within which two meetings may be the same


def reach(
    line: Reals, others: NDArray[np.object_], direction: Reals, size: tuple[float, float]
) -> tuple[NDArray[np.uint], NDArray[np.uint]]:
    """End points of the rays on one side of a line and on the other.

    Args:
        line: array (n, 2) of (x, y), whole pixels.
        others: shapely lines: the other baselines and what else is in the way.
        direction: unit vector of the line.
        size: largest x and y of a pixel, and one more.

    Returns:
        Two arrays (m, 2) of whole pixels: above and below for a line from left to right.

    Raises:
        EngineError: a ray meets nothing, or only runs along an outline.
    """
    starts = _every_ten(line)
    aim = direction[::-1] * (1, -1), direction[::-1] * (-1, 1)
    upper, lower = (_to_edge(starts, vector, size) for vector in aim)
    above, below = _sides(starts, upper, lower, others)
    return _first_met(starts, upper, above), _first_met(starts, lower, below)


def _every_ten(line: Reals) -> Reals:
    whole = shapely.LineString(line)
    between = shapely.line_interpolate_point(whole, np.arange(_STEP, whole.length, _STEP))
    return np.concatenate([line[:1], shapely.get_coordinates(between), line[-1:]])


def _to_edge(starts: Reals, vector: Reals, size: tuple[float, float]) -> Reals:
    """Where rays leave the page, cut to whole pixels."""
    with np.errstate(divide="ignore", invalid="ignore"):
        share = np.where(vector == 0, np.inf, 1 / vector)
        x1, x2 = -starts[:, 0] * share[0], (size[0] - starts[:, 0]) * share[0]
        y1, y2 = -starts[:, 1] * share[1], (size[1] - starts[:, 1]) * share[1]
    enter = _larger(_smaller(x1, x2), _smaller(y1, y2))
    leave = _smaller(_larger(x1, x2), _larger(y1, y2))
    least = np.where(leave >= 0, np.where(enter >= 0, _smaller(enter, leave), leave), enter)
    if not (least >= 0).all():
        raise EngineError("A line leaves the page.")
    return (starts + vector * least[:, None]).astype(int).astype(float)


def _smaller(one: Reals, other: Reals) -> Reals:
    """The smaller one; the first where there is no number, as Python's `min` has it."""
    return np.where(other < one, other, one)


def _larger(one: Reals, other: Reals) -> Reals:
    return np.where(other > one, other, one)


def _sides(
    starts: Reals, upper: Reals, lower: Reals, others: NDArray[np.object_]
) -> tuple[Any, Any]:
    """Outlines of what is in the way above and below; what is in both is above."""
    above: Any = shapely.LineString(upper)
    below: Any = shapely.LineString(lower)
    if len(others):
        # Not simple polygons: the far side runs the same way as the near one, as in Kraken.
        fields = [shapely.Polygon(np.concatenate([starts, far])) for far in (upper, lower)]
        shapely.prepare(fields)
        first = shapely.intersects(fields[0], others)
        second = shapely.intersects(fields[1], others) & ~first
        above = shapely.union_all([above, *others[first]])
        below = shapely.union_all([below, *others[second]])
    else:
        above, below = shapely.union_all([above]), shapely.union_all([below])
    return above.buffer(1).boundary, below.buffer(1).boundary


def _first_met(starts: Reals, ends: Reals, outline: Any) -> NDArray[np.uint]:
    """The points in which rays first meet an outline."""
    parts = shapely.get_parts(outline)
    corners, owner = shapely.get_coordinates(parts, return_index=True)
    joined = np.flatnonzero(owner[1:] == owner[:-1])
    pieces = np.concatenate([corners[joined], corners[joined + 1]], axis=1)
    nearest = _nearest(starts, ends, pieces)
    rays: Any = shapely.linestrings(np.stack([starts, ends], axis=1))
    clear = nearest >= 0
    met: Any = np.empty(len(rays), dtype=object)
    met[clear] = shapely.intersection(
        rays[clear], shapely.linestrings(pieces[nearest[clear]].reshape(-1, 2, 2))
    )
    clear &= shapely.get_type_id(met) == shapely.GeometryType.POINT
    clear &= ~shapely.is_empty(met)
    met[~clear] = [_met(ray, outline) for ray in rays[~clear]]
    found: NDArray[np.uint] = shapely.get_coordinates(met).astype("uint")
    return found


def _met(ray: Any, outline: Any) -> Any:
    """The meeting nearest to the start of the ray, all of the outline tried."""
    start = shapely.get_point(ray, 0)
    met = ray.intersection(outline)
    if met.is_empty or met.geom_type not in ("Point", "MultiPoint", "GeometryCollection"):
        raise EngineError(f"A line meets no neighbour in a point ({met.geom_type}).")
    if met.geom_type == "Point":
        return met
    closest = min(met.geoms, key=start.distance)
    return shapely.get_point(shapely.shortest_line(start, closest), 1)


@compiled
def _nearest(starts: Reals, ends: Reals, pieces: Reals) -> Ints:
    """For each ray the piece that it meets first; -1 where that is not one piece clearly."""
    found = np.full(len(starts), -1, np.int64)
    for i in range(len(starts)):
        length = np.hypot(ends[i, 0] - starts[i, 0], ends[i, 1] - starts[i, 1])
        if length == 0:
            continue
        best, clear = np.inf, False
        for k in range(len(pieces)):
            along, safe = _meeting(starts[i], (ends[i] - starts[i]) / length, pieces[k])
            if along < -_SAME or along > min(length, best) + _SAME:
                continue
            # Met near an end of either, or where another piece is met: all have to be tried.
            safe = safe and _SAME < along < length - _SAME and abs(along - best) > _SAME
            if along < best or not safe:
                best, clear = min(best, along), safe
                found[i] = k
        if not clear:
            found[i] = -1
    return found


@compiled
def _meeting(start: Reals, aim: Reals, piece: Reals) -> tuple[float, bool]:
    """How far along a ray a piece is met, and whether that is not at one of its ends.

    Infinitely far where it is not.
    """
    ax, ay, bx, by = (
        piece[0] - start[0],
        piece[1] - start[1],
        piece[2] - start[0],
        piece[3] - start[1],
    )
    # Distances of both ends from the ray's line, and along it.
    across_a, across_b = aim[0] * ay - aim[1] * ax, aim[0] * by - aim[1] * bx
    if min(across_a, across_b) > _SAME or max(across_a, across_b) < -_SAME:
        return np.inf, False
    along_a, along_b = aim[0] * ax + aim[1] * ay, aim[0] * bx + aim[1] * by
    if min(abs(across_a), abs(across_b)) <= _SAME:
        if max(along_a, along_b) < -_SAME:
            return np.inf, False
        return max(0.0, min(along_a, along_b)), False
    return along_a + (along_b - along_a) * across_a / (across_a - across_b), True
