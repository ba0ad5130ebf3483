"""Many stored pages as page trees with a fixed number of queries, for exports and bundles."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, cast

from django.db.models import QuerySet, TextField
from django.db.models.functions import Cast

from armarius import models
from armarius.models import LineText, OntologyType, Transcription
from armarius.ops import annotation_trees, tree_parts
from armarius.page import Annotation, Direction, Line, Page, Region

_LINE = (
    "id", "page_id", "region_id", "key", "type_id", "type_detail", "direction", "language",
)  # fmt: skip
_LINE_JSON = ("baseline", "mask", "extra")
_REGION = (
    "id", "page_id", "parent_id", "key", "kind", "type_id", "type_detail", "direction", "language",
)  # fmt: skip
_REGION_JSON = ("polygon", "extra")
_TEXT = ("line_id", "content", "confidence", "confidences")
_TEXT_JSON = ("words",)

_UNREAD = (None, None, b"", None)  # content, confidence, confidences, words

Row = tuple[Any, ...]  # the columns of a table above, in its order


def load_pages(
    pages: Sequence[models.Page], layer: Transcription | None
) -> list[tuple[models.Page, Page]]:
    """Each page with its tree, in the order given. Five queries, however many pages.

    Args:
        pages: with image and document fetched; they may be of several documents.
        layer: whose texts, or None for none.
    """
    ids = [page.pk for page in pages]
    regions = _rows(
        models.Region.objects.filter(page__in=ids).order_by("position", "id"),
        _REGION, _REGION_JSON,
    )  # fmt: skip
    lines = _rows(
        models.Line.objects.filter(page__in=ids).order_by("position", "id"), _LINE, _LINE_JSON
    )
    texts: dict[int, Row] = {}  # by the line's id
    if layer is not None:
        found = LineText.objects.filter(
            transcription=layer, line__page__in=ids, line__deleted_at=None
        )
        texts = {row[0]: row[1:] for row in _rows(found, _TEXT, _TEXT_JSON)}
    names = _types(pages)
    annotations = annotation_trees.load(ids, layer)

    in_region: dict[tuple[int, int | None], list[Line]] = defaultdict(list)
    for row in lines:
        line_id, page_id, region_id = row[:3]
        line = _line(row[3:], texts.get(line_id, _UNREAD), names)
        in_region[page_id, region_id].append(line)
    below: dict[tuple[int, int | None], list[Row]] = defaultdict(list)
    for row in regions:
        below[row[1], row[2]].append(row)
    return [
        (page, _page(page, below, in_region, names, annotations.get(page.pk, ())))
        for page in pages
    ]


def _rows(
    found: QuerySet[Any, Any], plain: Sequence[str], json_names: Sequence[str]
) -> Iterator[Row]:
    """Rows of some columns; each JSON column is parsed as one text, in a third of the time."""
    as_text = {f"{name}_text": Cast(name, TextField()) for name in json_names}
    rows = list(found.annotate(**as_text).values_list(*plain, *as_text))
    columns: list[Any] = list(zip(*rows, strict=True)) or [()] * (len(plain) + len(json_names))
    for at in range(len(plain), len(columns)):
        columns[at] = json.loads(f"[{','.join([x or 'null' for x in columns[at]])}]")
    return zip(*columns, strict=True)


def _types(pages: Sequence[models.Page]) -> dict[int, str]:
    projects = {page.document.project_id for page in pages}
    rows = OntologyType.objects.filter(project__in=projects)
    return dict(rows.values_list("id", "name"))


def _page(
    page: models.Page,
    below: Mapping[tuple[int, int | None], list[Row]],
    lines: Mapping[tuple[int, int | None], list[Line]],
    names: Mapping[int, str],
    annotations: Sequence[Annotation],
) -> Page:
    document = page.document.direction
    direction = page.direction or (document if document != "horizontal-lr" else "")
    return Page(
        image=page.name,
        width=page.image.width,
        height=page.image.height,
        regions=tuple(_region(x, below, lines, names) for x in below.get((page.pk, None), ())),
        lines=tuple(lines.get((page.pk, None), ())),
        order=tree_parts.order(page.order),
        direction=_direction(direction),
        language=page.language,
        steps=tree_parts.steps(page.steps),
        id=page.key,
        extra=tree_parts.extras(page.extra),
        annotations=tuple(annotations),
    )


def _region(
    row: Row,
    below: Mapping[tuple[int, int | None], list[Row]],
    lines: Mapping[tuple[int, int | None], list[Line]],
    names: Mapping[int, str],
) -> Region:
    own_id, page_id, _, key, kind, type_id, detail, direction, language, polygon, extra = row
    place = page_id, own_id
    return Region(
        id=key,
        polygon=tree_parts.points(polygon),
        type=names.get(type_id, "") + detail,
        kind=kind,
        lines=tuple(lines.get(place, ())),
        regions=tuple(_region(x, below, lines, names) for x in below.get(place, ())),
        direction=_direction(direction),
        language=language,
        extra=tree_parts.extras(extra),
    )


def _line(row: Row, text: Row, names: Mapping[int, str]) -> Line:
    key, type_id, detail, direction, language, baseline, mask, extra = row
    content, confidence, confidences, kept = text
    words = kept or {}
    spelled = words.get("words") if words and words.get("text") == content else None
    return Line(
        id=key,
        baseline=tree_parts.points(baseline),
        mask=tree_parts.points(mask),
        type=names.get(type_id, "") + detail,
        text=content,
        confidence=confidence,
        confidences=tree_parts.from_bytes(confidences) if confidences else (),
        words=tree_parts.words(spelled) if spelled else (),
        readings=tree_parts.readings(words["readings"]) if "readings" in words else (),
        direction=_direction(direction),
        language=language,
        extra=tree_parts.extras(extra) if extra else (),
    )


def _direction(stored: str) -> Direction | None:
    return cast("Direction", stored) if stored else None
