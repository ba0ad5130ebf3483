"""The page tree: what formats, engines, bundles and the database exchange.

A page holds regions, a region holds lines and further regions, and lines may also
stand on the page without a region. Everything is frozen; a change makes a new tree.

Coordinates are pixels of the upright original image (EXIF orientation applied): x to
the right, y downwards, origin at the top left corner. Nothing here rounds.

Types are SegmOnto names, ``type:subtype#number`` (``MainZone:column#2``), or any other
word a project uses; the empty string means that no type is known.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal

from armarius.geometry import Points

DIRECTIONS = ("horizontal-lr", "horizontal-rl", "vertical-lr", "vertical-rl")
Direction = Literal["horizontal-lr", "horizontal-rl", "vertical-lr", "vertical-rl"]


@dataclass(frozen=True, slots=True)
class Extra:
    """Something of a file that the tree has no word for, kept so that it is not lost.

    Attributes:
        format: the format it came from (``alto``, ``page``); only that one writes it again.
        place: where it belongs, in the format's own terms (a child's position or an attribute name).
        content: the serialised XML element, or the attribute's value.
    """

    format: str
    place: str
    content: str


@dataclass(frozen=True, slots=True)
class Glyph:
    """One character as written on the page.

    Attributes:
        text: one grapheme, sometimes several code points.
        polygon: its outline in pixels, empty where unknown.
        confidence: 0 to 1, None where unknown.
    """

    text: str
    polygon: Points = ()
    confidence: float | None = None
    id: str = ""
    extra: tuple[Extra, ...] = ()


@dataclass(frozen=True, slots=True)
class Word:
    """A run of characters between spaces, in logical order."""

    text: str
    polygon: Points = ()
    confidence: float | None = None
    glyphs: tuple[Glyph, ...] = ()
    id: str = ""
    extra: tuple[Extra, ...] = ()


@dataclass(frozen=True, slots=True)
class Reading:
    """Another reading of the same line (PAGE: TextEquiv with a higher index)."""

    text: str
    confidence: float | None = None
    extra: tuple[Extra, ...] = ()


@dataclass(frozen=True, slots=True)
class Line:
    """A line of text.

    Attributes:
        id: unique in the page.
        baseline: polyline in reading direction, empty where unknown.
        mask: outline of the ink, empty where unknown.
        text: the transcription in logical order; None where there is none at all,
            which is not the same as an empty one.
        confidence: mean of the characters', 0 to 1.
        confidences: one number from 0 to 1 per code point of `text`, or empty.
        words: words with places where the file or the engine gives them.
        direction: None where it is the page's.
        language: as written in the file, BCP 47 where possible.
    """

    id: str
    baseline: Points = ()
    mask: Points = ()
    type: str = ""
    text: str | None = None
    confidence: float | None = None
    confidences: tuple[float, ...] = ()
    words: tuple[Word, ...] = ()
    readings: tuple[Reading, ...] = ()
    direction: Direction | None = None
    language: str = ""
    extra: tuple[Extra, ...] = ()


@dataclass(frozen=True, slots=True)
class Region:
    """A zone of the page.

    Attributes:
        kind: ``text``, or the format's own word for another one, lower case without
            "region" (``image``, ``table``, ``separator``, ``music``, ``maths`` ...).
        polygon: outline in pixels, empty where unknown.
    """

    id: str
    polygon: Points = ()
    type: str = ""
    kind: str = "text"
    lines: tuple[Line, ...] = ()
    regions: tuple[Region, ...] = ()
    direction: Direction | None = None
    language: str = ""
    extra: tuple[Extra, ...] = ()


@dataclass(frozen=True, slots=True)
class Order:
    """Reading order: ids of regions or lines, nested groups among them.

    Attributes:
        members: ids and groups in reading order (any order where `ordered` is False).
        ref: id of the region or line that the group itself stands for, if any.
    """

    members: tuple[str | Order, ...] = ()
    ordered: bool = True
    id: str = ""
    ref: str = ""
    extra: tuple[Extra, ...] = ()


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that was done to the page, and by what: its provenance.

    Attributes:
        kind: ``segmentation``, ``recognition``, ``import``, ``correction`` or another word.
        date: ISO 8601, empty where unknown.
        model: name of the model; `model_sha256` its hash, empty where there is none.
        parameters: flat, everything as text.
    """

    kind: str
    software: str = ""
    version: str = ""
    creator: str = ""
    date: str = ""
    model: str = ""
    model_sha256: str = ""
    description: str = ""
    parameters: Mapping[str, str] = field(default_factory=dict)
    id: str = ""
    extra: tuple[Extra, ...] = ()


@dataclass(frozen=True, slots=True)
class Annotation:
    """Something said of a part of the image, or of the text.

    Attributes:
        taxonomy: name of its kind.
        marker: how it is shown: ``rectangle`` and ``polygon`` on images, on texts ``background``,
            ``colour``, ``bold``, ``italic`` or ``underline``.
        colour: of its kind, like ``#0072b2``.
        polygon: corners in pixels; empty for one of a text.
        start_line, end_line: ids of lines, empty for one of an image; `start` and `end` are code
            points in their texts.
        quote: what stands there in the text, lines with line breaks between them.
        values: what it says, by the names of its kind's components.
    """

    taxonomy: str
    marker: str
    colour: str = ""
    polygon: Points = ()
    start_line: str = ""
    start: int = 0
    end_line: str = ""
    end: int = 0
    quote: str = ""
    values: Mapping[str, str] = field(default_factory=dict)
    comments: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Page:
    """A page image and all that is known of it.

    Attributes:
        image: file name as the file gives it, perhaps with a folder.
        width, height: size of the upright image in pixels, 0 where unknown.
        lines: lines that belong to no region.
        order: explicit reading order; None means the order in the tree.
    """

    image: str
    width: int
    height: int
    regions: tuple[Region, ...] = ()
    lines: tuple[Line, ...] = ()
    order: Order | None = None
    direction: Direction | None = None
    language: str = ""
    steps: tuple[Step, ...] = ()
    id: str = ""
    extra: tuple[Extra, ...] = ()
    annotations: tuple[Annotation, ...] = ()

    def all_regions(self) -> Iterator[Region]:
        """All regions, parents before their children."""
        for region in self.regions:
            yield from _within(region)

    def all_lines(self) -> Iterator[Line]:
        """All lines in the order of the tree: those of the regions, then the free ones."""
        for region in self.all_regions():
            yield from region.lines
        yield from self.lines

    def reading_order(self) -> list[Line]:
        """All lines, each once, in the explicit reading order where there is one."""
        if self.order is None:
            return list(self.all_lines())
        regions = {region.id: region for region in self.all_regions()}
        lines = {line.id: line for line in self.all_lines()}
        ordered: dict[str, Line] = {}
        for ref in _references(self.order):
            if ref in lines:
                ordered.setdefault(ref, lines[ref])
            elif ref in regions:
                ordered.update({x.id: x for x in regions[ref].lines if x.id not in ordered})
        ordered.update({key: line for key, line in lines.items() if key not in ordered})
        return list(ordered.values())


def _within(region: Region) -> Iterator[Region]:
    yield region
    for inner in region.regions:
        yield from _within(inner)


def _references(order: Order) -> Iterator[str]:
    if order.ref:
        yield order.ref
    for member in order.members:
        if isinstance(member, Order):
            yield from _references(member)
        else:
            yield member
