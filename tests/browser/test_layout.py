"""The shapes of a page, drawn and changed by keyboard alone, undone across a reload, against each other."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.slow


@pytest.fixture
def page_of(site, document_of) -> Callable[..., int]:
    """The id of the first page of a new recognised document."""

    def make(**more: Any) -> int:
        document = document_of(pages=1, read=True, **more)
        return int(site.live.call("GET", f"/api/documents/{document}/pages")["items"][0]["id"])

    return make


@pytest.fixture
def whole(site) -> Callable[[int], dict[str, Any]]:
    """The page as the server has it."""
    return lambda page: dict(site.live.call("GET", f"/api/pages/{page}"))


def layout(window: Page, page: int) -> Page:
    """The page in Layout, the focus on its image and the first line selected."""
    window.goto(f"/pages/{page}")
    expect(window.get_by_role("textbox", name="Text of line 1")).to_be_focused()
    window.keyboard.press("F2")
    expect(window.get_by_role("button", name="Layout")).to_have_attribute(
        "aria-pressed", "true"
    )
    expect(window.get_by_role("application")).to_be_focused()
    return window


def saved(window: Page) -> None:
    """Wait until the window says that all is stored."""
    window.wait_for_timeout(50)
    expect(window.locator(".save")).to_have_attribute("data-state", "saved")


def press(window: Page, *keys: str) -> None:
    """Press keys one after the other."""
    for key in keys:
        window.keyboard.press(key)


def test_lines_are_moved_deleted_and_brought_back_across_a_reload(open_as, page_of, whole):
    number = page_of()
    window = layout(open_as("alice"), number)
    press(window, "Tab", "ArrowDown", "Shift+ArrowDown")
    saved(window)
    second = whole(number)["lines"][1]
    assert second["baseline"] == [[80, 191], [520, 191]]
    assert second["mask"][0] == [80, 161]

    press(window, "Delete")
    saved(window)
    assert second["id"] not in [line["id"] for line in whole(number)["lines"]]

    layout(window, number)
    press(window, "Control+z")
    saved(window)
    lines = whole(number)["lines"]
    assert [line["id"] for line in lines][1] == second["id"]
    assert whole(number)["texts"][1]["content"] == "line 1 of f1"
    press(window, "Control+z", "Control+z")
    saved(window)
    assert whole(number)["lines"][1]["baseline"] == [[80, 180], [520, 180]]
    press(window, "Control+Shift+z")
    saved(window)
    assert whole(number)["lines"][1]["baseline"] == [[80, 181], [520, 181]]
