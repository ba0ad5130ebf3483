"""A page as an editor wants it: everything that is drawn or written on it, in one answer.

Four queries, whatever the page holds. Rows are read as plain values: building 206 objects and
checking them again would take longer than the database needs.
"""

from __future__ import annotations

import base64
from collections.abc import Sequence
from typing import Any

from django.db.models import F

from armarius.images import addresses
from armarius.models import Line, LineText, Page, Region, Transcription
from armarius.ops import reading

REGION = (
    "id", "key", "parent_id", "position", "kind", "type_detail", "polygon", "direction", "version",
)  # fmt: skip
LINE = (
    "id", "key", "region_id", "position", "type_detail", "baseline", "mask", "direction", "version",
)  # fmt: skip
TEXT = (
    "line_id",
    "transcription_id",
    "content",
    "confidence",
    "confidences",
    "version",
    "updated_at",
)


def whole(page: Page, layer_ids: Sequence[int] | None, *, characters: bool) -> dict[str, Any]:
    """The page as `api.pages.WholePage` describes it.

    Args:
        page: with its image and document.
        layer_ids: whose texts; None for the newest layer of the document.
        characters: words and characters with their places too.
    """
    regions = list(
        Region.objects.filter(page=page)
        .order_by("position")
        .values(*REGION, name=F("type__name"))
    )
    lines = list(
        Line.objects.filter(page=page).order_by("position").values(*LINE, name=F("type__name"))
    )
    layers = list(
        Transcription.objects.filter(document=page.document_id, archived_at=None)
        .order_by("id")
        .values("id", "name", "kind")
    )
    if layer_ids is None:
        layer_ids = [layers[-1]["id"]] if layers else []
    order = reading.sequence(page.order, regions, lines)
    place = {pk: number for number, pk in enumerate(order)}
    return {
        "id": page.pk,
        "document": page.document_id,
        "project": page.document.project_id,
        "name": page.name,
        "position": page.position,
        "version": page.version,
        "width": page.image.width,
        "height": page.image.height,
        "image": {"iiif": addresses.address(page), "sha256": page.image.sha256},
        "direction": page.direction or page.document.direction,
        "segmented_at": page.segmented_at,
        "recognised_at": page.recognised_at,
        "updated_at": page.updated_at,
        "regions": [_region(row) for row in regions],
        "lines": [
            _line(row, place[row["id"]]) for row in sorted(lines, key=lambda x: place[x["id"]])
        ],
        "layers": layers,
        "texts": _texts(page, layer_ids, place, characters=characters),
        "order": page.order,
    }


def _texts(
    page: Page, layer_ids: Sequence[int], place: dict[int, int], *, characters: bool
) -> list[dict[str, Any]]:
    if not layer_ids:
        return []
    found = LineText.objects.filter(
        line__page=page,
        line__deleted_at=None,
        transcription__in=layer_ids,
        transcription__document=page.document_id,
        transcription__archived_at=None,
    )
    names = (*TEXT, "words") if characters else TEXT
    rows = found.values(*names, writer=F("author__username"), reader=F("model__name"))
    ordered = sorted(rows, key=lambda row: (row["transcription_id"], place[row["line_id"]]))
    return [_text(row, characters=characters) for row in ordered]


def _region(row: dict[str, Any]) -> dict[str, Any]:
    return {
        "id": row["id"],
        "key": row["key"],
        "parent": row["parent_id"],
        "kind": row["kind"],
        "type": (row["name"] or "") + row["type_detail"],
        "polygon": row["polygon"],
        "direction": row["direction"],
        "version": row["version"],
    }


def _line(row: dict[str, Any], position: int) -> dict[str, Any]:
    return {
        "id": row["id"],
        "key": row["key"],
        "region": row["region_id"],
        "position": position,
        "type": (row["name"] or "") + row["type_detail"],
        "baseline": row["baseline"],
        "mask": row["mask"],
        "direction": row["direction"],
        "version": row["version"],
    }


def _text(row: dict[str, Any], *, characters: bool) -> dict[str, Any]:
    text = {
        "layer": row["transcription_id"],
        "line": row["line_id"],
        "content": row["content"],
        "confidence": row["confidence"],
        "confidences": base64.b64encode(bytes(row["confidences"])).decode(),
        "version": row["version"],
        "author": row["writer"],
        "model": row["reader"],
        "updated_at": row["updated_at"],
    }
    if characters:
        words = row["words"] or {}
        fits = words.get("text") == row["content"]
        text["words"] = words.get("words", []) if fits else []
    return text
