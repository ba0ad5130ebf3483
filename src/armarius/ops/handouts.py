"""Exports that are kept in a list for some days, each with a link that anybody can load.

The link is a random key with the instance's signature: a link that was not made here is refused
before the database is asked, and a copy of the database opens none. It makes the archive anew each
time, with the rights that the person who took the export has then. See docs/decisions/0031.
"""

from __future__ import annotations

import logging
import secrets
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.core import signing as signatures
from django.db import connection, transaction
from django.utils import timezone

from armarius import config
from armarius.errors import BadInput, Busy, NotFound
from armarius.models import Document, Handout, Page, User
from armarius.ops import sharing, signing
from armarius.ops.exporting import Choice

PER_USER = 500
LOADS, WITHIN = 30, timedelta(minutes=10)  # of one link: each makes an archive
GONE = "There is no such export, or its time is over. Ask who gave you the link for another.\n"

# Counted by one statement before the archive is made, so that many at once are counted one by one.
_COUNT = """
UPDATE armarius_handout SET used_at = now(),
    uses = CASE WHEN {lately} THEN uses + 1 ELSE 1 END,
    uses_since = CASE WHEN {lately} THEN uses_since ELSE now() END
WHERE id = %(id)s AND NOT (uses >= %(most)s AND {lately})
RETURNING id
""".replace(
    "{lately}", "coalesce(uses_since > now() - make_interval(secs => %(within)s), false)"
)

log = logging.getLogger(__name__)


def keep(choice: Choice, wanted: Mapping[str, Any], *, all_pages: bool, by: User) -> Handout:
    """Put an export into the list.

    Args:
        choice: what goes out, as it was found for `by`.
        wanted: the same as the API takes it; its layer becomes the one that was found.
        all_pages: whatever pages the document will have; otherwise those of `choice`.
        by: who takes it.

    Raises:
        BadInput: `by` has too many.
    """
    layer = choice.layer
    with transaction.atomic():
        User.objects.select_for_update().get(pk=by.pk)  # two clicks at once count as two
        if Handout.objects.filter(user=by).count() >= PER_USER:
            raise BadInput(
                f"You have {PER_USER} exports in the list. Delete some, or export without keeping."
            )
        handout = Handout.objects.create(
            document=choice.document,
            user=by,
            key=secrets.token_urlsafe(18),
            wanted={**wanted, "layer": layer.pk if layer else None},
            page_ids=None if all_pages else list(choice.page_ids),
            pages=len(choice.page_ids),
            layer=layer.name if layer else "",
            expires_at=timezone.now() + timedelta(days=config.number("ARMARIUS_EXPORT_DAYS")),
        )
    log.info("document %d: export %d kept by user %d", choice.document.pk, handout.pk, by.pk)
    return handout


def link(handout: Handout) -> str:
    """The path at which anybody can load it; for who took it only."""
    return f"/exports/{_signer().sign(handout.key)}"


def of_link(token: str) -> tuple[Handout, Document]:
    """The export of a link and its document, as who took it may read it now; the use is counted.

    Raises:
        NotFound: no such link, over, deleted, or who took it no longer sees the document; always the
            same sentence.
        Busy: it is loaded too often.
    """
    try:
        key = _signer().unsign(token)
    except signatures.BadSignature:
        raise NotFound(GONE) from None
    found = Handout.objects.select_related("user").filter(
        key=key, expires_at__gt=timezone.now()
    )
    handout = found.first()
    if handout is None or not signing.is_in(handout.user):
        raise NotFound(GONE)
    try:
        document = sharing.document_of(handout.user, handout.document_id)
    except NotFound:
        raise NotFound(GONE) from None
    with connection.cursor() as cursor:
        cursor.execute(
            _COUNT, {"id": handout.pk, "within": WITHIN.total_seconds(), "most": LOADS}
        )
        if cursor.fetchone() is None:
            raise Busy("This export is loaded too often. Try again in ten minutes.\n")
    return handout, document


def page_ids(handout: Handout) -> list[int] | None:
    """Its pages that are still there; None for all of the document."""
    if handout.page_ids is None:
        return None
    there = Page.objects.filter(document=handout.document_id, pk__in=handout.page_ids)
    return list(there.values_list("pk", flat=True))


def remove(user: User, handout_id: int) -> None:
    """Take an export out of the list; its link stops working.

    Raises:
        NotFound: there is none, or it is another's and `user` does not manage the document.
    """
    handout = sharing.visible_handouts(user).filter(pk=handout_id).first()
    if handout is None:
        raise NotFound(f"There is no export {handout_id}, or it is not yours.")
    handout.delete()
    log.info("export %d: removed by user %d", handout_id, user.pk)


def forget() -> None:
    """Drop exports whose time is over."""
    Handout.objects.filter(expires_at__lt=timezone.now()).delete()


def _signer() -> signatures.Signer:
    return signatures.Signer(sep=".", salt="armarius.handout")
