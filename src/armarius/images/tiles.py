"""The stored tiles of a pyramid, read as bytes: each is a JPEG that only lacks its tables.

JPEG in TIFF (TIFF Technical Note 2, 1995): the tag JPEGTables holds the tables once, a tile
holds the rest; start mark, tables and tile together are a complete JPEG file.
"""

from __future__ import annotations

import errno
import os
import struct
import threading
import time
import weakref
from array import array
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final

from armarius.images import tiff

TILE: Final = 512
_TINY: Final = 128  # of images that are no larger; they have no whole tile of 512
LEVELS: Final = 16
OPEN_FILES: Final = 256  # of one process
STALE_S: Final = 10.0  # after which a kept file is compared with what now has its name
_PROFILE: Final = 34675
_AT_ONCE: Final = getattr(os, "RWF_NOWAIT", 0)


@dataclass(frozen=True, slots=True)
class Level:
    """One level of a pyramid: its size, tiles per row, and where each tile lies."""

    width: int
    height: int
    across: int
    starts: array[int]
    counts: array[int]
    head: bytes  # start mark, colour profile, tables


def scales(width: int, height: int) -> list[int]:
    """How many pixels of an image one pixel of each level of its pyramid stands for."""
    found = [1]
    while max(width, height) // found[-1] > TILE:
        found.append(2 * found[-1])
    return found


class Cold(Exception):
    """The tile is not in memory; read it where waiting for the disk holds nobody up."""


class Tiles:
    """An open pyramid. Closes its file when nobody holds it any more."""

    def __init__(self, path: Path) -> None:
        """Open and check a pyramid.

        Raises:
            FileNotFoundError: there is none.
            tiff.Damaged: not one of ours, or cut off.
        """
        with path.open("rb") as file:
            found = tiff.directories(file, LEVELS)
            size = file.seek(0, os.SEEK_END)
            self.levels = [_level(file, directory, size) for directory in found]
            self.colour = tiff.value(file, found[0], tiff.SAMPLES, 1) == 3
            status = os.fstat(file.fileno())
            self.identity = (status.st_dev, status.st_ino)
            self._number = os.dup(file.fileno())
        weakref.finalize(self, os.close, self._number)
        self.checked_at = time.monotonic()

    @property
    def size(self) -> tuple[int, int]:
        """Width and height of the whole image in pixels."""
        return self.levels[0].width, self.levels[0].height

    def place(self, x: int, y: int, side: int) -> tuple[int, int] | None:
        """The level and number of the whole tile that shows this square, if there is one.

        Args:
            x: left edge in pixels of the image.
            y: upper edge.
            side: of the square, in pixels of the image.
        """
        scale = side // TILE
        if scale < 1 or side % TILE or scale & (scale - 1) or x % side or y % side:
            return None
        number = scale.bit_length() - 1
        if number >= len(self.levels):
            return None
        level = self.levels[number]
        column, row = x // side, y // side
        # A tile on the right or lower edge is padded; it shows more than was asked for.
        if (column + 1) * TILE > level.width or (row + 1) * TILE > level.height:
            return None
        return number, row * level.across + column

    def read(self, level: int, tile: int, *, wait: bool = True) -> bytes:
        """One tile as a complete JPEG file.

        Args:
            level: 0 is full size, each further one half of it.
            tile: counted in rows from the upper left.
            wait: False raises Cold in place of waiting for the disk, where the system can tell.

        Raises:
            tiff.Damaged: the file was cut off since it was opened.
        """
        here = self.levels[level]
        count = here.counts[tile]
        block = bytearray(count)
        flags = 0 if wait else _AT_ONCE
        try:
            done = os.preadv(self._number, [block], here.starts[tile], flags)
        except OSError as error:
            if wait or error.errno not in (errno.EAGAIN, errno.EOPNOTSUPP):
                raise
            raise Cold from None
        if done < count:
            if not wait and done:
                raise Cold
            raise tiff.Damaged("a tile is cut off")
        if block[:2] != b"\xff\xd8":
            raise tiff.Damaged("a tile is no JPEG")
        return b"".join((here.head, memoryview(block)[2:]))


class Shelf:
    """The pyramids opened last, by the hash of their image."""

    def __init__(self, where: Callable[[str], Path], most: int = OPEN_FILES) -> None:
        self._where = where
        self._most = most
        self._open: OrderedDict[str, Tiles] = OrderedDict()
        self._lock = threading.Lock()

    def kept(self, sha256: str) -> Tiles | None:
        """The pyramid if it is open and was compared with its name lately; asks no disk."""
        with self._lock:
            tiles = self._open.get(sha256)
            if tiles is None or time.monotonic() - tiles.checked_at > STALE_S:
                return None
            self._open.move_to_end(sha256)
            return tiles

    def forget(self) -> None:
        """Close all, so that the disk gets back what was deleted meanwhile."""
        with self._lock:
            self._open.clear()

    def take(self, sha256: str) -> Tiles:
        """The pyramid, opened if needed.

        Raises:
            FileNotFoundError: there is none (any more).
            tiff.Damaged: it is cut off.
        """
        tiles = self.kept(sha256)
        if tiles is not None:
            return tiles
        path = self._where(sha256)
        with self._lock:
            tiles = self._open.pop(sha256, None)
        if tiles is not None:
            status = path.stat()
            if (status.st_dev, status.st_ino) == tiles.identity:
                tiles.checked_at = time.monotonic()
            else:
                tiles = None
        tiles = tiles or Tiles(path)
        with self._lock:
            self._open[sha256] = tiles
            while len(self._open) > self._most:
                self._open.popitem(last=False)
        return tiles


def _level(stream: BinaryIO, directory: tiff.Directory, size: int) -> Level:
    width = tiff.value(stream, directory, tiff.WIDTH, 0)
    height = tiff.value(stream, directory, tiff.HEIGHT, 0)
    sides = (
        tiff.value(stream, directory, tiff.TILE_WIDTH, 0),
        tiff.value(stream, directory, tiff.TILE_HEIGHT, 0),
    )
    # 7 is JPEG; 6 YCbCr and 1 grey are what a JPEG file without further marks is taken for.
    kinds = (
        tiff.value(stream, directory, tiff.COMPRESSION, 1),
        tiff.value(stream, directory, tiff.PHOTOMETRIC, -1),
    )
    if sides not in ((TILE, TILE), (_TINY, _TINY)) or kinds not in ((7, 6), (7, 1)):
        raise tiff.Damaged("it is not a pyramid of ours")
    across, down = -(-width // sides[0]), -(-height // sides[1])
    starts = array("Q", tiff.values(stream, directory, tiff.TILE_OFFSETS))
    counts = array("Q", tiff.values(stream, directory, tiff.TILE_COUNTS))
    if not across * down == len(starts) == len(counts):
        raise tiff.Damaged("its list of tiles is too short")
    if any(a + n > size or n < 4 for a, n in zip(starts, counts, strict=True)):
        raise tiff.Damaged("it is cut off")
    tables = tiff.raw(stream, directory, tiff.JPEG_TABLES)
    profile = tiff.raw(stream, directory, _PROFILE)
    head = b"\xff\xd8" + _profile_segment(profile) + tables[2:-2]
    return Level(width, height, across, starts, counts, head)


def _profile_segment(profile: bytes) -> bytes:
    """The profile as a JPEG segment (ICC.1:2004, B.4); the large ones were applied at import."""
    if not profile or len(profile) > 65_000:
        return b""
    body = b"ICC_PROFILE\0\x01\x01" + profile
    return b"\xff\xe2" + struct.pack(">H", len(body) + 2) + body
