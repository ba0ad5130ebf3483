"""The page tree as JSON: versioned, lossless, the form of bundles, snapshots and the API.

Empty values are left out. `page_tree.schema.json` beside this module is its JSON Schema.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from math import isfinite
from typing import Any, TypeVar, cast

from armarius.errors import FormatError
from armarius.formats.notes import shown
from armarius.formats.reading import CHARACTERS, LINES, ReadResult
from armarius.geometry import Points
from armarius.page import (
    DIRECTIONS,
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

LABEL = "JSON page tree"
SUFFIX = ".json"
VERSION = 1
LIMIT = 100 * 1024 * 1024
DEPTH = 64  # of regions in regions and groups in groups

Value = dict[str, Any]
T = TypeVar("T")


def read(data: bytes, file: str) -> ReadResult:
    """Read one page.

    Raises:
        FormatError: not JSON, another version, or a wrong value, named with its place.
    """
    if not data.strip():
        raise FormatError(file, None, "the file is empty", "Export it again")
    if len(data) > LIMIT:
        raise FormatError(file, None, f"the file has more than {LIMIT // 2**20} MB", "Split it")
    try:
        value = json.loads(data, parse_constant=_no_constant)
    except UnicodeDecodeError:
        raise FormatError(file, None, "its content is not UTF-8", "Save it as UTF-8") from None
    except json.JSONDecodeError as error:
        raise FormatError(
            file,
            error.lineno,
            f"it is not JSON: {error.msg} at column {error.colno}",
            "Export it again",
        ) from None
    except RecursionError:
        raise FormatError(file, None, "it is nested too deeply", "Flatten it") from None
    except ValueError as error:
        raise FormatError(file, None, f"it is not JSON: {error}", "Export it again") from None
    return ReadResult(from_dict(value, file), [])


def write(page: Page) -> bytes:
    """The page as UTF-8 JSON."""
    return json.dumps(
        to_dict(page), ensure_ascii=False, separators=(",", ":"), allow_nan=False
    ).encode("utf-8", "surrogatepass")


def losses(page: Page) -> list[str]:  # the same door as every format
    """Nothing is lost."""
    return []


def to_dict(page: Page) -> Value:
    """The page as plain values."""
    value: Value = {
        "version": VERSION,
        "image": page.image,
        "width": page.width,
        "height": page.height,
    }
    _put(value, page, ("id", "direction", "language"))
    if page.regions:
        value["regions"] = [_region(region) for region in page.regions]
    if page.lines:
        value["lines"] = [line_to_dict(line) for line in page.lines]
    if page.order is not None:
        value["order"] = order_to_dict(page.order)
    if page.steps:
        value["steps"] = [step_to_dict(step) for step in page.steps]
    _extra(value, page.extra)
    return value


def line_to_dict(line: Line) -> Value:
    """One line as plain values."""
    value: Value = {"id": line.id}
    if line.baseline:
        value["baseline"] = [list(point) for point in line.baseline]
    if line.mask:
        value["mask"] = [list(point) for point in line.mask]
    if line.text is not None:
        value["text"] = line.text
    if line.confidence is not None:
        value["confidence"] = line.confidence
    if line.confidences:
        value["confidences"] = list(line.confidences)
    _put(value, line, ("type", "direction", "language"))
    if line.words:
        value["words"] = words_to_list(line.words)
    if line.readings:
        value["readings"] = [_reading(reading) for reading in line.readings]
    _extra(value, line.extra)
    return value


def words_to_list(words: Iterable[Word]) -> list[Value]:
    """Words with their glyphs as plain values."""
    return [
        _placed(word)
        | ({"glyphs": [_placed(glyph) for glyph in word.glyphs]} if word.glyphs else {})
        for word in words
    ]


def _placed(item: Word | Glyph) -> Value:
    value: Value = {"text": item.text}
    if item.polygon:
        value["polygon"] = [list(point) for point in item.polygon]
    if item.confidence is not None:
        value["confidence"] = item.confidence
    if item.id:
        value["id"] = item.id
    _extra(value, item.extra)
    return value


def _region(region: Region) -> Value:
    value: Value = {"id": region.id}
    if region.polygon:
        value["polygon"] = [list(point) for point in region.polygon]
    if region.kind != "text":
        value["kind"] = region.kind
    _put(value, region, ("type", "direction", "language"))
    if region.lines:
        value["lines"] = [line_to_dict(line) for line in region.lines]
    if region.regions:
        value["regions"] = [_region(inner) for inner in region.regions]
    _extra(value, region.extra)
    return value


def order_to_dict(order: Order) -> Value:
    """A group of the reading order as plain values."""
    value: Value = {
        "members": [m if isinstance(m, str) else order_to_dict(m) for m in order.members]
    }
    if not order.ordered:
        value["ordered"] = False
    _put(value, order, ("id", "ref"))
    _extra(value, order.extra)
    return value


def step_to_dict(step: Step) -> Value:
    """One step of the provenance as plain values."""
    value: Value = {"kind": step.kind}
    _put(value, step, _STEP)
    if step.parameters:
        value["parameters"] = dict(step.parameters)
    _extra(value, step.extra)
    return value


def _reading(reading: Reading) -> Value:
    value: Value = {"text": reading.text}
    if reading.confidence is not None:
        value["confidence"] = reading.confidence
    _extra(value, reading.extra)
    return value


_STEP = ("software", "version", "creator", "date", "model", "model_sha256", "description", "id")


def _put(value: Value, item: object, names: Iterable[str]) -> None:
    for name in names:
        if found := getattr(item, name):
            value[name] = found


def _extra(value: Value, extra: tuple[Extra, ...]) -> None:
    if extra:
        value["extra"] = [[item.format, item.place, item.content] for item in extra]


def from_dict(value: object, file: str = "page tree") -> Page:
    """The page of plain values.

    Raises:
        FormatError: another version, an unknown name, or a wrong value, named with its place.
    """
    return _Reader(file).page(value)


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
        )

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
            words=self._all(got, "words", f"{place} word", self._word),
            readings=self._all(got, "readings", f"{place} reading", self._reading),
            direction=self._direction(got, place),
            language=self._text(got, "language", place),
            extra=self._extra(got, place),
        )

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
        parameters = got.get("parameters", {})
        if not isinstance(parameters, dict) or not all(
            isinstance(v, str) for v in parameters.values()
        ):
            raise self.fault(place, "has parameters that are not all text")
        texts = {name: self._text(got, name, place) for name in ("kind", *_STEP)}
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

    def _size(self, got: Value, name: str) -> int:
        value = got.get(name, 0)
        if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value < 10**6:
            raise self.fault(
                "the page", f"has a {name} that is not a whole number from 0 to 999,999"
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


def _no_constant(name: str) -> float:
    raise ValueError(f"{name} is no number of JSON")


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
_STEPS = _names("kind", *_STEP, "parameters")

__all__ = ["LABEL", "SUFFIX", "VERSION", "from_dict", "losses", "read", "to_dict", "write"]
