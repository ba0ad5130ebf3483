"""The list of files in a METS document: which names belong together."""

from __future__ import annotations

from dataclasses import dataclass

from lxml import etree

from armarius.errors import FormatError
from armarius.formats import safe_xml
from armarius.formats.notes import shown
from armarius.formats.safe_xml import line_of, local

_HREF = "{http://www.w3.org/1999/xlink}href"
_FILES = 100_000


@dataclass(frozen=True, slots=True)
class MetsFile:
    """One file that METS names.

    Attributes:
        href: its name or address as it stands there; relative to the METS file.
        group: the USE of its file group, for example ``OCR-D-IMG``.
        page: id of the physical page it belongs to, empty where none is named.
    """

    id: str
    href: str
    group: str
    mimetype: str
    page: str


def is_mets(data: bytes) -> bool:
    """Whether the file looks like METS, without parsing it."""
    return b"http://www.loc.gov/METS/" in data[:4096]


def read(data: bytes, file: str) -> list[MetsFile]:
    """All files with a name, in the order of the document.

    Raises:
        FormatError: not METS, not readable, or more files than anyone can mean.
    """
    root = safe_xml.parse(data, file)
    if local(root) != "mets":
        raise FormatError(
            file,
            line_of(root),
            f"METS expected, found {shown(local(root))}",
            "Choose another file",
        )
    pages = _pages(root)
    found = []
    for group in root.iter("{*}fileGrp"):
        for element in group:
            if local(element) == "file":
                found += _locations(element, group.get("USE") or "", pages)
    if len(found) > _FILES:
        raise FormatError(
            file, None, f"it names {len(found):,} files, the limit is {_FILES:,}", "Split it"
        )
    return found


def _locations(element: etree._Element, group: str, pages: dict[str, str]) -> list[MetsFile]:
    identity = element.get("ID") or ""
    hrefs = [child.get(_HREF) or "" for child in element if local(child) == "FLocat"]
    kind = element.get("MIMETYPE") or ""
    return [
        MetsFile(identity, href, group, kind, pages.get(identity, "")) for href in hrefs if href
    ]


def _pages(root: etree._Element) -> dict[str, str]:
    pages = {}
    for division in root.iter("{*}div"):
        for pointer in division:
            if local(pointer) == "fptr":
                pages[pointer.get("FILEID") or ""] = division.get("ID") or ""
    return pages
