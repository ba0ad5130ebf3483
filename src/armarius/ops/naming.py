"""Names of files: made safe, shown honestly, sorted as people sort them, kept apart."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Container

LONGEST = 200  # characters; file systems allow 255 bytes, and we add numbers and suffixes

_UNSEEN = ("Cc", "Cs", "Zl", "Zp")
_TURNING = (
    "\u061c\u200b\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff"
)
_NUMBERS = re.compile(r"([0-9]+)")
_FORBIDDEN = re.compile(r'[<>:"|?*\\/]')  # what one of the usual file systems refuses
_DEVICES = re.compile(r"(?i)(con|prn|aux|nul|com[0-9]|lpt[0-9])(\.|$)")


def shown(name: str) -> str:
    """The name with every character that reorders others or shows nothing written out.

    ``photo``, U+202E, ``gpj.exe`` would be displayed as ``photoexe.jpg``; here it becomes
    ``photo[U+202E]gpj.exe``. Lone surrogates, which no database stores, are written out too.
    Joiners stay, Persian and Indian names need them.
    """
    return "".join(
        f"[U+{ord(x):04X}]" if unicodedata.category(x) in _UNSEEN or x in _TURNING else x
        for x in name
    )


def last_part(name: str) -> str:
    """The file name without its folders, whichever slash the sender's system uses."""
    return name.replace("\\", "/").rstrip("/").rpartition("/")[2]


def shortened(name: str, longest: int = LONGEST) -> str:
    """The name cut in its middle, so that the suffix stays."""
    if len(name) <= longest:
        return name
    stem, suffix = split(name)
    return stem[: longest - len(suffix) - 1] + "…" + suffix


def split(name: str) -> tuple[str, str]:
    """Stem and suffix, the suffix with its dot and at most 10 characters, or empty."""
    stem, dot, suffix = name.rpartition(".")
    if not stem or not dot or not 0 < len(suffix) <= 10:
        return name, ""
    return stem, f".{suffix}"


def of_page(name: str) -> str:
    """A name for a page made from what the sender called the file; never empty."""
    return shortened(shown(last_part(name)).strip() or "unnamed")


def of_file(name: str) -> str:
    """A name that every usual file system accepts, for what we hand out."""
    plain = _FORBIDDEN.sub("_", shown(last_part(name))).strip(" .")
    if _DEVICES.match(plain):
        plain = f"_{plain}"
    return shortened(plain or "unnamed")


def free(name: str, taken: Container[str]) -> str:
    """The name, numbered where it is taken: ``f1.jpg``, ``f1 (2).jpg``, ``f1 (3).jpg``."""
    stem, suffix = split(name)
    candidate, number = name, 1
    while candidate in taken:
        number += 1
        candidate = f"{stem} ({number}){suffix}"
    return candidate


def natural(path: str) -> tuple[tuple[tuple[int, int, str], ...], ...]:
    """Sort key: folder by folder, numbers as numbers, capitals as small letters.

    A number is compared by its length without leading zeros, then by its digits, so that
    no name, however long, becomes a big integer.
    """
    return tuple(_part(part) for part in path.replace("\\", "/").split("/"))


def _part(part: str) -> tuple[tuple[int, int, str], ...]:
    pieces = [x for x in _NUMBERS.split(part.casefold()) if x]
    return tuple(
        (0, len(x.lstrip("0")), x.lstrip("0")) if x[0] in "0123456789" else (1, 0, x)
        for x in pieces
    )
