"""Bad and odd files, each with what must become of it: one sentence, and nothing lost.

Every case is imported together with one good page, which must come in whatever happens. The
table is used twice: in-process by `test_bad_input.py`, against a running system by
`prove/badinput.py`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from tests.bad_files import (
    Files,
    animated,
    bad_crc,
    bomb,
    broken_jp2,
    changed,
    changed_page,
    converted,
    crowded,
    cyclic,
    deep,
    image,
    json_tree,
    link,
    locked_pdf,
    locked_zip,
    long_line,
    ordered,
    pdf,
    pdf_page,
    png,
    rotated,
    tiff,
    with_doctype,
    xml,
)
from tests.scans import alto, packed, page_xml, scan


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
    Case("z1", "archive member with a wrong checksum", lambda: [("a.zip", bad_crc())], FAILED, "archive is damaged"),
    Case("z2", "PDF in an archive", lambda: [("a.zip", packed([("f1.pdf", pdf_page(200))]))], FAILED, "Upload PDF files by themselves"),
    Case("z3", "word processor file", image("a.docx", lambda: packed([("word/document.xml", b"<w/>")])), FAILED, "does not say which image"),
]  # fmt: skip


CASES = [*IMAGES, *TREES, *ARCHIVES]
