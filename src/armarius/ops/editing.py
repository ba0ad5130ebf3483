"""Texts written by people, each on the version that its author has seen.

What an editor needs that works offline: a batch of fifty edits made on a train must not be
lost because one of them met somebody else's. So every edit is judged by itself; those that fit
are stored, the others come back with what is there now, and the answer names both.

A batch is one statement, whatever its size: rows are locked in the order of their ids, so two
batches never wait for each other crosswise; the history row is part of the same statement.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from django.db.models import F

from armarius.errors import BadInput, NotFound
from armarius.models import Line, LineText, LineTextVersion, Transcription, User
from armarius.ops import news, prepared, texts, writing
from armarius.ops.sharing import PageView

MOST = 2000  # edits of one batch
NAMED = 20  # lines that the news names; of larger batches listeners fetch the page

log = logging.getLogger(__name__)

_SAVE = """
WITH asked AS (
    SELECT given.* FROM unnest(
        %(lines)s::bigint[], %(layers)s::bigint[], %(versions)s::int[], %(contents)s::text[],
        %(confidences)s::float8[], %(checked)s::bool[]
    ) AS given(line_id, layer_id, version, content, confidence, checked)
    JOIN armarius_line AS line
        ON line.id = given.line_id AND line.page_id = %(page)s::bigint AND line.deleted_at IS NULL
    JOIN armarius_transcription AS layer
        ON layer.id = given.layer_id AND layer.document_id = %(document)s::bigint
        AND layer.archived_at IS NULL
), held AS (
    SELECT text.id FROM armarius_linetext AS text JOIN asked
        ON text.line_id = asked.line_id AND text.transcription_id = asked.layer_id
    ORDER BY text.id FOR UPDATE OF text
), changed AS (
    UPDATE armarius_linetext AS text SET
        content = asked.content, confidence = asked.confidence, confidences = '',
        version = text.version + 1, checked = asked.checked, author_id = %(author)s::bigint,
        model_id = NULL, updated_at = now()
    FROM asked, held
    WHERE text.id = held.id AND text.line_id = asked.line_id
        AND text.transcription_id = asked.layer_id AND text.version = asked.version
    RETURNING text.id, text.line_id, text.transcription_id, text.version, text.content,
        text.confidence, text.checked
), added AS (
    INSERT INTO armarius_linetext
        (line_id, transcription_id, content, confidence, confidences, version, checked, author_id,
        updated_at)
    SELECT line_id, layer_id, content, confidence, '', 1, checked, %(author)s::bigint, now()
    FROM asked WHERE version = 0 ORDER BY line_id, layer_id
    ON CONFLICT (line_id, transcription_id) DO NOTHING
    RETURNING id, line_id, transcription_id, version, content, confidence, checked
), stored AS (SELECT * FROM changed UNION ALL SELECT * FROM added),
history AS (
    INSERT INTO armarius_linetextversion
        (text_id, version, content, confidence, author_id, source, created_at)
    SELECT id, version, content, confidence, %(author)s::bigint,
        CASE WHEN checked AND %(source)s::text = 'edit' THEN 'check' ELSE %(source)s::text END, now()
    FROM stored
), told AS (
    INSERT INTO armarius_event (project_id, kind, payload, created_at)
    SELECT %(project)s::bigint, 'texts', jsonb_build_object(
        'page', %(page)s::bigint, 'document', %(document)s::bigint, 'author', %(author)s::bigint,
        'lines', CASE WHEN count(*) <= %(named)s::bigint THEN jsonb_agg(line_id) ELSE '[]' END
    ), now() FROM stored HAVING count(*) > 0
    RETURNING id
)
SELECT line_id, transcription_id, version, content, (SELECT pg_notify(%(channel)s::text, id::text) FROM told)
FROM stored
"""


@dataclass(frozen=True, slots=True)
class Edit:
    """A text for a line in a layer; `version` is the one that was seen, 0 for no text yet.

    `checked`: the author has read it against the image. The history then says “check”.
    """

    line: int
    layer: int
    content: str
    version: int
    confidence: float | None = None
    checked: bool = False


@dataclass(frozen=True, slots=True)
class Place:
    """The page of a batch, by its id and those of its document and project."""

    id: int
    document: int
    project: int
    writing: Any  # the project's conventions, as in `PageView`


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a batch.

    Attributes:
        saved: {line, layer, version} of each stored edit, and its content where it is stored in
            another normal form than it came in.
        refused: {line, layer, version, content, author, why} of each other one: what is there
            now (version 0 and no content where there is nothing).
    """

    saved: list[dict[str, Any]] = field(default_factory=list)
    refused: list[dict[str, Any]] = field(default_factory=list)


def save(
    page: PageView | Place, edits: Sequence[Edit], *, by: User, source: str = "edit"
) -> Outcome:
    """Store the edits that fit what is there, and tell the project; one statement.

    Contents are brought into the project's normal form.

    Args:
        page: all lines must be on it, as `sharing.page_view` found it.
        edits: at most `MOST`, each line and layer once.
        by: the author.
        source: the word in the history.

    Raises:
        BadInput: a text cannot be stored, or an edit stands twice in the batch; nothing is.
    """
    _check(edits)
    given = {(edit.line, edit.layer): edit.content for edit in edits}
    form = (page.writing or writing.DEFAULTS)["normal_form"]
    edits = [replace(edit, content=writing.normal(edit.content, form)) for edit in edits]
    values: dict[str, Any] = {
        "lines": [edit.line for edit in edits],
        "layers": [edit.layer for edit in edits],
        "versions": [edit.version for edit in edits],
        "contents": [edit.content for edit in edits],
        "confidences": [edit.confidence for edit in edits],
        "checked": [edit.checked for edit in edits],
        "page": page.id,
        "document": page.document,
        "project": page.project,
        "author": by.pk,
        "source": source,
        "named": NAMED,
        "channel": news.CHANNEL,
    }
    found = prepared.rows(_SAVE, values)
    stored = {(line, layer) for line, layer, *_ in found}
    saved = [
        {"line": line, "layer": layer, "version": version}
        | ({} if given[line, layer] == content else {"content": content})
        for line, layer, version, content, _ in found
    ]
    refused = [edit for edit in edits if (edit.line, edit.layer) not in stored]
    log.debug("page %d: %d texts saved by user %d", page.id, len(saved), by.pk)
    return Outcome(saved, _what_is_there(page, refused) if refused else [])


def restore(
    page: PageView, line: Line, layer: Transcription, version: int, seen: int, *, by: User
) -> Outcome:
    """Make an earlier text of the line the present one, as a new version.

    Args:
        page: where the line is.
        line: a line of the layer's document.
        layer: where.
        version: whose content is wanted.
        seen: the present version as the user has seen it.
        by: the author.

    Raises:
        NotFound: there is no such version.
    """
    found = LineTextVersion.objects.filter(
        text__line=line, text__transcription=layer, version=version
    ).first()
    if found is None:
        raise NotFound(f"Line {line.pk} has no version {version} in this layer.")
    edit = Edit(line.pk, layer.pk, found.content, seen, found.confidence)
    return save(page, [edit], by=by, source="restore")


def _check(edits: Sequence[Edit]) -> None:
    if len(edits) > MOST:
        raise BadInput(f"{len(edits)} edits at once; the limit is {MOST}. Send them in parts.")
    if len({(edit.line, edit.layer) for edit in edits}) != len(edits):
        raise BadInput("A line stands twice in one batch. Send only its last text.")
    for edit in edits:
        texts.check(edit.content)


def _what_is_there(page: PageView | Place, refused: Sequence[Edit]) -> list[dict[str, Any]]:
    """For each refused edit what is stored now, and why it was refused: three queries."""
    lines = set(
        Line.objects.filter(page=page.id, pk__in=[x.line for x in refused]).values_list(
            "pk", flat=True
        )
    )
    layers = set(
        Transcription.objects.filter(
            document=page.document, archived_at=None, pk__in=[x.layer for x in refused]
        ).values_list("pk", flat=True)
    )
    rows = LineText.objects.filter(line__in=lines, transcription__in=layers).values(
        "line_id",
        "transcription_id",
        "version",
        "content",
        "updated_at",
        name=F("author__username"),
    )
    there = {(row["line_id"], row["transcription_id"]): row for row in rows}
    answers = []
    for edit in refused:
        row = there.get((edit.line, edit.layer))
        why = "gone" if edit.line not in lines or edit.layer not in layers else "changed"
        answers.append(
            {
                "line": edit.line,
                "layer": edit.layer,
                "why": why,
                "version": row["version"] if row else 0,
                "content": row["content"] if row else None,
                "author": row["name"] if row else None,
                "updated_at": row["updated_at"] if row else None,
            }
        )
    return answers
