"""Bad images: one sentence each, nothing kept, and no memory spent on them."""

from __future__ import annotations

import contextlib
import os
import random
import struct
import zlib

import psutil
import pytest
from PIL import Image as Pillow

from armarius.errors import ArmariusError, FormatError, TooLarge
from armarius.images import headers, store
from armarius.models import Image
from tests.images.conftest import noise, painted

pytestmark = pytest.mark.django_db


def png(width, height, bits=1, colour=0, body=b""):
    """A PNG that says it has this size."""

    def chunk(kind, content):
        checked = kind + content
        return (
            struct.pack(">I", len(content)) + checked + struct.pack(">I", zlib.crc32(checked))
        )

    head = struct.pack(">IIBBBBB", width, height, bits, colour, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(body or bytes(1000)))
        + chunk(b"IEND", b"")
    )


def jpeg(width, height, marker=0xC0):
    """A JPEG that says it has this size and has no pixel."""
    frame = struct.pack(">BHHB", 8, height, width, 1) + b"\1\x11\0"
    return (
        b"\xff\xd8\xff"
        + bytes([marker])
        + struct.pack(">H", len(frame) + 2)
        + frame
        + b"\xff\xd9"
    )


def tiff(*directories, order="<", loop=False):
    """A TIFF of directories, each a mapping of tag to number."""
    out = (b"II" if order == "<" else b"MM") + struct.pack(f"{order}HI", 42, 8)
    for index, entries in enumerate(directories):
        rows = b"".join(
            struct.pack(f"{order}HHII", t, 4, 1, n) for t, n in sorted(entries.items())
        )
        following = len(out) + 2 + len(rows) + 4
        if index == len(directories) - 1:
            following = 8 if loop else 0
        out += (
            struct.pack(f"{order}H", len(entries)) + rows + struct.pack(f"{order}I", following)
        )
    return out


def big_tiff(width, height):
    """A BigTIFF that says it has this size."""
    rows = struct.pack("<HHQQ", 256, 4, 1, width) + struct.pack("<HHQQ", 257, 4, 1, height)
    return b"II" + struct.pack("<HHHQQ", 43, 8, 0, 16, 2) + rows + struct.pack("<Q", 0)


def jp2(width, height):
    """A JPEG 2000 file that says it has this size."""
    head = struct.pack(">I4sIIHBBBB", 22, b"ihdr", height, width, 3, 7, 7, 0, 0)
    return (
        b"\0\0\0\x0cjP  \r\n\x87\n"
        + struct.pack(">I4s4sI4s", 20, b"ftyp", b"jp2 ", 0, b"jp2 ")
        + struct.pack(">I4s", 8 + len(head), b"jp2h")
        + head
    )


def webp(width, height):
    """A WebP that says it has this size."""
    body = b"VP8X" + struct.pack("<I", 10) + bytes(4)
    body += (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
    return b"RIFF" + struct.pack("<I", 4 + len(body)) + b"WEBP" + body


def strip(width, height):
    return {256: width, 257: height, 258: 8, 259: 1, 262: 1, 273: 8, 277: 1, 279: 1}


BOMBS = {
    f"{kind}-{width}x{height}": make(width, height)
    for width, height in [
        (60_000, 60_000),
        (65_500, 65_500),
        (13_000, 13_000),
        (64_000, 2_400),
        (2_400, 64_000),
        (16_000, 16_000),
    ]
    for kind, make in {
        "png": png,
        "jpg": jpeg,
        "progressive-jpg": lambda w, h: jpeg(w, h, 0xC2),
        "tif": lambda w, h: tiff(strip(w, h)),
        "big-tif": big_tiff,
        "jp2": jp2,
        "webp": webp,
    }.items()
} | {
    "second-page-of-tif": tiff(strip(100, 100), strip(60_000, 60_000)),
    "png-4-thousand-million": png(2**31 - 1, 2**31 - 1, 16, 6),
    "jp2-bare": b"\xff\x4f\xff\x51\0\x2f\0\0" + struct.pack(">IIII", 60_000, 60_000, 0, 0),
    "long-and-thin": png(66_000, 20),
}


def refused(content, name, tmp_path):
    """The sentence with which these bytes are refused; nothing of them may stay."""
    path = tmp_path / "given"
    path.write_bytes(content)
    with pytest.raises(ArmariusError) as caught:
        store.add(path, name)
    said = str(caught.value)
    assert said.startswith(name)
    assert said.endswith(".")
    assert len(said) < 400
    assert str(tmp_path) not in said
    assert Image.objects.count() == 0
    kept = [p for p in (tmp_path / "home").rglob("*") if p.is_file()]
    assert kept == []
    return caught.value


def test_bombs_are_refused_by_their_header(tmp_path):
    me = psutil.Process(os.getpid())
    before = me.memory_info().rss

    for name, content in BOMBS.items():
        error = refused(content, name, tmp_path)
        assert isinstance(error, TooLarge), name
        assert "limit is 150 Mpx" in str(error)

    assert len(BOMBS) >= 40
    assert me.memory_info().rss - before < 30_000_000


def test_a_tiff_of_too_many_pages_is_refused(tmp_path, monkeypatch):
    monkeypatch.setenv("ARMARIUS_MAX_PAGES", "50")

    error = refused(tiff(*[strip(100, 100)] * 51), "book.tif", tmp_path)

    assert isinstance(error, TooLarge)
    assert "more than 50 pages" in str(error)


def test_a_file_of_too_many_bytes_is_refused(tmp_path, monkeypatch):
    monkeypatch.setenv("ARMARIUS_MAX_FILE_MB", "1")

    error = refused(b"\xff\xd8\xff" + bytes(1_000_001), "large.jpg", tmp_path)
    with (tmp_path / "given").open("rb") as stream, pytest.raises(TooLarge):
        store.add(stream, "large.jpg")

    assert isinstance(error, TooLarge)


CONFUSED = {
    "empty.jpg": (b"", "the file is empty"),
    "text.jpg": (b"Arma virumque cano", "not an image, text was found"),
    "svg.png": (b"<?xml version='1.0'?><svg xmlns='http://www.w3.org/2000/svg'/>", "SVG"),
    "svg.jpg": (b"<svg onload='alert(1)'/>", "SVG"),
    "svg-late.jpg": (b"<!-- " + b"x" * 500 + b" --><svg/>", "SVG"),
    "page.jpg": (b"<!DOCTYPE html><html></html>", "a web page was found"),
    "alto.jpg": (b"<?xml version='1.0'?><alto/>", "XML was found"),
    "pdf.jpg": (b"%PDF-1.7\n", "a PDF under the name of an image"),
    "polyglot.jpg": (b"<html>%PDF-1.7\n", "a PDF under the name of an image"),
    "zip.png": (b"PK\3\4rest", "a ZIP archive under the name of an image"),
    "heic.jpg": (b"\0\0\0\x18ftypheic", "HEIC"),
    "avif.jpg": (b"\0\0\0\x18ftypavif", "AVIF"),
    "gif.jpg": (b"GIF89a" + bytes(20), "GIF"),
    "bmp.jpg": (b"BM" + bytes(20), "BMP"),
    "hdr.jpg": (b"#?RADIANCE\n", "Radiance"),
    "mat.jpg": (b"MATLAB 5.0 MAT-file", "MATLAB"),
    "fits.jpg": (b"SIMPLE  =                    T", "FITS"),
    "exr.jpg": (b"\x76\x2f\x31\x01", "OpenEXR"),
    "psd.tif": (b"8BPS\0\1", "Photoshop"),
    "jxl.jpg": (b"\xff\x0a\0", "JPEG XL"),
    "djvu.tif": (b"AT&TFORM", "DjVu"),
    "noise.jpg": (bytes(range(256)) * 3, "a file of an unknown kind was found"),
}


@pytest.mark.parametrize("name", CONFUSED)
def test_the_type_is_decided_by_content(name, tmp_path):
    content, words = CONFUSED[name]

    error = refused(content, name, tmp_path)

    assert isinstance(error, FormatError)
    assert words in str(error)


@pytest.mark.parametrize("name", ["a.jpg", "a.png", "a.webp", "a.tif", "a.jp2"])
@pytest.mark.parametrize("share", [0.2, 0.5, 0.97])
def test_a_file_cut_short_is_refused_at_the_import(name, share, write, tmp_path):
    whole = write(noise(900, 700), f"whole-{name}").read_bytes()

    error = refused(whole[: int(len(whole) * share)], name, tmp_path)

    assert "damaged" in str(error)
    store.add(tmp_path / f"whole-{name}", name)


def test_a_png_with_one_wrong_byte_is_refused(write, tmp_path):
    content = bytearray(write(noise(300, 300), "whole.png").read_bytes())
    content[len(content) // 2] ^= 0xFF

    assert "damaged" in str(refused(bytes(content), "a.png", tmp_path))


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (png(1, 1), "1 x 1 pixels are too few"),
        (png(9, 400), "too few to hold text"),
        (jpeg(100, 0), "no valid size"),
        (png(0, 100), "no valid size"),
        (tiff(strip(0, 0)), "no valid size"),
        (tiff({254: 1, **strip(100, 100)}), "damaged: it has no page"),
        (tiff(strip(100, 100), loop=True), "comes back to itself"),
        (tiff(strip(90, 90), strip(100, 100), order=">", loop=True), "comes back to itself"),
        (tiff(strip(100, 100))[:20], "damaged: it is cut off"),
        (b"II*\0" + struct.pack("<I", 2**32 - 1), "damaged: it is cut off"),
        (b"II*\0" + bytes(4), "damaged: it has no page"),
        (b"II*\0" + struct.pack("<IH", 8, 60_000) + bytes(90), "60000 entries"),
        (tiff({256: 100}).replace(b"\0\1\4\0\1\0", b"\0\1\4\0\xff\xff"), "outside the file"),
        (tiff({**strip(100, 100), 262: 8}), "CIE Lab"),
        (b"\xff\xd8\xff\xd9", "damaged"),
        (b"\xff\xd8\xff\xe0\0\x10" + bytes(40), "damaged"),
        (b"\x89PNG\r\n\x1a\n" + bytes(30), "damaged: it has no header"),
        (b"\x89PNG\r\n\x1a\n", "cut off"),
        (b"RIFF\0\0\0\0WEBPXXXX" + bytes(30), "damaged: it has no header"),
        (b"\0\0\0\x0cjP  \r\n\x87\n" + bytes(40), "damaged: it has no header"),
        (jpeg(100, 100), "damaged"),
        (png(100, 100), "damaged"),
        (jp2(100, 100), "damaged"),
        (webp(100, 100), "damaged"),
    ],
)
def test_a_broken_header_is_said_to_be_one(content, words, tmp_path):
    assert words in str(refused(content, "f12r", tmp_path))


@pytest.mark.parametrize("name", ["a.png", "a.webp"])
def test_an_animation_is_no_page(name, tmp_path):
    frames = [painted(), painted(mode="L").convert("RGB")]
    path = tmp_path / name
    frames[0].save(path, save_all=True, append_images=frames[1:])

    assert "an animation, not a page" in str(refused(path.read_bytes(), name, tmp_path))


def test_numbers_that_have_no_look_are_refused(write, tmp_path):
    path = write(Pillow.new("F", (60, 40), 0.5), "float.tif")

    assert "neither 8 nor 16 bit" in str(refused(path.read_bytes(), "f.tif", tmp_path))


def test_the_kind_of_a_file_is_known_without_its_name(write):
    assert headers.kind(write(painted(), "a.jpg")) == "jpeg"
    assert headers.sniff(b"\xef\xbb\xbf<?xml ?><PcGts/>") == "xml"
    assert headers.sniff("Liebe Großmutter".encode()) == "text"


def broken(content, draw):
    """The same bytes with a few changed, left out or doubled, most of them near the start."""
    out = bytearray(content)
    for _ in range(draw.randrange(1, 12)):
        at = draw.randrange(min(len(out) + 1, draw.choice([64, 600, 10**9])))
        kind = draw.randrange(3)
        if kind == 0:
            out[at : at + 4] = bytes(
                draw.choice([0, 255, 128]) for _ in range(draw.randrange(6))
            )
        elif kind == 1:
            del out[at : at + draw.randrange(1, 40)]
        else:
            out[at : at + 1] = bytes([draw.randrange(256)])
    return bytes(out)


def test_headers_with_any_wrong_bytes_are_read_or_refused(write, tmp_path):
    draw = random.Random(2)
    seeds = [
        write(painted(), f"a.{ending}").read_bytes() for ending in ("jpg", "png", "webp", "jp2")
    ]
    seeds += [write(painted(), "a.tif").read_bytes()] * 3 + [big_tiff(100, 100)]
    path = tmp_path / "given"

    answers = {True: 0, False: 0}
    for _ in range(3000):
        path.write_bytes(broken(draw.choice(seeds), draw))
        try:
            answers[headers.examine(path, "a").width > 0] += 1
        except (FormatError, TooLarge):
            answers[False] += 1

    assert answers[True] > 100
    assert answers[False] > 1000


def test_files_with_any_wrong_bytes_are_decoded_or_refused(write, tmp_path):
    draw = random.Random(3)
    names = ("a.jpg", "a.png", "a.webp", "a.jp2", "a.tif")
    seeds = [write(noise(90, 60), name).read_bytes() for name in names]
    path = tmp_path / "given"

    for _ in range(150):
        path.write_bytes(broken(draw.choice(seeds), draw))
        with contextlib.suppress(FormatError, TooLarge):
            store.add(path, "a", frame=0)

    assert [p for p in (tmp_path / "home").rglob("tmp/*") if p.is_file()] == []


def test_a_tiff_whose_entries_all_point_at_the_same_bytes_stays_small(tmp_path):
    entries = dict(strip(100, 100))
    content = bytearray(tiff({**entries, **dict.fromkeys(range(40_000, 40_900), 8)}))
    for at in range(10 + 12 * len(entries), 10 + 12 * (len(entries) + 900), 12):
        content[at + 2 : at + 12] = struct.pack("<HII", 1, 4_000_000, 8)
    path = tmp_path / "many.tif"
    path.write_bytes(bytes(content) + bytes(16_000_000))
    before = psutil.Process().memory_info().rss

    with pytest.raises(FormatError, match="one of its directories has 3,600,"):
        store.add(path, "many.tif", frame=0)

    assert psutil.Process().memory_info().rss - before < 100_000_000
