"""The first page of an instance, as its administrators write it, and the credits."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.slow

TEXT = """# The scriptorium of Saint-Denis

Transcribes **charters**; write to [us](https://example.org/us).

- [a trap](javascript:window.trapped=1)
- <img src=x onerror="window.trapped=1"><script>window.trapped=1</script>
"""


@pytest.fixture
def administrator(site, open_as):
    """A window of an administrator's; afterwards the first page is empty again."""
    window = open_as("administrator", "/settings")
    yield window
    version = site.live.call("GET", "/api/welcome")["version"]
    site.live.call("PATCH", "/api/welcome", {"version": version, "text": ""})


def test_strangers_read_what_an_administrator_wrote_and_none_of_it_is_markup(
    administrator, open_as, axe
):
    administrator.get_by_role("button", name="Write the first page").click()
    administrator.get_by_label("First page, in Markdown").fill(TEXT)
    administrator.get_by_role("button", name="Save").click()
    expect(administrator.get_by_text("The scriptorium of Saint-Denis")).to_be_visible()
    administrator.reload()
    expect(administrator.get_by_text("The scriptorium of Saint-Denis")).to_be_visible()

    stranger = open_as("alice")
    stranger.context.clear_cookies()
    stranger.goto("/")

    expect(stranger.get_by_role("heading", name="The scriptorium")).to_be_visible()
    expect(stranger.get_by_role("link", name="us")).to_have_attribute(
        "href", "https://example.org/us"
    )
    expect(stranger.get_by_text("<script>window.trapped=1</script>")).to_be_visible()
    expect(stranger.get_by_role("link", name="a trap")).to_have_count(0)
    expect(stranger.locator(".beside img, .beside script")).to_have_count(0)
    assert stranger.evaluate("window.trapped") is None
    assert axe(stranger) == []
    expect(stranger.get_by_label("Password")).to_be_visible()


def test_credits_are_read_without_signing_in(open_as, axe):
    window = open_as("alice")
    window.context.clear_cookies()
    window.goto("/")
    window.get_by_role("link", name="Credits").click()

    fonts = window.locator("section", has=window.get_by_role("heading", name="Typefaces"))
    server = window.locator("section", has=window.get_by_role("heading", name="On the server"))
    browser = window.locator(
        "section", has=window.get_by_role("heading", name="In the browser")
    )
    expect(fonts.get_by_role("listitem").filter(has_text="eb-garamond")).to_contain_text("OFL")
    expect(server.get_by_role("link", name="Django", exact=True)).to_be_visible()
    expect(browser.get_by_role("link", name="vue-router")).to_be_visible()
    expect(window.get_by_text(re.compile("models of Kraken"))).to_be_visible()
    assert axe(window) == []

    window.get_by_role("link", name="Sign in").click()
    expect(window.get_by_label("Password")).to_be_visible()
