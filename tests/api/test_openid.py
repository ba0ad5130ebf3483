"""Signing in by OpenID Connect against a real provider: code flow with PKCE, and who comes in."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import parse_qs, urljoin, urlsplit

import pytest
import requests
from django.test import Client
from django.utils import timezone

from armarius.api import openid as face
from armarius.models import Membership, Role, User
from armarius.ops import invitations, openid
from tests.openid import SECRET, provider

SITE = "http://127.0.0.1:8420"


@pytest.fixture(scope="module")
def issuer() -> Iterator[str]:
    with provider(SITE + face.CALLBACK) as address:
        yield address


@pytest.fixture
def offered(issuer, settings, monkeypatch, db):
    """Sign-in by the provider is configured; sets more settings by name."""

    def set_(**values):
        for name, value in values.items():
            monkeypatch.setenv(f"ARMARIUS_{name}", value)

    set_(OIDC_ISSUER=issuer, OIDC_CLIENT_SECRET=SECRET, OIDC_LABEL="Uni", ADDRESS=SITE)
    app = {
        "provider_id": face.PROVIDER, "name": "Uni", "client_id": "armarius", "secret": SECRET,
        "settings": {"server_url": issuer, "oauth_pkce_enabled": True},
    }  # fmt: skip
    settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"APPS": [app]}}
    return set_


@dataclass
class Browser:
    """Our site through Django's client, the provider through HTTP."""

    client: Client
    csrf: str = ""

    def post(self, path, body=None):
        return self.client.post(
            f"/api{path}", json.dumps(body or {}), content_type="application/json",
            headers={"X-CSRFToken": self.csrf},
        )  # fmt: skip

    def enter(self, person, path="/session/openid", **body):
        """Go to the provider, sign in as somebody, come back; the answer to the callback."""
        address = self.post(path, body).json()["address"]
        return self.client.get(back(address, person))


def back(address, person):
    """Sign in at the provider; the path and query with which it sends the browser back."""
    there = requests.Session()
    page = there.get(address, timeout=20)
    for _ in range(3):
        form = re.search(r'action="([^"]+)"', page.text)
        prompt = re.search(r'name="prompt" value="(\w+)"', page.text)
        assert form is not None
        assert prompt is not None
        data = {"prompt": prompt[1], "login": person, "password": "any"}
        page = there.post(form[1], data=data, timeout=20, allow_redirects=False)
        while page.is_redirect:
            target = page.headers["Location"]
            if target.startswith(SITE):
                return target.removeprefix(SITE)
            page = there.get(urljoin(page.url, target), timeout=20, allow_redirects=False)
    raise AssertionError(page.text[:500])


@pytest.fixture
def browser():
    return Browser(Client(enforce_csrf_checks=True))


def refused(answer):
    return parse_qs(urlsplit(answer["Location"]).query).get("refused")


def test_everybody_gets_an_account_where_the_administrator_says_so(offered, browser):
    offered(OIDC_JOIN="everybody")
    assert browser.client.get("/api/session/doors").json() == {"openid": "Uni"}

    address = browser.post("/session/openid", {"next": "/projects/7"}).json()["address"]
    asked = parse_qs(urlsplit(address).query)
    assert asked["code_challenge_method"] == ["S256"]
    assert asked["response_type"] == ["code"]
    answer = browser.client.get(back(address, "nora"))

    assert (answer.status_code, answer["Location"]) == (302, "/projects/7")
    assert answer["Referrer-Policy"] == "no-referrer"
    me = browser.client.get("/api/me").json()
    assert (me["username"], me["full_name"], me["email"], me["has_password"]) == (
        "nora", "Nora Quist", "nora@uni.example", False,
    )  # fmt: skip
    other = Browser(Client())
    other.enter("nora")
    assert other.client.get("/api/me").json()["id"] == me["id"]
    assert User.objects.count() == 1


def test_only_invited_people_come_in_by_default(offered, browser, alice):
    assert refused(browser.enter("nora")) == ["uninvited"]
    assert browser.client.get("/api/me").status_code == 401
    User.objects.filter(pk=alice.pk).update(may_invite=True)
    alice.refresh_from_db()
    invitations.invite(invitations.To(), email="nora@uni.example", by=alice)

    assert refused(browser.enter("nora")) is None

    assert User.objects.get(username="nora").email == "nora@uni.example"


def test_an_invitations_link_lets_in_whoever_has_it(offered, browser, project, alice):
    User.objects.filter(pk=alice.pk).update(may_invite=True)
    alice.refresh_from_db()
    to = invitations.To(project=project, role=Role.READER)
    _, token = invitations.invite(to, by=alice)

    browser.enter("nomail", invitation=token)

    guest = User.objects.get(username="nomail")
    assert Membership.objects.get(user=guest, project=project).role == "reader"
    assert refused(Browser(Client()).enter("otto", invitation=token)) == ["invitation"]


@pytest.mark.parametrize(
    ("person", "why"),
    [
        ("nomail", "nomail"),
        ("unproved", "unverified"),
        ("elsewhere", "domain"),
        ("eve", "known"),  # the address of somebody who is here
        ("liar", "failed"),  # ID token and user information of two people
    ],
)
def test_who_does_not_come_in_is_told_why(offered, browser, alice, person, why):
    offered(OIDC_JOIN="everybody", OIDC_DOMAINS="uni.example, example.org")
    User.objects.filter(pk=alice.pk).update(
        email="Alice@uni.example", email_confirmed_at=timezone.now()
    )

    assert refused(browser.enter(person)) == [why]

    assert browser.client.get("/api/me").status_code == 401
    assert User.objects.count() == 1


def test_an_account_is_connected_by_its_owner_and_disconnected(offered, browser, alice):
    signed = browser.post("/session", {"username": "alice", "password": "correct horse"})
    browser.csrf = signed.json()["csrf"]
    assert browser.client.get("/api/me/openid").json() == {"label": "Uni", "connected": False}

    assert browser.enter("eve", "/me/openid")["Location"] == "/profile"
    assert browser.client.get("/api/me/openid").json()["connected"]
    fresh = Browser(Client())
    fresh.enter("eve")
    assert fresh.client.get("/api/me").json()["username"] == "alice"

    gone = browser.client.delete("/api/me/openid", headers={"X-CSRFToken": browser.csrf})
    assert gone.status_code == 204
    assert refused(Browser(Client()).enter("otto")) == ["uninvited"]


def test_nobody_leaves_with_no_way_in(offered, browser):
    offered(OIDC_JOIN="everybody")
    browser.enter("nora")
    nora = User.objects.get(username="nora")

    with pytest.raises(Exception, match="Set a password first"):
        openid.disconnect(nora)


def test_a_callback_of_another_browser_or_a_second_time_is_refused(offered, browser):
    offered(OIDC_JOIN="everybody")
    address = browser.post("/session/openid").json()["address"]
    path = back(address, "nora")

    assert refused(Client().get(path)) == ["failed"]  # somebody was sent the link
    assert refused(browser.client.get(path)) is None
    assert refused(browser.client.get(path)) == ["failed"]
    assert refused(Client().get(face.CALLBACK)) == ["failed"]


def test_an_ended_account_stays_out(offered, browser):
    offered(OIDC_JOIN="everybody")
    browser.enter("nora")
    User.objects.update(expires_at=timezone.now() - timedelta(hours=1))

    assert refused(Browser(Client()).enter("nora")) == ["ended"]


@pytest.mark.parametrize(
    "wanted",
    [
        "https://evil.example",
        "//evil.example",
        "/\\evil.example",
        "javascript:alert(1)",
        "",
        "/\nx",
    ],
)
def test_the_way_back_stays_on_our_site(offered, browser, wanted):
    offered(OIDC_JOIN="everybody")

    assert browser.enter("nora", next=wanted)["Location"] == "/"


def test_a_provider_that_is_away_is_said_in_one_sentence(offered, browser, settings):
    app = settings.SOCIALACCOUNT_PROVIDERS["openid_connect"]["APPS"][0]
    app["settings"]["server_url"] = "http://127.0.0.1:9"

    answer = browser.post("/session/openid")

    assert answer.status_code == 503
    assert answer.json()["detail"].startswith("“Uni” does not answer just now.")


def test_metadata_of_another_issuer_are_refused(offered, browser):
    offered(OIDC_ISSUER="http://127.0.0.1:1")

    assert browser.post("/session/openid").status_code == 503


def test_without_an_issuer_nothing_is_offered(db):
    client = Client()

    assert client.get("/api/session/doors").json() == {"openid": ""}
    assert Browser(client).post("/session/openid").status_code == 404
    assert refused(client.get(face.CALLBACK)) == ["failed"]
