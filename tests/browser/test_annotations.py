"""Parts of images and texts are marked in the editor, by mouse and by keyboard, and say what they are."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.test_layout import drag, places_of, press

pytestmark = pytest.mark.slow


@pytest.fixture
def page_of(site, document_of) -> Callable[..., dict[str, Any]]:
    """A new recognised page, as the server has it."""

    def make(**more: Any) -> dict[str, Any]:
        document = document_of(pages=1, read=True, **more)
        row = site.live.call("GET", f"/api/documents/{document}/pages")["items"][0]
        return dict(site.live.call("GET", f"/api/pages/{row['id']}"))

    return make


@pytest.fixture
def kind_of(site) -> Callable[..., dict[str, Any]]:
    """Make a kind of annotation in the project of a page."""

    def make(page: dict[str, Any], name: str, marker: str, **more: Any) -> dict[str, Any]:
        given = {"name": name, "marker": marker} | more
        address = f"/api/projects/{page['project']}/taxonomies"
        return dict(site.live.call("POST", address, given))

    return make


@pytest.fixture
def notes(site) -> Callable[[dict[str, Any]], list[dict[str, Any]]]:
    """The annotations of a page, as the server has them."""
    return lambda page: list(
        site.live.call("GET", f"/api/pages/{page['id']}/annotations")["items"]
    )


def annotate(window: Page, page: dict[str, Any]) -> Page:
    """The page with its annotations."""
    window.goto(f"/pages/{page['id']}")
    expect(window.get_by_role("textbox", name="Text of line 1")).to_be_focused()
    press(window, "F2", "F2", "F2")
    expect(window.get_by_role("button", name="Annotations", exact=True)).to_have_attribute(
        "aria-pressed", "true"
    )
    return window


def count(window: Page, said: str) -> None:
    """Wait until the panel says how many there are."""
    expect(window.get_by_role("heading", name=said, exact=True)).to_be_visible()
    window.wait_for_timeout(300)  # what was done last is on the server then


def until(window: Page, holds: Callable[[], bool]) -> None:
    """Wait until the server has what was done."""
    for _ in range(100):
        if holds():
            return
        window.wait_for_timeout(200)
    raise AssertionError("the server does not have it")


def test_a_part_of_the_image_is_drawn_moved_described_and_taken_back(
    open_as, page_of, kind_of, notes, axe
):
    page = page_of()
    said = [{"name": "Colour", "values": ["red", "blue"]}, {"name": "Height", "type": "number"}]
    seal = kind_of(page, "Seal", "rectangle", components=said, colour="#b02a30")
    window = annotate(open_as("alice", bypass_csp=True), page)
    at = places_of(window)

    window.get_by_role("button", name="Seal").click()
    drag(window, at(100, 400), at(200, 500))
    count(window, "1 annotation")
    [made] = notes(page)
    assert made["taxonomy"] == seal["id"]
    assert near(made["polygon"], [[100, 400], [200, 400], [200, 500], [100, 500]])

    # Its corner is moved: it stays a rectangle.
    window.get_by_role("button", name="Select", exact=True).click()
    drag(window, at(200, 500), at(260, 540))
    wide = [[100, 400], [260, 400], [260, 540], [100, 540]]
    until(window, lambda: near(notes(page)[0]["polygon"], wide))

    window.get_by_label("Colour").select_option("blue")
    window.get_by_label("Height").fill("42")
    window.get_by_role("textbox", name="Comment").fill("Of the abbot")
    press(window, "Enter")
    expect(window.get_by_text("Of the abbot")).to_be_visible()
    until(window, lambda: notes(page)[0]["comments"] == ["Of the abbot"])
    assert notes(page)[0]["values"] == {"Colour": "blue", "Height": "42"}
    assert axe(window) == []

    # Everything is undone and done again, step by step.
    window.get_by_role("application").focus()
    press(window, *["Control+z"] * 4)  # comment, height, colour, corner
    until(window, lambda: notes(page)[0]["polygon"] == made["polygon"])
    assert (notes(page)[0]["values"], notes(page)[0]["comments"]) == ({}, [])
    press(window, "Control+z")
    count(window, "No annotations yet")
    until(window, lambda: notes(page) == [])
    press(window, *["Control+Shift+z"] * 5)
    count(window, "1 annotation")
    until(window, lambda: notes(page)[0]["values"] == {"Colour": "blue", "Height": "42"})


def test_a_polygon_is_drawn_deleted_and_brought_back(open_as, page_of, kind_of, notes):
    page = page_of()
    kind_of(page, "Initial", "polygon", comments=False)
    window = annotate(open_as("alice"), page)
    at = places_of(window)

    window.get_by_role("button", name="Initial").click()
    for place in [(300, 400), (400, 400), (350, 500)]:
        window.mouse.click(*at(*place))
        window.wait_for_timeout(350)  # no double click
    window.mouse.click(*at(300, 400))
    count(window, "1 annotation")
    corners = [[300, 400], [400, 400], [350, 500]]
    until(window, lambda: near(notes(page)[0]["polygon"], corners))
    window.get_by_role("button", name="Select", exact=True).click()
    window.locator("[data-note]").get_by_role("button", name="Delete").click()
    count(window, "No annotations yet")
    window.get_by_role("button", name="Undo").last.click()  # in the note at the foot
    count(window, "1 annotation")
    until(window, lambda: len(notes(page)) == 1)


def near(polygon: Sequence[Sequence[float]], wanted: Sequence[Sequence[float]]) -> bool:
    """Whether the corners are those wanted, but for what the mouse cannot hit."""
    return len(polygon) == len(wanted) and all(
        abs(a - b) < 4
        for one, other in zip(polygon, wanted, strict=True)
        for a, b in zip(one, other, strict=True)
    )


def test_image_and_text_are_marked_by_keyboard_alone(open_as, page_of, kind_of, notes, axe):
    page = page_of()
    kind_of(page, "Seal", "rectangle")
    kind_of(page, "Person", "background", colour="#1f6f8b")
    first, second = page["lines"][:2]
    window = annotate(open_as("alice", bypass_csp=True), page)
    window.evaluate("""() => {
      for (const kind of ['pointerdown', 'mousedown', 'click'])
        addEventListener(kind, (event) => { window.pointed ||= event.detail > 0 }, true)
    }""")

    window.get_by_role("button", name="Seal").press("Enter")
    expect(window.get_by_role("application")).to_be_focused()
    press(
        window, "Enter", "Enter", *["Shift+ArrowRight"] * 2, *["Shift+ArrowDown"] * 2, "Enter"
    )
    count(window, "1 annotation")
    [seal] = notes(page)
    (left, top), _, (right, bottom), _ = seal["polygon"]
    assert right - left > 50
    assert bottom - top > 50

    # From the second word of the first line to the end of the second one.
    window.get_by_role("button", name="Person").press("Enter")
    texts = window.get_by_role("textbox", name="Texts of the page")
    expect(texts).to_be_focused()
    press(window, "Control+Home", *["ArrowRight"] * 5, "Shift+ArrowDown", "Shift+End", "Enter")
    count(window, "2 annotations")
    person = notes(page)[1]
    assert person["quote"] == "0 of f1\nline 1 of f1"
    assert (person["start_line"], person["start"]) == (first["id"], 5)
    assert (person["end_line"], person["end"]) == (second["id"], 12)
    behind = window.locator(".behind span")
    expect(behind).to_have_text("0 of f1\nline 1 of f1")
    assert axe(window) == []

    press(window, "Escape", "Escape")  # the kind, the choice
    window.get_by_role("button", name=re.compile("^Person 0 of f1")).press("Delete")
    count(window, "1 annotation")
    press(window, "Control+z")
    count(window, "2 annotations")
    assert not window.evaluate("window.pointed")


def test_a_mark_finds_its_words_again_and_says_when_they_are_gone(
    open_as, page_of, kind_of, notes, site
):
    page = page_of()
    kind = kind_of(page, "Number", "underline")
    line, text = page["lines"][0]["id"], page["texts"][0]
    span = {"layer": text["layer"], "start_line": line, "start": 5, "end_line": line, "end": 6}
    made = {"taxonomy": kind["id"], "text": span}
    site.live.call("POST", f"/api/pages/{page['id']}/annotations", made)

    def write(content: str, version: int) -> None:
        item = {"line": line, "layer": text["layer"], "content": content, "version": version}
        assert site.live.call("PATCH", f"/api/pages/{page['id']}/texts", {"items": [item]})[
            "saved"
        ]

    write("the line 0 of f1", text["version"])
    window = annotate(open_as("alice"), page)
    expect(window.locator(".behind span")).to_have_text("0")
    write("the line of f1", text["version"] + 1)
    expect(
        window.get_by_role("img", name="These words are no longer in the line")
    ).to_be_visible()
    expect(window.locator(".behind span")).to_have_count(0)


def test_a_manager_makes_kinds_and_annotations_go_out_and_come_in(
    open_as, page_of, kind_of, notes, axe, tmp_path
):
    page = page_of()
    window = annotate(open_as("alice", bypass_csp=True), page)
    expect(window.get_by_text("This project has no kinds of annotations")).to_be_visible()
    assert axe(window) == []
    window.get_by_role("link", name="Kinds of annotations").click()
    window.get_by_label("New kind").fill("Date")
    window.get_by_label("Marks").select_option(label="words, by their colour")
    window.get_by_role("button", name="Add", exact=True).first.click()
    sheet = window.get_by_role("region", name="Date")
    sheet.get_by_label("Add something that it says").fill("Year")
    press(window, "Enter")
    sheet.get_by_label("Kind of value: Year").select_option("number")
    expect(sheet.get_by_label("Kind of value: Year")).to_have_value("number")
    assert axe(window) == []

    annotate(window, page)
    window.get_by_role("button", name="Date").click()
    press(window, "Control+Home", *["Shift+ArrowRight"] * 4, "Enter")
    count(window, "1 annotation")
    window.get_by_label("Year").fill("1254")
    press(window, "Tab")
    until(window, lambda: notes(page)[0]["values"] == {"Year": "1254"})
    with window.expect_download() as loading:
        window.get_by_role("link", name="Save as W3C annotations").click()
    written = json.loads(loading.value.path().read_text("utf-8"))
    assert written["type"] == "AnnotationPage"
    assert [body["value"] for body in written["items"][0]["body"]] == ["Date", "1254"]

    path = tmp_path / "annotations.json"
    path.write_text(json.dumps(written), "utf-8")
    window.locator("input[type=file]").set_input_files(path)
    count(window, "2 annotations")
    one, other = notes(page)
    assert (one["quote"], one["values"]) == (other["quote"], other["values"])
    assert other["values"] == {"Year": "1254"}


def test_readers_see_annotations_and_change_none(open_as, page_of, kind_of, notes, site):
    page = page_of()
    seal = kind_of(page, "Seal", "rectangle", comments=True)
    polygon = [[100, 400], [200, 400], [200, 500], [100, 500]]
    given = {"taxonomy": seal["id"], "polygon": polygon, "values": {}, "comments": ["Of wax"]}
    site.live.call("POST", f"/api/pages/{page['id']}/annotations", given)
    site.live.call("POST", "/api/users", {"username": "noor"})
    member = {"username": "noor", "role": "reader"}
    site.live.call("POST", f"/api/projects/{page['project']}/members", member)

    window = open_as("noor", f"/pages/{page['id']}")
    window.get_by_role("button", name="Annotations", exact=True).click()
    count(window, "1 annotation")
    expect(window.get_by_role("button", name="Layout")).to_have_count(0)
    window.get_by_role("list", name="Annotations").get_by_role("button", name="Seal").click()
    expect(window.get_by_text("Of wax")).to_be_visible()
    for word in ("Delete", "Add", "Undo"):
        expect(window.get_by_role("button", name=word, exact=True)).to_have_count(0)
    window.get_by_role("application").focus()
    press(window, "ArrowDown", "Delete")
    count(window, "1 annotation")
    assert notes(page)[0]["polygon"] == polygon


def test_what_is_marked_without_a_connection_waits_and_is_stored_once(
    open_as, page_of, kind_of, notes
):
    page = page_of()
    kind_of(page, "Seal", "rectangle")
    window = annotate(open_as("alice"), page)
    at = places_of(window)

    window.context.set_offline(True)
    window.get_by_role("button", name="Seal").click()
    drag(window, at(100, 400), at(200, 500))
    drag(window, at(250, 400), at(300, 500))
    expect(window.get_by_text("2 changes wait", exact=False)).to_be_visible()
    assert notes(page) == []

    window.context.set_offline(False)
    count(window, "2 annotations")
    expect(window.get_by_text("changes wait", exact=False)).to_have_count(0)
    assert len(notes(page)) == 2
