"""A running system and a real Chromium; every page that a test opens is watched for faults."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageDraw
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from tests.live import TOP, Live, live_system

FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]
FILL = "import django; django.setup(); from tests.browser import filled; filled.main()"
AXE = TOP / "frontend" / "node_modules" / "axe-core" / "axe.min.js"


@dataclass
class Site:
    """The system under test and the browser that looks at it."""

    live: Live
    browser: Browser

    def fill(self, what: str, **given: Any) -> Any:
        """Put things into the system's database; see `filled`."""
        done = subprocess.run(
            [sys.executable, "-c", FILL, what, json.dumps(given)],
            env=self.live.environment | {"DJANGO_SETTINGS_MODULE": "armarius.settings"}, cwd=TOP, capture_output=True, text=True, check=False, timeout=120,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    def person(self, name: str) -> str:
        """Make a person, if there is none of the name; returns the path of a login link."""
        users = self.live.call("GET", "/api/users?limit=500")["items"]
        found = next((one for one in users if one["username"] == name), None)
        user = found or self.live.call("POST", "/api/users", {"username": name})
        return str(self.live.call("POST", f"/api/users/{user['id']}/login-link")["path"])


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """One system and one browser for all browser tests."""
    with (
        live_system(tmp_path_factory.mktemp("live")) as live,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS)
        site = Site(live, browser)
        site.fill("models")
        expect.set_options(timeout=20_000)  # two busy cores
        yield site
        browser.close()


Open = Callable[..., Page]


@pytest.fixture
def open_as(site: Site) -> Iterator[Open]:
    """Open a window signed in as somebody; at the end no window may have shown a fault."""
    faults: list[str] = []
    contexts: list[BrowserContext] = []

    def open_(name: str = "alice", path: str = "/", **settings: Any) -> Page:
        shape = {"viewport": {"width": 1440, "height": 900}, "locale": "en-GB"}
        context = site.browser.new_context(base_url=site.live.url, **(shape | settings))
        contexts.append(context)
        page = context.new_page()
        _watch(page, faults)
        page.goto(site.person(name))
        if path != "/":
            page.goto(path)
        return page

    yield open_
    for context in contexts:
        context.close()
    assert faults == []


@pytest.fixture
def alice(open_as: Open) -> Page:
    """A window of Alice's, at the list of her projects."""
    return open_as("alice")


def _watch(page: Page, faults: list[str]) -> None:
    """Errors of scripts and of the content security policy, and answers of 500 and above."""
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on(
        "console",
        lambda message: (
            faults.append(message.text)
            # The browser itself reports refused requests; whether they are right is the test's matter.
            if message.type == "error" and "Failed to load resource" not in message.text
            else None
        ),
    )
    page.on(
        "response",
        lambda answer: (
            faults.append(f"{answer.status} {answer.url}") if answer.status >= 500 else None
        ),
    )


@pytest.fixture
def scans(tmp_path: Path) -> Callable[..., list[Path]]:
    """Make page images, all different."""

    def make(*names: str, size: tuple[int, int] = (600, 800)) -> list[Path]:
        paths = []
        for name in names:
            image = Image.new("RGB", size, "#f3ead6")
            draw = ImageDraw.Draw(image)
            draw.text((size[0] // 3, 40), name, fill="#222222")
            for y in range(120, size[1] - 80, 60):
                draw.line((80, y, size[0] - 80, y), fill="#333333", width=3)
            paths.append(tmp_path / name)
            image.save(paths[-1], quality=80)
        return paths

    return make


Filled = Callable[..., int]


@pytest.fixture
def document_of(site: Site, scans: Callable[..., list[Path]]) -> Filled:
    """A document of somebody's with so many pages, segmented and recognised if wanted."""

    def make(name: str = "alice", pages: int = 2, *, read: bool = False) -> int:
        site.person(name)
        paths = [str(path) for path in scans(*(f"f{n + 1}.jpg" for n in range(pages)))]
        return int(site.fill("document", name=name, paths=paths, read=read))

    return make


@pytest.fixture(scope="session")
def axe() -> Callable[[Page], list[str]]:
    """Find serious faults of accessibility on a page (axe-core); each as one line."""
    script = AXE.read_text("utf-8")

    def check(page: Page) -> list[str]:
        page.evaluate(script)
        found = page.evaluate(
            "async () => (await axe.run(document, {resultTypes: ['violations']})).violations"
        )
        return [
            f"{one['id']}: {one['help']}: {node['html'][:160]}"
            for one in found
            if one["impact"] in ("serious", "critical")
            for node in one["nodes"]
        ]

    return check
