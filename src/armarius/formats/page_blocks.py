"""Write the regions, lines, words and glyphs of a PAGE file."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from lxml import etree

from armarius.formats import custom
from armarius.formats.languages import ALL, CODES, NAMES
from armarius.formats.numbers import plain, rectangle, rounded
from armarius.formats.page_grammar import REGIONS
from armarius.formats.page_layout import (
    CONFIDENCES,
    DIRECTION,
    DIRECTIONS,
    LINES_TEXT,
    lines_text,
)
from armarius.formats.reading import DERIVED
from armarius.formats.writing import Writing
from armarius.geometry import Points, box, ribbon, within
from armarius.page import Extra, Glyph, Line, Page, Reading, Region, Word


class LayoutWriter:
    """Writes regions and lines; draws the outlines that PAGE demands and nobody drew."""

    def __init__(self, writing: Writing, page: Page) -> None:
        self.writing, self.width, self.height = writing, page.width, page.height
        # Height of a line that nobody measured: 40 to 60 fit on an ordinary page.
        self._height = max(page.height / 50, 10)

    def common(
        self,
        element: etree._Element,
        item: Page | Region | Line,
        extra: tuple[Extra, ...],
        prefix: str = "",
        items: Iterable[str] = (),
    ) -> None:
        """Attributes that pages, regions and lines share: direction, language, custom, the rest."""
        name = _local(element)
        own = list(items)
        if item.direction is not None and not self._direction(element, name, item.direction):
            own.append(custom.item(DIRECTION, type=item.direction))
        if item.language and not self._language(element, name, item.language, extra, prefix):
            own.append(custom.item("language", type=self.writing.clean(item.language)))
        own += [
            x.content for x in extra if x.format == "page" and x.place == f"{prefix}@custom"
        ]
        if own:
            element.set("custom", self.writing.clean(" ".join(own)))
        if extra:
            self.writing.attributes(element, extra, prefix)

    def region(self, parent: etree._Element, region: Region, place: int) -> None:
        """One region with all that is in it."""
        writing = self.writing
        name = REGIONS.get(region.kind, "CustomRegion")
        element = writing.new(parent, name, {"id": writing.id(region.id, "region")})
        if region.kind not in REGIONS:
            element.set("type", writing.clean(region.kind))
        items = [custom.item("readingOrder", index=str(place))]
        if region.type:
            items.append(custom.item("structure", type=writing.clean(region.type)))
            kept = any(x.place == "@type" and x.format == "page" for x in region.extra)
            if (
                name != "CustomRegion"
                and not kept
                and writing.grammar.attribute(name, "type", region.type)
            ):
                element.set("type", region.type)
        if not self._outline(element, region.polygon, lambda: self._round_content(region), 2):
            items.append(custom.item(DERIVED, coords="true"))
        self.common(element, region, region.extra, "", items)
        self._coords_extra(element, region.extra)
        for index, inner in enumerate(region.regions):
            self.region(element, inner, index)
        if name == "TextRegion":
            self._lines(element, region.lines)
            if LINES_TEXT in region.extra:
                self._text(element, lines_text(region.lines), None, ())
        elif region.lines:
            self.free(element, region.lines, len(region.regions))
        if region.extra:
            writing.elements(element, region.extra)

    def free(self, parent: etree._Element, lines: Sequence[Line], place: int) -> None:
        """Lines that PAGE wants a TextRegion for: an invented one, dropped on reading."""
        element = self.writing.new(parent, "TextRegion", {"id": self.writing.id("", "region")})
        marks = (
            custom.item("readingOrder", index=str(place)),
            custom.item(DERIVED, region="true"),
        )
        element.set("custom", " ".join(marks))
        self._outline(element, (), lambda: self._round_lines(lines), 2)
        self._lines(element, lines)

    def _lines(self, parent: etree._Element, lines: Sequence[Line]) -> None:
        for place, line in enumerate(lines):
            self._line(parent, line, place)

    def _line(self, parent: etree._Element, line: Line, place: int) -> None:
        writing = self.writing
        element = writing.new(parent, "TextLine", {"id": writing.id(line.id, "line")})
        items = [custom.item("readingOrder", index=str(place))]
        if line.type:
            items.append(custom.item("structure", type=writing.clean(line.type)))
        if line.confidences and len(line.confidences) == len(line.text or ""):
            values = bytes(round(min(max(c, 0), 1) * 255) for c in line.confidences)
            items.append(custom.item(CONFIDENCES, bytes=values.hex()))
        derived = {}
        if not self._outline(element, line.mask, lambda: self._round_line(line), 3):
            derived["coords"] = "true"
        if line.text is None and any(word.text for word in line.words):
            derived["text"] = "true"  # the words' text is not the line's
        if derived:
            items.append(custom.item(DERIVED, **derived))
        self.common(element, line, line.extra, "", items)
        if len(line.baseline) > 1:
            writing.new(element, "Baseline", {"points": self._points(line.baseline)})
        elif line.baseline:
            writing.losses.add("a baseline of one point is not written")
        for word in line.words:
            self._word(element, word, line)
        self._texts(element, line)
        if line.extra:
            self._coords_extra(element, line.extra)
            writing.elements(element, line.extra)

    def _texts(self, element: etree._Element, line: Line) -> None:
        several = bool(line.readings)
        if line.text is None and several:
            self.writing.losses.add("the other readings of a line without text are not written")
        elif line.text is not None:
            self._text(element, line.text, line.confidence, line.extra, 0 if several else None)
            for number, reading in enumerate(line.readings, 1):
                self._text_of_reading(element, reading, number)
        elif line.confidence is not None:
            self.writing.losses.add("the confidence of a line without text is not written")

    def _text_of_reading(self, element: etree._Element, reading: Reading, number: int) -> None:
        renamed = tuple(
            Extra(x.format, f"TextEquiv/{x.place}", x.content) for x in reading.extra
        )
        self._text(element, reading.text, reading.confidence, renamed, number)

    def _text(
        self,
        parent: etree._Element,
        text: str,
        confidence: float | None,
        extra: tuple[Extra, ...],
        index: int | None = None,
    ) -> None:
        element = self.writing.new(
            parent, "TextEquiv", {} if index is None else {"index": str(index)}
        )
        if confidence is not None:
            element.set("conf", plain(min(max(confidence, 0.0), 1.0)))
        self.writing.new(element, "Unicode", {}).text = self.writing.clean(text)
        if extra:
            self.writing.attributes(element, extra, "TextEquiv/")
            self.writing.elements(element, extra, "TextEquiv/")

    def _word(self, parent: etree._Element, word: Word, line: Line) -> None:
        element = self._placed(parent, "Word", word, lambda: self._round_line(line))
        for glyph in word.glyphs:
            inner = self._placed(
                element, "Glyph", glyph, lambda: word.polygon or self._round_line(line)
            )
            self._finish(inner, glyph)
        self._finish(element, word)

    def _placed(
        self, parent: etree._Element, name: str, item: Word | Glyph, near: Callable[[], Points]
    ) -> etree._Element:
        element = self.writing.new(parent, name, {"id": self.writing.id(item.id, name.lower())})
        drawn = self._outline(element, item.polygon, near, 3)
        own = [] if drawn else [custom.item(DERIVED, coords="true")]
        own += [x.content for x in item.extra if x.format == "page" and x.place == "@custom"]
        if own:
            element.set("custom", self.writing.clean(" ".join(own)))
        return element

    def _finish(self, element: etree._Element, item: Word | Glyph) -> None:
        self._text(element, item.text, item.confidence, item.extra)
        if item.extra:
            self.writing.attributes(element, item.extra)
            self._coords_extra(element, item.extra)
            self.writing.elements(element, item.extra)

    def _outline(
        self,
        element: etree._Element,
        polygon: Points,
        derived: Callable[[], Points],
        least: int,
    ) -> bool:
        """Write Coords; False where they had to be invented."""
        if len(polygon) >= least:
            self.writing.new(element, "Coords", {"points": self._points(polygon)})
            return True
        if polygon:
            self.writing.losses.add("an outline of too few points is not written")
        invented = rounded(within(derived(), self.width, self.height))
        self.writing.new(element, "Coords", {"points": _joined(invented)})
        return False

    def _points(self, points: Points) -> str:
        whole = rounded(points)
        if whole != points:
            self.writing.losses.add("coordinates are rounded to whole pixels, none below 0")
        return _joined(whole)

    def _coords_extra(self, element: etree._Element, extra: tuple[Extra, ...]) -> None:
        for child in element if extra else ():
            name = _local(child)
            if name in ("Coords", "Baseline"):
                self.writing.attributes(child, extra, f"{name}/")

    def _direction(self, element: etree._Element, name: str, direction: str) -> bool:
        """Write the direction as attributes; False where they do not say it all."""
        reading, order = next(value for key, value in DIRECTIONS.items() if key == direction)
        if not self.writing.grammar.attribute(name, "readingDirection", reading):
            return False
        element.set("readingDirection", reading)
        if order and self.writing.grammar.attribute(name, "textLineOrder", order):
            element.set("textLineOrder", order)
            return True
        return direction != "vertical-lr"

    def _language(
        self,
        element: etree._Element,
        name: str,
        language: str,
        extra: tuple[Extra, ...],
        prefix: str,
    ) -> bool:
        value = NAMES.get(language, language)
        if any(x.place == f"{prefix}@primaryLanguage" and x.format == "page" for x in extra):
            return False
        if value not in ALL or CODES.get(value, value) != language:
            return False
        if not self.writing.grammar.attribute(name, "primaryLanguage", value):
            return False
        element.set("primaryLanguage", value)
        return True

    def _round_line(self, line: Line) -> Points:
        """Outline of a line from its mask, baseline or words, else the corner of the page."""
        if line.mask:
            return line.mask
        if len(line.baseline) > 1:
            return ribbon(line.baseline, self._height * 0.7, self._height * 0.3)
        points = [point for word in line.words for point in word.polygon]
        return rectangle(*box(points)) if points else rectangle(0, 0, 0, 0)

    def _round_lines(self, lines: Iterable[Line]) -> Points:
        shaped = (line for line in lines if line.mask or line.baseline or line.words)
        return self._box([point for line in shaped for point in self._round_line(line)])

    def _round_content(self, region: Region) -> Points:
        return self._box(list(self._all_points(region)))

    def _all_points(self, region: Region) -> Iterator[tuple[float, float]]:
        yield from region.polygon
        for line in region.lines:
            if line.mask or line.baseline or line.words:
                yield from self._round_line(line)
        for inner in region.regions:
            yield from self._all_points(inner)

    def _box(self, points: Sequence[tuple[float, float]]) -> Points:
        return rectangle(*box(points)) if points else rectangle(0, 0, self.width, self.height)


def _local(element: etree._Element) -> str:
    return str(element.tag).rpartition("}")[2]


def _joined(points: Points) -> str:
    """PAGE's form; one point is written twice, since the schema asks for two."""
    pairs = [f"{x},{y}" for x, y in points]
    return " ".join(pairs * 2 if len(pairs) == 1 else pairs)
