"""Baselines from the heatmap of one line type, with the result of Kraken's vectorisation.

As `kraken.lib.segmentation.vectorize_lines` (Apache-2.0): ridges, their skeleton, shortest paths
between its ends, extension to the edge of the blob, direction from the separator maps.
"""

from __future__ import annotations

import logging
from collections import defaultdict
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.ndimage import maximum_filter
from skimage.graph import MCP_Connect
from skimage.measure import approximate_polygon, label
from skimage.morphology import skeletonize

from armarius.engines.fast.seg_ridges import ridges
from armarius.engines.fast.seg_tracing import outlines

log = logging.getLogger(__name__)

Floats = NDArray[np.float32]
Bools = NDArray[np.bool_]
Line = list[list[int]]

THRESHOLD = 0.17
SHORTEST = 5  # pixels
_MOST_ENDS = 400  # paths between more ends than these take too much memory
_MOST_ENDS_OF_ONE = 10
_LEAST_BLOB = 6  # square pixels
_NEAR = 20  # side of the square in which a separator is looked for
_SURE = 0.2  # by how much one separator must be likelier than the other


def baselines(starts: Floats, ends: Floats, heatmap: Floats, *, vertical: bool) -> list[Line]:
    """Baselines in (x, y) pixels of the heatmap, in reading direction.

    Args:
        starts: float32 array (height, width), probability of a line's start.
        ends: the same of a line's end.
        heatmap: the same of a baseline of the wanted type.
        vertical: lines without clear ends run downwards, otherwise rightwards.
    """
    blobs = ridges(heatmap, THRESHOLD)
    skeleton = skeletonize(blobs)
    tips = _few(_tips(skeleton), skeleton)
    if len(tips) < 2:
        return []
    # Kraken cuts lines to whole pixels (row, column) before it extends them.
    lines = [approximate_polygon(path, 3).tolist() for path in _paths(skeleton, tips)]
    _extend(lines, blobs)
    clearer = [_clearer(lines, starts, ends, at) for at in (0, -1)]
    found = []
    for line, at_start, at_end in zip(lines, *clearer, strict=True):
        turned = _directed(line, at_start, at_end, vertical=vertical)
        if shapely.LineString(turned).length >= SHORTEST:
            found.append([point[::-1] for point in turned])
    return found


def _tips(skeleton: Bools) -> NDArray[np.intp]:
    """Pixels of the skeleton with exactly one neighbour: (row, column), by rows."""
    padded = np.pad(skeleton, 1).astype(np.uint8)
    across = padded[:, :-2] + padded[:, 1:-1] + padded[:, 2:]
    around = across[:-2] + across[1:-1] + across[2:]
    return np.argwhere(skeleton & (around == 2))


def _few(tips: NDArray[np.intp], skeleton: Bools) -> NDArray[np.intp]:
    """The tips that are kept: of too many, those of noisy and of small pieces go."""
    if len(tips) <= _MOST_ENDS:
        return tips
    labels = label(skeleton)
    owners = labels[tips[:, 0], tips[:, 1]]
    pieces, counts = np.unique(owners, return_counts=True)
    ends = dict(zip(pieces.tolist(), counts.tolist(), strict=True))
    kept = {piece for piece, count in ends.items() if count <= _MOST_ENDS_OF_ONE}
    if sum(ends[piece] for piece in kept) > _MOST_ENDS:
        sizes = np.bincount(labels.ravel())
        # Equal sizes keep the order of the set, as they do in Kraken.
        largest = sorted(kept, key=lambda piece: sizes[piece], reverse=True)
        total, kept = 0, set()
        for piece in largest:
            total += ends[piece]
            if total > _MOST_ENDS:
                break
            kept.add(piece)
    return tips[np.isin(owners, list(kept))]


class _Paths(MCP_Connect):  # type: ignore[misc]  # scikit-image has no types
    """Cheapest connections between the tips of a skeleton; costs are zero on it."""

    def __init__(self, costs: Bools) -> None:
        super().__init__(costs)
        self.found: dict[tuple[int, int], tuple[Any, Any]] = {}
        self.costs_of: defaultdict[tuple[int, int], float] = defaultdict(lambda: np.inf)

    def create_connection(
        self, id1: int, id2: int, pos1: Any, pos2: Any, cost1: float, cost2: float
    ) -> None:
        pair = (min(id1, id2), max(id1, id2))
        if self.costs_of[pair] > cost1 + cost2:
            self.found[pair] = (pos1, pos2)
            self.costs_of[pair] = cost1 + cost2

    def goal_reached(self, int_index: int, float_cumcost: float) -> int:
        return 2 if float_cumcost else 0


def _paths(skeleton: Bools, tips: NDArray[np.intp]) -> list[NDArray[np.intp]]:
    """Pixel paths (row, column) between tips, in the order in which they met."""
    rows, columns = np.flatnonzero(skeleton.any(axis=1)), np.flatnonzero(skeleton.any(axis=0))
    # A frame of two pixels round the skeleton is as far as the search looks.
    top, left = max(0, rows[0] - 2), max(0, columns[0] - 2)
    cut = skeleton[top : rows[-1] + 3, left : columns[-1] + 3]
    search = _Paths(~cut)
    try:
        search.find_costs(tips - (top, left))
    except ValueError:
        return []
    paths = [
        np.concatenate([search.traceback(one), search.traceback(other)[::-1]])
        for one, other in search.found.values()
    ]
    return [path + np.array([top, left]) for path in paths]


def _extend(lines: list[Line], blobs: Bools) -> None:
    """Move the ends of lines outwards to the edge of the blob that holds the line."""
    if not lines:
        return
    areas = []
    for outline in outlines(blobs, _LEAST_BLOB):
        if len(outline) > 3:
            try:
                areas.append(shapely.Polygon(outline).simplify(0.01).buffer(0))
            except shapely.GEOSException as error:
                log.debug("an outline was left out: %s", error)
    holders: dict[int, int] = {}
    tree = shapely.STRtree(areas)
    shapes = [shapely.LineString(line) for line in lines]
    for line, area in zip(*tree.query(shapes, predicate="within"), strict=True):
        holders[int(line)] = min(int(area), holders.get(int(line), len(areas)))
    for number, area in holders.items():
        line = lines[number]
        _extend_end(line, 0, 1, areas[area])
        _extend_end(line, -1, -2, areas[area])


def _extend_end(line: Line, end: int, next_to: int, area: Any) -> None:
    """Move one end along its last piece, at most ten times as far, or else to the nearest edge."""
    (y, x), (other_y, other_x) = line[end], line[next_to]
    point = shapely.Point(line[end])
    if not area.contains(point):
        return
    far = (y - 10 * (other_y - y), x - 10 * (other_x - x))
    met = area.boundary.intersection(shapely.LineString([far, (y, x)]))
    if met.geom_type != "Point":
        # Of a point and the area that holds it, the nearest pair is the point itself.
        met = shapely.get_point(shapely.shortest_line(point, area), 1)
    line[end] = np.array(met.coords[0], "int").tolist()


def _clearer(lines: list[Line], starts: Floats, ends: Floats, at: int) -> list[float]:
    """By how much a start is likelier than an end near the first (0) or last (-1) point."""
    if min(starts.shape) < _NEAR:
        near = maximum_filter(starts, size=_NEAR), maximum_filter(ends, size=_NEAR)
        return [near[0][tuple(line[at])] - near[1][tuple(line[at])] for line in lines]
    # SciPy mirrors the map at its edges, which adds no pixel that is not in the square already.
    half = _NEAR // 2
    squares = [
        (slice(max(0, y - half), y + half), slice(max(0, x - half), x + half))
        for y, x in (line[at] for line in lines)
    ]
    return [starts[square].max() - ends[square].max() for square in squares]


def _directed(line: Line, at_start: float, at_end: float, *, vertical: bool) -> Line:
    """The line (row, column) from its start to its end."""
    if at_start > _SURE and at_end < -_SURE:
        return line
    if at_start < -_SURE and at_end > _SURE:
        return line[::-1]
    axis = 0 if vertical else 1
    return line[::-1] if line[0][axis] > line[-1][axis] else line
