"""Pages and models at the ends of what people may bring are read, or a sentence says why not."""

from __future__ import annotations

import pytest
from PIL import Image

from armarius import cli, engines, formats, sample
from armarius.engines import TranscribeOptions
from armarius.page import Page
from tests.engines import extremes

pytestmark = pytest.mark.slow


def read(image, page, model=sample.MODEL, batch_size=1):
    options = TranscribeOptions(model=model, inference="fast", batch_size=batch_size)
    made = engines.get("kraken").transcribe(image, page, options)
    return [line.text or "" for line in made.all_lines()]


def test_an_empty_page_becomes_a_file_without_lines(tmp_path, capsys):
    Image.new("L", (60, 900), 255).save(tmp_path / "empty.png")
    given = ["transcribe", str(tmp_path / "empty.png"), "--model", str(sample.MODEL)]
    assert cli.main([*given, "--output", str(tmp_path / "read")]) == 0
    (made,) = (tmp_path / "read").iterdir()
    page = formats.read(made.read_bytes(), made.name).page
    assert list(page.all_lines()) == []
    assert (page.width, page.height) == (60, 900)


def test_a_thousand_lines_are_read_alike():
    texts = read(*extremes.many_lines(1000))
    assert len(texts) == 1000
    assert len(texts[0]) > 10
    assert set(texts) == {texts[0]}


def test_a_line_in_the_corner_of_100_megapixels_reads_as_on_a_small_page():
    image, page = extremes.large_page(100)
    assert image.width * image.height >= 1e8
    assert read(image, page) == read(*extremes.large_page(1))
    assert read(image, page)[0].startswith("I shall")


def test_a_line_of_20000_pixels_is_read_along_its_baseline():
    (text,) = read(*extremes.long_line(20_000))
    assert text.count("not") > 20


@pytest.mark.parametrize("characters", [1, 20_000])
def test_a_recogniser_of_few_and_of_many_characters_reads(characters, tmp_path):
    """Kraken itself takes minutes to load the latter: it compares all pairs of labels."""
    model = tmp_path / "han.safetensors"
    known = extremes.write_model(model, characters)
    image, page = extremes.many_lines(3)
    texts = read(image, page, model, batch_size=64)
    assert len(texts) == 3
    assert len(texts[0]) > 2
    assert set("".join(texts)) <= set(known)


def test_lines_of_one_pixel_are_empty_and_the_page_goes_on():
    image, page = extremes.many_lines(2)
    dot = ((9, 9), (10, 9), (10, 10), (9, 10))
    (line, other) = page.lines
    small = type(line)("dot", baseline=((9, 9), (10, 9)), mask=dot)
    texts = read(image, Page("x", *image.size, lines=(small, other)))
    assert texts == ["", read(image, page)[1]]
