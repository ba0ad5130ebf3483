"""The page editor in a real Chromium: how fast it opens, moves and follows the keys.

Frames and delays are taken inside the browser (event timing, animation frames), on a system and
pages of its own. Playwright drives it; it comes with the packages for tests (`pip install
armarius[test]`), Chromium with Debian's package of that name.
"""

from __future__ import annotations

import argparse
import contextlib
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Final

import psutil

from armarius.bench import _long_lists
from armarius.bench._system import System, running
from armarius.bench.images import LARGE, PAGE, _paint
from armarius.errors import Unavailable

BROWSERS: Final = ("/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome")
FLAGS: Final = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]
SAVED_S: Final = 20
STEPS: Final = 40  # presses of Enter, letters and steps of a movement
# Milliseconds, requests and megabytes of eScriptorium with the same page of 203 lines.
ESCRIPTORIUM: Final = {
    "lines_ms": 1100, "image_ms": 1500, "texts_ms": 1800, "requests": 32, "zoom_p95_ms": 340,
    "renderer_mb": 1300,
}  # fmt: skip

_WATCH: Final = """
window.seen = {keys: [], lines: null, texts: null};
new PerformanceObserver(list => {
  for (const one of list.getEntries())
    if (one.name === 'keydown') window.seen.keys.push(one.duration);
}).observe({type: 'event', durationThreshold: 16, buffered: true});
new MutationObserver(() => {
  if (!window.seen.lines && document.querySelector('[role=option]'))
    window.seen.lines = performance.now();
  if (!window.seen.texts && document.querySelectorAll('[role=option] .text').length >= COUNT)
    window.seen.texts = performance.now();
}).observe(document, {childList: true, subtree: true});
"""
_FRAMES: Final = """
window.frames_ = []; window.runs = true;
let before = performance.now();
const next = now => { frames_.push(now - before); before = now; if (window.runs) requestAnimationFrame(next) };
requestAnimationFrame(next);
"""
_TILES: Final = """performance.getEntriesByType('resource').filter(
  one => one.name.includes('/iiif/') && one.name.endsWith('.jpg')).length"""
_LOADED: Final = """() => {
  const all = performance.getEntriesByType('resource');
  const cut = all.filter(one => one.name.includes('/iiif/') && one.name.endsWith('.jpg'));
  // Tiles of the map say both sides; pieces for strips, some of them for lines to come, only one.
  const tiles = cut.filter(one => /[/]\\d+,\\d+[/]0[/]default[.]jpg$/.test(one.name));
  const calls = all.filter(one => one.name.includes('/api/') || one.name.endsWith('info.json'));
  const scripts = all.filter(one => /[.]js$/.test(one.name));
  return {
    first_tile_ms: Math.min(...tiles.map(one => one.responseEnd)),
    all_tiles_ms: Math.max(...tiles.map(one => one.responseEnd)),
    strips_ms: Math.max(...cut.map(one => one.responseEnd)),
    lines_ms: window.seen.lines,
    texts_ms: window.seen.texts,
    requests: calls.length,
    script_kb: scripts.reduce((sum, one) => sum + one.encodedBodySize, 0) / 1000,
  };
}"""


def run(options: argparse.Namespace) -> dict[str, Any]:
    """All figures; each page is opened `options.rounds` times, the middle one counts.

    Raises:
        Unavailable: Playwright or Chromium is missing.
    """
    start, program = _driver()
    with tempfile.TemporaryDirectory(prefix="armarius-bench-") as name:
        Path(name).chmod(0o755)  # the database server may run as another user
        folder = Path(name)
        with running(folder) as system, start() as playwright:
            pages = _pages(system, folder)
            browser = playwright.chromium.launch(executable_path=program, args=FLAGS)
            made = system.server.post("/api/users", {"username": "ana"})
            project = f"/api/projects/{system.project}/members"
            system.server.post(project, {"username": "ana", "role": "transcriber"})
            figures = {
                what: _measure(system, browser, made["id"], page, options.rounds)
                for what, page in pages.items()
            }
            figures |= _lists(system, folder, browser, made["id"])
            browser.close()
    return {**figures, "eScriptorium, 203 lines": ESCRIPTORIUM}


def _driver() -> tuple[Callable[[], Any], str]:
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        raise Unavailable(
            "This bench drives a browser with Playwright, which is missing. Install it with “pip install playwright”."
        ) from None
    program = next((path for path in BROWSERS if Path(path).exists()), None)
    if program is None:
        raise Unavailable("This bench needs Chromium. On Debian: “apt install chromium”.")
    return sync_playwright, program


@dataclass(frozen=True, slots=True)
class _Page:
    """A page of the bench: its id, the size of its image in pixels, how many lines it has."""

    id: int
    size: tuple[int, int]
    lines: int

    def shapes(self) -> list[dict[str, Any]]:
        """Its lines, in columns over the whole page."""
        columns = max(1, self.lines // 100)
        wide, high = self.size[0] / columns, self.size[1] / (self.lines / columns + 1)
        made = []
        for n in range(self.lines):
            left, y = (n % columns) * wide + 10, (n // columns + 1) * high
            right, top, bottom = left + wide - 20, y - high * 0.7, y + high * 0.2
            mask = [[left, top], [right, top], [right, bottom], [left, bottom]]
            made.append({"baseline": [[left, y], [right, y]], "mask": mask})
        return made


def _pages(system: System, folder: Path) -> dict[str, _Page]:
    """Three pages with so many lines and texts."""
    wanted = {
        "101 Mpx, 300 lines": (LARGE, 300),
        "203 lines": (PAGE, 203),
        "5,000 lines": (PAGE, 5000),
    }
    pages = {}
    for number, (what, (size, count)) in enumerate(wanted.items()):
        document = system.document(what)
        system.bring(document, [_paint(folder / f"{number}.jpg", *size)])
        listed = system.server.get(f"/api/documents/{document}/pages")
        pages[what] = _Page(int(listed["items"][0]["id"]), size, count)
        _write(system, document, pages[what])
    system.wait_for_tiles(
        len({size for size, _ in wanted.values()})
    )  # equal images are kept once
    return pages


def _write(system: System, document: int, page: _Page) -> None:
    """The lines of the page, with a text of forty letters each."""
    layer = system.server.post(f"/api/documents/{document}/layers", {"name": "Reading"})["id"]
    shapes = page.shapes()
    path = f"/api/pages/{page.id}"
    made = system.server.patch(f"{path}/lines", {"lines": {"create": shapes}})["lines"]
    for part in range(0, page.lines, 2000):
        items = [
            {"line": line["id"], "layer": layer, "content": f"line {line['id']} " + "letters " * 4, "version": 0}
            for line in made[part : part + 2000]
        ]  # fmt: skip
        system.server.patch(f"{path}/texts", {"items": items})


def _measure(
    system: System, browser: Any, user: int, page: _Page, rounds: int
) -> dict[str, float]:
    found = [_once(system, browser, user, page) for _ in range(rounds)]
    return {name: _middle([one[name] for one in found]) for name in found[0]}


def _lists(system: System, folder: Path, browser: Any, user: int) -> dict[str, Any]:
    """A project of 5,000 documents and a document of 10,000 pages: until rows are seen, and scrolling."""
    figures = {}
    for path, row in _long_lists.lists(system, folder).items():
        window = _signed_in(system, browser, user)
        start = time.monotonic()
        window.goto(path)
        window.wait_for_selector(row)
        seen = (time.monotonic() - start) * 1000
        window.wait_for_timeout(500)
        frames = _frames(window, partial(_long_lists.scroll, window))
        window.wait_for_selector(row)
        figures[path.split("/")[1]] = {
            "rows_ms": seen, "scroll_p95_ms": _p95(frames), "scroll_longest_ms": max(frames),
            "elements": window.evaluate("document.querySelectorAll('*').length"),
            "renderer_mb": _renderer_mb(),
        }  # fmt: skip
        window.context.close()
    return {
        f"project of {_long_lists.DOCUMENTS:,} documents": figures["projects"],
        f"document of {_long_lists.PAGES:,} pages": figures["documents"],
    }


def _signed_in(system: System, browser: Any, user: int) -> Any:
    link = system.server.post(f"/api/users/{user}/login-link", {})["path"]
    shape = {"viewport": {"width": 1440, "height": 900}}
    window = browser.new_context(base_url=system.server.url, **shape).new_page()
    window.goto(link)
    window.wait_for_selector("main")
    return window


def _once(system: System, browser: Any, user: int, page: _Page) -> dict[str, float]:
    """Open the page in a browser without a past, go through lines, write, move and zoom."""
    window = _signed_in(system, browser, user)
    window.add_init_script(_WATCH.replace("COUNT", str(page.lines)))
    window.goto(f"/pages/{page.id}")
    window.wait_for_selector("[role=option]")
    _wait_for_tiles(window)
    figures = dict(window.evaluate(_LOADED))
    figures["enter_p95_ms"] = _keys(window, ["Enter"] * STEPS)
    figures["key_p95_ms"] = _keys(window, ["a"] * STEPS)
    box = window.locator(".room").bounding_box()
    middle = (box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    pan = _frames(window, lambda: _drag(window, middle, (-4, -3)))
    zoom = _frames(window, lambda: _wheel(window, middle))
    end = _end_of_line(window, page)
    drag = _frames(window, lambda: _drag(window, end, (1, 1)))
    figures |= {
        "pan_p95_ms": _p95(pan), "zoom_p95_ms": _p95(zoom), "zoom_longest_ms": max(zoom),
        "point_p95_ms": _p95(drag),
    }  # fmt: skip
    _check_moved(system, page)
    figures["renderer_mb"] = _renderer_mb()
    window.context.close()
    return figures


def _wait_for_tiles(window: Any) -> None:
    """Until some tiles came and no further one within half a second (the line to the events stays open)."""
    came, before = 0, -1
    while came == 0 or came != before:
        window.wait_for_timeout(500)
        before, came = came, int(window.evaluate(_TILES))


def _keys(window: Any, keys: Sequence[str]) -> float:
    """From the key to the frame that shows what it did; what took under 16 ms is not told apart."""
    window.evaluate("window.seen.keys = []")
    for key in keys:
        window.keyboard.press(key)
        window.wait_for_timeout(60)
    told = [float(one) for one in window.evaluate("window.seen.keys")]
    return _p95([*told, *[16.0] * max(0, len(keys) - len(told))])


def _frames(window: Any, act: Callable[[], None]) -> list[float]:
    """How long each frame took while something was done."""
    window.evaluate(_FRAMES)
    act()
    return [float(one) for one in window.evaluate("(window.runs = false, frames_)")]


def _end_of_line(window: Any, page: _Page) -> tuple[float, float]:
    """Go to Layout, where the present line is selected, see the whole page; where the line ends on the screen."""
    window.keyboard.press("F2")
    window.wait_for_selector("[role=application]:focus")
    window.keyboard.press("0")
    window.wait_for_timeout(400)
    box = window.locator(".room").bounding_box()
    shown = min((box["width"] - 32) / page.size[0], (box["height"] - 32) / page.size[1])
    x, y = page.shapes()[STEPS]["baseline"][1]
    return (
        box["x"] + box["width"] / 2 + (x - page.size[0] / 2) * shown,
        box["y"] + box["height"] / 2 + (y - page.size[1] / 2) * shown,
    )


def _check_moved(system: System, page: _Page) -> None:
    """Frames of a point that did not move would be worth nothing."""
    deadline = time.monotonic() + SAVED_S
    while system.server.get(f"/api/pages/{page.id}")["lines"][STEPS]["version"] == 1:
        if time.monotonic() > deadline:
            raise Unavailable("The point that was dragged did not move its line.")
        time.sleep(0.2)


def _drag(window: Any, start: tuple[float, float], step: tuple[float, float]) -> None:
    x, y = start
    window.mouse.move(x, y)
    window.mouse.down()
    for n in range(STEPS):
        window.mouse.move(x + step[0] * n, y + step[1] * n)
    window.mouse.up()
    window.wait_for_timeout(200)


def _wheel(window: Any, middle: tuple[float, float]) -> None:
    window.mouse.move(*middle)
    for step in range(STEPS // 2):
        window.mouse.wheel(0, -120 if step < STEPS // 4 else 120)
        window.wait_for_timeout(40)
    window.wait_for_timeout(200)


def _renderer_mb() -> float:
    """Proportional memory of the largest renderer below this process."""
    sizes = [0.0]
    for process in psutil.Process().children(recursive=True):
        with contextlib.suppress(psutil.Error):
            if "--type=renderer" in process.cmdline():
                sizes.append(process.memory_full_info().pss / 1e6)
    return max(sizes)


def _p95(values: Sequence[float]) -> float:
    return sorted(values)[min(len(values) - 1, int(len(values) * 0.95))]


def _middle(values: Sequence[float]) -> float:
    return sorted(values)[len(values) // 2]
