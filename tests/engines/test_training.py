"""Train a small network with Kraken's own parts, for real."""

from __future__ import annotations

import re

import pytest

from armarius import engines, sample
from armarius.engines import Example, TrainOptions, TranscribeOptions, gate
from armarius.engines.pixels import open_upright
from armarius.errors import BadInput

pytestmark = pytest.mark.slow

TINY = "[1,16,0,1 Cr3,3,8,2,2 Mp2,2 S1(1x0)1,3 Lbx16]"
PSALM = (
    "The Lord is my shepherd;\nI shall not want.\nHe maketh me to lie down\nin green pastures:"
)


@pytest.fixture(scope="module")
def psalm(tmp_path_factory):
    """A small printed page and its truth."""
    page = sample.small_page(PSALM, "psalm.jpg")
    image = tmp_path_factory.mktemp("psalm") / page.name
    image.write_bytes(page.jpeg)
    return Example(image, page.page)


@pytest.fixture
def train(tmp_path):
    """Train the tiny network; returns what the trainer said and its model file."""

    def run(examples, name="tiny.safetensors", epochs=3, **own):
        said: list[str] = []
        options = TrainOptions(epochs=epochs, seed=5, own={"network": TINY, **own})
        engines.get("kraken").train(examples, tmp_path / name, options, said.append)
        return said, tmp_path / name

    return run


def test_it_learns(train, psalm):
    said, _ = train([psalm], epochs=8, rate=0.02)

    losses = [
        float(found[1]) for found in (re.search(r"loss ([\d.]+)", s) for s in said) if found
    ]
    assert len(losses) == 8
    assert losses[-1] < 0.7 * losses[0]


def test_the_model_passes_the_gate_and_reads_a_page(train, psalm):
    _, model = train([psalm])

    told = gate.examine(model)
    assert (told.kind, told.type, told.format, told.height) == (
        "recognition",
        "baselines",
        "safetensors",
        16,
    )
    assert "".join(told.alphabet) == "".join(sorted(set(PSALM) - {"\n"}))
    assert told.accuracy is not None
    read = engines.get("kraken").transcribe(
        open_upright(psalm.image), psalm.page, TranscribeOptions(model=model)
    )
    assert all(line.text is not None for line in read.all_lines())


def test_the_same_seed_gives_the_same_file(train, psalm):
    _, first = train([psalm], "first.safetensors", epochs=1)
    _, second = train([psalm], "second.safetensors", epochs=1)

    assert first.read_bytes() == second.read_bytes()


def test_it_goes_on_from_a_model_and_leaves_that_one_alone(train, psalm, tmp_path):
    _, model = train([psalm], epochs=1)
    kraken = engines.get("kraken")
    image, ask = open_upright(psalm.image), TranscribeOptions(model=model)
    before = kraken.transcribe(image, psalm.page, ask)

    more = tmp_path / "more.safetensors"
    kraken.train([psalm], more, TrainOptions(epochs=2, start=model), lambda _: None)

    after = kraken.transcribe(image, psalm.page, ask)
    assert list(after.all_lines()) == list(before.all_lines())
    assert gate.examine(more).alphabet == gate.examine(model).alphabet
    assert more.read_bytes() != model.read_bytes()


def test_it_names_the_characters_that_a_model_cannot_write(train, psalm, tmp_path):
    _, model = train([psalm], epochs=1)
    page = sample.small_page("Überfluß\nund Glück", "wort.jpg")
    image = tmp_path / page.name
    image.write_bytes(page.jpeg)
    options = TrainOptions(epochs=1, start=model)

    with pytest.raises(BadInput, match="cannot write G b c f Ü ß ü"):
        engines.get("kraken").train(
            [Example(image, page.page)], tmp_path / "no", options, lambda _: None
        )


@pytest.mark.parametrize(
    ("own", "message"),
    [
        ({"epoch": 3}, "no training option “epoch”"),
        ({"network": "a network"}, "is no network"),
        ({"network": "[1,16,0,1 Xy7]"}, "cannot be built"),
    ],
)
def test_a_wrong_option_is_named(train, psalm, own, message):
    with pytest.raises(BadInput, match=message):
        train([psalm], **own)


def test_one_line_is_too_little_to_learn_from(train, tmp_path):
    page = sample.small_page("Alone", "alone.jpg")
    image = tmp_path / page.name
    image.write_bytes(page.jpeg)

    with pytest.raises(BadInput, match="Two lines"):
        train([Example(image, page.page)])
