"""The page editor under fingers: tap a line, move the image with one finger, spread two to come nearer."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.test_page_view import LINE, on_image

pytestmark = pytest.mark.slow

TABLET = {
    "viewport": {"width": 820, "height": 1180},
    "has_touch": True,
    "is_mobile": True,
    "device_scale_factor": 1,
}
SMALLEST = 38  # pixels that a finger meets


@pytest.fixture
def window(open_as, document_of) -> Page:
    """The first of two recognised pages, on a tablet."""
    opened: Page = open_as("alice", f"/documents/{document_of(pages=2, read=True)}", **TABLET)
    opened.locator(".cell .picture").first.tap()
    expect(opened.locator(LINE)).to_have_count(4)
    opened.get_by_role("button", name="Whole page").tap()
    opened.wait_for_timeout(500)
    return opened


def fingers(window: Page, *paths: list[tuple[float, float]]) -> None:
    """Put down one finger for each path, move all along their paths, and lift them."""
    session = window.context.new_cdp_session(window)

    def send(what: str, at: int | None) -> None:
        points: list[dict[str, Any]] = []
        if at is not None:
            points = [
                {"x": path[at][0], "y": path[at][1], "id": n} for n, path in enumerate(paths)
            ]
        session.send("Input.dispatchTouchEvent", {"type": what, "touchPoints": points})
        window.wait_for_timeout(20)

    send("touchStart", 0)
    for at in range(1, len(paths[0])):
        send("touchMove", at)
    send("touchEnd", None)
    window.wait_for_timeout(600)  # the image comes to rest


def line_on_screen(window: Page) -> tuple[float, float]:
    """Where the second line is drawn while all of the page is shown."""
    canvas = window.locator(".ol-viewport")
    box, place = canvas.bounding_box(), on_image(canvas, 300, 170)
    assert box
    return box["x"] + place["x"], box["y"] + place["y"]


def nearness(window: Page) -> int:
    """The scale that is shown, in per cent."""
    shown = window.get_by_text(re.compile(r"^\d+ %$")).first.text_content() or ""
    return int(shown.split()[0])


def test_a_tapped_line_is_chosen_and_can_be_corrected(window):
    window.touchscreen.tap(*line_on_screen(window))
    expect(window.locator(LINE).nth(1)).to_have_attribute("aria-selected", "true")

    field = window.get_by_role("textbox").first
    field.tap()
    field.fill("by finger")
    window.get_by_role("button", name="Accept").tap()
    expect(window.locator(LINE).nth(1)).to_contain_text("by finger")


def test_two_fingers_bring_the_image_nearer_and_one_moves_it(window):
    x, y = line_on_screen(window)
    before = nearness(window)
    steps = range(0, 121, 10)
    fingers(window, [(x - 20 - d, y) for d in steps], [(x + 20 + d, y) for d in steps])
    assert nearness(window) > before * 1.5

    canvas = window.locator(".ol-viewport")
    shown = canvas.screenshot()
    fingers(window, [(x, y + d) for d in range(0, 121, 10)])
    assert canvas.screenshot() != shown


def test_what_a_finger_meets_is_large_enough(window):
    shown = [one for one in window.get_by_role("button").all() if one.is_visible()]
    assert len(shown) > 8
    boxes = {
        one.get_attribute("aria-label") or one.inner_text(): one.bounding_box() for one in shown
    }
    small = {name: box for name, box in boxes.items() if box and box["height"] < SMALLEST}
    assert small == {}
