"""What the writers of ALTO and PAGE share: valid ids, clean text, foreign parts, losses."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from lxml import etree

from armarius.formats import safe_xml
from armarius.formats.grammar import NAME, Grammar
from armarius.formats.notes import Notes, shown
from armarius.formats.reading import DERIVED_ID
from armarius.formats.safe_xml import attributes_of, local
from armarius.page import Extra, Glyph, Line, Order, Page, Reading, Region, Step, Word

# What no XML 1.0 document may contain.
_FORBIDDEN = re.compile("[\0-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
XSI = "http://www.w3.org/2001/XMLSchema-instance"


class Writing:
    """One file being written: its ids, and what could not be kept.

    Args:
        page: the page that is written.
        form: the format's name in `Extra`.
        grammar: what its schema allows.
        id_name: the attribute that holds ids.
    """

    def __init__(self, page: Page, form: str, grammar: Grammar, id_name: str) -> None:
        self.format, self.grammar, self.losses = form, grammar, Notes()
        self._id_name = id_name
        self._used: set[str] = set()  # all ids that the file has or will have
        self._written: set[str] = set()
        self._renamed: dict[str, str] = {}
        self._numbers: dict[str, int] = {}
        self._ns = "{" + grammar.namespace + "}"
        for identity in _ids(page):
            self._claim(identity)

    def _claim(self, identity: str) -> None:
        if not identity or identity in self._renamed or identity in self._used:
            return  # the second of two equal ids is renamed when it is written
        if NAME.fullmatch(identity) and not identity.startswith(DERIVED_ID):
            self._used.add(identity)
            return
        new = self.free("".join(c if NAME.fullmatch(f"a{c}") else "_" for c in identity))
        self._renamed[identity] = new
        self.losses.add(
            f"the id {shown(identity)} is no XML name; it is written as {shown(new)}"
        )

    def free(self, stem: str) -> str:
        """A new id that begins with `stem`."""
        stem = stem if NAME.fullmatch(stem) and not stem.startswith(DERIVED_ID) else f"_{stem}"
        new, number = stem, self._numbers.get(stem, 1)
        while new in self._used:
            number += 1
            new = f"{stem}_{number}"
        self._numbers[stem] = number
        self._used.add(new)
        return new

    def id(self, identity: str, kind: str) -> str:
        """The id to write: itself, its XML form, or an invented one that readers drop."""
        if not identity:
            stem = f"{DERIVED_ID}{kind}"
            self._numbers[stem] = self._numbers.get(stem, 0) + 1
            return f"{stem}_{self._numbers[stem]}"
        new = self._renamed.get(identity, identity)
        if new in self._written:
            new = self.free(new)
            self.losses.add(
                f"the id {shown(identity)} stands twice; the second is written as {shown(new)}"
            )
        self._written.add(new)
        self._used.add(new)
        return new

    def target(self, ref: str) -> str:
        """The id that a reference must name, empty where there is nothing of that id."""
        new = self._renamed.get(ref, ref)
        if new in self._used and (ref in self._renamed or NAME.fullmatch(ref)):
            return new
        self.losses.add(f"the reading order names {shown(ref)}, which is not on the page")
        return ""

    def clean(self, text: str) -> str:
        """The text with U+FFFD for what XML forbids."""
        if _FORBIDDEN.search(text) is None:
            return text
        self.losses.add("a character that XML forbids is written as U+FFFD")
        return _FORBIDDEN.sub("\ufffd", text)

    def new(
        self, parent: etree._Element, name: str, attributes: dict[str, str]
    ) -> etree._Element:
        """A child element."""
        return etree.SubElement(parent, self._ns + name, attributes)

    def attributes(
        self, element: etree._Element, extra: Iterable[Extra], prefix: str = ""
    ) -> None:
        """Set the kept attributes that fit here and are not set already."""
        name, start = local(element), f"{prefix}@"
        for item in extra:
            if item.format != self.format or not item.place.startswith(start):
                continue
            key, value = item.place.removeprefix(start), self.clean(item.content)
            if element.get(key) is not None:
                continue
            if self.grammar.attribute(name, key, value) and not self._dangling(
                name, key, value
            ):
                element.set(key, value)
            else:
                self.losses.add(f"{key}={shown(value)} has no place in {name}")

    def _dangling(self, element: str, key: str, value: str) -> bool:
        return self.grammar.refers(element, key) and not self._used.issuperset(value.split())

    def elements(
        self,
        parent: etree._Element,
        extra: Iterable[Extra],
        prefix: str = "",
        parent_name: str = "",
    ) -> list[etree._Element]:
        """Put the kept elements that fit into their places among the children of `parent`."""
        name = parent_name or local(parent)
        placed = []
        for item in extra:
            child = item.place.removeprefix(prefix)
            if item.format != self.format or not item.place.startswith(prefix) or "@" in child:
                continue
            if "/" in child or self.grammar.position(name, child) < 0:
                continue
            element = self._fitting(item)
            if element is not None:
                parent.append(element)
                placed.append(element)
        if placed:
            place = self.grammar.position
            parent[:] = sorted(parent, key=lambda child: place(name, local(child)))
        return placed

    def appended(self, parent: etree._Element, extra: Iterable[Extra]) -> int:
        """Put the kept elements that fit at the end of `parent`; returns their number."""
        fitting = [element for item in extra if (element := self._fitting(item)) is not None]
        parent.extend(fitting)
        return len(fitting)

    def _fitting(self, item: Extra) -> etree._Element | None:
        element = safe_xml.fragment(item.content, self.grammar.namespace)
        if element is None or not self.grammar.fits(element) or not self._unique(element):
            self.losses.add(f"{shown(item.content)} has no valid place in the file")
            return None
        for part in element.iter(etree.Element):
            for key, value in attributes_of(part).items():
                if self._dangling(local(part), key, value):
                    del part.attrib[key]
                    self.losses.add(f"{key}={shown(value)} names what is not on the page")
        return element

    def _unique(self, element: etree._Element) -> bool:
        found = [
            str(part.get(self._id_name))
            for part in element.iter(etree.Element)
            if part.get(self._id_name)
        ]
        if len(set(found)) < len(found) or not self._used.isdisjoint(found):
            return False
        self._used.update(found)
        return True


def _ids(page: Page) -> Iterator[str]:
    """All ids of the tree, the more important ones first."""
    regions = list(page.all_regions())
    lines = list(page.all_lines())
    yield from (region.id for region in regions)
    yield from (line.id for line in lines)
    for line in lines:
        for word in line.words:
            yield word.id
            yield from (glyph.id for glyph in word.glyphs)
    if page.order is not None:
        yield from (group.id for group in _group_holders(page.order))
    yield from (step.id for step in page.steps)
    yield page.id


def foreign(page: Page, form: str) -> list[str]:
    """One sentence for each kind of thing that only another format can hold."""
    notes = Notes()
    for holder in _holders(page):
        for item in holder.extra:
            if item.format != form:
                notes.add(
                    f"{item.place} of {item.format.upper()} is kept in {item.format.upper()} files only"
                )
    return notes.sentences()


def _holders(
    page: Page,
) -> Iterator[Page | Region | Line | Word | Glyph | Reading | Order | Step]:
    yield page
    yield from page.steps
    yield from page.all_regions()
    for line in page.all_lines():
        yield line
        yield from line.readings
        for word in line.words:
            yield word
            yield from word.glyphs
    if page.order is not None:
        yield from _group_holders(page.order)


def _group_holders(order: Order) -> Iterator[Order]:
    yield order
    for member in order.members:
        if isinstance(member, Order):
            yield from _group_holders(member)
