"""What people change of a page besides its shapes and texts."""

from __future__ import annotations

import logging
from typing import Any

from django.db import transaction

from armarius.errors import Conflict
from armarius.models import OntologyType, Page, User
from armarius.ops import news, ontology, snapshots

log = logging.getLogger(__name__)


def change(page: Page, version: int, values: dict[str, Any], *, by: User) -> None:
    """Write name, direction, type, comment and metadata, if the page is still at `version`.

    Raises:
        Conflict: somebody changed it; the error says what is stored now.
    """
    with transaction.atomic():
        snapshots.lock(page)
        if page.version != version:
            now = {"id": page.pk, "version": page.version, "name": page.name}
            raise Conflict("Somebody changed this page meanwhile. Load it again.", [now])
        for name, value in values.items():
            setattr(page, name, _typed(page, value) if name == "type" else value)
        page.version += 1
        page.save(update_fields=[*values, "version", "updated_at"])
        news.tell(
            page.document.project_id, "page", {"page": page.pk, "document": page.document_id}
        )
    log.info("page %d: changed by user %d", page.pk, by.pk)


def _typed(page: Page, name: str) -> OntologyType | None:
    """The type of pages with this name; None for no name."""
    if not name:
        return None
    ontology.check(name)
    found = ontology.types_of(page.document.project_id, [("page", name)])
    return OntologyType.objects.get(pk=found["page", name])
