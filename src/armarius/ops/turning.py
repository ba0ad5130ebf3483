"""Pages turned and cut: a new image is made of the old one, and everything on it goes along.

All coordinates are pixels of the page's image, so nothing else has to know of it: tiles, engines
and exports find an image and the shapes that lie on it. The old image stays, byte for byte, and a
snapshot of the page on it, which brings both back.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from math import ceil, cos, radians, sin
from typing import Any

from django.db import transaction
from django.utils import timezone

from armarius import __version__
from armarius.errors import ArmariusError, BadInput, Unavailable
from armarius.images import store
from armarius.models import (
    Annotation,
    Attempt,
    Document,
    FormerImage,
    Image,
    Job,
    JobItem,
    Line,
    LineText,
    Page,
    PageSnapshot,
    Region,
    User,
)
from armarius.ops import jobs, news, reading, snapshots

SMALLEST = 50  # pixels of a side of what is left
_PLACES = re.compile(r"\b(?:HPOS|VPOS|POINTS|points|BASELINE|x|left)\s*=", re.ASCII)

log = logging.getLogger(__name__)
Points = list[list[float]]


@dataclass(frozen=True, slots=True)
class Turn:
    """A rectangle that is cut out of an image, and how it is turned then.

    Attributes:
        crop: left, top, right, bottom in pixels of the image.
        degrees: clockwise.
    """

    crop: tuple[int, int, int, int]
    degrees: float

    def _rotation(self) -> tuple[float, float]:
        if self.degrees % 90 == 0:
            quarter = int(self.degrees) // 90 % 4
            return (1.0, 0.0, -1.0, 0.0)[quarter], (0.0, 1.0, 0.0, -1.0)[quarter]
        return cos(radians(self.degrees)), sin(radians(self.degrees))

    def place(self, points: Points, size: tuple[int, int]) -> Points:
        """Where points lie on the new image, which has this size."""
        c, s = self._rotation()
        left, top, right, bottom = self.crop
        x0, y0 = (left + right - 1) / 2, (top + bottom - 1) / 2
        x1, y1 = (size[0] - 1) / 2, (size[1] - 1) / 2
        moved = [
            (c * (x - x0) - s * (y - y0) + x1, s * (x - x0) + c * (y - y0) + y1)
            for x, y in points
        ]
        return [[_short(x), _short(y)] for x, y in moved]

    def size(self) -> tuple[int, int]:
        """Of the new image; for other angles than quarters as Pillow makes it, nearly."""
        c, s = (abs(x) for x in self._rotation())
        left, top, right, bottom = self.crop
        w, h = right - left, bottom - top
        return ceil(w * c + h * s), ceil(w * s + h * c)


def start(
    document: Document,
    pages: Sequence[Page],
    *,
    degrees: float = 0,
    crop: tuple[int, int, int, int] | None = None,
    by: User,
) -> Job:
    """Create the job that cuts and turns pages.

    Args:
        document: the pages' document.
        pages: with their images, in any order.
        degrees: clockwise.
        crop: left, top, right, bottom in pixels of the present image, cut before it is turned.
        by: who asks.

    Raises:
        BadInput: nothing to do, or nothing would be left of a page.
        Busy: too many open jobs.
    """
    degrees %= 360
    if not degrees and crop is None:
        raise BadInput("Say by how many degrees, or which rectangle is to be kept.")
    for page in pages:
        width, height = turn_of(page.image, crop, degrees).size()
        if min(width, height) < SMALLEST:
            raise BadInput(
                f"Of {page.name} {width} × {height} pixels would be left; {SMALLEST} are needed."
            )
    what = f"{len(pages)} pages" if len(pages) > 1 else pages[0].name
    return jobs.create(
        Job.Kind.TURN,
        project=document.project,
        document=document,
        by=by,
        title=f"{'Turn' if degrees else 'Cut'} {what} of {document.name}",
        items=[JobItem(name=page.name, page=page) for page in pages],
        parameters={"degrees": degrees, "crop": crop},
        lane="io",
    )


def turn_of(image: Image, crop: Sequence[int] | None, degrees: float) -> Turn:
    """What is done to this image; the rectangle ends at its edges."""
    left, top, right, bottom = crop or (0, 0, image.width, image.height)
    within = max(0, left), max(0, top), min(image.width, right), min(image.height, bottom)
    if within[0] >= within[2] or within[1] >= within[3]:
        raise BadInput("The rectangle lies outside the image.")
    return Turn(within, degrees)


def run(attempt: Attempt) -> None:
    """Do the waiting pages of a batch.

    Raises:
        Stopped, Superseded: from `jobs.check`.
        Unavailable: the disk is full.
    """
    waiting = attempt.batch.items.filter(state=JobItem.State.WAITING)
    for item in waiting.select_related("page__document__project", "page__image", "job"):
        jobs.check(attempt)
        page = item.page
        if page is None or page.deleted_at or page.document.deleted_at:
            _done(attempt, item, JobItem.State.SKIPPED, "The page was removed.")
            continue
        parameters = attempt.batch.job.parameters
        try:
            turn = turn_of(page.image, parameters["crop"], parameters["degrees"])
            crop = turn.crop if parameters["crop"] else None
            image = store.turned(page.image, page.name, crop=crop, degrees=turn.degrees)
        except Unavailable:
            raise
        except ArmariusError as error:
            _done(attempt, item, JobItem.State.FAILED, str(error))
            continue
        _store(attempt, item, page, turn, image)


def _done(attempt: Attempt, item: JobItem, state: str, message: str) -> None:
    with transaction.atomic():
        jobs.fence(attempt)
        jobs.item_done(attempt, item, state, message)


def _store(attempt: Attempt, item: JobItem, page: Page, turn: Turn, image: Image) -> None:
    """Give the page its new image, with all that lies on it, all or nothing."""
    by = attempt.batch.job.owner
    seen = page.image_id
    with transaction.atomic():
        jobs.fence(attempt)
        snapshots.lock(page)
        if page.image_id != seen:
            said = "The page got another image meanwhile and was left as it is."
            jobs.item_done(attempt, item, JobItem.State.SKIPPED, said)
            return
        reason = f"Before the page was {'turned' if turn.degrees else 'cut'}"
        before = snapshots.take(page, reason, by=by, blank=True)
        gone = _Moved(page, turn, (image.width, image.height)).write()
        _write_page(page, turn, image, before, by)
        jobs.item_done(
            attempt, item, JobItem.State.NOTED if gone else JobItem.State.DONE,
            f"{gone} regions and lines lay outside and were taken away." if gone else "",
        )  # fmt: skip
        what = {"page": page.pk, "document": page.document_id, "version": page.version}
        news.tell(page.document.project_id, "page", what)
    log.info("page %d: turned by %g degrees", page.pk, turn.degrees)


def _write_page(
    page: Page, turn: Turn, image: Image, before: PageSnapshot | None, by: User
) -> None:
    FormerImage.objects.create(page=page, image_id=page.image_id, by=by, snapshot=before)
    parameters = {"degrees": f"{turn.degrees:g}", "crop": ",".join(map(str, turn.crop))}
    step = {
        "kind": "rotation" if turn.degrees else "cropping",
        "software": "armarius",
        "version": __version__,
        "date": datetime.now(UTC).isoformat(timespec="seconds"),
        "parameters": parameters,
    }
    page.image = image
    page.steps = [*page.steps, step]
    page.extra = _without_places(page.extra)
    page.lines_count = Line.objects.filter(page=page).count()
    page.version += 1
    names = ["image", "steps", "extra", "order", "lines_count", "version", "updated_at"]
    page.save(update_fields=names)


class _Moved:
    """The shapes of a page on their way to another image."""

    def __init__(self, page: Page, turn: Turn, size: tuple[int, int]) -> None:
        self.page, self.turn, self.size = page, turn, size

    def write(self) -> int:
        """Move all of them, removed ones too; returns how many lay outside."""
        now = timezone.now()
        regions = list(Region.everything.filter(page=self.page))
        lines = list(Line.everything.filter(page=self.page))
        gone: set[str] = set()
        rows: list[Region | Line] = [*regions, *lines]
        for row in rows:
            out = self._move(row)
            row.extra = _without_places(row.extra)
            row.version += 1
            if out and row.deleted_at is None:
                row.deleted_at = now
                gone.add(row.key)
        away = {row.pk for row in regions if row.deleted_at == now}
        for line in lines:
            line.region_id = None if line.region_id in away else line.region_id
        for region in regions:
            region.parent_id = None if region.parent_id in away else region.parent_id
        moved = ["extra", "version", "deleted_at"]
        snapshots.overwrite(Region, regions, ["polygon", "parent", *moved])
        snapshots.overwrite(Line, lines, ["baseline", "mask", "region", *moved])
        self._texts()
        marked = list(Annotation.objects.filter(page=self.page).exclude(polygon=[]))
        for one in marked:
            one.polygon = self._inside(one.polygon)
            one.version += 1
        Annotation.objects.bulk_update(marked, ["polygon", "version"])
        self.page.order = reading.without(self.page.order, gone)
        return len(gone)

    def _move(self, row: Region | Line) -> bool:
        """Give a row its new shape; whether nothing of it is on the new image."""
        names = ("polygon",) if isinstance(row, Region) else ("baseline", "mask")
        shapes = {name: self.turn.place(getattr(row, name), self.size) for name in names}
        shown = {name: self._clipped(shape, name) for name, shape in shapes.items() if shape}
        for name, shape in shown.items():
            setattr(row, name, shape)
        return bool(shown) and not any(shown.values())

    def _clipped(self, points: Points, name: str) -> Points:
        """What of a shape lies on the new image."""
        right, bottom = self.size
        if all(-1 <= x <= right and -1 <= y <= bottom for x, y in points):
            return [[min(max(x, 0), right), min(max(y, 0), bottom)] for x, y in points]
        import shapely

        polygon = name != "baseline" and len(points) > 2
        line = shapely.LineString(points if len(points) > 1 else points * 2)
        shape = shapely.make_valid(shapely.Polygon(points)) if polygon else line
        found = shapely.intersection(shape, shapely.box(0, 0, right, bottom))
        wanted = "Polygon" if polygon else "LineString"
        parts = [
            part
            for part in shapely.get_parts(found)
            if part.geom_type == wanted and not part.is_empty
        ]
        if not parts:
            return []
        largest: Any = max(parts, key=lambda part: part.area if polygon else part.length)
        left = list(largest.exterior.coords[:-1] if polygon else largest.coords)
        first, last = (line.project(shapely.Point(left[end])) for end in (0, -1))
        if not polygon and first > last:
            left.reverse()
        return [[_short(x), _short(y)] for x, y in left]

    def _texts(self) -> None:
        """Words and characters of all layers."""
        found = LineText.objects.filter(line__page=self.page).exclude(words=None)
        rows = list(found)
        for text in rows:
            for word in (text.words or {}).get("words") or ():
                for one in (word, *word.get("glyphs", ())):
                    if one.get("polygon"):
                        one["polygon"] = self._inside(one["polygon"])
        if rows:
            LineText.objects.bulk_create(
                rows, update_conflicts=True, unique_fields=["id"], update_fields=["words"]
            )

    def _inside(self, points: Points) -> Points:
        right, bottom = self.size
        moved = self.turn.place(points, self.size)
        return [[min(max(x, 0), right), min(max(y, 0), bottom)] for x, y in moved]


def _short(value: float) -> float:
    """Hundredths of a pixel; whole numbers as such."""
    rounded = round(value, 2)
    return int(rounded) if rounded == int(rounded) else rounded


def _without_places(extra: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """What formats keep for themselves, without what tells places on the old image."""
    return [one for one in extra if not _PLACES.search(one.get("content", ""))]
