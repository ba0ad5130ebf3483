"""The types of a project: a set to begin with, changed, taken out and into another project."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.slow


def test_types_begin_with_segmonto_and_go_from_project_to_project(
    site, open_as, document_of, tmp_path
):
    call = site.live.call
    one, other = (
        call("GET", f"/api/documents/{document_of(pages=1)}")["project"] for _ in range(2)
    )
    window = open_as("alice", f"/projects/{one}/types")
    regions = window.locator("section", has=window.get_by_role("heading", name="Regions"))

    window.get_by_role("button", name="Add SegmOnto").click()
    expect(regions.get_by_label("Colour of MarginTextZone")).to_be_visible()
    regions.get_by_label("New type").fill("RubricZone")
    regions.get_by_role("button", name="Add", exact=True).click()
    regions.get_by_label("Key in the editor: RubricZone").select_option("9")
    window.reload()
    expect(regions.get_by_label("Key in the editor: RubricZone")).to_have_value("9")

    with window.expect_download() as loading:
        window.get_by_role("link", name="Export", exact=True).click()
    file = tmp_path / "types.json"
    loading.value.save_as(file)
    window.goto(f"/projects/{other}/types")
    expect(window.get_by_role("heading", name="Regions")).to_be_visible()
    expect(regions.get_by_label("Colour of RubricZone")).to_have_count(0)
    window.locator("input[type=file]").set_input_files(file)
    expect(regions.get_by_label("Colour of RubricZone")).to_be_visible()
    expect(regions.get_by_label("Colour of MarginTextZone")).to_be_visible()
