"""A find of the search is shown in its line, and leads to it."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.slow


def test_a_word_is_found_and_leads_to_its_line(site, open_as, document_of):
    document = document_of(pages=1, read=True)
    call = site.live.call
    page = call("GET", f"/api/documents/{document}/pages")["items"][0]["id"]
    whole = call("GET", f"/api/pages/{page}")
    text = whole["texts"][1]
    item = {
        "line": text["line"], "layer": text["layer"], "version": text["version"],
        "content": "Li <b>rois</b> Artus & sa cort",
    }  # fmt: skip
    assert call("PATCH", f"/api/pages/{page}/texts", {"items": [item]})["saved"]

    project = call("GET", f"/api/documents/{document}")["project"]
    call("POST", f"/api/projects/{project}/types", {"kind": "line", "name": "HeadingLine"})

    window = open_as("alice", "/search")
    window.get_by_role("searchbox").fill("artus cort")
    expect(window.get_by_role("main").get_by_role("status")).to_have_text("1 line")
    expect(window.locator("mark")).to_have_text(["Artus", "cort"])
    found = window.locator(".find")
    expect(found).to_contain_text("Li <b>rois</b> Artus & sa cort")
    assert found.locator("img").evaluate(
        "image => image.decode().then(() => image.naturalWidth)"
    )
    assert "q=artus" in window.url

    window.get_by_label("Layer").select_option("Reading")
    window.get_by_label("Type of region").select_option("MainZone")
    expect(found).to_have_count(1)
    assert "region_type=MainZone" in window.url
    window.get_by_label("Type of line").select_option("HeadingLine")
    expect(window.get_by_role("heading", name="Nothing found")).to_be_visible()
    window.get_by_label("Type of line").select_option("All lines")

    found.click()
    window.wait_for_url("**/pages/**")
    expect(window.locator(".line.current")).to_contain_text("Artus")
    window.go_back()
    window.get_by_label("How to search").select_option("regex")
    window.get_by_role("searchbox").fill("(")
    expect(window.get_by_role("alert")).to_contain_text("is no regular expression")
