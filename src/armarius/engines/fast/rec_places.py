"""Outlines of characters: the mask of a line, cut across its baseline at given distances.

Gives what Kraken's `precompute_polygon_sections` gives (mittagessen/kraken, Apache-2.0), for all cuts of a line
at once.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

EPSILON = float(np.finfo(float).eps)
Outline = tuple[tuple[int, int], ...]


class Cuts:
    """Cuts across a baseline, from edge to edge of the mask.

    Args:
        baseline: shape (points, 2), in pixels, reaching to the edges of the mask.
        mask: shape (points, 2), in pixels; its last point joins its first.
        distances: along the baseline from its start, in pixels, at which it is cut.
    """

    def __init__(
        self,
        baseline: NDArray[np.int64],
        mask: NDArray[np.int64],
        distances: Sequence[float],
    ) -> None:
        steps = np.linalg.norm(np.diff(baseline, axis=0), axis=1)
        lengths = np.concatenate(([0.0], np.cumsum(steps)))
        self._length = float(lengths[-1])
        places = sorted({self._within(distance) for distance in distances})
        self._numbers = {place: number for number, place in enumerate(places)}
        self._points, self._ends, self._met = _ends(baseline, lengths, mask, np.array(places))

    def outline(self, start: float, end: float) -> Outline:
        """The piece between two of the distances.

        Where a cut does not meet the mask's edge, as in masks beside their baselines, only the two
        points on the baseline are left.
        """
        one, other = (self._numbers[self._within(place)] for place in (start, end))
        if not (self._met[one] and self._met[other]):
            return tuple((int(x), int(y)) for x, y in self._points[[one, other]])
        left, right = self._ends[one].tolist(), self._ends[other].tolist()
        return tuple((x, y) for x, y in (*left, *right[::-1]))

    def _within(self, distance: float) -> float:
        return min(self._length - EPSILON, distance or EPSILON)


def _ends(
    baseline: NDArray[np.int64],
    lengths: NDArray[np.float64],
    mask: NDArray[np.int64],
    places: NDArray[np.float64],
) -> tuple[NDArray[np.float64], NDArray[np.int64], NDArray[np.bool_]]:
    """Where the baseline is cut, both ends of each cut (cuts, 2, 2), and whether both are on the mask's edge."""
    segments = np.maximum(np.searchsorted(lengths, places), 1)
    starts = baseline[segments - 1].astype(np.float64)
    along = baseline[segments] - starts
    size = np.sqrt(np.sum(along**2, axis=1))[:, np.newaxis]
    along = np.divide(along, size, out=along, where=size >= EPSILON)
    points = starts + (places - lengths[segments - 1])[:, np.newaxis] * along

    before = np.roll(mask, 1, axis=0)
    edges = mask - before  # each from the point before
    toward = points[:, np.newaxis] - before  # cuts, edges, 2
    cross = edges[:, 0] * toward[..., 1] - edges[:, 1] * toward[..., 0]
    ends, met = [], np.ones(len(places), bool)
    for side in (1.0, -1.0):
        way = along * side
        slope = edges[:, 0] * way[:, :1] + edges[:, 1] * way[:, 1:] + EPSILON
        with np.errstate(divide="ignore", invalid="ignore"):
            far = cross / slope
            share = np.einsum("cei,ci->ce", toward, way) / slope
        hit = (share >= 0.0) & (share <= 1.0) & (far >= 0)
        met &= hit.any(axis=1)
        first = hit.argmax(axis=1)  # Kraken takes the first edge that is met, not the nearest
        reach = np.where(met, far[np.arange(len(far)), first], 0.0)
        across = np.stack([way[:, 1], -way[:, 0]], axis=1)
        ends.append((points + reach[:, np.newaxis] * across).round())
    return points, np.stack(ends, axis=1).astype(np.int64), met
