"""Bad and odd files, each with what must become of it: one sentence, and nothing lost.

Every case is imported together with one good page, which must come in whatever happens. The
table is used twice: in-process by `test_bad_input.py`, against a running system by
`prove/badinput.py`.
"""

from __future__ import annotations

import io
import stat
import struct
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from PIL import Image

from tests.scans import alto, packed, page_xml, picture, scan

Files = list[tuple[str, bytes]]
NAMESPACE = "http://www.loc.gov/standards/alto/ns-v4#"


@dataclass(frozen=True)
class Case:
    """One kind of bad or odd input.

    Attributes:
        number: in the catalogue of bad inputs.
        files: makes the files, on demand: some are large.
        state: of the item that reports it.
        sentence: what its message must match.
        pages: pages that come in besides the good one; None where it does not matter.
        names: names that those pages must have.
        settings: limits that are lowered for it.
    """

    number: str
    what: str
    files: Callable[[], Files]
    state: str
    sentence: str = ""
    pages: int | None = 0
    names: tuple[str, ...] = ()
    settings: dict[str, str] = field(default_factory=dict)

    @property
    def id(self) -> str:
        """For the list of tests."""
        return f"{self.number} {self.what}"


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


DONE, NOTED, SKIPPED, FAILED = "done", "done with a note", "skipped", "failed"

IMAGES = [
    Case("2", "text under the name of an image", image("f1.jpg", lambda: b"not a picture " * 9), FAILED, r"f1\.jpg: this is not an image, text was found"),
    Case("3", "JPEG cut in half", image("f1.jpg", lambda: scan(1, 300, 300)[:40_000]), FAILED, "damaged"),
    Case("4", "PNG with a wrong checksum", image("f1.png", lambda: png(60, 80, broken=True)), FAILED, "damaged"),
    Case("5", "PNG of 3,600 Mpx", image("f1.png", lambda: png(60_000, 60_000)), FAILED, "3,600 Mpx; the limit is 150"),
    Case("6", "one pixel", image("f1.png", lambda: png(1, 1)), FAILED, "too few to hold text"),
    Case("7", "a height of zero", image("f1.png", lambda: png(60, 0)), FAILED, "no valid size"),
    Case("8", "CMYK JPEG", image("f1.jpg", lambda: converted("CMYK", "JPEG")), NOTED, "CMYK", 1),
    Case("9", "TIFF of 16 bits", image("f1.tif", lambda: converted("I;16", "TIFF")), NOTED, "16", 1),
    Case("10", "TIFF of 5,001 pages", image("f1.tif", lambda: tiff(5001)), FAILED, "more than 5,000 pages"),
    Case("11", "TIFF whose pages come back to themselves", image("f1.tif", lambda: tiff(2, loop=True)), FAILED, "comes back to itself"),
    Case("12", "photograph turned by EXIF", image("f1.jpg", rotated), NOTED, "turned upright", 1),
    Case("13a", "animated GIF", image("f1.gif", lambda: animated("GIF")), FAILED, "GIF, which is not accepted"),
    Case("13b", "animated WebP", image("f1.webp", lambda: animated("WEBP")), FAILED, "animation, not a page"),
    Case("14", "SVG under the name of a PNG", image("f1.png", lambda: b'<svg xmlns="http://www.w3.org/2000/svg"/>'), FAILED, "SVG.*not accepted"),
    Case("15", "HEIC", image("f1.heic", lambda: b"\0\0\0\x18ftypheic" + bytes(100)), FAILED, "HEIC, which is not accepted. Convert"),
    Case("16", "JPEG 2000 cut in half", image("f1.jp2", broken_jp2), FAILED, "damaged"),
    Case("17", "PDF with a password", image("f1.pdf", locked_pdf), FAILED, "password"),
    Case("18", "PDF page of 14,400 points", image("f1.pdf", lambda: pdf_page(14_400)), FAILED, "3,600 Mpx at 300 dpi"),
    Case("19", "PDF without pages", image("f1.pdf", lambda: pdf("<< /Type /Catalog /Pages 2 0 R >>", "<< /Type /Pages /Kids [] /Count 0 >>")), FAILED, "no page"),
    Case("20", "PDF that is a web page too", image("f1.pdf", lambda: pdf_page(200, before="<html><script>alert(1)</script>")), DONE, "", 1),
    Case("21", "name of 4,000 characters", lambda: [("x" * 3996 + ".jpg", scan(1))], DONE, "", 1, ("x" * 195 + "….jpg",)),
    Case("22", "name that climbs out of its folder", lambda: [("../../f1.jpg", scan(1))], DONE, "", 1, ("f1.jpg",)),
    Case("23", "name that reads backwards", lambda: [("photo\u202egpj.exe.jpg", scan(1))], DONE, "", 1, ("photo[U+202E]gpj.exe.jpg",)),
    Case("24", "two files of one name", lambda: [("a.zip", packed([("r/f1.jpg", scan(1)), ("v/f1.jpg", scan(2))]))], NOTED, r"name was taken; it is called f1 \(2\)\.jpg", 2, ("f1.jpg", "f1 (2).jpg")),
    Case("25", "one image twice", lambda: [("f1.jpg", scan(1)), ("f2.jpg", scan(1))], SKIPPED, "already present: page 1", 1),
]  # fmt: skip

TREES = [
    Case("26", "XML that is not well-formed", changed("</Layout>", "</Lay>"), FAILED, r"f1\.xml, line \d+: .*", 1),
    Case("27", "entity declared", with_doctype('[<!ENTITY x "amen">]'), FAILED, "(?i)DOCTYPE|DTD", 1),
    Case("28", "external entity", with_doctype('[<!ENTITY x SYSTEM "file:///etc/passwd">]'), FAILED, "(?i)DOCTYPE|DTD", 1),
    Case("29", "billion laughs", with_doctype('[<!ENTITY a "ha"><!ENTITY x "&a;&a;&a;&a;&a;&a;&a;&a;&a;">]'), FAILED, "(?i)DOCTYPE|DTD", 1),
    Case("30", "300 levels deep", xml(lambda: deep(300)), FAILED, "256 deep", 1),
    Case("31", "XML of 60 MB", xml(lambda: alto("f1.jpg", ["amen"]) + b"<!--" + b"x" * 60_000_000 + b"-->"), FAILED, r"60 MB; the limit is 50 MB", 1),
    Case("32", "UTF-16 declared, UTF-8 written", changed('encoding="UTF-8"', 'encoding="UTF-16"'), FAILED, "encoding", 1),
    Case("33", "Latin-1 bytes", xml(lambda: alto("f1.jpg", ["café"]).decode().encode("latin-1")), FAILED, "encoding", 1),
    Case("34", "NUL in the text", xml(lambda: alto("f1.jpg", ["am\x00en"])), FAILED, "(?i)NUL|control", 1),
    Case("35", "half of a surrogate pair in JSON", xml(lambda: json_tree("\\ud800"), "f1.json"), FAILED, "(?i)surrogate|control|character", 1),
    Case("36", "hOCR", xml(lambda: b'<html xmlns="http://www.w3.org/1999/xhtml"><head/><body/></html>'), FAILED, "ALTO.*PAGE", 1),
    Case("37", "ALTO without a unit", changed("<MeasurementUnit>pixel</MeasurementUnit>", ""), NOTED, "pixel", 1),
    Case("38", "ALTO in tenths of millimetres", changed("pixel</Meas", "mm10</Meas"), FAILED, "(?i)resolution|dpi", 1),
    Case("39", "PAGE that names no image", lambda: [("scan.jpg", scan(1)), ("other.xml", page_xml(None, ["x"]))], FAILED, "does not say which image", 1),
    Case("40", "image name that points to a system file", lambda: [("scan.jpg", scan(1)), ("o.xml", page_xml("/etc/passwd", ["x"]))], FAILED, "image passwd, which is neither in this upload", 1),
    Case("41a", "XML for an image twice as large", changed('WIDTH="60" HEIGHT="80"\nPHYS', 'WIDTH="120" HEIGHT="160"\nPHYS'), NOTED, "120 x 160, this one has 60 x 80 pixels; its coordinates were scaled", 1),
    Case("41b", "XML for an image of another shape", changed('WIDTH="60" HEIGHT="80"\nPHYS', 'WIDTH="80" HEIGHT="60"\nPHYS'), FAILED, "another shape", 1),
    Case("42", "two lines with one id", xml(lambda: alto("f1.jpg", [("l1", "a"), ("l1", "b")])), NOTED, "l1", 1),
    Case("43", "id with markup", changed('ID="l1"', 'ID="&lt;script&gt;alert(1)&lt;/script&gt;"'), DONE, "", 1),
    Case("44", "baseline of one point", changed('BASELINE="5 6 55 6"', 'BASELINE="5 6"'), NOTED, "(?i)baseline|point", 1),
    Case("45", "coordinates that are no numbers", changed('POINTS="5 0 55 0 55 8 5 8"', 'POINTS="5 0 NaN 0 inf 1e9999"'), NOTED, "(?i)number|coordinate|point", 1),
    Case("46", "coordinates outside the page", changed('POINTS="5 0 55 0 55 8 5 8"', 'POINTS="-5 0 5500 0 55 8 5 8"'), NOTED, "(?i)outside|clipped", 1),
    Case("47", "polygon that crosses itself", changed('POINTS="5 0 55 0 55 8 5 8"', 'POINTS="5 0 55 8 55 0 5 8"'), DONE, "", 1),
    Case("48", "page without lines", xml(lambda: alto("f1.jpg", [])), DONE, "", 1),
    Case("49", "5,001 lines", xml(lambda: alto("f1.jpg", ["x"] * 5001)), FAILED, "5,?000", 1),
    Case("50", "reading order in a circle", cyclic(), DONE, "", 1),
    Case("51", "reading order of a region that is not there", ordered(("r1", 0), ("gone", 1)), NOTED, "gone", 1),
    Case("52", "line of a million characters", long_line(1_000_000), FAILED, "10,?000", 1),
    Case("53", "combining marks, right to left, private use", xml(lambda: alto("f1.jpg", ["\u0301\u0302", "שלום abc", "\ue8b3"])), DONE, "", 1),
    Case("54", "text that a spreadsheet would run", xml(lambda: alto("f1.jpg", ["=cmd|' /C calc'!A0"])), DONE, "", 1),
    Case("55", "region type __proto__", changed_page('<TextRegion id="r1">', '<TextRegion id="r1" custom="structure {type:__proto__;}">'), DONE, "", 1),
]  # fmt: skip

ARCHIVES = [
    Case("56", "zip bomb", image("a.zip", bomb), FAILED, r"would unpack to 0\.2 GB"),
    Case("57", "archive in an archive", lambda: [("a.zip", packed([("b.zip", packed([("f1.jpg", scan(1))]))]))], FAILED, "nested archives are not accepted"),
    Case("58", "link in an archive", image("a.zip", link), FAILED, "links in archives are not accepted"),
    Case("59", "archive with a password", image("a.zip", locked_zip), FAILED, "locked with a password"),
    Case("60", "archive without its directory", lambda: [("a.zip", packed([("f1.jpg", scan(1))])[:-30])], FAILED, "archive is damaged"),
    Case("61", "archive of 20,001 files", image("a.zip", crowded), FAILED, "more than 20,000 files"),
    Case("62a", "RAR", image("a.rar", lambda: b"Rar!\x1a\x07\0" + bytes(50)), FAILED, "another kind than ZIP"),
    Case("62b", "7z", image("a.7z", lambda: b"7z\xbc\xaf\x27\x1c" + bytes(50)), FAILED, "another kind than ZIP"),
    Case("62c", "tar.gz", image("a.tgz", lambda: b"\x1f\x8b\x08" + bytes(50)), FAILED, "another kind than ZIP"),
    Case("z1", "archive member with a wrong checksum", lambda: [("a.zip", _bad_crc())], FAILED, "archive is damaged"),
    Case("z2", "PDF in an archive", lambda: [("a.zip", packed([("f1.pdf", pdf_page(200))]))], FAILED, "Upload PDF files by themselves"),
    Case("z3", "word processor file", image("a.docx", lambda: packed([("word/document.xml", b"<w/>")])), FAILED, "does not say which image"),
]  # fmt: skip


def _bad_crc() -> bytes:
    picture_bytes = scan(1)
    data = bytearray(packed([("f1.jpg", picture_bytes)], zipfile.ZIP_STORED))
    data[data.index(picture_bytes) + 400] ^= 0xFF
    return bytes(data)


CASES = [*IMAGES, *TREES, *ARCHIVES]


@dataclass(frozen=True)
class Request:
    """A request that is wrong in itself.

    Attributes:
        path: below /api, with {document} (one page), {empty} (none) and {half}, an upload of
            which 3 of 6 bytes have come.
        body: sent as it stands; JSON unless `headers` say otherwise.
        status: of the answer.
        sentence: what its detail must match.
    """

    what: str
    method: str
    path: str
    body: str | bytes | None
    status: int
    sentence: str
    headers: dict[str, str] = field(default_factory=dict)


def _piece(what: str, offset: str | None, body: bytes, status: int, sentence: str) -> Request:
    headers = {"Content-Type": "application/octet-stream"}
    headers |= {"Upload-Offset": offset} if offset is not None else {}
    return Request(what, "PATCH", "/uploads/{half}", body, status, sentence, headers)


def _import(what: str, body: str, status: int, sentence: str) -> Request:
    return Request(what, "POST", "/documents/{document}/import", body, status, sentence)


def _export(what: str, query: str, status: int, sentence: str) -> Request:
    path = f"/documents/{{document}}/export?{query}"
    return Request(what, "GET", path, None, status, sentence)


_NOBODY = "00000000-0000-0000-0000-000000000000"
REQUESTS = [
    Request("empty file", "POST", "/uploads", '{"name": "f1.jpg", "size": 0}', 422, "the file is empty"),
    Request("file of no size", "POST", "/uploads", '{"name": "f1.jpg"}', 422, "(?i)size"),
    Request("file larger than a disk", "POST", "/uploads", '{"name": "f1.jpg", "size": 4000000000000000000}', 413, "limit for one upload"),
    Request("file without a name", "POST", "/uploads", '{"name": "", "size": 5}', 422, "(?i)name"),
    Request("name with NUL", "POST", "/uploads", '{"name": "a\\u0000b", "size": 5}', 422, r"U\+0000"),
    _piece("piece that came before", "0", b"abc", 409, "Go on at 3"),
    _piece("piece that leaves a gap", "9", b"abc", 409, "Go on at 3"),
    _piece("piece beyond the end", "3", b"defg", 413, "more are coming"),
    _piece("piece at a negative place", "-1", b"abc", 422, "(?i)offset"),
    _piece("piece at a place that is no number", "three", b"abc", 422, "(?i)offset"),
    _piece("piece without a place", None, b"abc", 422, "(?i)offset"),
    Request("upload id that is none", "GET", "/uploads/seven", None, 422, "(?i)upload"),
    Request("upload that is not there", "GET", f"/uploads/{_NOBODY}", None, 404, "no upload"),
    _import("import of half an upload", '{"uploads": ["{half}"]}', 422, "3 of 6 bytes have arrived"),
    _import("import of an upload that is not there", f'{{"uploads": ["{_NOBODY}"]}}', 404, "Upload the file again"),
    _import("import of nothing", '{"uploads": []}', 422, "(?i)uploads"),
    _import("import of an id that is none", '{"uploads": ["not an id"]}', 422, "(?i)uploads"),
    _import("import into a layer that cannot be", f'{{"uploads": ["{_NOBODY}"], "layer": 0}}', 422, "(?i)layer"),
    _import("layer name with NUL", f'{{"uploads": ["{_NOBODY}"], "layer_name": "a\\u0000b"}}', 422, r"U\+0000"),
    _import("layer name with half a surrogate pair", f'{{"uploads": ["{_NOBODY}"], "layer_name": "\\ud800"}}', 422, r"U\+D800"),
    _import("body of 10,000 levels", "[" * 10_000 + "]" * 10_000, 400, "nested too deeply"),
    _import("body cut off", '{"uploads": ', 400, "not JSON"),
    _import("body that is no object", '"uploads"', 422, "(?i)."),
    Request("body of another kind", "POST", "/uploads", "a=b", 415, "application/json", {"Content-Type": "text/plain"}),
    Request("document that is not there", "POST", "/documents/999999/import", f'{{"uploads": ["{_NOBODY}"]}}', 404, "no document 999999"),
    Request("document id beyond all numbers", "GET", f"/documents/{10**30}/export?format=alto", None, 422, "(?i)document"),
    Request("address that is not there", "GET", "/documents/{document}/exports", None, 404, "nothing at"),
    Request("method that is not possible", "DELETE", "/uploads", None, 405, "not possible here"),
    _export("export in an unknown format", "format=docx", 422, "(?i)format"),
    _export("export without a format", "", 422, "(?i)format"),
    _export("export of a layer that is not there", "format=alto&layer=999999", 404, "no layer 999999"),
    _export("export of a layer that cannot be", "format=alto&layer=-1", 422, "(?i)layer"),
    _export("export of a page that is not there", "format=alto&pages=999999", 404, "no page with the id 999999"),
    _export("export of page ids that are none", "format=alto&pages=1,x", 422, "page ids with commas"),
    _export("export of pages after the last", "format=alto&numbers=7-", 422, "No page chosen"),
    _export("export of page numbers that are none", "format=alto&numbers=two", 422, "Write them like 1-20,25"),
    _export("export of a page number beyond all numbers", f"format=alto&numbers={10**30}", 422, "Write them like 1-20,25"),
    Request("export of an empty document", "GET", "/documents/{empty}/export?format=alto", None, 422, "no pages yet"),
    Request("list from before its beginning", "GET", "/uploads?offset=-1", None, 422, "(?i)offset"),
    Request("list of a billion", "GET", "/uploads?limit=1000000000", None, 422, "(?i)limit"),
    Request("list of nothing", "GET", "/uploads?limit=0", None, 422, "(?i)limit"),
    Request("list from a place that is no number", "GET", "/uploads?offset=x", None, 422, "(?i)offset"),
    Request("idempotency key of 1,000 characters", "POST", "/uploads", '{"name": "f1.jpg", "size": 5}', 422, "(?i)key", {"Idempotency-Key": "k" * 1000}),
]  # fmt: skip
