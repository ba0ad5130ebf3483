"""Annotations of a page as W3C Web Annotations (JSON-LD), and back.

An image is marked by a media fragment (rectangle) or an SVG polygon, a text by a range from a
position in one line to one in another. Bodies say the taxonomy (`classifying`), the components
(`describing`, with their name as label; eScriptorium's `attribute-NAME` is read too) and comments.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from armarius.errors import BadInput
from armarius.images import addresses
from armarius.models import Annotation, Page
from armarius.ops import annotating
from armarius.ops.annotating import Span

CONTEXT = "http://www.w3.org/ns/anno.jsonld"
FRAGMENTS = "http://www.w3.org/TR/media-frags/"
ATTRIBUTE = "attribute-"
_NUMBER = r"(-?[0-9]{1,7}(?:\.[0-9]{1,9})?)"
_RECTANGLE = re.compile(rf"xywh=(?:pixel:)?{_NUMBER},{_NUMBER},{_NUMBER},{_NUMBER}")
_CORNERS = re.compile(r"<polygon\b[^>]*\bpoints\s*=\s*[\"']([0-9eE+., \t\n-]{1,100000})[\"']")
_LINE = re.compile(r"/api/lines/([0-9]{1,18})$")
_LAYER = re.compile(r"/api/layers/([0-9]{1,18})$")

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Given:
    """An annotation that comes in; the taxonomy by its name."""

    taxonomy: str
    where: list[list[float]] | Span
    values: dict[str, str]
    comments: list[str]


def write(page: Page, rows: Iterable[Annotation]) -> Json:
    """An annotation page with all of them."""
    items = [_written(page, row) for row in rows]
    address = f"/api/pages/{page.pk}/web-annotations"
    return {"@context": CONTEXT, "id": address, "type": "AnnotationPage", "items": items}


def read(document: Mapping[str, Any]) -> list[Given]:
    """The annotations of an annotation page, or of a single annotation.

    Raises:
        BadInput: one cannot be used; says which and why.
    """
    items = document.get("items") if document.get("type") == "AnnotationPage" else [document]
    if not isinstance(items, list) or not items:
        raise BadInput("This is no W3C annotation, and no annotation page with items.")
    if len(items) > annotating.MOST:
        raise BadInput(f"{len(items)} annotations at once; the limit is {annotating.MOST}.")
    return [_given(item, number) for number, item in enumerate(items, 1)]


def _written(page: Page, row: Annotation) -> Json:
    bodies: list[Json] = [_body("classifying", row.taxonomy.name)]
    bodies += [_body("describing", text) | {"label": name} for name, text in row.values.items()]
    bodies += [_body("commenting", text) for text in row.comments]
    creator = {"creator": {"type": "Person", "name": row.author.username}} if row.author else {}
    return {
        "id": f"/api/annotations/{row.pk}",
        "type": "Annotation",
        "motivation": "classifying",
        "created": row.created_at.isoformat(),
        "modified": row.updated_at.isoformat(),
        **creator,
        "body": bodies,
        "target": _text_target(page, row) if row.layer_id else _image_target(page, row),
    }


def _body(purpose: str, value: str) -> Json:
    return {"type": "TextualBody", "purpose": purpose, "value": value}


def _image_target(page: Page, row: Annotation) -> Json:
    source = addresses.PREFIX + addresses.identifier(page.pk, page.image.sha256)
    xs, ys = zip(*row.polygon, strict=True)
    if row.taxonomy.marker == row.taxonomy.Marker.RECTANGLE:
        left, top = min(xs), min(ys)
        place = f"xywh=pixel:{left},{top},{max(xs) - left},{max(ys) - top}"
        selector = {"type": "FragmentSelector", "conformsTo": FRAGMENTS, "value": place}
    else:
        points = " ".join(f"{x},{y}" for x, y in row.polygon)
        selector = {"type": "SvgSelector", "value": f'<svg><polygon points="{points}"/></svg>'}
    return {"type": "Image", "source": source, "selector": selector}


def _text_target(page: Page, row: Annotation) -> Json:
    def place(line: int | None, at: int) -> Json:
        exact = {"type": "TextPositionSelector", "start": at, "end": at}
        return {"type": "FragmentSelector", "value": f"/api/lines/{line}", "refinedBy": exact}

    span = {
        "type": "RangeSelector",
        "startSelector": place(row.start_line_id, row.start),
        "endSelector": place(row.end_line_id, row.end),
    }
    quote = {"type": "TextQuoteSelector", "exact": row.quote}
    return {
        "type": "Text",
        "source": f"/api/layers/{row.layer_id}",
        "selector": [span, quote],
        "scope": f"/api/pages/{page.pk}",
    }


def _given(item: Any, number: int) -> Given:
    try:
        bodies = item.get("body", [])
        bodies = bodies if isinstance(bodies, list) else [bodies]
        said = [
            (str(x.get("purpose", "")), str(x["value"]), str(x.get("label", "")))
            for x in bodies
        ]
        target = item["target"]
        target = target[0] if isinstance(target, list) else target
        where = _where(target)
    except (AttributeError, KeyError, TypeError, ValueError, IndexError):
        raise BadInput(
            f"Annotation {number} is not as W3C Web Annotations are, or has no place."
        ) from None
    names = [value for purpose, value, _ in said if purpose in ("classifying", "tagging")]
    if not names:
        raise BadInput(f"Annotation {number} has no body that says its taxonomy.")
    return Given(
        names[0], where, dict(_values(said)), [v for p, v, _ in said if p == "commenting"]
    )


def _values(said: list[tuple[str, str, str]]) -> Iterator[tuple[str, str]]:
    for purpose, value, label in said:
        if purpose == "describing" and label:
            yield label, value
        elif purpose.startswith(ATTRIBUTE):
            yield purpose.removeprefix(ATTRIBUTE), value


def _where(target: Json) -> list[list[float]] | Span:
    selectors = target["selector"]
    for one in selectors if isinstance(selectors, list) else [selectors]:
        if one["type"] == "RangeSelector":
            (start_line, start), (end_line, end) = (
                _position(one[name]) for name in ("startSelector", "endSelector")
            )
            return Span(_id(_LAYER, target["source"]), start_line, start, end_line, end)
        if found := _RECTANGLE.search(str(one["value"])):
            x, y, w, h = map(float, found.groups())
            return [[x, y], [x + w, y], [x + w, y + h], [x, y + h]]
        if found := _CORNERS.search(str(one["value"])):
            numbers = [float(n) for n in re.split(r"[\s,]+", found[1].strip())]
            return [list(pair) for pair in zip(numbers[::2], numbers[1::2], strict=True)]
    raise ValueError


def _position(selector: Json) -> tuple[int, int]:
    at = selector["refinedBy"]["start"]
    if not isinstance(at, int) or not 0 <= at < 2**31:
        raise ValueError
    return _id(_LINE, selector["value"]), at


def _id(pattern: re.Pattern[str], address: Any) -> int:
    found = pattern.search(str(address))
    if found is None:
        raise ValueError
    return int(found[1])
