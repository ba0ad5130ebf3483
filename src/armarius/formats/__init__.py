"""File formats. None knows another; a new one is a module like its siblings and a row here.

    read(data, file) -> ReadResult(page, notes)     notes: one sentence for each thing that was
                                                    repaired, assumed or left out
    write(page, "alto") -> bytes
    losses(page, "alto") -> list[str]               what that format cannot hold of this page
    detect(data, file) -> "alto" | "page" | "json" | "text"

Everything a file can be wrong with is a `FormatError` (file, line, what, cure); nothing else is raised.
`json_tree.to_dict(page)` and `json_tree.from_dict(value)` are the page tree as plain values.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from lxml import etree

from armarius.errors import FormatError
from armarius.formats import alto, alto_writer, json_tree, page_writer, page_xml, safe_xml, text
from armarius.formats.notes import shown
from armarius.formats.reading import ReadResult
from armarius.formats.safe_xml import line_of
from armarius.formats.writing import foreign
from armarius.page import Page


@dataclass(frozen=True, slots=True)
class Format:
    """One file format.

    Attributes:
        name: what commands and addresses call it.
        label: what users read.
        suffix: how its files end.
        read: (data, file name) -> page and notes; raises FormatError and nothing else.
        write: page -> the file.
        losses: page -> what the file would not hold.
    """

    name: str
    label: str
    suffix: str
    read: Callable[[bytes, str], ReadResult]
    write: Callable[[Page], bytes]
    losses: Callable[[Page], list[str]]


FORMATS: dict[str, Format] = {
    name: Format(name, module.LABEL, module.SUFFIX, module.read, module.write, module.losses)
    for name, module in (
        ("alto", alto),
        ("page", page_xml),
        ("text", text),
        ("json", json_tree),
    )
}
READERS = FORMATS
WRITERS = FORMATS

_XML = {"alto": "alto", "PcGts": "page"}
_START = re.compile(rb"\s*(?:\xef\xbb\xbf|\xff\xfe|\xfe\xff)?\s*(?:<\0?|\0<)")
_ROOT = re.compile(rb"<(?:[\w.-]+:)?(alto|PcGts)[\s>]")
_KNOWN = "ALTO 2 to 4, PAGE, plain text and the JSON page tree are read"


def detect(data: bytes, file: str) -> str:
    """Name of the format, by content; the file's name decides between text and the others only.

    Raises:
        FormatError: XML or JSON of another kind, or nothing readable.
    """
    if not data.strip():
        raise FormatError(file, None, "the file is empty", "Export it again")
    if _START.match(data) and not file.lower().endswith(".txt"):
        return _detect_xml(data, file)
    if data.lstrip()[:1] == b"{" and not file.lower().endswith(".txt"):
        return "json"
    if file.lower().endswith((".xml", ".json")):
        raise FormatError(file, 1, "its content is not what its name says", _KNOWN)
    return "text"


def _detect_xml(data: bytes, file: str) -> str:
    if root_name := _ROOT.search(data[:4096]):
        return _XML[root_name[1].decode()]
    root = safe_xml.parse(data, file)
    name = safe_xml.local(root)
    if name not in _XML:
        found = "hOCR" if name == "html" else name
        what = f"ALTO 2 to 4 or PAGE expected, found {shown(found)}"
        raise FormatError(file, line_of(root), what, _KNOWN)
    return _XML[name]


def read(
    data: bytes, file: str, *, form: str | None = None, dpi: float | None = None
) -> ReadResult:
    """Read one page.

    Args:
        data: the whole file.
        file: its name as the user knows it, for messages.
        form: one of `READERS`; found by content where it is None.
        dpi: resolution of the image, needed only for ALTO in mm10 or inch1200.

    Raises:
        FormatError: always this, whatever is wrong with the file.
    """
    name = form or detect(data, file)
    try:
        if name == "alto":
            return alto.read(data, file, dpi=dpi)
        return READERS[name].read(data, file)
    except (
        ValueError,
        LookupError,
        TypeError,
        AttributeError,
        ArithmeticError,
        RecursionError,
        etree.LxmlError,
    ) as error:
        what = f"it cannot be understood as {READERS[name].label} ({type(error).__name__}: {error})"
        raise FormatError(
            file, None, what, "Export it again; if it is valid, report this as a fault"
        ) from error


def write(page: Page, name: str) -> bytes:
    """The page as a file of this format, valid against its official schema."""
    return WRITERS[name].write(page)


def losses(page: Page, name: str) -> list[str]:
    """What the format cannot hold of this page, one sentence each; empty where it holds all."""
    found = WRITERS[name].losses(page)
    return found + (foreign(page, name) if name in ("alto", "page") else [])


def written(page: Page, name: str) -> tuple[bytes, list[str]]:
    """The file and what it does not hold, at half the price of `write` and `losses`."""
    if name == "alto":
        data, found = alto_writer.written(page)
    elif name == "page":
        data, found = page_writer.written(page)
    else:
        return write(page, name), losses(page, name)
    return data, found + foreign(page, name)
