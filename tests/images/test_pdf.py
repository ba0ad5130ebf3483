"""Pages of a PDF as images: scans as they are, drawings at a resolution, bad files in words."""

from __future__ import annotations

import hashlib
import io

import numpy
import pytest
from PIL import Image as Pillow

from armarius.errors import ArmariusError, BadInput, FormatError, TooLarge
from armarius.images import pdf
from tests.images.conftest import noise, painted


def written(objects, trailer=b"", version=b"1.4"):
    """A PDF of these objects; the first is the catalogue."""
    out, places = b"%PDF-" + version + b"\n", []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%b\nendobj\n" % (number, body)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    size = len(objects) + 1
    out += b"trailer\n<</Size %d/Root 1 0 R%b>>\nstartxref\n%d\n%%%%EOF\n" % (
        size,
        trailer,
        start,
    )
    return out


def stream(body, entries=b""):
    return b"<<%b/Length %d>>\nstream\n%b\nendstream" % (entries, len(body), body)


def sheet(
    content=b"1 0 0 rg 0 0 200 100 re f", box=b"0 0 400 200", extra=b"", more=(), pages=1
):
    """A PDF with the same page once or more; `more` are further objects, from number 5 on."""
    kids = b" ".join([b"3 0 R"] * pages)
    return written(
        [
            b"<</Type/Catalog/Pages 2 0 R>>",
            b"<</Type/Pages/Kids[%b]/Count %d>>" % (kids, pages),
            b"<</Type/Page/Parent 2 0 R/MediaBox[%b]/Contents 4 0 R%b>>" % (box, extra),
            stream(content),
            *more,
        ]
    )


def scan(image, content=b"q 400 0 0 200 0 0 cm /I Do Q", extra=b"", **options):
    """A PDF page that shows one JPEG; returns it and the JPEG."""
    coded = io.BytesIO()
    image.save(coded, "JPEG", **options)
    space = {"L": b"/DeviceGray", "RGB": b"/DeviceRGB", "CMYK": b"/DeviceCMYK"}[image.mode]
    entries = (
        b"/Type/XObject/Subtype/Image/Width %d/Height %d/BitsPerComponent 8/ColorSpace%b"
        b"/Filter/DCTDecode" % (*image.size, space)
    )
    resources = b"/Resources<</XObject<</I 5 0 R>>>>" + extra
    whole = sheet(content, extra=resources, more=[stream(coded.getvalue(), entries)])
    return whole, coded.getvalue()


def locked():
    """A PDF that opens with a password only (PDF 1.4, standard handler, revision 2)."""
    padding = bytes.fromhex("28bf4e5e4e758a4164004e56fffa01082e2e00b6d0683e802f0ca9fe6453697a")
    secret = (b"secret" + padding)[:32]
    owner = rc4(hashlib.md5(secret).digest()[:5], secret)  # noqa: S324
    rights = (-4).to_bytes(4, "little", signed=True)
    key = hashlib.md5(secret + owner + rights + b"codex").digest()[:5]  # noqa: S324
    user = rc4(key, padding)
    code = b"<</Filter/Standard/V 1/R 2/O<%b>/U<%b>/P -4>>" % (
        owner.hex().encode(),
        user.hex().encode(),
    )
    return written(
        [
            b"<</Type/Catalog/Pages 2 0 R>>",
            b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
            b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 400 200]>>",
            code,
        ],
        b"/Encrypt 4 0 R/ID[<%b><%b>]" % (b"codex".hex().encode(), b"codex".hex().encode()),
    )


def rc4(key, text):
    box, j = list(range(256)), 0
    for i in range(256):
        j = (j + box[i] + key[i % len(key)]) % 256
        box[i], box[j] = box[j], box[i]
    out, i, j = bytearray(), 0, 0
    for byte in text:
        i = (i + 1) % 256
        j = (j + box[i]) % 256
        box[i], box[j] = box[j], box[i]
        out.append(byte ^ box[(box[i] + box[j]) % 256])
    return bytes(out)


@pytest.fixture
def given(tmp_path):
    """Write bytes as book.pdf."""

    def write(content):
        path = tmp_path / "book.pdf"
        path.write_bytes(content)
        return path

    return write


def test_a_drawn_page_is_rasterised_at_the_set_resolution(given, tmp_path):
    path = given(sheet(pages=3))

    made = pdf.render(path, 2, tmp_path)

    assert pdf.pages(path) == 3
    assert made.notes == []
    assert made.path.name == "book-0003.png"
    with Pillow.open(made.path) as image:
        assert image.size == (1667, 834)  # 400 x 200 points at 300 dpi
        assert round(image.info["dpi"][0]) == 300
        assert image.getpixel((100, 700)) == (255, 0, 0)
        assert image.getpixel((1600, 100)) == (255, 255, 255)


def test_a_page_without_colour_becomes_grey(given, tmp_path):
    made = pdf.render(given(sheet(b"0.5 g 0 0 200 100 re f")), 0, tmp_path)

    with Pillow.open(made.path) as image:
        assert image.mode == "L"


@pytest.mark.parametrize("mode", ["RGB", "L"])
def test_a_page_that_is_one_jpeg_gives_it_byte_for_byte(given, tmp_path, mode):
    content, coded = scan(noise(800, 400).convert(mode))

    made = pdf.render(given(content), 0, tmp_path)

    assert made.path.name == "book-0001.jpg"
    assert made.path.read_bytes() == coded


INVISIBLE = b" BT 3 Tr /F 12 Tf 10 10 Td (hidden) Tj ET"
FONT = b"/Resources<</XObject<</I 5 0 R>>/Font<</F<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>>>>>"


def test_invisible_text_under_a_scan_does_not_count(given, tmp_path):
    content, coded = scan(noise(800, 400), b"q 400 0 0 200 0 0 cm /I Do Q" + INVISIBLE, FONT)

    assert pdf.render(given(content), 0, tmp_path).path.read_bytes() == coded


@pytest.mark.parametrize(
    ("content", "extra"),
    [
        (b"q 400 0 0 200 0 0 cm /I Do Q 0 0 50 50 re f", b""),  # drawn over
        (b"q 400 0 0 200 0 0 cm /I Do Q BT /F 12 Tf 10 10 Td (Visible) Tj ET", FONT),
        (b"q 200 0 0 200 0 0 cm /I Do Q", b""),  # covers half of the page
        (b"q 400 0 0 -200 0 200 cm /I Do Q", b""),  # upside down
        (b"q 0 200 -400 0 400 0 cm /I Do Q", b""),  # a quarter turn
        (b"q 400 0 0 200 0 0 cm /I Do Q", b"/Rotate 90"),
    ],
)
def test_a_scan_that_is_not_the_whole_look_is_rasterised(given, tmp_path, content, extra):
    book, _ = scan(noise(800, 400), content, extra)

    assert pdf.render(given(book), 0, tmp_path).path.suffix == ".png"


def test_a_turned_scan_keeps_its_own_resolution_and_look(given, tmp_path):
    book, _ = scan(
        painted(800, 400), b"q 400 0 0 200 0 0 cm /I Do Q", b"/Rotate 180", quality=95
    )

    made = pdf.render(given(book), 0, tmp_path)

    with Pillow.open(made.path) as image:
        assert abs(image.width - 800) <= 1
        corner = numpy.asarray(image)[-20, -20].astype(int)
    assert abs(corner - (200, 0, 0)).max() < 12  # the upper left is now the lower right


def test_a_cmyk_scan_is_rasterised(given, tmp_path):
    book, _ = scan(painted(800, 400).convert("CMYK"))

    assert pdf.render(given(book), 0, tmp_path).path.suffix == ".png"


def test_a_large_page_gets_a_lower_resolution_and_says_so(given, tmp_path, monkeypatch):
    monkeypatch.setenv("ARMARIUS_MAX_MEGAPIXELS", "1")
    path = given(sheet(box=b"0 0 600 300"))

    made = pdf.render(path, 0, tmp_path)

    with Pillow.open(made.path) as image:
        assert 900_000 < image.width * image.height <= 1_000_000
    assert made.notes == [
        "rasterised at 170 dpi in place of 300 because of the limit of pixels"
    ]


def nested():
    """Page tree nodes that hold each other."""
    return written(
        [
            b"<</Type/Catalog/Pages 2 0 R>>",
            b"<</Type/Pages/Kids[3 0 R]/Count 2>>",
            b"<</Type/Pages/Kids[2 0 R]/Count 2/Parent 2 0 R>>",
        ]
    )


BAD = {
    "empty": (b"", "the file is empty"),
    "no-pdf": (b"Arma virumque cano", "not a PDF"),
    "image": (b"\xff\xd8\xff\xe0", "not a PDF"),
    "head-only": (b"%PDF-1.7\n", "damaged"),
    "noise": (b"%PDF-1.7\n" + bytes(range(256)) * 40, "damaged"),
    "locked": (locked(), "needs a password"),
    "no-pages": (
        written([b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[]/Count 0>>"]),
        "no pages",
    ),
    "no-catalogue": (written([b"<</Type/Nothing>>"]), "damaged"),
    "huge": (sheet(box=b"0 0 14400 14400"), "3,600 Mpx at 300 dpi, the limit is 150 Mpx"),
    "huger": (sheet(box=b"0 0 200000 200000"), "Mpx"),
    "long": (sheet(box=b"0 0 100000 20"), "Mpx"),
    "nested": (nested(), ""),
    "cut": (sheet()[:250], ""),
}


@pytest.mark.parametrize("name", BAD)
def test_a_bad_pdf_is_refused_in_one_sentence(name, given, tmp_path):
    content, words = BAD[name]
    path = given(content)

    def read():
        for number in range(pdf.pages(path, "book.pdf")):
            pdf.render(path, number, tmp_path, "book.pdf")

    with pytest.raises(ArmariusError) as caught:
        read()

    said = str(caught.value)
    assert said.startswith("book.pdf")
    assert words in said
    assert len(said) < 300
    assert isinstance(caught.value, FormatError | BadInput)


def test_a_pdf_of_too_many_pages_is_refused(given):
    with pytest.raises(TooLarge, match="6,000 pages; the limit is 5,000"):
        pdf.pages(given(sheet(pages=6000)))


def test_a_page_that_is_not_there_is_said_so(given, tmp_path):
    with pytest.raises(BadInput, match="page 8: the PDF has 1 pages only"):
        pdf.render(given(sheet()), 7, tmp_path)
