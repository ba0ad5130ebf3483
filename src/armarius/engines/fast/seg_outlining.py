"""Masks for lines whose baselines somebody has drawn, at the size at which Kraken draws them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from armarius.engines import OutlineOptions
from armarius.engines.fast.seg_masks import masks
from armarius.geometry import Points
from armarius.page import Line, Page, Region

if TYPE_CHECKING:
    from PIL.Image import Image

HEIGHT = 1800  # pixels that a page is scaled down to, as for the layout network


def outline(image: Image, page: Page, options: OutlineOptions) -> Page:
    """The page with new masks of the wanted lines; one that gets none keeps what it had."""
    scale = min(1.0, HEIGHT / image.height)
    size = (max(1, round(image.width * scale)), max(1, round(image.height * scale)))
    small = image.convert("L")
    grey = np.asarray(small if size == image.size else small.resize(size))
    factors = np.array(size) / np.array(image.size)
    drawn = [
        (line.id, shape)
        for line in page.all_lines()
        if len(shape := _pixels(line.baseline, factors, size)) > 1
    ]
    areas = [
        shape
        for region in page.all_regions()
        if len(shape := _pixels(region.polygon, factors, size)) > 2
    ]
    wanted = set(options.lines) or {key for key, _ in drawn}
    numbers = [number for number, (key, _) in enumerate(drawn) if key in wanted]
    found = masks([shape for _, shape in drawn], areas, grey, top=options.top, only=numbers)
    made = {
        key: _page_points(mask, factors, image.size)
        for (key, _), mask in zip(drawn, found, strict=True)
        if mask is not None
    }
    return replace(
        page,
        width=image.width,
        height=image.height,
        lines=tuple(_with(line, made) for line in page.lines),
        regions=tuple(_region(region, made) for region in page.regions),
    )


def _pixels(
    points: Points, factors: NDArray[np.float64], size: Sequence[int]
) -> list[list[int]]:
    """Points as whole pixels of the small image, inside it, each once in a row."""
    kept: list[list[int]] = []
    for point in points:
        x, y = (
            min(max(int(value * factor), 0), edge - 1)
            for value, factor, edge in zip(point, factors, size, strict=True)
        )
        if not kept or kept[-1] != [x, y]:
            kept.append([x, y])
    return kept


def _page_points(
    mask: list[list[int]], factors: NDArray[np.float64], size: Sequence[int]
) -> Points:
    """A closed mask of the small image as one of the page."""
    kept: list[tuple[float, float]] = []
    for point in mask:
        x, y = (
            float(min(int(value / factor), edge - 1))
            for value, factor, edge in zip(point, factors, size, strict=True)
        )
        if not kept or kept[-1] != (x, y):
            kept.append((x, y))
    return tuple(kept)


def _with(line: Line, made: dict[str, Points]) -> Line:
    return replace(line, mask=made[line.id]) if len(made.get(line.id, ())) > 2 else line


def _region(region: Region, made: dict[str, Points]) -> Region:
    return replace(
        region,
        lines=tuple(_with(line, made) for line in region.lines),
        regions=tuple(_region(inner, made) for inner in region.regions),
    )
