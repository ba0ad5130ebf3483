"""Read the blocks, lines, strings and glyphs of an ALTO page."""

from __future__ import annotations

from dataclasses import replace
from typing import get_args

from lxml import etree

from armarius.formats.alto_tags import OWN_ID, Tags
from armarius.formats.alto_text import HYP, from_cc, joined, mean
from armarius.formats.notes import shown
from armarius.formats.numbers import number, rectangle, share
from armarius.formats.reading import DERIVED_ID, DUMMY, Reading
from armarius.formats.safe_xml import attributes_of, local
from armarius.geometry import Points, box
from armarius.page import Direction, Extra, Glyph, Line, Region, Word
from armarius.page import Reading as OtherReading

JOINED_ID = "armarius_joined_"  # a glyph that continues the one before it: ALTO takes one code point each
BOX = ("HPOS", "VPOS", "WIDTH", "HEIGHT")
DIRECTIONS: dict[str, Direction] = {
    "ltr": "horizontal-lr",
    "rtl": "horizontal-rl",
    "ttb": "vertical-rl",
}
_KINDS = {"TextBlock": "text", "Illustration": "image", "GraphicalElement": "separator"}
PURPOSE = "armarius:reading"  # an ALTERNATIVE that reads the whole line


class LayoutReader:
    """Collects the regions, and the lines without one, of one file."""

    def __init__(self, reading: Reading, tags: Tags) -> None:
        self.reading, self.tags = reading, tags
        self.regions: list[Region] = []
        self.free_lines: list[Line] = []

    def block(self, element: etree._Element, space: str) -> None:
        """Take one block of a margin or the print space in."""
        name = element.get("ID") or ""
        if name.startswith((DUMMY, DERIVED_ID)):
            self.free_lines += self._lines(element)
            return
        region = self.region(element, space)
        if region is not None:
            self.regions.append(region)

    def region(self, element: etree._Element, space: str = "PrintSpace") -> Region | None:
        """The block as a region, its blocks inside it."""
        name = local(element)
        if name not in _KINDS and name != "ComposedBlock":
            self.reading.note(
                f"the element {shown(name)} is not known to ALTO; left out", element
            )
            return None
        reading, attributes = self.reading, attributes_of(element)
        identity = reading.id(attributes.pop("ID", None), "block", element)
        extra: list[Extra] = []
        polygon = self._shape(element, attributes, extra, "the outline of a block")
        kind = _KINDS.get(name) or _composed_kind(attributes)
        type_, own = self._tagged(element, attributes, "block", extra)
        direction = _direction(attributes, own)
        language = attributes.pop("LANG", "") or own.get("language", "")
        if "language" in attributes and not language:
            language = attributes.pop("language")
        lines, regions = self._content(element)
        if space != "PrintSpace":
            extra.append(Extra("alto", "space", space))
        extra += reading.attributes(attributes, element)
        return Region(
            id=identity,
            polygon=polygon,
            type=type_,
            kind=kind,
            lines=tuple(lines),
            regions=tuple(regions),
            direction=direction,
            language=language,
            extra=tuple(extra),
        )

    def _content(self, element: etree._Element) -> tuple[list[Line], list[Region]]:
        """Lines and regions inside a block; a block of ours inside it only carries its lines."""
        lines = self._lines(element)
        regions = []
        for child in element:
            if local(child) in ("Shape", "TextLine"):
                continue
            if (child.get("ID") or "").startswith(DERIVED_ID):
                lines += self._lines(child)
            elif (inner := self.region(child)) is not None:
                regions.append(inner)
        return lines, regions

    def _lines(self, element: etree._Element) -> list[Line]:
        return [self.line(child) for child in element if local(child) == "TextLine"]

    def line(self, element: etree._Element) -> Line:
        """One TextLine."""
        reading, attributes = self.reading, attributes_of(element)
        reading.count_line(element)
        identity = reading.id(attributes.pop("ID", None), "line", element)
        extra: list[Extra] = []
        place = tuple(attributes.get(key) for key in BOX)
        mask = self._shape(element, attributes, extra, "the mask of a line")
        baseline = self._baseline(attributes, mask, element)
        type_, own = self._tagged(element, attributes, "line", extra)
        content = _Content(self, element, place)
        text = content.text
        if "text" in own:
            text = own["text"]
        elif "no-text" in own:
            text = None
        return Line(
            id=identity,
            baseline=baseline,
            mask=mask,
            type=type_,
            text=None if text is None else reading.text(text, element),
            confidence=content.confidence,
            confidences=content.confidences,
            words=tuple(content.words),
            readings=tuple(content.readings),
            direction=_direction(attributes, own),
            language=attributes.pop("LANG", "") or own.get("language", ""),
            extra=(*extra, *reading.attributes(attributes, element)),
        )

    def _baseline(
        self, attributes: dict[str, str], mask: Points, element: etree._Element
    ) -> Points:
        text = attributes.pop("BASELINE", None)
        height = number(text)
        if (
            text is not None and height is not None and mask
        ):  # ALTO 4.0 and older: only a height
            left, _, right, _ = box(mask)
            return self.reading.clipped(
                ((left, height), (right, height)), "the baseline of a line", element
            )
        return self.reading.points(text, "the baseline of a line", element, 2)

    def _tagged(
        self, element: etree._Element, attributes: dict[str, str], role: str, extra: list[Extra]
    ) -> tuple[str, dict[str, str]]:
        """The type by the tags, and what our own marks say; other references are kept."""
        refs = attributes.pop("TAGREFS", "").split()
        own = self.tags.own(refs)
        type_ = self.tags.type_of(refs)
        for ref in refs:
            if ref not in self.tags.by_id:
                self.reading.note(
                    f"TAGREFS names {shown(ref)}, which is not in Tags; left out", element
                )
        refs = [r for r in refs if r in self.tags.by_id and not r.startswith(OWN_ID)]
        usual = self.tags.choose(type_, role) if type_ else ""
        if refs != ([usual] if usual and not usual.startswith(OWN_ID) else []):
            extra.append(Extra("alto", "@TAGREFS", " ".join(refs)))
        return type_, own

    def _shape(
        self, element: etree._Element, attributes: dict[str, str], extra: list[Extra], what: str
    ) -> Points:
        """Outline by the Shape, else by the rectangle; a rectangle that differs is kept."""
        place = [number(attributes.get(key)) for key in BOX]
        complete = None not in place
        corners = _corners(place)
        polygon: Points = ()
        first = element[0] if len(element) else None
        if first is not None and local(first) == "Shape":
            polygon = self._polygon(element, first, extra, what)
        if polygon:
            left, top, right, bottom = box(polygon)
            if complete and place != [left, top, right - left, bottom - top]:
                kept = " ".join(attributes[key] for key in BOX)
                extra.append(Extra("alto", "box", f"{kept} for {left} {top} {right} {bottom}"))
        elif complete:
            polygon = self.reading.clipped(corners, what, element)
        elif any(key in attributes for key in BOX):
            self.reading.note(f"{what} has no complete HPOS, VPOS, WIDTH and HEIGHT", element)
            return ()
        for key in BOX:
            attributes.pop(key, None)
        return polygon

    def _polygon(
        self, holder: etree._Element, shape: etree._Element, extra: list[Extra], what: str
    ) -> Points:
        form = shape[0] if len(shape) else None
        if form is not None and local(form) == "Polygon":
            return self.reading.points(form.get("POINTS"), what, form, 3)
        if form is not None:
            extra += self.reading.element(local(holder), shape)
        return ()

    def words(self, element: etree._Element) -> Word:
        """One String, or a HYP."""
        attributes = attributes_of(element)
        extra: list[Extra] = []
        polygon = self._shape(element, attributes, extra, "the outline of a word")
        text = attributes.pop("CONTENT", "")
        identity = self.reading.own_id(attributes.pop("ID", None), "string", element)
        confidence = self._confidence(attributes, "WC", element)
        glyphs: list[Glyph] = []
        for child in element:
            name = local(child)
            if name == "Glyph":
                self._glyph(child, glyphs)
            elif name == "ALTERNATIVE" and not (child.get("PURPOSE") or "").startswith(PURPOSE):
                extra += self.reading.element("String", child)
            elif name not in ("Shape", "ALTERNATIVE"):
                self.reading.note(f"the element {shown(name)} in a word is left out", child)
        extra += self.reading.attributes(attributes, element)
        if local(element) == "HYP":
            extra.append(HYP)
        return Word(text, polygon, confidence, tuple(glyphs), identity, tuple(extra))

    def _glyph(self, element: etree._Element, glyphs: list[Glyph]) -> None:
        attributes = attributes_of(element)
        text = attributes.pop("CONTENT", "")
        if attributes.get("ID", "").startswith(JOINED_ID) and glyphs:
            last = glyphs[-1]
            glyphs[-1] = Glyph(
                last.text + text, last.polygon, last.confidence, last.id, last.extra
            )
            return
        extra: list[Extra] = []
        polygon = self._shape(element, attributes, extra, "the outline of a character")
        identity = self.reading.own_id(attributes.pop("ID", None), "glyph", element)
        confidence = self._confidence(attributes, "GC", element)
        for child in element:
            if local(child) != "Shape":
                extra += self.reading.element("Glyph", child)
        extra += self.reading.attributes(attributes, element)
        glyphs.append(Glyph(text, polygon, confidence, identity, tuple(extra)))

    def _confidence(
        self, attributes: dict[str, str], name: str, element: etree._Element
    ) -> float | None:
        text = attributes.pop(name, None)
        value = share(text)
        if text is not None and value is None:
            self.reading.note(
                f"{name} is {shown(text)}, not a number from 0 to 1; left out", element
            )
        return value


class _Content:
    """What the children of a TextLine say."""

    def __init__(
        self, reader: LayoutReader, element: etree._Element, place: tuple[str | None, ...]
    ) -> None:
        self.words: list[Word] = []
        self.readings: list[OtherReading] = []
        self.confidence: float | None = None
        self.confidences: tuple[float, ...] = ()
        self.text: str | None = None
        strings = []
        for child in element:
            name = local(child)
            if name in ("String", "HYP"):
                strings.append(child)
            elif name == "SP":
                _keep_space(reader.reading, child, self.words)
            if name in ("String", "HYP") and not self._plain(child, element, place):
                self.words.append(reader.words(child))
            elif name not in ("String", "HYP", "SP", "Shape"):
                reader.reading.note(f"the element {shown(name)} in a line is left out", child)
        self._alternatives(strings[0]) if strings else None
        if self.words:
            self.text = joined(self.words)
            self.confidence = mean(self.words)

    def _plain(
        self, string: etree._Element, line: etree._Element, place: tuple[str | None, ...]
    ) -> bool:
        """Whether this String is just the text of the line; if so, take it."""
        if (
            sum(local(child) in ("String", "HYP") for child in line) != 1
            or local(string) == "HYP"
        ):
            return False
        own = attributes_of(string)
        cc = from_cc(own["CC"], own.get("CONTENT", "")) if "CC" in own else ()
        allowed = {
            "CONTENT",
            "WC",
            "TAGREFS",
            *(BOX if _same(string, place) else ()),
            *(["CC"] if cc else []),
        }
        if not allowed.issuperset(own) or any(
            local(child) != "ALTERNATIVE" for child in string
        ):
            return False
        refs = own.get("TAGREFS", "")
        if refs not in ("", "armarius_no_text") or ("WC" in own and share(own["WC"]) is None):
            return False
        self.text = None if refs else own.get("CONTENT", "")
        self.confidence = share(own.get("WC"))
        self.confidences = cc
        return True

    def _alternatives(self, string: etree._Element) -> None:
        """Other readings of the line: ours in any String, anybody's where the String is the line."""
        for child in string:
            if local(child) != "ALTERNATIVE":
                continue
            purpose = child.get("PURPOSE") or ""
            if purpose.startswith(PURPOSE):
                _, value, rest = [*purpose.split(" ", 2), "", ""][:3]
                extra = (Extra("alto", "@PURPOSE", rest),) if rest else ()
                self.readings.append(OtherReading(child.text or "", share(value), extra))
            elif not self.words:
                extra = (Extra("alto", "@PURPOSE", purpose),) if purpose else ()
                self.readings.append(OtherReading(child.text or "", None, extra))


def _keep_space(reading: Reading, element: etree._Element, words: list[Word]) -> None:
    if words and element.attrib:
        kept = reading.element("TextLine", element)
        words[-1] = replace(words[-1], extra=(*words[-1].extra, *kept))


def _same(string: etree._Element, place: tuple[str | None, ...]) -> bool:
    own = tuple(string.get(key) for key in BOX)
    return own == place or not any(own)


def _corners(place: list[float | None]) -> Points:
    left, top, width, height = (value or 0 for value in place)
    return rectangle(left, top, left + width, top + height)


def _composed_kind(attributes: dict[str, str]) -> str:
    kind = attributes.get("TYPE", "")
    if kind in ("", "text"):
        return "text"
    del attributes["TYPE"]
    return kind


def _direction(attributes: dict[str, str], own: dict[str, str]) -> Direction | None:
    value = attributes.get("BASEDIRECTION")
    if value in DIRECTIONS:
        del attributes["BASEDIRECTION"]
    wanted = own.get("direction")
    found = next((d for d in get_args(Direction) if d == wanted), None)
    return found or DIRECTIONS.get(value or "")
