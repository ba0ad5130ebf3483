"""Files come in and go out as somebody chose."""

from __future__ import annotations

import zipfile

import pytest
from playwright.sync_api import expect

from tests.scans import alto

pytestmark = pytest.mark.slow


def test_files_come_in_as_was_chosen_in_the_dialog(site, open_as, document_of, scans, tmp_path):
    document = document_of(pages=1)
    window = open_as("alice", f"/documents/{document}")
    text = tmp_path / "other.xml"
    text.write_bytes(alto("f9.jpg", ["amen"], 600, 800))

    window.get_by_role("button", name="Add files with options").click()
    dialog = window.get_by_role("dialog")
    expect(dialog.get_by_role("button", name="Choose files first")).to_be_disabled()
    dialog.locator("[data-test=files]").set_input_files([*scans("f9.jpg", "other.jpg"), text])
    expect(dialog).to_contain_text("3 files chosen")
    dialog.get_by_role("combobox", name="Texts go to").select_option(label="Reading")
    dialog.get_by_role("radio", name="the image with the same name").check()
    dialog.get_by_role("button", name="Import 3 files").click()

    # The text names f9.jpg and is called as other.jpg.
    expect(window.locator(".cell .caption .cut")).to_have_text(
        ["f1.jpg", "f9.jpg", "other.jpg"]
    )
    pages = site.live.call("GET", f"/api/documents/{document}/pages?limit=9")["items"]
    assert [x["lines_count"] for x in pages] == [0, 0, 1]


def test_pages_go_out_as_was_chosen_and_the_dialog_says_what_is_written(open_as, document_of):
    window = open_as("alice", f"/documents/{document_of(pages=2, read=True)}")
    window.get_by_role("button", name="Choose all").click()
    window.get_by_role("toolbar").get_by_role("button", name="Export").click()
    dialog = window.get_by_role("dialog")
    expect(dialog).to_contain_text("2 files of text, mets.xml, README.txt")

    dialog.get_by_label("Plain text").check()
    dialog.get_by_role("checkbox", name="A paragraph for each region").check()
    dialog.get_by_role("radio", name="only of these types").check()
    expect(dialog.get_by_role("button", name="Download 2 pages")).to_be_disabled()
    dialog.get_by_role("checkbox", name="MainZone").check()
    with window.expect_download() as download:
        dialog.get_by_role("button", name="Download 2 pages").click()

    with zipfile.ZipFile(download.value.path()) as archive:
        assert archive.namelist() == ["f1.txt", "f2.txt", "mets.xml", "README.txt"]


def test_an_export_is_kept_copied_loaded_by_its_link_and_taken_back(
    site, open_as, document_of, axe
):
    document = document_of(pages=2, read=True)
    clipboard = {"permissions": ["clipboard-read", "clipboard-write"], "bypass_csp": True}
    window = open_as("alice", f"/exports?document={document}", **clipboard)
    expect(window.get_by_role("heading", name="No exports of")).to_be_visible()
    window.goto(f"/documents/{document}")
    window.get_by_role("button", name="Choose all").click()
    window.get_by_role("toolbar").get_by_role("button", name="Export").click()
    with window.expect_download():
        window.get_by_role("dialog").get_by_role("button", name="Download 2 pages").click()

    window.get_by_role("button", name="To the list").click()
    row = window.get_by_role("row", name="ALTO 4.4, 2 pages, Reading")
    expect(row).to_contain_text("alice")
    assert axe(window) == []
    row.get_by_role("button", name="Copy link").click()
    expect(window.get_by_text("Copied")).to_be_visible()
    link = window.evaluate("navigator.clipboard.readText()")
    stranger = site.browser.new_context()
    assert stranger.request.get(link).headers["content-type"] == "application/zip"

    project = site.live.call("GET", f"/api/documents/{document}")["project"]
    window.goto(f"/projects/{project}/exports")
    row.get_by_role("button", name="Delete").click()
    expect(window.get_by_text("its link no longer works")).to_be_visible()
    assert stranger.request.get(link).status == 404
    stranger.close()
