"""Seams: where a line's mask runs between its ink and its neighbours'.

As `_calc_seam` of `kraken.lib.segmentation` (Apache-2.0): the cheapest path along a turned window of
the page's gradient, dearer with distance from the baseline (seam carving; Avidan and Shamir,
SIGGRAPH 2007).
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw
from scipy.ndimage import binary_erosion, distance_transform_cdt
from skimage.draw import line as pixels_of
from skimage.transform import AffineTransform

from armarius.engines.fast.seg_compiling import compiled
from armarius.errors import EngineError

Reals = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

_OUTSIDE = 99999.0  # cost of a pixel that no seam may use
_BIAS = 150
_WIDEST = 600  # windows are narrowed to this width


def seam(baseline: Ints, field: Ints, angle: float, features: Reals) -> Ints:
    """The seam between a baseline and the far edge of its field: (x, y) pixels.

    Args:
        baseline: array (n, 2) of (x, y), whole pixels.
        field: polygon of whole pixels between the baseline and how far the line may reach.
        angle: of the baseline, in radians.
        features: float64 array (height, width), the page's gradient.

    Raises:
        EngineError, ValueError, IndexError, ZeroDivisionError: the line is too short or leaves the field.
    """
    left, right = int(field[:, 0].min()), int(field[:, 0].max())
    top, bottom = int(field[:, 1].min()), int(field[:, 1].max())
    costs = features[top : bottom + 2, left : right + 2].copy()
    moved = baseline - (left, top)
    distances = _distances(moved, costs.shape)
    outside = _outside(field - (left, top), costs.shape)
    if outside.all():
        raise EngineError("A line has no room on one side.")
    costs[outside] = _OUTSIDE
    costs += distances * (np.mean(costs[~outside]) / _BIAS)
    turn, turned = _turned(costs, angle, min(1.0, _WIDEST / (right - left)))
    columns = np.sort(np.around(turn.inverse(moved[(0, -1), :])[:, 0]).astype(int))
    level = turned[:, columns[0] : columns[1] + 1]
    if not level.size:
        raise EngineError("A line has no pixels between its ends.")
    path = _level(_cheapest(level), int(columns[0]))
    back: Ints = turn(path).astype(int)
    back = back[back.min(axis=1) >= 0]
    back = back[(back < outside.shape[::-1]).all(axis=1)]
    back = back[~outside[back[:, 1], back[:, 0]]]
    moved_back: Ints = back + np.array([left, top])
    return moved_back


def _distances(baseline: Ints, shape: tuple[int, int]) -> NDArray[np.int32]:
    """Chessboard distance of every pixel from the baseline."""
    free = np.ones(shape, np.uint8)
    for (x, y), (to_x, to_y) in pairwise(baseline):
        free[pixels_of(y, x, to_y, to_x)] = 0
    if free.all():
        return np.asarray(distance_transform_cdt(free), np.int32)
    return _spread(free)


def _outside(field: Ints, shape: tuple[int, int]) -> Bools:
    """Pixels that are two steps and more outside a polygon."""
    drawn = Image.new("L", shape[::-1], 0)
    ImageDraw.Draw(drawn).polygon([tuple(point) for point in field.tolist()], fill=255, width=2)
    result: Bools = binary_erosion(np.asarray(drawn) <= 128, border_value=True, iterations=2)
    return result


def _turned(costs: Reals, angle: float, narrowing: float) -> tuple[AffineTransform, Reals]:
    """The window turned so that the line is level, and the way back: nearest pixels only."""
    height, width = costs.shape
    plain = AffineTransform(rotation=angle, scale=(1 / narrowing, 1))
    corners = plain.inverse([[0, 0], [0, height - 1], [width - 1, height - 1], [width - 1, 0]])
    low, high = corners.min(axis=0), corners.max(axis=0)
    across, down = (int(side) for side in np.around(high - low + 1))
    shift = plain([low]).flatten().tolist()
    turn = AffineTransform(rotation=angle, scale=(1 / narrowing, 1), translation=shift)
    return turn, _sampled(costs, turn.params, down, across)


def _level(rows: Ints, first: int) -> Ints:
    """The path as (x, y) with its peaks cut off at one standard deviation."""
    columns = np.arange(first, first + len(rows))
    middle, spread = rows.mean(), rows.std()
    cut = np.clip(rows, middle - spread, middle + spread).astype(np.int64)
    return np.stack([columns, cut], axis=1)


@compiled
def _spread(free: NDArray[np.uint8]) -> NDArray[np.int32]:
    """Chessboard distance to the nearest zero: one way forwards, one back."""
    height, width = free.shape
    far = height + width
    result = np.empty((height, width), np.int32)
    for y in range(height):
        for x in range(width):
            best = far if free[y, x] else 0
            for row, first, last in ((y - 1, x - 1, x + 2), (y, x - 1, x)):
                for near in range(max(0, first), min(width, last) if row >= 0 else 0):
                    best = min(best, result[row, near] + 1)
            result[y, x] = best
    for y in range(height - 1, -1, -1):
        for x in range(width - 1, -1, -1):
            best = result[y, x]
            for row, first, last in ((y + 1, x - 1, x + 2), (y, x + 1, x + 2)):
                for near in range(max(0, first), min(width, last) if row < height else 0):
                    best = min(best, result[row, near] + 1)
            result[y, x] = best
    return result


@compiled
def _sampled(source: Reals, way: Reals, height: int, width: int) -> Reals:
    """The source seen through an affine transform: nearest pixel, halves away from zero."""
    rows, columns = source.shape
    result = np.empty((height, width))
    for y in range(height):
        for x in range(width):
            column = way[0, 0] * x + way[0, 1] * y + way[0, 2]
            row = way[1, 0] * x + way[1, 1] * y + way[1, 2]
            r = np.int64(np.floor(row + 0.5)) if row >= 0 else np.int64(np.ceil(row - 0.5))
            c = (
                np.int64(np.floor(column + 0.5))
                if column >= 0
                else np.int64(np.ceil(column - 0.5))
            )
            inside = r >= 0 and c >= 0 and r < rows and c < columns
            result[y, x] = source[r, c] if inside else _OUTSIDE
    return result


@compiled
def _cheapest(costs: Reals) -> Ints:
    """Row of the cheapest path in every column; of equal ones the upper.

    The sum so far is rounded to single precision at every step, as Kraken's is.
    """
    height, width = costs.shape
    total = costs[:, 0].copy()
    following = np.empty(height)
    came_from = np.zeros((width, height), np.int32)
    for x in range(1, width):
        for y in range(height):
            best = total[y - 1] if y > 0 else np.inf
            row = y - 1
            if total[y] < best:
                best, row = total[y], y
            if y + 1 < height and total[y + 1] < best:
                best, row = total[y + 1], y + 1
            following[y] = costs[y, x] + np.float64(np.float32(best))
            came_from[x, y] = row
        total, following = following, total
    path = np.empty(width, np.int64)
    path[width - 1] = np.argmin(total)
    for x in range(width - 1, 0, -1):
        path[x - 1] = came_from[x, path[x]]
    return path
