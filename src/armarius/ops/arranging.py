"""Lines and regions put into order, and lines into regions, by where they stand on the page.

The order is the one that the engine finds by (`seg_order`); here regions inside regions are ordered
too, and vertical pages are turned first, so that their columns are read as lines are.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any, Literal, cast

from django.db import transaction

from armarius import geometry
from armarius.errors import BadInput, Conflict
from armarius.models import Line, Page, Region, User
from armarius.ops import drawing, reading, snapshots

Scope = Literal["page", "regions", "lines"]
Row = dict[str, Any]


def order(
    page: Page, direction: str | None, scope: Scope, *, version: int | None, by: User
) -> dict[str, Any]:
    """Put regions and lines into reading order; see `api.layout.OrderIn`.

    Returns:
        As `drawing.draw`, and `order`: the ids of all lines as they are read now.

    Raises:
        Conflict: the page is no longer at `version`.
    """
    with transaction.atomic():
        _hold(page, version)
        sheet = _Sheet(page, direction or page.direction or page.document.direction)
        if not sheet.lines and not sheet.regions:
            return _unchanged(page)
        wanted, regions = sheet.arranged(scope)
        nothing = drawing.Changes()
        drawn = drawing.draw(
            page,
            nothing,
            nothing,
            wanted,
            by=by,
            region_order=None if scope == "lines" else regions,
        )
    return drawn | {"order": wanted}


def link(
    page: Page,
    line_ids: Sequence[int] | None,
    *,
    version: int | None,
    by: User,
    unlink: bool = False,
    only_free: bool = False,
) -> dict[str, Any]:
    """Put lines into the smallest region that holds half of them or more, or out of all regions.

    A line that no region holds stays where it is.

    Returns:
        As `order`; with nothing to change, the page as it is.

    Raises:
        Conflict: the page is no longer at `version`.
        BadInput: a line is not on this page.
    """
    with transaction.atomic():
        _hold(page, version)
        rows = {row.pk: row for row in Line.objects.filter(page=page)}
        if missing := set(line_ids or ()) - rows.keys():
            raise BadInput(f"There is no line {min(missing)} on this page.")
        chosen = [rows[pk] for pk in dict.fromkeys(rows if line_ids is None else line_ids)]
        if only_free:
            chosen = [row for row in chosen if row.region_id is None]
        homes: Mapping[int, int | None] = (
            dict.fromkeys((row.pk for row in chosen), None) if unlink else _homes(page, chosen)
        )
        update = [
            {"id": row.pk, "version": row.version, "region": homes[row.pk]}
            for row in chosen
            if row.pk in homes and homes[row.pk] != row.region_id
        ]
        nothing = drawing.Changes()
        if not update:
            return _unchanged(page)
        drawn = drawing.draw(page, nothing, drawing.Changes(update=update), None, by=by)
        return drawn | {"order": _Sheet(page, "").sequence}


def _hold(page: Page, version: int | None) -> None:
    snapshots.lock(page)
    if version is not None and version != page.version:
        now = {"id": page.pk, "version": page.version}
        raise Conflict("Somebody changed this page meanwhile. Load it again.", [now])


def _unchanged(page: Page) -> dict[str, Any]:
    nothing: dict[str, Any] = {"version": page.version, "regions": [], "lines": [], "texts": []}
    return nothing | {"order": _Sheet(page, "").sequence}


class _Sheet:
    """The shapes of a page, and the order that follows from their boxes."""

    def __init__(self, page: Page, direction: str) -> None:
        self.direction = direction
        zones = Region.objects.filter(page=page).order_by("position", "id")
        self.regions = cast(
            "list[Row]", list(zones.values("id", "key", "parent_id", "position", "polygon"))
        )
        lines = Line.objects.filter(page=page)
        self.lines = cast(
            "list[Row]",
            list(lines.values("id", "key", "region_id", "position", "baseline", "mask")),
        )
        self.sequence = reading.sequence(page.order, self.regions, self.lines)
        self._boxes = {row["id"]: _box(row["baseline"] or row["mask"]) for row in self.lines}
        homes = {row["id"]: row["region_id"] for row in self.lines}
        self._inside: dict[int | None, list[int]] = defaultdict(list)
        for pk in self.sequence:
            self._inside[homes[pk]].append(pk)
        self._below: dict[int | None, list[Row]] = defaultdict(list)
        for row in self.regions:
            self._below[row["parent_id"]].append(row)

    def arranged(self, scope: Scope) -> tuple[list[int], list[int]]:
        """Ids of all lines and of all regions, in order."""
        if scope != "regions":
            for home, held in self._inside.items():
                if home is not None:
                    self._inside[home] = self._sorted(held, [self._boxes[pk] for pk in held])
        if scope == "lines":
            return self._same_places(), [row["id"] for row in self.regions]
        lines: list[int] = []
        regions: list[int] = []
        self._walk(None, lines, regions)
        return lines, regions

    def _walk(self, home: int | None, lines: list[int], regions: list[int]) -> None:
        """Add what stands in a region: its lines, then the regions inside; on the page both mixed."""
        below = {row["id"]: row for row in self._below[home]}
        own = self._inside[home]
        if home is not None:
            lines += own
            own = []
        things = [("line", pk) for pk in own] + [("region", pk) for pk in below]
        boxes = [self._boxes[pk] for pk in own] + [self._outer(row) for row in below.values()]
        for kind, pk in self._sorted(things, boxes):
            if kind == "line":
                lines.append(pk)
            else:
                regions.append(pk)
                self._walk(pk, lines, regions)

    def _outer(self, region: Row) -> geometry.Box | None:
        """The box of a region, or else of the lines in it."""
        found = _box(region["polygon"])
        boxes = [box for pk in self._inside[region["id"]] if (box := self._boxes[pk])]
        return found or (
            geometry.box([p for b in boxes for p in (b[:2], b[2:])]) if boxes else None
        )

    def _same_places(self) -> list[int]:
        """The present order, with the lines of each region sorted among their places."""
        homes = {row["id"]: row["region_id"] for row in self.lines}
        waiting = {home: iter(held) for home, held in self._inside.items()}
        return [next(waiting[homes[pk]]) for pk in self.sequence]

    def _sorted(self, things: list[Any], boxes: Sequence[geometry.Box | None]) -> list[Any]:
        """Things in the order of their boxes; those without one keep their order, at the end."""
        from armarius.engines.fast.seg_order import order_boxes

        placed = [n for n, box in enumerate(boxes) if box]
        if not placed:
            return things
        import numpy as np

        turned = np.array([self._turned(boxes[n]) for n in placed], dtype=float)
        rightwards = self.direction != "horizontal-rl"
        found = [placed[n] for n in order_boxes(turned, rightwards=rightwards)]
        return [things[n] for n in (*found, *(n for n, box in enumerate(boxes) if not box))]

    def _turned(self, box: geometry.Box | None) -> geometry.Box:
        """The box as it would stand if the writing ran from left to right or right to left."""
        left, top, right, bottom = box or (0, 0, 0, 0)
        if self.direction == "vertical-rl":
            return (top, -right, bottom, -left)
        if self.direction == "vertical-lr":
            return (top, left, bottom, right)
        return (left, top, right, bottom)


def _box(points: Sequence[Sequence[float]]) -> geometry.Box | None:
    return geometry.box([(x, y) for x, y in points]) if points else None


def _homes(page: Page, rows: Sequence[Line]) -> dict[int, int]:
    """For each line that a region holds, that region's id."""
    regions = list(Region.objects.filter(page=page).values_list("pk", "polygon"))
    shapes = [row.baseline if len(row.baseline) > 1 else row.mask for row in rows]
    found = geometry.homes(shapes, [polygon for _, polygon in regions])
    return {
        row.pk: regions[home][0]
        for row, home in zip(rows, found, strict=True)
        if home is not None
    }
