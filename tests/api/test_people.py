"""Passwords, mail addresses, sessions, ends of accounts, and what administrators do."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from armarius.models import BrowserSession, Letter, LoginAttempt, User


@pytest.fixture
def window(alice):
    """A browser in which Alice is signed in; calls return the answer."""
    return sign_in()


class Window:
    def __init__(self):
        self.client = Client(enforce_csrf_checks=True)
        self.csrf = ""
        self.status = 0

    def __call__(self, method, path, body=None):
        return self.client.generic(
            method, f"/api{path}", json.dumps(body or {}), content_type="application/json",
            headers={"X-CSRFToken": self.csrf, "User-Agent": "Firefox/150"},
        )  # fmt: skip


def sign_in(password="correct horse"):  # noqa: S107  of the cast
    window = Window()
    answer = window("POST", "/session", {"username": "alice", "password": password})
    window.csrf = answer.json().get("csrf", "")
    window.status = answer.status_code
    return window


def confirmed(user, email):
    User.objects.filter(pk=user.pk).update(email=email, email_confirmed_at=timezone.now())


def token_of(letter):
    return letter.text.partition("#")[2].split()[0]


def test_a_changed_password_ends_the_other_sessions(window):
    other = sign_in()
    assert other("GET", "/me").status_code == 200

    wrong = window("POST", "/me/password", {"password": "quite another", "current": "no"})
    assert wrong.status_code == 422
    done = window(
        "POST", "/me/password", {"password": "quite another", "current": "correct horse"}
    )

    assert done.status_code == 204
    assert window("GET", "/me").status_code == 200
    assert other("GET", "/me").status_code == 401
    assert sign_in().status == 401
    assert sign_in("quite another").status == 201
    assert window("GET", "/me/sessions").json()["items"][-1]["here"]


def test_a_short_or_common_password_is_refused(window):
    for password, why in (("short", "10 to 1000"), ("1234567890", "most common")):
        body = {"password": password, "current": "correct horse"}
        assert why in window("POST", "/me/password", body).json()["detail"]


def test_a_forgotten_password_is_set_by_letter_once(alice, as_nobody, window):
    confirmed(alice, "alice@example.org")
    for name in ("alice", "ALICE@example.org"):
        assert as_nobody.post("/session/forgotten", {"name": name}).status_code == 202
    letters = list(Letter.objects.all())
    assert {one.to for one in letters} == {"alice@example.org"}
    assert "http://127.0.0.1:8420/new-password#" in letters[0].text

    body = {"token": token_of(letters[0]), "password": "a fresh start"}
    assert as_nobody.post("/session/new-password", body).status_code == 204
    assert sign_in("a fresh start").status == 201
    assert window("GET", "/me").status_code == 401  # all sessions have ended
    for letter in letters:  # used, and overtaken by the new password
        again = {"token": token_of(letter), "password": "and once more"}
        assert as_nobody.post("/session/new-password", again).status_code == 404


def test_nobody_is_told_whether_there_is_an_account_and_no_letter_goes_astray(
    alice, bob, as_nobody
):
    User.objects.filter(pk=alice.pk).update(email="alice@example.org")  # not confirmed
    confirmed(bob, "bob@example.org")
    User.objects.filter(pk=bob.pk).update(is_active=False)
    names = (
        "alice", "alice@example.org", "bob", "carl", "bob@example.org,mallory@evil.example",
        "bob@example.org\r\nCc: mallory@evil.example", "bob",
    )  # fmt: skip
    for name in names:
        assert as_nobody.post("/session/forgotten", {"name": name}).status_code == 202
    assert not Letter.objects.exists()
    LoginAttempt.objects.all().delete()
    host = {"X-Forwarded-Host": "evil.example"}
    confirmed(alice, "alice@example.org")
    as_nobody.post("/session/forgotten", {"name": "alice"}, **host)
    assert "evil.example" not in Letter.objects.get().text


def test_letters_for_new_passwords_are_limited(alice, as_nobody):
    confirmed(alice, "alice@example.org")

    statuses = [
        as_nobody.post("/session/forgotten", {"name": "alice"}).status_code for _ in range(12)
    ]

    assert statuses == [202] * 10 + [429] * 2
    assert Letter.objects.count() == 10


def test_an_old_link_sets_no_password(alice, as_nobody, settings):
    confirmed(alice, "alice@example.org")
    as_nobody.post("/session/forgotten", {"name": "alice"})
    settings.PASSWORD_RESET_TIMEOUT = -1
    body = {"token": token_of(Letter.objects.get()), "password": "a fresh start"}

    assert as_nobody.post("/session/new-password", body).status_code == 404


def test_an_address_counts_once_its_letter_was_answered(window, alice, bob, as_nobody):
    assert window("POST", "/me/mail", {"email": "no address"}).status_code == 422
    assert window("POST", "/me/mail", {"email": "alice@example.org"}).status_code == 202
    assert window("GET", "/me").json()["email"] == ""
    proof = token_of(Letter.objects.get(to="alice@example.org"))
    changed = proof[:-1] + ("A" if proof[-1] != "A" else "B")
    assert as_nobody.post("/me/mail/confirm", {"proof": changed}).status_code == 404
    assert as_nobody.post("/me/mail/confirm", {"proof": proof}).status_code == 204
    assert window("GET", "/me").json()["email"] == "alice@example.org"

    bob.email, bob.email_confirmed_at = "x", None
    confirmed_twice = as_nobody  # Bob proves the same address, too late
    from armarius.ops import passwords

    passwords.change_mail(bob, "Alice@example.org")
    late = token_of(Letter.objects.get(to="Alice@example.org"))
    answer = confirmed_twice.post("/me/mail/confirm", {"proof": late})
    assert answer.status_code == 422
    assert "another account" in answer.json()["detail"]


def test_sessions_are_listed_and_ended(window, alice):
    other = sign_in()
    listed = window("GET", "/me/sessions").json()["items"]
    assert [one["agent"] for one in listed] == ["Firefox/150"] * 2
    there = next(one for one in listed if not one["here"])

    assert window("DELETE", f"/me/sessions/{there['id']}").status_code == 204
    assert other("GET", "/me").status_code == 401
    third = sign_in()
    assert window("DELETE", "/me/sessions").status_code == 204
    assert third("GET", "/me").status_code == 401
    assert window("GET", "/me").status_code == 200
    window("DELETE", "/session")
    assert not BrowserSession.objects.filter(user=alice).exists()


def test_an_account_ends_everywhere_at_its_time(window, alice, as_alice, signed_in, ines):
    ana = signed_in(ines)
    soon = (timezone.now() + timedelta(hours=1)).isoformat()
    assert ana.patch(f"/users/{alice.pk}", {"expires_at": soon}).status_code == 200
    assert window("GET", "/me").json()["expires_at"] is not None

    User.objects.filter(pk=alice.pk).update(expires_at=timezone.now() - timedelta(hours=1))
    assert window("GET", "/me").status_code == 401
    assert as_alice.get("/me").status_code == 401
    assert sign_in().status == 401

    assert ana.patch(f"/users/{alice.pk}", {"expires_at": None}).status_code == 200
    assert sign_in().status == 201
    ana.patch(f"/users/{alice.pk}", {"is_active": False})
    assert as_alice.get("/me").status_code == 401
    found = ana.get("/users?state=ended").json()["items"]
    assert [one["username"] for one in found] == ["alice"]


def test_administrators_find_and_change_people_but_do_not_lock_themselves_out(
    signed_in, ines, alice, bob
):
    hers = signed_in(ines)
    given = {
        "full_name": "Alice Fanous",
        "email": "a@example.org",
        "may_invite": True,
        "may_train": False,
    }
    changed = hers.patch(f"/users/{alice.pk}", given).json()
    assert {name: changed[name] for name in given} == given
    assert [one["username"] for one in hers.get("/users?q=fanous").json()["items"]] == ["alice"]

    assert hers.patch(f"/users/{bob.pk}", {"email": "A@example.org"}).status_code == 422
    for itself in ({"is_active": False}, {"is_administrator": False}):
        refused = hers.patch(f"/users/{ines.pk}", itself)
        assert refused.status_code == 422
        assert "lock yourself out" in refused.json()["detail"]
    ines.refresh_from_db()
    assert ines.is_active
    assert ines.is_superuser


def test_settings_are_shown_without_their_secrets(signed_in, ines, monkeypatch):
    monkeypatch.setenv("ARMARIUS_MAIL_PASSWORD", "geheim-7")
    monkeypatch.setenv("ARMARIUS_MAX_PAGES", "77")

    answer = signed_in(ines).get("/settings")

    values = {one["name"]: one["value"] for one in answer.json()["items"]}
    assert values["ARMARIUS_MAX_PAGES"] == "77"
    assert values["ARMARIUS_MAIL_PASSWORD"] == "•••"
    assert b"geheim-7" not in answer.content
    assert values["ARMARIUS_DATABASE_URL"] == "•••"


def test_a_token_that_only_reads_changes_nothing(as_alice, project):
    made = as_alice.post("/tokens", {"name": "reader", "scope": "read"}).json()
    headers = {"Authorization": f"Bearer {made['token']}"}

    assert Client().get("/api/projects", headers=headers).status_code == 200
    refused = Client().post(
        "/api/projects", '{"name":"x"}', content_type="application/json", headers=headers
    )
    assert refused.status_code == 403
    assert "only reads" in refused.json()["detail"]
