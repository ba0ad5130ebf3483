"""Text recognition with Kraken's models over the lines of a page tree.

A model reads what stands on the image from left to right (from top to bottom in vertical lines);
the Unicode bidirectional algorithm (UAX #9) then gives the logical order, in which all texts
of the tree are kept.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import regex
from threadpoolctl import threadpool_limits

from armarius.engines import ModelInfo, Tell, TranscribeOptions
from armarius.engines import kraken_models as models
from armarius.errors import ArmariusError, EngineError
from armarius.geometry import Points, box
from armarius.page import Direction, Glyph, Line, Page, Region, Word

if TYPE_CHECKING:
    from PIL.Image import Image

    from armarius.engines.fast.rec_cutting import Shape
    from armarius.engines.fast.rec_reading import Reader

log = logging.getLogger(__name__)

MASK_HEIGHT = 1800  # pixels that the page is scaled to when masks are computed, as in blla
_GRAPHEME = regex.compile(r"\X")
_SPACED = regex.compile(r"\S+")

Corners = tuple[int, int, int, int]
Placed = tuple[Line, Direction]
Kind = Literal["baselines", "bbox"]
# What reads lines of one kind: (image, shapes, kind) to one record each, with the shape's number.
Records = Callable[["Image", list[Any], Kind], Iterable[tuple[int, Any]]]
SOON = 8  # lines that are read before the first of them is told


@dataclass(frozen=True, slots=True)
class Model:
    """A recognition model and what runs it: the fast path's `reader`, None for Kraken itself."""

    path: Path
    info: ModelInfo
    reader: Reader | None

    def records(
        self,
        image: Image,
        shapes: list[Shape],
        kind: Kind,
        options: TranscribeOptions,
        soon: int,
    ) -> Iterable[tuple[int, Any]]:
        """What is read of each shape, in display order, with its number; in any order.

        `soon`: how many lines are read together before anything is given back, 0 for many.
        """
        if self.reader is None:
            from armarius.engines.reference import running

            return enumerate(
                running.records(self.path, self.info, image, shapes, kind, options)
            )
        from armarius.engines.fast import rec_lines, rec_records

        lines = rec_lines.inputs(self.reader, image, shapes, options.pad)
        return rec_records.records(self.reader, shapes, lines, options.batch_size, soon)


def read(
    model: Model,
    image: Image,
    page: Page,
    options: TranscribeOptions,
    mode: str,
    tell: Tell | None = None,
) -> dict[str, Line]:
    """Return each line of the page, by its id, with what was read; `tell` gets them one by one.

    Raises:
        EngineError: the page cannot be read.
    """
    lines = list(_with_directions(page, options))

    def records(image: Image, shapes: list[Any], kind: Kind) -> Iterable[tuple[int, Any]]:
        return model.records(image, shapes, kind, options, SOON if tell else 0)

    texts: dict[str, Line] = {}
    of_kind = _boxes if mode == "bbox" else _baselines

    try:
        with models.quietly(), threadpool_limits(limits=options.threads):
            for key, line in of_kind(records, image, lines, options):
                texts[key] = line
                if tell:
                    tell(line)
    except ArmariusError:
        raise
    except Exception as error:
        # Networks and geometry raise almost anything on odd lines; each is this page's failure.
        raise EngineError(f"The page cannot be read ({error}).") from error
    return texts


def _with_directions(page: Page, options: TranscribeOptions) -> Iterator[Placed]:
    """Every line with the direction that it, its region, the page or the options state."""

    def inside(region: Region, inherited: Direction) -> Iterator[Placed]:
        own = region.direction or inherited
        for line in region.lines:
            yield line, line.direction or own
        for inner in region.regions:
            yield from inside(inner, own)

    default = page.direction or options.direction
    for region in page.regions:
        yield from inside(region, default)
    for line in page.lines:
        yield line, line.direction or default


# --- along baselines ---------------------------------------------------------------------------


def _baselines(
    records: Records, image: Image, lines: Sequence[Placed], options: TranscribeOptions
) -> Iterator[tuple[str, Line]]:
    from armarius.engines.fast.rec_cutting import BaselineShape

    shaped = _shaped(image, lines)
    cut, wanted = [], []
    for line, direction in lines:
        baseline, mask = shaped[line.id]
        if len(baseline) < 2 or len(mask) < 3:  # no shape to cut out
            log.warning("line %s has no shape that can be cut out", line.id)
            yield line.id, _unread(line)
            continue
        wanted.append((line, direction))
        cut.append(BaselineShape(line.id, tuple(baseline), tuple(mask)))
    found = records(image, cut, "baselines")
    for number, record in found:
        line, direction = wanted[number]
        yield line.id, _read_line(line, record, direction, options)


def _shaped(
    image: Image, lines: Sequence[Placed]
) -> dict[str, tuple[list[tuple[int, int]], list[tuple[int, int]]]]:
    """Baseline and mask of every line, whole pixels within the image; missing ones are made."""
    shapes = {}
    for line, direction in lines:
        mask = _pixels(line.mask, image)
        baseline = _pixels(line.baseline, image)
        if not baseline and mask:
            baseline = _invented_baseline(mask, direction)
        shapes[line.id] = (baseline, mask)
    bare = [key for key, (baseline, mask) in shapes.items() if len(baseline) > 1 and not mask]
    if bare:
        others = [baseline for baseline, mask in shapes.values() if mask and baseline]
        for key, mask in zip(
            bare, _masks([shapes[key][0] for key in bare], others, image), strict=True
        ):
            shapes[key] = (shapes[key][0], mask)
    return shapes


def _masks(
    baselines: list[list[tuple[int, int]]], others: list[list[tuple[int, int]]], image: Image
) -> list[list[tuple[int, int]]]:
    """Masks round baselines as Kraken computes them; an empty one where it finds none."""
    from armarius.engines.fast.seg_masks import masks

    grey, scale = image.convert("L"), np.ones(2)
    if image.height > MASK_HEIGHT:
        size = int(image.width * MASK_HEIGHT / image.height), MASK_HEIGHT
        scale = np.divide(size, image.size)
        grey = grey.resize(size)
    small = [(np.array(line) * scale).astype(int).tolist() for line in (*baselines, *others)]
    found = masks(small, [], np.asarray(grey), top=False, only=range(len(baselines)))
    return [
        [] if mask is None else _pixels((np.array(mask) / scale).astype(int).tolist(), image)
        for mask in found[: len(baselines)]
    ]


def _invented_baseline(
    mask: Sequence[tuple[int, int]], direction: str
) -> list[tuple[int, int]]:
    """A straight baseline a quarter from the foot of the mask's box, in reading direction."""
    left, top, right, bottom = (round(x) for x in box(mask))
    if direction.startswith("vertical"):
        inward = (right - left) // 4
        x = left + inward if direction == "vertical-lr" else right - inward
        return [(x, top), (x, bottom)]
    y = bottom - (bottom - top) // 4
    return [(left, y), (right, y)] if direction == "horizontal-lr" else [(right, y), (left, y)]


def _pixels(points: Iterable[Sequence[float]], image: Image) -> list[tuple[int, int]]:
    """Whole pixels as Kraken's own parsers make them (cut, not rounded), within the image."""
    right, bottom = image.width - 1, image.height - 1
    kept: list[tuple[int, int]] = []
    for x, y in points:
        point = (min(max(int(x), 0), right), min(max(int(y), 0), bottom))
        if not kept or kept[-1] != point:
            kept.append(point)
    return kept


# --- in upright boxes ----------------------------------------------------------------------------


def _boxes(
    records: Records, image: Image, lines: Sequence[Placed], options: TranscribeOptions
) -> Iterator[tuple[str, Line]]:
    """Vertical lines are read on a page turned by a quarter, so that they run from left to right."""
    from PIL.Image import Transpose

    level = [placed for placed in lines if not placed[1].startswith("vertical")]
    upright = [placed for placed in lines if placed[1].startswith("vertical")]
    yield from _level_boxes(records, image, level, options, turned=False)
    if upright:
        turned = image.transpose(Transpose.ROTATE_90)
        yield from _level_boxes(records, turned, upright, options, turned=True)


def _level_boxes(
    records: Records,
    image: Image,
    lines: Sequence[Placed],
    options: TranscribeOptions,
    *,
    turned: bool,
) -> Iterator[tuple[str, Line]]:
    from armarius.engines.fast.rec_cutting import BoxShape

    cut, wanted = [], []
    for line, direction in lines:
        corners = _corners(line, image, turned=turned)
        if corners is None:
            log.warning("line %s has no area that can be cut out", line.id)
            yield line.id, _unread(line)
            continue
        wanted.append((line, direction))
        cut.append(BoxShape(line.id, corners))
    found = records(image, cut, "bbox")
    for number, record in found:
        line, direction = wanted[number]
        made = _read_line(line, record, direction, options)
        yield line.id, _turned_back(made, image.height) if turned else made


def _corners(line: Line, image: Image, *, turned: bool) -> Corners | None:
    """The line's upright box on `image`, which may be the page turned by a quarter to the left."""
    outline = line.mask or line.baseline
    if not outline:
        return None
    left, top, right, bottom = (int(x) for x in box(outline))
    if turned:
        left, top, right, bottom = top, image.height - right, bottom, image.height - left
    left, top = max(left, 0), max(top, 0)
    right, bottom = min(right, image.width), min(bottom, image.height)
    return (left, top, right, bottom) if right > left and bottom > top else None


def _turned_back(line: Line, width: int) -> Line:
    """Places on the turned page as places on the page, whose width is given."""

    def back(points: Points) -> Points:
        return tuple((width - y, x) for x, y in points)

    words = tuple(
        replace(
            word,
            polygon=back(word.polygon),
            glyphs=tuple(replace(glyph, polygon=back(glyph.polygon)) for glyph in word.glyphs),
        )
        for word in line.words
    )
    return replace(line, words=words)


# --- what was read -------------------------------------------------------------------------------


def _read_line(line: Line, record: Any, direction: str, options: TranscribeOptions) -> Line:
    """The line with text, confidences, words and characters, in logical order."""
    if options.bidi != "off":
        record = record.logical_order(_base(direction, options))
    text = str(record.prediction)
    if not text:
        return _unread(line)
    confidences = tuple(min(max(float(value), 0.0), 1.0) for value in record.confidences)
    return replace(
        line,
        text=text,
        confidences=confidences,
        confidence=sum(confidences) / len(confidences),
        words=tuple(_words(record, text, confidences)) if options.characters else (),
    )


def _base(direction: str, options: TranscribeOptions) -> str | None:
    """Base direction of the paragraph; None lets the first strong character decide (P2, P3)."""
    if options.bidi in ("L", "R"):
        return options.bidi
    return "R" if direction == "horizontal-rl" else None


def _words(record: Any, text: str, confidences: tuple[float, ...]) -> Iterator[Word]:
    for found in _SPACED.finditer(text):
        start, end = found.span()
        glyphs = []
        for grapheme in _GRAPHEME.finditer(found[0]):
            first, last = start + grapheme.start(), start + grapheme.end()
            share = confidences[first:last]
            place = _outline(record, first, last)
            glyphs.append(Glyph(grapheme[0], place, sum(share) / len(share)))
        share = confidences[start:end]
        place = _outline(record, start, end)
        yield Word(found[0], place, sum(share) / len(share), tuple(glyphs))


def _outline(record: Any, start: int, end: int) -> Points:
    """Outline of some characters; empty where Kraken's cut has no area."""
    polygon = record[start][1] if end - start == 1 else record[start:end][1]
    points = tuple(dict.fromkeys((float(x), float(y)) for x, y in polygon))
    return points if len(points) > 2 else ()


def _unread(line: Line) -> Line:
    return replace(line, text="", confidence=None, confidences=(), words=())
