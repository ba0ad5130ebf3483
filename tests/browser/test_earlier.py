"""A page goes back to what it was before something replaced its lines or turned it."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser import test_layout
from tests.browser.test_layout import layout, press, saved, wait_until

pytestmark = pytest.mark.slow
page_of = test_layout.page_of
whole = test_layout.whole


def choose(window: Page, name: str) -> None:
    """Take an entry of the page's menu."""
    window.get_by_role("button", name="What can be done with the page").click()
    window.get_by_role("menuitem", name=name).click()


def test_a_page_that_was_segmented_again_goes_back_to_what_it_was(
    open_as, document_of, site, axe
):
    document = document_of(pages=1, read=True)
    number = site.live.call("GET", f"/api/documents/{document}/pages")["items"][0]["id"]

    def lines() -> list[int]:
        page: dict[str, Any] = site.live.call("GET", f"/api/pages/{number}")
        return [line["id"] for line in page["lines"]]

    before = lines()
    window = open_as("alice", f"/pages/{number}", bypass_csp=True)
    field = window.get_by_role("textbox", name="Text of line 1")
    expect(field).to_have_value("line 0 of f1")
    dialog = window.get_by_role("dialog")
    choose(window, "Earlier states of the page")
    expect(dialog).to_contain_text("Nothing has been replaced on this page yet.")
    window.keyboard.press("Escape")

    choose(window, "Segment this page")
    dialog.get_by_label("Segmentation model").select_option(label="Echo lines")
    dialog.get_by_role("button", name="Segment 1 page").click()
    expect(dialog).to_be_hidden()
    expect(field).to_have_value("")
    assert not set(lines()) & set(before)

    choose(window, "Earlier states of the page")
    state = dialog.get_by_role("listitem")
    expect(state).to_contain_text("before it was segmented with Echo lines")
    expect(state).to_contain_text("alice")
    expect(state).to_contain_text("4 lines")
    assert axe(window) == []
    state.get_by_role("button", name="Restore").click()
    expect(dialog).to_be_hidden()
    expect(field).to_have_value("line 0 of f1")
    assert lines() == before

    # What was replaced by that is kept as well.
    choose(window, "Earlier states of the page")
    expect(state).to_have_count(2)
    expect(state.first).to_contain_text("before an earlier state was restored")


def test_the_message_that_a_page_is_turned_leads_back(open_as, page_of, whole):
    number = page_of()
    window = layout(open_as("alice"), number)
    press(window, "ArrowDown")
    saved(window)
    press(window, "Control+.")
    wait_until(window, lambda: whole(number)["width"] == 800)
    assert whole(number)["lines"][0]["baseline"] == [[678, 80], [678, 520]]

    # What was done before lies in the past of the other image, and comes back with it.
    undo = window.get_by_role("toolbar", name="Tools").get_by_label("Undo", exact=True)
    expect(undo).to_be_disabled()
    done = window.locator(".toast").filter(has_text="Turn f1.jpg")
    done.get_by_role("button", name="Undo").click()
    wait_until(window, lambda: whole(number)["width"] == 600)
    assert whole(number)["lines"][0]["baseline"] == [[80, 121], [520, 121]]
    expect(undo).to_be_enabled()
    undo.click()
    saved(window)
    assert whole(number)["lines"][0]["baseline"] == [[80, 120], [520, 120]]
