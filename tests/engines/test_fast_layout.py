"""Our post-processing of the layout network gives what Kraken's gives, to the last bit."""

from __future__ import annotations

import numpy as np
import pytest

from armarius import engines
from armarius.engines import SegmentOptions
from armarius.engines.fast import (
    seg,
    seg_check,
    seg_drawing,
    seg_order,
    seg_ridges,
    seg_tracing,
)
from armarius.engines.pixels import open_upright
from armarius.errors import BadInput, EngineError
from armarius.page import Page
from tests.engines.krakens import by_kraken, by_us, comparable

pytestmark = pytest.mark.slow


@pytest.fixture
def both():
    """What we and Kraken find on the same heatmaps."""

    def run(maps, direction="horizontal-lr", **options):
        return tuple(
            comparable(find(maps, direction, **options)) for find in (by_us, by_kraken)
        )

    return run


def wavy(size, count, seed):
    """Random lines over a page: curved, slanted, crossing, out to the border."""
    dice = np.random.default_rng(seed)
    height, width = size
    lines = []
    for _ in range(count):
        x, y = dice.integers(-5, width - 40), dice.integers(0, height)
        length, slope = dice.integers(15, width), dice.normal(0, 0.15)
        steps = np.linspace(0, length, dice.integers(2, 8))
        lines.append(
            [(float(x + s), float(y + slope * s + 4 * np.sin(s / 30 + seed))) for s in steps]
        )
    return lines


@pytest.mark.parametrize("direction", ["horizontal-lr", "horizontal-rl", "vertical-rl"])
@pytest.mark.parametrize("seed", range(3))
def test_random_lines_and_zones_are_the_same(both, seed, direction):
    size = (260, 320)
    zones = [[(20, 20), (150, 25), (150, 200), (20, 190)], [(130, 60), (300, 60), (300, 240)]]
    maps = seg_drawing.maps(size, wavy(size, 9, seed), zones[: seed % 3], seed)

    ours, theirs = both(maps, direction, top=seed == 2)

    assert len(ours[0]) >= 3
    assert ours == theirs


@pytest.mark.parametrize(
    "lines",
    [
        [],
        [[(50, 50), (51, 50)]],
        [[(0, 30), (299, 30)]],
        [[(10, 0), (290, 0)], [(10, 199), (290, 199)]],
        [[(0, 5), (0, 190)], [(150, 10), (150, 190)], [(299, 5), (299, 195)]],
        [[(20, 20), (280, 180)], [(280, 20), (20, 180)]],
        [[(60 + 40 * np.cos(a), 100 + 40 * np.sin(a)) for a in np.linspace(0, 6.2, 40)]],
        [[(20, y), (280, y)] for y in range(20, 190, 12)],
        [[(20, 100), (140, 100)], [(160, 100), (280, 100)], [(20, 100.5), (60, 140)]],
    ],
    ids=["none", "dot", "to-both-edges", "on-the-edges", "upright", "cross", "ring", "dense", "meeting"],
)  # fmt: skip
def test_odd_pages_are_the_same(both, lines):
    zones = [[(5, 5), (200, 5), (200, 150), (5, 150)]]
    ours, theirs = both(seg_drawing.maps((200, 300), lines, zones))
    assert ours == theirs


def test_thousands_of_specks_are_the_same_and_end(both):
    maps = seg_drawing.maps((300, 400), [[(30, 150), (370, 160)]])
    noise = np.random.default_rng(3).random((300, 400)) ** 12
    maps.heatmap[2] = np.maximum(maps.heatmap[2], noise).astype(np.float32)

    ours, theirs = both(maps)

    assert ours == theirs


def test_a_page_of_one_pixel_and_an_empty_one_have_no_lines(both):
    for size in ((1, 1), (1, 40), (40, 1), (30, 30)):
        maps = seg_drawing.maps(size, [])
        ours, theirs = both(maps)
        assert ours == theirs == ([], {"text": []})


def test_a_zone_of_one_pixel_is_left_out_where_kraken_fails():
    maps = seg_drawing.drawn_page()
    maps.heatmap[3] = 0
    maps.heatmap[3, 5, 5] = 1

    with pytest.raises(IndexError):
        by_kraken(maps)
    found = by_us(maps)

    assert found.regions == {"text": []}
    assert len(found.lines) == 3


def test_several_types_of_lines_and_zones_keep_their_names(both):
    size = (200, 300)
    first = seg_drawing.maps(size, [[(20, 40), (280, 44)]], [[(5, 5), (290, 5), (290, 90)]])
    second = seg_drawing.maps(size, [[(20, 140), (280, 120)]], [[(5, 99), (290, 99), (9, 190)]])
    heatmap = np.concatenate([first.heatmap, second.heatmap[2:]])
    heatmap[:2] = np.maximum(heatmap[:2], second.heatmap[:2])
    classes = {
        "aux": seg_drawing.CLASSES["aux"],
        "baselines": {"DefaultLine": 2, "HeadingLine": 4},
        "regions": {"MainZone": 3, "MarginTextZone": 5},
    }

    ours, theirs = both(first._replace(heatmap=heatmap), classes=classes)

    assert ours == theirs
    assert [line[2]["type"][0]["type"] for line in ours[0]] == ["DefaultLine", "HeadingLine"]
    assert set(ours[1]) == {"MainZone", "MarginTextZone"}


def test_ridges_are_those_of_scikit_image_even_at_the_threshold():
    from skimage.filters import sato

    dice = np.random.default_rng(2)
    heatmap = np.zeros((150, 400), np.float32)
    heatmap[40:44, 100:300] = dice.random((4, 200))
    response = sato(heatmap, black_ridges=False, mode="constant")
    # Thresholds that are a response themselves: the worst that rounding can do.
    for threshold in dice.choice(response[response > 0.05], 12):
        found = seg_ridges.ridges(heatmap, float(threshold))
        assert np.array_equal(found, response > np.float32(threshold))


def test_outlines_are_krakens():
    from kraken.lib.segmentation import boundary_tracing
    from skimage.measure import label, regionprops

    blobs = np.random.default_rng(5).random((60, 80)) < 0.45
    theirs = [boundary_tracing(x) for x in regionprops(label(blobs)) if x.area > 1]

    ours = seg_tracing.outlines(blobs)

    assert len(ours) == len(theirs) > 20
    assert all(np.array_equal(a, b) for a, b in zip(ours, theirs, strict=True))


@pytest.mark.parametrize("direction", ["lr", "rl"])
@pytest.mark.parametrize("extent", [5, 40, 400])
def test_the_order_of_boxes_is_krakens(direction, extent):
    from kraken.lib.segmentation import _reading_order, topsort

    dice = np.random.default_rng(extent)
    for count in (1, 2, 9, 40):
        corners = dice.integers(0, extent, (count, 2))
        boxes = np.concatenate([corners, corners + dice.integers(0, 30, (count, 2))], axis=1)
        slices = [(slice(top, foot), slice(left, right)) for left, top, right, foot in boxes]
        theirs = topsort(_reading_order(slices, direction))
        assert seg_order.order_boxes(boxes, rightwards=direction == "lr") == theirs


def test_the_order_of_a_long_column_does_not_end_in_a_recursion():
    boxes = np.array([(10, y, 500, y + 8) for y in range(30000, 0, -10)])
    assert seg_order.order_boxes(boxes) == list(range(len(boxes)))[::-1]


def test_numbers_that_are_none_are_refused():
    maps = seg_drawing.drawn_page()
    maps.heatmap[2, 3, 3] = np.nan
    with pytest.raises(EngineError, match="not finite"):
        by_us(maps)


def page(psalm, **options):
    kraken = engines.get("kraken")
    return kraken.segment(
        open_upright(psalm.image), Page("psalm.png", 0, 0), SegmentOptions(**options)
    )


def test_the_fast_path_is_the_default_and_gives_krakens_page(psalm):
    fast, own = page(psalm), page(psalm, inference="kraken")

    assert fast.steps[-1].parameters["postprocessing"] == "fast"
    assert own.steps[-1].parameters["postprocessing"] == "kraken"
    assert len(list(fast.all_lines())) == 4
    assert (fast.lines, fast.regions, fast.order) == (own.lines, own.regions, own.order)
    # As Kraken hands them to its reader: from an open mask other corners are rounded.
    assert all(line.mask[0] == line.mask[-1] for line in fast.all_lines())


@pytest.fixture
def strip(psalm):
    """So narrow that the network is done in a moment."""

    def segmented(**options):
        image = open_upright(psalm.image).crop((0, 0, 90, 1400))
        kraken = engines.get("kraken")
        return kraken.segment(image, Page("strip.png", 0, 0), SegmentOptions(**options))

    return segmented


def test_a_quick_look_is_the_same_by_kraken_itself(strip):
    fast, own = strip(height=600), strip(height=600, inference="kraken")

    assert fast.steps[-1].parameters["height"] == "600"
    assert own.steps[-1].parameters["inference"] == "kraken"
    assert list(fast.all_lines())
    assert (fast.lines, fast.regions, fast.order) == (own.lines, own.regions, own.order)


def test_where_the_fast_path_fails_kraken_goes_on_and_says_so(strip, monkeypatch, caplog):
    def broken(*_, **__):
        raise IndexError("a wheel came off")

    expected = strip(inference="kraken")
    seg_check.passed()
    monkeypatch.setattr(seg, "find", broken)

    fallen = strip()

    how = fallen.steps[-1].parameters["postprocessing"]
    assert how == "kraken (a wheel came off)"
    assert "a wheel came off" in caplog.text
    assert (fallen.lines, fallen.regions) == (expected.lines, expected.regions)
    with pytest.raises(EngineError, match="a wheel came off"):
        strip(inference="fast")


def test_the_self_test_passes_here_and_sees_a_fault(strip, monkeypatch):
    seg_check._wrong.cache_clear()
    seg_check.passed()
    seg_check._wrong.cache_clear()
    monkeypatch.setattr("armarius.engines.fast.seg_baselines.THRESHOLD", 3.0)
    try:
        with pytest.raises(EngineError, match="it found 0 lines instead of 3"):
            seg_check.passed()
        how = strip().steps[-1].parameters["postprocessing"]
    finally:
        seg_check._wrong.cache_clear()
    assert how.startswith("kraken (The layout code fails its self-test")


def test_an_unknown_inference_is_refused(strip):
    with pytest.raises(BadInput, match="no inference"):
        strip(inference="magic")
