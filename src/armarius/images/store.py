"""Keep page images: the original byte for byte under its SHA-256, and its pyramid beside.

Nothing stands under its final name before it is complete and synced, and the row comes last:
a crash leaves at most files under `tmp`, which `sweep` removes after a day. The pyramid of a
JPEG comes after the row; until then the row says that it is still due.
"""

from __future__ import annotations

import errno
import hashlib
import os
import shutil
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO, Final

from django.utils import timezone

from armarius import config
from armarius.errors import FormatError, NotFound, TooLarge, Unavailable
from armarius.images import headers, tiff
from armarius.images.children import POOL, Unusable
from armarius.models import Image

GONE: Final = "The image file is not here any more. Import the page again."
_BLOCK: Final = 1 << 20
THUMBNAIL: Final = 300  # pixels of the box; made at the import, others when asked
_building: dict[str, threading.Lock] = {}
_building_lock = threading.Lock()


def add(source: Path | BinaryIO, name: str, *, frame: int | None = None) -> Image:
    """Check an image, decode it once in full, keep it, and return its row.

    The same bytes give the same row, whoever adds them and how often. May be called by many
    threads and processes at once.

    Args:
        source: a file, or bytes to be read from their present place to the end.
        name: how the user knows it; stands in messages.
        frame: of a TIFF with several pages, the one to keep, from 0; it becomes a file of its
            own with its coded pixels unchanged. None: the file must hold one page.

    Raises:
        FormatError: not an accepted image, damaged, or cut off.
        TooLarge: over one of the limits.
        Unavailable: the disk is full.
    """
    with _full_disk_in_words(), _scratch("files") as kept:
        if isinstance(source, Path) and frame is None:
            header = headers.examine(source, name)  # before a large file is copied
            sha256, size = _copy(source, kept, name)
        elif isinstance(source, Path):
            header = _cut_out(source, name, frame or 0, kept)
            sha256, size = _hash(kept)
        else:
            sha256, size = _copy(source, kept, name)
            header = headers.examine(kept, name)
        if header.frames > 1:
            what = f"the file has {header.frames} pages"
            raise FormatError(name, None, what, "Import it as a document of several pages")
        known = Image.objects.filter(sha256=sha256).first()
        if known and original(sha256).exists() and _young(known):
            return known
        make = _check if header.streams else _build
        facts = make(kept, sha256, header, name)
        _settle(kept, original(sha256), lasting=True)
    due = None if pyramid_path(sha256).exists() else 0
    if known and Image.objects.filter(pk=known.pk).update(tile_tries=due):
        return known  # its original was lost
    return _row(sha256, size, header, facts, due)


def frames(path: Path, name: str = "") -> int:
    """How many pages an image file has; more than 1 only for TIFF.

    Raises:
        FormatError, TooLarge: as `add`.
    """
    return headers.examine(path, name or path.name).frames


def original(sha256: str) -> Path:
    """Where the original with this hash lies, byte for byte as it came."""
    return config.home() / "files" / sha256[:2] / sha256


def pyramid_path(sha256: str) -> Path:
    """Where the pyramid of an image lies, if it is there."""
    return config.home() / "pyramids" / sha256[:2] / f"{sha256}.tif"


def thumbnail_path(sha256: str, box: int) -> Path:
    """Where a thumbnail lies that fits into a square of `box` pixels, if it is there."""
    return config.home() / "pyramids" / sha256[:2] / f"{sha256}-{box}.jpg"


def pyramid(sha256: str) -> Path:
    """The pyramid of an image, built again from the original where it is missing.

    Raises:
        NotFound: the original is not here either.
    """
    path = pyramid_path(sha256)
    if path.exists():
        return path
    source = original(sha256)
    if not source.exists():
        raise NotFound(GONE)
    with _building_lock:
        lock = _building.setdefault(sha256, threading.Lock())
    with lock, _full_disk_in_words():
        if not path.exists():
            _build(source, sha256, headers.examine(source, sha256[:12]), sha256[:12])
    with _building_lock:
        _building.pop(sha256, None)
    return path


def glance(sha256: str, box: int) -> bool:
    """Make a thumbnail before the pyramid is there; False where that saves no time.

    Raises:
        NotFound: the original is not here.
    """
    source = original(sha256)
    if not source.exists():
        raise NotFound(GONE)
    header = headers.examine(source, sha256[:12])
    if header.streams and not pyramid_path(sha256).exists():
        with _full_disk_in_words():
            _check(source, sha256, header, sha256[:12], box=box)
        return True
    return False


def turned(
    image: Image, name: str, *, crop: tuple[int, int, int, int] | None, degrees: float
) -> Image:
    """An image of its own with a part of another one, turned; that one stays as it is.

    Args:
        image: the one to start from.
        name: how the user knows it; stands in messages.
        crop: left, top, right, bottom in pixels of the upright image.
        degrees: clockwise.

    Raises:
        NotFound: the file is not here.
        FormatError, TooLarge, Unavailable: as `add`.
    """
    source = original(image.sha256)
    if not source.exists():
        raise NotFound(GONE)
    pixels = image.width * image.height / 1_000_000
    with _full_disk_in_words(), _scratch("files") as target:
        try:
            POOL.ask(
                "turn", memory_mb=800 + round(16 * pixels), seconds=60 + 4 * pixels,
                source=str(source), target=str(target), crop=crop, degrees=degrees,
                photograph=image.format in ("jpeg", "jp2", "webp"),
            )  # fmt: skip
        except Unusable as unusable:
            raise FormatError(name, None, str(unusable), "Turn a smaller image") from None
        return add(target, name)


def keep(path: Path, content: bytes) -> None:
    """Write a small file that can be made again, under its final name when complete."""
    with _full_disk_in_words(), _scratch("pyramids") as scratch:
        scratch.write_bytes(content)
        _settle(scratch, path)


def remove(sha256: str) -> None:
    """Remove the files of an image that nothing needs any more.

    The caller holds the lock of its row, which it has deleted: the original goes last, and who
    adds the same image meanwhile finds it, and waits for the row.
    """
    for path in pyramid_path(sha256).parent.glob(f"{sha256}[-.]*"):
        path.unlink(missing_ok=True)
    original(sha256).unlink(missing_ok=True)


def sweep(older_than_s: float = 86_400) -> int:
    """Remove what interrupted imports left under `tmp`; returns how many files."""
    removed = 0
    for room in ("files", "pyramids"):
        for path in (config.home() / room / "tmp").glob("*"):
            try:
                if time.time() - path.stat().st_mtime > older_than_s:
                    path.unlink()
                    removed += 1
            except FileNotFoundError:
                continue
    return removed


def _young(image: Image) -> bool:
    """Whether the row is still there; it is as if just made, so that nobody takes it for forgotten."""
    return bool(Image.objects.filter(pk=image.pk).update(created_at=timezone.now()))


def _row(
    sha256: str, size: int, header: headers.Header, facts: dict[str, Any], due: int | None
) -> Image:
    """The image's row, ours or that of whoever was faster."""
    given = {name: facts[name] for name in ("width", "height", "orientation", "notes")}
    row = Image(sha256=sha256, size=size, format=header.format, tile_tries=due, **given)
    (image,) = Image.objects.bulk_create(
        [row], update_conflicts=True, unique_fields=["sha256"], update_fields=["sha256"]
    )
    return image


def _check(
    source: Path, sha256: str, header: headers.Header, name: str, *, box: int = THUMBNAIL
) -> dict[str, Any]:
    """Decode every coefficient of a JPEG in a child; the thumbnail gets its final name."""
    with _scratch("pyramids") as thumbnail:
        facts = _ask(
            "check", header, name,
            source=str(source), height_at=header.height_at, thumbnail=str(thumbnail), box=box,
        )  # fmt: skip
        _settle(thumbnail, thumbnail_path(sha256, box))
    return facts


def _build(source: Path, sha256: str, header: headers.Header, name: str) -> dict[str, Any]:
    """Decode every pixel in a child; pyramid and thumbnail get their final names."""
    final = thumbnail_path(sha256, THUMBNAIL)
    wanted = not final.exists()
    with _scratch("pyramids") as target, _scratch("pyramids") as thumbnail:
        facts = _ask(
            "pyramid", header, name,
            source=str(source), format=header.format, target=str(target),
            thumbnail=str(thumbnail) if wanted else None, box=THUMBNAIL,
        )  # fmt: skip
        if wanted:
            _settle(thumbnail, final)
        _settle(target, pyramid_path(sha256))
    return facts


def _ask(task: str, header: headers.Header, name: str, **arguments: Any) -> dict[str, Any]:
    """Have a child decode, under limits that follow from the image's header."""
    seconds = 60 + header.width * header.height / 1_000_000
    try:
        return POOL.ask(task, memory_mb=_memory_mb(header), seconds=seconds, **arguments)
    except Unusable as unusable:
        raise FormatError(name, None, str(unusable), "Save or scan it again") from None


def _memory_mb(header: headers.Header) -> int:
    """Address space for a decoder: most files stream, some need the whole image at once.

    Measured at 100 Mpx: JPEG, PNG and TIFF 273 MB, progressive JPEG 850, interlaced PNG 514,
    WebP 1,360, JPEG 2000 some 20 bytes per pixel; four channels or 16 bits may double that.
    """
    bytes_per_pixel = {"jp2": 40, "webp": 20}.get(
        header.format, 16 if header.progressive else 2
    )
    return 600 + header.width * header.height * bytes_per_pixel // 1_000_000


def _cut_out(source: Path, name: str, frame: int, target: Path) -> headers.Header:
    header = headers.examine(source, name)
    if not 0 <= frame < header.frames:
        raise NotFound(f"{name} has {header.frames} pages; there is no page {frame + 1}.")
    if header.format != "tiff":
        shutil.copyfile(source, target)
        return header
    try:
        with source.open("rb") as file, target.open("wb") as cut:
            found = tiff.directories(file, 12 * config.number("ARMARIUS_MAX_PAGES"))
            tiff.cut_out(file, found[tiff.pages(file, found)[frame]], cut)
    except tiff.Damaged as damage:
        what = f"page {frame + 1} is damaged: {damage}"
        raise FormatError(name, None, what, "Upload it again") from None
    return headers.examine(target, name)


def _copy(source: Path | BinaryIO, target: Path, name: str) -> tuple[str, int]:
    """Copy in blocks while hashing; stops at the limit of bytes."""
    limit = config.number("ARMARIUS_MAX_FILE_MB") * 1_000_000
    digest, size = hashlib.sha256(), 0
    stream = source.open("rb") if isinstance(source, Path) else source
    try:
        with target.open("wb") as file:
            while block := stream.read(_BLOCK):
                size += len(block)
                if size > limit:
                    raise TooLarge(
                        f"{name}: the file has more than {limit / 1e6:,.0f} MB. Make it smaller."
                    )
                digest.update(block)
                file.write(block)
    finally:
        if isinstance(source, Path):
            stream.close()
    return digest.hexdigest(), size


def _hash(path: Path) -> tuple[str, int]:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest(), path.stat().st_size


@contextmanager
def _scratch(room: str) -> Iterator[Path]:
    """A name for a file on the disk where it will stay; what is left there at the end goes."""
    folder = config.home() / room / "tmp"
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / uuid.uuid4().hex
    try:
        yield path
    finally:
        path.unlink(missing_ok=True)


def _settle(path: Path, final: Path, *, lasting: bool = False) -> None:
    """Give a complete file its final name.

    `lasting`: so that a power cut cannot undo it; what can be made again need only be whole.
    """
    _sync(path)
    if not final.parent.exists():
        final.parent.mkdir(parents=True, exist_ok=True)
        if lasting:
            _sync(final.parent.parent)
    path.rename(final)
    if lasting:
        _sync(final.parent)


def _sync(path: Path) -> None:
    number = os.open(path, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)


@contextmanager
def _full_disk_in_words() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno not in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
            raise
        raise Unavailable(
            "The disk for images is full. Nothing was kept of this image; free some space and try again."
        ) from None
