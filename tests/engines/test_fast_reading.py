"""The fast path reads as Kraken does: the same text, places and confidences, alone and in any batch."""

from __future__ import annotations

import io
import logging
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from armarius import engines, sample
from armarius.engines import TranscribeOptions
from armarius.engines.fast import (
    net_check,
    net_spec,
    net_weights,
    rec_cutting,
    rec_reading,
    rec_records,
)
from armarius.errors import BadInput, EngineError
from armarius.geometry import box
from armarius.page import Line, Page
from tests.engines.krakens import write_network

pytestmark = pytest.mark.slow

# What Kraken trains: its default, its small ones, and every layer that the fast path knows.
SPECS = {
    "default": "[1,120,0,1 Cr3,13,32 Do0.1,2 Mp2,2 Cr3,13,32 Do0.1,2 Mp2,2 Cr3,9,64 Do0.1,2 Mp2,2"
    " Cr3,9,64 Do0.1,2 S1(1x0)1,3 Lbx200 Do0.1,2 Lbx200 Do0.1,2 Lbx200 Do O1c80]",
    "normalised": "[1,48,0,1 Cr4,2,32,4,2 Gn32 Cr4,2,64,1,1 Gn16 Mp4,2,4,2 Cr3,3,48 Gn8 Mp1,2,1,2"
    " S1(1x0)1,3 Lbx64 Do0.5 Lbx64 O1c30]",
    "bare": "[1,1,0,48 Lbx50 Do O1c59]",
    "colour": "[1,32,0,3 Ct3,3,8 Mp2,2 Clr3,4,8,1,2 Cs3,3,6,1,1,1,2 Lfys16 Lfx12 Lrx10 O1ca20]",
    "downwards": "[1,32,0,1 Cr3,3,8 Mp2,2 Lby6 Mp4,2 Lbys16 Lbx8 O1c40]",
    "reshaped": "[1,24,0,1 Cm3,3,8 S1(2x0)3,1 Mp2,2 S3(4x0)3,1 S1(0x2)1,3 Cl2,2,4 S1(1x0)1,3 Lbx8 O1c12]",
    "extended": "[1,30,0,1 Cr3,3,8,2,2 Gn4 Cr3,3,12,2,2 Gn4 S1(1x0)1,3 O1c16 O1c36]",
    "one character": "[1,32,0,1 Cr3,3,8 Mp2,2 S1(1x0)1,3 Lbx16 O1c2]",
}
VERSE = """From fairest creatures we desire increase,
That thereby beauty's rose might never die,
But as the riper should by time decease,
His tender heir might bear his memory:
But thou contracted to thine own bright eyes,
Feed'st thy light's flame with self-substantial fuel,"""
SMALL = {name: spec for name, spec in SPECS.items() if name != "default"}


@pytest.fixture(scope="session")
def untrained(tmp_path_factory):
    """A model file of a network with weights by chance: (spec, suffix, metadata) to path."""
    engines.get("kraken")
    made: dict[object, Path] = {}

    def model(spec, suffix="safetensors", **metadata):
        key = (spec, suffix, *sorted(metadata.items()))
        if key not in made:
            made[key] = tmp_path_factory.mktemp("untrained") / f"model.{suffix}"
            _write(spec, made[key], metadata)
        return made[key]

    return model


def _write(spec, path, metadata):
    labels = int("".join(c for c in spec[spec.rindex("O1c") + 3 :] if c.isdigit()))
    codec = {chr(0x61 + number): [number + 1] for number in range(labels - 1)}
    told = {"model_type": ["recognition"], "seg_type": "baselines", "legacy_polygons": False}
    write_network(spec, path, codec, **{**told, **metadata})


@pytest.fixture(scope="module")
def pages():
    """Two pages printed as those of the sample, one darker than the other."""
    found = []
    for seed in (1, 2):
        printed = sample.small_page(VERSE, seed=seed)
        image = Image.open(io.BytesIO(printed.jpeg))
        found.append((image.convert("RGB"), printed.page))
    return found


def _both(image, page, **options):
    """The page read by the fast path and by Kraken: the lines of each."""
    kraken = engines.get("kraken")
    read = [
        kraken.transcribe(image, page, TranscribeOptions(inference=way, **options))
        for way in ("fast", "kraken")
    ]
    assert read[0].steps[-1].parameters["inference"].startswith("onnxruntime ")
    assert read[1].steps[-1].parameters["inference"] == "kraken"
    return [list(each.all_lines()) for each in read]


def _assert_same(fast_lines, kraken_lines):
    assert [line.text for line in fast_lines] == [line.text for line in kraken_lines]
    for ours, theirs in zip(fast_lines, kraken_lines, strict=True):
        assert ours.confidences == pytest.approx(theirs.confidences, abs=1e-3)
        assert _places(ours) == _places(theirs)


def _places(line):
    return [
        (word.text, word.polygon, [(glyph.text, glyph.polygon) for glyph in word.glyphs])
        for word in line.words
    ]


def _some(page, count):
    return replace(page, regions=(), order=None, lines=tuple(page.all_lines())[:count])


def test_sample_pages_read_with_the_sample_model_as_kraken_reads_them(pages):
    for image, page in pages:
        ours, theirs = _both(image, page, model=sample.MODEL)
        assert any(len(line.text) > 20 for line in theirs)
        _assert_same(ours, theirs)


@pytest.mark.parametrize("name", SPECS)
def test_networks_of_any_make_read_as_in_kraken(name, untrained, pages):
    image, page = pages[0]
    _assert_same(*_both(image, _some(page, 4), model=untrained(SPECS[name])))


@pytest.mark.parametrize("name", SMALL)
def test_coreml_weights_are_the_same_numbers(name, untrained):
    one, other = (
        net_weights.read(untrained(SPECS[name], kind), "recognition")
        for kind in ("safetensors", "mlmodel")
    )

    assert set(one.weights) == set(other.weights)
    for key, values in one.weights.items():
        if "bias_" not in key:  # CoreML keeps the sum of torch's two
            assert np.array_equal(values, other.weights[key]), key


@pytest.mark.parametrize("name", SMALL)
def test_a_line_reads_the_same_alone_and_in_a_batch(name, untrained):
    reader = rec_reading.Reader(untrained(SPECS[name]))
    chance = np.random.default_rng(5)
    shape = (reader.spec.channels, reader.spec.height)
    lines = [chance.random((*shape, width), np.float32) for width in (33, 400, 64, 57, 401)]

    together = reader.probabilities(lines)

    for line, found in zip(lines, together, strict=True):
        (alone,) = reader.probabilities([line])
        assert alone.shape == found.shape
        assert np.abs(alone - found).max() < 1e-6


def test_batches_of_a_page_change_nothing(pages):
    image, page = pages[0]
    kraken = engines.get("kraken")
    one, many = (
        list(
            kraken.transcribe(
                image, page, TranscribeOptions(model=sample.MODEL, batch_size=size)
            ).all_lines()
        )
        for size in (1, 12)
    )
    _assert_same(one, many)


@pytest.mark.parametrize(
    ("mode", "direction"),
    [("bbox", "horizontal-lr"), ("bbox", "vertical-rl"), ("baselines", "horizontal-rl")],
)
def test_boxes_and_other_directions_read_as_in_kraken(mode, direction, pages):
    image, page = pages[0]
    page = replace(_some(page, 5), direction=direction)
    _assert_same(*_both(image, page, model=sample.MODEL, mode=mode))


@pytest.mark.parametrize("mode", ["L", "1", "RGB"])
def test_models_of_the_old_extraction_read_as_in_kraken(mode, untrained, pages):
    image, page = pages[0]
    model = untrained(SPECS["one character"], legacy_polygons=True)
    bent = [
        replace(line, baseline=((x, y), ((x + right) // 2, y + 3), (right, y)))
        for line in list(page.all_lines())[:2]
        for (x, y), (right, _) in [(line.baseline[0], line.baseline[-1])]
    ]
    page = replace(page, regions=(), order=None, lines=(*bent, *list(page.all_lines())[2:4]))
    _assert_same(*_both(image.convert(mode), page, model=model))


def test_lines_of_a_pixel_and_lines_without_ink_are_empty_as_in_kraken(pages):
    image, page = pages[0]
    whole = next(page.all_lines())
    white = Image.new("RGB", image.size, "white")
    dot = Line("dot", baseline=((9, 9), (10, 9)), mask=((9, 9), (10, 9), (10, 10)))
    square = Line("box", baseline=((9, 9), (10, 9)), mask=((9, 9), (10, 9), (10, 10), (9, 10)))

    _assert_same(*_both(image, Page("x", 0, 0, lines=(dot, whole)), model=sample.MODEL))
    _assert_same(
        *_both(image, Page("x", 0, 0, lines=(square,)), model=sample.MODEL, mode="bbox")
    )
    ours, theirs = _both(white, Page("x", 0, 0, lines=(whole,)), model=sample.MODEL)
    _assert_same(ours, theirs)


def test_a_line_too_narrow_for_the_network_is_empty_where_kraken_gives_up_the_page(
    untrained, pages
):
    image, page = pages[0]
    mask = ((50, 20), (58, 20), (58, 300), (50, 300))
    narrow = Line("n", baseline=((50, 250), (58, 250)), mask=mask)
    page = Page("x", 0, 0, lines=(narrow, next(page.all_lines())))
    options = TranscribeOptions(model=untrained(SPECS["normalised"]), pad=0)
    kraken = engines.get("kraken")

    line, other = kraken.transcribe(image, page, options).all_lines()

    assert line.text == ""
    assert other.text
    with pytest.raises(EngineError):
        kraken.transcribe(image, page, replace(options, inference="kraken"))


def test_a_very_long_line_reads_as_in_kraken(pages):
    image, page = pages[0]
    left, top, right, bottom = (round(edge) for edge in box(next(page.all_lines()).mask))
    text = image.crop((left, top, right, bottom)).resize((1000, 60))
    strip = Image.new("RGB", (20_000, 60), "white")
    for place in range(0, 20_000, 1000):
        strip.paste(text, (place, 0))
    line = Line("long", mask=((0, 0), (19_999, 0), (19_999, 59), (0, 59)))
    page = Page("x", 0, 0, lines=(line, replace(line, id="second")))
    ours, theirs = _both(strip, page, model=sample.MODEL, mode="bbox")
    assert len(theirs[0].text) > 100
    _assert_same(ours, theirs)


def test_what_the_fast_path_cannot_build_kraken_reads_and_says_why(untrained, pages, caplog):
    image, page = pages[0]
    spec = "[1,32,0,1 Cr3,3,8 Mp2,2 (Lfys8 Lbys8) Lbx16 O1c9]"
    options = TranscribeOptions(model=untrained(spec))
    with caplog.at_level(logging.WARNING):
        read = engines.get("kraken").transcribe(image, _some(page, 1), options)

    told = read.steps[-1].parameters["inference"]
    assert told.startswith("kraken (it has a layer “(L")
    assert "run by Kraken itself" in caplog.text
    with pytest.raises(BadInput, match="cannot be run by the fast path: it has a layer"):
        engines.get("kraken").transcribe(
            image, _some(page, 1), replace(options, inference="fast")
        )


def test_the_self_test_sees_weights_that_were_bent(untrained):
    stored = net_weights.read(untrained(SPECS["normalised"]), "recognition")
    spec = net_spec.parse(stored.spec)
    reader = rec_reading.Reader(untrained(SPECS["normalised"]))
    net_check.lines(spec, stored.weights, reader.probabilities)

    key = next(key for key in stored.weights if key.endswith("lin.bias"))
    bent: Any = {
        **stored.weights,
        key: stored.weights[key] + np.arange(30, dtype=np.float32) / 10,
    }

    with pytest.raises(net_spec.NotBuildable, match="the self-test differed by"):
        net_check.lines(spec, bent, reader.probabilities)


def test_other_devices_and_precisions_stay_with_kraken(untrained, pages):
    image, page = pages[0]
    options = TranscribeOptions(model=untrained(SPECS["bare"]), precision="fp16")
    read = engines.get("kraken").transcribe(image, _some(page, 1), options)
    told = read.steps[-1].parameters["inference"]
    assert told == "kraken (the fast path has no precision fp16)"
    warp: Any = "warp"
    wrong = TranscribeOptions(model=sample.MODEL, inference=warp)
    with pytest.raises(BadInput, match="no inference “warp”"):
        engines.get("kraken").transcribe(image, page, wrong)


@np.errstate(divide="ignore", invalid="ignore")  # Kraken's division by what may be zero
def test_outlines_are_cut_as_kraken_cuts_them():
    engines.get("kraken").describe(sample.MODEL)
    from kraken import containers
    from kraken.lib.segmentation import precompute_polygon_sections

    chance = np.random.default_rng(11)
    for number in range(60):
        xs = np.sort(chance.choice(600, 5, replace=False)) + 20
        baseline = [
            (int(x), int(y)) for x, y in zip(xs, chance.integers(180, 220, 5), strict=True)
        ]
        top = [(x - 3, y - int(chance.integers(5, 60))) for x, y in baseline]
        foot = [(x + 2, y + int(chance.integers(1, 40))) for x, y in baseline[::-1]]
        if number % 10 == 9:  # a mask beside its baseline
            top, foot = [(x, y + 300) for x, y in top], [(x, y + 300) for x, y in foot]
        mask = top + foot
        edges = np.sort(chance.integers(0, int(xs[-1]), 12)).tolist()
        places = tuple(pairwise(edges))
        line = containers.BaselineLine(id="l", baseline=baseline, boundary=mask)
        shape = rec_cutting.BaselineShape("l", tuple(baseline), tuple(mask))
        record = rec_records.Record("a" * len(places), places, (0.5,) * len(places), shape)

        wanted, _, _ = precompute_polygon_sections(baseline, mask, list(places))

        theirs = containers.BaselineOCRRecord(record.prediction, list(places), [0.5] * 11, line)
        for at, outline in enumerate(wanted):
            assert np.array_equal(record[at][1], outline)
        assert np.array_equal(record[2:7][1], theirs[2:7][1])
