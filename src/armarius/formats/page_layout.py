"""Read the regions, lines, words and glyphs of a PAGE file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import get_args

from lxml import etree

from armarius.formats import custom
from armarius.formats.languages import CODES
from armarius.formats.notes import shown
from armarius.formats.numbers import share
from armarius.formats.page_grammar import KINDS, REGIONS
from armarius.formats.reading import DERIVED, DERIVED_ID, DUMMY, Reading
from armarius.formats.safe_xml import attributes_of, local
from armarius.geometry import Points
from armarius.page import Direction, Extra, Glyph, Line, Region, Word
from armarius.page import Reading as OtherReading

CONFIDENCES, DIRECTION = "armarius:confidences", "armarius:direction"  # items of `custom`
_KNOWN = {
    "readingOrder": frozenset({"index"}),
    "structure": frozenset({"type"}),
    "language": frozenset({"type"}),
    DIRECTION: frozenset({"type"}),
    CONFIDENCES: frozenset({"bytes"}),
    DERIVED: frozenset({"coords", "region", "text"}),
}
# (readingDirection, textLineOrder) that we write for each direction.
DIRECTIONS: dict[Direction, tuple[str, str]] = {
    "horizontal-lr": ("left-to-right", ""),
    "horizontal-rl": ("right-to-left", ""),
    "vertical-rl": ("top-to-bottom", "right-to-left"),
    "vertical-lr": ("top-to-bottom", "left-to-right"),
}
LINES_TEXT = Extra("page", "text", "lines")  # the region's own text was that of its lines


@dataclass(frozen=True, slots=True)
class Custom:
    """The `custom` attribute of one element."""

    items: custom.Items
    rest: str

    def get(self, name: str, key: str) -> str:
        """One value, empty where it is not there."""
        return self.items.get(name, {}).get(key, "")

    def remaining(self, prefix: str = "") -> list[Extra]:
        """What is left of the attribute."""
        return [Extra("page", f"{prefix}@custom", self.rest)] if self.rest else []


class LayoutReader:
    """Collects the regions, and the lines without one, of one file."""

    def __init__(self, reading: Reading) -> None:
        self.reading = reading
        self.regions: list[Region] = []
        self.free_lines: list[Line] = []

    def is_region(self, element: etree._Element) -> bool:
        """Whether the element is a region of any kind."""
        return local(element) in KINDS or local(element) == "TableCell"

    def regions_of(self, page: etree._Element, *, ordered: bool) -> None:
        """Take the regions of the page in, in Transkribus' order where there is no other."""
        found: list[tuple[int | None, Region]] = []
        for child in page:
            if not self.is_region(child):
                continue
            if self._only_carries_lines(child):
                self.free_lines += self._lines(child)
            else:
                found.append((_order_index(child), self.region(child)))
        if ordered and all(index is not None for index, _ in found):
            found.sort(key=lambda pair: pair[0] or 0)
        self.regions += [region for _, region in found]

    def _only_carries_lines(self, element: etree._Element) -> bool:
        return (element.get("id") or "").startswith((DUMMY, DERIVED_ID))

    def custom(self, attributes: dict[str, str], name: str) -> Custom:
        """Take the `custom` attribute apart."""
        if not self.reading.grammar.attribute(name, "custom", ""):
            return Custom({}, "")
        return Custom(*custom.parse(attributes.pop("custom", ""), _KNOWN))

    def direction(self, name: str, attributes: dict[str, str], own: Custom) -> Direction | None:
        """The text direction; what does not fit ours stays among the attributes."""
        wanted = own.get(DIRECTION, "type")
        named = next((d for d in get_args(Direction) if d == wanted), None)
        reading, order = (
            attributes.get("readingDirection", ""),
            attributes.get("textLineOrder", ""),
        )
        found = None
        for direction, (value, lines) in DIRECTIONS.items():
            if reading == value and (
                lines in ("", order) or (not order and direction == "vertical-rl")
            ):
                found = direction
                break
        if found is None:
            return named
        del attributes["readingDirection"]
        if order and order == DIRECTIONS[found][1]:
            del attributes["textLineOrder"]
        return named or found

    def language(self, name: str, attributes: dict[str, str], own: Custom) -> str:
        """The language as BCP 47 where PAGE's name has a code."""
        exact = own.get("language", "type")
        key = "language" if name == "Word" else "primaryLanguage"
        if exact or not self.reading.grammar.attribute(name, key, attributes.get(key, "")):
            return exact
        value = attributes.pop(key, "")
        return CODES.get(value, value)

    def region(self, element: etree._Element) -> Region:
        """One region with all that is in it."""
        reading, attributes = self.reading, attributes_of(element)
        name = local(element)
        cell = _cell(attributes) if name == "TableCell" else ""
        name = "TextRegion" if cell else name
        identity = reading.id(attributes.pop("id", None), "region", element)
        own = self.custom(attributes, name)
        extra: list[Extra] = []
        kind, type_ = _kind_and_type(name, attributes, own, self.reading)
        direction = self.direction(name, attributes, own)
        language = self.language(name, attributes, own)
        polygon, regions, lines = self._content(element, name, own, extra)
        if cell:
            extra.append(Extra("page", "Roles", cell))
        extra += [*reading.attributes(attributes, element, name=name), *own.remaining()]
        extra = _text_of_lines(extra, lines)
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

    def _content(
        self, element: etree._Element, name: str, own: Custom, extra: list[Extra]
    ) -> tuple[Points, list[Region], list[Line]]:
        polygon: Points = ()
        regions: list[tuple[int | None, Region]] = []
        lines = self._lines(element)
        for child in element:
            part = local(child)
            if part == "Coords":
                polygon = self._coords(child, "the outline of a region", own, extra, 2)
            elif self.is_region(child):
                if self._only_carries_lines(child):
                    lines += self._lines(child)
                else:
                    regions.append((_order_index(child), self.region(child)))
            elif part != "TextLine":
                extra += self.reading.element(name, child)
        if all(index is not None for index, _ in regions):
            regions.sort(key=lambda pair: pair[0] or 0)
        return polygon, [region for _, region in regions], lines

    def _lines(self, element: etree._Element) -> list[Line]:
        found = [(_order_index(c), self.line(c)) for c in element if local(c) == "TextLine"]
        if all(index is not None for index, _ in found):
            found.sort(key=lambda pair: pair[0] or 0)
        return [line for _, line in found]

    def line(self, element: etree._Element) -> Line:
        """One TextLine."""
        reading, attributes = self.reading, attributes_of(element)
        reading.count_line(element)
        identity = reading.id(attributes.pop("id", None), "line", element)
        own = self.custom(attributes, "TextLine")
        extra: list[Extra] = []
        texts: list[OtherReading] = []
        words: list[Word] = []
        mask: Points = ()
        baseline: Points = ()
        for child in element:
            name = local(child)
            if name == "Coords":
                mask = self._coords(child, "the mask of a line", own, extra, 3)
            elif name == "Baseline":
                baseline = self._coords(
                    child, "the baseline of a line", Custom({}, ""), extra, 2
                )
            elif name == "Word":
                words.append(self._word(child))
            elif name != "TextEquiv":
                extra += reading.element("TextLine", child)
        texts = self._texts(element)
        text = texts[0].text if texts else None
        if not texts and not own.get(DERIVED, "text") and any(word.text for word in words):
            text = " ".join(word.text for word in words)
        if texts:
            extra += [replace(x, place=f"TextEquiv/{x.place}") for x in texts[0].extra]
        return Line(
            id=identity,
            baseline=baseline,
            mask=mask,
            type=own.get("structure", "type"),
            text=None if text is None else reading.text(text, element),
            confidence=texts[0].confidence if texts else None,
            confidences=_confidences(own, text),
            words=tuple(words),
            readings=tuple(texts[1:]),
            direction=self.direction("TextLine", attributes, own),
            language=self.language("TextLine", attributes, own),
            extra=(*extra, *reading.attributes(attributes, element), *own.remaining()),
        )

    def _texts(self, element: etree._Element) -> list[OtherReading]:
        """All TextEquiv, the main one first."""
        found: list[tuple[int, OtherReading]] = []
        for child in element:
            if local(child) != "TextEquiv":
                continue
            attributes = attributes_of(child)
            index = attributes.pop("index", "")
            value = attributes.pop("conf", None)
            confidence = share(value)
            if value is not None and confidence is None:
                self.reading.note(
                    f"conf is {shown(value)}, not a number from 0 to 1; left out", child
                )
            text, extra = "", self.reading.attributes(attributes, child)
            for part in child:
                if local(part) == "Unicode":
                    text = part.text or ""
                else:
                    extra += self.reading.element("TextEquiv", part)
            number = int(index) if index.isdecimal() else len(found)
            found.append((number, OtherReading(text, confidence, tuple(extra))))
        found.sort(key=lambda pair: pair[0])
        return [reading for _, reading in found]

    def _coords(
        self, element: etree._Element, what: str, own: Custom, extra: list[Extra], least: int
    ) -> Points:
        given = attributes_of(element)
        text = given.pop("points", None)
        if text is None:  # PAGE before 2013
            corners = [p for p in element if local(p) == "Point"]
            text = " ".join(f"{p.get('x')},{p.get('y')}" for p in corners)
        extra += self.reading.attributes(given, element, f"{local(element)}/")
        if own.get(DERIVED, "coords"):
            return ()
        return self.reading.points(text, what, element, least)

    def _placed(
        self, element: etree._Element
    ) -> tuple[str, Points, float | None, str, list[Extra]]:
        """What words and glyphs share: text, outline, confidence, id, the rest."""
        name = local(element)
        attributes = attributes_of(element)
        identity = self.reading.own_id(attributes.pop("id", None), name.lower(), element)
        own = self.custom(attributes, name)
        extra: list[Extra] = []
        polygon: Points = ()
        for child in element:
            part = local(child)
            if part == "Coords":
                polygon = self._coords(child, f"the outline of a {name.lower()}", own, extra, 3)
            elif part not in ("TextEquiv", "Glyph"):
                extra += self.reading.element(name, child)
        texts = self._texts(element)
        main = texts[0] if texts else OtherReading("")
        extra += [replace(x, place=f"TextEquiv/{x.place}") for x in main.extra]
        for child in _others(element) if len(texts) > 1 else []:
            extra += self.reading.element(name, child)
        extra += [*self.reading.attributes(attributes, element), *own.remaining()]
        return main.text, polygon, main.confidence, identity, extra

    def _word(self, element: etree._Element) -> Word:
        text, polygon, confidence, identity, extra = self._placed(element)
        glyphs = []
        for child in element:
            if local(child) == "Glyph":
                glyph = self._placed(child)
                glyphs.append(Glyph(*glyph[:4], tuple(glyph[4])))
        return Word(text, polygon, confidence, tuple(glyphs), identity, tuple(extra))


def _kind_and_type(
    name: str, attributes: dict[str, str], own: Custom, reading: Reading
) -> tuple[str, str]:
    kind = KINDS[name]
    type_ = own.get("structure", "type")
    given = attributes.get("type", "")
    if name == "CustomRegion":
        if given and given not in REGIONS:
            kind = attributes.pop("type")
    elif given and type_ in ("", given) and reading.grammar.attribute(name, "type", given):
        type_ = attributes.pop("type")
    return kind, type_


def _others(element: etree._Element) -> list[etree._Element]:
    """The TextEquiv that are not the main one: another index than the lowest, or later."""
    found = [child for child in element if local(child) == "TextEquiv"]
    main = min(
        range(len(found)),
        key=lambda n: int(i) if (i := found[n].get("index") or "").isdecimal() else n,
    )
    return found[:main] + found[main + 1 :]


def _order_index(element: etree._Element) -> int | None:
    """Transkribus' place of the element among its siblings."""
    text = element.get("custom")
    if not text or "readingOrder" not in text:
        return None
    index = custom.parse(text, _KNOWN)[0].get("readingOrder", {}).get("index", "")
    return int(index) if index.isdecimal() and len(index) < 10 else None


def _confidences(own: Custom, text: str | None) -> tuple[float, ...]:
    try:
        values = bytes.fromhex(own.get(CONFIDENCES, "bytes"))
    except ValueError:
        return ()
    return tuple(value / 255 for value in values) if len(values) == len(text or "") else ()


def _text_of_lines(extra: list[Extra], lines: list[Line]) -> list[Extra]:
    """The region's text is not kept where it only repeats its lines: it would grow stale."""
    found = [item for item in extra if item.place == "TextEquiv"]
    if len(found) != 1 or found[0].content != _region_text(lines):
        return extra
    return [LINES_TEXT if item.place == "TextEquiv" else item for item in extra]


def _region_text(lines: list[Line]) -> str:
    element = etree.Element("TextEquiv")
    etree.SubElement(element, "Unicode").text = lines_text(lines)
    text: str = etree.tostring(element, encoding="unicode")
    return text


def lines_text(lines: Sequence[Line]) -> str:
    """The texts of the lines as the text of their region."""
    return "\n".join(line.text or "" for line in lines)


def _cell(attributes: dict[str, str]) -> str:
    """Transkribus' TableCell as the Roles element of PAGE 2019."""
    names = {
        "row": "rowIndex",
        "col": "columnIndex",
        "rowSpan": "rowSpan",
        "colSpan": "colSpan",
    }
    element = etree.Element("Roles")
    role = etree.SubElement(element, "TableCellRole")
    for old, new in names.items():
        if (value := attributes.pop(old, "")).isdecimal():
            role.set(new, value)
    text: str = etree.tostring(element, encoding="unicode")
    return text
