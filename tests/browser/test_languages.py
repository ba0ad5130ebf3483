"""The interface speaks the language of the browser, or the one that the person chose."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.slow


def test_the_language_is_the_browsers_until_one_is_chosen(open_as, document_of):
    number = document_of("alma", pages=2)
    window = open_as("alma", f"/documents/{number}", locale="fr-CA")
    expect(window.get_by_text("2 pages", exact=True)).to_be_visible()
    expect(window.get_by_role("link", name="Projets").first).to_be_visible()
    assert window.locator("html").get_attribute("lang") == "fr"

    window.get_by_role("button", name="Langue").click()
    window.get_by_role("menuitemradio", name="Deutsch").click()
    expect(window.get_by_text("2 Seiten", exact=True)).to_be_visible()
    window.reload()

    expect(window.get_by_role("link", name="Projekte").first).to_be_visible()
    assert window.locator("html").get_attribute("lang") == "de"

    other = open_as("alma", locale="fr-CA")  # another browser of hers
    expect(other.get_by_role("link", name="Projekte").first).to_be_visible()


def test_the_language_can_be_changed_before_signing_in(open_as):
    window = open_as("alice")
    window.context.clear_cookies()
    window.goto("/sign-in")
    window.get_by_role("button", name="Language").click()
    window.get_by_role("menuitemradio", name="Français").click()

    expect(window.get_by_label("Identifiant")).to_be_visible()
    expect(window.get_by_role("button", name="Se connecter")).to_be_visible()
