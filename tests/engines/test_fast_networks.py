"""Layout networks in ONNX Runtime give Kraken's heatmaps, whatever they are made of."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from armarius import engines
from armarius.engines import SegmentOptions, gate, kraken_models
from armarius.engines.fast import net_check, net_input, net_spec, net_weights, seg_heatmap
from armarius.engines.fast.net_spec import NotBuildable
from armarius.engines.pixels import open_upright
from armarius.errors import BadInput, EngineError
from armarius.page import Page
from tests.engines.krakens import write_network

pytestmark = pytest.mark.slow

CLASSES = {
    "aux": {"_start_separator": 0, "_end_separator": 1},
    "baselines": {"DefaultLine": 2, "HeadingLine": 3},
    "regions": {"MainZone": 4, "MarginTextZone": 5, "image": 6},
}
SPECS = {
    "like blla": "[1,120,0,3 Cr7,7,16,2,2 Gn8 Cr3,3,16,2,2 Gn8 Cr3,3,32 Gn8 Lbx8 Lby8 Cr1,1,8 Gn4"
    " Lby8 Lbx8 O2l7]",
    "grey, by width": "[1,0,150,1 Ct3,5,8,1,2 Mp2,2 Clr3,3,6,1,1,2,1 Lfx6 Do0.3,2 Cs1,1,9 O2l7]",
    "both sides": "[1,90,110,3 Cr3,3,8,2,2 Lby5 Lfy4 O2l7]",
    "size of the page": "[1,0,0,1 Cm3,3,8,4,4 Gn2 O2l7]",
}


@pytest.fixture(scope="module")
def page(psalm):
    return open_upright(psalm.image).convert("RGB").crop((60, 0, 400, 260))


@pytest.fixture(scope="module")
def layout(tmp_path_factory):
    """A model file of a layout network with weights by chance."""
    folder = tmp_path_factory.mktemp("layout")

    def model(name, suffix="safetensors", **told):
        path = folder / f"{name}.{suffix}"
        if not path.exists():
            kind = {"model_type": ["segmentation"], "class_mapping": CLASSES}
            write_network(SPECS[name], path, None, **{**kind, **told})
        return path

    return model


def by_kraken(model, image, height=0):
    from armarius.engines.reference import running

    info = gate.examine(model)
    with kraken_models.quietly():
        return running.Layout(model, info, SegmentOptions()).heatmap(image, height)


def assert_same(ours, theirs, close):
    assert np.array_equal(ours.grey, theirs.grey)
    assert ours.scale == tuple(theirs.scale)
    assert ours.heatmap.shape == theirs.heatmap.shape
    assert np.abs(ours.heatmap - theirs.heatmap).max() < close


@pytest.mark.parametrize("suffix", ["safetensors", "mlmodel"])
@pytest.mark.parametrize("name", SPECS)
def test_heatmaps_are_krakens(name, suffix, layout, page):
    model = layout(name, suffix)
    network = seg_heatmap.Network(model)
    for image in (page, page.convert("L"), page.convert("1")):
        assert_same(network.heatmap(image), by_kraken(model, image), 1e-5)
    assert network.classes == CLASSES
    assert not network.top


def test_krakens_own_network_gives_its_heatmaps(page):
    model = kraken_models.own_segmentation_model()
    narrow = page.crop((0, 0, 20, 260))
    ours, theirs = seg_heatmap.Network(model).heatmap(narrow), by_kraken(model, narrow)
    assert ours.heatmap.shape == (4, 1800, 138)
    assert_same(ours, theirs, 1e-3)
    assert ((ours.heatmap > 0.5) == (theirs.heatmap > 0.5)).mean() > 0.99999


def test_a_page_of_fewer_rows_is_the_same_and_the_next_one_has_all(layout, page):
    model = layout("like blla")
    network = seg_heatmap.Network(model)

    for height in (80, 0):
        ours, theirs = network.heatmap(page, height), by_kraken(model, page, height)
        assert ours.heatmap.shape[1] == (height or 120)
        assert_same(ours, theirs, 1e-5)


def test_a_baseline_above_its_letters_is_told(layout):
    model = layout("both sides", "mlmodel")
    top = model.with_name("top.mlmodel")
    kind = {"model_type": ["segmentation"], "class_mapping": CLASSES, "topline": True}
    write_network(SPECS["both sides"], top, None, **kind)
    assert seg_heatmap.Network(top).top


def test_subnormal_weights_count_as_nothing(layout, page, tmp_path):
    """Long training leaves them behind, and Intel processors are a hundred times slower with them."""
    model = layout("both sides")
    content = bytearray(model.read_bytes())
    start = 8 + int.from_bytes(content[:8], "little")
    weights = np.frombuffer(content, "<f4", offset=start)
    weights[np.abs(weights) < 0.05] = 1e-40
    small = tmp_path / "small.safetensors"
    small.write_bytes(content)

    ours = seg_heatmap.Network(small).heatmap(page)

    assert_same(ours, by_kraken(small, page), 1e-5)


def test_the_self_test_sees_another_result(layout):
    stored = net_weights.read(layout("like blla"), "segmentation")
    spec = net_spec.parse(stored.spec, heatmap=True)
    network = seg_heatmap.Network(layout("like blla"))
    net_check.page(spec, stored.weights, network._run)

    with pytest.raises(NotBuildable, match="the self-test differed by 1e-03"):
        net_check.page(spec, stored.weights, lambda page: network._run(page) + np.float32(1e-3))
    with pytest.raises(NotBuildable, match="another size"):
        net_check.page(spec, stored.weights, lambda page: network._run(page)[:, 1:])


@pytest.mark.parametrize(
    ("spec", "reason"),
    [
        ("[1,90,0,3 Cr3,3,8 O1c7]", "gives no heatmaps"),
        ("[1,90,0,3 Cr3,3,8]", "gives no heatmaps"),
        ("[1,90,0,3 Cr3,3,8 O2s7]", "not one of characters"),
        ("[1,90,0,3 (Cr3,3,8 I) O2l7]", "it has a layer “"),
    ],
)
def test_descriptions_that_cannot_be_built_say_why(spec, reason):
    with pytest.raises(NotBuildable, match=reason):
        net_spec.parse(spec, heatmap=True)


def test_layers_of_recognisers_are_none_of_layout_networks():
    from armarius.engines.fast import seg_network

    weights = {
        "C_0.co.weight": np.zeros((4, 1, 3, 3), np.float32),
        "C_0.co.bias": np.zeros(4, "f4"),
    }
    spec = net_spec.parse("[1,90,0,1 Cr{C_0}3,3,4 S1(1x0)1,3 O2l2]", heatmap=True)
    with pytest.raises(NotBuildable, match="a layer of the kind “reshape”"):
        seg_network.build(spec, weights)
    with pytest.raises(NotBuildable, match=r"C_0\.co\.bias' are missing"):
        seg_network.build(spec, {"C_0.co.weight": weights["C_0.co.weight"]})


def test_a_file_without_classes_is_left_to_kraken(layout, page):
    bare = layout("both sides").with_name("bare.safetensors")
    write_network(SPECS["both sides"], bare, None, model_type=["segmentation"])
    with pytest.raises(BadInput, match="does not say which heatmap is which class"):
        engines.get("kraken").segment(
            page, Page("x", 0, 0), SegmentOptions(model=bare, inference="fast")
        )


def test_pages_of_any_shape_take_bounded_memory():
    spec = net_spec.Spec(3, 1800, 0, ())
    with pytest.raises(EngineError, match="too narrow to be scaled"):
        net_input.page(Image.new("L", (1, 5000)), spec)
    network = seg_heatmap.Network(kraken_models.own_segmentation_model())
    with pytest.raises(EngineError, match="is too long: the network would see 600000 × 1800"):
        network.heatmap(Image.new("L", (20_000, 60)))


def test_an_empty_page_has_no_lines(layout):
    white = Image.new("L", (20, 300), 255)
    made = engines.get("kraken").segment(white, Page("x", 0, 0), SegmentOptions())
    assert list(made.all_lines()) == []
    assert made.steps[-1].parameters["inference"].startswith("onnxruntime ")
