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

from armarius.engines.fast.seg_compiling import compiled

Ints = NDArray[np.int64]
Boxes = NDArray[np.float64]
Points = Sequence[Sequence[float]]


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

    Works in n² log n steps: for each left box the others come in from the right, and two
    counting trees (Fenwick, Software: Practice and Experience 24(3), 1994) tell how many of
    those that stand between in width also do so in height.
    """
    boxes = np.ascontiguousarray(boxes, dtype=np.float64)
    tops = np.unique(boxes[:, 1])
    bottoms = np.unique(boxes[:, 3])
    _, same = np.unique(boxes, axis=0, return_inverse=True)
    same = same.ravel().astype(np.int64)
    ranks = np.stack(
        [
            np.searchsorted(tops, boxes[:, 1]),
            np.searchsorted(bottoms, boxes[:, 3]),
            np.searchsorted(bottoms, boxes[:, 1]),  # how many feet are above its top
            np.searchsorted(tops, boxes[:, 3], side="right"),  # and tops not below its foot
            same,
            np.bincount(same)[same],
            np.argsort(-boxes[:, 0], kind="stable"),
            np.argsort(-boxes[:, 2], kind="stable"),
        ]
    ).astype(np.int64)
    before = _before(boxes, ranks, np.bool_(rightwards))
    return [int(index) for index in _sorted(np.ascontiguousarray(before.T))]


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


@compiled
def _add_one(tree: Ints, place: int) -> None:
    place += 1
    while place < tree.size:
        tree[place] += 1
        place += place & -place


@compiled
def _count_below(tree: Ints, place: int) -> int:
    """How many were added at places below this one."""
    total = 0
    while place > 0:
        total += tree[place]
        place -= place & -place
    return total


@compiled
def _stands_between(w: Boxes, u: Boxes, v: Boxes) -> bool:
    return bool(
        w[3] >= min(u[1], v[1]) and w[1] <= max(u[3], v[3]) and w[0] < u[2] and w[2] > v[0]
    )


@compiled
def _before(boxes: Boxes, ranks: Ints, rightwards: np.bool_) -> NDArray[np.bool_]:
    """Whether box i comes before box j: bool array (n, n)."""
    n = len(boxes)
    top_rank, bottom_rank, first, last, same, copies, by_left, by_right = (
        ranks[0], ranks[1], ranks[2], ranks[3], ranks[4], ranks[5], ranks[6], ranks[7]
    )  # fmt: skip
    before = np.zeros((n, n), np.bool_)
    for i in range(n):
        u = boxes[i]
        by_top = np.zeros(n + 1, np.int64)
        by_bottom = np.zeros(n + 1, np.int64)
        inserted = 0
        upcoming = 0
        for j in by_left:
            v = boxes[j]
            # Those that reach beyond the left edge of v and begin before the right one of u.
            while upcoming < n and boxes[by_right[upcoming], 2] > v[0]:
                w = by_right[upcoming]
                upcoming += 1
                if boxes[w, 0] < u[2]:
                    _add_one(by_top, top_rank[w])
                    _add_one(by_bottom, bottom_rank[w])
                    inserted += 1
            if u[0] < v[2] and u[2] > v[0]:
                before[i, j] = u[1] < v[1]
                continue
            if (u[2] < v[0]) != rightwards:
                continue
            above = _count_below(by_bottom, min(first[i], first[j]))
            below = inserted - _count_below(by_top, max(last[i], last[j]))
            between = inserted - above - below
            # A box does not separate itself, nor its copies, from others.
            if _stands_between(u, u, v):
                between -= copies[i]
            if same[i] != same[j] and _stands_between(v, u, v):
                between -= copies[j]
            before[i, j] = between == 0
    return before


@compiled
def _sorted(leaders: NDArray[np.bool_]) -> Ints:
    """Depth first: each index after all that come before it (its row), the lowest first."""
    n = len(leaders)
    seen = np.zeros(n, np.bool_)
    stack = np.empty(n, np.int64)
    reached = np.zeros(n, np.int64)
    order = np.empty(n, np.int64)
    done = 0
    for root in range(n):
        if seen[root]:
            continue
        seen[root] = True
        stack[0] = root
        depth = 1
        while depth:
            current = stack[depth - 1]
            j = reached[current]
            while j < n and (seen[j] or not leaders[current, j]):
                j += 1
            reached[current] = j + 1
            if j < n:
                seen[j] = True
                stack[depth] = j
                depth += 1
            else:
                order[done] = current
                done += 1
                depth -= 1
    return order
