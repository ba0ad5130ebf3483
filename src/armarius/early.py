"""What a run knows of a page before it is done: its lines where they are read next, then texts.

    early/<key>/0001.layout.json      a page tree with the lines that were found
    early/<key>/0002.texts.json ...   page trees with nothing but lines that were read since

A bundle asks for it (`early` in `bundle.json`). The result of the page comes all the same, whole;
who does not look at the parts misses nothing.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from armarius import bundle
from armarius.formats import json_tree
from armarius.page import Line, Page

EVERY_S = 0.3  # between two parts of a page: each is a transaction, and a look of every browser


@dataclass(frozen=True, slots=True)
class Part:
    """One part: the layout without texts, or some lines with theirs."""

    page: Page
    layout: bool


@dataclass(slots=True)
class Writer:
    """Writes the parts of one page.

    Attributes:
        folder: of the bundle.
        key: the page's name in it.
        told: called when a part is there.
    """

    folder: Path
    key: str
    told: Callable[[], None]
    _lines: list[Line] = field(default_factory=list)
    _count: int = 0
    _last: float = field(default_factory=time.monotonic)

    def layout(self, page: Page) -> None:
        """The lines that were found, before they are read."""
        self._write(page, "layout")

    def line(self, line: Line) -> None:
        """A line that was read. The last ones come with the result of the page only."""
        self._lines.append(line)
        if time.monotonic() - self._last >= EVERY_S:
            self._write(Page("", 0, 0, lines=tuple(self._lines)), "texts")
            self._lines.clear()

    def _write(self, page: Page, what: str) -> None:
        self._count += 1
        path = _folder(self.folder, self.key) / f"{self._count:04}.{what}.json"
        bundle.write_whole(path, json_tree.write(page), durable=False)
        self._last = time.monotonic()
        self.told()


def parts(folder: Path, key: str, after: int) -> list[Part]:
    """The parts of a page that are there by now, without the first `after`."""
    found = sorted(_folder(folder, key).glob("[0-9]*.json"))[after:]
    return [
        Part(json_tree.read(path.read_bytes(), path.name).page, ".layout." in path.name)
        for path in found
    ]


def _folder(folder: Path, key: str) -> Path:
    return folder / "early" / key
