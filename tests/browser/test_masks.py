"""Masks changed by hand and following their baselines; regions locked."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser import test_layout
from tests.browser.test_layout import drag, layout, places_of, press, saved, undo, wait_until

pytestmark = pytest.mark.slow
page_of = test_layout.page_of
whole = test_layout.whole


def test_a_mask_is_changed_by_mouse_and_keyboard_and_comes_back_as_it_was(
    open_as, page_of, whole
):
    number = page_of()
    before = whole(number)["lines"][0]
    assert before["mask"] == [[80, 90], [520, 90], [520, 130], [80, 130]]
    window = layout(open_as("alice"), number)
    press(window, "k")
    expect(window.get_by_role("checkbox", name="Masks")).to_be_checked()
    at = places_of(window)

    # By mouse a corner is moved, a point added to the upper border and moved, a corner removed.
    drag(window, at(520, 90), at(500, 80))
    window.mouse.dblclick(*at(290, 85))
    drag(window, at(290, 85), at(290, 70))
    window.mouse.click(*at(80, 130))
    window.get_by_role("button", name="Delete the selection").click()
    saved(window)
    by_mouse = whole(number)["lines"][0]
    wanted = [[80, 90], [290, 70], [500, 80], [520, 130]]
    assert len(by_mouse["mask"]) == len(wanted)
    assert all(
        abs(a - b) < 4
        for one, other in zip(by_mouse["mask"], wanted, strict=True)
        for a, b in zip(one, other, strict=True)
    )
    assert by_mouse["baseline"] == before["baseline"]

    # By keyboard after a reload: the two points of the baseline come first, then those of the mask.
    layout(window, number)
    press(window, "k", "v", "v", "v", "ArrowLeft", "Shift+ArrowUp")
    expect(window.get_by_text("Point 1 of the mask: 79, 80")).to_have_count(1)
    press(window, "Alt+v", "ArrowDown", "v", "Delete")
    saved(window)
    _, (x, y), *rest = by_mouse["mask"]
    added = [half(79 + x), half(80 + y) + 1]
    by_keys = whole(number)["lines"][0]
    assert by_keys["mask"] == [[79, 80], added, *rest]
    layout(window, number)
    press(window, "k")
    window.get_by_text("Points as numbers").click()
    shown = " ".join(f"{x},{y}" for x, y in by_keys["mask"])
    expect(window.get_by_label("Mask", exact=True)).to_have_value(shown)

    undo(window, 9)  # four by mouse, five by keyboard
    assert whole(number)["lines"][0]["mask"] == before["mask"]
    press(window, *["Control+Shift+z"] * 9)
    saved(window)
    assert whole(number)["lines"][0]["mask"] == by_keys["mask"]


def test_a_mask_follows_its_baseline_and_comes_back_with_it(open_as, page_of, whole):
    number = page_of()
    window = layout(open_as("alice"), number)
    press(window, "k", "v", "v", "v", "ArrowUp")
    saved(window)
    by_hand = whole(number)["lines"][0]["mask"]
    assert by_hand[0] == [80, 89]
    press(window, "v", "v", "v", "v", "Shift+ArrowLeft")  # the first point of the baseline
    wait_until(window, lambda: whole(number)["lines"][0]["mask"] != by_hand)
    assert whole(number)["lines"][0]["baseline"][0] == [70, 120]

    press(window, "Control+z")
    saved(window)
    window.wait_for_timeout(2500)  # nothing is drawn over it
    assert whole(number)["lines"][0]["mask"] == by_hand
    assert whole(number)["lines"][0]["baseline"][0] == [80, 120]
    # Drawn over by M it comes back too, and what was done before can still be undone.
    again = window.get_by_role("button", name="Do it again")
    expect(again).to_be_enabled()
    press(window, "m")
    expect(again).to_be_disabled()  # the new masks are a step, and have come
    assert whole(number)["lines"][0]["mask"] != by_hand
    undo(window, 1)
    assert whole(number)["lines"][0]["mask"] == by_hand
    undo(window, 1)
    assert whole(number)["lines"][0]["mask"][0] == [80, 90]


def half(both: int) -> int:
    """Of a sum, rounded as the browser rounds."""
    return (both + 1) // 2


def test_a_locked_region_is_passed_over_and_kept_while_another_moves(open_as, page_of, whole):
    number = page_of()
    window = layout(open_as("alice"), number)
    at = places_of(window)
    press(window, "r")
    drag(window, at(60, 560), at(540, 700))
    saved(window)
    press(window, "s")
    window.mouse.click(*at(300, 331))  # the border of the first region
    expect(window.get_by_text("1 shape selected")).to_be_visible()
    press(window, "x")
    lock = window.get_by_label("Locked: it cannot be pointed at or changed")
    expect(lock).to_be_checked()
    press(window, "Delete")
    expect(window.get_by_text("It is locked, and stays as it is").first).to_be_visible()

    # It is passed over by the mouse, after a reload too; the other region is not.
    layout(window, number)
    at = places_of(window)
    window.mouse.click(*at(300, 331))
    expect(window.get_by_text("Nothing is selected")).to_be_visible()
    window.wait_for_timeout(350)  # no double click
    window.mouse.click(*at(300, 560))
    press(window, "ArrowDown")
    saved(window)
    first, second = whole(number)["regions"]
    assert first["polygon"] == [[60, 70], [540, 70], [540, 330], [60, 330]]
    assert abs(second["polygon"][0][1] - 561) < 4

    # The list leads to it, and unlocks it.
    window.get_by_role("option", name="Locked").click()
    lock.uncheck()
    window.get_by_role("application").focus()
    press(window, "ArrowDown")
    saved(window)
    assert whole(number)["regions"][0]["polygon"][0] == [60, 71]

    # While it is locked, what was done to it is not undone either.
    press(window, "x", "Control+z")
    expect(window.get_by_text("It is locked, and stays as it is").first).to_be_visible()
    press(window, "x")
    saved(window)
    assert whole(number)["regions"][0]["polygon"][0] == [60, 71]
    press(window, "Control+z")
    saved(window)
    assert whole(number)["regions"][0]["polygon"][0] == [60, 70]
