"""People who correct in a real browser while the network, their tabs and the server come and go.

`alone`: one person, every edit on a line of its own turn; each must be stored once, in order.
`together`: two people on the same lines; every accepted edit must be in the history, and every
refused one must have been shown with both texts before its author chose.
"""

from __future__ import annotations

import contextlib
import json
import random
import re
import signal
import time
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

import psutil
from playwright.sync_api import BrowserContext, Locator, Page, Response, expect

from tests.browser.conftest import Site

SETTLED_MS = 90_000
# What is struck out in the comparison is not in mine.
MINE = """one => {
  const copy = one.cloneNode(true)
  for (const gone of copy.querySelectorAll('del')) gone.remove()
  return copy.textContent.trim()
}"""


@dataclass
class Desk:
    """A page with lines, and a layer to write into."""

    page: int
    layer: int
    lines: list[int]

    def history(self, site: Site, line: int) -> list[str]:
        """What the line has held, the first text first."""
        return [row["content"] for row in self.rows(site, line)]

    def rows(self, site: Site, line: int) -> list[dict[str, Any]]:
        """The history of a line, the first text first."""
        path = f"/api/lines/{line}/history?layer={self.layer}&limit=500"
        return list(reversed(site.live.call("GET", path)["items"]))


def desk_of(site: Site, document: int, count: int, texts: bool) -> Desk:
    """The first page of a document with so many lines, empty or with a text each."""
    call = site.live.call
    page = call("GET", f"/api/documents/{document}/pages")["items"][0]["id"]
    drawn = [{"baseline": [[60, 40 + 7 * n], [540, 40 + 7 * n]]} for n in range(count)]
    made = call("PATCH", f"/api/pages/{page}/lines", {"lines": {"create": drawn}})["lines"]
    layer = call("POST", f"/api/documents/{document}/layers", {"name": "Correction"})["id"]
    lines = [line["id"] for line in made]
    if texts:
        items = [{"line": line, "layer": layer, "content": "=", "version": 0} for line in lines]
        call("PATCH", f"/api/pages/{page}/texts", {"items": items})
    return Desk(page, layer, lines)


def alone(
    site: Site, desk: Desk, context: BrowserContext, edits: int, seed: int
) -> dict[str, Any]:
    """Write so many edits, line after line and round after round; returns figures and problems."""
    chance = random.Random(seed)
    done: Counter[str] = Counter()
    window = _opened(context.new_page(), desk)
    for number in range(edits):
        at = number % len(desk.lines)
        if at == 0:
            if number:  # a line's next edit would take the place of one that still waits
                _settle(context, window)
            window.get_by_role("listbox").press("Home")
            window.keyboard.press("Escape")
        window.keyboard.press("Control+a")
        window.keyboard.insert_text(f"edit {number}")
        window.keyboard.press("Enter")
        fate = chance.random()
        if fate < 0.08:
            context.set_offline(chance.random() < 0.5)
            done["network"] += 1
        elif fate < 0.11:
            context.set_offline(False)  # a page that is not kept cannot be opened without
            window.close()
            window = _opened(context.new_page(), desk, desk.lines[(at + 1) % len(desk.lines)])
            done["tab"] += 1
        elif fate < 0.11 + 2 / edits or number == edits // 2:
            done["server"] += _kill_web(site)
    _settle(context, window)
    window.close()
    return {"edits": edits, **done, "problems": _compare(site, desk, edits)}


def _compare(site: Site, desk: Desk, edits: int) -> list[str]:
    problems = []
    for at, line in enumerate(desk.lines):
        wanted = [f"edit {number}" for number in range(at, edits, len(desk.lines))]
        # A text that was on its way already when it was accepted is in the history as both.
        rows = desk.rows(site, line)
        found = [
            row["content"]
            for before, row in zip([None, *rows], rows, strict=False)
            if not (before and before["content"] == row["content"] and row["source"] == "check")
        ]
        if found != wanted:
            problems.append(f"line {at}: {found} instead of {wanted}")
    return problems


@dataclass(frozen=True)
class Refusal:
    """An edit that came too late: what it was based on, and what was there instead."""

    line: int
    version: int
    content: str

    def is_conflict(self, desk: Desk, site: Site) -> bool:
        """Whether there was anything to choose: not where the text was put back as it had been."""
        base = next(row for row in desk.rows(site, self.line) if row["version"] == self.version)
        return bool(base["content"] != self.content)


@dataclass
class Writer:
    """One of the two; `letters` are theirs alone, so that no two of their texts have one in common."""

    window: Page
    letters: str
    chance: random.Random
    lines: list[int]
    # Of each line what was typed in it since the last choice; what was refused, and for what.
    wrote: dict[int, str] = field(default_factory=dict)
    torn: dict[int, tuple[str, str]] = field(default_factory=dict)
    count: int = 0
    accepted: int = 0
    refused: list[Refusal] = field(default_factory=list)
    shown: int = 0
    problems: list[str] = field(default_factory=list)
    # Batches that were answered: one that is sent again gets its first answer again.
    heard: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.window.on("response", self._hear)

    def _hear(self, answer: Response) -> None:
        if answer.request.method != "PATCH" or not answer.url.endswith("/texts"):
            return
        with contextlib.suppress(Exception):  # an answer that the window has left behind
            sent = {
                one["line"]: one for one in json.loads(answer.request.post_data or "")["items"]
            }
            body = answer.json()
            key = answer.request.headers.get("idempotency-key", "")
            if key in self.heard:
                return
            self.heard.add(key)
            self.accepted += len(body.get("saved", []))
            for one in body.get("items", []):
                mine = sent[one["line"]]
                self.refused.append(Refusal(one["line"], mine["version"], one["content"]))
                self.torn[one["line"]] = (mine["content"], one["content"])

    def step(self, at: int) -> None:
        """Go to a line and write; where both have written, look at both texts and choose."""
        if self.choose(at):
            return
        self.count += 1
        text = "".join(self.letters[int(digit)] for digit in str(self.count))
        self.wrote[at] = text
        # Key by key, as people do: the other's text may come at any moment between.
        self.window.keyboard.press("Control+a")
        self.window.keyboard.type(text)
        self.window.keyboard.press("Enter")

    def choose(self, at: int) -> bool:
        """Go to a line and choose one of its two texts, if there are two."""
        self.window.locator("[role=option]").nth(at).click()
        name = f"Text of line {at + 1}"
        expect(self.window.get_by_role("textbox", name=name, exact=True)).to_be_focused()
        note = self.window.get_by_role("alert", name="Changed by two people")
        if not note.count():
            return False
        theirs = self._compare(at, note)
        self.shown += 1
        name = self.chance.choice(["Keep mine", "Take theirs", "Theirs, mine in the history"])
        note.get_by_role("button", name=name).click()
        self._over(theirs)
        self.wrote.pop(at, None)
        return True

    def _compare(self, at: int, note: Locator) -> str:
        """Mine must be what was typed, else what was refused, theirs what the server has instead."""
        texts = note.locator("dd")
        for _ in range(20):  # the answer may be shown before it is heard here
            shown = texts.last.evaluate(MINE), texts.first.inner_text()
            refused, theirs = self.torn.get(self.lines[at], ("nothing", "nothing"))
            wanted = self.wrote.get(at, refused), theirs
            if shown == wanted:
                break
            self.window.wait_for_timeout(50)
        else:
            self.problems.append(f"line {at}: {shown} are shown instead of {wanted}")
        return str(shown[1])

    def _over(self, theirs: str) -> None:
        """Wait until the choice has been taken; the other may have been faster again already."""
        note = self.window.get_by_role("alert", name="Changed by two people")
        end = time.monotonic() + SETTLED_MS / 1000
        while time.monotonic() < end:
            with contextlib.suppress(Exception):  # it may go while it is being read
                if (
                    not note.count()
                    or note.locator("dd").first.inner_text(timeout=500) != theirs
                ):
                    return
            self.window.wait_for_timeout(50)
        raise AssertionError("a choice has no effect")


def together(
    site: Site,
    desk: Desk,
    contexts: tuple[BrowserContext, BrowserContext],
    edits: int,
    seed: int,
) -> dict[str, Any]:
    """Two people write so many edits on the same lines; returns figures and problems."""
    chance = random.Random(seed)
    writers = [
        Writer(_opened(context.new_page(), desk), letters, random.Random(seed + n), desk.lines)
        for n, (context, letters) in enumerate(
            zip(contexts, ("abcdefghij", "klmnopqrst"), strict=True)
        )
    ]
    while sum(writer.count for writer in writers) < edits:
        writer = chance.choice(writers)
        writer.step(chance.randrange(len(desk.lines)))
        if chance.random() < 0.1:  # who has no connection for a while writes on old versions
            writer.window.context.set_offline(chance.random() < 0.6)
    for writer in writers:
        writer.window.context.set_offline(False)
    _resolve(writers, desk)
    accepted = sum(writer.accepted for writer in writers)
    refusals = [one for writer in writers for one in writer.refused]
    refused = sum(one.is_conflict(desk, site) for one in refusals)
    shown = sum(writer.shown for writer in writers)
    entries = sum(len(desk.history(site, line)) - 1 for line in desk.lines)
    problems = [problem for writer in writers for problem in writer.problems]
    if accepted != entries:
        problems.append(f"{accepted} edits were accepted, {entries} are in the history")
    if refused != shown:
        problems.append(f"{refused} edits were refused, {shown} were shown with both texts")
    for writer in writers:
        writer.window.close()
    return {
        "edits": edits, "accepted": accepted, "history": entries, "refused": refused,
        "shown": shown, "problems": problems,
    }  # fmt: skip


def _resolve(writers: list[Writer], desk: Desk) -> None:
    """Until nothing waits and no line has two texts; a choice may meet the other's."""
    end = time.monotonic() + SETTLED_MS / 1000
    while time.monotonic() < end:
        for writer in writers:
            _saved(writer.window)
        torn = 0
        for writer in writers:
            for at in range(len(desk.lines)):
                line = writer.window.locator("[role=option]").nth(at)
                if line.locator(".rivalled").count():
                    torn += writer.choose(at)
        if not torn:
            return
    raise AssertionError("the two do not come to an end")


def _opened(window: Page, desk: Desk, line: int | None = None) -> Page:
    query = f"?layer={desk.layer}" + (f"&line={line}" if line else "")
    for _ in range(20):
        with contextlib.suppress(Exception):  # the server may be starting again
            window.goto(f"/pages/{desk.page}{query}", timeout=10_000)
            expect(
                window.get_by_role("textbox", name=re.compile("Text of line"))
            ).to_be_focused(timeout=10_000)
            return window
        time.sleep(0.3)
    raise AssertionError("the page does not open")


def _settle(context: BrowserContext, window: Page) -> None:
    context.set_offline(False)
    _saved(window)


def _saved(window: Page) -> None:
    expect(window.locator(".save")).to_have_attribute("data-state", "saved", timeout=SETTLED_MS)


def _kill_web(site: Site) -> int:
    """Kill the web server's processes; the supervisor starts them again."""
    killed = 0
    for process in psutil.Process(site.live.process.pid).children(recursive=True):
        with contextlib.suppress(psutil.Error):
            words = " ".join(process.cmdline())
            if "armarius" in words and " web" in words:
                process.send_signal(signal.SIGKILL)
                killed = 1
    return killed
