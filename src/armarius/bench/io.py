"""Upload, import and export of pages through the API of a system started for it.

The inputs are those on which eScriptorium was measured (data pack: ARMARIUS_DATA_PACK, or
`../shared/data` beside the checkout), else the sample's pages. Every image is made different in
its bytes, so that nothing is saved by recognising it. The peer in the same run is plain Python
doing the least that the task needs: Pillow's thumbnails for an upload, lxml and zipfile for an
export, on one core. An import has ended when every page can be seen in the grid, read and
segmented; “with all tiles” counts until the deep zoom of every page is there too.
"""

from __future__ import annotations

import argparse
import io
import os
import statistics
import tempfile
import time
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final

from armarius.bench._system import Memory, System, running

# eScriptorium's develop of 2025-08-13 (05d3a0d4) with the same files on two cores of the same
# kind of machine, 2026-11-22: one run each (docs/performance.md tells how it was set up).
ESCRIPTORIUM: Final = {
    "upload pages/s": 2.5,
    "import of the ZIP, s": 97.6,
    "export, s": 10.2,
    "export with images, s": 9.8,
    "upload of 40 images, CPU s": 24.7,
    "import of the ZIP, CPU s": 124.6,
    "export, CPU s": 10.6,
    "export with images, CPU s": 9.8,
}
UPLOADS: Final = 40
PAGES: Final = 100
MANY: Final = 1000
_IMAGES: Final = (
    "medieval-fr/bnf_fr_412-wauchier", "medieval-fr/bnf_arsenal_3516-imageDuMonde",
    "print-fr-17c", "typescript-fr-20c",
)  # fmt: skip
_FIRST_OF_412: Final = 3

Scan = tuple[str, bytes, bytes]  # name of the image, its bytes, its ALTO


def run(options: argparse.Namespace) -> dict[str, Any]:
    """All figures; `options.rounds` interleaved rounds, the median counts."""
    scans, source = _scans()
    with (
        tempfile.TemporaryDirectory(prefix="armarius-bench-") as folder,
        running(Path(folder)) as system,
    ):
        archive = Path(folder) / "pages.zip"
        rounds = [_round(system, archive, scans, number) for number in range(options.rounds)]
        figures: dict[str, Any] = {
            name: statistics.median(x[name] for x in rounds) for name in rounds[0]
        }
        figures |= _ratios(figures)
        figures |= _many(system, Path(folder), scans)
    each = {f"round {number}": figures for number, figures in enumerate(rounds, 1)}
    return {"input": source, "cores": os.cpu_count(), **figures, "rounds": each}


def different(jpeg: bytes, number: int) -> bytes:
    """The same picture in other bytes: a comment after its first marker."""
    comment = f"copy {number}".encode()
    return jpeg[:2] + b"\xff\xfe" + (len(comment) + 2).to_bytes(2, "big") + comment + jpeg[2:]


def _scans() -> tuple[list[Scan], str]:
    """Pages with their ALTO, and what they are."""
    pack = Path(os.environ.get("ARMARIUS_DATA_PACK", "../shared/data")) / "pages"
    if pack.is_dir():
        files = [x for home in _IMAGES for x in sorted((pack / home).rglob("*.jpg"))]
        return [_of_pack(x) for x in files], "data pack"
    from armarius import formats, sample

    made = [(x.name, x.jpeg, formats.write(x.page, "alto")) for x in sample.pages()]
    return made, "sample pages"


def _of_pack(image: Path) -> Scan:
    found = [x for x in image.parent.glob("*.xml") if x.name.split(".")[0] == image.stem]
    return image.name, image.read_bytes(), found[0].read_bytes()


def _round(
    system: System, archive: Path, scans: Sequence[Scan], number: int
) -> dict[str, float]:
    uploads = [
        (f"u{n:03}.jpg", different(scans[n % len(scans)][1], 1_000_000 * (number + 1) + n))
        for n in range(UPLOADS)
    ]
    figures = {"load before the round": os.getloadavg()[0]}
    figures |= _tiled(system, "upload of 40 images", UPLOADS, _upload(system, uploads))
    figures["upload pages/s"] = UPLOADS / figures["upload of 40 images, s"]
    figures["peer: Pillow's thumbnails of the 40, s"] = _seconds(lambda: _thumbnails(uploads))
    xmls = _write_archive(archive, scans, number)
    figures["ZIP, MB"] = archive.stat().st_size / 1e6
    document = system.document(f"round {number}")
    figures |= _tiled(
        system, "import of the ZIP", PAGES, lambda: system.bring(document, [archive])
    )
    lines = sum(
        x["lines_count"] for x in system.server.listing(f"/api/documents/{document}/pages")
    )
    figures["lines"] = lines
    figures |= _both(system, "export", lambda: system.export(document))
    figures["peer: lxml and zipfile, s"] = _seconds(lambda: _rewritten(xmls))
    figures |= _both(system, "export with images", lambda: system.export(document, images=True))
    return figures


def _both(system: System, name: str, call: Callable[[], object]) -> dict[str, float]:
    """Wall time of a call, and the processor time that the whole system took for it."""
    before = system.cpu_s()
    wall = _seconds(call)
    return {f"{name}, s": wall, f"{name}, CPU s": system.cpu_s() - before}


def _tiled(
    system: System, name: str, images: int, call: Callable[[], object]
) -> dict[str, float]:
    """As `_both`, and the same again until every tile exists."""
    wanted = system.tiled() + images
    cpu, began = system.cpu_s(), time.perf_counter()
    figures = _both(system, name, call)
    system.wait_for_tiles(wanted)
    figures[f"{name} with all tiles, s"] = time.perf_counter() - began
    figures[f"{name} with all tiles, CPU s"] = system.cpu_s() - cpu
    return figures


def _upload(system: System, files: Sequence[tuple[str, bytes]]) -> Callable[[], object]:
    """What to measure: from the first byte sent until all pages are there."""
    document = system.document("uploads")
    folder = system.home / "bench"
    folder.mkdir(exist_ok=True)
    paths = []
    for name, data in files:
        path = folder / name
        path.write_bytes(data)
        paths.append(path)
    return lambda: system.bring(document, paths)


def _write_archive(target: Path, scans: Sequence[Scan], number: int) -> list[bytes]:
    """100 images with their ALTO, as they were measured; returns the ALTO files."""
    chosen = [x for n, x in enumerate(scans) if not _FIRST_OF_412 <= n < 5]
    xmls = []
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for n in range(PAGES):
            name, image, alto = chosen[n % len(chosen)]
            alto = alto.replace(name.encode(), f"p{n:03}.jpg".encode())
            archive.writestr(
                f"p{n:03}.jpg", different(image, 1000 * (number + 1) + n), zipfile.ZIP_STORED
            )
            archive.writestr(f"p{n:03}.xml", alto)
            xmls.append(alto)
    return xmls


def _thumbnails(files: Sequence[tuple[str, bytes]]) -> None:
    """What a page image needs at least: decoded once, and a small picture for the grid."""
    from PIL import Image

    for _, data in files:
        with Image.open(io.BytesIO(data)) as image:
            image.load()
            image.thumbnail((300, 300))
            image.save(io.BytesIO(), "JPEG", quality=85)


def _rewritten(files: Sequence[bytes]) -> None:
    """The files parsed and written again into a ZIP: no database, no page tree."""
    from lxml import etree

    with zipfile.ZipFile(io.BytesIO(), "w", zipfile.ZIP_DEFLATED) as archive:
        for n, data in enumerate(files):
            archive.writestr(f"p{n}.xml", etree.tostring(etree.fromstring(data)))


def _ratios(figures: dict[str, Any]) -> dict[str, Any]:
    faster = {
        name: (figures[name] / then if name.endswith("/s") else then / figures[name])
        for name, then in ESCRIPTORIUM.items()
    }
    return {
        "times faster than eScriptorium": faster,
        "upload against Pillow's thumbnails": figures["peer: Pillow's thumbnails of the 40, s"]
        / figures["upload of 40 images, s"],
        "export against lxml and zipfile": figures["peer: lxml and zipfile, s"]
        / figures["export, s"],
    }


def _many(system: System, folder: Path, scans: Sequence[Scan]) -> dict[str, Any]:
    """Memory of the whole system while 1,000 pages come in and go out."""
    small = min(scans, key=lambda x: len(x[1]))
    archive = folder / "many.zip"
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_STORED) as target:
        for n in range(MANY):
            alto = small[2].replace(small[0].encode(), f"m{n:04}.jpg".encode())
            target.writestr(f"m{n:04}.jpg", different(small[1], 10_000_000 + n))
            target.writestr(f"m{n:04}.xml", alto)
    document = system.document("many")
    wanted = system.tiled() + MANY
    with Memory(system.process) as memory:
        took = _seconds(lambda: system.bring(document, [archive]))
    system.wait_for_tiles(wanted)
    with Memory(system.process) as sending:
        sent = _seconds(lambda: system.export(document, images=True))
    return {
        "import of 1,000 pages, s": took,
        "import of 1,000 pages, MB at its start": memory.start_mb,
        "import of 1,000 pages, most MB in its first quarter": memory.most_mb(0, 0.25),
        "import of 1,000 pages, most MB in its last quarter": memory.most_mb(0.75, 1),
        "export of 1,000 pages with images, s": sent,
        "export of 1,000 pages with images, growth in MB": sending.most_mb(0, 1)
        - sending.start_mb,
    }


def _seconds(call: Callable[[], object]) -> float:
    began = time.perf_counter()
    call()
    return time.perf_counter() - began
