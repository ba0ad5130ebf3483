"""The shapes of a page, drawn and changed by keyboard alone, undone across a reload, against each other."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import pytest
from playwright.sync_api import FloatRect, Locator, Page, expect

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


def box_of(shown: Locator) -> FloatRect:
    """Where it is in the window."""
    box = shown.bounding_box()
    assert box is not None
    return box


def saved(window: Page) -> None:
    """Wait until the window says that all is stored."""
    window.wait_for_timeout(300)  # a busy machine notes a key a moment later
    expect(window.locator(".save")).to_have_attribute("data-state", "saved")


def masked(window: Page) -> AbstractContextManager[Any]:
    """Wait until the server has drawn masks for what is done meanwhile."""
    return window.expect_response(lambda answer: answer.url.endswith("/masks"))


def places_of(window: Page) -> Callable[[float, float], tuple[float, float]]:
    """Where a pixel of the image, which is shown whole, is in the window."""
    box = box_of(window.get_by_role("application"))
    zoom = int(window.locator(".share").inner_text().split()[0]) / 100
    middle, level = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    return lambda x, y: (middle + (x - 300) * zoom, level + (y - 400) * zoom)


def drag(window: Page, *places: tuple[float, float]) -> None:
    """Press at the first place, and let go at the last."""
    window.mouse.move(*places[0])
    window.mouse.down()
    for place in places[1:]:
        window.mouse.move(*place, steps=6)
    window.mouse.up()


def wait_until(window: Page, done: Callable[[], bool]) -> None:
    """Wait until something is so on the server, 30 seconds at most."""
    for _ in range(60):
        if done():
            return
        window.wait_for_timeout(500)
    assert done()


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
    for _ in range(2):
        window.get_by_role("button", name="Undo", exact=True).click()
    saved(window)
    assert whole(number)["lines"][1]["baseline"] == [[80, 180], [520, 180]]
    press(window, "Control+Shift+z")
    saved(window)
    assert whole(number)["lines"][1]["baseline"] == [[80, 181], [520, 181]]


def test_lines_are_drawn_cut_joined_typed_and_ordered_by_keyboard(
    open_as, page_of, whole, site, axe
):
    number = page_of()
    project = whole(number)["project"]
    kind = {"kind": "line", "name": "InterlinearLine", "key": "1"}
    site.live.call("POST", f"/api/projects/{project}/types", kind)
    window = layout(open_as("alice", bypass_csp=True), number)
    window.evaluate("""() => {
      for (const kind of ['pointerdown', 'mousedown', 'click'])
        addEventListener(kind, (event) => { window.pointed ||= event.isTrusted }, true)
    }""")
    scale = 1 / (int(window.locator(".share").inner_text().split()[0]) / 100)

    # Draw a line that begins below the selected one, four times fifty screen pixels long.
    with masked(window):
        press(window, "l", "Enter", "Enter", *["Shift+ArrowRight"] * 4, "Enter", "Enter")
    saved(window)
    drawn = whole(number)["lines"][2]
    (x, y), (to, level) = drawn["baseline"]
    assert (x, y, level) == (80, 180, 180)
    assert abs(to - x - 200 * scale) < 20
    assert drawn["region"] == whole(number)["lines"][0]["region"]

    # Cut the third line in its middle; the text is cut too.
    press(window, "Escape", "Escape", *["Tab"] * 5)
    expect(window.get_by_role("textbox", name="Text of line 4")).to_have_value("line 2 of f1")
    press(window, "c", "Enter", "Enter")
    expect(window.get_by_role("textbox", name="Text of line 5")).to_have_value("of f1")
    saved(window)
    lines, texts = whole(number)["lines"], texts_of(whole(number))
    assert [line["baseline"] for line in lines[3:5]] == [
        [[80, 240], [300, 240]], [[300, 240], [520, 240]],
    ]  # fmt: skip
    assert [texts[line["id"]] for line in lines[3:5]] == ["line 2", "of f1"]

    # Give both pieces a type, and join them again.
    press(window, "t", "1")
    with masked(window):
        press(window, "j")
    saved(window)
    joined = whole(number)["lines"][3]
    assert joined["type"] == "InterlinearLine"
    assert joined["baseline"] == [[80, 240], [300, 240], [520, 240]]
    assert texts_of(whole(number))[joined["id"]] == "line 2 of f1"
    assert len(whole(number)["lines"]) == 5
    assert axe(window) == []

    # Bring it to the top of the order.
    press(window, "F2")
    expect(window.get_by_role("listbox", name="Lines in reading order")).to_be_focused()
    press(window, "Alt+ArrowUp", "Alt+ArrowUp", "Alt+ArrowUp")
    saved(window)
    assert whole(number)["lines"][0]["id"] == joined["id"]
    assert axe(window) == []

    undo(layout(window, number), 7)  # three moves, join, type, cut, line
    assert_as_it_was(whole(number))
    assert not window.evaluate("window.pointed")


def test_lines_are_turned_round_doubled_and_taken_out_of_their_region_by_keys(
    open_as, page_of, whole
):
    number = page_of()
    window = layout(open_as("alice"), number)
    press(window, "Tab")
    region = whole(number)["lines"][0]["region"]

    press(window, "i")
    saved(window)
    assert whole(number)["lines"][1]["baseline"] == [[520, 180], [80, 180]]
    press(window, "u")
    saved(window)
    assert region not in [one["region"] for one in whole(number)["lines"] if _backwards(one)]
    press(window, "y")
    saved(window)
    assert [one["region"] for one in whole(number)["lines"]] == [region] * 4
    press(window, "d")
    saved(window)
    assert len(whole(number)["lines"]) == 5

    undo(window, 4)
    assert_as_it_was(whole(number))
    press(window, "Control+a", "u")
    saved(window)
    assert {one["region"] for one in whole(number)["lines"]} == {None}


def _backwards(line: dict[str, Any]) -> bool:
    """Whether it runs from right to left."""
    return bool(line["baseline"][0][0] > line["baseline"][-1][0])


def undo(window: Page, steps: int) -> None:
    """Take back as many steps."""
    press(window, *["Control+z"] * steps)
    saved(window)


def assert_as_it_was(page: dict[str, Any]) -> None:
    """The four lines of a new page, with their texts and without types."""
    assert [line["baseline"] for line in page["lines"]] == [
        [[80, 120 + 60 * n], [520, 120 + 60 * n]] for n in range(4)
    ]
    texts = texts_of(page)
    assert [texts[line["id"]] for line in page["lines"]] == [
        f"line {n} of f1" for n in range(4)
    ]
    assert {line["type"] for line in page["lines"]} == {""}


def texts_of(page: dict[str, Any]) -> dict[int, str]:
    """What stands in each line."""
    return {text["line"]: text["content"] for text in page["texts"]}


def test_a_line_gets_a_direction_of_its_own_and_loses_it_by_undoing(open_as, page_of, whole):
    number = page_of()
    window = layout(open_as("alice"), number)
    choice = window.get_by_label("Reading direction")
    expect(choice).to_have_value("")
    choice.select_option("Right to left")
    saved(window)
    directions = [line["direction"] for line in whole(number)["lines"]]
    assert directions == ["horizontal-rl", "", "", ""]

    layout(window, number)
    expect(choice).to_have_value("horizontal-rl")
    press(window, "Control+z")
    expect(choice).to_have_value("")
    saved(window)
    assert [line["direction"] for line in whole(number)["lines"]] == [""] * 4


def test_lines_are_drawn_moved_and_caught_by_the_mouse(open_as, page_of, whole):
    number = page_of()
    window = layout(open_as("alice"), number)
    at = places_of(window)

    # The end of the first line, which is selected, snaps to the border of its region.
    drag(window, at(520, 120), at(538, 118))
    press(window, "l")
    drag(window, at(100, 600), at(300, 601), at(500, 600))
    window.mouse.click(*at(100, 660))
    window.mouse.click(*at(300, 650))
    window.mouse.dblclick(*at(500, 660))
    press(window, "r")
    drag(window, at(60, 560), at(540, 700))
    saved(window)
    page = whole(number)
    assert page["lines"][0]["baseline"][1][0] == 540
    stroke, clicked = (line["baseline"] for line in page["lines"][-2:])
    assert len(stroke) == 2
    assert len(clicked) == 3
    assert abs(clicked[1][1] - 650) < 4
    assert len(page["regions"]) == 2

    # A lasso around both lines and their region; one key takes all three away.
    press(window, "s")
    window.keyboard.down("Shift")
    drag(window, at(50, 540), at(560, 540), at(560, 720), at(50, 720), at(50, 541))
    window.keyboard.up("Shift")
    expect(window.get_by_text("3 shapes selected")).to_be_visible()
    press(window, "Delete")
    saved(window)
    assert (len(whole(number)["lines"]), len(whole(number)["regions"])) == (4, 1)
    press(window, "Control+z")
    saved(window)
    assert (len(whole(number)["lines"]), len(whole(number)["regions"])) == (6, 2)


def test_of_two_shapes_one_is_chosen_in_place(open_as, page_of, whole, site):
    number = page_of()
    window = layout(open_as("alice"), number)
    window.route("**/api/pages/*/lines", lambda route: route.abort("internetdisconnected"))
    press(window, "ArrowDown")
    expect(window.locator(".save")).to_have_attribute("data-state", "offline")
    first = whole(number)["lines"][0]
    theirs = {"id": first["id"], "version": 1, "baseline": [[80, 100], [520, 100]]}
    site.live.call("PATCH", f"/api/pages/{number}/lines", {"lines": {"update": [theirs]}})
    window.unroute("**/api/pages/*/lines")
    press(window, "ArrowDown")  # still ours
    note = window.get_by_role("alert", name="Changed by two people")
    expect(note).to_contain_text("line 1")
    assert whole(number)["lines"][0]["baseline"][0] == [80, 100]

    note.get_by_role("button", name="Keep mine").press("Enter")
    expect(note).to_have_count(0)
    saved(window)
    assert whole(number)["lines"][0]["baseline"] == [[80, 122], [520, 122]]


def test_undoing_at_once_does_not_meet_a_mask_that_was_drawn_anew(
    open_as, page_of, whole, site
):
    number = page_of()
    project = whole(number)["project"]
    kind = {"kind": "line", "name": "InterlinearLine", "key": "1"}
    site.live.call("POST", f"/api/projects/{project}/types", kind)
    window = layout(open_as("alice"), number)
    press(window, "t", "1")
    saved(window)

    # The mask comes when the page is open again and the undoing is on its way.
    layout(window, number)
    window.route("**/api/pages/*/lines", lambda route: route.abort("internetdisconnected"))
    press(window, "Control+z")
    expect(window.locator(".save")).to_have_attribute("data-state", "offline")
    first = whole(number)["lines"][0]
    assert first["type"] == "InterlinearLine"
    mask = [[80, 95], [520, 95], [520, 130], [80, 130]]
    redrawn = {"id": first["id"], "version": first["version"], "mask": mask}
    site.live.call("PATCH", f"/api/pages/{number}/lines", {"lines": {"update": [redrawn]}})
    window.unroute("**/api/pages/*/lines")
    wait_until(window, lambda: whole(number)["lines"][0]["type"] == "")
    saved(window)
    expect(window.get_by_role("alert", name="Changed by two people")).to_have_count(0)
    assert whole(number)["lines"][0]["mask"] == mask


def test_lines_are_ordered_by_clicks_and_by_place_and_the_page_is_turned(
    open_as, page_of, whole
):
    number = page_of()
    window = layout(open_as("alice"), number)
    window.get_by_role("button", name="Order", exact=True).click()
    ids = [line["id"] for line in whole(number)["lines"]]
    box = box_of(window.get_by_role("application"))
    zoom = int(window.locator(".share").inner_text().split()[0]) / 100

    def click(line: int) -> None:
        middle = box["y"] + box["height"] / 2 + (120 + 60 * line - 400) * zoom
        window.mouse.click(box["x"] + box["width"] / 2, middle)
        window.wait_for_timeout(350)  # no double click

    window.get_by_role("button", name="Click in turn").click()
    for line in (2, 0, 3):
        click(line)
    rows = window.get_by_role("listbox", name="Lines in reading order").get_by_role("option")
    expect(rows.nth(3)).to_contain_text("line 3 of f1")
    saved(window)
    assert [line["id"] for line in whole(number)["lines"]] == [ids[1], ids[2], ids[0], ids[3]]

    window.get_by_role("button", name="Undo", exact=True).click()
    window.get_by_role("button", name="Do it again", exact=True).click()
    window.get_by_role("button", name="Order by place").click()
    saved(window)
    assert [line["id"] for line in whole(number)["lines"]] == ids
    grip, target = box_of(rows.nth(3).locator(".grip")), box_of(rows.nth(0))
    window.mouse.move(grip["x"] + 8, grip["y"] + 8)
    window.mouse.down()
    window.mouse.move(target["x"] + 8, target["y"] + 3, steps=5)
    window.mouse.up()
    saved(window)
    assert [line["id"] for line in whole(number)["lines"]] == [ids[3], *ids[:3]]
    press(window, "Control+z")
    saved(window)
    assert [line["id"] for line in whole(number)["lines"]] == ids

    window.get_by_role("button", name="Layout", exact=True).click()
    expect(window.get_by_role("application")).to_be_focused()
    press(window, "Control+.")
    expect(window.get_by_text("The page is being turned")).to_be_visible()
    wait_until(window, lambda: whole(number)["width"] == 800)
    assert whole(number)["lines"][0]["baseline"] == [[679, 80], [679, 520]]
