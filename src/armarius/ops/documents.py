"""Documents: made, renamed, taken away and brought back."""

from __future__ import annotations

import logging
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from armarius.errors import Conflict, NotFound
from armarius.models import Document, Project, Role, User
from armarius.ops import news, sharing

log = logging.getLogger(__name__)


def create(project: Project, name: str, *, by: User, **values: Any) -> Document:
    """A new, empty document. `values`: direction, script, line_position, metadata."""
    with transaction.atomic():
        document = Document.objects.create(project=project, name=name, **values)
        news.tell(project.pk, "document", {"document": document.pk})
    log.info("document %d: created by user %d", document.pk, by.pk)
    return document


def change(document: Document, version: int, values: dict[str, Any], *, by: User) -> None:
    """Write new values, if nobody else did since `version` was read.

    Raises:
        Conflict: somebody did; the error says what is stored now.
    """
    with transaction.atomic():
        done = Document.objects.filter(pk=document.pk, version=version).update(
            **values, version=F("version") + 1, updated_at=timezone.now()
        )
        if not done:
            now = {"id": document.pk, "version": document.version, "name": document.name}
            raise Conflict("Somebody changed this document meanwhile. Load it again.", [now])
        news.tell(document.project_id, "document", {"document": document.pk})
    log.info("document %d: changed by user %d", document.pk, by.pk)


def archive(document: Document, *, archived: bool, by: User) -> None:
    """Take a finished document out of the usual lists, or put it back; nothing else changes."""
    with transaction.atomic():
        when = timezone.now() if archived else None
        Document.objects.filter(pk=document.pk).update(archived_at=when)
        news.tell(document.project_id, "document", {"document": document.pk})
    log.info("document %d: archived: %s, by user %d", document.pk, archived, by.pk)


def settings_of(document: Document) -> dict[str, Any]:
    """What a new document can take over from another one: all but its name and its pages."""
    return {
        name: getattr(document, name)
        for name in ("direction", "script", "line_position", "metadata")
    }


def remove(document: Document, *, by: User) -> None:
    """Take the document away; `bring_back` undoes it."""
    with transaction.atomic():
        Document.objects.filter(pk=document.pk).update(deleted_at=timezone.now())
        news.tell(document.project_id, "document", {"document": document.pk})
    log.info("document %d: removed by user %d", document.pk, by.pk)


def bring_back(document_id: int, *, by: User) -> Document:
    """Undo `remove`.

    Raises:
        NotFound: there is no such removed document, or `by` does not see its project.
        Forbidden: `by` is not a manager of it.
    """
    found = Document.objects.exclude(deleted_at=None).filter(pk=document_id).first()
    if found is None:
        raise NotFound(f"There is no removed document {document_id}.")
    sharing.project_of(by, found.project_id, Role.MANAGER)
    with transaction.atomic():
        Document.objects.filter(pk=document_id).update(deleted_at=None)
        news.tell(found.project_id, "document", {"document": document_id})
    log.info("document %d: brought back by user %d", document_id, by.pk)
    return found
