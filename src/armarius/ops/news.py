"""Tell everybody who may see a project that something in it has changed.

An event row and the database's NOTIFY commit with the change itself: no news of what did not
happen, nothing happens without news. The notification carries the event's id. Listeners read
the row by that id, because ids may commit in another order than they were given out.
"""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

from django.db import connection
from django.db.models import Max
from django.utils import timezone

from armarius.models import Event

CHANNEL = "armarius_events"
KEPT = timedelta(days=1)

_TELL = """
WITH told AS (
    INSERT INTO armarius_event (project_id, user_id, kind, payload, created_at)
    VALUES (%s, %s, %s, %s::jsonb, now()) RETURNING id
)
SELECT id, pg_notify(%s, id::text) FROM told
"""


def tell(project_id: int, kind: str, payload: dict[str, Any]) -> int:
    """Record the news and notify in the present transaction; returns the event's id.

    Args:
        project_id: whose members hear it.
        kind: "job", "page" or "document".
        payload: small, with ids; listeners fetch the rest.
    """
    return _tell(project_id, None, kind, payload)


def tell_person(user_id: int, kind: str, payload: dict[str, Any]) -> int:
    """The same, heard by one person only."""
    return _tell(None, user_id, kind, payload)


def _tell(
    project_id: int | None, user_id: int | None, kind: str, payload: dict[str, Any]
) -> int:
    with connection.cursor() as cursor:
        cursor.execute(_TELL, [project_id, user_id, kind, json.dumps(payload), CHANNEL])
        return int(cursor.fetchone()[0])


def last() -> int:
    """The id of the newest news: who loads something now and listens later gives it."""
    return Event.objects.aggregate(last=Max("pk"))["last"] or 0


def forget() -> int:
    """Drop news older than a day; returns how many."""
    return Event.objects.filter(created_at__lt=timezone.now() - KEPT).delete()[0]
