"""Notices: what a person should know, behind the bell in the page and by letter as they chose.

A notice is stored and told in the transaction of what it is about.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from armarius.models import Job, Notice, User
from armarius.ops import letters, mailing, news, preferences
from armarius.ops import signing as sessions

KINDS = tuple(letters.LINES)
USES = ("disk", "cpu", "gpu", "server")  # what `ops.limits` warns of
LONG = timedelta(minutes=10)  # whoever waits for so long is doing something else
KEPT = timedelta(days=90)
DAY = timedelta(days=1)


def notice(
    people: Iterable[int], kind: str, payload: dict[str, Any], *, weighs: bool = True
) -> None:
    """Tell some people something.

    Args:
        people: their ids; nobody else hears of it.
        kind: one of `KINDS`.
        payload: ids and names, from which the browser makes a sentence and a link.
        weighs: worth a letter to those who want letters of problems only.
    """
    found = User.objects.filter(sessions.good(), pk__in=set(people))
    with transaction.atomic():
        for user in found:
            row = Notice.objects.create(user=user, kind=kind, payload=payload)
            news.tell_person(user.pk, "notice", {"id": row.pk, "kind": kind})
            wanted = user.letters == User.Letters.ALL or (
                weighs and user.letters == User.Letters.PROBLEMS
            )
            if wanted and user.email_confirmed_at is not None:
                _mail(user, [row])


def job_ended(job: Job) -> None:
    """Tell the owner of a job that it has ended; who cancelled it knows."""
    if job.state == Job.State.CANCELLED:
        return
    ended = job.ended_at or timezone.now()
    payload = {
        "job": job.pk,
        "title": job.title,
        "state": job.state,
        "kind": job.kind,
        "project": job.project_id,
        "document": job.document_id,
    }
    weighs = job.state != Job.State.DONE or ended - job.created_at > LONG
    notice([job.owner_id], "job", payload, weighs=weighs)


def read(user: User, ids: Iterable[int] | None) -> int:
    """Mark notices as read, all of them without ids; returns how many are left unread."""
    left = Notice.objects.filter(user=user, read_at=None)
    wanted = left if ids is None else left.filter(pk__in=list(ids))
    with transaction.atomic():
        if wanted.update(read_at=timezone.now()):
            news.tell_person(user.pk, "notice", {"read": True})
    return left.count()


def unread(user: User) -> int:
    """How many notices the person has not read."""
    return Notice.objects.filter(user=user, read_at=None).count()


def digest() -> None:
    """One letter to everybody who wants one a day and has something to read."""
    now = timezone.now()
    waiting = Notice.objects.filter(mailed_at=None, read_at=None)
    people = User.objects.filter(
        sessions.good(), letters=User.Letters.DAILY, email_confirmed_at__isnull=False
    ).exclude(digest_at__gt=now - DAY)
    for user in people.filter(pk__in=waiting.values("user")):
        with transaction.atomic():
            _mail(user, list(waiting.filter(user=user).order_by("id")[:100]))
            User.objects.filter(pk=user.pk).update(digest_at=now)


def forget() -> None:
    """Drop notices of the season before."""
    Notice.objects.filter(created_at__lt=timezone.now() - KEPT).delete()


def _mail(user: User, rows: list[Notice]) -> None:
    language = str(preferences.read(user).get("language", "en"))
    lines = [letters.line(row.kind, language, row.payload) for row in rows]
    kind = "notice" if len(rows) == 1 else "digest"
    mailing.write(user, kind, what="\n".join(lines), link=mailing.address(_path(rows)))
    Notice.objects.filter(pk__in=[row.pk for row in rows]).update(mailed_at=timezone.now())


def _path(rows: list[Notice]) -> str:
    if len(rows) > 1:
        return "/"
    for name in ("job", "page", "document", "project"):
        if number := rows[0].payload.get(name):
            return f"/{name}s/{number}"
    return "/usage" if rows[0].kind in USES else "/"
