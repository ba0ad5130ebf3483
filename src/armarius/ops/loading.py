"""Many stored pages as page trees with a fixed number of queries, for exports and bundles."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any, cast

from armarius import models
from armarius.models import LineText, OntologyType, Transcription
from armarius.ops import tree_parts
from armarius.page import Direction, Line, Page, Region

_LINE = (
    "id", "page_id", "region_id", "key", "type_id", "type_detail", "baseline", "mask",
    "direction", "language", "extra",
)  # fmt: skip
_REGION = (
    "id", "page_id", "parent_id", "key", "kind", "type_id", "type_detail", "polygon",
    "direction", "language", "extra",
)  # fmt: skip
_TEXT = ("line_id", "content", "confidence", "confidences", "words")

Row = Mapping[str, Any]


def load_pages(
    pages: Sequence[models.Page], layer: Transcription | None
) -> list[tuple[models.Page, Page]]:
    """Each page with its tree, in the order given. Four queries, however many pages.

    Args:
        pages: with image and document fetched; they may be of several documents.
        layer: whose texts, or None for none.
    """
    ids = [page.pk for page in pages]
    regions = (
        models.Region.objects.filter(page__in=ids).order_by("position", "id").values(*_REGION)
    )
    lines = models.Line.objects.filter(page__in=ids).order_by("position", "id").values(*_LINE)
    found = LineText.objects.filter(
        transcription=layer, line__page__in=ids, line__deleted_at=None
    ).values(*_TEXT)
    texts = {row["line_id"]: row for row in found} if layer is not None else {}
    names = _types(pages)

    in_region: dict[tuple[int, int | None], list[Line]] = defaultdict(list)
    for row in lines:
        in_region[row["page_id"], row["region_id"]].append(
            _line(row, texts.get(row["id"]), names)
        )
    below: dict[tuple[int, int | None], list[Row]] = defaultdict(list)
    for row in regions:
        below[row["page_id"], row["parent_id"]].append(row)
    return [(page, _page(page, below, in_region, names)) for page in pages]


def _types(pages: Sequence[models.Page]) -> dict[int, str]:
    projects = {page.document.project_id for page in pages}
    rows = OntologyType.objects.filter(project__in=projects)
    return dict(rows.values_list("id", "name"))


def _page(
    page: models.Page,
    below: Mapping[tuple[int, int | None], list[Row]],
    lines: Mapping[tuple[int, int | None], list[Line]],
    names: Mapping[int, str],
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
    )


def _region(
    row: Row,
    below: Mapping[tuple[int, int | None], list[Row]],
    lines: Mapping[tuple[int, int | None], list[Line]],
    names: Mapping[int, str],
) -> Region:
    place = row["page_id"], row["id"]
    return Region(
        id=row["key"],
        polygon=tree_parts.points(row["polygon"]),
        type=_type(row, names),
        kind=row["kind"],
        lines=tuple(lines.get(place, ())),
        regions=tuple(_region(x, below, lines, names) for x in below.get(place, ())),
        direction=_direction(row["direction"]),
        language=row["language"],
        extra=tree_parts.extras(row["extra"]),
    )


def _line(row: Row, text: Row | None, names: Mapping[int, str]) -> Line:
    words = (text["words"] if text else None) or {}
    spelled = words.get("words") if text and words.get("text") == text["content"] else None
    return Line(
        id=row["key"],
        baseline=tree_parts.points(row["baseline"]),
        mask=tree_parts.points(row["mask"]),
        type=_type(row, names),
        text=text["content"] if text else None,
        confidence=text["confidence"] if text else None,
        confidences=tree_parts.from_bytes(text["confidences"]) if text else (),
        words=tree_parts.words(spelled),
        readings=tree_parts.readings(words.get("readings")),
        direction=_direction(row["direction"]),
        language=row["language"],
        extra=tree_parts.extras(row["extra"]),
    )


def _type(row: Row, names: Mapping[int, str]) -> str:
    return names.get(row["type_id"], "") + str(row["type_detail"])


def _direction(stored: str) -> Direction | None:
    return cast("Direction", stored) if stored else None
