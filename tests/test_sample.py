"""The sample project: pages that the product prints itself, and the model that reads them."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from armarius import engines, sample
from armarius.engines import SegmentOptions, TranscribeOptions
from armarius.errors import BadInput
from armarius.geometry import box
from armarius.page import Page
from armarius.sample import faces, practice, texts
from armarius.score import score


@pytest.fixture(scope="module")
def printed():
    """The pages of the sample project."""
    return sample.pages()


def test_the_same_pages_come_out_every_time(printed):
    assert sample.pages() == printed


def test_the_pages_are_handy(printed):
    assert 5 <= len(printed) <= 8
    assert {page.page.width for page in printed} == {1600}
    assert max(len(page.jpeg) for page in printed) < 600_000
    columns = [sum("column" in region.type for region in page.page.regions) for page in printed]
    assert columns.count(2) == 2


def test_the_truth_lies_within_the_image_and_each_line_on_its_baseline(printed):
    for name, jpeg, page in printed:
        image = Image.open(io.BytesIO(jpeg))
        assert (name, image.size) == (page.image, (page.width, page.height))
        for line in page.all_lines():
            left, top, right, bottom = box(line.mask)
            assert min(left, top) >= 0
            assert right < image.width
            assert bottom < image.height
            assert all(left <= x <= right and top <= y <= bottom for x, y in line.baseline)


def test_there_is_ink_in_every_mask_and_none_between_the_lines(printed):
    grey = Image.open(io.BytesIO(printed[0].jpeg)).convert("L")
    for line in printed[0].page.all_lines():
        left, top, right, bottom = (round(edge) for edge in box(line.mask))
        dark = sum(grey.crop((left, top, right, bottom)).histogram()[:100])
        assert dark > 0.04 * (right - left) * (bottom - top)
    assert sum(grey.crop((0, 2150, 1600, 2300)).histogram()[:100]) == 0


def test_a_page_says_what_its_passage_says(printed):
    for page, passage in zip(printed, texts.sample(), strict=True):
        main = [
            line
            for region in page.page.regions
            for line in region.lines
            if region.type.startswith("MainZone") and line.type == "DefaultLine"
        ]
        said = " ".join(line.text or "" for line in main).replace("- ", "")
        whole = " ".join(passage.words).replace("- ", "")
        assert whole.startswith(said)
        assert len(said) > 0.9 * len(whole)


def test_the_model_learns_from_other_texts():
    learnt = {text for passage in texts.training() for text in passage.paragraphs if text}
    asked = {text for passage in texts.sample() for text in passage.paragraphs if text}
    assert not learnt & asked


def test_practice_pages_differ_from_one_another_but_not_from_themselves():
    first, second = practice.pages(2, seed=3)
    again = next(practice.pages(1, seed=3))

    assert again == first
    assert first.page.regions != second.page.regions


def test_a_small_page_has_the_lines_asked_for():
    _, jpeg, page = sample.small_page("To be, or not to be,\nthat is the question:")

    assert [line.text for line in page.all_lines()] == [
        "To be, or not to be,",
        "that is the question:",
    ]
    assert Image.open(io.BytesIO(jpeg)).size == (page.width, page.height)


def test_without_fonts_it_says_how_to_get_them(monkeypatch, tmp_path):
    monkeypatch.setattr(faces, "FOLDER", tmp_path)
    faces.face.cache_clear()

    with pytest.raises(BadInput, match="make setup"):
        sample.small_page("Arma virumque cano")


@pytest.mark.slow
def test_the_sample_model_reads_a_page_that_it_never_saw(printed):
    name, jpeg, truth = printed[2]  # two columns of Latin
    image = Image.open(io.BytesIO(jpeg))
    kraken = engines.get("kraken")

    found = kraken.segment(image, Page(name, *image.size), SegmentOptions())
    read = kraken.transcribe(image, found, TranscribeOptions(model=sample.MODEL))

    said, meant = (
        "\n".join(x.text or "" for x in page.reading_order()) for page in (read, truth)
    )
    assert score([(meant, said)]).cer < 0.05
