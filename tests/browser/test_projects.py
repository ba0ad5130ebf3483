"""The list of projects: found by name and by one's own tags."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.slow


def make(window: Page, *names: str) -> None:
    """Projects of whoever looks at the window."""
    for name in names:
        window.goto("/")
        window.get_by_role("button", name="New project").first.click()
        dialog = window.get_by_role("dialog")
        dialog.get_by_label("Name").fill(name)
        dialog.get_by_role("button", name="New project").click()
        expect(window.get_by_role("heading", name=name)).to_be_visible()
    window.goto("/")


def test_projects_are_found_by_ones_own_tags_and_by_their_names(open_as):
    window = open_as("hildegard")
    make(window, "Antiphonary", "Breviary", "Charters of Saint-Denis")
    names = window.locator(".card h2")

    window.get_by_role("button", name="Tag: Breviary").click()
    dialog = window.get_by_role("dialog", name="Tag “Breviary”")
    dialog.get_by_label("New tag").fill("this year")
    dialog.get_by_role("button", name="Add").click()
    expect(dialog.get_by_role("checkbox", name="this year")).to_be_checked()
    dialog.get_by_role("button", name="Save").click()
    expect(window.locator(".card .tags")).to_have_text("this year")

    window.get_by_role("button", name="this year", exact=True).click()
    expect(names).to_have_text(["Breviary"])
    window.get_by_label("Which of the tags").select_option("None of these tags")
    expect(names).to_have_text(["Charters of Saint-Denis", "Antiphonary"])
    window.get_by_label("Order").select_option("By name")
    expect(names).to_have_text(["Antiphonary", "Charters of Saint-Denis"])
    window.get_by_role("textbox", name="Part of the name").fill("chart")
    expect(names).to_have_text(["Charters of Saint-Denis"])
    window.get_by_role("textbox", name="Part of the name").fill("psalter")
    expect(window.get_by_text("No project is like that.")).to_be_visible()

    window.get_by_role("textbox", name="Part of the name").fill("")
    window.get_by_label("Which of the tags").select_option("Any of these tags")
    window.get_by_role("button", name="Tag: Breviary").click()
    dialog.get_by_role("button", name="Take from everything: this year").click()
    expect(dialog.get_by_text("You have no tags for projects yet.")).to_be_visible()
    dialog.get_by_role("button", name="Cancel").click()
    expect(names).to_have_count(3)
    expect(window.locator(".card .tags")).to_have_count(0)

    window.locator(".card", has_text="Breviary").click(position={"x": 60, "y": 100})
    expect(window).to_have_url(re.compile(r"/projects/\d+$"))
    expect(window.get_by_role("heading", name="Breviary")).to_be_visible()
