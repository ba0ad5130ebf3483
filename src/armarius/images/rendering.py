"""Parts of a page image that no stored tile shows, made from its pyramid with libvips.

Only files that we wrote ourselves are opened here.
"""

from __future__ import annotations

import os
import tempfile
import threading
from pathlib import Path
from typing import BinaryIO, Final

os.environ.setdefault("VIPS_CONCURRENCY", "1")  # requests run beside each other already

import pyvips

from armarius import config
from armarius.errors import Unavailable
from armarius.images import store, tiff
from armarius.images.wanted import Refused, Wanted

THUMBNAILS: Final = (150, 300, 600)  # boxes of thumbnails that are kept as files
IN_MEMORY: Final = 4_000_000  # pixels; larger answers go by way of a file
_WEBP_SIDE, _JPEG_SIDE = 16_383, 65_535
_QUALITY: Final = 85
_large = threading.BoundedSemaphore(2)

pyvips.block_untrusted_set(True)
pyvips.cache_set_max(0)  # a kept operation would keep its file open


def most_pixels() -> int:
    """The largest answer: as large as the largest image that may be imported."""
    return config.number("ARMARIUS_MAX_MEGAPIXELS") * 1_000_000


def render(path: Path, wanted: Wanted) -> bytes | BinaryIO:
    """Make what is wanted; a large answer comes as an open file without a name.

    Args:
        path: the pyramid.
        wanted: see `wanted.parse`.

    Raises:
        Refused: larger than the format can be.
        Unavailable: the disk for temporary files is full.
        tiff.Damaged: the pyramid cannot be decoded; make it again.
    """
    longest = max(wanted.width, wanted.height)
    limit = _WEBP_SIDE if wanted.format == "webp" else _JPEG_SIDE
    if longest > limit and wanted.format != "png":
        raise Refused(
            f"A {wanted.format} image has at most {limit:,} pixels a side; ask for png."
        )
    try:
        if wanted.width * wanted.height <= IN_MEMORY:
            return _buffer(_image(path, wanted), wanted.format)
        with _large:
            return _file(_image(path, wanted), wanted.format)
    except (pyvips.Error, OSError) as error:
        if "no space left" in str(error).lower():
            raise Unavailable(
                "The disk for temporary files is full. Free some space."
            ) from None
        raise tiff.Damaged("the pyramid cannot be decoded") from error


def thumbnail(sha256: str, box: int) -> Path:
    """The thumbnail file that fits into a square of `box` pixels, made where it is missing."""
    path = store.thumbnail_path(sha256, box)
    if not path.exists() and not store.glance(sha256, box):
        source = store.pyramid(sha256)
        image = pyvips.Image.thumbnail(str(source), box, height=box, size="down")
        store.keep(path, image.jpegsave_buffer(Q=_QUALITY, keep="icc"))
    return path


def _image(path: Path, wanted: Wanted) -> pyvips.Image:
    image = _scaled(path, wanted)
    if wanted.mirrored:
        image = image.fliphor()
    if wanted.degrees in (90, 180, 270):
        image = image.rot(f"d{wanted.degrees:.0f}")
    elif wanted.degrees:
        image = image.similarity(angle=wanted.degrees, background=[255] * image.bands)
    if wanted.quality == "gray" and image.bands > 1:
        image = image.colourspace("b-w")
    elif wanted.quality == "bitonal":
        image = (image.colourspace("b-w") if image.bands > 1 else image) > 128
    return image


def _scaled(path: Path, wanted: Wanted) -> pyvips.Image:
    """Cut the region out of the smallest level that has enough pixels, and scale it."""
    full = pyvips.Image.tiffload(str(path))
    levels = full.get("n-pages") if full.get_typeof("n-pages") else 1
    ratio = min(wanted.w / wanted.width, wanted.h / wanted.height)
    number = min(max(0, int(ratio).bit_length() - 1), levels - 1)
    image = pyvips.Image.tiffload(str(path), page=number) if number else full
    scale = 1 << number
    left, top = (
        min(wanted.x // scale, image.width - 1),
        min(wanted.y // scale, image.height - 1),
    )
    right = min(-(-(wanted.x + wanted.w) // scale), image.width)
    lower = min(-(-(wanted.y + wanted.h) // scale), image.height)
    size = (max(1, right - left), max(1, lower - top))
    if size != (image.width, image.height):
        image = image.crop(left, top, *size)
    if size != (wanted.width, wanted.height):
        image = image.resize(wanted.width / size[0], vscale=wanted.height / size[1])
    if (image.width, image.height) != (wanted.width, wanted.height):  # off by one in rounding
        image = image.gravity("north-west", wanted.width, wanted.height, extend="copy")
    return image


def _buffer(image: pyvips.Image, format: str) -> bytes:  # noqa: A002
    if format == "png":
        made = image.pngsave_buffer(compression=3, keep="icc")
    elif format == "webp":
        made = image.webpsave_buffer(Q=80, keep="icc")
    else:
        made = image.jpegsave_buffer(Q=_QUALITY, keep="icc")
    return bytes(made)


def _file(image: pyvips.Image, format: str) -> BinaryIO:  # noqa: A002
    # Unnamed at once: nothing is left behind, however the answer ends.
    with tempfile.NamedTemporaryFile(suffix=f".{format}", prefix="armarius-") as named:
        if format == "png":
            image.pngsave(named.name, compression=3, keep="icc")
        elif format == "webp":
            image.webpsave(named.name, Q=80, keep="icc")
        else:
            image.jpegsave(named.name, Q=_QUALITY, keep="icc")
        return Path(named.name).open("rb")
