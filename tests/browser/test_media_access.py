"""Images, models and exports go to those who may see them, whatever address a stranger tries."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import APIRequestContext, expect

pytestmark = pytest.mark.slow


def test_what_a_member_is_shown_a_stranger_cannot_fetch(site, open_as, document_of):
    number = document_of("olga", pages=2, read=True)
    call = site.live.call
    pages = call("GET", f"/api/documents/{number}/pages")["items"]
    project = call("GET", f"/api/documents/{number}")["project"]
    model = site.fill("model", project_id=project, name="Own")
    member = open_as("olga")
    shown: list[str] = []
    member.on("response", lambda answer: shown.append(answer.url.removeprefix(site.live.url)))
    for address, sign in (
        ("/projects", ".card img"), (f"/documents/{number}", ".cell img"),
        (f"/pages/{pages[0]['id']}", "[role=option]"), ("/search?q=line", ".find img"),
    ):  # fmt: skip
        with member.expect_response(re.compile("/iiif/")):
            member.goto(address)
        expect(member.locator(sign).first).to_be_visible()

    images = {one for one in shown if one.startswith("/iiif/")}
    assert {"thumbnail", "tile"} <= {_kind(one) for one in images}
    guesses = {guess for one in images for guess in _guesses(one)}
    guesses |= {
        f"/api/documents/{number}/export?format=alto",
        f"/api/models/{model}",
        f"/api/models/{model}/file",
        *(f"/api/pages/{page['id']}" for page in pages),
    }
    stranger = open_as("stranger")
    assert _given(stranger.request, guesses) == {}
    stranger.context.clear_cookies()
    assert _given(stranger.request, guesses) == {}
    assert member.request.get(f"/iiif/{pages[0]['id']}/full/max/0/default.jpg").ok


def test_files_are_downloads_and_never_pages(site, open_as, document_of):
    number = document_of("alice", pages=1, read=True)
    name = '"><img data-xss src=x>.jpg'
    page = site.live.call("GET", f"/api/documents/{number}/pages")["items"][0]
    body = {"names": [{"page": page["id"], "name": name}]}
    site.live.call("POST", f"/api/documents/{number}/pages/rename", body)
    window = open_as("alice")

    for form in ("alto", "page", "text", "json"):
        answer = window.request.get(f"/api/documents/{number}/export?format={form}")
        assert answer.headers["content-disposition"].startswith("attachment"), form
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert "html" not in answer.headers["content-type"]


def _kind(address: str) -> str:
    return "thumbnail" if "/full/" in address else "tile"


def _guesses(address: str) -> set[str]:
    """The same image without its signature, with another one, with that of another page."""
    identifier = address.split("/")[2]
    page, sha256, week, signature = identifier.split("-")
    turned = "".join("0" if one != "0" else "1" for one in signature)
    others = (
        page,
        f"{page}-{sha256}",
        f"{page}-{sha256}-{week}-{turned}",
        f"{page}-{sha256}-{int(week) - 1}-{signature}",
        f"{int(page) + 1}-{sha256}-{week}-{signature}",
    )
    return {address.replace(identifier, one) for one in others}


def _given(context: APIRequestContext, addresses: set[str]) -> dict[str, int]:
    """What is answered otherwise than as if it did not exist."""
    answers = {one: context.get(one).status for one in sorted(addresses)}
    return {one: status for one, status in answers.items() if status not in (401, 404)}
