"""What a project lead does around the editor: choose, name, tag, order and compare."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.slow


def names(window: Page) -> list[str]:
    return window.locator(".cell .caption .cut").all_inner_texts()


def act(window: Page, name: str) -> None:
    """Open a dialog from the menu below the chosen pages."""
    bar = window.get_by_role("toolbar", name="With the chosen pages")
    bar.get_by_role("button", name="More").click()
    window.get_by_role("menuitem", name=name).click()


def test_pages_are_chosen_by_number_named_tagged_and_moved_and_all_is_undone(
    open_as, document_of
):
    window = open_as("alice", f"/documents/{document_of(pages=4)}")
    field = window.get_by_role("textbox", name="Which pages")
    field.fill("1-2, 4")
    expect(window.locator(".cell")).to_have_count(3)
    field.press("Enter")
    expect(window.get_by_role("toolbar")).to_contain_text("3 pages chosen")
    window.get_by_role("button", name="Show all").click()
    expect(window.locator(".cell")).to_have_count(4)

    act(window, "Rename")
    dialog = window.get_by_role("dialog")
    dialog.get_by_label("Name or pattern").fill("f. {folio}")
    expect(dialog.get_by_role("row")).to_have_count(3)
    dialog.get_by_role("button", name="Rename 3 pages").click()
    expect(window.locator(".cell .caption .cut")).to_have_text(
        ["f. 1r", "f. 1v", "f3.jpg", "f. 2r"]
    )
    window.get_by_role("button", name="Undo").click()
    expect(window.locator(".cell .caption .cut")).to_have_text(
        ["f1.jpg", "f2.jpg", "f3.jpg", "f4.jpg"]
    )

    act(window, "Tag")
    dialog.get_by_label("New tag").fill("to check")
    dialog.get_by_role("button", name="Add").click()
    expect(dialog.get_by_role("checkbox", name="to check")).to_be_checked()
    dialog.get_by_role("button", name="Save").click()
    expect(window.locator(".cell .tags")).to_have_count(3)

    window.locator(".cell a").first.focus()
    window.keyboard.press("Alt+Shift+ArrowRight")
    expect(window.locator(".cell .caption .cut").first).to_have_text("f2.jpg")
    expect(window.locator('[data-place="1"] a')).to_be_focused()

    window.locator(".cell").nth(3).drag_to(window.locator(".cell").first)
    expect(window.locator(".cell .caption .cut").last).not_to_have_text("f4.jpg")
    window.get_by_role("button", name="Undo").click()
    expect(window.locator(".cell .caption .cut").last).to_have_text("f4.jpg")

    window.locator("body").press("g")
    expect(window.get_by_role("table", name="Table")).to_be_visible()
    expect(window.get_by_role("row")).to_have_count(5)


def test_texts_are_replaced_on_the_chosen_pages_only(open_as, document_of, site):
    number = document_of(pages=3, read=True)
    pages = site.live.call("GET", f"/api/documents/{number}/pages")["items"]
    window = open_as("alice", f"/documents/{number}")
    field = window.get_by_role("textbox", name="Which pages")
    field.fill("1-2")
    expect(window.locator(".cell")).to_have_count(2)
    field.press("Enter")

    act(window, "Find and replace")
    dialog = window.get_by_role("dialog")
    expect(dialog.get_by_label("2 chosen pages")).to_be_checked()
    dialog.get_by_label("Layer that is looked through").select_option("Reading")
    dialog.get_by_label("Find", exact=True).fill("line 0")
    dialog.get_by_label("Replace by").fill("LINE 0")
    dialog.get_by_role("button", name="Replace in 2 lines").click()
    expect(window.get_by_text("Replaced 2 times in 2 lines.")).to_be_visible()

    first = [
        site.live.call("GET", f"/api/pages/{page['id']}")["texts"][0]["content"]
        for page in pages
    ]
    assert first == ["LINE 0 of f1", "LINE 0 of f2", "line 0 of f3"]

    window.get_by_role("button", name="Choose none (Esc)").click()
    window.get_by_role("button", name="Show all").click()
    window.get_by_role("button", name="Find and replace").click()
    expect(dialog.get_by_label("the document")).to_be_checked()
    dialog.get_by_label("Find", exact=True).fill("line 0")
    expect(dialog).to_contain_text("Found 1 ×, in one line.")
    dialog.get_by_role("button", name="Cancel").click()

    window.get_by_role("toolbar").get_by_role("button", name="Transcribe").click()
    offered = dialog.locator("#layers-there option")
    expect(offered).to_have_count(1)
    assert offered.get_attribute("value") == "Reading"


def test_layers_are_copied_compared_and_brought_back(open_as, document_of, site):
    number = document_of(pages=2, read=True)
    window = open_as("alice", f"/documents/{number}/layers")
    window.get_by_role("button", name="Copy: Reading").click()
    dialog = window.get_by_role("dialog")
    dialog.get_by_label("Name").fill("Checked by hand")
    dialog.get_by_role("button", name="New layer").click()
    expect(
        window.get_by_text("0% of characters wrong").or_(
            window.get_by_text("0 % of characters wrong")
        )
    ).to_be_visible()
    expect(window.get_by_text("8 of 8 lines equal")).to_be_visible()
    expect(window.locator("svg .bar")).to_have_count(2)

    window.get_by_role("button", name="Delete: Checked by hand").click()
    expect(window.get_by_role("button", name="Copy: Checked by hand")).to_have_count(0)
    window.get_by_role("button", name="Undo").click()
    expect(window.get_by_role("button", name="Copy: Checked by hand")).to_be_visible()


def test_names_and_values_of_a_document_are_written_changed_and_taken_away(
    open_as, document_of, site
):
    number = document_of()
    window = open_as("alice", f"/documents/{number}")
    dialog = window.get_by_role("dialog", name="Document settings")

    def settings() -> None:
        window.get_by_role("button", name="More for this document").click()
        window.get_by_role("menuitem", name="Document settings").click()

    def add(name: str, value: str) -> None:
        dialog.get_by_role("button", name="Add a line").click()
        dialog.get_by_label("Key", exact=True).last.fill(name)
        dialog.get_by_label("Value", exact=True).last.fill(value)

    def kept() -> dict[str, str]:
        dialog.get_by_role("button", name="Save").click()
        expect(dialog).to_be_hidden()
        return dict(site.live.call("GET", f"/api/documents/{number}")["metadata"])

    settings()
    add("shelfmark", "Paris, BnF, fr. 12575")
    add("date", "c. 1401")
    assert kept() == {"shelfmark": "Paris, BnF, fr. 12575", "date": "c. 1401"}

    window.reload()
    settings()
    expect(dialog.get_by_label("Key", exact=True)).to_have_count(2)
    date = dialog.locator(".pair", has=window.get_by_role("button", name="Delete: date"))
    date.get_by_label("Value", exact=True).fill("1401–1410")
    dialog.get_by_role("button", name="Delete: shelfmark").click()
    assert kept() == {"date": "1401–1410"}


def test_a_page_gets_a_type_and_a_direction_of_its_own(open_as, document_of, site):
    number = document_of(pages=1)
    project = site.live.call("GET", f"/api/documents/{number}")["project"]
    kind = {"kind": "page", "name": "TitlePage"}
    site.live.call("POST", f"/api/projects/{project}/types", kind)
    page = site.live.call("GET", f"/api/documents/{number}/pages")["items"][0]["id"]
    window = open_as("alice", f"/documents/{number}")
    window.get_by_role("button", name="Choose all").first.click()

    def told() -> tuple[str, str]:
        facts = site.live.call("GET", f"/api/pages/{page}/facts")
        return facts["type"], facts["direction"]

    act(window, "Page and image")
    dialog = window.get_by_role("dialog")
    dialog.get_by_label("Type of the page").select_option("TitlePage")
    dialog.get_by_label("Reading direction").select_option("Right to left")
    dialog.get_by_role("button", name="Save").click()
    expect(dialog).to_be_hidden()
    assert told() == ("TitlePage", "horizontal-rl")

    act(window, "Page and image")
    expect(dialog.get_by_label("Type of the page")).to_have_value("TitlePage")
    expect(dialog.get_by_label("Reading direction")).to_have_value("horizontal-rl")
    dialog.get_by_label("Type of the page").select_option("no type")
    dialog.get_by_label("Reading direction").select_option("as the document")
    dialog.get_by_role("button", name="Save").click()
    expect(dialog).to_be_hidden()
    assert told() == ("", "")


def test_only_regions_are_found_anew_and_the_texts_stay(open_as, document_of, site):
    number = document_of(pages=2, read=True)
    pages = site.live.call("GET", f"/api/documents/{number}/pages")["items"]

    def tree() -> dict[str, Any]:
        return dict(site.live.call("GET", f"/api/pages/{pages[0]['id']}"))

    before = tree()
    window = open_as("alice", f"/documents/{number}")
    window.get_by_role("button", name="Choose all").first.click()
    bar = window.get_by_role("toolbar", name="With the chosen pages")
    bar.get_by_role("button", name="Segment").click()
    dialog = window.get_by_role("dialog")

    dialog.get_by_label("Only masks").check()
    expect(dialog.get_by_label("Segmentation model")).to_have_count(0)
    dialog.get_by_label("Only regions").check()
    expect(dialog.get_by_text("The lines stay, with their texts.")).to_be_visible()
    expect(dialog.get_by_text("8 lines are there already")).to_be_visible()
    dialog.get_by_label("Segmentation model").select_option(label="Echo lines")
    dialog.get_by_label("Quick").check()
    dialog.get_by_role("button", name="Segment 2 pages").click()
    expect(dialog).to_be_hidden()
    while tree()["version"] == before["version"]:
        window.wait_for_timeout(200)

    after = tree()
    names = {region["id"]: region["key"] for region in after["regions"]}
    assert [names[line["region"]] for line in after["lines"]] == ["echo_r1"] * 4
    assert [line["id"] for line in after["lines"]] == [line["id"] for line in before["lines"]]
    assert [text["content"] for text in after["texts"]] == [
        text["content"] for text in before["texts"]
    ]
