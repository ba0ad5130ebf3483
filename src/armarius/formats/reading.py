"""What the readers of ALTO and PAGE share: ids, coordinates within the page, limits, notes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple, cast

from lxml import etree

from armarius.errors import FormatError
from armarius.formats import safe_xml
from armarius.formats.grammar import NAME, Grammar
from armarius.formats.notes import Notes, shown
from armarius.formats.numbers import parse_points
from armarius.formats.safe_xml import line_of, local
from armarius.geometry import Points, simple_rings
from armarius.page import Extra, Order, Page

LINES = 5_000  # on one page
CHARACTERS = 10_000  # in one line
KEPT = 20_000  # elements without a word in the tree
JUMPS = 100  # references from group to group in a reading order: each costs a search
DERIVED = "armarius:derived"  # marks what we had to invent because a schema demands it
DERIVED_ID = "armarius_derived_"  # begins every invented id
DUMMY = "eSc_dummyblock_"  # eScriptorium's block round lines without a region


class ReadResult(NamedTuple):
    """A page and, one sentence each, what was repaired, assumed or left out."""

    page: Page
    notes: list[str]


class Reading:
    """One file being read: the notes so far, the ids given, the size of the page.

    Args:
        file: its name, for messages.
        root: its root element.
        id_name: the attribute that holds ids.
        form: the format's name in `Extra`.
        grammar: what the version that we write allows.
    """

    def __init__(
        self, file: str, root: etree._Element, id_name: str, form: str, grammar: Grammar
    ) -> None:
        self.file, self.format, self.grammar, self._id_name = file, form, grammar, id_name
        self.notes = Notes()
        self.width = self.height = 0
        self._taken: set[str] = {
            str(value) for value in cast("list[str]", root.xpath(f"//@{id_name}"))
        }
        self._given: set[str] = set()
        self._numbers: dict[str, int] = {}
        self._lines = self._kept = 0
        self._outlines: dict[str, list[tuple[Points, int | None]]] = {}

    @property
    def known(self) -> set[str]:
        """All ids given so far."""
        return self._given

    def fault(self, element: etree._Element | None, what: str, cure: str) -> FormatError:
        """The error at this element."""
        return FormatError(self.file, line_of(element), what, cure)

    def note(self, sentence: str, element: etree._Element | None = None) -> None:
        """Remember what was done to the element."""
        self.notes.add(sentence, line_of(element))

    def id(self, wanted: str | None, kind: str, element: etree._Element) -> str:
        """A unique id: the wanted one, renamed where it is taken, invented where there is none."""
        if wanted and not wanted.startswith(DERIVED_ID):
            if wanted not in self._given:
                self._given.add(wanted)
                if NAME.fullmatch(wanted) is None:
                    self.note(
                        f"the id {shown(wanted)} is no XML name; it is kept as text", element
                    )
                return wanted
            what = f"the id {shown(wanted)} stands more than once; the others are numbered now"
            self.note(what, element)
            return self._free(wanted, 2)
        return self._free(kind, 1)

    def own_id(self, wanted: str | None, kind: str, element: etree._Element) -> str:
        """As `id`, but nothing where the file gives none: for words, glyphs and groups."""
        if not wanted or wanted.startswith(DERIVED_ID):
            return ""
        return self.id(wanted, kind, element)

    def _free(self, stem: str, number: int) -> str:
        number = self._numbers.get(stem, number)
        while (new := f"{stem}_{number}") in self._taken or new in self._given:
            number += 1
        self._numbers[stem] = number + 1  # a page of 5,000 lines without ids stays quick
        self._given.add(new)
        return new

    def points(
        self, text: str | None, what: str, element: etree._Element, least: int
    ) -> Points:
        """Points inside the page; none, with a note, where they cannot be used."""
        if text is None or not text.strip():
            if text is not None:
                self.note(f"{what} has no points and is left out", element)
            return ()
        try:
            points = parse_points(text)
        except ValueError as error:
            self.note(f"{what} cannot be used ({error}) and is left out", element)
            return ()
        if len(points) < least:
            number = "one point" if len(points) == 1 else f"{len(points)} points"
            self.note(f"{what} has only {number} and is left out", element)
            return ()
        if least > 2 and len(points) > 3:
            self._outlines.setdefault(what, []).append((points, line_of(element)))
        return self.clipped(points, what, element)

    def flag_crossings(self) -> None:
        """Note the outlines that cross themselves; they are kept as they are."""
        for what, outlines in self._outlines.items():
            for (_, line), simple in zip(
                outlines, simple_rings([x for x, _ in outlines]), strict=True
            ):
                if not simple:
                    self.notes.add(f"{what} crosses itself; it is kept", line)

    def clipped(self, points: Points, what: str, element: etree._Element) -> Points:
        """The points, moved to the edge of the page where they are outside."""
        xs, ys = zip(*points, strict=True)
        right, bottom = self.width or max(xs), self.height or max(ys)
        if min(xs) >= 0 and min(ys) >= 0 and max(xs) <= right and max(ys) <= bottom:
            return points
        self.note(f"{what} reaches outside the page and is clipped to it", element)
        return tuple(
            (min(max(x, 0), max(right, 0)), min(max(y, 0), max(bottom, 0))) for x, y in points
        )

    def count_line(self, element: etree._Element) -> None:
        """Count one more line of the page.

        Raises:
            FormatError: there are too many.
        """
        self._lines += 1
        if self._lines > LINES:
            what = f"the page has more than {LINES:,} lines, which is the limit"
            raise self.fault(element, what, "Split it, or check what made it")

    def text(self, text: str, element: etree._Element) -> str:
        """The text of a line as it stands.

        Raises:
            FormatError: it is too long.
        """
        if len(text) > CHARACTERS:
            what = f"a line has {len(text):,} characters, the limit is {CHARACTERS:,}"
            raise self.fault(element, what, "Split the line, or check what made it")
        return text

    def size(self, text: str | None, what: str, element: etree._Element) -> int:
        """Width or height of the page in pixels; 0, with a note, where it is not usable."""
        try:
            value = round(float(text or ""))
        except (ValueError, OverflowError):
            value = -1
        if not 0 < value < 10**6:
            self.note(f"{what} is {shown(text or '')}; the size of the image counts", element)
            return 0
        return value

    def attributes(
        self, given: dict[str, str], element: etree._Element, prefix: str = "", name: str = ""
    ) -> list[Extra]:
        """Attributes without a word in the tree, kept where the schema has a place for them."""
        extra = []
        for key, value in given.items():
            if not self.grammar.attribute(name or local(element), key, value):
                told = f"{key.rpartition('}')[2]}={shown(value)} of {local(element)}"
                self.note(f"the attribute {told} is not in the schema; left out", element)
            elif self._dangling(name or local(element), key, value):
                self.note(
                    f"{key}={shown(value)} names what is not in the file; left out", element
                )
            else:
                extra.append(Extra(self.format, f"{prefix}@{key}", value))
        return extra

    def _dangling(self, name: str, key: str, value: str) -> bool:
        return self.grammar.refers(name, key) and not self._taken.issuperset(value.split())

    def element(self, parent: str, element: etree._Element, prefix: str = "") -> list[Extra]:
        """A child without a word in the tree, kept where the schema has a place for it."""
        self._kept += 1
        if self._kept > KEPT:
            what = f"it has more than {KEPT:,} tags, styles and other elements beside the text"
            raise self.fault(element, what, "Remove what the page does not need")
        name = local(element)
        identity = element.get(self._id_name)
        if identity and (new := self.id(identity, name, element)) != identity:
            element.set(self._id_name, new)
        text = safe_xml.serialised(element, safe_xml.namespace_of(element))
        again = safe_xml.fragment(text, self.grammar.namespace)
        if (
            again is None
            or self.grammar.position(parent, name) < 0
            or not self.grammar.fits(again)
        ):
            self.note(f"the element {name} in {parent} is not in the schema; left out", element)
            return []
        return [Extra(self.format, f"{prefix}{name}", text)]

    def order(
        self, order: Order | None, known: set[str], element: etree._Element
    ) -> Order | None:
        """The reading order without references to what is not there, and without cycles."""
        if order is None:
            return None
        return Pruning(order, known, self, element).pruned(order, ())


def _groups(order: Order) -> Iterator[Order]:
    yield order
    for member in order.members:
        if isinstance(member, Order):
            yield from _groups(member)


class Pruning:
    """Takes out of a reading order what points to nothing, and what makes it a cycle."""

    def __init__(
        self, order: Order, known: set[str], reading: Reading, element: etree._Element
    ) -> None:
        self.groups = {
            group.id: group for group in _groups(order) if group.id and group.members
        }
        self.known, self.reading, self.element = known | set(self.groups), reading, element
        self.cut: set[tuple[str, str]] = set()  # references taken out, by group and target
        self.jumps = 0

    def pruned(self, order: Order, path: tuple[str, ...]) -> Order | None:
        """The group without bad references; None where nothing is left.

        Args:
            order: the group.
            path: ids and references of the groups round it, outermost first.
        """
        inside = (*path, *(name for name in (order.id, order.ref) if name and order.members))
        members: list[str | Order] = []
        for member in order.members:
            if isinstance(member, Order):
                kept = self.pruned(member, inside)
                if kept is not None:
                    members.append(kept)
            elif self.good(member, inside):
                members.append(member)
        ref = order.ref if not order.ref or self.good(order.ref, path) else ""
        if not members and not ref:
            return None
        return Order(tuple(members), order.ordered, order.id, ref, order.extra)

    def good(self, ref: str, path: tuple[str, ...]) -> bool:
        """Whether the reference leads somewhere, and not back to where it stands."""
        if ref not in self.known:
            what = f"the reading order names {shown(ref)}, which is not in the file; left out"
            self.reading.note(what, self.element)
            return False
        circle = [*path[path.index(ref) :], ref] if ref in path else self.circle(ref, path)
        if circle:
            told = shown(" → ".join(circle), 200)
            what = f"the reading order is a cycle: {told}; the last reference is left out"
            self.reading.note(what, self.element)
            self.cut.update((group, ref) for group in path)
            return False
        return True

    def circle(self, ref: str, path: tuple[str, ...]) -> list[str]:
        """The way back into `path` from the group that `ref` names by its id, if there is one."""
        if ref not in self.groups:
            return []
        self.jumps += 1
        if self.jumps > JUMPS:
            what = f"the reading order has more than {JUMPS} references from group to group"
            raise self.reading.fault(
                self.element, what, "Nest the groups in place of naming them"
            )
        trail: dict[str, str] = {ref: ""}
        waiting = [ref]
        while waiting:
            at = waiting.pop()
            for to in _names_in(self.groups[at]) if at in self.groups else ():
                if (at, to) in self.cut or to in trail:
                    continue
                trail[to] = at
                if to in path:
                    way = [to]
                    while trail[way[0]]:
                        way.insert(0, trail[way[0]])
                    return [to, *way]
                waiting.append(to)
        return []


def _names_in(group: Order) -> Iterator[str]:
    """What the group names anywhere inside: references and groups."""
    for member in group.members:
        if isinstance(member, str):
            yield member
        else:
            yield from (name for name in (member.id, member.ref) if name)
            yield from _names_in(member)
