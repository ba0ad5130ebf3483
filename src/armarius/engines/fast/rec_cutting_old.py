"""Cutting lines out as Kraken did up to its version 4, for the models that were trained so.

The baseline and the points of the mask are moved to where they stand on a level line, and the pixels
between follow by triangles. Results are those of the legacy path of `extract_polygons` of
`kraken.lib.segmentation` (Apache-2.0) to the last bit.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import shapely
from numpy.typing import NDArray
from PIL import Image, ImageDraw
from scipy.ndimage import affine_transform
from skimage.transform import PiecewiseAffineTransform, warp

from armarius.engines.fast import rec_cutting

if TYPE_CHECKING:
    from armarius.engines.fast.rec_cutting import Source

Reals = NDArray[np.float64]
Ints = NDArray[np.int64]


def straightened(page: Source, baseline: Ints, mask: Ints) -> Image.Image:
    """The line laid level; black outside of its mask.

    Raises:
        ValueError, scipy.spatial.QhullError: there are no triangles between the points.
    """
    box = rec_cutting.window(mask)
    if len(baseline) == 2:
        return _turned(_masked(page, box, mask), rec_cutting.angle_of(baseline), page)
    rounded = rec_cutting.simpler(mask)
    starts = np.cumsum([0, *shapely.length(_pieces(baseline)).tolist()])
    level_line = baseline[0] + np.dstack((starts, np.zeros_like(starts)))[0]
    level_mask = baseline[0] + _along(rounded, baseline, starts)
    low, high = level_mask.min(axis=0).astype(int), level_mask.max(axis=0).astype(int)
    size = int(high[1] - low[1] + 1), int(high[0] - low[0] + 1)
    way = _Triangles()
    way.estimate(
        np.concatenate((baseline - box[:2], rounded - box[:2])),
        np.concatenate((level_line - low, level_mask - low)),
    )
    moved = warp(
        _masked(page, box, rounded),
        way.inverse,
        output_shape=size,
        preserve_range=True,
        order=1 if page.mixed else 0,
    )
    return Image.fromarray(moved.astype(np.uint8))


class _Triangles(PiecewiseAffineTransform):  # type: ignore[misc]  # scikit-image has no types
    """All points at once, each by the triangle that holds it; scikit-image goes triangle by triangle."""

    def __call__(self, coords: Any) -> Reals:
        points = np.asarray(coords)
        triangle = self._tesselation.find_simplex(points)
        ways = np.array([way.params for way in self.affines])[triangle]
        moved: Reals = np.einsum("ij,ikj->ik", np.c_[points, np.ones(len(points))], ways)
        moved[triangle == -1, :] = -1
        return moved


def _masked(page: Source, box: tuple[int, int, int, int], mask: Any) -> NDArray[np.uint8]:
    left, top, right, bottom = box
    part = page.pixels[top:bottom, left:right].copy()
    drawn = Image.new("L", (part.shape[1], part.shape[0]), 0)
    corners = (mask - (left, top)).flatten().tolist()
    ImageDraw.Draw(drawn).polygon(corners, outline=1, fill=1)
    part[~np.asarray(drawn, dtype=bool)] = 0
    return part


def _turned(part: NDArray[np.uint8], angle: float, page: Source) -> Image.Image:
    way, (width, height) = rec_cutting.turn(angle, (part.shape[1], part.shape[0]))
    matrix = way.params.copy()[[1, 0, 2], :][:, [1, 0, 2]]  # SciPy has rows before columns
    offset = matrix[:2, 2].copy()
    matrix[:2, 2] = 0
    moved = affine_transform(
        part,
        matrix,
        offset=(*offset, 0),
        output_shape=(height, width, *part.shape[2:]),
        cval=0,
        order=0,
    )
    return Image.fromarray(moved.astype(np.uint8))


def _along(mask: Reals, baseline: Ints, starts: Reals) -> Reals:
    """Points of a mask where the baseline is level: how far along it, how far from it."""
    pieces, points = _pieces(baseline)[:, None], np.array(shapely.points(mask))[None, :]
    along = shapely.line_locate_point(pieces, points)  # pieces, points
    feet = shapely.get_coordinates(shapely.line_interpolate_point(pieces, along))
    off = mask[None] - feet.reshape(len(pieces), len(mask), 2)
    # A scalar product per point, as NumPy's norm of a vector has it: other sums end in other bits.
    away = np.sqrt((off[:, :, None, :] @ off[:, :, :, None])[:, :, 0, 0])
    nearest, each = np.argmin(away, axis=0), np.arange(len(mask))
    aim, beside = (baseline[1:] - baseline[:-1])[nearest], mask - baseline[nearest]
    side = np.sign(np.linalg.det(np.stack([aim, beside], axis=-1)))
    return np.stack(
        [starts[nearest] + along[nearest, each], side * away[nearest, each]], axis=1
    )


def _pieces(baseline: Ints) -> NDArray[np.object_]:
    ends = np.stack([baseline[:-1], baseline[1:]], axis=1).astype(float)
    return np.array(shapely.linestrings(ends), dtype=object)
