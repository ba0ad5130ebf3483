"""A page of thirty lines by keyboard alone; other readings, glyphs, scripts, company, replacing."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any

import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.slow

LINE = "[role=option]"
HEBREW = "בראשית ברא"
CHINESE = "天地玄黃"


@pytest.fixture
def page_with(site, document_of) -> Callable[..., dict[str, Any]]:
    """A page with a line for each text, and a second layer with other readings if wanted."""

    def make(
        texts: Sequence[str], others: Sequence[str] = (), direction: str = ""
    ) -> dict[str, Any]:
        call = site.live.call
        document = document_of(pages=1)
        page = call("GET", f"/api/documents/{document}/pages")["items"][0]["id"]
        drawn = {"create": [{"baseline": _baseline(n, direction)} for n in range(len(texts))]}
        lines = call("PATCH", f"/api/pages/{page}/lines", {"lines": drawn})["lines"]
        if direction:
            version = call("GET", f"/api/pages/{page}")["version"]
            call("PATCH", f"/api/pages/{page}", {"version": version, "direction": direction})
        made = {"page": page, "document": document, "lines": [line["id"] for line in lines]}
        for name, readings in (("Mine", texts), ("Theirs", others)):
            if readings:
                layer = call("POST", f"/api/documents/{document}/layers", {"name": name})["id"]
                items = [
                    {"line": line["id"], "layer": layer, "content": text, "version": 0}
                    for line, text in zip(lines, readings, strict=True)
                ]
                call("PATCH", f"/api/pages/{page}/texts", {"items": items})
                made[name] = layer
        return made

    return make


def _baseline(n: int, direction: str) -> list[list[int]]:
    if direction.startswith("vertical"):
        return [[540 - 60 * n, 100], [540 - 60 * n, 700]]
    return [[60, 60 + 24 * n], [540, 60 + 24 * n]]


@pytest.fixture
def stored(site) -> Callable[[dict[str, Any]], list[dict[str, Any]]]:
    """The texts of the first layer as the server has them."""

    def read(made: dict[str, Any]) -> list[dict[str, Any]]:
        path = f"/api/pages/{made['page']}?layers={made['Mine']}"
        return list(site.live.call("GET", path)["texts"])

    return read


def field(window: Page):
    return window.get_by_role("textbox", name=re.compile("Text of line"))


def opened(window: Page, made: dict[str, Any]) -> Page:
    window.goto(f"/pages/{made['page']}?layer={made['Mine']}")
    expect(field(window)).to_be_focused()
    return window


def saved(window: Page) -> None:
    expect(window.locator(".save")).to_have_attribute("data-state", "saved")


def test_a_page_of_thirty_lines_by_keyboard_alone(open_as, page_with, stored, site):
    made = page_with([f"line {n} as it was read" for n in range(30)])
    window = opened(open_as("alice"), made)
    window.evaluate("""() => {
      for (const kind of ['pointerdown', 'mousedown', 'click', 'touchstart'])
        addEventListener(kind, () => { window.pointed = true }, true)
    }""")
    wanted = []
    for n in range(30):
        expect(field(window)).to_have_value(f"line {n} as it was read")
        text = f"line {n} as it was read"
        if n % 3 == 0:
            window.keyboard.press("End")
            window.keyboard.press("Alt+1")
            window.keyboard.type(f" {n}")
            text += f"ꝑ {n}"
        elif n % 3 == 1:
            window.keyboard.press("Control+a")
            text = f"ſi cõme {n} \ue8bf"
            window.keyboard.type(text)
        wanted.append(text)
        window.keyboard.press("Enter")
    saved(window)

    found = stored(made)
    assert [text["content"] for text in found] == wanted
    assert all(text["checked"] for text in found)
    assert not window.evaluate("window.pointed")
    for line, text in zip(made["lines"], wanted, strict=True):
        path = f"/api/lines/{line}/history?layer={made['Mine']}"
        newest = site.live.call("GET", path)["items"][0]
        assert (newest["content"], newest["author"]) == (text, "alice")
        assert newest["source"] == "check"


def test_another_reading_is_taken_whole_or_word_by_word(open_as, page_with, stored, axe):
    made = page_with(
        ["Qil ne perdisent segnorie", "mandoit", "la fin"],
        ["Qil ne perdissent segnourie", "mandoit", "la fín"],
    )
    window = opened(open_as("alice", bypass_csp=True), made)
    window.get_by_label("Compare with").select_option("Theirs")
    against = window.get_by_role("region", name="Reading in Theirs")
    expect(against.locator("ins")).to_have_count(2)
    window.get_by_label("Lines that are listed").select_option("differing")
    expect(window.locator(LINE)).to_have_count(2)
    assert axe(window) == []
    window.keyboard.press("Escape")
    field(window).focus()
    window.keyboard.press("Home")
    window.keyboard.press("Alt+w")
    expect(field(window)).to_have_value("Qil ne perdissent segnorie")
    window.keyboard.press("Alt+w")
    expect(field(window)).to_have_value("Qil ne perdissent segnourie")
    window.keyboard.press("Control+z")
    expect(field(window)).to_have_value("Qil ne perdissent segnorie")
    window.keyboard.press("Alt+r")
    expect(field(window)).to_have_value("la fin")
    window.keyboard.press("Alt+t")
    expect(field(window)).to_have_value("la fín")
    saved(window)
    assert [text["content"] for text in stored(made)] == [
        "Qil ne perdissent segnorie", "mandoit", "la fín",
    ]  # fmt: skip


def test_lines_are_taken_back_one_visit_at_a_time_even_after_a_reload(
    open_as, page_with, stored
):
    made = page_with(["a", "b", "c"])
    window = opened(open_as("alice"), made)
    for letter in "xyz":
        window.keyboard.press("End")
        window.keyboard.type(f"{letter} more")
        window.keyboard.press("Enter")
    saved(window)
    window.reload()
    expect(field(window)).to_be_focused()
    window.keyboard.press("Control+z")
    expect(field(window)).to_have_value("c")
    window.keyboard.press("Control+z")
    expect(field(window)).to_have_value("b")
    window.keyboard.press("Control+Shift+z")
    expect(field(window)).to_have_value("by more")
    saved(window)
    found = stored(made)
    assert [text["content"] for text in found] == ["ax more", "by more", "c"]
    assert [text["checked"] for text in found] == [True, True, False]


def test_hebrew_runs_to_the_left_and_chinese_down(open_as, page_with, stored):
    made = page_with([HEBREW, "latin"], direction="horizontal-rl")
    window = opened(open_as("alice"), made)
    assert field(window).evaluate("box => getComputedStyle(box).direction") == "rtl"
    window.keyboard.press("End")
    window.keyboard.type(" אלהים")
    window.keyboard.press("ArrowDown")
    expect(field(window)).to_have_value("latin")
    saved(window)
    assert stored(made)[0]["content"] == HEBREW + " אלהים"

    made = page_with([CHINESE, "宇宙洪荒"], direction="vertical-rl")
    opened(window, made)
    assert field(window).evaluate("box => getComputedStyle(box).writingMode") == "vertical-rl"
    box = field(window).bounding_box()
    assert box
    assert box["height"] > box["width"]
    window.keyboard.press("End")
    window.keyboard.type("宇")
    window.keyboard.press("ArrowLeft")  # the next column
    expect(field(window)).to_have_value("宇宙洪荒")
    window.keyboard.press("Alt+v")
    expect(window.get_by_role("img", name=re.compile("at their place"))).to_be_visible()
    saved(window)
    assert stored(made)[0]["content"] == CHINESE + "宇"
    window.keyboard.press("Alt+v")


def test_a_line_is_flagged_and_commented_by_keys(open_as, page_with, site, axe):
    made = page_with(["a", "b"])
    window = opened(open_as("alice", bypass_csp=True), made)
    window.keyboard.press("Alt+f")
    expect(window.locator(LINE).first.get_by_label("Flagged")).to_be_visible()
    window.keyboard.press("Alt+c")
    window.keyboard.type("Is this an abbreviation?")  # at once: not a letter goes into the line
    expect(window.get_by_label("What is to be said")).to_have_value("Is this an abbreviation?")
    expect(field(window)).to_have_value("a")
    window.keyboard.press("Enter")
    comments = window.get_by_role("region", name="Comments on line 1")
    expect(comments).to_contain_text("Is this an abbreviation?")
    assert axe(window) == []
    comments.get_by_role("button", name="Settled").press("Enter")
    expect(comments).to_contain_text("settled by alice")
    line = site.live.call("GET", f"/api/pages/{made['page']}")["lines"][0]
    assert (line["flagged"], line["comments"]) == (True, 0)


def test_a_flag_waits_for_a_connection_and_a_comment_for_its_author(open_as, page_with, site):
    made = page_with(["a", "b"])
    window = opened(open_as("alice"), made)

    def flagged() -> list[bool]:
        lines = site.live.call("GET", f"/api/pages/{made['page']}")["lines"]
        return [line["flagged"] for line in lines]

    window.context.set_offline(True)
    window.keyboard.press("Alt+f")
    expect(window.locator(LINE).first.get_by_label("Flagged")).to_be_visible()
    expect(window.locator(".save")).to_have_attribute("data-state", "offline")
    window.keyboard.press("Alt+c")
    window.keyboard.type("An abbreviation?")
    assert flagged() == [False, False]

    window.context.set_offline(False)
    saved(window)
    assert flagged() == [True, False]
    window.reload()
    expect(field(window)).to_be_focused()
    expect(window.locator(LINE).first.get_by_label("Flagged")).to_be_visible()
    window.keyboard.press("Alt+c")
    said = window.get_by_label("What is to be said")
    expect(said).to_have_value("An abbreviation?")
    window.keyboard.press("Enter")
    expect(window.get_by_role("region", name="Comments on line 1")).to_contain_text(
        "An abbreviation?"
    )
    expect(said).to_have_value("")


def test_people_on_a_page_see_each_other(open_as, page_with, site):
    made = page_with(["a", "b"])
    site.person("bob")
    project = site.live.call("GET", f"/api/pages/{made['page']}")["project"]
    member = {"username": "bob", "role": "transcriber"}
    site.live.call("POST", f"/api/projects/{project}/members", member)
    alices = opened(open_as("alice"), made)
    bobs = opened(open_as("bob"), made)
    expect(alices.get_by_role("list", name="Also on this page")).to_contain_text("bob")
    expect(bobs.get_by_role("list", name="Also on this page")).to_contain_text("alice")
    bobs.keyboard.press("Alt+ArrowDown")
    alices.keyboard.press("Alt+ArrowDown")
    expect(alices.get_by_text("bob is at this line")).to_be_visible()
    bobs.keyboard.press("Home")
    bobs.keyboard.type("by bob ")
    saved(bobs)
    expect(alices.locator(LINE).nth(1)).to_contain_text("by bob b")
    bobs.close()
    expect(alices.get_by_role("list", name="Also on this page")).to_have_count(0)


def test_a_replacement_is_looked_at_done_and_undone(open_as, page_with, stored):
    made = page_with(["por dieu", "rien", "por moi"])
    window = opened(open_as("alice"), made)
    window.keyboard.press("Control+h")
    dialog = window.get_by_role("dialog", name="Find and replace")
    dialog.get_by_label("Find", exact=True).fill(r"p(\w)r")
    dialog.get_by_label("Replace by").fill(r"p\1ur")
    dialog.get_by_label("Regular expression").check()
    expect(dialog).to_contain_text("Found 2 times in 2 lines")
    dialog.get_by_role("button", name="Replace in 2 lines").press("Enter")
    expect(window.locator(LINE).nth(2)).to_contain_text("pour moi")
    assert [text["content"] for text in stored(made)] == ["pour dieu", "rien", "pour moi"]
    window.get_by_text("Undo", exact=True).press("Enter")
    expect(window.locator(LINE).nth(2)).to_contain_text("por moi")
    assert [text["version"] for text in stored(made)] == [3, 1, 3]


def test_keys_and_glyphs_are_ones_own_in_every_browser(open_as, page_with, tmp_path):
    made = page_with(["a", "b"])
    window = opened(open_as("alice"), made)
    window.keyboard.press("F1")
    keys = window.get_by_role("dialog", name="Keys")
    keys.get_by_role("button", name="Another key: Next unchecked line").press("Enter")
    window.keyboard.press("Alt+h")
    expect(keys.get_by_role("alert")).to_contain_text("History of the line")
    window.keyboard.press("Alt+q")
    expect(keys.locator("tr", has_text="Next unchecked line")).to_contain_text("Q")
    window.keyboard.press("Escape")
    window.keyboard.press("Alt+g")
    glyphs = window.get_by_role("dialog", name="Glyphs")
    keyboard = tmp_path / "keyboard.json"
    keyboard.write_text(
        '{"version": "0.1", "characters": [{"character": "ꝙ", "row": 0, "column": 0}]}'
    )
    glyphs.locator("input[type=file]").set_input_files(keyboard)
    expect(glyphs.locator(".grid li")).to_have_count(1)
    glyphs.get_by_label("Find a character").fill("rotunda r small")
    glyphs.get_by_role(
        "button", name=re.compile("Add to the list: LATIN SMALL LETTER R ROT")
    ).click()
    expect(glyphs.locator(".grid li")).to_have_count(2)
    with window.expect_response(re.compile("/me/preferences")):
        window.keyboard.press("Escape")

    again = opened(open_as("alice"), made)
    again.keyboard.press("Alt+2")
    expect(field(again)).to_have_value("ꝛa")
    again.keyboard.press("Alt+q")
    expect(field(again)).to_have_value("b")
