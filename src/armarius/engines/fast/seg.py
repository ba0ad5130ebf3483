"""From the heatmaps of a layout network to regions, lines with masks, and their order.

Does what Kraken's post-processing does (`kraken.lib.vgsl.spred`, Apache-2.0), with results that are
equal to the last bit on the same heatmaps, in a fraction of the time. Where Kraken itself fails (a zone
of one pixel, an order of more than a thousand lines in a chain) it goes on.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from armarius.engines.fast.seg_baselines import baselines
from armarius.engines.fast.seg_masks import masks
from armarius.engines.fast.seg_order import homes, reading_order
from armarius.engines.fast.seg_tracing import regions
from armarius.errors import EngineError

if TYPE_CHECKING:
    from armarius.engines.fast.seg_heatmap import Heat

Shape = list[list[int]]
Tags = dict[str, list[dict[str, str]]]


class FoundRegion(NamedTuple):
    """A zone: closed polygon of (x, y) pixels of the page."""

    id: str
    boundary: Shape
    tags: Tags


class FoundLine(NamedTuple):
    """A line: baseline and closed mask in pixels of the page, ids of the zones that hold it."""

    baseline: Shape
    boundary: Shape
    tags: Tags
    regions: list[str]


class Found(NamedTuple):
    """What is on a page; lines in reading order."""

    lines: list[FoundLine]
    regions: dict[str, list[FoundRegion]]
    line_orders: tuple[list[int], ...] = ()


def find(
    heat: Heat, classes: Mapping[str, Mapping[str, int]], direction: str, *, top: bool
) -> Found:
    """Regions, lines and their order.

    Args:
        heat: the output of a layout network.
        classes: ``aux``, ``baselines`` and ``regions``, each with the place of every type.
        direction: of the text, ``horizontal-lr`` and so on.
        top: baselines run above their letters.

    Raises:
        EngineError: the heatmap has values that are no numbers.
        KeyError, IndexError: a class has no heatmap.
        ValueError, shapely.GEOSException: a zone has no usable shape.
    """
    heatmap, grey, scale = heat
    if not np.isfinite(heatmap).all():
        raise EngineError("The network's output is not finite.")
    starts, ends = (
        heatmap[classes["aux"][key]] for key in ("_start_separator", "_end_separator")
    )
    vertical = direction.startswith("vertical")
    zones = {
        kind: [_scaled(zone, scale, "uint") for zone in regions(heatmap[place])]
        for kind, place in classes["regions"].items()
    }
    near = [
        _scaled(zone, 1 / np.asarray(scale), "uint") for kind in zones.values() for zone in kind
    ]
    drawn = [
        (kind, line)
        for kind, place in classes["baselines"].items()
        for line in baselines(starts, ends, heatmap[place], vertical=vertical)
    ]
    bounds = masks([line for _, line in drawn], near, grey, top=top)
    lines = [
        (kind, _scaled(line, scale, "int"), _scaled(mask, scale, "int"))
        for (kind, line), mask in zip(drawn, bounds, strict=True)
        if mask is not None
    ]
    return _together(lines, zones, rightwards=not direction.endswith("rl"))


def _together(
    lines: Sequence[tuple[str, Shape, Shape]],
    zones: Mapping[str, Sequence[Shape]],
    *,
    rightwards: bool,
) -> Found:
    """Lines with the names of their zones, in order."""
    shapes = [zone for kind in zones.values() for zone in kind]
    drawn = [line for _, line, _ in lines]
    held = homes(drawn, shapes)
    order = reading_order(drawn, shapes, rightwards=rightwards)
    made = [
        FoundLine(line, mask, _tags(kind), [str(zone) for zone in inside])
        for (kind, line, mask), inside in zip(lines, held, strict=True)
    ]
    number = iter(range(len(shapes)))
    found = {
        kind: [FoundRegion(str(next(number)), shape, _tags(kind)) for shape in given]
        for kind, given in zones.items()
    }
    return Found([made[index] for index in order], found)


def _tags(kind: str) -> Tags:
    return {"type": [{"type": kind}]}


def _scaled(shape: Shape, scale: Any, whole: str) -> Shape:
    """A shape at another size, cut to whole pixels."""
    scaled: Shape = (np.array(shape) * scale).astype(whole).tolist()
    return scaled
