"""Reading order of lines and regions, as Kraken's rules have it, in less than cubic time.

The rules are those of Breuel (High Performance Document Layout Analysis, SDIUT 2003), as in
`kraken.lib.segmentation` (Apache-2.0): what is above comes first where two boxes share columns;
else the left one (from right to left: the one that is not left), unless a third box separates them.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import shapely
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Boxes = NDArray[np.float64]
Points = Sequence[Sequence[float]]

_ROWS = 1000  # boxes that are compared with all others at once: the memory it takes


def reading_order(
    baselines: Sequence[Points], regions: Sequence[Points], *, rightwards: bool = True
) -> list[int]:
    """Indices of the lines in reading order; lines of one region stay together.

    Args:
        baselines: polylines of (x, y) pixels.
        regions: polygons of (x, y) pixels; a line belongs to the first that holds its middle.
        rightwards: columns follow each other from left to right.
    """
    if not baselines:
        return []
    lines = [shapely.LineString(line) for line in baselines]
    boxes = shapely.bounds(lines)
    areas = [shapely.Polygon(region) for region in regions]
    home = _first_home(lines, areas)
    blocks: list[list[int]] = [[int(line)] for line in np.flatnonzero(home < 0)]
    outer = [boxes[block[0]] for block in blocks]
    for number, area in enumerate(areas):
        inside = np.flatnonzero(home == number)
        if inside.size:
            order = order_boxes(boxes[inside], rightwards=rightwards)
            blocks.append([int(inside[index]) for index in order])
            outer.append(np.array(area.bounds))
    order = order_boxes(np.array(outer), rightwards=rightwards)
    return [line for index in order for line in blocks[index]]


def order_boxes(boxes: Boxes, *, rightwards: bool = True) -> list[int]:
    """Indices of boxes in reading order.

    Args:
        boxes: array (n, 4) of left, top, right, bottom.
        rightwards: columns follow each other from left to right.

    Works in n² log n steps: the boxes come in from the right, and two counting trees (Fenwick,
    Software: Practice and Experience 24(3), 1994) for each left box tell how many of those that
    stand between in width also do so in height. NumPy takes these steps for all left boxes at
    once, so that the web server, where nothing is compiled, can order a page too.
    """
    boxes = np.ascontiguousarray(boxes, dtype=np.float64)
    if not len(boxes):
        return []
    parts = [
        np.arange(start, min(start + _ROWS, len(boxes)))
        for start in range(0, len(boxes), _ROWS)
    ]
    before = [_before(boxes, rows, rightwards=rightwards) for rows in parts]
    return _sorted(np.ascontiguousarray(np.concatenate(before).T))


def homes(baselines: Sequence[Points], regions: Sequence[Points]) -> list[list[int]]:
    """For every line the regions that hold its middle, as indices in rising order."""
    held: list[list[int]] = [[] for _ in baselines]
    if baselines and regions:
        lines = [shapely.LineString(line) for line in baselines]
        inside = _inside(lines, [shapely.Polygon(region) for region in regions])
        for line, region in zip(*np.nonzero(inside), strict=True):
            held[line].append(int(region))
    return held


def _inside(lines: Sequence[object], areas: Sequence[object]) -> NDArray[np.bool_]:
    middles = shapely.line_interpolate_point(np.array(lines), 0.5, normalized=True)
    shapely.prepare(np.array(areas))
    held: NDArray[np.bool_] = shapely.contains(np.array(areas)[None, :], middles[:, None])
    return held


def _first_home(lines: Sequence[object], areas: Sequence[object]) -> Ints:
    if not areas:
        return np.full(len(lines), -1)
    inside = _inside(lines, areas)
    return np.where(inside.any(axis=1), inside.argmax(axis=1), -1)


def _before(boxes: Boxes, rows: Ints, *, rightwards: bool) -> NDArray[np.bool_]:
    """Whether each box of these rows comes before each box: bool array (rows, n)."""
    u = boxes[rows]
    before = np.zeros((len(u), len(boxes)), np.bool_)
    between = _Between(boxes, rows)
    for j in np.argsort(-boxes[:, 0], kind="stable"):
        v = boxes[j]
        share = (u[:, 0] < v[2]) & (u[:, 2] > v[0])
        before[:, j] = share & (u[:, 1] < v[1])
        between.come_to(v[0])
        apart = np.flatnonzero(~share & ((u[:, 2] < v[0]) == rightwards))
        if apart.size:
            before[apart, j] = between.count(apart, j) == 0
    return before


class _Between:
    """How many boxes stand between those of some rows and one that comes in from the right.

    The boxes that reach beyond the left edge of the one and begin before the right edge of the
    other are counted in two trees, by top and by foot, with a column for each row.
    """

    def __init__(self, boxes: Boxes, rows: Ints) -> None:
        self.boxes, self.rows, self.u = boxes, rows, boxes[rows]
        tops, bottoms = np.unique(boxes[:, 1]), np.unique(boxes[:, 3])
        self.top_rank = np.searchsorted(tops, boxes[:, 1])
        self.bottom_rank = np.searchsorted(bottoms, boxes[:, 3])
        self.feet_above = np.searchsorted(bottoms, boxes[:, 1])
        self.tops_upto = np.searchsorted(tops, boxes[:, 3], side="right")
        _, same, copies = np.unique(boxes, axis=0, return_inverse=True, return_counts=True)
        self.same, self.copies = same.ravel(), copies[same.ravel()]
        shape = (len(boxes) + 1, len(rows))
        self.by_top, self.by_bottom = np.zeros(shape, np.int32), np.zeros(shape, np.int32)
        self.waiting = list(np.argsort(boxes[:, 2], kind="stable"))

    def come_to(self, left: float) -> None:
        """Take in those that reach beyond the left edge."""
        while self.waiting and self.boxes[self.waiting[-1], 2] > left:
            w = self.waiting.pop()
            starts = (self.boxes[w, 0] < self.u[:, 2]).astype(np.int32)
            for tree, rank in (
                (self.by_top, self.top_rank),
                (self.by_bottom, self.bottom_rank),
            ):
                place = int(rank[w]) + 1
                while place < len(tree):
                    tree[place] += starts
                    place += place & -place

    def count(self, some: Ints, j: int) -> Ints:
        """For some of the rows, how many stand between their box and box `j`, both left out."""
        i = self.rows[some]
        u, v = self.boxes[i], self.boxes[j]
        above = _below(self.by_bottom, np.minimum(self.feet_above[i], self.feet_above[j]), some)
        found = _below(self.by_top, np.maximum(self.tops_upto[i], self.tops_upto[j]), some)
        found -= above
        # A box does not separate itself, nor its copies, from others.
        found -= np.where((u[:, 0] < u[:, 2]) & (u[:, 2] > v[0]), self.copies[i], 0)
        itself = (self.same[i] != self.same[j]) & (v[0] < u[:, 2]) & (v[2] > v[0])
        found -= np.where(itself, self.copies[j], 0)
        return found


def _below(tree: NDArray[np.int32], places: Ints, columns: Ints) -> Ints:
    """How many were added at places below these, each in its column."""
    total = np.zeros(len(places), np.int64)
    left = places.copy()
    while left.any():
        total += tree[left, columns]  # the row 0 stays empty
        left &= left - 1
    return total


def _sorted(leaders: NDArray[np.bool_]) -> list[int]:
    """Depth first: each index after all that come before it (its row), the lowest first."""
    waiting = np.ones(len(leaders), np.bool_)
    order: list[int] = []
    for root in range(len(leaders)):
        if not waiting[root]:
            continue
        waiting[root] = False
        stack = [root]
        while stack:
            wanted = leaders[stack[-1]] & waiting
            first = int(wanted.argmax())
            if wanted[first]:
                waiting[first] = False
                stack.append(first)
            else:
                order.append(stack.pop())
    return order
