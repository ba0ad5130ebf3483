"""A small printed page, and engines that have learnt to read it."""

from __future__ import annotations

import io
from dataclasses import replace

import pytest
from PIL import Image

from armarius import engines, sample
from armarius.engines import Example, TrainOptions

TINY = "[1,16,0,1 Cr3,3,8,2,2 Mp2,2 S1(1x0)1,3 Lbx16]"
PSALM = "The Lord is my shepherd;\nI shall not want.\nHe maketh me to lie\nin green pastures:"


@pytest.fixture(scope="session")
def psalm(tmp_path_factory):
    """Four printed lines at the top of a tall page, and the truth about them."""
    printed = sample.small_page(PSALM, "psalm.jpg")
    top = Image.open(io.BytesIO(printed.jpeg)).convert("L")
    image = Image.new("L", (top.width, 1400), 255)  # tall, so that few pixels are segmented
    image.paste(top)
    file = tmp_path_factory.mktemp("psalm") / "psalm.png"
    image.save(file)
    return Example(file, replace(printed.page, image=file.name, height=image.height))


@pytest.fixture(scope="session")
def trained(psalm, tmp_path_factory):
    """Model file of an engine, trained for a moment on the psalm."""
    made = {}

    def model(name):
        if name not in made:
            file = tmp_path_factory.mktemp(name) / "psalm.safetensors"
            options = TrainOptions(epochs=60, seed=5, own={"network": TINY, "rate": 0.02})
            made[name] = (
                engines.get(name).train([psalm], file, options, lambda sentence: None),
                file,
            )
        return made[name][1]

    return model
