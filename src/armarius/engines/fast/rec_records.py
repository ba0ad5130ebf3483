"""What was read of a line: its text in two orders, and where each character stands on the page.

Gives what Kraken's `BaselineOCRRecord` and `BBoxOCRRecord` give (mittagessen/kraken, Apache-2.0). Kraken computes the
outline of every character for every order of the text; here it is done once, and only if asked for.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

import numpy as np
import shapely
from numpy.typing import NDArray

from armarius.engines.fast import bidi
from armarius.engines.fast.rec_cutting import Shape
from armarius.engines.fast.rec_decoding import NOTHING, Reading
from armarius.engines.fast.rec_places import Cuts, Outline
from armarius.engines.fast.rec_reading import Reader

Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Record:
    """A line that was read.

    Attributes:
        prediction: code points in the order on the page, or in logical order.
        places: start and end of each code point in pixels along the line's image.
        confidences: one per code point, 0 to 1.
        line: the shape that was cut out.
    """

    prediction: str
    places: tuple[tuple[int, int], ...]
    confidences: tuple[float, ...]
    line: Shape

    def logical_order(self, base: Literal["L", "R"] | None) -> Record:
        """The same with the text in the order of reading (UAX #9)."""
        text, order = bidi.reordered(self.prediction, base)
        return Record(
            text,
            tuple(self.places[number] for number in order),
            tuple(self.confidences[number] for number in order),
            self.line,
        )

    def __getitem__(self, key: int | slice) -> tuple[str, Outline, float]:
        """Text, outline and confidence of one or several code points."""
        alone = isinstance(key, int)
        part = slice(key, key + 1) if isinstance(key, int) else key
        edges = [edge for place in self.places[part] for edge in place]
        start, end = (edges[0], edges[1]) if alone else (min(edges), max(edges))
        if self.line.type == "bbox":
            outline = _box(self.line.bbox, start, end, alone=alone)
        else:
            outline = self._cuts.outline(start, end)
        return self.prediction[part], outline, float(np.mean(self.confidences[part]))

    @cached_property
    def _cuts(self) -> Cuts:
        assert self.line.type == "baselines"  # noqa: S101 - for mypy
        mask = np.array(self.line.boundary)
        baseline = _extended(np.array(self.line.baseline), mask)
        return Cuts(baseline, mask, [edge for place in self.places for edge in place])


def records(
    reader: Reader, shapes: Sequence[Shape], lines: Iterator[Any], batch: int, soon: int = 0
) -> Iterator[tuple[int, Record]]:
    """What was read of each shape, with its number; `lines` are numbered network inputs of some."""
    unread = dict.fromkeys(range(len(shapes)), NOTHING)
    for number, reading in reader.read(lines, batch, soon):
        del unread[number]
        yield number, _record(reading, shapes[number])
    for number, reading in unread.items():
        yield number, _record(reading, shapes[number])


def _record(reading: Reading, shape: Shape) -> Record:
    return Record(reading.text, reading.places, reading.confidences, shape)


def _box(bbox: tuple[int, int, int, int], start: int, end: int, *, alone: bool) -> Outline:
    """A part of the line's box; Kraken goes round several characters the other way."""
    left, top, _, bottom = bbox
    one, other = left + start, left + end
    if alone:
        return ((one, top), (one, bottom), (other, bottom), (other, top))
    return ((one, top), (other, top), (other, bottom), (one, bottom))


def _extended(baseline: Ints, mask: Ints) -> Ints:
    """The baseline with ends that lie inside the mask moved on to its edge."""
    moved = baseline.copy()
    area = shapely.Polygon(mask)
    for end, inner in ((0, 1), (-1, -2)):
        if _inside(moved[end], mask):
            way = moved[end].astype(float) - moved[inner].astype(float)
            edge = _first_edge(moved[end].astype(float), way, mask)
            if edge is None:
                nearest = shapely.shortest_line(shapely.Point(moved[end]), area)
                edge = shapely.get_coordinates(nearest)[1]
            moved[end] = np.array(edge, int)
    return moved


def _inside(point: Ints, mask: Ints) -> bool:
    """Whether a point is within a polygon, not on its edge: edges that a ray to the right meets are odd."""
    x, y = (float(value) for value in point)
    ends, starts = mask.astype(float), np.roll(mask, 1, axis=0).astype(float)
    low, high = np.minimum(starts, ends), np.maximum(starts, ends)
    step = ends - starts
    near = ((low <= (x, y)) & ((x, y) <= high)).all(axis=1)
    aside = step[:, 0] * (y - starts[:, 1]) - step[:, 1] * (x - starts[:, 0])
    if (near & (np.abs(aside) < 1e-10)).any():
        return False
    crossed = (ends[:, 1] > y) != (starts[:, 1] > y)
    away = starts[crossed] - ends[crossed]
    met = away[:, 0] * (y - ends[crossed, 1]) / away[:, 1] + ends[crossed, 0]
    return bool((x < met).sum() % 2)


def _first_edge(origin: NDArray[np.float64], way: NDArray[np.float64], mask: Ints) -> Any:
    """Where a ray first meets a polygon; None where it does not."""
    edges, off = np.roll(mask, -1, axis=0) - mask, mask - origin
    slope = way[0] * edges[:, 1] - way[1] * edges[:, 0]
    with np.errstate(divide="ignore", invalid="ignore"):
        along = (off[:, 0] * edges[:, 1] - off[:, 1] * edges[:, 0]) / slope
        share = (off[:, 0] * way[1] - off[:, 1] * way[0]) / slope
    met = (np.abs(slope) >= np.finfo(float).eps) & (along >= 0) & (share >= 0) & (share <= 1)
    return origin + along[met].min() * way if met.any() else None
