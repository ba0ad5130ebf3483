"""A JPEG read to its end for a fifth of the price, and its thumbnail; runs in the decoding child.

Nearly all pages are baseline JPEGs. Whether one is whole and sound shows when its entropy-coded
data is decoded, every coefficient to the last; what follows (inverse transform, upsampling,
colours) cannot fail any more. libjpeg does that part at an eighth of the size for a small share
of the time, and refuses exactly the same files. The pyramid, which needs all pixels, comes later.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, BinaryIO, Final

import pyvips

from armarius.images import pyramid

SHARP: Final = 1.5  # times the thumbnail's side that the reduced image has at least
_ROWS: Final = 8  # of pixels in a block of coefficients


def check(*, source: str, height_at: int, thumbnail: str, box: int) -> dict[str, Any]:
    """Decode every coefficient of `source`, write a thumbnail.

    Args:
        source: a JPEG file that is not progressive.
        height_at: the byte at which its frame header tells the height.
        thumbnail: where the thumbnail goes; the caller syncs it and gives it its name.
        box: pixels of the square that the thumbnail fits into.

    Returns:
        As `pyramid.build`.

    Raises:
        Unusable: a kind of pixels that has no look.
        pyvips.Error: the file is damaged.
    """
    notes: list[str] = []
    orientation = pyramid.orientation_of(source)
    header = pyvips.Image.jpegload(source, fail_on="error")
    width, height = header.width, header.height
    image = _reduced(source, height, height_at, _shrink(max(width, height), box))
    image = pyramid.for_the_eye(image, notes).copy_memory()
    image = pyramid.upright(image, orientation, Path(f"{thumbnail}.turning")).copy()
    image.remove("orientation")
    if orientation != 1:
        notes.append(pyramid.turned(orientation))
    image.thumbnail_image(box, height=box, size="down").jpegsave(
        thumbnail, Q=pyramid.QUALITY, keep="icc"
    )
    if orientation > 4:
        width, height = height, width
    return {"width": width, "height": height, "orientation": orientation, "notes": notes}


def _shrink(longest: int, box: int) -> int:
    return next((x for x in (8, 4, 2) if longest / x >= SHARP * box), 1)


def _reduced(source: str, height: int, height_at: int, shrink: int) -> pyvips.Image:
    """The image at a fraction of its size, read to the last row.

    libvips leaves out what does not fill a whole row of the reduced image, and with it up to a
    row of blocks. So it is told a height of whole blocks, which are there in the file anyway.
    """
    whole = -(-height // _ROWS) * _ROWS
    with Path(source).open("rb") as file:
        taller = pyvips.SourceCustom()
        taller.on_read(_telling(file, height_at, whole.to_bytes(2, "big")))
        taller.on_seek(file.seek)
        reduced = pyvips.Image.jpegload_source(
            taller, shrink=shrink, access="sequential", fail_on="error"
        ).copy_memory()
    return reduced.crop(0, 0, reduced.width, max(1, height // shrink))


def _telling(file: BinaryIO, place: int, told: bytes) -> Callable[[int], bytes]:
    """Read from a file, but with other bytes at one place."""

    def read(size: int) -> bytes:
        at, block = file.tell(), bytearray(file.read(size))
        for number, value in enumerate(told, place - at):
            if 0 <= number < len(block):
                block[number] = value
        return bytes(block)

    return read
