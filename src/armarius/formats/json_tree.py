"""The page tree as JSON: versioned, lossless, the form of bundles, snapshots and the API.

Empty values are left out. `page_tree.schema.json` beside this module is its JSON Schema.
"""

from __future__ import annotations

import json
from collections.abc import Iterable

from armarius.errors import FormatError
from armarius.formats.reading import ReadResult
from armarius.formats.tree_reader import STEP, VERSION, Value, from_dict, words_from_list
from armarius.page import (
    Annotation,
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
LIMIT = 100 * 1024 * 1024


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
    if page.annotations:
        value["annotations"] = [_annotation(one) for one in page.annotations]
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
    _put(value, step, STEP)
    if step.parameters:
        value["parameters"] = dict(step.parameters)
    _extra(value, step.extra)
    return value


def _annotation(annotation: Annotation) -> Value:
    value: Value = {"taxonomy": annotation.taxonomy, "marker": annotation.marker}
    _put(value, annotation, ("colour", "start_line", "start", "end_line", "end", "quote"))
    if annotation.polygon:
        value["polygon"] = [list(point) for point in annotation.polygon]
    if annotation.values:
        value["values"] = dict(annotation.values)
    if annotation.comments:
        value["comments"] = list(annotation.comments)
    return value


def _reading(reading: Reading) -> Value:
    value: Value = {"text": reading.text}
    if reading.confidence is not None:
        value["confidence"] = reading.confidence
    _extra(value, reading.extra)
    return value


def _put(value: Value, item: object, names: Iterable[str]) -> None:
    for name in names:
        if found := getattr(item, name):
            value[name] = found


def _extra(value: Value, extra: tuple[Extra, ...]) -> None:
    if extra:
        value["extra"] = [[item.format, item.place, item.content] for item in extra]


def _no_constant(name: str) -> float:
    raise ValueError(f"{name} is no number of JSON")


__all__ = [
    "LABEL",
    "SUFFIX",
    "VERSION",
    "from_dict",
    "line_to_dict",
    "losses",
    "order_to_dict",
    "read",
    "step_to_dict",
    "to_dict",
    "words_from_list",
    "words_to_list",
    "write",
]
