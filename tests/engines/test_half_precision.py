"""`bf16`: the networks in OpenVINO, on machines that can; on others a sentence says what to do."""

from __future__ import annotations

import io
import subprocess
import sys

import numpy as np
import pytest
import shapely
from PIL import Image

from armarius import cli, engines, sample, score
from armarius.engines import (
    Precision,
    SegmentOptions,
    TranscribeOptions,
    kraken_fast,
    kraken_models,
)
from armarius.engines.fast import net_openvino, rec_reading, seg_heatmap
from armarius.engines.pixels import open_upright
from armarius.errors import Unavailable
from armarius.page import Page

CER_APART = 0.0005
WITHOUT = net_openvino.missing()


@pytest.fixture
def bf16():
    """The precision's name; where the processor has none, the tests see that this is said."""
    if WITHOUT:
        assert "bfloat16" in WITHOUT, WITHOUT  # the tests install OpenVINO
        with pytest.raises(Unavailable, match="bf16 cannot be used, since the processor"):
            kraken_fast.require_precision(TranscribeOptions(precision="bf16"))
        return "fp32"
    return "bf16"


@pytest.fixture
def without(monkeypatch):
    monkeypatch.setattr(net_openvino, "find_spec", lambda name: None)
    net_openvino.missing.cache_clear()
    yield
    net_openvino.missing.cache_clear()


def named(precision):
    return "openvino 20" if precision == "bf16" else "onnxruntime 1"


@pytest.mark.slow
def test_the_sample_reads_as_in_full_precision(bf16):
    pairs: dict[Precision, list[tuple[str, str]]] = {"fp32": [], bf16: []}
    for page in sample.pages():
        image = Image.open(io.BytesIO(page.jpeg)).convert("RGB")
        for precision, found in pairs.items():
            options = TranscribeOptions(model=sample.MODEL, precision=precision)
            read = engines.get("kraken").transcribe(image, page.page, options)
            assert read.steps[-1].parameters["precision"] == precision
            assert read.steps[-1].parameters["inference"].startswith(named(precision))
            texts = {line.id: line.text or "" for line in read.all_lines()}
            found += [(line.text or "", texts[line.id]) for line in page.page.all_lines()]
    apart = score.score(pairs[bf16]).cer - score.score(pairs["fp32"]).cer
    assert abs(apart) <= CER_APART


@pytest.mark.slow
def test_a_line_reads_the_same_beside_others(bf16):
    reader = rec_reading.Reader(sample.MODEL, precision=bf16)
    exact = rec_reading.Reader(sample.MODEL)
    chance = np.random.default_rng(1)
    lines = [
        chance.random((reader.spec.channels, reader.spec.height, width), np.float32)
        for width in (90, 400, 77)
    ]
    together = reader.probabilities(lines)
    for line, found, likeness in zip(lines, together, exact.probabilities(lines), strict=True):
        assert np.abs(found - reader.probabilities([line])[0]).max() < 1e-5
        assert np.abs(found - likeness).max() < 0.2
    if bf16 == "bf16":  # else the precision would be left aside
        assert max(np.abs(a - b).max() for a, b in zip(together, exact.probabilities(lines), strict=True)) > 1e-4  # fmt: skip


@pytest.mark.slow
def test_heatmaps_differ_a_little_and_the_lines_are_there(bf16, psalm):
    image = open_upright(psalm.image)
    model = kraken_models.own_segmentation_model()
    ours = seg_heatmap.Network(model, precision=bf16).heatmap(image).heatmap
    apart = np.abs(ours - seg_heatmap.Network(model).heatmap(image).heatmap)
    assert apart.max() < 0.15
    assert apart.mean() < 1e-3
    assert bf16 != "bf16" or apart.max() > 1e-4  # else the precision would be left aside

    lines = {}
    for precision in ("fp32", bf16):
        options = SegmentOptions(precision=precision)
        found = engines.get("kraken").segment(image, Page("psalm.png", 0, 0), options)
        assert found.steps[-1].parameters["precision"] == precision
        assert found.steps[-1].parameters["inference"].startswith(named(precision))
        lines[precision] = [shapely.LineString(line.baseline) for line in found.all_lines()]
    assert len(lines[bf16]) == len(lines["fp32"]) == 4
    pairs = zip(lines[bf16], lines["fp32"], strict=True)
    assert max(one.hausdorff_distance(other) for one, other in pairs) < 5


def test_without_openvino_it_is_said_at_once(without, psalm, tmp_path, capsys):
    given = ["transcribe", str(psalm.image), "--model", str(sample.MODEL)]
    given += ["--output", str(tmp_path / "out"), "--precision", "bf16"]
    assert cli.main(given) == 2
    said = capsys.readouterr().err
    assert "pip install 'armarius[openvino]'" in said
    assert len(said.strip().splitlines()) == 1
    assert not (tmp_path / "out").exists()

    with pytest.raises(Unavailable, match="since OpenVINO is not installed here"):
        kraken_fast.layout(
            psalm.image,
            kraken_models.describe(sample.MODEL),
            SegmentOptions(precision="bf16", inference="fast"),
        )


def test_openvino_tells_nobody_that_it_runs():
    """Its Python package reports every import to its makers, where it finds what reports."""
    asked = "import sys; from armarius.engines.fast import net_openvino as o; o.version();"
    asked += "print(any(n.startswith('openvino_telemetry.') for n in sys.modules))"
    told = subprocess.run(
        [sys.executable, "-c", asked], capture_output=True, text=True, check=False
    )
    assert told.stdout.strip() == "False", told.stderr
