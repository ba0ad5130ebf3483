"""The directories of a TIFF, read without decoding a pixel, and one frame cut out byte for byte.

Classic and BigTIFF, both byte orders (TIFF 6.0, Adobe 1992; BigTIFF, Aware Systems 2004).
Everything a file says about itself is bounded before it is believed.
"""

from __future__ import annotations

import os
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from typing import BinaryIO

SUBFILE, WIDTH, HEIGHT, BITS, COMPRESSION, PHOTOMETRIC = 254, 256, 257, 258, 259, 262
STRIP_OFFSETS, ORIENTATION, SAMPLES, STRIP_COUNTS = 273, 274, 277, 279
TILE_WIDTH, TILE_HEIGHT, TILE_OFFSETS, TILE_COUNTS = 322, 323, 324, 325
JPEG_TABLES, SAMPLE_FORMAT = 347, 339

_ENTRIES = 1000  # of one directory; real ones have some 20
_VALUES = 4_000_000  # of one entry; 150 Mpx in strips of one row have 65,000
_LONGEST = 20_000_000  # bytes of one entry; colour profiles reach some 3 MB
_LETTERS = {
    1: "B",
    2: "B",
    3: "H",
    4: "I",
    6: "b",
    7: "B",
    8: "h",
    9: "i",
    13: "I",
    16: "Q",
    18: "Q",
}
_SIZES = {5: 8, 10: 8, 11: 4, 12: 8} | {
    t: struct.calcsize(f"<{c}") for t, c in _LETTERS.items()
}
_POINTERS = {330, 34665, 34853, 40965}  # to further directories, which are left behind


class Damaged(ValueError):
    """The file is not the TIFF that it says it is; the text says what is wrong."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of a directory; `at` is where its values lie in the file."""

    kind: int
    count: int
    at: int


@dataclass(frozen=True, slots=True)
class Layout:
    """What the first bytes say: byte order ("<" or ">") and whether it is a BigTIFF."""

    order: str
    big: bool


@dataclass(frozen=True, slots=True)
class Directory:
    """One directory: its layout and its entries by tag."""

    layout: Layout
    entries: dict[int, Entry]


def directories(file: BinaryIO, limit: int) -> list[Directory]:
    """All directories of the main chain, in order.

    Args:
        file: open at any place; must allow seeking.
        limit: most directories to read; one more is returned where there are more, so that the
            caller can tell.

    Raises:
        Damaged: no TIFF, an address outside the file, or a chain that comes back to itself.
    """
    size = file.seek(0, os.SEEK_END)
    layout, at = _head(file)
    found: list[Directory] = []
    seen: set[int] = set()
    while at:
        if at in seen:
            raise Damaged("its list of pages comes back to itself")
        if len(found) > limit:
            break
        seen.add(at)
        directory, at = _directory(file, layout, at, size)
        found.append(directory)
    if not found:
        raise Damaged("it has no page")
    return found


def values(file: BinaryIO, directory: Directory, tag: int) -> tuple[int, ...]:
    """The whole numbers of an entry; empty where there is none.

    Raises:
        Damaged: the entry holds something else, or far too many.
    """
    entry = directory.entries.get(tag)
    if entry is None:
        return ()
    letter = _LETTERS.get(entry.kind)
    if letter is None or entry.count > _VALUES:
        raise Damaged(f"its tag {tag} is not a list of whole numbers")
    form = f"{directory.layout.order}{entry.count}{letter}"
    return struct.unpack(form, _read(file, entry.at, struct.calcsize(form)))


def value(file: BinaryIO, directory: Directory, tag: int, default: int) -> int:
    """The first whole number of an entry, or the default."""
    found = values(file, directory, tag)
    return found[0] if found else default


def raw(file: BinaryIO, directory: Directory, tag: int) -> bytes:
    """The bytes of an entry; empty where there is none."""
    entry = directory.entries.get(tag)
    if entry is None:
        return b""
    length = entry.count * _SIZES.get(entry.kind, 1)
    if length > _LONGEST:
        raise Damaged(f"its tag {tag} has {length:,} bytes")
    return _read(file, entry.at, length)


def pages(file: BinaryIO, found: Sequence[Directory]) -> list[int]:
    """Which directories are pages: not the reduced copies and masks that belong to one."""
    return [
        index
        for index, directory in enumerate(found)
        if not value(file, directory, SUBFILE, 0) & 0b101
    ]


def cut_out(file: BinaryIO, directory: Directory, target: BinaryIO) -> None:
    """Write one directory as a TIFF of its own; the coded pixels stay byte for byte.

    Pointers to other directories (EXIF, GPS, private ones) are left behind; resolution,
    colour profile, orientation and description come along.

    Raises:
        Damaged: the addresses of the pixels are missing or outside the file.
    """
    tiled = TILE_OFFSETS in directory.entries
    tags = (TILE_OFFSETS, TILE_COUNTS) if tiled else (STRIP_OFFSETS, STRIP_COUNTS)
    starts, counts = (values(file, directory, tag) for tag in tags)
    size = file.seek(0, os.SEEK_END)
    if not starts or len(starts) != len(counts):
        raise Damaged("it does not say where its pixels are")
    if value(file, directory, COMPRESSION, 1) == 6:
        raise Damaged("it uses the withdrawn JPEG compression of 1992")
    if sum(counts) > size or any(a + n > size for a, n in zip(starts, counts, strict=True)):
        raise Damaged("its pixels lie outside the file")
    layout = directory.layout
    address = "Q" if layout.big else "I"
    at = target.write(_first_bytes(layout, 0))
    moved = []
    for start, count in zip(starts, counts, strict=True):
        moved.append(at)
        at += _copy(file, start, count, target)
    _check_lengths(directory)
    bodies = {
        tag: (entry.kind, entry.count, raw(file, directory, tag))
        for tag, entry in directory.entries.items()
        if tag not in _POINTERS and tag not in tags and entry.kind in _SIZES
    }
    kind = 16 if layout.big else 4
    for tag, numbers in zip(tags, (moved, counts), strict=True):
        packed = struct.pack(f"{layout.order}{len(numbers)}{address}", *numbers)
        bodies[tag] = (kind, len(numbers), packed)
    where = _write_directory(target, layout, bodies, at)
    target.seek(0)
    target.write(_first_bytes(layout, where))


def _check_lengths(directory: Directory) -> None:
    """Entries of any number may point at the same bytes: together they must stay short."""
    length = sum(
        entry.count * _SIZES.get(entry.kind, 1)
        for tag, entry in directory.entries.items()
        if tag not in _POINTERS
    )
    if length > 2 * _LONGEST:
        raise Damaged(f"one of its directories has {length:,} bytes")


def _head(file: BinaryIO) -> tuple[Layout, int]:
    head = _read(file, 0, 8)
    order = {b"II": "<", b"MM": ">"}.get(head[:2])
    if order is None:
        raise Damaged("it does not begin as a TIFF")
    version = struct.unpack(f"{order}H", head[2:4])[0]
    if version == 42:
        return Layout(order, big=False), int(struct.unpack(f"{order}I", head[4:8])[0])
    if version == 43 and struct.unpack(f"{order}HH", head[4:8]) == (8, 0):
        return Layout(order, big=True), int(struct.unpack(f"{order}Q", _read(file, 8, 8))[0])
    raise Damaged("it does not begin as a TIFF")


def _directory(file: BinaryIO, layout: Layout, at: int, size: int) -> tuple[Directory, int]:
    head, form, room = ("Q", "HHQ8s", 8) if layout.big else ("H", "HHI4s", 4)
    width = struct.calcsize(f"<{head}")
    count = struct.unpack(f"{layout.order}{head}", _read(file, at, width))[0]
    if not 0 < count <= _ENTRIES:
        raise Damaged(f"one of its directories has {count} entries")
    step = struct.calcsize(f"<{form}")
    address = "Q" if layout.big else "I"
    block = _read(file, at + width, count * step + room)
    entries: dict[int, Entry] = {}
    for index in range(count):
        tag, kind, number, inline = struct.unpack_from(
            f"{layout.order}{form}", block, index * step
        )
        length = _SIZES.get(kind, 1) * number
        place = at + width + index * step + step - room
        if length > room:
            place = struct.unpack(f"{layout.order}{address}", inline)[0]
        if place + length > size:
            raise Damaged(f"its tag {tag} lies outside the file; it may be cut off")
        entries[tag] = Entry(kind, number, place)
    following = struct.unpack_from(f"{layout.order}{address}", block, count * step)[0]
    return Directory(layout, entries), int(following)


def _first_bytes(layout: Layout, where: int) -> bytes:
    mark = b"II" if layout.order == "<" else b"MM"
    if layout.big:
        return mark + struct.pack(f"{layout.order}HHHQ", 43, 8, 0, where)
    return mark + struct.pack(f"{layout.order}HI", 42, where)


def _write_directory(
    target: BinaryIO, layout: Layout, bodies: dict[int, tuple[int, int, bytes]], at: int
) -> int:
    """Write long values, then the directory; returns where it begins."""
    order, room = layout.order, 8 if layout.big else 4
    head, form, address = ("Q", "HHQ", "Q") if layout.big else ("H", "HHI", "I")
    rows = b""
    for tag, (kind, count, body) in sorted(bodies.items()):
        if len(body) > room:
            at += target.write(b"\0" * (at % 2))
            cell = struct.pack(f"{order}{address}", at)
            at += target.write(body)
        else:
            cell = body.ljust(room, b"\0")
        rows += struct.pack(f"{order}{form}", tag, kind, count) + cell
    at += target.write(b"\0" * (at % 2))
    target.write(struct.pack(f"{order}{head}", len(bodies)) + rows + b"\0" * room)
    return at


def _copy(file: BinaryIO, start: int, count: int, target: BinaryIO) -> int:
    file.seek(start)
    left = count
    while left:
        block = file.read(min(left, 1 << 20))
        if not block:
            raise Damaged("it is cut off")
        target.write(block)
        left -= len(block)
    return count


def _read(file: BinaryIO, at: int, count: int) -> bytes:
    try:
        file.seek(at)
        block = file.read(count)
    except (OSError, OverflowError, ValueError):  # an address beyond anything
        block = b""
    if len(block) < count:
        raise Damaged("it is cut off")
    return block
