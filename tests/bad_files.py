"""Makers of bad and odd files, for the table in `bad_inputs`."""

from __future__ import annotations

import io
import stat
import struct
import zipfile
import zlib
from collections.abc import Callable
from typing import Any

from PIL import Image

from tests.scans import alto, packed, page_xml, picture, scan

Files = list[tuple[str, bytes]]
NAMESPACE = "http://www.loc.gov/standards/alto/ns-v4#"


def image(name: str, make: Callable[[], bytes]) -> Callable[[], Files]:
    """One file."""
    return lambda: [(name, make())]


def xml(make: Callable[[], bytes], name: str = "f1.xml") -> Callable[[], Files]:
    """An XML file with its image."""
    return lambda: [("f1.jpg", scan(1)), (name, make())]


def changed(old: str, new: str, texts: tuple[str, ...] = ("amen",)) -> Callable[[], Files]:
    """ALTO with one thing replaced, and its image."""

    def make() -> bytes:
        whole = alto("f1.jpg", texts).decode()
        assert old in whole, old
        return whole.replace(old, new, 1).encode()

    return xml(make)


def changed_page(old: str, new: str) -> Callable[[], Files]:
    """PAGE with one thing replaced, and its image."""

    def make() -> bytes:
        whole = page_xml("f1.jpg", ["amen"]).decode()
        assert old in whole, old
        return whole.replace(old, new, 1).encode()

    return xml(make)


def with_doctype(doctype: str, text: str = "&x;") -> Callable[[], Files]:
    """ALTO with a document type."""
    return xml(
        lambda: (
            alto("f1.jpg", ["amen"])
            .replace(b"<alto", f"<!DOCTYPE alto {doctype}><alto".encode(), 1)
            .replace(b'CONTENT="amen"', f'CONTENT="{text}"'.encode())
        )
    )


def png(width: int, height: int, *, broken: bool = False) -> bytes:
    """A PNG header of any size with little behind it."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        crc = zlib.crc32(kind + data) ^ (1 if broken and kind == b"IDAT" else 0)
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", crc)

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    rows = zlib.compress((b"\0" + bytes(3 * min(width, 200))) * min(height, 200))
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")
    )


def tiff(pages: int, *, loop: bool = False) -> bytes:
    """A TIFF of many pages that all show the same strip of 20 x 20 pixels."""
    strip = b"\x7f" * 400
    data = b"II*\0" + struct.pack("<I", 8 + len(strip)) + strip
    for page in range(pages):
        entries = [
            (254, 4, 1, 2), (256, 4, 1, 20), (257, 4, 1, 20), (258, 3, 1, 8), (259, 3, 1, 1),
            (262, 3, 1, 1), (273, 4, 1, 8), (277, 3, 1, 1), (278, 4, 1, 20), (279, 4, 1, 400),
        ]  # fmt: skip
        here = len(data)
        following = here + 2 + 12 * len(entries) + 4
        last = page == pages - 1
        data += struct.pack("<H", len(entries))
        data += b"".join(struct.pack("<HHII", *x) for x in entries)
        data += struct.pack("<I", (here if loop else 0) if last else following)
    return data


def pdf(*objects: str, trailer: str = "", before: str = "") -> bytes:
    """A PDF of hand-written objects, the first of them the catalogue."""
    out = before + "%PDF-1.4\n"
    places = []
    for number, content in enumerate(objects, 1):
        places.append(len(out) - len(before))
        out += f"{number} 0 obj\n{content}\nendobj\n"
    start = len(out) - len(before)
    out += f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n"
    out += "".join(f"{x:010} 00000 n \n" for x in places)
    out += f"trailer\n<< /Size {len(objects) + 1} /Root 1 0 R {trailer} >>\n"
    return (out + f"startxref\n{start}\n%%EOF\n").encode("latin-1")


def pdf_page(box: int, **more: str) -> bytes:
    """A PDF with one empty page of a size."""
    return pdf(
        "<< /Type /Catalog /Pages 2 0 R >>",
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {box} {box}] >>",
        **more,
    )


def locked_pdf() -> bytes:
    """A PDF whose key nobody has."""
    return pdf(
        "<< /Type /Catalog /Pages 2 0 R >>",
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 300 300] >>",
        f"<< /Filter /Standard /V 1 /R 2 /P -4 /O <{'41' * 32}> /U <{'42' * 32}> >>",
        trailer="/Encrypt 4 0 R /ID [<00><00>]",
    )


def converted(mode: str, kind: str, **options: Any) -> bytes:
    """A small page in another mode."""
    target = io.BytesIO()
    made = picture(5).convert("L").convert(mode) if mode == "I;16" else picture(5).convert(mode)
    made.save(target, kind, **options)
    return target.getvalue()


def animated(kind: str) -> bytes:
    """Three pictures in one file."""
    target = io.BytesIO()
    picture(1).save(
        target, kind, save_all=True, append_images=[picture(2), picture(3)], duration=100
    )
    return target.getvalue()


def rotated() -> bytes:
    """A page that its EXIF data turn by 90 degrees."""
    exif = Image.Exif()
    exif[0x0112] = 6
    return scan(6, 60, 80, exif=exif)


def broken_jp2() -> bytes:
    """JPEG 2000 with a hole in its middle."""
    data = bytearray(scan(1, 300, 300, "JPEG2000"))
    del data[len(data) // 2 :]
    return bytes(data)


def bomb() -> bytes:
    """200 MB of zeros in 200 kB."""
    target = io.BytesIO()
    with (
        zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive,
        archive.open("zeros.tif", "w") as member,
    ):
        for _ in range(200):
            member.write(bytes(1_000_000))
    return target.getvalue()


def link() -> bytes:
    """A ZIP with a link to a file of the server."""
    entry = zipfile.ZipInfo("f9.jpg")
    entry.external_attr = (stat.S_IFLNK | 0o777) << 16
    return packed([(entry, b"/etc/passwd")])


def locked_zip() -> bytes:
    """A ZIP that says it needs a password."""
    data = bytearray(packed([("f9.jpg", scan(9))]))
    data[data.rindex(b"PK\x01\x02") + 8] |= 1
    return bytes(data)


def crowded() -> bytes:
    """A ZIP of 20,001 empty files."""
    return packed([(f"{x}.xml", b"") for x in range(20_001)], zipfile.ZIP_STORED)


def long_line(length: int) -> Callable[[], Files]:
    """ALTO with one long text."""
    return xml(lambda: alto("f1.jpg", ["x" * length]))


def deep(levels: int) -> bytes:
    """Elements in elements."""
    inner = "<x>" * levels + "</x>" * levels
    return f'<alto xmlns="{NAMESPACE}">{inner}</alto>'.encode()


def ordered(*refs: tuple[str, int]) -> Callable[[], Files]:
    """PAGE with a reading order of these regions."""
    members = "".join(f'<RegionRefIndexed index="{n}" regionRef="{ref}"/>' for ref, n in refs)
    order = f'<ReadingOrder><OrderedGroup id="g">{members}</OrderedGroup></ReadingOrder>'
    return changed_page('<TextRegion id="r1">', f'{order}<TextRegion id="r1">')


def cyclic() -> Callable[[], Files]:
    """PAGE whose reading order comes back to a region within itself."""
    order = (
        '<ReadingOrder><OrderedGroup id="g"><OrderedGroupIndexed index="0" id="g1" regionRef="r1">'
        '<OrderedGroupIndexed index="0" id="g2" regionRef="r2">'
        '<RegionRefIndexed index="0" regionRef="r1"/></OrderedGroupIndexed>'
        "</OrderedGroupIndexed></OrderedGroup></ReadingOrder>"
    )
    second = '<TextRegion id="r2"><Coords points="0,0 5,0 5,5"/></TextRegion>'
    return changed_page('<TextRegion id="r1">', f'{order}{second}<TextRegion id="r1">')


def json_tree(text: str) -> bytes:
    """Our JSON with one line; the text as JSON spells it."""
    return (
        '{"version":1,"image":"f1.jpg","width":60,"height":80,'
        f'"lines":[{{"id":"l1","baseline":[[5,16],[55,16]],"text":"{text}"}}]}}'
    ).encode()


def bad_crc() -> bytes:
    picture_bytes = scan(1)
    data = bytearray(packed([("f1.jpg", picture_bytes)], zipfile.ZIP_STORED))
    data[data.index(picture_bytes) + 400] ^= 0xFF
    return bytes(data)
