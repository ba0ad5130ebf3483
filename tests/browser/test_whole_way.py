"""A small campaign from signing in to bringing back what was deleted, by one person in one window."""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.test_journey import create, drop, with_all

pytestmark = pytest.mark.slow

TEXT = "Ci comence li romanz dou roi Artu"


def test_a_campaign_from_signing_in_to_bringing_back(site, open_as, scans):
    window = _signed_in(site, open_as)
    create(window, "New project", "Romances")
    create(window, "New document", "Ms 3517")
    address = window.url
    drop(window, *scans("f1.jpg", "f2.jpg"))
    expect(window.locator(".cell")).to_have_count(2)
    _read(window)

    _correct(window)
    _find(window)
    window.get_by_label("Compare with").select_option("Second")
    expect(window.locator("main ins, main del").first).to_be_visible()

    window.goto(address)
    _export(window)
    _share(window, open_as)

    window.goto(address)
    window.get_by_role("button", name="More for this document").click()
    window.get_by_role("menuitem", name="Delete the document").click()
    window.get_by_role("button", name="Undo").click()
    expect(window.get_by_role("heading", level=1, name="Ms 3517")).to_be_visible()
    expect(window.locator(".cell")).to_have_count(2)


def _signed_in(site, open_as) -> Page:
    """Somebody with a password, through the form."""
    site.live.call("POST", "/api/users", {"username": "luce", "password": "quires and ink"})
    window: Page = open_as("alice")
    window.context.clear_cookies()
    window.goto("/")
    window.get_by_label("User name").fill("luce")
    window.get_by_label("Password", exact=True).fill("quires and ink")
    window.get_by_role("button", name="Sign in", exact=True).click()
    expect(window.get_by_role("heading", name="No project yet")).to_be_visible()
    return window


def _read(window: Page) -> None:
    """Segment, then read into two layers."""
    dialog = window.get_by_role("dialog")
    with_all(window, "Segment")
    dialog.get_by_label("Segmentation model").select_option(label="Echo lines")
    dialog.get_by_role("button", name="Segment 2 pages").click()
    expect(window.locator(".cell .mark.segmented")).to_have_count(2)
    for layer in ("Second", "First"):
        with_all(window, "Transcribe")
        dialog.get_by_label("Recognition model").select_option(label="Echo")
        dialog.get_by_label("Name of the layer").fill(layer)
        dialog.get_by_role("button", name="Transcribe 2 pages").click()
        expect(dialog).to_have_count(0)
        while any(
            not job["ended_at"] for job in window.request.get("/api/jobs").json()["items"]
        ):
            window.wait_for_timeout(100)
    expect(window.locator(".cell .mark.recognised")).to_have_count(2)


def _correct(window: Page) -> None:
    window.keyboard.press("Escape")
    window.locator(".cell .picture").first.click()
    window.get_by_label("Layer").first.select_option("First")
    field = window.get_by_role("textbox", name=re.compile("Text of line"))
    expect(field).to_be_editable()
    field.fill(TEXT)
    window.keyboard.press("Enter")
    expect(window.locator(".save")).to_have_attribute("data-state", "saved")


def _find(window: Page) -> None:
    """From the list of projects to the line that was corrected."""
    window.goto("/projects")
    window.get_by_role("searchbox").fill("romanz artu")
    window.keyboard.press("Enter")
    window.locator(".find").click()
    expect(window.locator(".line.current")).to_contain_text(TEXT)


def _export(window: Page) -> None:
    dialog = window.get_by_role("dialog")
    with_all(window, "Export")
    dialog.get_by_label("Plain text").check()
    dialog.get_by_label("Layer").select_option("First")
    with window.expect_download() as download:
        dialog.get_by_role("button", name="Download 2 pages").click()
    archive = zipfile.ZipFile(io.BytesIO(Path(download.value.path()).read_bytes()))
    name = next(name for name in archive.namelist() if name.endswith("f1.txt"))
    assert archive.read(name).decode().startswith(TEXT)
    window.keyboard.press("Escape")


def _share(window: Page, open_as) -> None:
    guest: Page = open_as("bob")
    window.get_by_role("navigation").get_by_role("link", name="Romances").click()
    window.get_by_placeholder("User name").fill("bob")
    window.get_by_role("button", name="Share", exact=True).click()
    guest.goto("/projects")
    expect(guest.get_by_role("link", name=re.compile("Romances"))).to_be_visible()
