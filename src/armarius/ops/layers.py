"""Layers of a document: one text per line each.

A layer is archived and brought back at will. A removed one is kept for the grace period, in which
it can be brought back too; then `forgetting` deletes it with its texts.
"""

from __future__ import annotations

import logging

from django.db import IntegrityError, connection, transaction
from django.db.models.functions import Coalesce
from django.utils import timezone

from armarius.errors import BadInput
from armarius.models import Document, Transcription, User
from armarius.ops import news

_COPY = """
WITH copied AS (
    INSERT INTO armarius_linetext
        (line_id, transcription_id, content, confidence, confidences, words, version,
         author_id, model_id, updated_at)
    SELECT text.line_id, %(new)s, text.content, text.confidence, text.confidences, text.words, 1,
           text.author_id, text.model_id, now()
    FROM armarius_linetext AS text JOIN armarius_line AS line ON line.id = text.line_id
    WHERE text.transcription_id = %(old)s AND line.deleted_at IS NULL
    RETURNING id, content, confidence, author_id, model_id
)
INSERT INTO armarius_linetextversion
    (text_id, version, content, confidence, author_id, model_id, source, created_at)
SELECT id, 1, content, confidence, author_id, model_id, 'copy', now() FROM copied
"""

log = logging.getLogger(__name__)


def create(
    document: Document,
    name: str,
    *,
    by: User,
    kind: str = Transcription.Kind.MANUAL,
    copy_of: Transcription | None = None,
) -> Transcription:
    """A new layer, empty or with the present texts of another one.

    Raises:
        BadInput: the name is taken, or the other layer is of another document.
    """
    if copy_of is not None and copy_of.document_id != document.pk:
        raise BadInput("Only layers of the same document can be copied.")
    try:
        with transaction.atomic():
            layer = Transcription.objects.create(
                document=document, name=name, kind=kind, created_by=by
            )
            if copy_of is not None:
                with connection.cursor() as cursor:
                    cursor.execute(_COPY, {"new": layer.pk, "old": copy_of.pk})
            news.tell(document.project_id, "document", {"document": document.pk})
    except IntegrityError:
        raise _taken(name) from None
    log.info("layer %d: created by user %d", layer.pk, by.pk)
    return layer


def change(layer: Transcription, values: dict[str, str], *, by: User) -> None:
    """Give the layer another name or comment.

    Raises:
        BadInput: the name is taken.
    """
    try:
        with transaction.atomic():
            Transcription.objects.filter(pk=layer.pk).update(**values)
            _tell(layer)
    except IntegrityError:
        raise _taken(values["name"]) from None
    for field, value in values.items():
        setattr(layer, field, value)
    log.info("layer %d: changed by user %d", layer.pk, by.pk)


def remove(layer: Transcription, *, by: User) -> None:
    """Take the layer away; `restore` undoes it until the grace period is over.

    It counts as archived too, so whoever leaves archived layers out leaves it out.
    """
    now = timezone.now()
    with transaction.atomic():
        Transcription.objects.filter(pk=layer.pk).update(
            deleted_at=now, archived_at=Coalesce("archived_at", now)
        )
        _tell(layer)
    log.info("layer %d: removed by user %d", layer.pk, by.pk)


def restore(layer: Transcription, *, by: User) -> None:
    """Undo `remove`; a layer that was archived before is archived again.

    Raises:
        BadInput: its name was given to another layer meanwhile.
    """
    if layer.archived_at == layer.deleted_at:
        layer.archived_at = None
    layer.deleted_at = None
    try:
        with transaction.atomic():
            layer.save(update_fields=["deleted_at", "archived_at"])
            _tell(layer)
    except IntegrityError:
        raise BadInput(
            f"There is a new layer “{layer.name}”. Rename that one, then bring this one back."
        ) from None
    log.info("layer %d: brought back by user %d", layer.pk, by.pk)


def archive(layer: Transcription, *, by: User) -> None:
    """Take the layer out of sight; all its texts stay. `bring_back` undoes it."""
    _set_archived(layer, archived=True)
    log.info("layer %d: archived by user %d", layer.pk, by.pk)


def bring_back(layer: Transcription, *, by: User) -> None:
    """Undo `archive`."""
    _set_archived(layer, archived=False)
    log.info("layer %d: brought back by user %d", layer.pk, by.pk)


def _set_archived(layer: Transcription, *, archived: bool) -> None:
    with transaction.atomic():
        layer.archived_at = timezone.now() if archived else None
        Transcription.objects.filter(pk=layer.pk).update(archived_at=layer.archived_at)
        _tell(layer)


def _tell(layer: Transcription) -> None:
    news.tell(layer.document.project_id, "document", {"document": layer.document_id})


def _taken(name: str) -> BadInput:
    return BadInput(f"There is already a layer “{name}”. Choose another name.")
