"""Signing in and out, by password, link and token."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth import authenticate as real
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from armarius.models import ApiToken, LoginAttempt, LoginLink
from armarius.ops import accounts


@pytest.fixture
def browser(db):
    return Client(enforce_csrf_checks=True)


def sign_in(browser: Client, password: str = "correct horse") -> Any:  # noqa: S107  of the cast
    body = json.dumps({"username": "alice", "password": password})
    return browser.post("/api/session", body, content_type="application/json")


def test_a_password_opens_a_session_with_a_new_key(browser, alice):
    browser.get("/api/me")
    before = browser.session.session_key

    answer = sign_in(browser)

    assert answer.status_code == 201
    assert answer.json()["username"] == "alice"
    assert browser.session.session_key != before
    assert browser.get("/api/me").json()["id"] == alice.pk


def test_a_wrong_password_is_401_with_one_sentence(browser, alice):
    answer = sign_in(browser, password="wrong")

    assert answer.status_code == 401
    assert answer["Content-Type"] == "application/problem+json"
    assert answer.json()["detail"] == "User name and password do not fit together."


def test_a_thousand_guesses_are_not_looked_at(browser, alice, monkeypatch):
    looked_at = []

    def authenticate(**given):
        looked_at.append(given)
        return real(**given)

    monkeypatch.setattr(accounts, "authenticate", authenticate)

    statuses = [sign_in(browser, password=f"guess {i}").status_code for i in range(20)]

    assert statuses[:10] == [401] * 10
    assert set(statuses[10:]) == {429}
    assert len(looked_at) == 10
    assert sign_in(browser).status_code == 429  # not even with the right one
    LoginAttempt.objects.update(created_at=timezone.now() - timedelta(minutes=11))
    assert sign_in(browser).status_code == 201


def test_a_signed_in_browser_needs_the_csrf_header_to_change_anything(browser, alice):
    csrf = sign_in(browser).json()["csrf"]

    without = browser.post("/api/tokens", '{"name": "x"}', content_type="application/json")
    with_it = browser.post(
        "/api/tokens",
        '{"name": "x"}',
        content_type="application/json",
        headers={"X-CSRFToken": csrf},
    )

    assert without.status_code == 403
    assert with_it.status_code == 201


def test_signing_out_ends_the_session_on_the_server(browser, alice):
    csrf = sign_in(browser).json()["csrf"]
    key = browser.cookies["sessionid"].value

    assert browser.delete("/api/session", headers={"X-CSRFToken": csrf}).status_code == 204

    browser.cookies["sessionid"] = key
    assert browser.get("/api/me").status_code == 401


def test_a_login_link_signs_in_once(browser, alice):
    token = accounts.login_link(alice)

    first = browser.get(f"/login/{token}")
    second = Client().get(f"/login/{token}")

    assert (first.status_code, first["Location"]) == (302, "/")
    assert browser.get("/api/me").json()["username"] == "alice"
    assert second.status_code == 404
    assert "used already" in second.content.decode()
    assert not LoginLink.objects.filter(sha256=token).exists()


def test_an_old_login_link_is_refused(browser, alice):
    token = accounts.login_link(alice)
    LoginLink.objects.update(expires_at=timezone.now())

    assert browser.get(f"/login/{token}").status_code == 404


def test_a_head_request_does_not_use_up_a_login_link(browser, alice):
    token = accounts.login_link(alice)

    assert browser.head(f"/login/{token}").status_code == 405
    assert browser.get(f"/login/{token}").status_code == 302


def test_a_token_is_shown_once_and_ends_when_deleted(as_alice):
    made = as_alice.post("/tokens", {"name": "laptop"}).json()
    listed = as_alice.get("/tokens").json()

    assert made["token"].startswith(made["prefix"])
    assert all("token" not in item for item in listed["items"])
    assert not ApiToken.objects.filter(sha256=made["token"]).exists()
    header = {"Authorization": f"Bearer {made['token']}"}
    assert Client().get("/api/me", headers=header).status_code == 200
    assert as_alice.delete(f"/tokens/{made['id']}").status_code == 204
    assert Client().get("/api/me", headers=header).status_code == 401


def test_a_repeated_token_request_does_not_store_the_token(as_alice):
    key = {"Idempotency-Key": "one"}
    made = as_alice.post("/tokens", {"name": "laptop"}, **key)
    again = as_alice.post("/tokens", {"name": "laptop"}, **key)

    assert made.status_code == 201
    assert again.status_code == 409
    assert "shown only once" in again.json()["detail"]
    assert ApiToken.objects.filter(name="laptop").count() == 1


def test_an_over_token_and_one_of_a_switched_off_person_are_refused(as_alice, alice):
    assert as_alice.get("/me").status_code == 200
    ApiToken.objects.update(expires_at=timezone.now() - timedelta(seconds=60))
    assert as_alice.get("/me").status_code == 401

    ApiToken.objects.update(expires_at=None)
    type(alice).objects.update(is_active=False)
    assert as_alice.get("/me").status_code == 401


def test_the_use_of_a_token_is_written_at_most_once_a_minute(as_alice):
    def writes():
        with CaptureQueriesContext(connection) as asked:
            as_alice.get("/me")
        return [query["sql"] for query in asked if 'apitoken" SET' in query["sql"]]

    assert len(writes()) == 1
    assert writes() == []


def test_a_token_request_ignores_the_cookie(browser, alice):
    sign_in(browser)

    assert browser.get("/api/me", headers={"Authorization": "Bearer wrong"}).status_code == 401
