"""Heatmaps drawn by hand, as a layout network would give them: for the self-test and tests."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter

from armarius.engines.fast.seg_heatmap import Heat

Stroke = Sequence[tuple[float, float]]

CLASSES = {
    "aux": {"_start_separator": 0, "_end_separator": 1},
    "baselines": {"default": 2},
    "regions": {"text": 3},
}


LINES: Sequence[Stroke] = (
    [(30, 40), (80, 34), (130, 38), (200, 46)],
    [(28, 76), (210, 78)],
    [(40, 112), (120, 124), (190, 140)],
)
ZONE: Stroke = [(16, 16), (224, 16), (224, 96), (16, 96)]
SCALE = 2.5


def drawn_page() -> Heat:
    """A page of 240 × 160 pixels with a curved, a straight and a steep line and a zone."""
    return maps((160, 240), LINES, [ZONE])


def maps(
    size: tuple[int, int], lines: Sequence[Stroke], zones: Sequence[Stroke] = (), seed: int = 1
) -> Heat:
    """Heatmaps of `CLASSES`.

    Args:
        size: height and width in pixels.
        lines: baselines as (x, y) points; start and end are marked.
        zones: polygons of the one type of region.
        seed: of the ink that stands on the lines.
    """
    layers = [Image.new("L", size[::-1]) for _ in range(4)]
    starts, ends, middles, areas = (ImageDraw.Draw(layer) for layer in layers)
    for line in lines:
        middles.line([tuple(point) for point in line], fill=255, width=5)
        for drawing, (x, y) in ((starts, line[0]), (ends, line[-1])):
            drawing.rectangle((x - 4, y - 6, x + 4, y + 6), fill=230)
    for zone in zones:
        areas.polygon([tuple(point) for point in zone], fill=240)
    soft = [layer.filter(ImageFilter.GaussianBlur(1.5)) for layer in layers]
    heatmap = np.stack([np.asarray(layer, np.float32) / np.float32(256) for layer in soft])
    return Heat(heatmap, _ink(size, lines, seed), (SCALE, SCALE))


def _ink(size: tuple[int, int], lines: Sequence[Stroke], seed: int) -> NDArray[np.uint8]:
    """A grey page with letters of a kind above every baseline."""
    page = Image.new("L", size[::-1], 235)
    pen = ImageDraw.Draw(page)
    dice = np.random.default_rng(seed)
    for line in lines:
        for (x, y), (to_x, to_y) in pairwise(line):
            for share in np.arange(0, 1, 6 / max(6.0, float(np.hypot(to_x - x, to_y - y)))):
                at = x + share * (to_x - x), y + share * (to_y - y)
                top, side = dice.integers(6, 14), dice.integers(-3, 4)
                pen.line(
                    [at, (at[0] + side, at[1] - top)], fill=int(dice.integers(20, 90)), width=2
                )
    return np.asarray(page.filter(ImageFilter.GaussianBlur(0.7)))
