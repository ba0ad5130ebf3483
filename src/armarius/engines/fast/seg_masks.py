"""Masks round baselines, with the result of Kraken's polygoniser.

As `calculate_polygonal_environment` of `kraken.lib.segmentation` (Apache-2.0): how far a line may
reach, a seam on each side within that, both joined at the ends of the baseline.
"""

from __future__ import annotations

import logging
from collections.abc import Collection, Sequence
from typing import Any, Literal

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter
from shapely.validation import explain_validity
from skimage.filters import sobel

from armarius.engines.fast.seg_order import homes
from armarius.engines.fast.seg_reach import reach
from armarius.engines.fast.seg_seams import seam
from armarius.errors import EngineError

log = logging.getLogger(__name__)

Reals = NDArray[np.float64]
Ints = NDArray[np.int64]
Line = list[list[int]]

_LIFT = 8  # pixels by which the far seam's window begins beyond the baseline


def masks(
    baselines: Sequence[Line],
    regions: Sequence[Line],
    grey: NDArray[np.uint8],
    *,
    top: bool,
    only: Collection[int] | None = None,
) -> list[Line | None]:
    """A mask for every baseline, as closed polygon of (x, y) pixels; None where there is none.

    Args:
        baselines: in pixels of the image, in reading direction.
        regions: polygons, which bound the lines whose middle they hold.
        grey: uint8 array (height, width), the image at the size of the heatmap.
        top: baselines run above their letters, as in Hebrew or Devanagari.
        only: numbers of the baselines that are to get one; the others are just in the way.
    """
    if not baselines:
        return []
    features = gaussian_filter(sobel(grey), 0.5)
    shapes = np.array([shapely.LineString(line) for line in baselines], dtype=object)
    borders = np.array([shapely.LineString(region) for region in regions], dtype=object)
    found: list[Line | None] = []
    for number, held in enumerate(homes(baselines, regions)):
        if only is not None and number not in only:
            found.append(None)
            continue
        others = np.concatenate([shapes[:number], shapes[number + 1 :], borders[held]])
        try:
            found.append(_mask(shapes[number], others, features, top=top).tolist())
        except Exception as error:  # as Kraken: such a line is left out
            log.debug("line %d has no mask: %s", number, error)
            found.append(None)
    return found


def _mask(shape: Any, others: NDArray[np.object_], features: Reals, *, top: bool) -> Ints:
    line = shapely.get_coordinates(shape)
    moved = np.array(_beside(shape, _LIFT if top else -_LIFT).coords)
    direction = _direction(line)
    size = (float(features.shape[1]), float(features.shape[0]))
    above, below = (side.astype(np.int64) for side in reach(line, others, direction, size))
    whole, lifted = line.astype(np.int64), moved.astype(np.int64)
    angle = float(np.arctan2(direction[1], direction[0]))
    fields = [np.concatenate([whole, far[::-1]]) for far in (above, below)]
    if top:
        upper = seam(whole, fields[0], angle, features)
        lower = seam(lifted, np.concatenate([lifted, below[::-1]]), angle, features)
    else:
        upper = seam(lifted, np.concatenate([lifted, above[::-1]]), angle, features)
        lower = seam(whole, fields[1], angle, features)
    room = shapely.union_all([shapely.Polygon(field) for field in fields])
    return _joined(whole, _widened(upper, "right"), _widened(lower, "left"), room)


def _direction(line: Reals) -> Reals:
    """Unit vector of a line, its pieces weighted by their lengths."""
    steps = np.diff(line.T)
    lengths = np.linalg.norm(steps, axis=0)
    mean = np.mean(steps * lengths / lengths.sum(), axis=1)
    direction: Reals = mean.T / np.sqrt(np.sum(mean**2, axis=-1))
    return direction


def _beside(line: Any, distance: float) -> Any:
    """The line moved to its left (above 0) or right; both run the same way."""
    return shapely.offset_curve(line, distance, quad_segs=16)


def _widened(path: Ints, side: Literal["left", "right"]) -> Ints:
    """A seam with few points, moved outwards; one moved to its right runs backwards."""
    simple = shapely.LineString(path).simplify(5)
    distance = _LIFT // 2
    wide = _beside(simple, distance if side == "left" else -distance)
    if wide.geom_type == "MultiLineString":  # it cannot be moved in one piece
        return np.array(simple.coords, dtype=np.int64)
    return np.array(wide.coords, dtype=np.int64)[:: 1 if side == "left" else -1]


def _joined(line: Ints, upper: Ints, lower: Ints, room: Any) -> Ints:
    """Both seams and the ends of the baseline as one polygon within its room."""
    ring = np.concatenate([line[:1], upper, line[-1:], lower[::-1]])
    polygon = shapely.Polygon(ring)
    if not polygon.is_valid:
        polygon = shapely.Polygon(np.concatenate([line[-1:], upper, line[:1], lower]))
    if not polygon.is_valid:
        raise EngineError(f"The mask crosses itself: {explain_validity(polygon)}.")
    return np.array(room.intersection(polygon).boundary.coords, dtype=np.int64)
