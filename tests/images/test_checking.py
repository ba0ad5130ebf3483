"""A JPEG is read to its end at the import: the same files are refused as by decoding every pixel."""

from __future__ import annotations

import io

import numpy
import pytest
import pyvips
from PIL import Image as Pillow

from armarius.errors import ArmariusError
from armarius.images import checking, headers, pyramid
from tests.images.conftest import noise, painted

CUTS = (1, 10, 300)  # bytes from the end


def decodes(path):
    """Whether libvips decodes every pixel of a file."""
    try:
        pyvips.Image.jpegload(str(path), access="sequential", fail_on="error").copy_memory()
    except pyvips.Error:
        return False
    return True


def passes(path, box):
    """Whether the import takes it."""
    at = headers.examine(path, path.name).height_at
    small = str(path.with_suffix(".small.jpg"))
    try:
        checking.check(source=str(path), height_at=at, thumbnail=small, box=box)
    except pyvips.Error:
        return False
    return True


def coded(height, **options):
    """A grainy JPEG of 260 pixels across."""
    grain = numpy.random.default_rng(height).normal(150, 50, (height, 260, 3))
    target = io.BytesIO()
    Pillow.fromarray(grain.clip(0, 255).astype("uint8")).save(target, "JPEG", **options)
    return target.getvalue()


# Reduced by 8, by 4, and not at all.
@pytest.mark.parametrize("box", [20, 40, 300])
@pytest.mark.parametrize("subsampling", [0, 2])
def test_what_is_cut_is_refused_whatever_rows_are_left_over(tmp_path, box, subsampling):
    path = tmp_path / "a.jpg"
    for height in range(256, 273):  # every remainder of a block, and of two
        whole = coded(height, subsampling=subsampling)
        path.write_bytes(whole)
        assert passes(path, box), height
        for cut in CUTS:
            path.write_bytes(whole[:-cut])
            assert passes(path, box) is decodes(path) is False, (height, cut)


@pytest.mark.parametrize("options", [{}, {"restart_marker_blocks": 4}, {"optimize": True}])
def test_what_is_damaged_is_judged_as_by_decoding_every_pixel(tmp_path, options):
    chance = numpy.random.default_rng(3)
    path, whole = tmp_path / "a.jpg", coded(300, **options)
    judged = []
    for number in range(80):
        harmed = bytearray(whole)
        place = chance.integers(20, 700 if number % 2 else len(whole))
        harmed[int(place)] ^= 1 << int(chance.integers(8))
        path.write_bytes(harmed)
        try:
            headers.examine(path, "a.jpg")
        except ArmariusError:
            continue
        judged.append(decodes(path))
        assert passes(path, 30) is judged[-1]
    assert 0 < sum(judged) < len(judged)  # both kinds were among them


@pytest.mark.parametrize("mode", ["RGB", "L", "CMYK"])
@pytest.mark.parametrize("orientation", [1, 3, 6])
def test_it_says_and_shows_the_same_as_the_pyramid(tmp_path, mode, orientation):
    exif = Pillow.Exif()
    exif[0x0112] = orientation
    path, small = tmp_path / "a.jpg", tmp_path / "small.jpg"
    painted(1230, 843, mode).save(path, exif=exif)

    said = checking.check(
        source=str(path),
        height_at=headers.examine(path, "a.jpg").height_at,
        thumbnail=str(small),
        box=300,
    )

    slow = tmp_path / "slow.jpg"
    assert said == pyramid.build(
        source=str(path), format="jpeg", target=str(tmp_path / "a.tif"), thumbnail=str(slow),
        box=300,
    )  # fmt: skip
    with Pillow.open(small) as one, Pillow.open(slow) as other:
        assert (one.size, one.mode) == (other.size, other.mode)
        apart = numpy.asarray(one).astype(int) - numpy.asarray(other).astype(int)
    assert abs(apart).mean() < 3


def test_a_page_smaller_than_its_thumbnail_is_not_enlarged(tmp_path):
    path, small = tmp_path / "a.jpg", tmp_path / "small.jpg"
    noise(90, 61).save(path)

    at = headers.examine(path, "a.jpg").height_at
    checking.check(source=str(path), height_at=at, thumbnail=str(small), box=300)

    with Pillow.open(small) as opened:
        assert opened.size == (90, 61)
