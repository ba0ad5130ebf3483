"""Parse XML of strangers: no DTD, no entities, no network, limited size and depth.

Every fault is a `FormatError` with file, line, what and cure.
"""

from __future__ import annotations

import codecs
import re
from typing import Any, cast

from lxml import etree

from armarius.errors import FormatError
from armarius.formats.notes import shown

LIMIT = 50_000_000  # bytes of one XML file

# What may stand before the root element: declaration, white space, comments, instructions.
_PROLOG = re.compile(r"\ufeff?(?:\s+|<\?.*?\?>|<!--.*?-->)*", re.DOTALL)
_DECLARED = re.compile(rb"""^\s*<\?xml[^>]*?encoding\s*=\s*["']([A-Za-z0-9._-]+)["']""")
_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)

# libxml2's words, ours, and the cure; the first that is contained in its message counts.
_FAULTS = (
    ("Excessive depth", "elements are nested more than 256 deep", "Flatten it"),
    ("Maximum depth", "elements are nested more than 256 deep", "Flatten it"),
    ("huge", "one text or attribute is longer than 10 MB", "Split it"),
    ("too long", "one text or attribute is longer than 10 MB", "Split it"),
    ("switching encoding", "its content is not in the encoding its first line declares (encoding mismatch)", "Correct the encoding in its first line"),
    ("unsupported encoding", "its first line names an unknown encoding", "Save it as UTF-8"),
    ("not proper UTF-8", "its content is not UTF-8 (encoding mismatch)", 'Save it as UTF-8, or declare the true encoding in its first line, for example encoding="ISO-8859-1"'),
    ("Invalid bytes", "its content is not in the encoding its first line declares, UTF-8 where it names none (encoding mismatch)", 'Save it as UTF-8, or declare the true encoding in its first line, for example encoding="ISO-8859-1"'),
    ("input conversion failed", "its content is not in the encoding its first line declares (encoding mismatch)", "Save it as UTF-8"),
    ("Char 0x", "it contains a control character that XML forbids", "Remove that character"),
    ("invalid character in attribute", "it contains a control character that XML forbids", "Remove that character"),
    ("PCDATA invalid Char", "it contains a control character that XML forbids", "Remove that character"),
    ("invalid xmlChar", "it contains a control character that XML forbids", "Remove that character"),
    ("NULL", "it contains a control character that XML forbids", "Remove that character"),
    ("Entity '", "it uses an entity that XML does not know", "Replace the entity by its character"),
)  # fmt: skip


def parse(data: bytes, file: str, *, limit: int = LIMIT) -> etree._Element:
    """Return the root element, without comments and processing instructions.

    Args:
        data: the whole file.
        file: its name, for messages.
        limit: greatest number of bytes.

    Raises:
        FormatError: empty, too large, a DOCTYPE, not well-formed, wrong encoding, too deep.
    """
    if not data.strip():
        raise FormatError(file, None, "the file is empty", "Export it again")
    if len(data) > limit:
        size = f"{len(data) / 1e6:,.0f} MB; the limit is {limit / 1e6:,.0f} MB"
        raise FormatError(file, None, f"the file has {size}", "Split it into one file per page")
    _refuse_doctype(data, file)
    if (nul := data.find(b"\0")) >= 0 and not _wide(data):
        line = data.count(b"\n", 0, nul) + 1
        raise FormatError(file, line, "it contains a NUL character", "Remove that character")
    try:
        root = etree.fromstring(data, _parser())
    except etree.XMLSyntaxError as error:
        raise _explained(error, file) from None
    except (ValueError, LookupError) as error:
        raise FormatError(
            file, None, f"it is not readable XML: {error}", "Export it again"
        ) from None
    document: Any = root.getroottree().docinfo
    if document.doctype or document.internalDTD is not None:
        raise _doctype(file)
    return root


def fragment(text: str, namespace: str) -> etree._Element | None:
    """The element written as `text`, in `namespace` where it names none; None if it is no XML."""
    if "<!" in text:
        return None
    try:
        holder = etree.fromstring(f'<x xmlns="{namespace}">{text}</x>'.encode(), _parser())
    except (etree.XMLSyntaxError, ValueError):
        return None
    return holder[0] if len(holder) == 1 and not (holder.text or "").strip() else None


def serialised(element: etree._Element, namespace: str) -> str:
    """The element as text; its own namespace is left out, so that any version can take it."""
    tail, element.tail = element.tail, None
    copy = etree.fromstring(etree.tostring(element, encoding="utf-8"), _parser())
    element.tail = tail
    etree.cleanup_namespaces(copy)
    for part in copy.iter():
        if len(part) and not any(
            (t or "").strip() for t in (part.text, *(c.tail for c in part))
        ):
            part.text = None  # indentation
            for child in part:
                child.tail = None
    text: str = etree.tostring(copy, encoding="unicode")
    return text.replace(f' xmlns="{namespace}"', "")


def attributes_of(element: etree._Element) -> dict[str, str]:
    """The element's attributes, in their order."""
    return cast("dict[str, str]", dict(element.attrib))


def line_of(element: etree._Element | None) -> int | None:
    """Line of the file in which the element begins."""
    return None if element is None else cast("int | None", element.sourceline)


def local(element: etree._Element) -> str:
    """Name of the element without its namespace."""
    return str(element.tag).rpartition("}")[2]


def namespace_of(element: etree._Element) -> str:
    """Namespace of the element, empty where it has none."""
    tag = str(element.tag)
    return tag[1:].partition("}")[0] if tag.startswith("{") else ""


def _parser() -> etree.XMLParser:
    return etree.XMLParser(
        resolve_entities=False,
        load_dtd=False,
        no_network=True,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
        remove_blank_text=False,
    )


def _wide(data: bytes) -> bool:
    """Whether the encoding has NUL bytes in ordinary text."""
    return data[:2] in (b"\xff\xfe", b"\xfe\xff", b"<\0", b"\0<") or data[:4] in (
        b"\0\0\0<",
        b"\0\0\xfe\xff",
    )


def _refuse_doctype(data: bytes, file: str) -> None:
    """A DOCTYPE can only stand before the root element: refuse it before anything is parsed."""
    encoding = next((name for bom, name in _BOMS if data.startswith(bom)), "")
    if not encoding and data[:2] in (b"<\0", b"\0<"):
        encoding = "utf-16-le" if data[0] else "utf-16-be"
    if not encoding and (declared := _DECLARED.match(data[:200])):
        encoding = declared[1].decode("ascii")
        if encoding.upper().startswith(("UTF-16", "UTF-32", "UCS-")):  # yet readable as ASCII
            what = f"it is declared as {encoding} but is not (encoding mismatch)"
            raise FormatError(file, 1, what, "Correct the encoding in its first line")
    try:
        text = data.decode(encoding or "utf-8", "replace")
    except LookupError:
        text = data.decode("latin-1")
    start = _PROLOG.match(text)
    if text.startswith(("<!DOCTYPE", "<!doctype"), start.end() if start else 0):
        raise _doctype(file)


def _doctype(file: str) -> FormatError:
    return FormatError(
        file,
        None,
        "it has a DOCTYPE, and a DTD is not allowed",
        "Remove the DOCTYPE with its entities",
    )


def _explained(error: etree.XMLSyntaxError, file: str) -> FormatError:
    line, column = cast("tuple[int | None, int | None]", error.position)
    message = error.msg
    for sign, what, cure in _FAULTS:
        if sign.casefold() in message.casefold():
            return FormatError(file, line or None, what, cure)
    at = f" at column {column}" if column else ""
    said = shown(re.sub(r", line \d+, column \d+.*", "", message), 120)
    return FormatError(
        file, line or None, f"it is not well-formed XML{at} ({said})", "Export it again"
    )
