"""Who may come in, and the sessions of their browsers."""

from __future__ import annotations

import logging
from datetime import timedelta

from django.contrib.auth.backends import ModelBackend
from django.contrib.sessions.models import Session
from django.db.models import Q
from django.utils import timezone

from armarius.errors import NotFound
from armarius.models import BrowserSession, User

SEEN_EVERY = timedelta(minutes=10)

log = logging.getLogger(__name__)


class Backend(ModelBackend):
    """Django's door: names and passwords, and whose sessions still count."""

    def user_can_authenticate(self, user: object) -> bool:
        """Not those who are switched off, nor those whose time is over."""
        return isinstance(user, User) and is_in(user)


def is_in(user: User) -> bool:
    """Whether the account is good just now."""
    return user.is_active and (user.expires_at is None or user.expires_at > timezone.now())


def good() -> Q:
    """The same for a query."""
    return Q(is_active=True) & (Q(expires_at=None) | Q(expires_at__gt=timezone.now()))


def began(user: User, key: str, agent: str) -> None:
    """Note a session that has just begun."""
    BrowserSession.objects.update_or_create(
        key=key, defaults={"user": user, "agent": agent[:300], "seen_at": timezone.now()}
    )
    User.objects.filter(pk=user.pk).update(seen_at=timezone.now())


def seen(user: User, key: str | None) -> None:
    """Note that somebody is here; written every ten minutes at most."""
    now = timezone.now()
    if user.seen_at is not None and user.seen_at > now - SEEN_EVERY:
        return
    User.objects.filter(pk=user.pk).update(seen_at=now)
    if key:
        BrowserSession.objects.filter(key=key).update(seen_at=now)


def end(user: User, session_id: int) -> None:
    """End a session of the user's.

    Raises:
        NotFound: there is no such session.
    """
    found = BrowserSession.objects.filter(user=user, pk=session_id).first()
    if found is None:
        raise NotFound("You have no such session.")
    end_keys([found.key])
    log.info("user %d: session %d ended", user.pk, session_id)


def end_all(user: User, but: str | None = None) -> int:
    """End all sessions of the user's but the one with that key; returns how many."""
    keys = list(
        BrowserSession.objects.filter(user=user)
        .exclude(key=but or "")
        .values_list("key", flat=True)
    )
    end_keys(keys)
    if keys:
        log.info("user %d: %d sessions ended", user.pk, len(keys))
    return len(keys)


def end_keys(keys: list[str]) -> None:
    """Forget sessions by their keys; whoever has one is nobody from now on."""
    Session.objects.filter(session_key__in=keys).delete()
    BrowserSession.objects.filter(key__in=keys).delete()


def forget() -> None:
    """Drop sessions that are over."""
    Session.objects.filter(expire_date__lt=timezone.now()).delete()
    open_keys = Session.objects.values("session_key")
    BrowserSession.objects.exclude(key__in=open_keys).delete()
