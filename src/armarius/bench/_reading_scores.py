"""How one reading of a page compares with another, and with what stands on the page.

Lines are paired by their baselines: nearest first, each once, none further apart than a small part of
the page's height. A line that found no partner counts as one of which nothing was read.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
import shapely

from armarius import score
from armarius.geometry import Points, box, open_ring
from armarius.page import Line, Page
from armarius.score import Score

NEAR: Final = 0.015  # of the height of the page, between baselines of one line
_POINTS: Final = np.linspace(0, 1, 9)  # where two baselines are compared


@dataclass(slots=True)
class Likeness:
    """Sums over lines of pages; `lines` are those of the reference."""

    lines: int = 0
    missed: int = 0
    extra: int = 0
    same_text: int = 0
    same_baseline: int = 0
    same_polygon: int = 0
    near_polygon: int = 0
    text: Score = field(default_factory=Score)

    def shares(self) -> dict[str, Any]:
        """As figures: shares of the reference's lines."""
        return {
            "lines": self.lines,
            "lines missed": self.missed,
            "lines more": self.extra,
            "CER": self.text.cer,
            **{
                name: count / self.lines if self.lines else 1.0
                for name, count in (
                    ("same text", self.same_text),
                    ("same baseline", self.same_baseline),
                    ("same polygon", self.same_polygon),
                    ("polygon within 1 px", self.near_polygon),
                )
            },
        }


def compare(into: Likeness, reference: Page, read: Page) -> None:
    """Add a page."""
    left, right = list(reference.all_lines()), list(read.all_lines())
    partners = pairs(left, right, NEAR * max(reference.height, read.height))
    rules = score.Rules()
    into.lines += len(left)
    into.missed += len(left) - len(partners)
    into.extra += len(right) - len(partners)
    into.text += score.score(
        (line.text or "", right[partners[at]].text or "" if at in partners else "")
        for at, line in enumerate(left)
    )
    for at, other in partners.items():
        line, found = left[at], right[other]
        into.same_text += rules.prepared(line.text or "") == rules.prepared(found.text or "")
        into.same_baseline += _open(line.baseline) == _open(found.baseline)
        into.same_polygon += _open(line.mask) == _open(found.mask)
        into.near_polygon += _apart(line.mask, found.mask) <= 1


def pairs(left: Sequence[Line], right: Sequence[Line], limit: float) -> dict[int, int]:
    """Which line of `right` belongs to which of `left`, by their numbers."""
    if not left or not right:
        return {}
    apart = np.maximum(_distances(left, right), 0)
    found: dict[int, int] = {}
    taken: set[int] = set()
    for place in np.argsort(apart, axis=None, kind="stable"):
        here, there = (int(x) for x in np.unravel_index(place, apart.shape))
        if apart[here, there] > limit:
            break
        if here not in found and there not in taken:
            found[here] = there
            taken.add(there)
    return found


def _distances(left: Sequence[Line], right: Sequence[Line]) -> Any:
    """How far each two lines are apart: of points of the one to the other, the nearer way round.

    So part of a line is near to the whole; equal lines are nearest, since a difference in
    length adds a little.
    """
    ours, theirs = _drawn(left), _drawn(right)
    there = _to(ours, theirs)
    back = _to(theirs, ours).T
    return np.minimum(there, back) + 0.001 * np.maximum(there, back)


def _to(lines: Any, others: Any) -> Any:
    points = shapely.line_interpolate_point(lines[:, None], _POINTS[None, :], normalized=True)
    return shapely.distance(points[:, None, :], others[None, :, None]).mean(axis=2)


def _drawn(lines: Sequence[Line]) -> Any:
    return np.array([shapely.LineString(_foot(line)) for line in lines])


def _foot(line: Line) -> Points:
    """The baseline; without one, the foot of the mask's box; without any shape, a corner of the page."""
    if len(line.baseline) > 1:
        return line.baseline
    if not line.mask:
        return ((0, 0), (0, 0))
    left, _, right, bottom = box(line.mask)
    return ((left, bottom), (right, bottom))


def _open(points: Points) -> Points:
    """A polygon without its closing point, none of it twice in a row: not all formats keep these."""
    kept = tuple(point for at, point in enumerate(points) if not at or point != points[at - 1])
    return open_ring(kept)


def _apart(left: Points, right: Points) -> float:
    """Hausdorff distance of two outlines in pixels."""
    if len(left) < 2 or len(right) < 2:
        return 0.0 if left == right else float("inf")
    return float(shapely.hausdorff_distance(*(_ring(points) for points in (left, right))))


def _ring(points: Points) -> Any:
    return shapely.LineString((*points, points[0]))
