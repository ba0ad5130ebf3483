"""A home of its own per test, and page images of every kind, painted on the spot."""

from __future__ import annotations

import pytest
from PIL import Image, ImageDraw


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    """An empty data folder."""
    from armarius.images import fast

    folder = tmp_path / "home"
    monkeypatch.setenv("ARMARIUS_HOME", str(folder))
    fast.SHELF.forget()
    return folder


def painted(width=60, height=40, mode="RGB"):
    """A page that looks different from every side: red, green, blue and white quarters."""
    image = Image.new("RGB", (width, height), "white")
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 0, width // 2 - 1, height // 2 - 1), fill=(200, 0, 0))
    draw.rectangle((width // 2, 0, width, height // 2 - 1), fill=(0, 160, 0))
    draw.rectangle((0, height // 2, width // 2 - 1, height), fill=(0, 0, 200))
    return image.convert(mode)


def noise(width, height, seed=1):
    """A page of coarse random patches, so that every tile differs from its neighbours."""
    import numpy

    small = numpy.random.default_rng(seed).integers(
        0, 255, (height // 16 + 1, width // 16 + 1, 3), dtype="uint8"
    )
    return Image.fromarray(small).resize((width, height), Image.Resampling.BICUBIC)


@pytest.fixture
def write(tmp_path):
    """Write an image under a name and return its path."""

    def save(image, name, **options):
        path = tmp_path / name
        image.save(path, **options)
        return path

    return save


@pytest.fixture
def page(codex, tmp_path):
    """A page of the codex: 1,300 x 1,100 pixels, so that it has tiles on two levels."""
    from armarius.images import store
    from armarius.models import Page

    path = tmp_path / "f12r.jpg"
    noise(1300, 1100).save(path, quality=95)
    image = store.add(path, path.name)
    store.pyramid(image.sha256)
    return Page.objects.create(document=codex, position=0, name="f12r.jpg", image=image)
