"""Write the blocks, lines, strings and glyphs of an ALTO page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from lxml import etree

from armarius.formats.alto_layout import BOX, DIRECTIONS, JOINED_ID, PURPOSE
from armarius.formats.alto_tags import OWN, OWN_ID, Tag, Tags
from armarius.formats.alto_text import HYP, joined, mean, to_cc
from armarius.formats.numbers import exact_points, plain, rectangle
from armarius.formats.reading import DERIVED
from armarius.formats.writing import Writing
from armarius.geometry import Points, box
from armarius.page import Extra, Glyph, Line, Page, Reading, Region, Word

_BASE = {direction: value for value, direction in DIRECTIONS.items()}
_DERIVED_TAG = f"{OWN_ID}derived"
_NO_TEXT_TAG = f"{OWN_ID}no_text"
_ELEMENTS = {"text": "TextBlock", "image": "Illustration", "separator": "GraphicalElement"}


class LayoutWriter:
    """Writes regions and lines; makes the tags they need."""

    def __init__(self, writing: Writing, tags: Tags, element: etree._Element) -> None:
        self.writing, self.tags, self._element = writing, tags, element
        self._marks: dict[tuple[str, str], str] = {}
        self._joined = 0

    def page_marks(self, element: etree._Element, page: Page) -> None:
        """Language and direction of the page; ALTO has an attribute for the language only."""
        if page.language and not self._language(element, page.language):
            self._tag(f"{OWN_ID}page_language", page.language, "language")
        if page.direction:
            self._tag(f"{OWN_ID}page_direction", page.direction, "direction")

    def region(self, parent: etree._Element, region: Region) -> None:
        """One region with all that is in it."""
        writing = self.writing
        simple = not region.regions and (region.kind == "text" or not region.lines)
        name = _ELEMENTS.get(region.kind, "") if simple else ""
        element = writing.new(
            parent, name or "ComposedBlock", {"ID": writing.id(region.id, "block")}
        )
        self._shape(element, region.polygon, region.extra)
        refs = self._refs(region, "block")
        if not name and region.kind != "text":
            element.set("TYPE", writing.clean(region.kind))
        self._direction(element, region, refs)
        if region.language and not self._language(element, region.language):
            refs.append(self._mark("language", region.language))
        if refs:
            element.set("TAGREFS", " ".join(refs))
        writing.attributes(element, region.extra)
        if name == "TextBlock":
            self._lines(element, region.lines)
            return
        if region.lines:
            self.free(element, region.lines)
        for inner in region.regions:
            self.region(element, inner)

    def free(self, parent: etree._Element, lines: Sequence[Line]) -> None:
        """Lines that ALTO wants a block for: an invented one, dropped on reading."""
        if _DERIVED_TAG not in self.tags.by_id:
            self._tag(_DERIVED_TAG, DERIVED, "derived")
        attributes = {"ID": self.writing.id("", "block"), "TAGREFS": _DERIVED_TAG}
        self._lines(self.writing.new(parent, "TextBlock", attributes), lines)

    def _lines(self, parent: etree._Element, lines: Sequence[Line]) -> None:
        for line in lines:
            self._line(parent, line)

    def _line(self, parent: etree._Element, line: Line) -> None:
        writing = self.writing
        element = writing.new(parent, "TextLine", {"ID": writing.id(line.id, "line")})
        if len(line.baseline) > 1:
            element.set("BASELINE", exact_points(line.baseline))
        elif line.baseline:
            writing.losses.add("a baseline of one point is not written")
        place = self._shape(element, line.mask, line.extra)
        refs = self._refs(line, "line")
        self._direction(element, line, refs)
        if line.language and not self._language(element, line.language):
            refs.append(self._mark("language", line.language))
        if line.words:
            self._words(element, line, refs)
        else:
            self._plain(element, line, place)
        if refs:
            element.set("TAGREFS", " ".join(refs))
        if line.extra:
            writing.attributes(element, line.extra)

    def _plain(self, parent: etree._Element, line: Line, place: dict[str, str]) -> None:
        attributes = {"CONTENT": self.writing.clean(line.text or ""), **place}
        if line.confidence is not None:
            attributes["WC"] = _share(line.confidence)
        if line.confidences and len(line.confidences) == len(line.text or ""):
            attributes["CC"] = to_cc(line.confidences)
        if line.text is None:
            if _NO_TEXT_TAG not in self.tags.by_id:
                self._tag(_NO_TEXT_TAG, "no text", "no-text")
            attributes["TAGREFS"] = _NO_TEXT_TAG
        string = self.writing.new(parent, "String", attributes)
        for reading in line.readings:
            self._reading(string, reading, own=reading.confidence is not None)

    def _reading(self, string: etree._Element, reading: Reading, *, own: bool) -> None:
        purpose = next(
            (x.content for x in reading.extra if x == Extra("alto", "@PURPOSE", x.content)), ""
        )
        if own or purpose.startswith(PURPOSE):
            value = "" if reading.confidence is None else _share(reading.confidence)
            purpose = f"{PURPOSE} {value} {purpose}".rstrip(" ")
        element = self.writing.new(
            string, "ALTERNATIVE", {"PURPOSE": self.writing.clean(purpose)} if purpose else {}
        )
        element.text = self.writing.clean(reading.text)

    def _words(self, parent: etree._Element, line: Line, refs: list[str]) -> None:
        words = self._hyphen_last(line.words)
        text = joined(words)
        if line.text is None:
            refs.append(self._mark("no-text", "no text"))
        elif line.text != text:
            refs.append(self._mark("text", line.text))
        if line.confidences:
            self.writing.losses.add(
                "the confidences of single characters of a line with words are not written"
            )
        if line.confidence != mean(words):
            self.writing.losses.add(
                "the confidence of a line with words is not written, only theirs"
            )
        strings = self._strings(parent, words)
        for place, reading in enumerate(line.readings if strings else ()):
            self._reading(strings[0], reading, own=True)
            strings[0].insert(_after_shape(strings[0]) + place, strings[0][-1])

    def _strings(self, parent: etree._Element, words: Sequence[Word]) -> list[etree._Element]:
        """Strings with the SPs between them, and the HYP at the end."""
        strings = []
        for index, word in enumerate(words):
            if HYP in word.extra:
                self._hyp(parent, word)
                break
            if index:
                self._space(parent, words[index - 1])
            strings.append(self._string(parent, word, alone=len(words) == 1))
        else:
            self._kept_space(parent, words[-1])
        return strings

    def _hyphen_last(self, words: Sequence[Word]) -> list[Word]:
        """A HYP is only possible at the end, after a String; elsewhere it becomes a String."""
        kept = []
        for index, word in enumerate(words):
            last = index == len(words) - 1 and index > 0 and not (word.glyphs or word.id)
            if HYP not in word.extra or last:
                kept.append(word)
                continue
            self.writing.losses.add(
                "a HYP that is not at the end of its line is written as a String"
            )
            kept.append(replace(word, extra=tuple(x for x in word.extra if x != HYP)))
        return kept

    def _hyp(self, parent: etree._Element, word: Word) -> None:
        element = self.writing.new(parent, "HYP", {"CONTENT": self.writing.clean(word.text)})
        place = _rectangular(word.polygon)
        if word.polygon and place is None:
            left, top, right, bottom = box(word.polygon)
            place = (left, top, right - left, bottom - top)
            self.writing.losses.add("the outline of a HYP is written as a rectangle")
        if place:
            _put(element, place)
        self.writing.attributes(element, word.extra)

    def _space(self, parent: etree._Element, before: Word) -> None:
        if not self._kept_space(parent, before):
            self.writing.new(parent, "SP", {})

    def _kept_space(self, parent: etree._Element, before: Word) -> bool:
        kept = [item for item in before.extra if item.place == "SP"]
        return bool(kept) and bool(self.writing.appended(parent, kept[:1]))

    def _string(self, parent: etree._Element, word: Word, *, alone: bool) -> etree._Element:
        writing = self.writing
        element = writing.new(parent, "String", {})
        if word.id or alone:
            element.set("ID", writing.id(word.id, "string"))
        element.set("CONTENT", writing.clean(word.text))
        self._outline(element, word.polygon, word.extra)
        if word.confidence is not None:
            element.set("WC", _share(word.confidence))
        if word.extra:
            writing.attributes(element, word.extra)
            writing.elements(element, [x for x in word.extra if x.place == "ALTERNATIVE"])
        for glyph in word.glyphs:
            self._glyph(element, glyph)
        return element

    def _glyph(self, parent: etree._Element, glyph: Glyph) -> None:
        writing = self.writing
        text = writing.clean(glyph.text)
        if not text:
            writing.losses.add("a character without text is not written")
            return
        element = writing.new(parent, "Glyph", {"CONTENT": text[0]})
        if glyph.id:
            element.set("ID", writing.id(glyph.id, "glyph"))
        self._outline(element, glyph.polygon, glyph.extra)
        if glyph.confidence is not None:
            element.set("GC", _share(glyph.confidence))
        if glyph.extra:
            writing.attributes(element, glyph.extra)
            writing.elements(element, [x for x in glyph.extra if x.place == "Variant"])
        for character in text[1:]:  # ALTO allows one code point in a Glyph
            self._joined += 1
            writing.new(
                parent, "Glyph", {"ID": f"{JOINED_ID}{self._joined}", "CONTENT": character}
            )

    def _shape(
        self, element: etree._Element, polygon: Points, extra: tuple[Extra, ...]
    ) -> dict[str, str]:
        """Write outline and rectangle; returns the rectangle's attributes."""
        if len(polygon) < 3:
            if polygon:
                self.writing.losses.add("an outline of fewer than three points is not written")
            if extra:
                self.writing.elements(element, [x for x in extra if x.place == "Shape"])
            return {}
        left, top, right, bottom = box(polygon)
        place = _put(element, (left, top, right - left, bottom - top))
        for item in extra:
            if item.place == "box" and item.content.endswith(
                f" for {left} {top} {right} {bottom}"
            ):
                kept = dict(zip(BOX, item.content.split()[:4], strict=False))
                if all(self.writing.grammar.attribute("String", k, v) for k, v in kept.items()):
                    _set(element, kept)
        shape = self.writing.new(element, "Shape", {})
        self.writing.new(shape, "Polygon", {"POINTS": exact_points(polygon)})
        return place

    def _outline(
        self, element: etree._Element, polygon: Points, extra: tuple[Extra, ...]
    ) -> None:
        """Outline of a word or character: a rectangle needs no Shape."""
        place = _rectangular(polygon)
        if place is not None:
            _put(element, place)
        else:
            self._shape(element, polygon, extra)

    def _refs(self, item: Region | Line, role: str) -> list[str]:
        refs: list[str] = []
        for extra in item.extra:
            if extra.format == "alto" and extra.place == "@TAGREFS":
                refs = [ref for ref in extra.content.split() if ref in self.tags.by_id]
        if item.type == self.tags.type_of(refs):
            return refs
        refs = [ref for ref in refs if not self.tags.by_id[ref].names_type()]
        if not item.type:
            return refs
        chosen = self.tags.choose(item.type, role) or self._type_tag(item.type, role)
        return [chosen, *refs]

    def _type_tag(self, label: str, role: str) -> str:
        key = self.writing.free(f"{OWN_ID}{role}_1")
        tag = Tag(
            key, "OtherTag", self.writing.clean(label), description=f"{role} type {label}"
        )
        self._element_of(tag)
        self.tags.add(tag)
        self.tags.remember(label, role, key)
        return key

    def _direction(self, element: etree._Element, item: Region | Line, refs: list[str]) -> None:
        if item.direction is None:
            return
        base = _BASE.get(item.direction)
        if base and self.writing.grammar.attribute(_local(element), "BASEDIRECTION", base):
            element.set("BASEDIRECTION", base)
        else:
            refs.append(self._mark("direction", item.direction))

    def _language(self, element: etree._Element, language: str) -> bool:
        fits = self.writing.grammar.attribute(_local(element), "LANG", language)
        if fits and language == language.strip():
            element.set("LANG", language)
            return True
        return False

    def _mark(self, kind: str, value: str) -> str:
        key = (kind, value)
        if key not in self._marks:
            self._marks[key] = self._tag(self.writing.free(f"{OWN_ID}mark_1"), value, kind)
        return self._marks[key]

    def _tag(self, identity: str, label: str, kind: str) -> str:
        tag = Tag(identity, "OtherTag", self.writing.clean(label), OWN + kind)
        self._element_of(tag)
        return self.tags.add(tag)

    def _element_of(self, tag: Tag) -> None:
        attributes = {"ID": tag.id, "LABEL": tag.label}
        if tag.type:
            attributes["TYPE"] = tag.type
        if tag.description:
            attributes["DESCRIPTION"] = self.writing.clean(tag.description)
        self.writing.new(self._element, "OtherTag", attributes)


def _local(element: etree._Element) -> str:
    return str(element.tag).rpartition("}")[2]


def _share(value: float) -> str:
    return plain(min(max(value, 0.0), 1.0))


def _set(element: etree._Element, attributes: dict[str, str]) -> None:
    for name, value in attributes.items():
        element.set(name, value)


def _put(element: etree._Element, place: Sequence[float]) -> dict[str, str]:
    attributes = {key: plain(value) for key, value in zip(BOX, place, strict=True)}
    _set(element, attributes)
    return attributes


def _rectangular(polygon: Points) -> tuple[float, float, float, float] | None:
    """HPOS, VPOS, WIDTH, HEIGHT where they say all that the polygon says."""
    if len(polygon) != 4:
        return None
    (left, top), (right, bottom) = polygon[0], polygon[2]
    width, height = right - left, bottom - top
    same = polygon == rectangle(left, top, left + width, top + height)
    return (left, top, width, height) if same and width >= 0 and height >= 0 else None


def _after_shape(element: etree._Element) -> int:
    return int(len(element) > 0 and _local(element[0]) == "Shape")
