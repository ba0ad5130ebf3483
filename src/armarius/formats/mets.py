"""The list of files in a METS document: which names belong together. Read, and written for an archive."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import quote

from lxml import etree

from armarius.errors import FormatError
from armarius.formats import safe_xml
from armarius.formats.notes import shown
from armarius.formats.safe_xml import line_of, local

_HREF = "{http://www.w3.org/1999/xlink}href"
_NS = "http://www.loc.gov/METS/"
_XLINK = "http://www.w3.org/1999/xlink"
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


def write(title: str, pages: Sequence[Sequence[MetsFile]]) -> bytes:
    """A METS document of an archive.

    Args:
        title: what the archive is of; must be free of what XML forbids.
        pages: the files of each page, in the order of the pages; ids are made here.
    """
    root = etree.Element(
        f"{{{_NS}}}mets", {"LABEL": title}, nsmap={"mets": _NS, "xlink": _XLINK}
    )
    groups: dict[str, etree._Element] = {}
    files = etree.SubElement(root, f"{{{_NS}}}fileSec")
    physical = etree.SubElement(root, f"{{{_NS}}}structMap", {"TYPE": "PHYSICAL"})
    book = etree.SubElement(physical, f"{{{_NS}}}div", {"TYPE": "physSequence"})
    for number, of_page in enumerate(pages, 1):
        attributes = {"ID": f"P{number:05}", "ORDER": str(number), "TYPE": "page"}
        division = etree.SubElement(book, f"{{{_NS}}}div", attributes)
        for file in of_page:
            if file.group not in groups:
                use = {"USE": file.group}
                groups[file.group] = etree.SubElement(files, f"{{{_NS}}}fileGrp", use)
            identity = f"{file.group}_{number:05}"
            attributes = {"ID": identity, "MIMETYPE": file.mimetype}
            element = etree.SubElement(groups[file.group], f"{{{_NS}}}file", attributes)
            place = {"LOCTYPE": "URL", _HREF: quote(file.href)}
            etree.SubElement(element, f"{{{_NS}}}FLocat", place)
            etree.SubElement(division, f"{{{_NS}}}fptr", {"FILEID": identity})
    data: bytes = etree.tostring(
        root, xml_declaration=True, encoding="UTF-8", pretty_print=True
    )
    return data
