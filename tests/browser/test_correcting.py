"""Correcting the texts of a page: by keyboard alone, through a lost connection, against each other."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.slow

LINE = "[role=option]"


@pytest.fixture
def page_of(site, document_of) -> Callable[..., int]:
    """The id of the first page of a new recognised document."""

    def make(**more: Any) -> int:
        document = document_of(pages=2, read=True, **more)
        found = site.live.call("GET", f"/api/documents/{document}/pages")["items"][0]["id"]
        return int(found)

    return make


@pytest.fixture
def texts(site) -> Callable[[int], list[dict[str, Any]]]:
    """The texts of a page as the server has them, in reading order."""

    def read(page: int) -> list[dict[str, Any]]:
        return list(site.live.call("GET", f"/api/pages/{page}")["texts"])

    return read


def field(window: Page):
    """The one text field."""
    return window.get_by_role("textbox", name=re.compile("Text of line"))


def opened(window: Page, page: int) -> Page:
    """The page with the focus in its text field, at the first line."""
    window.goto(f"/pages/{page}")
    expect(field(window)).to_be_focused()
    expect(field(window)).to_have_value("line 0 of f1")
    return window


def saved(window: Page) -> None:
    """Wait until the window says that all is stored."""
    expect(window.locator(".save")).to_have_attribute("data-state", "saved")


def test_a_page_is_corrected_by_keyboard_alone(open_as, page_of, texts, site):
    number = page_of()
    window = opened(open_as("alice"), number)
    window.evaluate("""() => {
      for (const kind of ['pointerdown', 'mousedown', 'click'])
        addEventListener(kind, () => { window.pointed = true }, true)
    }""")
    keys = window.keyboard
    keys.press("End")
    keys.type(" \ue8bf⁊ꝑ")  # scholars' code points
    keys.press("Enter")
    expect(field(window)).to_have_value("line 1 of f1")
    told = window.get_by_role("status").filter(has_text="Line 2 of 4")
    expect(told).to_contain_text("the model was only 50% sure")
    keys.press("Tab")  # to the doubtful character; typing replaces it
    keys.type("ONE")
    keys.press("Enter")
    keys.press("Control+a")
    keys.type("never mind")
    keys.press("Escape")
    expect(field(window)).to_have_value("line 2 of f1")
    keys.press("Alt+ArrowDown")  # not checked
    expect(field(window)).to_have_value("line 3 of f1")
    keys.press("Control+a")
    keys.type("e\u0301te\u0301")
    keys.press("Enter")
    keys.press("Alt+n")
    expect(field(window)).to_have_value("line 2 of f1")
    saved(window)

    found = texts(number)
    assert [text["content"] for text in found] == [
        "line 0 of f1 \ue8bf⁊ꝑ", "line ONE of f1", "line 2 of f1", "\u00e9t\u00e9",
    ]  # fmt: skip
    assert [text["checked"] for text in found] == [True, True, False, True]
    line, layer = found[1]["line"], found[1]["layer"]
    rows = site.live.call("GET", f"/api/lines/{line}/history?layer={layer}")["items"]
    newest = rows[0]
    assert (newest["content"], newest["source"]) == ("line ONE of f1", "check")
    assert newest["author"] == "alice"
    assert rows[-1]["content"] == "line 1 of f1"
    assert not window.evaluate("window.pointed")


def test_dialogs_take_what_is_typed_at_once(open_as, page_of):
    window = opened(open_as("alice"), page_of())
    keys = window.keyboard
    keys.press("Control+h")
    expect(window.get_by_label("Find", exact=True)).to_be_focused()
    keys.type("line 1")
    expect(window.get_by_text("Found 1 ×, in one line.")).to_be_visible()
    keys.press("Escape")
    expect(field(window)).to_be_focused()

    keys.press("Alt+g")
    expect(window.get_by_label("Find a character by its name or code")).to_be_focused()
    keys.type("p with stroke through descender")
    expect(window.get_by_text("U+A751").first).to_be_visible()
    keys.press("Enter")
    expect(field(window)).to_have_value(re.compile("ꝑ"))


@pytest.mark.parametrize("width", [1440, 820])
def test_the_row_below_the_field_stays_one_row(open_as, page_of, width):
    size = {"width": width, "height": 1000}
    window = opened(open_as("alice", viewport=size), page_of())
    buttons = window.locator(".foot button")

    tops = buttons.evaluate_all("all => all.map((one) => one.getBoundingClientRect().top)")

    assert len(tops) > 6
    assert max(tops) - min(tops) < 20


def test_what_is_written_without_a_connection_outlives_the_tab(open_as, page_of, texts):
    number = page_of()
    window = opened(open_as("alice"), number)
    cut = "**/api/pages/*/texts"
    window.route(cut, lambda route: route.abort("internetdisconnected"))
    window.keyboard.type("A ")
    window.keyboard.press("Enter")
    window.keyboard.type("B ")
    expect(window.locator(".save")).to_have_attribute("data-state", "offline")
    expect(window.locator(".save")).to_contain_text("2 changes are kept here")
    assert [text["version"] for text in texts(number)] == [1, 1, 1, 1]

    window.reload()
    expect(window.locator(LINE).nth(1)).to_contain_text("B line 1 of f1")
    expect(window.locator(".save")).to_contain_text("2 changes are kept here")
    context = window.context
    window.close()
    again = context.new_page()
    again.goto(f"/pages/{number}")

    saved(again)
    found = texts(number)
    assert [text["content"] for text in found[:2]] == ["A line 0 of f1", "B line 1 of f1"]
    assert [text["checked"] for text in found[:2]] == [True, False]
    assert [text["version"] for text in found] == [2, 2, 1, 1]


def test_an_answer_that_is_lost_stores_nothing_twice(open_as, page_of, texts):
    number = page_of()
    window = opened(open_as("alice"), number)
    lost: list[str] = []

    def lose_first(route):
        if lost:
            route.continue_()
        else:
            route.fetch()  # the server has it, the browser does not know
            lost.append(route.request.headers["idempotency-key"])
            route.abort("connectionreset")

    window.route("**/api/pages/*/texts", lose_first)
    window.keyboard.type("A ")
    window.keyboard.press("Enter")
    saved(window)

    assert lost
    assert (texts(number)[0]["content"], texts(number)[0]["version"]) == ("A line 0 of f1", 2)


def test_of_two_texts_one_is_chosen_in_place(open_as, page_of, texts, site):
    number = page_of()
    window = opened(open_as("alice"), number)
    first, second, third, fourth = texts(number)

    def write_elsewhere(text: dict[str, Any], content: str) -> None:
        item = {"line": text["line"], "layer": text["layer"], "content": content}
        site.live.call(
            "PATCH", f"/api/pages/{number}/texts", {"items": [item | {"version": 1}]}
        )

    window.route("**/api/events", lambda route: route.abort())
    window.keyboard.type("mine ")
    write_elsewhere(first, "theirs 0")
    note = window.get_by_role("alert", name="Changed by two people")
    expect(note).to_contain_text("administrator has changed this line")
    expect(note).to_contain_text("theirs 0")
    assert texts(number)[0]["content"] == "theirs 0"
    note.get_by_role("button", name="Keep mine").press("Enter")
    expect(note).to_have_count(0)
    saved(window)
    assert texts(number)[0]["content"] == "mine line 0 of f1"

    window.get_by_role("listbox").press("ArrowDown")
    window.keyboard.press("Escape")
    window.keyboard.press("Home")
    window.keyboard.type("mine ")
    write_elsewhere(second, "theirs 1")
    note.get_by_role("button", name="Take theirs").press("Enter")
    expect(field(window)).to_have_value("theirs 1")
    saved(window)
    assert texts(number)[1]["content"] == "theirs 1"

    window.keyboard.press("Alt+ArrowDown")
    window.keyboard.type("mine ")
    write_elsewhere(third, "line 2 of f1, theirs")
    expect(window.get_by_text("both changes stand in it now")).to_be_visible()
    expect(field(window)).to_have_value("mine line 2 of f1, theirs")
    saved(window)
    assert texts(number)[2]["content"] == "mine line 2 of f1, theirs"

    window.keyboard.press("Alt+ArrowDown")
    window.keyboard.type("mine ")
    write_elsewhere(fourth, "theirs 3")
    note.get_by_role("button", name="Theirs, mine in the history").press("Enter")
    expect(field(window)).to_have_value("theirs 3")
    saved(window)
    path = f"/api/lines/{fourth['line']}/history?layer={fourth['layer']}"
    rows = site.live.call("GET", path)["items"]
    assert [row["content"] for row in rows] == [
        "theirs 3", "mine line 3 of f1", "theirs 3", "line 3 of f1",
    ]  # fmt: skip


def test_an_earlier_text_is_restored_from_the_history(open_as, page_of, texts):
    number = page_of()
    window = opened(open_as("alice"), number)
    window.keyboard.type("wrong ")
    saved(window)
    window.keyboard.press("Alt+h")
    history = window.get_by_role("region", name="History of line 1")
    expect(history.locator("li")).to_have_count(2)
    expect(history.locator("li").first.locator("ins")).to_have_text("wrong ")

    history.get_by_role("button", name="Restore").press("Enter")

    expect(field(window)).to_have_value("line 0 of f1")
    expect(history.locator("li")).to_have_count(3)
    assert (texts(number)[0]["content"], texts(number)[0]["version"]) == ("line 0 of f1", 3)
    window.keyboard.press("Alt+h")
    field(window).press("End")
    window.keyboard.type(" and on")
    saved(window)
    assert texts(number)[0]["content"] == "line 0 of f1 and on"


PASTE = """(field, text) => {
  const data = new DataTransfer()
  data.setData('text/plain', text)
  field.dispatchEvent(new ClipboardEvent('paste', {clipboardData: data, bubbles: true, cancelable: true}))
}"""


def test_pasted_lines_go_onto_the_lines_that_follow(open_as, page_of, texts):
    number = page_of()
    window = opened(open_as("alice"), number)
    window.keyboard.press("Control+a")
    field(window).evaluate(PASTE, "one\r\ntwo\nthree\n")
    preview = window.get_by_role("region", name="Paste several lines")
    expect(preview.locator("li")).to_have_count(3)
    assert texts(number)[1]["content"] == "line 1 of f1"
    window.keyboard.press("Enter")
    expect(window.locator(LINE).nth(2)).to_contain_text("three")
    saved(window)
    assert [text["content"] for text in texts(number)] == [
        "one", "two", "three", "line 3 of f1",
    ]  # fmt: skip

    window.get_by_text("Undo", exact=True).press("Enter")
    expect(window.locator(LINE).nth(2)).to_contain_text("line 2 of f1")
    saved(window)
    assert [text["content"] for text in texts(number)] == [f"line {n} of f1" for n in range(4)]


def test_the_keys_are_listed_and_the_strip_is_drawn(open_as, page_of, axe):
    window = opened(open_as("alice", bypass_csp=True), page_of())
    strip = window.get_by_role("img", name="Image of line 1")
    expect(strip).to_be_visible()
    window.wait_for_function("document.querySelector('.strip canvas').width > 100")
    drawn = strip.evaluate("""canvas => {
      const {data} = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height)
      return new Set(data).size
    }""")
    assert drawn > 10  # ink and paper, not one colour
    expect(window.locator(".behind .doubt")).to_have_count(0)
    window.keyboard.press("Alt+l")
    expect(window.locator(".behind .doubt")).to_have_text("1")
    window.keyboard.press("F1")
    dialog = window.get_by_role("dialog", name="Keys")
    expect(dialog).to_contain_text("Next unchecked line")
    assert axe(window) == []
    window.keyboard.press("Escape")
    window.keyboard.press("Alt+h")
    expect(window.get_by_role("region", name="History of line 2")).to_be_visible()
    assert axe(window) == []


def test_readers_see_texts_without_a_field(open_as, page_of, site):
    number = page_of()
    site.person("rita")
    project = site.live.call("GET", f"/api/pages/{number}")["project"]
    site.live.call(
        "POST", f"/api/projects/{project}/members", {"username": "rita", "role": "reader"}
    )
    window = open_as("rita", f"/pages/{number}")
    expect(window.locator(LINE)).to_have_count(4)
    expect(field(window)).to_have_count(0)
    expect(window.locator(".save")).to_have_count(0)
