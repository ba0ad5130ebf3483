"""Page images: stored tiles against rendering, thumbnails against Pillow, cost of an import.

An import checks a JPEG and makes its thumbnail; its tiles follow. Of a TIFF both are one step.

Everything is measured in the same run, the ways one after the other in each round, on pages
that are painted for it; the figures to trust are the ratios.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

PAGE: Final = (4000, 3900)  # 15.6 Mpx, a usual scan
LARGE: Final = (11_600, 8_700)  # 101 Mpx
TILES: Final = 300
THUMBNAILS: Final = 5

_PILLOW_THUMBNAIL: Final = """
import sys
from PIL import Image
Image.MAX_IMAGE_PIXELS = None
image = Image.open(sys.argv[1])
image.thumbnail((300, 300))
image.save(sys.argv[2], quality=85)
print(next(line.split()[1] for line in open("/proc/self/status") if line.startswith("VmHWM")))
"""


def run(options: argparse.Namespace) -> dict[str, Any]:
    """All figures; `options.rounds` interleaved rounds, the median counts."""
    with tempfile.TemporaryDirectory(prefix="armarius-bench-") as name:
        folder = Path(name)
        os.environ["ARMARIUS_HOME"] = name
        from armarius import apps

        apps.start()
        page = _paint(folder / "page.jpg", *PAGE)
        large = _paint(folder / "large.jpg", *LARGE)
        tiff = _as_tiff(large)
        figures = {
            "check of 15.6 Mpx": _decode("check", page, PAGE),
            "tiles of 15.6 Mpx": _decode("pyramid", page, PAGE),
            "check of 101 Mpx": _decode("check", large, LARGE),
            "tiles of 101 Mpx": _decode("pyramid", large, LARGE),
            "import of a TIFF of 101 Mpx": _decode("pyramid", tiff, LARGE),
        }
        tiff.unlink()
        figures["tiles of 512 pixels"] = _tiles(folder, options.rounds)
        figures["thumbnails of 300 pixels"] = _thumbnails(page, options.rounds)
        figures["thumbnails of 300 pixels, 101 Mpx"] = _thumbnails(large, options.rounds)
    return figures


def _paint(path: Path, width: int, height: int) -> Path:
    """A page with paper, grain and rows of strokes: it compresses about as a scan does."""
    import pyvips

    small = pyvips.Image.gaussnoise(
        width // 12 + 1, height // 40 + 1, mean=150, sigma=60, seed=1
    )
    strokes = small.resize(12, vscale=40, kernel="cubic").crop(0, 0, width, height)
    grain = pyvips.Image.gaussnoise(width, height, mean=0, sigma=5, seed=2)
    page = (strokes + grain).bandjoin([strokes * 0.9 + grain, strokes * 0.75 + grain])
    page.cast("uchar").copy(interpretation="srgb").jpegsave(str(path), Q=90)
    return path


def _as_tiff(page: Path) -> Path:
    """The same page in strips, packed without loss."""
    import pyvips

    path = page.with_suffix(".tif")
    image = pyvips.Image.jpegload(str(page), access="sequential")
    image.tiffsave(str(path), compression="lzw")
    return path


def _decode(task: str, page: Path, size: tuple[int, int]) -> dict[str, float]:
    """One task of a fresh decoding child: its time, speed and peak of memory."""
    from armarius.images import headers, store
    from armarius.images.children import Pool

    sha256 = f"{size[0]:064x}"
    target, thumbnail = store.pyramid_path(sha256), store.thumbnail_path(sha256, 300)
    target.parent.mkdir(parents=True, exist_ok=True)
    header = headers.examine(page, page.name)
    arguments: dict[str, Any] = {"height_at": header.height_at}
    if task == "pyramid":
        arguments = {"format": header.format, "target": str(target)}
    pool = Pool(1)
    began = time.perf_counter()
    for _ in range(2):  # the first one starts the child
        began = time.perf_counter()
        pool.ask(
            task, memory_mb=1000, seconds=120, source=str(page), thumbnail=str(thumbnail),
            box=300, **arguments,
        )  # fmt: skip
    took = time.perf_counter() - began
    peak = pool.peak_mb()
    pool.close()
    return {
        "seconds": took,
        "Mpx per second": size[0] * size[1] / took / 1e6,
        "peak memory of the child, MB": peak,
    }


def _tiles(folder: Path, rounds: int) -> dict[str, float]:
    """The same tiles by the stored way (signature checked) and rendered by pyvips."""
    from armarius.images import addresses, fast, rendering, store, wanted

    ways: dict[str, list[float]] = {"stored": [], "rendered": []}
    draw = random.Random(1)  # noqa: S311 -- which tiles, not a secret
    asked = []
    for width, height in (PAGE, LARGE):
        sha256 = f"{width:064x}"
        for _ in range(TILES // 2):
            side = 512 << draw.randrange(3)
            x, y = draw.randrange(width // side) * side, draw.randrange(height // side) * side
            asked.append((sha256, (width, height), f"{x},{y},{side},{side}"))

    async def send(_: object) -> None: ...

    async def stored() -> None:
        for sha256, _, region in asked:
            path = f"/iiif/{addresses.identifier(1, sha256)}/{region}/512,512/0/default.jpg"
            scope = {"type": "http", "method": "GET", "path": path, "headers": []}
            if not await fast.tile_app(scope, None, send):  # type: ignore[arg-type]
                raise AssertionError(path)

    def rendered() -> None:
        for sha256, size, region in asked:
            part = wanted.parse(region, "512,512", "0", "default.jpg", size, 10**9)
            rendering.render(store.pyramid_path(sha256), part)

    for _ in range(rounds):
        ways["stored"].append(_seconds(lambda: asyncio.run(stored())))
        ways["rendered"].append(_seconds(rendered))
    figures = _per_second(ways, len(asked))
    figures["ratio"] = figures["stored per second"] / figures["rendered per second"]
    return figures


def _thumbnails(page: Path, rounds: int) -> dict[str, float]:
    """A thumbnail from the original by the usual way of Pillow, and by ours from the pyramid."""
    import pyvips
    from PIL import Image

    Image.MAX_IMAGE_PIXELS = None
    size = PAGE if page.stem == "page" else LARGE
    from armarius.images import store

    pyramid = str(store.pyramid_path(f"{size[0]:064x}"))
    out = str(page.with_suffix(".small.jpg"))

    def by_pillow() -> None:
        for _ in range(THUMBNAILS):
            with Image.open(page) as image:
                image.thumbnail((300, 300))
                image.save(out, quality=85)

    def ours() -> None:
        for _ in range(THUMBNAILS):
            made = pyvips.Image.thumbnail(pyramid, 300, height=300, size="down")
            made.jpegsave(out, Q=85, keep="icc")

    ways: dict[str, list[float]] = {"Pillow": [], "ours": []}
    for _ in range(rounds):
        ways["Pillow"].append(_seconds(by_pillow))
        ways["ours"].append(_seconds(ours))
    figures = _per_second(ways, THUMBNAILS)
    figures["ratio"] = figures["ours per second"] / figures["Pillow per second"]
    alone = subprocess.run(
        [sys.executable, "-c", _PILLOW_THUMBNAIL, str(page), out],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    figures["peak memory of Pillow, MB"] = int(alone.stdout) / 1024
    return figures


def _seconds(work: Callable[[], None]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def _per_second(ways: dict[str, list[float]], count: int) -> dict[str, float]:
    return {
        f"{way} per second": count / statistics.median(seconds) for way, seconds in ways.items()
    }
