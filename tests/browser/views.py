"""Every view of the application, read from its router: a new one is looked at without being named here."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from playwright.sync_api import Page, expect

from tests.live import TOP

ROUTER = TOP / "frontend" / "src" / "router.ts"
# What is there once a view is drawn, where that is more than a heading.
SIGNS = {
    "project": ".document",
    "document": ".cell img",
    "page": "[role=option]",
    "search": "[role=searchbox], [type=search]",
}
# What leads from one side of a view to the next.
SIDES = "main .modes > button, main [role=tab], #top-tools .modes > button"
QUERIES = {"search": "?q=the"}


@dataclass(frozen=True)
class View:
    """One view: its name, its path with the router's parameters, whether strangers may see it."""

    name: str
    path: str
    open: bool

    def address(self, ids: Mapping[str, int]) -> str:
        """Where it is to be seen, with the id that belongs to the first part of the path."""
        if self.name == "lost":
            return "/nowhere"
        first = self.path.split("/")[1]
        wanted = re.findall(r":\w+(?:\([^)]*\))?", self.path)
        known = first in ids if wanted else True
        assert known, f"{ROUTER.name} has {self.path}: tests/browser/views.py has no id for it"
        path = re.sub(r":\w+(\([^)]*\))?", str(ids.get(first, "")), self.path)
        return path + QUERIES.get(self.name, "")

    def drawn(self, window: Page) -> None:
        """Wait until it shows what it has to show."""
        expect(window.locator(SIGNS.get(self.name, "main :is(h1, h2)")).first).to_be_visible()
        expect(window.locator(".ghost")).to_have_count(0)

    def sides(self, window: Page) -> Iterator[str]:
        """Show its modes or tabs one after the other; a view without any has one nameless side."""
        buttons = window.locator(SIDES)
        yield ""
        for number in range(1, buttons.count()):
            button = buttons.nth(number)
            button.click()
            expect(
                button.and_(window.locator("[aria-pressed=true], [aria-selected=true]"))
            ).to_be_visible()
            yield button.inner_text().strip().lower().replace(" ", "-")


def views() -> list[View]:
    """All of them, in the router's order."""
    source = ROUTER.read_text("utf-8")
    table = source[source.index("routes: [") : source.index("router.beforeEach")]
    found = []
    for route in table.split("path: '")[1:]:
        path = route.split("'")[0].replace("\\\\", "\\")
        name = re.search(r"\bname: '([\w-]+)'", route)
        if "redirect:" in route:
            continue
        assert name, f"{ROUTER.name}: {path} has no name"
        found.append(View(name[1], path, "open: true" in route))
    assert len(found) > 10, f"{ROUTER} is written in a way that this module does not read"
    return found
