"""The main job in the browser: from a login link to a ZIP of texts."""

from __future__ import annotations

import base64
import io
import re
import zipfile
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.slow

DROP = """files => {
  const transfer = new DataTransfer()
  for (const {name, data} of files) {
    const bytes = Uint8Array.from(atob(data), c => c.charCodeAt(0))
    transfer.items.add(new File([bytes], name, {type: 'image/jpeg'}))
  }
  for (const kind of ['dragenter', 'dragover', 'drop'])
    document.body.dispatchEvent(new DragEvent(kind, {dataTransfer: transfer, bubbles: true, cancelable: true}))
}"""


def drop(window: Page, *paths: Path) -> None:
    """Drop files from the desktop onto the window."""
    files = [
        {"name": path.name, "data": base64.b64encode(path.read_bytes()).decode()}
        for path in paths
    ]
    window.evaluate(DROP, files)


def create(window: Page, act: str, name: str) -> None:
    """Create a project or a document through its dialog."""
    window.get_by_role("button", name=act).first.click()
    dialog = window.get_by_role("dialog")
    dialog.get_by_label("Name").fill(name)
    dialog.get_by_role("button", name=act).click()
    expect(window.get_by_role("heading", level=1, name=name)).to_be_visible()


def with_all(window: Page, act: str) -> None:
    """Choose all pages and open the dialog of an act."""
    window.get_by_role("button", name="Choose all").first.click()
    window.get_by_role("toolbar", name="With the chosen pages").get_by_role(
        "button", name=act
    ).click()


def test_from_images_to_texts(alice, scans):
    window = alice
    create(window, "New project", "Chansonniers")
    create(window, "New document", "Ms 3516")

    drop(window, *scans("f10.jpg", "f2.jpg", "f1.jpg"))
    cells = window.locator(".cell")
    expect(cells).to_have_count(3)
    expect(cells.locator(".caption .cut")).to_have_text(["f1.jpg", "f2.jpg", "f10.jpg"])
    expect(cells.first.locator("img")).to_have_js_property("complete", value=True)
    assert cells.first.locator("img").evaluate("image => image.naturalWidth") > 100

    window.get_by_role("button", name="Segment", exact=True).click()  # of all, none is chosen
    dialog = window.get_by_role("dialog")
    dialog.get_by_label("Segmentation model").select_option(label="Echo lines")
    dialog.get_by_role("button", name="Segment 3 pages").click()
    # The states change by themselves: nothing is loaded again here.
    expect(window.locator(".cell .mark.busy").first).to_be_visible()
    expect(window.locator(".cell .mark.segmented")).to_have_count(3)
    expect(cells.first).to_contain_text("4 lines")

    with_all(window, "Transcribe")
    dialog.get_by_label("Recognition model").select_option(label="Echo")
    dialog.get_by_label("Name of the layer").fill("first reading")
    dialog.get_by_role("button", name="Transcribe 3 pages").click()
    expect(window.locator(".cell .mark.recognised")).to_have_count(3)

    with_all(window, "Export")
    dialog.get_by_label("Plain text").check()
    with window.expect_download() as download:
        dialog.get_by_role("button", name="Download 3 pages").click()
    archive = zipfile.ZipFile(io.BytesIO(Path(download.value.path()).read_bytes()))
    texts = [name for name in archive.namelist() if name.endswith("f1.txt")]
    assert len(archive.read(texts[0]).decode().splitlines()) == 4

    window.keyboard.press("Escape")
    window.locator(".cell .picture").first.click()
    expect(window).to_have_url(re.compile(r"/pages/\d+$"))
    expect(window.locator("[role=option]")).to_have_count(4)
    expect(window.get_by_label("Layer")).to_have_text(re.compile("first reading"))


def test_the_report_of_an_import_names_the_file_that_failed(alice, scans):
    window = alice
    create(window, "New project", "Damaged")
    create(window, "New document", "Fragments")
    good, cut = scans("a.jpg", "b.jpg")
    cut.write_bytes(cut.read_bytes()[:3000])

    window.locator("input[type=file]").first.set_input_files([good, cut])

    expect(window.locator(".cell")).to_have_count(1)
    expect(window.locator(".toast.bad")).to_contain_text("done with problems")
    window.goto("/jobs")
    window.get_by_role("link", name=re.compile("Import")).first.click()
    row = window.get_by_role("row", name=re.compile("b.jpg"))
    expect(row).to_contain_text("failed")
    expect(window.get_by_role("row", name=re.compile("a.jpg"))).to_contain_text("done")


def test_a_broken_connection_does_not_lose_the_upload(alice, scans):
    window = alice
    create(window, "New project", "Far away")
    create(window, "New document", "By modem")
    failures: list[str] = []

    def fail_once(route):
        if route.request.method == "PATCH" and not failures:
            failures.append(route.request.url)
            route.abort("connectionreset")
        else:
            route.continue_()

    window.route("**/api/uploads/*", fail_once)
    drop(window, *scans("f1.jpg"))

    expect(window.locator(".cell")).to_have_count(1)
    assert len(failures) == 1


def test_deleted_pages_come_back(open_as, document_of):
    window = open_as("alice", f"/documents/{document_of(pages=3)}")
    window.locator(".cell .picture").nth(1).click(modifiers=["Control"])
    window.get_by_role("toolbar").get_by_role("button", name="Delete").click()
    expect(window.locator(".cell")).to_have_count(2)

    window.get_by_role("button", name="Undo").click()

    expect(window.locator(".cell")).to_have_count(3)
