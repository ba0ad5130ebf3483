"""One page: the image with its lines, the texts beside it, and both in step."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, expect

pytestmark = pytest.mark.slow

SIZE = (600, 800)  # of the pages, in pixels
LINE = "[role=option]"
PADDING = 16  # around the image when all of it is shown


@pytest.fixture
def window(open_as, document_of) -> Page:
    """The first of two recognised pages, drawn."""
    opened: Page = open_as("alice", f"/documents/{document_of(pages=2, read=True)}")
    opened.locator(".cell .picture").first.click()
    expect(opened.locator(LINE)).to_have_count(4)
    expect(opened.locator(".ol-viewport")).to_be_visible()
    opened.get_by_role("button", name="Whole page").click()
    return opened


def on_image(canvas: Locator, x: float, y: float) -> dict[str, float]:
    """Where a pixel of the image is in the canvas, while all of it is shown."""
    box = canvas.bounding_box()
    assert box
    free = (box["width"] - 2 * PADDING, box["height"] - 2 * PADDING)
    scale = min(free[0] / SIZE[0], free[1] / SIZE[1])
    return {
        "x": box["width"] / 2 + (x - SIZE[0] / 2) * scale,
        "y": box["height"] / 2 + (y - SIZE[1] / 2) * scale,
    }


def test_lines_are_drawn_on_the_image(window):
    canvas = window.locator(".ol-viewport")
    window.wait_for_timeout(500)
    with_lines = canvas.screenshot()

    window.get_by_label("Lines", exact=True).uncheck()
    window.get_by_label("Regions").uncheck()
    window.wait_for_timeout(300)

    assert canvas.screenshot() != with_lines


def test_the_image_comes_as_tiles_of_the_iiif_service(window):
    tile = re.compile(r"/iiif/[^/]+/(full|square|\d+,\d+,\d+,\d+)/")
    with window.expect_response(tile) as answer:
        window.reload()

    assert answer.value.status == 200
    assert "immutable" in answer.value.headers["cache-control"]


def test_a_click_on_the_image_chooses_the_text_and_keys_go_on_from_there(window):
    canvas = window.locator(".ol-viewport")
    canvas.click(position=on_image(canvas, 300, 170))  # inside the mask of the second line
    second = window.locator(LINE).nth(1)
    expect(second).to_have_attribute("aria-selected", "true")

    window.get_by_role("listbox").press("ArrowDown")
    expect(window.locator(LINE).nth(2)).to_have_attribute("aria-selected", "true")
    window.get_by_role("listbox").press("Home")
    expect(window.locator(LINE).first).to_have_attribute("aria-selected", "true")


def test_pointing_at_one_side_marks_the_other(window):
    canvas = window.locator(".ol-viewport")
    canvas.hover(position=on_image(canvas, 300, 230))
    expect(window.locator(LINE).nth(2)).to_have_class(re.compile("hovered"))

    before = canvas.screenshot()
    window.locator(LINE).first.hover()
    window.wait_for_timeout(300)
    assert canvas.screenshot() != before


def test_doubtful_readings_are_marked(window):
    second = window.locator(LINE).nth(1)
    expect(second.locator("mark")).to_have_text("1")
    expect(second).to_contain_text("50")
    expect(window.locator(LINE).first.locator("mark")).to_have_count(0)


def test_page_down_turns_the_page(window):
    expect(window.locator(LINE).first).to_contain_text("line 0 of f1")
    window.keyboard.press("PageDown")
    expect(window.locator(LINE).first).to_contain_text("line 0 of f2")
    expect(window.get_by_role("button", name="Next page")).to_be_disabled()
    expect(window.locator(".place")).to_have_text("2 / 2")
    window.keyboard.press("PageUp")
    expect(window.locator(LINE).first).to_contain_text("line 0 of f1")
