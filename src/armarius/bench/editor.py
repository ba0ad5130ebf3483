"""The page editor in a real Chromium: how fast it opens, moves and follows the keys.

Frames and delays are taken inside the browser (event timing, animation frames), on a system and
pages of its own. Playwright drives it; it comes with the packages for tests (`pip install
armarius[test]`), Chromium with Debian's package of that name.
"""

from __future__ import annotations

import argparse
import contextlib
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final

import psutil

from armarius.bench._system import System, running
from armarius.bench.images import LARGE, PAGE, _paint
from armarius.errors import Unavailable

BROWSERS: Final = ("/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome")
FLAGS: Final = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]
STEPS: Final = 40  # presses of Enter, letters and steps of a movement
# Milliseconds, requests and megabytes of eScriptorium with the same page of 203 lines.
ESCRIPTORIUM: Final = {
    "lines_ms": 1100, "image_ms": 1500, "texts_ms": 1800, "requests": 32, "zoom_p95_ms": 340,
    "renderer_mb": 1300,
}  # fmt: skip

_WATCH: Final = """
window.seen = {keys: [], lines: null};
new PerformanceObserver(list => {
  for (const one of list.getEntries())
    if (one.name === 'keydown') window.seen.keys.push(one.duration);
}).observe({type: 'event', durationThreshold: 16, buffered: true});
new MutationObserver(() => {
  if (!window.seen.lines && document.querySelector('[role=option]'))
    window.seen.lines = performance.now();
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
  const tiles = all.filter(one => one.name.includes('/iiif/') && one.name.endsWith('.jpg'));
  const calls = all.filter(one => one.name.includes('/api/') || one.name.endsWith('info.json'));
  const scripts = all.filter(one => /[.]js$/.test(one.name));
  return {
    first_tile_ms: Math.min(...tiles.map(one => one.responseEnd)),
    all_tiles_ms: Math.max(...tiles.map(one => one.responseEnd)),
    lines_ms: window.seen.lines,
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


def _pages(system: System, folder: Path) -> dict[str, int]:
    """The ids of three pages with so many lines and texts."""
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
        pages[what] = int(listed["items"][0]["id"])
        _write(system, document, pages[what], size, count)
    system.wait_for_tiles(len({size for size, _ in wanted.values()}))  # equal images are kept once
    return pages


def _write(system: System, document: int, page: int, size: tuple[int, int], count: int) -> None:
    """Lines in columns over the whole page, with a text of forty letters each."""
    layer = system.server.post(f"/api/documents/{document}/layers", {"name": "Reading"})["id"]
    columns = max(1, count // 100)
    wide, high = size[0] / columns, size[1] / (count / columns + 1)
    shapes = []
    for n in range(count):
        left, y = (n % columns) * wide + 10, (n // columns + 1) * high
        right, top, bottom = left + wide - 20, y - high * 0.7, y + high * 0.2
        mask = [[left, top], [right, top], [right, bottom], [left, bottom]]
        shapes.append({"baseline": [[left, y], [right, y]], "mask": mask})
    path = f"/api/pages/{page}"
    made = system.server.patch(f"{path}/lines", {"lines": {"create": shapes}})["lines"]
    for part in range(0, count, 2000):
        items = [
            {"line": line["id"], "layer": layer, "content": f"line {line['id']} " + "letters " * 4, "version": 0}
            for line in made[part : part + 2000]
        ]  # fmt: skip
        system.server.patch(f"{path}/texts", {"items": items})


def _measure(
    system: System, browser: Any, user: int, page: int, rounds: int
) -> dict[str, float]:
    found = [_once(system, browser, user, page) for _ in range(rounds)]
    return {name: _middle([one[name] for one in found]) for name in found[0]}


def _once(system: System, browser: Any, user: int, page: int) -> dict[str, float]:
    """Open the page in a browser without a past, go through lines, write, move and zoom."""
    link = system.server.post(f"/api/users/{user}/login-link", {})["path"]
    context = browser.new_context(
        base_url=system.server.url, viewport={"width": 1440, "height": 900}
    )
    window = context.new_page()
    window.goto(link)
    window.wait_for_selector("main")
    window.add_init_script(_WATCH)
    window.goto(f"/pages/{page}")
    window.wait_for_selector("[role=option]")
    _wait_for_tiles(window)
    figures = dict(window.evaluate(_LOADED))
    figures["enter_p95_ms"] = _keys(window, ["Enter"] * STEPS)
    figures["key_p95_ms"] = _keys(window, ["a"] * STEPS)
    box = window.locator(".room").bounding_box()
    middle = (box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    figures["pan_p95_ms"] = _frames(window, lambda: _drag(window, middle))
    figures["zoom_p95_ms"] = _frames(window, lambda: _wheel(window, middle))
    figures["renderer_mb"] = _renderer_mb()
    context.close()
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


def _frames(window: Any, act: Callable[[], None]) -> float:
    window.evaluate(_FRAMES)
    act()
    return _p95([float(one) for one in window.evaluate("(window.runs = false, frames_)")])


def _drag(window: Any, middle: tuple[float, float]) -> None:
    x, y = middle
    window.mouse.move(x, y)
    window.mouse.down()
    for step in range(STEPS):
        window.mouse.move(x - 4 * step, y - 3 * step)
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
