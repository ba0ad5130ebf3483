"""A page as an editor wants it: everything that is drawn or written on it, in one answer.

Four queries, whatever the page holds. The database writes regions, lines and texts as JSON
itself and they are only put together here: reading the points of 206 masks into Python to write
them out again took most of the time of the whole answer.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from armarius.images import addresses, store, tiles
from armarius.ops import prepared, reading, writing
from armarius.ops.sharing import PageView

_LINES = """
SELECT line.id, line.key, region_id, line.position, (SELECT row_to_json(shape)::text FROM (SELECT
    line.id, line.key, region_id AS region, coalesce(type.name, '') || type_detail AS type,
    baseline, mask, direction, line.version, flagged, (
        SELECT count(*) FROM armarius_linecomment AS comment WHERE comment.line_id = line.id
        AND comment.deleted_at IS NULL AND comment.resolved_at IS NULL
    ) AS comments) AS shape)
FROM armarius_line AS line LEFT JOIN armarius_ontologytype AS type ON type.id = type_id
WHERE page_id = %s::bigint AND line.deleted_at IS NULL ORDER BY line.position, line.id
"""
_REGIONS = """
SELECT region.id, region.key, parent_id, region.position, (SELECT row_to_json(shape)::text FROM (SELECT
    region.id, region.key, parent_id AS parent, region.kind,
    coalesce(type.name, '') || type_detail AS type, polygon, direction, region.version) AS shape)
FROM armarius_region AS region LEFT JOIN armarius_ontologytype AS type ON type.id = type_id
WHERE page_id = %s::bigint AND region.deleted_at IS NULL ORDER BY region.position, region.id
"""
_TEXTS = """
SELECT transcription_id, line_id, (SELECT row_to_json(shown)::text FROM (SELECT
    transcription_id AS layer, line_id AS line, content, text.confidence,
    translate(encode(confidences, 'base64'), E'\\n', '') AS confidences, text.version,
    checked, author.username AS author, model.name AS model,
    to_char(text.updated_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS updated_at {words}) AS shown)
FROM armarius_linetext AS text
JOIN armarius_line AS line ON line.id = line_id
LEFT JOIN armarius_user AS author ON author.id = author_id
LEFT JOIN armarius_atrmodel AS model ON model.id = model_id
WHERE page_id = %s::bigint AND line.deleted_at IS NULL AND transcription_id = ANY(%s::bigint[])
"""
# Words are given only where they spell the text: an edit leaves the old ones in their place.
_WORDS = """,
    CASE WHEN words->>'text' = content THEN coalesce(words->'words', '[]') ELSE '[]' END AS words
"""
_LAYERS = """
SELECT layer.id, name, kind, EXISTS (
    SELECT FROM armarius_line AS line JOIN armarius_linetext ON line_id = line.id
    WHERE page_id = %s::bigint AND line.deleted_at IS NULL AND transcription_id = layer.id
)
FROM armarius_transcription AS layer
WHERE document_id = %s::bigint AND archived_at IS NULL ORDER BY layer.id
"""


def whole(page: PageView, layer_ids: Sequence[int] | None, *, characters: bool) -> str:
    """The page as `api.pages.WholePage` describes it, as JSON.

    Args:
        page: as `sharing.page_view` found it.
        layer_ids: whose texts; None for the newest layer that has any on this page.
        characters: words and characters with their places too.
    """
    regions = prepared.rows(_REGIONS, [page.id])
    lines = prepared.rows(_LINES, [page.id])
    found = prepared.rows(_LAYERS, [page.id, page.document])
    layers = [{"id": pk, "name": name, "kind": kind} for pk, name, kind, _ in found]
    if layer_ids is None:
        wanted = [pk for pk, _, _, read in found if read][-1:]
    else:
        wanted = [pk for pk, *_ in found if pk in layer_ids]
    place = {pk: number for number, pk in enumerate(_sequence(page, regions, lines))}
    placed = sorted((place[row[0]], row[4]) for row in lines)
    head = {
        "id": page.id,
        "document": page.document,
        "project": page.project,
        "role": page.role,
        "name": page.name,
        "position": page.position,
        "version": page.version,
        "width": page.width,
        "height": page.height,
        "image": {
            "iiif": addresses.PREFIX + addresses.identifier(page.id, page.sha256),
            "sha256": page.sha256,
            "tiles": _tiles(page),
        },
        "direction": page.direction,
        "type": page.type,
        "segmented_at": page.segmented_at,
        "recognised_at": page.recognised_at,
        "updated_at": page.updated_at,
        "layers": layers,
        "order": page.order,
        "writing": page.writing or writing.DEFAULTS,
    }
    shapes = (
        f'"regions":[{",".join(row[4] for row in regions)}]',
        f'"lines":[{",".join(_with(number, line) for number, line in placed)}]',
        f'"texts":[{",".join(_texts(page, wanted, place, characters=characters))}]',
    )
    start = json.dumps(head, ensure_ascii=False, separators=(",", ":"))
    return f"{start[:-1]},{','.join(shapes)}}}"


def _tiles(page: PageView) -> dict[str, Any] | None:
    """How the image is cut, so that nobody has to read its info.json first."""
    if not store.pyramid_path(page.sha256).exists():
        return None
    return {"side": tiles.TILE, "scales": tiles.scales(page.width, page.height)}


def _with(position: int, line: str) -> str:
    return f'{{"position":{position},{line[1:]}'


def _texts(
    page: PageView, layer_ids: Sequence[int], place: dict[int, int], *, characters: bool
) -> list[str]:
    if not layer_ids:
        return []
    rows = prepared.rows(
        _TEXTS.format(words=_WORDS if characters else ""), [page.id, list(layer_ids)]
    )
    return [row[2] for row in sorted(rows, key=lambda row: (row[0], place[row[1]]))]


def _sequence(
    page: PageView, regions: Sequence[tuple[Any, ...]], lines: Sequence[tuple[Any, ...]]
) -> list[int]:
    return reading.sequence(
        page.order,
        [
            dict(zip(("id", "key", "parent_id", "position"), row, strict=False))
            for row in regions
        ],
        [dict(zip(("id", "key", "region_id", "position"), row, strict=False)) for row in lines],
    )
