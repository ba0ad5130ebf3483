"""On an open page lines are seen before they are read, and texts before the page is done."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.slow


def test_texts_are_seen_while_the_page_is_being_read(site, open_as, document_of):
    document = document_of(pages=1)
    page = site.live.call("GET", f"/api/documents/{document}/pages")["items"][0]["id"]
    project = site.live.call("GET", f"/api/documents/{document}")["project"]
    site.fill("model", project_id=project, name="Slow echo", pause=1.5)
    window = open_as("alice", f"/pages/{page}")

    window.get_by_role("button", name="Transcribe this page").click()
    dialog = window.get_by_role("dialog")
    dialog.get_by_label("Recognition model").select_option(label="Slow echo")
    dialog.get_by_role("button", name="Transcribe 1 page").click()

    rows = window.locator("[role=option]")
    read = rows.locator(".text")
    expect(rows.first).to_be_visible()
    expect(rows.get_by_text("no text in this layer").first).to_be_visible()
    expect(read.first).to_be_visible()
    some, all_ = read.count(), rows.count()
    job = window.request.get("/api/jobs").json()["items"][0]
    assert (job["ended_at"], some < all_) == (None, True)

    # What is written into a line meanwhile stays, whatever is read of it.
    field = window.get_by_role("textbox", name="Text of line 1", exact=True)
    field.fill("Amen")
    field.press("Enter")
    expect(read).to_have_count(all_)
    expect(rows.first).to_contain_text("Amen")
    while not window.request.get(f"/api/jobs/{job['id']}").json()["ended_at"]:
        window.wait_for_timeout(100)
    window.reload()
    expect(rows.first).to_contain_text("Amen")
    expect(read).to_have_count(all_)
