"""The order of pages in a document: positions from 0 without gaps, whoever changes them at once.

Every change of the order holds the document's row until its transaction ends. The constraint on
(document, position) is checked at the end of the transaction, so rows may pass each other.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence

from django.db import connection, transaction
from django.db.models import F
from django.utils import timezone

from armarius.errors import BadInput, NotFound
from armarius.models import Document, Page
from armarius.ops import news

_RENUMBER = """
UPDATE armarius_page AS page SET position = wanted.position - 1, updated_at = now()
FROM unnest(%s::bigint[]) WITH ORDINALITY AS wanted(id, position)
WHERE page.id = wanted.id AND page.position <> wanted.position - 1
"""

log = logging.getLogger(__name__)


def append(document: Document, count: int) -> range:
    """Positions for `count` new pages behind the last one.

    The caller creates the pages in the same transaction; until it ends, nobody else gets any.
    """
    _hold(document)
    present = Page.objects.filter(document=document).count()
    return range(present, present + count)


def move(document: Document, page_ids: Sequence[int], to: int) -> list[int]:
    """Put the pages, in the order given, at position `to`; returns all ids in their new order.

    Raises:
        BadInput: an id twice, none at all, or a position below 0.
        NotFound: a page is not in this document.
    """
    chosen = dict.fromkeys(page_ids)
    if not chosen or len(chosen) != len(page_ids) or to < 0:
        raise BadInput("Give each page to move once, and a position of 0 or above.")
    with transaction.atomic():
        _hold(document)
        present = _ids(document)
        if missing := chosen.keys() - set(present):
            raise NotFound(f"Page {min(missing)} is not in this document.")
        others = [one for one in present if one not in chosen]
        wanted = [*others[:to], *chosen, *others[to:]]
        _renumber(wanted)
        _tell(document)
    log.info("document %d: %d pages moved to %d", document.pk, len(chosen), to)
    return wanted


def remove(document: Document, page_ids: Sequence[int]) -> None:
    """Take pages out of the document; `bring_back` undoes it.

    Raises:
        NotFound: a page is not in this document.
    """
    with transaction.atomic():
        _hold(document)
        present = _ids(document)
        if missing := set(page_ids) - set(present):
            raise NotFound(f"Page {min(missing)} is not in this document.")
        Page.objects.filter(pk__in=page_ids).update(
            deleted_at=timezone.now(),
            removed_from=F("position"),
            position=F("id") + Page.REMOVED,
        )
        gone = set(page_ids)
        _renumber([one for one in present if one not in gone])
        _tell(document)
    log.info("document %d: %d pages removed", document.pk, len(gone))


def bring_back(document: Document, page_ids: Sequence[int]) -> None:
    """Put removed pages back where they stood, as far as the others still stand there.

    Raises:
        NotFound: there is no such removed page in this document.
    """
    with transaction.atomic():
        _hold(document)
        removed = Page.everything.filter(document=document, pk__in=page_ids).exclude(
            deleted_at=None
        )
        places = dict(removed.values_list("pk", "removed_from"))
        if missing := set(page_ids) - places.keys():
            raise NotFound(f"There is no removed page {min(missing)} in this document.")
        wanted = _ids(document)
        for page, place in sorted(
            places.items(), key=lambda x: (x[1] is None, x[1] or 0, x[0])
        ):
            wanted.insert(len(wanted) if place is None else place, page)
        removed.update(deleted_at=None, removed_from=None)
        _renumber(wanted)
        _tell(document)
    log.info("document %d: %d pages brought back", document.pk, len(places))


def _hold(document: Document) -> None:
    Document.objects.select_for_update().only("id").get(pk=document.pk)


def _ids(document: Document) -> list[int]:
    return list(
        Page.objects.filter(document=document).order_by("position").values_list("id", flat=True)
    )


def _renumber(ids: list[int]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_RENUMBER, [ids])


def _tell(document: Document) -> None:
    news.tell(document.project_id, "document", {"document": document.pk})
