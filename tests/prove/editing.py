"""500 edits through a lost network, closed tabs and a killed server; 2,000 by two people at once.

Real browsers on a running system. The first are stored once each and in order; of the second every
accepted one is in the history, and every refused one was shown with both texts.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from playwright.sync_api import BrowserContext, expect, sync_playwright

from tests.browser.conftest import FLAGS, Site
from tests.faults import writers
from tests.live import live_system
from tests.prove.record import record

EDITS = int(os.environ.get("EDITS", "500"))
SEED = int(os.environ.get("SEED", "1609"))


def main() -> int:
    """Run both; 0 when nothing was lost, doubled or hidden."""
    with tempfile.TemporaryDirectory(prefix="armarius-editing-") as folder:
        Path(folder).chmod(0o755)  # the database server may run as another user
        with live_system(Path(folder) / "home") as live, sync_playwright() as playwright:
            browser = playwright.chromium.launch(
                executable_path="/usr/bin/chromium", args=FLAGS
            )
            expect.set_options(timeout=30_000)
            figures = _run(Site(live, browser), Path(folder))
            browser.close()
    held = not any(part["problems"] for part in figures.values())
    record("editing", {"held": held, "seed": SEED, **figures})
    print(json.dumps(figures, indent=1, ensure_ascii=False))
    print("held" if held else "FAILED")
    return 0 if held else 1


def _run(site: Site, folder: Path) -> dict[str, dict[str, Any]]:
    for name in ("alice", "bob"):
        site.person(name)
    start = time.monotonic()
    desk = writers.desk_of(site, _document(site, folder), 100, texts=False)
    one = writers.alone(site, desk, _context(site, "alice"), EDITS, SEED)
    one["seconds"] = round(time.monotonic() - start)
    start = time.monotonic()
    desk = writers.desk_of(site, _document(site, folder), 20, texts=True)
    project = site.live.call("GET", f"/api/pages/{desk.page}")["project"]
    member = {"username": "bob", "role": "transcriber"}
    site.live.call("POST", f"/api/projects/{project}/members", member)
    both = _context(site, "alice"), _context(site, "bob")
    two = writers.together(site, desk, both, 4 * EDITS, SEED)
    two["seconds"] = round(time.monotonic() - start)
    return {"alone": one, "together": two}


def _document(site: Site, folder: Path) -> int:
    import PIL.Image

    path = folder / "f1.jpg"
    PIL.Image.new("RGB", (600, 800), "#f3ead6").save(path)
    return int(site.fill("document", name="alice", paths=[str(path)], read=False))


def _context(site: Site, name: str) -> BrowserContext:
    context = site.browser.new_context(base_url=site.live.url, locale="en-GB")
    window = context.new_page()
    window.goto(site.person(name))
    window.close()
    return context


if __name__ == "__main__":
    sys.exit(main())
