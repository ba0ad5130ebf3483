"""Letters: written with the change that they are about, sent by a worker of lane io.

A letter and its queue entry commit together with what it tells. Where sending fails it is tried
again after a while, and given up after a day and a half. A worker that dies just after the mail
server said yes sends it twice; that is better than never.
"""

from __future__ import annotations

import logging
from datetime import timedelta

from django.core.mail import EmailMessage
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from armarius import config, jobqueue, policy
from armarius.models import Letter, User
from armarius.ops import letters, preferences

PAUSES = (1, 5, 30, 120, 360, 720, 900)  # minutes after each failure
LATE = timedelta(minutes=5)  # a letter that is due for so long has lost its queue entry
KEPT = timedelta(days=30)

log = logging.getLogger(__name__)


def address(path: str) -> str:
    """The address of a page of this instance, as others reach it. Never from a request."""
    given = config.text("ARMARIUS_ADDRESS").rstrip("/")
    return (given or f"http://127.0.0.1:{config.text('ARMARIUS_PORT')}") + path


def write(user: User, kind: str, *, to: str = "", **values: str) -> Letter:
    """A letter of this kind to a person, in their language."""
    language = str(preferences.read(user).get("language", "en"))
    name = user.full_name or user.username
    subject, text = letters.compose(kind, language, {"name": name, **values})
    return put(to or user.email, subject, text)


def put(to: str, subject: str, text: str) -> Letter:
    """A letter to an address, on its way when the present transaction commits."""
    with transaction.atomic():
        letter = Letter.objects.create(to=to, subject=" ".join(subject.split()), text=text)
        _queue(letter)
    return letter


def send(letter_id: int) -> None:
    """Send a letter, if it still waits to be sent."""
    with transaction.atomic():
        found = Letter.objects.select_for_update(skip_locked=True)
        letter = found.filter(pk=letter_id, sent_at=None, given_up_at=None).first()
        if letter is None:
            return
        try:
            EmailMessage(letter.subject, letter.text, to=[letter.to]).send()
        except OSError as error:  # smtplib's errors too
            _failed(letter, str(error) or type(error).__name__)
        else:
            letter.sent_at, letter.text, letter.error = timezone.now(), "", ""
            log.info("letter %d: sent", letter.pk)
        letter.save()


def sweep() -> None:
    """Queue letters whose queue entry was lost or whose time to try again has come."""
    now = timezone.now()
    waiting = Letter.objects.filter(sent_at=None, given_up_at=None)
    due = Q(due_at__lt=now, tries__gt=0) | Q(due_at__lt=now - LATE)
    for letter in waiting.filter(due)[:100]:
        with transaction.atomic():
            jobqueue.remove([letter.entry])
            _queue(letter)
            Letter.objects.filter(pk=letter.pk).update(due_at=now + LATE)


def forget() -> None:
    """Drop letters of the month before."""
    Letter.objects.filter(created_at__lt=timezone.now() - KEPT).delete()


def _queue(letter: Letter) -> None:
    letter.entry = jobqueue.put_letter(
        letter.pk, policy.priority(policy.Class.INTERACTIVE, "io")
    )
    letter.save(update_fields=["entry"])


def _failed(letter: Letter, error: str) -> None:
    letter.error = error[:1000]
    if letter.tries < len(PAUSES):
        letter.due_at = timezone.now() + timedelta(minutes=PAUSES[letter.tries])
    else:
        letter.given_up_at = timezone.now()
    letter.tries += 1
    log.warning("letter %d: try %d failed: %s", letter.pk, letter.tries, letter.error)
