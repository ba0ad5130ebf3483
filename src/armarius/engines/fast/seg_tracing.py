"""Outlines of blobs: Moore's neighbourhood tracing, as Kraken does it, compiled.

Kraken (Apache-2.0) follows the boundary of every connected component with NumPy calls per pixel;
the same walk is one loop here. Points are (row, column).
"""

from __future__ import annotations

from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.ndimage import find_objects
from skimage.measure import label

from armarius.engines.fast.seg_compiling import compiled

Ints = NDArray[np.int64]
Labels = NDArray[np.int32]
Polygon = list[list[int]]

REGION_THRESHOLD = 0.5
# The eight neighbours clockwise from the one above, as steps (row, column).
_STEPS = np.array([[-1, 0], [-1, 1], [0, 1], [1, 1], [1, 0], [1, -1], [0, -1], [-1, -1]])


def outlines(blobs: NDArray[np.bool_], least_area: int = 1) -> list[Ints]:
    """The outer outline of every 8-connected component, in the order of its first pixel.

    Args:
        blobs: bool array (height, width).
        least_area: components with fewer pixels are left out.

    Returns:
        Arrays (n, 2) of (row, column); a component of one pixel has no outline and is left
        out, and so is one on which the walk never comes back to its start.
    """
    labels = label(blobs).astype(np.int32)
    areas = np.bincount(labels.ravel())
    found = []
    for number, window in enumerate(find_objects(labels), 1):
        if areas[number] < max(2, least_area):
            continue
        outline = _trace(labels[window], number, int(areas[number]), _STEPS)
        if len(outline):
            found.append(outline + np.array([window[0].start, window[1].start]))
    return found


def regions(heatmap: NDArray[np.float32]) -> list[Polygon]:
    """Polygons of the zones of one type: (x, y) whole pixels of the heatmap, closed.

    Args:
        heatmap: float32 array (height, width), probability of the type.
    """
    traced = [line for line in outlines(heatmap > REGION_THRESHOLD) if len(line) > 2]
    merged: Any = shapely.union_all([shapely.Polygon(line) for line in traced])
    parts = [merged] if merged.geom_type == "Polygon" else list(merged.geoms)
    borders = [part.boundary.simplify(10) for part in parts]
    return [np.array(border.coords, dtype=np.uint)[:, [1, 0]].tolist() for border in borders]


@compiled
def _trace(labels: Labels, number: int, area: int, steps: Ints) -> Ints:
    """Walk round one component; empty if the walk does not come back to its start."""
    height, width = labels.shape
    blob = np.zeros((height + 2, width + 2), np.uint8)
    for y in range(height):
        for x in range(width):
            blob[y + 1, x + 1] = labels[y, x] == number
    start_y, start_x = 1, 1  # in a component of two pixels none is alone
    while not blob[1, start_x]:  # and its window begins with its first row
        start_x += 1
    back_y, back_x = start_y, start_x - 1
    if blob[start_y + 1, start_x] == 0 and blob[start_y + 1, start_x - 1] == 0:
        back_y, back_x = start_y + 1, start_x
    outline = np.empty((8 * area + 8, 2), np.int64)  # no more states than that without a circle
    y, x, from_y, from_x = start_y, start_x, back_y, back_x
    for count in range(len(outline)):
        outline[count, 0], outline[count, 1] = y - 1, x - 1
        first = 0
        while y + steps[first, 0] != from_y or x + steps[first, 1] != from_x:
            first += 1
        turn = 0
        while (
            turn < 8
            and not blob[y + steps[(first + turn) % 8, 0], x + steps[(first + turn) % 8, 1]]
        ):
            turn += 1
        turn %= 8
        before, ahead = steps[(first + turn - 1) % 8], steps[(first + turn) % 8]
        from_y, from_x, y, x = y + before[0], x + before[1], y + ahead[0], x + ahead[1]
        if y == start_y and x == start_x and from_y == back_y and from_x == back_x:
            return outline[: count + 1]
    return outline[:0]
