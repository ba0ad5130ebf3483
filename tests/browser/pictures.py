"""Take a picture of every view in both themes and two sizes.

`python -m tests.browser.pictures [FOLDER [VIEW...]]` writes VIEW-THEME-WIDTH.jpg into FOLDER, without one
into docs/images/views. It starts a system of its own with a few projects in it.
"""

from __future__ import annotations

import io
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.browser.conftest import FLAGS, Site
from tests.browser.views import View, views
from tests.live import TOP, live_system

PLACE = TOP / "docs" / "images" / "views"
SIZES = ((1440, 900), (820, 1180))
LARGEST = 90_000
COLLEAGUES = ["luc", "ines"]


def main() -> None:
    """Take them, all or those of the views named on the command line."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else PLACE
    folder.mkdir(parents=True, exist_ok=True)
    wanted = sys.argv[2:]
    with (
        tempfile.TemporaryDirectory() as home,
        live_system(Path(home)) as live,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS)
        expect.set_options(timeout=30_000)
        site = Site(live, browser)
        ids = furnish(site)
        for theme in ("light", "dark"):
            for size in SIZES:
                for view, window in visits(site, browser, ids, theme, size, wanted):
                    for side in view.sides(window):
                        window.wait_for_timeout(1500)  # tiles and thumbnails
                        name = "-".join(filter(None, (view.name, side, theme, str(size[0]))))
                        target = folder / f"{name}.jpg"
                        target.write_bytes(small(window.screenshot()))
                        print(target.name, target.stat().st_size, flush=True)


def furnish(site: Site) -> Mapping[str, int]:
    """Projects, people, jobs, models and tokens; returns an id for each kind of address."""
    call = site.live.call
    for name in ("ana", *COLLEAGUES):
        site.person(name)
    site.fill("models")
    document = site.fill("showcase", owner="administrator", colleagues=["ana", *COLLEAGUES])
    call("POST", "/api/tokens", {"name": "Nightly export"})
    call("POST", "/api/tokens", {"name": "Notebook of the seminar"})
    pages = call("GET", f"/api/documents/{document}/pages")["items"]
    models = {one["name"]: one["id"] for one in call("GET", "/api/models")["items"]}
    bare = [one["id"] for one in pages if not one["lines_count"]]
    body = {"page_ids": bare, "model": models["Echo lines"]}
    job = call("POST", f"/api/documents/{document}/segment", body)["id"]
    deadline = time.monotonic() + 120
    while call("GET", f"/api/jobs/{job}")["ended_at"] is None:
        assert time.monotonic() < deadline, "the job does not end"
        time.sleep(0.3)
    project = call("GET", f"/api/documents/{document}")["project"]
    return {"projects": project, "documents": document, "pages": pages[0]["id"], "jobs": job}


def visits(
    site: Site,
    browser: Browser,
    ids: Mapping[str, int],
    theme: str,
    size: tuple[int, int],
    wanted: list[str],
) -> Iterator[tuple[View, Page]]:
    """Each view as the administrator sees it, drawn and at rest; those for strangers last."""
    context = browser.new_context(
        base_url=site.live.url,
        viewport={"width": size[0], "height": size[1]},
        color_scheme="dark" if theme == "dark" else "light",
        locale="en-GB",
        reduced_motion="reduce",
    )
    window = context.new_page()
    window.goto(site.person("administrator"))
    for view in sorted(views(), key=lambda one: one.open):
        if wanted and view.name not in wanted:
            continue
        if view.open:
            context.clear_cookies()
        window.goto(view.address(ids))
        view.drawn(window)
        yield view, window
    context.close()


def small(png: bytes) -> bytes:
    """The picture as a JPEG that a repository can carry."""
    image = Image.open(io.BytesIO(png)).convert("RGB")
    for quality in (72, 64, 56, 48, 40):
        out = io.BytesIO()
        image.save(out, "JPEG", quality=quality, optimize=True, progressive=True)
        if out.tell() <= LARGEST:
            break
    return out.getvalue()


if __name__ == "__main__":
    main()
