"""What an image file is and how large, from its first bytes; no pixel is decoded here.

The type is decided by content, never by name. Sizes are of the stored image, before its EXIF
orientation is applied.
"""

from __future__ import annotations

import os
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from armarius import config
from armarius.errors import FormatError, TooLarge
from armarius.images import tiff

SMALLEST = 10  # pixels of a side; nothing smaller holds text
LONGEST = 65_000  # pixels of a side; JPEG ends at 65,535
ACCEPTED = ("jpeg", "png", "tiff", "jp2", "webp")
_CURE = "Convert it to JPEG, PNG, TIFF, JPEG 2000 or WebP"
_AGAIN = "Upload it again"

_STARTS = (
    (b"\xff\xd8\xff", "jpeg"),
    (b"\x89PNG\r\n\x1a\n", "png"),
    (b"II*\0", "tiff"),
    (b"MM\0*", "tiff"),
    (b"II+\0", "tiff"),
    (b"MM\0+", "tiff"),
    (b"\0\0\0\x0cjP  \r\n\x87\n", "jp2"),
    (b"\xff\x4f\xff\x51", "jp2"),
    (b"%PDF-", "pdf"),
    (b"PK\x03\x04", "zip"),
    (b"GIF8", "gif"),
    (b"BM", "bmp"),
    (b"8BPS", "psd"),
    (b"AT&TFORM", "djvu"),
    (b"\xff\x0a", "jxl"),
    (b"\0\0\0\x0cJXL ", "jxl"),
    (b"#?RADIANCE", "hdr"),
    (b"#?RGBE", "hdr"),
    (b"SIMPLE  =", "fits"),
    (b"MATLAB", "mat"),
    (b"\x76\x2f\x31\x01", "exr"),
)
_LAB = (8, 9, 10)  # photometric interpretations of TIFF
_REFUSED = {
    "svg": "SVG, a drawing, not a scan",
    "heic": "HEIC",
    "avif": "AVIF",
    "gif": "GIF",
    "bmp": "BMP",
    "psd": "a Photoshop file",
    "djvu": "DjVu",
    "jxl": "JPEG XL",
    "hdr": "Radiance HDR",
    "fits": "FITS",
    "mat": "a MATLAB file",
    "exr": "OpenEXR",
    "pdf": "a PDF",
    "zip": "a ZIP archive",
    "xml": "XML",
    "html": "a web page",
    "text": "text",
    "unknown": "a file of an unknown kind",
}


@dataclass(frozen=True, slots=True)
class Header:
    """An accepted image: its format, the size of its first page and how many pages it has.

    Attributes:
        height_at: of a JPEG, the byte at which its frame header tells the height.
    """

    format: str
    width: int
    height: int
    frames: int = 1
    bits: int = 8
    progressive: bool = False
    height_at: int = 0

    @property
    def streams(self) -> bool:
        """Whether it is a JPEG that is decoded row by row, at any eighth of its size."""
        return self.format == "jpeg" and not self.progressive


class _Unfit(Exception):
    """A whole image, but not one of a page."""


def sniff(head: bytes) -> str:
    """The kind of a file from its first 1,024 bytes: "jpeg", "pdf", "svg", "text", "unknown"..."""
    for start, kind in _STARTS:
        if head.startswith(start):
            return kind
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "webp"
    if head[4:8] == b"ftyp":
        return "avif" if head[8:12] in (b"avif", b"avis") else "heic"
    if b"%PDF-" in head[:1024]:
        return "pdf"
    words = head.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if b"<svg" in words:
        return "svg"
    if words.startswith((b"<!doctype html", b"<html")):
        return "html"
    if words.startswith(b"<"):
        return "xml"
    return "text" if head and b"\0" not in head and _readable(head) else "unknown"


def kind(path: Path) -> str:
    """The kind of a file on disk, see `sniff`; "empty" for an empty one."""
    with path.open("rb") as file:
        head = file.read(1024)
    return sniff(head) if head else "empty"


def examine(path: Path, name: str) -> Header:
    """Read the header and hold it against the limits.

    Args:
        path: the file.
        name: how the user knows it; stands in the message.

    Raises:
        FormatError: not an image of an accepted format, damaged, or too small to hold text.
        TooLarge: more bytes, pixels or pages than the settings allow.
    """
    size = path.stat().st_size
    limit = config.number("ARMARIUS_MAX_FILE_MB")
    if size > limit * 1_000_000:
        raise TooLarge(
            f"{name}: the file has {size / 1e6:,.0f} MB; the limit is {limit:,} MB. Make it smaller."
        )
    found = kind(path)
    if found == "empty":
        raise FormatError(name, None, "the file is empty", _AGAIN)
    if found not in ACCEPTED:
        raise _refused(name, found)
    try:
        with path.open("rb") as file:
            header = _READERS[found](file)
    except _Unfit as unfit:
        raise FormatError(
            name, None, str(unfit), "Save it as a still image in RGB or grey"
        ) from None
    except tiff.Damaged as damage:
        raise FormatError(name, None, f"the image is damaged: {damage}", _AGAIN) from None
    except (struct.error, IndexError):
        raise FormatError(name, None, "the image is damaged: it is cut off", _AGAIN) from None
    check(header, name)
    return header


def check(header: Header, name: str) -> None:
    """Hold a header against the limits.

    Raises:
        FormatError: a side of no length, or too small to hold text.
        TooLarge: more pixels or pages than the settings allow.
    """
    width, height = header.width, header.height
    if width < 1 or height < 1:
        raise FormatError(name, None, f"{width} x {height} pixels is no valid size", _AGAIN)
    most = config.number("ARMARIUS_MAX_MEGAPIXELS")
    if width * height > most * 1_000_000 or max(width, height) > LONGEST:
        raise TooLarge(
            f"{name}: the image has {width:,} x {height:,} pixels, {width * height / 1e6:,.0f} Mpx; "
            f"the limit is {most:,} Mpx and {LONGEST:,} a side. Make it smaller."
        )
    if min(width, height) < SMALLEST:
        what = f"{width} x {height} pixels are too few to hold text"
        raise FormatError(name, None, what, "Scan the page again")
    pages = config.number("ARMARIUS_MAX_PAGES")
    if header.frames > pages:
        raise TooLarge(f"{name}: the file has more than {pages:,} pages. Split it.")


def _refused(name: str, found: str) -> FormatError:
    if found in ("pdf", "zip"):
        return FormatError(
            name,
            None,
            f"this is {_REFUSED[found]} under the name of an image",
            f"Upload it with a name that ends in .{found}",
        )
    if found in ("text", "xml", "html", "unknown"):
        return FormatError(
            name, None, f"this is not an image, {_REFUSED[found]} was found", _CURE
        )
    return FormatError(name, None, f"this is {_REFUSED[found]}, which is not accepted", _CURE)


def _readable(head: bytes) -> bool:
    return sum(byte < 9 or 13 < byte < 32 for byte in head) < len(head) / 50


def _jpeg(file: BinaryIO) -> Header:
    """Walk the segments to the first frame header (ITU T.81, B.2)."""
    file.seek(2)
    while True:
        marker = file.read(2)
        while marker[1:] == b"\xff":  # fill bytes
            marker = marker[1:] + file.read(1)
        if len(marker) < 2:
            raise tiff.Damaged("it ends before its first pixel")
        if marker[0] != 0xFF or marker[1] in (0xD9, 0xDA):
            raise tiff.Damaged("it has no frame header")
        if marker[1] in range(0xD0, 0xD8) or marker[1] == 0x01:
            continue
        length = struct.unpack(">H", file.read(2))[0]
        if marker[1] in range(0xC0, 0xD0) and marker[1] not in (0xC4, 0xC8, 0xCC):
            bits, height, width = struct.unpack(">BHH", file.read(5))
            progressive = marker[1] in (0xC2, 0xCA)
            return Header("jpeg", width, height, 1, bits, progressive, file.tell() - 4)
        file.seek(length - 2, os.SEEK_CUR)


def _png(file: BinaryIO) -> Header:
    """IHDR comes first (PNG, W3C 2003, 11.2.2); an acTL before the pixels makes it an animation."""
    file.seek(8)
    length, kind = struct.unpack(">I4s", file.read(8))
    if kind != b"IHDR" or length != 13:
        raise tiff.Damaged("it has no header")
    width, height, bits, _, _, _, interlaced = struct.unpack(">IIBBBBB", file.read(13))
    at = 8 + 12 + 13
    for _ in range(1000):
        file.seek(at)
        head = file.read(8)
        if len(head) < 8:
            raise tiff.Damaged("it ends before its first pixel")
        length, kind = struct.unpack(">I4s", head)
        if kind == b"acTL":
            raise _Unfit("this is an animation, not a page")
        if kind == b"IDAT":
            break
        at += 12 + length
    return Header("png", width, height, 1, bits, bool(interlaced))


def _tiff(file: BinaryIO) -> Header:
    limit = config.number("ARMARIUS_MAX_PAGES")
    found = tiff.directories(file, 12 * limit)
    pages = tiff.pages(file, found)
    if not pages:
        raise tiff.Damaged("it has no page")
    sizes = [
        (tiff.value(file, found[i], tiff.WIDTH, 0), tiff.value(file, found[i], tiff.HEIGHT, 0))
        for i in pages
    ]
    # The largest page stands for all, so that no later one slips past the limits.
    width, height = max(sizes, key=lambda size: size[0] * size[1])
    bits = tiff.value(file, found[pages[0]], tiff.BITS, 1)
    if any(tiff.value(file, found[i], tiff.PHOTOMETRIC, 1) in _LAB for i in pages):
        raise _Unfit("its colours are CIE Lab")
    return Header("tiff", width, height, len(pages), bits)


def _jp2(file: BinaryIO) -> Header:
    """The image header box (ISO 15444-1, I.5.3.1), or the SIZ marker of a bare codestream."""
    file.seek(0)
    if file.read(4) == b"\xff\x4f\xff\x51":
        file.seek(8)
        right, bottom, left, top = struct.unpack(">IIII", file.read(16))
        return Header("jp2", right - left, bottom - top)
    for kind, start in _boxes(file, 0, file.seek(0, os.SEEK_END)):
        if kind == b"jp2h":
            file.seek(start)
            length, inner = struct.unpack(">I4s", file.read(8))
            if inner != b"ihdr" or length != 22:
                break
            height, width, _, bits = struct.unpack(">IIHB", file.read(11))
            return Header("jp2", width, height, 1, (bits & 0x7F) + 1)
    raise tiff.Damaged("it has no header")


def _boxes(file: BinaryIO, at: int, end: int) -> Iterator[tuple[bytes, int]]:
    for _ in range(100):
        if at + 8 > end:
            return
        file.seek(at)
        length, kind = struct.unpack(">I4s", file.read(8))
        head = 8
        if length == 1:
            length, head = struct.unpack(">Q", file.read(8))[0], 16
        yield kind, at + head
        if length < head:
            return
        at += length


def _webp(file: BinaryIO) -> Header:
    """The first chunk tells the size (WebP container specification; RFC 9649)."""
    file.seek(12)
    kind = file.read(8)[:4]
    if kind == b"VP8X":
        flags, low, high = struct.unpack("<I3s3s", file.read(10))
        if flags & 0b10:
            raise _Unfit("this is an animation, not a page")
        return Header(
            "webp", int.from_bytes(low, "little") + 1, int.from_bytes(high, "little") + 1
        )
    if kind == b"VP8L":
        word = struct.unpack("<xI", file.read(5))[0]
        return Header("webp", (word & 0x3FFF) + 1, (word >> 14 & 0x3FFF) + 1)
    if kind == b"VP8 ":
        width, height = struct.unpack("<6xHH", file.read(10))
        return Header("webp", width & 0x3FFF, height & 0x3FFF)
    raise tiff.Damaged("it has no header")


_READERS = {"jpeg": _jpeg, "png": _png, "tiff": _tiff, "jp2": _jp2, "webp": _webp}
