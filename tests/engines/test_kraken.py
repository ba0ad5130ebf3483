"""What is particular to Kraken: shapes, boxes, directions, formats, devices."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace

import pytest

from armarius import engines
from armarius.engines import SegmentOptions, TranscribeOptions, gate
from armarius.engines.pixels import open_upright
from armarius.errors import BadInput, EngineError, Unavailable
from armarius.geometry import box
from armarius.page import Line, Page, Region

pytestmark = pytest.mark.slow

HEBREW, LATIN = "שלום", "pax"


@pytest.fixture(scope="module")
def kraken():
    return engines.get("kraken")


@pytest.fixture(scope="module")
def image(psalm):
    return open_upright(psalm.image)


@pytest.fixture
def read(kraken, image, trained):
    """Read lines; returns them by id."""

    def lines(*given, **options):
        page = Page("psalm.png", 0, 0, lines=given)
        made = kraken.transcribe(
            image, page, TranscribeOptions(**{"model": trained("kraken"), **options})
        )
        return {line.id: line for line in made.all_lines()}

    return lines


@pytest.fixture
def whole(psalm):
    """A line of the psalm with baseline and mask."""
    return next(psalm.page.all_lines())


def test_a_line_without_a_mask_gets_one_for_reading_only(read, whole):
    bare = replace(whole, mask=())

    line = read(bare)[bare.id]

    assert line.text
    assert line.mask == ()


def test_a_line_with_a_mask_only_is_read(read, whole):
    line = read(replace(whole, baseline=()))[whole.id]
    assert line.text
    assert line.baseline == ()


def test_a_line_without_any_shape_or_with_a_dot_gets_an_empty_text(read, whole):
    nothing = Line("nothing")
    dot = Line("dot", baseline=((5, 5), (5, 5)), mask=((4, 4), (6, 4), (6, 6)))

    lines = read(nothing, whole, dot)

    assert lines["nothing"].text == ""
    assert lines["dot"].text == ""
    assert lines[whole.id].text


def test_a_line_that_leaves_the_image_is_cut_to_it(read, whole, image):
    far = tuple((x + (50 if i else 0), y) for i, (x, y) in enumerate(whole.baseline))
    beyond = replace(whole, baseline=far, mask=(*whole.mask, (image.width + 40, 30)))
    assert read(beyond)[whole.id].text


def test_a_page_without_lines_says_what_to_do(kraken, image, trained):
    with pytest.raises(BadInput, match="Segment it first"):
        kraken.transcribe(image, Page("x", 0, 0), TranscribeOptions(model=trained("kraken")))


def test_lines_of_another_image_are_refused(kraken, image, whole, trained):
    page = Page("x", 10, 20, lines=(whole,))
    with pytest.raises(EngineError, match="10 × 20"):
        kraken.transcribe(image, page, TranscribeOptions(model=trained("kraken")))


def placed(line):
    """Boxes of the words that have a place: not those that were seen in the padding."""
    return [box(word.polygon) for word in line.words if word.polygon]


def test_baselines_and_boxes_read_upright_lines_alike(read, whole):
    for mode in ("baselines", "bbox"):
        line = read(whole, mode=mode)[whole.id]
        assert line.text
        left, _, right, _ = box(line.mask)
        assert all(left - 1 <= found[0] < found[2] <= right + 1 for found in placed(line))
        assert placed(line)


def test_vertical_boxes_are_cut_from_top_to_bottom(read):
    mask = ((40, 20), (70, 20), (70, 600), (40, 600))
    column = Line("column", mask=mask, direction="vertical-rl")

    line = read(column, mode="bbox")["column"]

    assert placed(line)
    assert all((left, right) == (40, 70) for left, _, right, _ in placed(line))
    assert all(20 <= top < bottom <= 600 for _, top, _, bottom in placed(line))
    assert placed(line) == sorted(placed(line), key=lambda found: found[1])


def test_batches_give_the_same_lines_in_the_same_places(read, psalm):
    lines = list(psalm.page.all_lines())

    together = read(*lines, batch_size=4)

    assert list(together) == [line.id for line in lines]
    assert all(line.text is not None for line in together.values())


def record(text):
    """What Kraken gives for a line whose ink spells `text` from left to right."""
    from kraken.containers import BBoxLine, BBoxOCRRecord

    cuts = [
        ((10 * i, 0), (10 * i + 10, 0), (10 * i + 10, 20), (10 * i, 20))
        for i in range(len(text))
    ]
    confidences = [0.5 + i / 100 for i in range(len(text))]
    line = BBoxLine(id="l", bbox=(0, 0, 10 * len(text), 20))
    return BBoxOCRRecord(text, cuts, confidences, line)


def logical(text, direction="horizontal-lr", bidi="auto"):
    from armarius.engines import kraken_reading

    return kraken_reading._read_line(
        Line("l"), record(text), direction, TranscribeOptions(bidi=bidi)
    )


def test_hebrew_ink_becomes_logical_order_with_its_places(kraken):
    line = logical(HEBREW[::-1])

    assert line.text == HEBREW
    first = line.words[0].glyphs[0]
    assert first.text == HEBREW[0]
    assert box(first.polygon) == (30, 0, 40, 20)  # the rightmost of four
    assert first.confidence == pytest.approx(0.53)


def test_the_page_direction_decides_where_latin_begins_a_hebrew_line(kraken):
    # On the page, from left to right: the Hebrew word, then the Latin one that is read first.
    ink = f"{HEBREW[::-1]} {LATIN}"

    assert logical(ink, "horizontal-rl").text == f"{LATIN} {HEBREW}"
    assert logical(ink, bidi="R").text == f"{LATIN} {HEBREW}"
    assert logical(ink, "horizontal-rl", bidi="L").text == f"{HEBREW} {LATIN}"
    assert logical(ink, bidi="off").text == ink


def test_combining_marks_stay_with_their_letter(kraken):
    line = logical("e\u0301t")
    assert [glyph.text for glyph in line.words[0].glyphs] == ["e\u0301", "t"]
    assert line.words[0].glyphs[0].confidence == pytest.approx(0.505)


def test_a_coreml_model_reads_as_its_safetensors_twin(read, whole, trained, tmp_path):
    from kraken import models

    twin = tmp_path / "twin.mlmodel"
    with pytest.warns(DeprecationWarning, match="write_models"):
        models.write_coreml(models.load_safetensors(trained("kraken")), twin)

    told = gate.examine(twin)

    assert (told.kind, told.format) == ("recognition", "coreml")
    assert told.alphabet == gate.examine(trained("kraken")).alphabet
    assert read(whole, model=twin)[whole.id].text == read(whole)[whole.id].text


def test_the_wrong_kind_of_model_is_named_with_the_right_one(kraken, image, trained):
    from armarius.engines import kraken_models

    own = kraken_models.own_segmentation_model()
    with pytest.raises(BadInput, match="is a segmentation model; a recognition model"):
        kraken.transcribe(
            image, Page("x", 0, 0, lines=(Line("l"),)), TranscribeOptions(model=own)
        )
    with pytest.raises(BadInput, match="is a recognition model; a segmentation model"):
        kraken.segment(image, Page("x", 0, 0), SegmentOptions(model=trained("kraken")))


def test_weights_that_do_not_fit_the_network_are_said(read, whole, trained, tmp_path):
    content = trained("kraken").read_bytes()
    broken = tmp_path / "broken.safetensors"
    broken.write_bytes(content.replace(b"Lbx{L_", b"Lbx{M_"))

    with pytest.raises(BadInput, match=r"broken\.safetensors: the model cannot be loaded"):
        read(whole, model=broken)


def test_devices_that_are_not_there_are_said(read, whole):
    with pytest.raises(BadInput, match="no device “gpu”"):
        read(whole, device="gpu")
    with pytest.raises(Unavailable, match="“cuda:63”"):
        read(whole, device="cuda:63")


@pytest.mark.parametrize(
    "wrong", [{"batch_size": 0}, {"pad": -1}, {"mode": "circle"}, {"precision": "3-bit"}]
)
def test_options_out_of_range_are_refused(read, whole, wrong):
    with pytest.raises(BadInput):
        read(whole, **wrong)


def test_half_precision_reads(read, whole):
    assert read(whole, precision="bf16", inference="kraken")[whole.id].text is not None


@pytest.mark.parametrize("inference", ["fast", "kraken"])
def test_a_model_stays_loaded_and_the_oldest_goes_first(
    inference, read, whole, trained, tmp_path
):
    from armarius.engines import kraken_fast, kraken_models
    from armarius.engines.reference import loading

    loaded = {"fast": kraken_fast, "kraken": loading}[inference]._LOADED
    loaded.clear()
    read(whole, inference=inference)
    (first,) = loaded.values()
    for number in range(kraken_models.KEPT - 1):
        copy = tmp_path / f"{number}.safetensors"
        content = trained("kraken").read_bytes()
        copy.write_bytes(content[:-4] + bytes([number]) + content[-3:])
        read(whole, model=copy, inference=inference)
    read(whole, inference=inference)

    assert first in loaded.values()
    if inference == "fast":
        read(whole, threads=2, inference=inference)
    else:
        read(whole, precision="fp16", inference=inference)
    assert len(loaded) == kraken_models.KEPT
    assert first in loaded.values()


def test_regions_hold_their_lines_and_the_order_names_free_ones():
    from kraken import containers

    from armarius.engines import kraken_layout

    def tags(name):
        return {"type": [{"type": name}]}

    def line(key, y, *regions, kind="default"):
        return containers.BaselineLine(
            id=key,
            baseline=[(10, y), (90, y)],
            boundary=[(10, y - 9), (90, y - 9), (90, y)],
            regions=list(regions),
            tags=tags(kind),
        )

    zone = containers.Region(
        "zone", [(0, 0), (100, 0), (100, 100), (0, 100)], tags=tags("MainZone")
    )
    initial = containers.Region(
        "initial", [(0, 0), (30, 0), (30, 50), (0, 50)], tags=tags("image")
    )
    found = containers.Segmentation(
        type="baselines",
        imagename="",
        text_direction="horizontal-lr",
        script_detection=True,
        lines=[
            line("a", 20, "zone", "initial", kind="DropCapitalLine"),
            line("b", 150),
            line("c", 60, "zone"),
        ],
        regions={"MainZone": [zone], "image": [initial]},
    )

    layout = kraken_layout._layout(found, (100, 200))
    page = Page("x", 100, 200, regions=layout.regions, lines=layout.lines, order=layout.order)

    assert [(r.id, r.type, r.kind, len(r.lines)) for r in layout.regions] == [
        ("region_1", "image", "image", 1),
        ("region_2", "MainZone", "text", 1),
    ]
    assert [(x.id, x.type) for x in page.reading_order()] == [
        ("line_1", "DropCapitalLine"),
        ("line_2", ""),
        ("line_3", ""),
    ]
    assert isinstance(layout.regions[0], Region)


def test_torchvision_starts_in_a_fresh_process_whatever_build_it_is():
    code = (
        "from armarius.engines.reference.loading import import_torchvision as start;"
        "start(); start(); from torchvision.transforms import v2; print(v2.PILToTensor.__name__)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "PILToTensor"
