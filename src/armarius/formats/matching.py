"""Which image an XML file means: by METS folder, XML folder, base name, stem.

Names are compared, never opened: a reference can only ever choose one of the candidates.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from urllib.parse import unquote, urlsplit

from armarius.errors import BadInput
from armarius.formats.notes import shown

_MANY = 3  # names shown where several fit


@dataclass(frozen=True, slots=True)
class Match:
    """The image found, and by which rule.

    Attributes:
        name: one of the candidates, unchanged.
        how: ``METS folder``, ``XML folder``, ``path``, ``base name``, ``stem`` or ``XML name``.
    """

    name: str
    how: str


def match(
    reference: str, candidates: Iterable[str], *, xml: str = "", mets: Sequence[str] = ()
) -> Match | None:
    """Find the image that `reference` means.

    Args:
        reference: image name as the XML file gives it, perhaps with folders, perhaps empty.
        candidates: names of the images at hand, with their folders, ``/`` between them.
        xml: name of the XML file with its folders.
        mets: names of METS files with their folders.

    Returns:
        The match by the first rule that gives one, or None.

    Raises:
        BadInput: several images fit equally well.
    """
    names = {normal(name): name for name in candidates}
    given = _path_of(reference)
    wanted = normal(given)
    for folder, how in [
        *((_folder(m), "METS folder") for m in mets),
        (_folder(xml), "XML folder"),
        ("", "path"),
    ]:
        path = normal(f"{folder}/{given}") if wanted else ""
        if path in names:
            return Match(names[path], how)
    base = wanted.rpartition("/")[2]
    own = xml.replace("\\", "/").rpartition("/")[2]
    rules: list[tuple[str, str, Callable[[str], str]]] = [
        (base, "base name", _base),
        (base.casefold(), "base name", lambda name: _base(name).casefold()),
        (_stem(base), "stem", _stem),
        (_stem(own), "XML name", _stem),
        (_short(own), "XML name", _short),
    ]
    for text, how, key in rules:
        fitting = [name for name in names if text and key(name) == text]
        if fitting:
            return Match(names[_one(fitting, reference or own, _folder(xml))], how)
    return None


def normal(path: str) -> str:
    """The path without ``.``, ``..``, drive and leading slash; empty where it climbs out."""
    parts: list[str] = []
    for part in path.replace("\\", "/").replace("\0", "").split("/"):
        if part == "..":
            if not parts:
                return _base(path.replace("\\", "/"))
            parts.pop()
        elif part not in ("", "."):
            parts.append(part)
    return "/".join(parts)


def _path_of(reference: str) -> str:
    """The path in a reference: addresses lose host and query, escapes are resolved."""
    if "://" not in reference:
        return reference
    return unquote(urlsplit(reference).path)


def _folder(name: str) -> str:
    return normal(name).rpartition("/")[0]


def _base(name: str) -> str:
    base = name.rpartition("/")[2]
    return "" if base in (".", "..") else base


def _stem(name: str) -> str:
    return PurePosixPath(_base(name)).stem.casefold() if name else ""


def _short(name: str) -> str:
    """The name before its first dot: ``f1.chocomufin.xml`` and ``f1.jpg`` are both f1."""
    return _base(name).partition(".")[0].casefold()


def _one(fitting: list[str], what: str, folder: str) -> str:
    """The only fitting name, or the only one nearest to the XML file."""
    nearest = [name for name in fitting if _folder(name) == folder]
    if len(fitting) == 1 or len(nearest) == 1:
        return nearest[0] if nearest else fitting[0]
    several = ", ".join(shown(name) for name in fitting[:_MANY])
    more = " and others" if len(fitting) > _MANY else ""
    raise BadInput(
        f"{shown(what)} fits {len(fitting)} images ({several}{more}). "
        "Put each XML file into the folder of its image, or rename the images."
    )
