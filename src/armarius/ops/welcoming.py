"""The text of the first page, which the administrators write."""

from __future__ import annotations

import logging

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone

from armarius.errors import Conflict
from armarius.models import User, Welcome

_ONLY = 1

log = logging.getLogger(__name__)


def read() -> Welcome:
    """The text; an unsaved empty one where nobody has written any."""
    return Welcome.objects.filter(pk=_ONLY).first() or Welcome(version=0)


def change(version: int, text: str, *, by: User) -> Welcome:
    """Write it, if nobody else did since `version` was read (0: there was none).

    Raises:
        Conflict: somebody was faster; the error says what is stored now.
    """
    if not _written(version, text):
        now = read()
        raise Conflict(
            "Somebody changed the first page meanwhile. Load it again.",
            [{"version": now.version, "text": now.text}],
        )
    log.info("first page: changed by user %d", by.pk)
    return read()


def _written(version: int, text: str) -> bool:
    if version:
        found = Welcome.objects.filter(pk=_ONLY, version=version)
        return bool(
            found.update(text=text, version=F("version") + 1, updated_at=timezone.now())
        )
    try:
        with transaction.atomic():
            Welcome.objects.create(pk=_ONLY, text=text)
    except IntegrityError:
        return False
    return True
