"""What every engine must do; a new one is added to the list and nothing else."""

from __future__ import annotations

from dataclasses import replace

import pytest

from armarius import engines
from armarius.engines import (
    ENGINES,
    QUICK_ROWS,
    OutlineOptions,
    SegmentOptions,
    TrainOptions,
    TranscribeOptions,
)
from armarius.engines.pixels import open_upright
from armarius.errors import BadInput
from armarius.formats import json_tree
from armarius.geometry import box
from armarius.page import Line, Page, Region, Step

QUICK = ("echo",)


@pytest.fixture(
    scope="module",
    params=[
        pytest.param(name, marks=() if name in QUICK else pytest.mark.slow) for name in ENGINES
    ],
)
def engine(request):
    return engines.get(request.param)


@pytest.fixture(scope="module")
def image(psalm):
    return open_upright(psalm.image)


@pytest.fixture(scope="module")
def segmented(engine, image):
    """A page that had other lines before."""
    old = Region("old", lines=(Line("old_line", text="gone"),))
    page = Page("psalm.png", 0, 0, regions=(old,), steps=(Step("import"),), language="en")
    return engine.segment(image, page, SegmentOptions())


@pytest.fixture(scope="module")
def read(engine, image, segmented, trained):
    return engine.transcribe(image, segmented, TranscribeOptions(model=trained(engine.NAME)))


def test_it_has_a_name_and_a_label(engine):
    assert ENGINES[engine.NAME] == engine.__name__
    assert engine.LABEL


def test_segmenting_replaces_the_lines_and_keeps_the_rest(segmented, image):
    assert "old" not in {region.id for region in segmented.all_regions()}
    assert (segmented.width, segmented.height) == image.size
    assert (segmented.image, segmented.language) == ("psalm.png", "en")


def test_every_line_found_has_a_shape_within_the_image(segmented, image):
    lines = list(segmented.all_lines())

    assert lines
    for line in lines:
        left, top, right, bottom = box([*line.baseline, *line.mask])
        assert len(line.baseline) >= 2
        assert len(line.mask) >= 3
        assert 0 <= left < right <= image.width
        assert 0 <= top < bottom <= image.height
        assert line.text is None


def test_a_quick_look_is_told_in_the_provenance(engine, image, segmented):
    quick = engine.segment(image, Page("psalm.png", 0, 0), SegmentOptions(height=QUICK_ROWS))

    assert next(quick.all_lines())
    assert quick.steps[-1].parameters["height"] == str(QUICK_ROWS)
    assert segmented.steps[-1].parameters["height"] != str(QUICK_ROWS)


@pytest.mark.parametrize("steps", ["lines", "regions"])
def test_the_steps_that_are_asked_for_are_told(engine, image, steps):
    made = engine.segment(image, Page("psalm.png", 0, 0), SegmentOptions(steps=steps))
    assert made.steps[-1].parameters["steps"] == steps


@pytest.mark.parametrize("own", ["horizontal-rl", None])
def test_a_page_that_says_its_direction_is_segmented_in_it(engine, image, own):
    page = Page("psalm.png", 0, 0, direction=own)
    made = engine.segment(image, page, SegmentOptions(direction="vertical-lr"))
    used = own or "vertical-lr"
    assert (made.direction, made.steps[-1].parameters["direction"]) == (used, used)


def test_masks_are_drawn_anew_for_the_lines_asked_for_only(engine, image, segmented):
    gone = [replace(line, mask=()) for line in segmented.all_lines()]
    bare = replace(segmented, regions=(), lines=tuple(gone), order=None)

    drawn = list(engine.outline(image, bare, OutlineOptions([gone[1].id])).all_lines())

    assert [bool(line.mask) for line in drawn] == [n == 1 for n in range(len(gone))]
    left, top, right, bottom = box(drawn[1].mask)
    assert 0 <= left < right <= image.width
    assert top < box(gone[1].baseline)[1] <= bottom <= image.height
    assert [replace(line, mask=()) for line in drawn] == gone


def test_ids_are_unique_and_names_that_xml_takes(segmented):
    ids = [thing.id for thing in (*segmented.all_regions(), *segmented.all_lines())]
    assert len(ids) == len(set(ids))
    assert all(
        identifier.replace("_", "").isalnum() and not identifier[0].isdigit()
        for identifier in ids
    )


def test_each_work_adds_one_step(segmented, read, engine):
    assert [step.kind for step in read.steps] == ["import", "segmentation", "recognition"]
    assert segmented.steps[-1].software == engine.NAME
    assert read.steps[-1].version


def test_reading_changes_nothing_but_what_was_read(segmented, read):
    def shapes(page):
        return [
            replace(x, text=None, confidence=None, confidences=(), words=())
            for x in page.all_lines()
        ]

    assert shapes(read) == shapes(segmented)
    assert read.order == segmented.order


def test_every_line_has_a_text_with_a_confidence_per_code_point(read):
    for line in read.all_lines():
        assert line.text is not None
        assert len(line.confidences) == len(line.text)
        assert all(0 <= value <= 1 for value in line.confidences)
        assert line.confidence is None or 0 <= line.confidence <= 1


def test_words_and_characters_spell_the_text(read):
    for line in read.all_lines():
        assert [word.text for word in line.words] == (line.text or "").split()
        for word in line.words:
            assert "".join(glyph.text for glyph in word.glyphs) == word.text


def test_characters_lie_on_their_line(read):
    for line in read.all_lines():
        left, top, right, bottom = box([*line.mask, *line.baseline])
        for word in line.words:
            for points in (word.polygon, *(glyph.polygon for glyph in word.glyphs)):
                for x, y in points:
                    assert left - 2 <= x <= right + 2
                    assert top - 2 <= y <= bottom + 2


def test_the_same_page_gives_the_same_text(engine, image, segmented, read, trained):
    options = TranscribeOptions(model=trained(engine.NAME), characters=False)
    again = engine.transcribe(image, segmented, options)

    assert [x.text for x in again.all_lines()] == [x.text for x in read.all_lines()]
    assert not any(line.words for line in again.all_lines())


def test_lines_are_told_as_they_are_read(engine, image, segmented, read, trained):
    told: list[Line] = []
    options = TranscribeOptions(model=trained(engine.NAME))
    again = engine.transcribe(image, segmented, options, told.append)

    assert list(again.all_lines()) == list(read.all_lines())
    assert {line.id: line for line in told} == {line.id: line for line in again.all_lines()}
    assert len(told) == len(list(again.all_lines()))


def test_lines_in_nested_regions_and_without_a_region_are_read(engine, image, psalm, trained):
    first, second, *rest = psalm.page.all_lines()
    inner = Region("inner", lines=(second,))
    page = Page("x", 0, 0, regions=(Region("outer", regions=(inner,)),), lines=(first, *rest))

    read = engine.transcribe(image, page, TranscribeOptions(model=trained(engine.NAME)))

    assert all(line.text is not None for line in read.all_lines())
    assert read.regions[0].regions[0].lines[0].id == second.id


def test_the_result_survives_the_journey_as_json(read):
    assert json_tree.read(json_tree.write(read), "page").page == read


@pytest.mark.parametrize(
    "direction", ["horizontal-lr", "horizontal-rl", "vertical-lr", "vertical-rl"]
)
def test_every_text_direction_is_read(engine, image, psalm, trained, direction):
    page = replace(psalm.page, direction=direction)
    for mode in ("baselines", "bbox"):
        options = TranscribeOptions(model=trained(engine.NAME), mode=mode, direction=direction)
        read = engine.transcribe(image, page, options)
        assert all(line.text is not None for line in read.all_lines())


def test_it_describes_what_it_trained(engine, trained):
    told = engine.describe(trained(engine.NAME))

    assert told.kind == "recognition"
    assert told.engine == engine.NAME
    assert "L" in told.alphabet
    assert len(told.sha256) == 64


def test_it_refuses_what_is_no_model(engine, tmp_path):
    (tmp_path / "cat.jpg").write_bytes(b"meow")
    with pytest.raises(BadInput, match=r"cat\.jpg"):
        engine.describe(tmp_path / "cat.jpg")
    with pytest.raises(BadInput, match=r"dog\.safetensors"):
        engine.describe(tmp_path / "dog.safetensors")


def test_it_does_not_train_on_nothing(engine, tmp_path):
    with pytest.raises(BadInput):
        engine.train([], tmp_path / "none", TrainOptions(), lambda sentence: None)
    assert not (tmp_path / "none").exists()


def test_an_unknown_engine_is_named_with_the_known_ones():
    with pytest.raises(BadInput, match=r"“tesseract”.*kraken, echo"):
        engines.get("tesseract")
