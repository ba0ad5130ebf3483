"""ZIP archives from outside: listed and read member by member, never unpacked to disk.

Whatever `zipfile` raises on a file made to break it ends here as one sentence.
"""

from __future__ import annotations

import errno
import stat
import struct
import zipfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import IO, BinaryIO, Self, cast

from armarius import config
from armarius.errors import ArmariusError, BadInput, TooLarge
from armarius.ops import naming

RATIO = 100  # unpacked : packed, above which a big archive is taken for a bomb
HARMLESS = 50_000_000  # bytes; what unpacks to less may be packed as tightly as it likes

# What our own disk answers; a crafted place in the archive gives EINVAL.
_OURS = (errno.ENOSPC, errno.EDQUOT, errno.EIO, errno.EMFILE, errno.ENFILE, errno.ENOENT)
_NESTED = (".zip", ".rar", ".7z", ".tar", ".gz", ".tgz", ".bz2", ".xz", ".zst")
_END, _END64_PLACE, _END64 = b"PK\x05\x06", b"PK\x06\x07", b"PK\x06\x06"


@dataclass(frozen=True, slots=True)
class Member:
    """A file of an archive.

    Attributes:
        index: its place in the archive's directory; names may repeat, places do not.
        name: as written, with its folders.
        size: bytes when unpacked.
        refused: why it cannot be taken, one sentence, or empty.
    """

    index: int
    name: str
    size: int
    refused: str = ""


class Archive:
    """A ZIP file opened for reading.

    Args:
        path: where its bytes are.
        name: as the user knows it, for messages.

    Raises:
        TooLarge: too many members, or it would unpack to too much.
        BadInput: damaged or with a password.
    """

    def __init__(self, path: Path, name: str) -> None:
        self.name = naming.shown(name)
        with self._faults():
            _check_directory(path, self.name)
            self._zip = zipfile.ZipFile(path)
        try:
            self._entries = [x for x in self._zip.infolist() if not x.is_dir()]
            self._check(path.stat().st_size)
        except BaseException:
            self._zip.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._zip.close()

    def members(self) -> list[Member]:
        """All files, in the order of the archive; folders and a Mac's shadow files left out."""
        return [
            Member(index, entry.filename, entry.file_size, self._refusal(entry))
            for index, entry in enumerate(self._entries)
            if not _shadow(entry.filename)
        ]

    def head(self, index: int, length: int) -> bytes:
        """The first bytes of a member."""
        with self.stream(index, self._entries[index].file_size) as file:
            return file.read(length)

    def read(self, index: int, limit: int) -> bytes:
        """A member's bytes.

        Raises:
            TooLarge: they are more than `limit`.
        """
        with self.stream(index, limit) as file:
            return file.read(limit)

    @contextmanager
    def stream(self, index: int, limit: int) -> Iterator[BinaryIO]:
        """A member opened for reading from its beginning to its end.

        Raises:
            TooLarge: its bytes are more than `limit`.
            BadInput: the archive turns out to be damaged, from any of its reads.
        """
        self._check_size(index, limit)
        name = naming.last_part(self._entries[index].filename)
        with self._member(index) as file:
            yield cast("BinaryIO", _Guarded(file, lambda: self._faults(name)))

    def _check(self, packed: int) -> None:
        if len(self._entries) > config.number("ARMARIUS_MAX_MEMBERS"):
            raise _too_many(self.name)
        if any(entry.flag_bits & 1 for entry in self._entries):
            raise BadInput(f"{self.name} is locked with a password. Pack it again without one.")
        unpacked = sum(entry.file_size for entry in self._entries)
        limit = config.number("ARMARIUS_MAX_UNPACKED_MB") * 1_000_000
        if unpacked > limit or (unpacked > HARMLESS and unpacked > RATIO * packed):
            raise TooLarge(
                f"{self.name} would unpack to {_gigabytes(unpacked)}, from {_gigabytes(packed)}. "
                "Send the files in several smaller archives."
            )

    def _refusal(self, entry: zipfile.ZipInfo) -> str:
        name = naming.shown(naming.last_part(entry.filename))
        if stat.S_ISLNK(entry.external_attr >> 16):
            return f"{name} is a link, and links in archives are not accepted. Pack the file itself."
        if name.lower().endswith(_NESTED):
            return f"{name} is an archive within {self.name}, and nested archives are not accepted. Unpack it first."
        if entry.file_size > HARMLESS and entry.file_size > RATIO * max(1, entry.compress_size):
            return f"{name} would unpack to {_gigabytes(entry.file_size)}. Send it by itself if it is real."
        return ""

    def _check_size(self, index: int, limit: int) -> None:
        entry = self._entries[index]
        if entry.file_size > limit:
            name = naming.shown(naming.last_part(entry.filename))
            raise TooLarge(
                f"{name} has {entry.file_size / 1e6:.0f} MB; the limit is {limit / 1e6:.0f} MB."
            )

    @contextmanager
    def _member(self, index: int) -> Iterator[IO[bytes]]:
        entry = self._entries[index]
        refused = self._refusal(entry)
        if refused:
            raise BadInput(refused)
        # zipfile itself never hands out more than the size that the directory declares.
        with self._faults(naming.last_part(entry.filename)):
            file = self._zip.open(entry)
        with file:
            yield file

    @contextmanager
    def _faults(self, member: str = "") -> Iterator[None]:
        what = f"{naming.shown(member)} in {self.name}" if member else self.name
        try:
            yield
        except ArmariusError:
            raise
        except OSError as error:
            if error.errno in _OURS:
                raise
            raise _damaged(what) from error
        except NotImplementedError as error:
            raise BadInput(
                f"{what} is packed by a method that is not supported. Pack it again as an ordinary ZIP."
            ) from error
        except Exception as error:  # zipfile raises nearly anything on a crafted archive
            raise _damaged(what) from error


class _Guarded:
    """A member's bytes; what goes wrong while reading them is said in one sentence."""

    def __init__(
        self, file: IO[bytes], faults: Callable[[], AbstractContextManager[None]]
    ) -> None:
        self._file, self._faults = file, faults

    def read(self, size: int = -1) -> bytes:
        with self._faults():
            return self._file.read(size)


def _damaged(what: str) -> BadInput:
    return BadInput(f"{what}: the archive is damaged. Pack it again and upload it once more.")


def _too_many(name: str) -> TooLarge:
    limit = config.number("ARMARIUS_MAX_MEMBERS")
    return TooLarge(
        f"{name} holds more than {limit:,} files. Send them in several smaller archives."
    )


def _gigabytes(size: int) -> str:
    return f"{size / 1e9:.1f} GB" if size >= 100_000_000 else f"{size / 1e6:.1f} MB"


def _shadow(path: str) -> bool:
    """What systems add to archives without being asked."""
    name = naming.last_part(path)
    return path.startswith("__MACOSX/") or name.startswith("._") or name in _ADDED


_ADDED = (".DS_Store", "Thumbs.db", "desktop.ini")


def _check_directory(path: Path, name: str) -> None:
    """Refuse a directory with too many entries before `zipfile` makes an object of each.

    The count that the file declares may lie, `zipfile` goes by the directory's bytes; so both
    are limited. The layout of the end records: APPNOTE.TXT 4.3.14 to 4.3.16.
    """
    with path.open("rb") as file:
        length = file.seek(0, 2)
        file.seek(max(0, length - 22 - 65535))
        tail = file.read()
        place = tail.rfind(_END)
        if place < 0 or len(tail) - place < 22:
            raise BadInput(
                f"{name}: the archive is damaged: its directory is missing. Upload it again."
            )
        count, size = struct.unpack_from("<HI", tail, place + 10)
        if place >= 20 and tail[place - 20 : place - 16] == _END64_PLACE:
            file.seek(struct.unpack_from("<Q", tail, place - 12)[0])
            record = file.read(56)
            if record[:4] == _END64 and len(record) == 56:
                count, size = struct.unpack_from("<QQ", record, 32)
    limit = config.number("ARMARIUS_MAX_MEMBERS")
    if count > 2 * limit or size > max(8_000_000, 400 * limit):  # folders count here too
        raise _too_many(name)
