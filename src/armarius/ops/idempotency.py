"""One effect per request, however often it is sent.

A client that gets no answer sends the same request again with the same key. The first one that
commits keeps its answer in the same transaction as its effect; every other one is rolled back
and gets that answer. Nothing is looked up beforehand, so an ordinary call pays one INSERT.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from django.utils import timezone

from armarius.errors import BadInput
from armarius.models import IdempotencyKey, User
from armarius.ops import prepared

KEPT = timedelta(days=8)
LONGEST_KEY = 200

_KEEP = """
INSERT INTO armarius_idempotencykey (user_id, key, request_sha256, status, answer, created_at)
VALUES (%s::bigint, %s::text, %s::text, %s::int, %s::text, now()) ON CONFLICT (user_id, key) DO NOTHING RETURNING id
"""


@dataclass(frozen=True, slots=True)
class Kept:
    """An answer that was given before."""

    status: int
    answer: str


def keep(user: User, key: str, request_sha256: str, status: int, answer: str) -> bool:
    """Keep the answer in the present transaction; False if another request was faster.

    Waits for another transaction that is just keeping the same key.
    """
    return bool(prepared.rows(_KEEP, [user.pk, key, request_sha256, status, answer]))


def earlier(user: User, key: str, request_sha256: str) -> Kept | None:
    """The answer that was kept for this key, if any.

    Raises:
        BadInput: the key was used for another request.
    """
    row = IdempotencyKey.objects.filter(user=user, key=key).first()
    if row is None:
        return None
    if row.request_sha256 != request_sha256:
        raise BadInput(
            "This Idempotency-Key was used for another request. Make a new key for each change."
        )
    return Kept(row.status or 200, row.answer)


def check(key: str) -> None:
    """Refuse a key that cannot be one.

    Raises:
        BadInput: it is empty, too long, or not plain ASCII.
    """
    if not 1 <= len(key) <= LONGEST_KEY or not (key.isascii() and key.isprintable()):
        raise BadInput(f"An Idempotency-Key is 1 to {LONGEST_KEY} printable ASCII characters.")


def forget() -> int:
    """Drop keys that no client repeats any more; returns how many."""
    old = IdempotencyKey.objects.filter(created_at__lt=timezone.now() - KEPT)
    return old.delete()[0]
