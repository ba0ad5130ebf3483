"""Images as engines get them: upright, in one of three modes."""

from __future__ import annotations

import struct
import zlib

import numpy as np
import pytest
from PIL import Image

from armarius.engines.pixels import open_upright
from armarius.errors import BadInput


@pytest.fixture
def saved(tmp_path):
    """Save an image and open it as engines do."""

    def of(image, name="page.png", **options):
        image.save(tmp_path / name, **options)
        return open_upright(tmp_path / name)

    return of


@pytest.mark.parametrize("mode", ["1", "L", "RGB"])
def test_plain_images_keep_their_mode(saved, mode):
    assert saved(Image.new(mode, (20, 10))).mode == mode


@pytest.mark.parametrize("orientation", range(1, 9))
def test_exif_orientation_is_applied(tmp_path, orientation):
    upright = np.zeros((40, 60), np.uint8)
    upright[:20, :20] = 255  # white at the top left of the upright page
    turns = {
        1: upright,
        2: upright[:, ::-1],
        3: upright[::-1, ::-1],
        4: upright[::-1],
        5: upright.T,
        6: np.rot90(upright),
        7: np.rot90(upright.T, 2),
        8: np.rot90(upright, -1),
    }
    stored = Image.fromarray(np.ascontiguousarray(turns[orientation]))
    exif = Image.Exif()
    exif[0x0112] = orientation
    stored.save(tmp_path / "turned.png", exif=exif)

    page = open_upright(tmp_path / "turned.png")

    assert page.size == (60, 40)
    assert np.array_equal(np.asarray(page), upright)


def test_transparency_lies_on_white(saved):
    assert saved(Image.new("RGBA", (9, 9), (0, 0, 0, 0))).getpixel((4, 4)) == (255, 255, 255)
    assert saved(Image.new("LA", (9, 9), (0, 0))).getpixel((4, 4)) == 255


def test_sixteen_bits_become_eight(saved):
    deep = Image.fromarray(np.array([[0, 32768, 65535]], dtype=np.uint16).repeat(4, axis=0))

    page = saved(deep, "deep.tif")

    assert page.mode == "L"
    assert [page.getpixel((x, 0)) for x in range(3)] == [0, 127, 255]


@pytest.mark.parametrize("mode", ["P", "CMYK"])
def test_other_colours_become_rgb(saved, mode):
    page = saved(Image.new("RGB", (9, 9), "red").convert(mode), "page.tif")
    assert page.mode == "RGB"
    assert page.getpixel((4, 4))[0] > 200


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("none.png", None, "there is no such image"),
        ("empty.jpg", b"", "cannot be read"),
        ("text.jpg", b"this is not an image", "cannot be read"),
    ],
)
def test_what_is_no_image_is_refused_by_name(tmp_path, name, content, message):
    if content is not None:
        (tmp_path / name).write_bytes(content)
    with pytest.raises(BadInput, match=f"{name}.*{message}"):
        open_upright(tmp_path / name)


def test_half_an_image_is_refused(tmp_path):
    noise = np.random.default_rng(1).integers(0, 255, (200, 200), np.uint8)
    Image.fromarray(noise).save(tmp_path / "whole.jpg")
    content = (tmp_path / "whole.jpg").read_bytes()
    (tmp_path / "half.jpg").write_bytes(content[: len(content) // 2])

    with pytest.raises(BadInput, match=r"half\.jpg.*truncated"):
        open_upright(tmp_path / "half.jpg")


def test_a_bomb_is_refused_by_its_header(tmp_path):
    Image.new("1", (40, 20)).save(tmp_path / "bomb.png")
    content = bytearray((tmp_path / "bomb.png").read_bytes())
    content[16:24] = struct.pack(">II", 40_000, 20_000)
    content[29:33] = struct.pack(">I", zlib.crc32(content[12:29]))
    (tmp_path / "bomb.png").write_bytes(content)

    with pytest.raises(BadInput, match="800 megapixels"):
        open_upright(tmp_path / "bomb.png")
