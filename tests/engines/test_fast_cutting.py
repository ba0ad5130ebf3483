"""Lines are cut out, straightened and scaled to Kraken's pixels, and ordered as Kraken orders them."""

from __future__ import annotations

import random
import unicodedata

import numpy as np
import pytest
from PIL import Image, ImageDraw

from armarius.engines import kraken_models
from armarius.engines.fast import bidi, net_input, rec_cutting, rec_lines, rec_reading
from armarius.engines.fast.net_spec import Spec
from armarius.engines.fast.rec_cutting import BaselineShape, BoxShape
from armarius.engines.pixels import open_upright
from armarius.engines.reference import loading

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module", autouse=True)
def kraken():
    loading.prepare()


@pytest.fixture(scope="module")
def page(psalm):
    """The psalm on coloured paper with a gradient, so that every pixel counts."""
    image = open_upright(psalm.image).convert("RGB").crop((0, 0, 700, 420))
    pixels = np.asarray(image).astype(np.int16)
    tint = np.add.outer(np.arange(420) % 40, np.arange(700) % 25)[:, :, None] * (1, -1, 0)
    return Image.fromarray(np.clip(pixels - 60 + tint, 0, 255).astype(np.uint8))


def shapes(count, size, seed):
    """Lines with straight and bent baselines, some from right to left, masks with few or many points."""
    dice = np.random.default_rng(seed)
    for number in range(count):
        points = (2, 2, 3, 5)[number % 4]
        xs = np.sort(dice.choice(size[0] - 120, points, replace=False)) + 60
        line = [(int(x), 200 + int(dice.integers(-14, 14))) for x in xs]
        above = [(x - 4, y - int(dice.integers(10, 60))) for x, y in line]
        below = [(x + 4, y + int(dice.integers(4, 40))) for x, y in line[::-1]]
        ring = above + below
        if number % 3 == 0:
            pairs = zip(ring, ring[1:] + ring[:1], strict=True)
            ring = [(int(x), int(y)) for a, b in pairs for x, y in np.linspace(a, b, 12)[:-1]]
        yield BaselineShape(
            str(number), tuple(line[:: -1 if number % 5 == 4 else 1]), tuple(ring)
        )


def cut_by_kraken(image, shape, *, old):
    from kraken.containers import BaselineLine, Segmentation
    from kraken.lib.segmentation import extract_polygons

    line = BaselineLine(id="l", baseline=list(shape.baseline), boundary=list(shape.boundary))
    given = Segmentation(
        type="baselines", imagename="", text_direction="horizontal-lr",
        script_detection=False, lines=[line],
    )  # fmt: skip
    return next(extract_polygons(image, given, legacy=old))[0]


@pytest.mark.parametrize("old", [False, True])
@pytest.mark.parametrize("mode", ["RGB", "L", "1"])
def test_lines_are_cut_out_with_krakens_pixels(page, mode, old):
    image = page.convert(mode)
    source = rec_cutting.Source(image)
    for shape in shapes(24, page.size, seed=3):
        with kraken_models.quietly():
            theirs = cut_by_kraken(image, shape, old=old)
            ours = rec_cutting.cut(source, shape, old=old)
        assert (ours.mode, ours.size) == (theirs.mode, theirs.size)
        assert np.array_equal(np.asarray(ours), np.asarray(theirs)), shape


SIZES = [(48, 0, 1), (120, 0, 1), (40, 0, 3), (1, 0, 48), (32, 200, 1)]


@pytest.mark.parametrize("straighten", [False, True])
@pytest.mark.parametrize(("height", "width", "channels"), SIZES)
def test_lines_enter_the_network_with_krakens_values(page, height, width, channels, straighten):
    from kraken.lib.dataset import ImageInputTransforms

    theirs = ImageInputTransforms(1, height, width, channels, (16, 0), valid_norm=straighten)
    spec = Spec(channels, height, width, ())
    for box in ((40, 30, 600, 90), (10, 10, 12, 300), (100, 40, 101, 80), (20, 20, 400, 22)):
        for mode in ("RGB", "L", "1"):
            line = page.crop(box).convert(mode)
            with kraken_models.quietly():
                try:
                    wanted = theirs(line).numpy()
                except (ValueError, ZeroDivisionError):
                    wanted = None
                try:
                    found = net_input.line(line, spec, 16, straighten=straighten)
                except Exception:
                    found = None
            if found is None:
                assert wanted is None or wanted.max() == wanted.min()
            else:
                assert np.array_equal(found, wanted), (box, mode)


def test_odd_shapes_are_left_out_and_the_others_read(page, tmp_path):
    from armarius import sample

    reader = rec_reading.Reader(sample.MODEL)
    good = next(shapes(1, page.size, seed=1))
    odd = [
        BaselineShape("short", ((10, 10), (12, 10)), good.boundary),
        BaselineShape("twice", ((10, 10), (10, 10), (60, 10)), good.boundary),
        BaselineShape("flat", good.baseline, ((10, 20), (90, 20), (50, 20))),
        BoxShape("empty", (20, 20, 20, 60)),
        BoxShape("strip", (0, 20, 700, 21)),
        good,
    ]
    with kraken_models.quietly():
        found = dict(rec_lines.inputs(reader, page, odd, 16))
    assert 5 in found
    assert not {0, 3} & set(found)


def test_a_line_that_would_take_gigabytes_is_left_out(caplog):
    from armarius import sample

    reader = rec_reading.Reader(sample.MODEL)
    strip = Image.new("L", (30_000, 3), 200)
    ImageDraw.Draw(strip).line((0, 1, 30_000, 1), fill=0)
    with kraken_models.quietly():
        long = dict(rec_lines.inputs(reader, strip, [BoxShape("l", (0, 0, 30_000, 3))], 16))
    assert list(long) == [0]
    with caplog.at_level("WARNING"):
        strip = strip.resize((30_000, 1))
        shape = BoxShape("endless", (0, 0, 30_000, 1))
        assert dict(rec_lines.inputs(reader, strip, [shape], 16)) == {}
    assert "endless is too long to be read" in caplog.text


# --- the order of characters -----------------------------------------------------------------------

LETTERS = (
    "abAB אבגד عربي 012٠١٢ ()[]«»〈〉<>,.:+-/%$€ \t\n\u0301\u064b\u00ad\u200b\u200e\u200f\u061c"
    "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069!?"
)


@pytest.mark.parametrize("base", [None, "L", "R"])
def test_mixed_scripts_are_ordered_as_in_kraken(base):
    from kraken.lib.bidi import get_display_map

    dice = random.Random(9)
    for number in range(2500):
        text = "".join(dice.choice(LETTERS) for _ in range(dice.randint(0, 24)))
        if number % 50 == 0:
            text = "\u202b\u2067" * dice.randint(50, 80) + text  # deeper than there are levels
        assert bidi.reordered(text, base) == get_display_map(text, base), ascii(text)


def test_known_characters_have_krakens_classes():
    from kraken.lib.bidi import bidi_class

    other = [
        char
        for char in map(chr, range(0x20000))
        if unicodedata.category(char) not in ("Cn", "Cs")
        and bidi._kind(char) != bidi_class(ord(char))
    ]
    # Unicode changed its mind about a few; Python's tables may be older than Kraken's.
    assert len(other) <= 8
    assert bidi._kind("\U00010d50") == "R"  # Garay, new in Unicode 16
    assert bidi._kind("\U0001ec00") == "R"
    assert bidi._kind("\U0001ec75") == "AL"


def test_mirror_images_are_krakens():
    from kraken.lib.bidi._data import MIRRORED

    assert {ord(one): ord(other) for one, other in bidi.MIRRORED.items()} == MIRRORED
