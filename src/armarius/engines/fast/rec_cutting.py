"""Cutting lines out of a page and laying them level, as Kraken's present extraction does.

A line with a straight baseline is turned; one with a bent baseline is straightened piece by piece, with
bevelled corners, by Pillow's mesh transform. The pixels are those of `extract_polygons` of
`kraken.lib.segmentation` (Apache-2.0) to the last bit.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw
from PIL.Image import Resampling, Transform
from skimage.measure import approximate_polygon, subdivide_polygon
from skimage.transform import AffineTransform

from armarius.errors import EngineError

Reals = NDArray[np.float64]
Ints = NDArray[np.int64]
Pixels = tuple[tuple[int, int], ...]

SHORTEST = 5  # pixels of a baseline
_MANY = 50  # points of a mask, above which it is made simpler


@dataclass(frozen=True, slots=True)
class BaselineShape:
    """A line along a baseline, within a mask: whole pixels of the page, within it."""

    id: str
    baseline: Pixels
    boundary: Pixels
    type: Literal["baselines"] = "baselines"


@dataclass(frozen=True, slots=True)
class BoxShape:
    """A line in an upright box (left, top, right, bottom), within the page."""

    id: str
    bbox: tuple[int, int, int, int]
    type: Literal["bbox"] = "bbox"


Shape = BaselineShape | BoxShape


@dataclass(frozen=True)
class Source:
    """A page to cut lines from; black and white pages are turned without mixing pixels."""

    image: Image.Image

    @cached_property
    def plain(self) -> Image.Image:
        """The page in grey or colour."""
        return self.image.convert("L") if self.image.mode == "1" else self.image

    @cached_property
    def pixels(self) -> NDArray[np.uint8]:
        """The same as an array."""
        return np.asarray(self.plain)

    @property
    def mixed(self) -> bool:
        """Whether pixels may be mixed."""
        return self.image.mode != "1"


def cut(page: Source, shape: Shape, *, old: bool) -> Image.Image:
    """The image of one line.

    Args:
        page: what to cut from.
        shape: the line.
        old: as Kraken did it up to its version 4; models from then expect it.

    Raises:
        EngineError: the baseline is too short.
        ValueError, IndexError, numpy.linalg.LinAlgError: the shape cannot be straightened.
    """
    if isinstance(shape, BoxShape):
        return page.image.crop(shape.bbox)
    baseline, mask = np.array(shape.baseline), np.array(shape.boundary)
    if len(baseline) < 2 or np.hypot(*np.diff(baseline, axis=0).T).sum() < SHORTEST:
        raise EngineError(f"A baseline is shorter than {SHORTEST} pixels.")
    if old:
        from armarius.engines.fast import rec_cutting_old

        made = rec_cutting_old.straightened(page, baseline, mask)
    elif len(baseline) == 2:
        made = _turned(page, baseline, mask)
    else:
        made = _bent(page, baseline, mask)
    return made.crop(made.getbbox())


def angle_of(baseline: Ints) -> float:
    """Direction of a straight baseline in radians; Kraken's detour decides its last bits."""
    step = np.diff(baseline.astype(float).T)
    length = np.linalg.norm(step, axis=0)
    aim = np.mean(step * length / length.sum(), axis=1)
    aim = aim.T / np.sqrt(np.sum(aim**2, axis=-1))
    return float(np.arctan2(aim[1], aim[0]))


def turn(angle: float, size: tuple[int, int]) -> tuple[AffineTransform, tuple[int, int]]:
    """The way from a turned image back to the given one, and the turned size: (width, height)."""
    width, height = size
    plain = AffineTransform(rotation=angle, scale=(1.0, 1))
    corners = plain.inverse(
        np.array([[0, 0], [0, height - 1], [width - 1, height - 1], [width - 1, 0]])
    )
    low, high = corners.min(axis=0), corners.max(axis=0)
    across, down = (int(side) for side in np.around(high - low + 1))
    shift = plain([low]).flatten().tolist()
    return AffineTransform(rotation=angle, scale=(1.0, 1), translation=shift), (across, down)


def window(mask: Ints) -> tuple[int, int, int, int]:
    """Left, top, right and bottom of the pixels of a mask, the last two one further."""
    left, top = mask.min(axis=0)
    right, bottom = mask.max(axis=0)
    return int(left), int(top), int(right) + 1, int(bottom) + 1


def simpler(mask: Ints) -> Reals:
    """A mask with fewer points where it has many, its corners rounded."""
    kept = approximate_polygon(mask, 2) if len(mask) > _MANY else mask
    rounded: Reals = subdivide_polygon(kept, preserve_ends=True)
    return rounded


def _masked(page: Source, box: tuple[int, int, int, int], mask: Any) -> Image.Image:
    """A part of the page, black outside of a polygon."""
    part = page.plain.crop(box)
    inside = Image.new("L", part.size, 0)
    corners = (mask - box[:2]).astype(int).tolist()
    ImageDraw.Draw(inside).polygon([tuple(point) for point in corners], fill=255, width=2)
    made = Image.new(part.mode, part.size, 0)
    made.paste(part, mask=inside)
    return made


def _resampling(page: Source) -> Resampling:
    return Resampling.BILINEAR if page.mixed else Resampling.NEAREST


def _turned(page: Source, baseline: Ints, mask: Ints) -> Image.Image:
    part = _masked(page, window(mask), mask)
    way, size = turn(angle_of(baseline), part.size)
    data = way.params.flatten().tolist()[:6]
    return part.transform(
        size, Transform.AFFINE, data=data, resample=_resampling(page), fillcolor=0
    )


# --- bent baselines ------------------------------------------------------------------------------


def _bent(page: Source, baseline: Ints, mask: Ints) -> Image.Image:
    box = window(mask)
    rounded = simpler(mask)
    steps = np.diff(baseline, axis=0)
    lengths = np.linalg.norm(steps, axis=1)
    places = _along(rounded, baseline, steps / lengths[:, None], lengths)
    low, high = places.min(axis=0).astype(int), places.max(axis=0).astype(int)
    size = int(high[0] - low[0] + 1), int(high[1] - low[1] + 1)
    start = baseline[0] - low
    source, target = _envelopes(baseline - box[:2], start, size)
    mesh = [
        (
            (*target[i], *target[i + 3]),
            (*source[i], *source[i + 1], *source[i + 3], *source[i + 2]),
        )
        for i in range(0, len(source) - 3, 2)
        if target[i][0] != target[i + 3][0]  # a piece without width
    ]
    part = _masked(page, box, rounded)
    return part.transform(size, Transform.MESH, data=mesh, resample=_resampling(page))


def _along(mask: Reals, baseline: Ints, aims: Reals, lengths: Reals) -> Reals:
    """Points of a mask where the baseline is level: how far along it, how far from it."""
    away = mask[None, :] - baseline[:-1, None]  # pieces, points, 2
    along = np.einsum("kpm,km->kp", away, aims)
    outside = np.maximum(-along, along - lengths[:, None])
    nearest, points = np.argmin(outside, axis=0), np.arange(len(mask))
    aim, off = aims[nearest], away[nearest, points]
    across = aim[:, 0] * off[:, 1] - aim[:, 1] * off[:, 0]
    starts = np.cumsum([0, *lengths.tolist()])
    placed: Reals = (
        np.array([starts[nearest] + along[nearest, points], across]).T + baseline[:1]
    )
    return placed


class _Envelopes:
    """Pairs of points above and below the baseline, on the page and in the level image."""

    def __init__(self, source: list[Any], target: list[Any]) -> None:
        self.source, self.target = source, target

    def add(self, source: list[tuple[int, int]], target: list[tuple[int, int]]) -> None:
        """Two more, unless they stand where the last ones do: that would have no area."""
        same = (
            source[0] == self.source[-2]
            or source[1] == self.source[-1]
            or target[0] == self.target[-2]
        )
        if not same:
            self.source += source
            self.target += target


def _envelopes(
    baseline: Ints, start: Any, size: tuple[int, int]
) -> tuple[list[Any], list[Any]]:
    """Where pieces of the level image come from.

    Args:
        baseline: on the part of the page.
        start: of the baseline in the level image.
        size: width and height of the level image.
    """
    width, height = size
    steps = np.diff(baseline, axis=0)
    lengths = np.linalg.norm(steps, axis=1)
    aims = steps / lengths[:, None]
    normals = np.array([-aims[:, 1], aims[:, 0]]).T
    starts = np.cumsum([0, *lengths.tolist()])
    reach = (-start[1], height - start[1])
    first = baseline[0] - aims[0] * start[0]
    made = _Envelopes(
        [_whole(first + far * normals[0]) for far in reach], [(0, 0), (0, height)]
    )
    for k, (before, here, after) in enumerate(
        zip(baseline, baseline[1:], baseline[2:], strict=False)
    ):
        sides = [_bevel(point - here, height / 3) for point in (before, after)]
        spans = [np.linalg.norm(side) for side in sides]
        count = max(1, np.round((spans[0] + spans[1]) / (height / 3 / 2)))
        for i in range(int(count) + 1):
            t = i / count
            point = here + (1 - t) ** 2 * sides[0] + t**2 * sides[1]
            x = int(start[0] + starts[k + 1] - (1 - t) ** 2 * spans[0] + t**2 * spans[1])
            normal = (1 - t) * normals[k] + t * normals[k + 1]
            normal /= np.linalg.norm(normal)
            made.add([_whole(point + far * normal) for far in reach], [(x, 0), (x, height)])
    last = baseline[-1] + aims[-1] * (width - starts[-1] - start[0])
    made.source += [last + far * normals[-1] for far in reach]
    made.target += [(width, 0), (width, height)]
    return made.source, made.target


def _bevel(side: Any, widest: float) -> Any:
    """The part of a piece of the baseline that is bent at its end: a half, and no more than `widest`."""
    return side / max(2.0, float(np.linalg.norm(side)) / widest)


def _whole(point: Any) -> tuple[int, int]:
    return int(point[0]), int(point[1])
