"""Notices in the page and by letter; letters over a real mail server."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Message
from django.utils import timezone

from armarius import jobqueue
from armarius.models import Event, Job, Letter, Notice, Role, User
from armarius.ops import accounts, mailing, members, noticing, sharing
from tests.api.conftest import ApiClient
from tests.live import free_port


@pytest.fixture
def postman(settings):
    """A mail server; holds what it got."""

    class Box(Message):
        def handle_message(self, message):
            box.append(message)

    box: list[Any] = []
    server = Controller(Box(), hostname="127.0.0.1", port=free_port())
    server.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
    settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
    yield box
    server.stop()


@pytest.fixture
def ana(alice):
    """Alice has a confirmed address."""
    User.objects.filter(pk=alice.pk).update(
        email="alice@example.org", email_confirmed_at=timezone.now()
    )
    alice.refresh_from_db()
    return alice


def wants(user, letters):
    User.objects.filter(pk=user.pk).update(letters=letters)


def test_a_letter_is_sent_once_with_its_text_and_then_forgets_it(postman, ana):
    letter = mailing.write(ana, "reset", link="https://armarius.example/new-password#x")

    mailing.send(letter.pk)
    mailing.send(letter.pk)

    [message] = postman
    assert (message["To"], message["Subject"]) == (
        "alice@example.org",
        "A new password for Armarius",
    )
    assert (
        "https://armarius.example/new-password#x" in message.get_payload(decode=True).decode()
    )
    letter.refresh_from_db()
    assert letter.sent_at is not None
    assert letter.text == ""


def test_a_header_is_not_broken_by_what_somebody_calls_a_project(postman, ana):
    letter = mailing.put("x@example.org", "a\r\nBcc: mallory@evil.example", "text")

    mailing.send(letter.pk)

    assert postman[0]["Bcc"] is None
    assert postman[0]["Subject"] == "a Bcc: mallory@evil.example"


def test_sending_is_tried_again_and_given_up_at_last(settings, ana):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", free_port()
    letter = mailing.put("x@example.org", "subject", "text")
    first = letter.entry

    for _ in range(len(mailing.PAUSES)):
        mailing.send(letter.pk)
        letter.refresh_from_db()
        assert letter.due_at > timezone.now()
        mailing.sweep()  # not due yet
        letter.refresh_from_db()
        before = letter.entry
        Letter.objects.update(due_at=timezone.now() - timedelta(seconds=1))
        mailing.sweep()
        letter.refresh_from_db()
        assert letter.entry != before
    mailing.send(letter.pk)

    letter.refresh_from_db()
    assert letter.given_up_at is not None
    assert "refused" in letter.error.lower()
    assert first != letter.entry
    Letter.objects.update(due_at=timezone.now() - timedelta(days=1))
    mailing.sweep()
    assert Letter.objects.get().entry == letter.entry


def test_without_a_mail_server_letters_lie_in_the_outbox(settings, tmp_path, ana):
    settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    settings.EMAIL_FILE_PATH = tmp_path / "outbox"

    mailing.send(mailing.write(ana, "confirm", link="http://127.0.0.1:8420/x").pk)

    [file] = (tmp_path / "outbox").iterdir()
    assert "http://127.0.0.1:8420/x" in file.read_text()


def test_a_letter_of_a_change_that_failed_is_never_sent(ana, transactional_db):
    from django.db import transaction

    with transaction.atomic():
        mailing.put("x@example.org", "subject", "text")
        transaction.set_rollback(True)

    assert not Letter.objects.exists()


def job_of(ana, project, state="done", minutes=0):
    now = timezone.now()
    job = Job.objects.create(
        kind="segment", project=project, owner=ana, title="Segment 3 pages", lane="cpu",
        state=state, ended_at=now,
    )  # fmt: skip
    Job.objects.filter(pk=job.pk).update(created_at=now - timedelta(minutes=minutes))
    job.refresh_from_db()
    return job


@pytest.mark.parametrize(
    ("letters", "state", "minutes", "sent"),
    [
        ("never", "failed", 60, 0),
        ("problems", "done", 1, 0),
        ("problems", "done", 11, 1),
        ("problems", "done with problems", 1, 1),
        ("all", "done", 1, 1),
        ("daily", "failed", 1, 0),
    ],
)
def test_the_end_of_a_job_is_told_as_its_owner_wishes(
    ana, project, letters, state, minutes, sent
):
    wants(ana, letters)

    noticing.job_ended(job_of(ana, project, state, minutes))

    notice = Notice.objects.get()
    assert (notice.user, notice.kind, notice.payload["title"]) == (
        ana,
        "job",
        "Segment 3 pages",
    )
    assert Letter.objects.count() == sent
    assert bool(notice.mailed_at) == bool(sent)
    if sent:
        assert f"/jobs/{notice.payload['job']}" in Letter.objects.get().text


def test_who_cancels_a_job_knows_that_it_ended(ana, project):
    noticing.job_ended(job_of(ana, project, "cancelled"))

    assert not Notice.objects.exists()


def test_a_real_job_tells_its_owner_when_it_ends(ana, project):
    from armarius.models import JobItem
    from armarius.ops import jobs

    job = jobs.create(
        "import",
        project=project,
        document=None,
        by=ana,
        title="Import",
        items=[JobItem(name="a")],
    )
    attempt = jobs.begin(job.batches.get().pk, "worker")
    jobs.finish(attempt, "failed", "It broke.")

    assert Notice.objects.get(user=ana).payload["state"] == "failed"


def test_one_letter_a_day_holds_everything_unread(ana, project):
    wants(ana, "daily")
    for n in range(3):
        noticing.notice([ana.pk], "shared", {"by": "Bob", "what": f"Ms {n}"})
    noticing.read(ana, [Notice.objects.latest("pk").pk])

    noticing.digest()
    noticing.notice([ana.pk], "shared", {"by": "Bob", "what": "Ms 9"})
    noticing.digest()  # not twice a day

    letter = Letter.objects.get()
    assert "Bob shares “Ms 0” with you.\nBob shares “Ms 1” with you." in letter.text
    assert "Ms 2" not in letter.text
    User.objects.update(digest_at=timezone.now() - timedelta(days=2))
    noticing.digest()
    assert Letter.objects.count() == 2


def test_sharing_is_told_to_everybody_whom_it_concerns_and_nobody_else(
    alice, bob, carol, project
):
    from armarius.ops import teams

    team = teams.create("Copyists", by=alice)
    teams.add(team, bob, by=alice)
    teams.add(team, carol, by=alice)
    Notice.objects.all().delete()
    found = sharing.project_of(alice, project.pk)

    members.add(found, team, Role.READER, by=alice)

    assert set(Notice.objects.values_list("user", flat=True)) == {bob.pk, carol.pk}
    assert set(Event.objects.filter(kind="notice").values_list("user", flat=True)) >= {
        bob.pk,
        carol.pk,
    }


def test_notices_are_read_one_by_one_and_all_at_once(alice, bob):
    as_alice = ApiClient(accounts.create_token(alice, "test")[1])
    for n in range(3):
        noticing.notice([alice.pk], "shared", {"by": "Bob", "what": f"Ms {n}"})
    noticing.notice([bob.pk], "shared", {"by": "Ann", "what": "secret"})
    listed = as_alice.get("/me/notices").json()
    assert (listed["count"], listed["unread"]) == (3, 3)
    assert listed["items"][0]["payload"]["what"] == "Ms 2"

    foreign = Notice.objects.get(user=bob).pk
    some = {"ids": [listed["items"][0]["id"], foreign]}
    assert as_alice.post("/me/notices/read", some).json() == {"unread": 2}
    assert Notice.objects.get(pk=foreign).read_at is None
    assert len(as_alice.get("/me/notices?unread=true").json()["items"]) == 2
    assert as_alice.post("/me/notices/read", {}).json() == {"unread": 0}


def test_letters_speak_the_language_of_their_reader(ana):
    from armarius.ops import letters, preferences

    preferences.change(ana, {"language": "fr"})
    assert (
        mailing.write(ana, "reset", link="x").subject == "Un nouveau mot de passe pour Armarius"
    )
    for table in (letters.WORDS, letters.LINES, letters.WHERE):
        assert all(set(words) == {"en", "fr", "de"} for words in table.values())


def test_a_queue_entry_of_a_letter_is_in_lane_io(ana):
    from django.db import connection

    letter = mailing.put("x@example.org", "s", "t")
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT queue_name, task_name, args FROM procrastinate_jobs WHERE id = %s",
            [letter.entry],
        )
        queue, task, args = cursor.fetchone()
    assert (queue, task) == ("io", jobqueue.LETTER_TASK)
    assert str(letter.pk) in str(args)


def test_a_comment_is_told_to_its_thread_and_to_whom_it_names_if_they_see_it(
    alice, bob, carol, ines, codex
):
    from armarius.models import Image, Line, Page
    from armarius.ops import commenting

    image = Image.objects.create(sha256="c" * 64, size=1, format="jpeg", width=9, height=9)
    page = Page.objects.create(document=codex, position=0, name="f1", image=image)
    line = Line.objects.create(page=page, key="l", position=0, baseline=[[0, 0], [9, 0]])

    commenting.add(line, "@bob, is this an s? And @carol, @nobody.", by=alice)
    assert list(Notice.objects.values_list("user__username", flat=True)) == ["bob"]  # not Carol
    codex.shares.create(user=carol, role=Role.READER)
    commenting.add(line, "An f, I think. @carol.", by=bob)

    told = Notice.objects.order_by("id").values_list("user__username", "payload__what")
    assert sorted(told)[0] == ("alice", "Ms 3516")
    assert {name for name, _ in told} == {"alice", "bob", "carol"}
