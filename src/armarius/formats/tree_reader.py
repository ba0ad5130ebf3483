"""The page tree from plain values, every value checked and faults named with their place."""

from __future__ import annotations

from collections.abc import Callable
from math import isfinite
from typing import Any, TypeVar, cast

from armarius.errors import FormatError
from armarius.formats.notes import shown
from armarius.formats.reading import CHARACTERS, LINES
from armarius.geometry import Points
from armarius.page import (
    DIRECTIONS,
    Annotation,
    Direction,
    Extra,
    Glyph,
    Line,
    Order,
    Page,
    Reading,
    Region,
    Step,
    Word,
)

VERSION = 1
DEPTH = 64  # of regions in regions and groups in groups
STEP = ("software", "version", "creator", "date", "model", "model_sha256", "description", "id")

Value = dict[str, Any]
T = TypeVar("T")


def from_dict(value: object, file: str = "page tree") -> Page:
    """The page of plain values.

    Raises:
        FormatError: another version, an unknown name, or a wrong value, named with its place.
    """
    return _Reader(file).page(value)


def words_from_list(value: object, file: str = "page tree") -> tuple[Word, ...]:
    """Words as `json_tree.words_to_list` writes them.

    Raises:
        FormatError: a wrong value, named with its place.
    """
    return _Reader(file).words({"words": value}, "line")


class _Reader:
    def __init__(self, file: str) -> None:
        self.file, self.ids, self.lines = file, set[str](), 0

    def fault(self, place: str, what: str) -> FormatError:
        return FormatError(self.file, None, f"{place} {what}", "Correct it, or export it again")

    def page(self, value: object) -> Page:
        got = self._mapping(value, "the page", _PAGE)
        version = got.get("version")
        if version != VERSION or isinstance(version, bool):
            what = f"its version is {shown(str(version))}; this program reads version {VERSION}"
            raise FormatError(self.file, None, what, "Update the program, or export it again")
        return Page(
            image=self._text(got, "image", "the page"),
            width=self._size(got, "width"),
            height=self._size(got, "height"),
            regions=self._all(got, "regions", "region", lambda v, p: self.region(v, p, 0)),
            lines=self._all(got, "lines", "line", self.line),
            order=self.order(got["order"], 0) if "order" in got else None,
            direction=self._direction(got, "the page"),
            language=self._text(got, "language", "the page"),
            steps=self._all(got, "steps", "step", self.step),
            id=self._text(got, "id", "the page"),
            extra=self._extra(got, "the page"),
            annotations=self._all(got, "annotations", "annotation", self.annotation),
        )

    def annotation(self, value: object, place: str) -> Annotation:
        got = self._mapping(value, place, _ANNOTATION)
        names = ("taxonomy", "marker", "colour", "start_line", "end_line", "quote")
        texts = {name: self._text(got, name, place) for name in names}
        comments = self._list(got, "comments", place)
        if not all(isinstance(one, str) for one in comments):
            raise self.fault(place, "has comments that are not all text")
        return Annotation(
            **texts,
            polygon=self._points(got, "polygon", place),
            start=self._size(got, "start", place),
            end=self._size(got, "end", place),
            values=self._texts(got, "values", place),
            comments=tuple(cast("list[str]", comments)),
        )

    def _texts(self, got: Value, name: str, place: str) -> dict[str, str]:
        found = got.get(name, {})
        if not isinstance(found, dict) or not all(isinstance(v, str) for v in found.values()):
            raise self.fault(place, f"has {name} that are not all text")
        return found

    def region(self, value: object, place: str, depth: int) -> Region:
        if depth > DEPTH:
            raise self.fault(place, f"is nested more than {DEPTH} deep")
        got = self._mapping(value, place, _REGION)
        identity = self._id(got, place)
        place = f"region {shown(identity)}"
        return Region(
            id=identity,
            polygon=self._points(got, "polygon", place),
            type=self._text(got, "type", place),
            kind=self._text(got, "kind", place) or "text",
            lines=self._all(got, "lines", f"{place} line", self.line),
            regions=self._all(
                got, "regions", f"{place} region", lambda v, p: self.region(v, p, depth + 1)
            ),
            direction=self._direction(got, place),
            language=self._text(got, "language", place),
            extra=self._extra(got, place),
        )

    def line(self, value: object, place: str = "line") -> Line:
        self.lines += 1
        if self.lines > LINES:
            raise self.fault("the page", f"has more than {LINES:,} lines, which is the limit")
        got = self._mapping(value, place, _LINE)
        identity = self._id(got, place)
        place = f"line {shown(identity)}"
        text = self._text(got, "text", place) if got.get("text") is not None else None
        if text is not None and len(text) > CHARACTERS:
            raise self.fault(
                place, f"has {len(text):,} characters, the limit is {CHARACTERS:,}"
            )
        return Line(
            id=identity,
            baseline=self._points(got, "baseline", place),
            mask=self._points(got, "mask", place),
            type=self._text(got, "type", place),
            text=text,
            confidence=self._share(got, place),
            confidences=self._shares(got, place),
            words=self.words(got, place),
            readings=self._all(got, "readings", f"{place} reading", self._reading),
            direction=self._direction(got, place),
            language=self._text(got, "language", place),
            extra=self._extra(got, place),
        )

    def words(self, got: Value, place: str) -> tuple[Word, ...]:
        return self._all(got, "words", f"{place} word", self._word)

    def _word(self, value: object, place: str) -> Word:
        got = self._mapping(value, place, _WORD)
        return Word(
            self._text(got, "text", place),
            self._points(got, "polygon", place),
            self._share(got, place),
            self._all(got, "glyphs", f"{place} character", self._glyph),
            self._text(got, "id", place),
            self._extra(got, place),
        )

    def _glyph(self, value: object, place: str) -> Glyph:
        got = self._mapping(value, place, _GLYPH)
        return Glyph(
            self._text(got, "text", place),
            self._points(got, "polygon", place),
            self._share(got, place),
            self._text(got, "id", place),
            self._extra(got, place),
        )

    def _reading(self, value: object, place: str) -> Reading:
        got = self._mapping(value, place, _READING)
        return Reading(
            self._text(got, "text", place), self._share(got, place), self._extra(got, place)
        )

    def order(self, value: object, depth: int) -> Order:
        place = "the reading order"
        if depth > DEPTH:
            raise self.fault(place, f"is nested more than {DEPTH} deep")
        got = self._mapping(value, place, _ORDER)
        ordered = got.get("ordered", True)
        if not isinstance(ordered, bool):
            raise self.fault(place, "has an “ordered” that is neither true nor false")
        members = self._list(got, "members", place)
        return Order(
            members=tuple(
                m if isinstance(m, str) else self.order(m, depth + 1) for m in members
            ),
            ordered=ordered,
            id=self._text(got, "id", place),
            ref=self._text(got, "ref", place),
            extra=self._extra(got, place),
        )

    def step(self, value: object, place: str) -> Step:
        got = self._mapping(value, place, _STEPS)
        parameters = self._texts(got, "parameters", place)
        texts = {name: self._text(got, name, place) for name in ("kind", *STEP)}
        return Step(**texts, parameters=parameters, extra=self._extra(got, place))

    def _mapping(self, value: object, place: str, names: frozenset[str]) -> Value:
        if not isinstance(value, dict):
            raise self.fault(place, "is not an object")
        if not names.issuperset(value):
            unknown = next(str(name) for name in value if name not in names)
            raise self.fault(place, f"has the unknown name {shown(unknown)}")
        return value

    def _list(self, got: Value, name: str, place: str) -> list[object]:
        value = got.get(name, [])
        if not isinstance(value, list):
            raise self.fault(place, f"has a “{name}” that is not a list")
        return value

    def _all(
        self, got: Value, name: str, place: str, read: Callable[[object, str], T]
    ) -> tuple[T, ...]:
        if name not in got:
            return ()
        values = self._list(got, name, place)
        return tuple(
            [read(value, f"{place} {number}") for number, value in enumerate(values, 1)]
        )

    def _text(self, got: Value, name: str, place: str) -> str:
        value = got.get(name, "")
        if not isinstance(value, str):
            raise self.fault(place, f"has a “{name}” that is not text")
        if not value.isascii() and any("\ud800" <= c <= "\udfff" for c in value):
            raise self.fault(place, f"has half a character (a lone surrogate) in “{name}”")
        if "\0" in value:
            raise self.fault(place, f"has a control character (NUL) in “{name}”")
        return value

    def _id(self, got: Value, place: str) -> str:
        value = self._text(got, "id", place)
        if not value:
            raise self.fault(place, "has no id")
        if value in self.ids:
            raise self.fault(place, f"has the id {shown(value)}, which stands twice")
        self.ids.add(value)
        return value

    def _size(self, got: Value, name: str, place: str = "the page") -> int:
        value = got.get(name, 0)
        if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value < 10**6:
            raise self.fault(
                place, f"has a {name} that is not a whole number from 0 to 999,999"
            )
        return value

    def _direction(self, got: Value, place: str) -> Direction | None:
        value = got.get("direction")
        if value is not None and value not in DIRECTIONS:
            raise self.fault(
                place,
                f"has the direction {shown(str(value))}; it may be {', '.join(DIRECTIONS)}",
            )
        return cast("Direction | None", value)

    def _points(self, got: Value, name: str, place: str) -> Points:
        value = got.get(name)
        if value is None:
            return ()
        try:
            points = tuple([(x, y) for x, y in value])
            if all(isfinite(x) and isfinite(y) for x, y in points):
                return points
        except (TypeError, ValueError, OverflowError):
            pass
        raise self.fault(place, f"has a “{name}” that is not a list of points [x, y]")

    def _share(self, got: Value, place: str) -> float | None:
        value = got.get("confidence")
        if value is None:
            return None
        if (
            isinstance(value, bool)
            or not isinstance(value, (int, float))
            or not 0 <= value <= 1
        ):
            raise self.fault(place, "has a confidence that is not a number from 0 to 1")
        return value

    def _shares(self, got: Value, place: str) -> tuple[float, ...]:
        values = self._list(got, "confidences", place)
        try:
            if all(0 <= value <= 1 for value in values):  # type: ignore[operator]
                return tuple(cast("list[float]", values))
        except TypeError:
            pass
        raise self.fault(place, "has confidences that are not all numbers from 0 to 1")

    def _extra(self, got: Value, place: str) -> tuple[Extra, ...]:
        if "extra" not in got:
            return ()
        values = self._list(got, "extra", place)
        for item in values:
            if (
                not isinstance(item, list)
                or len(item) != 3
                or not all(isinstance(x, str) for x in item)
            ):
                raise self.fault(place, "has an “extra” that is not [format, place, content]")
        return tuple([Extra(*item) for item in cast("list[list[str]]", values)])


def _names(*names: str) -> frozenset[str]:
    return frozenset((*names, "extra"))


_PAGE = _names(
    "version",
    "image",
    "width",
    "height",
    "id",
    "direction",
    "language",
    "regions",
    "lines",
    "order",
    "steps",
    "annotations",
)
_ANNOTATION = frozenset(
    (
        *("taxonomy", "marker", "colour", "polygon", "start_line", "start", "end_line", "end"),
        *("quote", "values", "comments"),
    )
)
_REGION = _names("id", "polygon", "kind", "type", "direction", "language", "lines", "regions")
_LINE = _names(
    "id",
    "baseline",
    "mask",
    "text",
    "confidence",
    "confidences",
    "type",
    "direction",
    "language",
    "words",
    "readings",
)
_GLYPH = _names("text", "polygon", "confidence", "id")
_WORD = _GLYPH | {"glyphs"}
_READING = _names("text", "confidence")
_ORDER = _names("members", "ordered", "id", "ref")
_STEPS = _names("kind", *STEP, "parameters")
