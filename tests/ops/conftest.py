"""A page to work on: an image that exists only as a row, two regions, three lines."""

from __future__ import annotations

import pytest

from armarius import models
from armarius.page import Line, Page, Region


@pytest.fixture
def image(db):
    return models.Image.objects.create(
        sha256="a" * 64, size=1000, format="jpeg", width=2000, height=3000
    )


@pytest.fixture
def folio(codex, image):
    """The first page of the codex, still blank."""
    return models.Page.objects.create(document=codex, position=0, name="f1r.jpg", image=image)


@pytest.fixture
def tree():
    """Two regions with three lines."""
    return Page(
        image="f1r.jpg",
        width=2000,
        height=3000,
        regions=(
            Region(
                "r1",
                ((0, 0), (900, 0), (900, 900)),
                "MainZone:column#1",
                lines=(
                    Line("l1", ((10, 100), (800, 100)), text="En nom dieu", confidence=0.9),
                    Line("l2", ((10, 200), (800, 200)), type="DefaultLine", text="amen"),
                ),
            ),
            Region("r2", type="MarginTextZone", lines=(Line("l3", ((950, 100), (999, 100))),)),
        ),
    )


@pytest.fixture
def layer(codex):
    return models.Transcription.objects.create(document=codex, name="manual")
