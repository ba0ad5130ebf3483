"""The sample project: printed pages that the product makes itself, with their ground truth.

`pages` gives the pages of the sample project, `practice.pages` endless others to learn from, and
`MODEL` the recogniser that learnt from those (`python -m armarius.sample.recipe`).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import numpy as np

from armarius.page import Page
from armarius.sample import printing, texts
from armarius.sample.faces import FAMILIES
from armarius.sample.printing import Press
from armarius.sample.texts import Passage
from armarius.sample.typesetting import Layout, compose

MODEL = Path(__file__).parent / "armarius-sample.safetensors"
SEED = 1609  # the year of the Sonnets

_VERSE = Layout(size=46, leading=57, margins=(300, 240, 180, 270))
_PROSE = Layout(size=57, leading=74, margins=(225, 240, 225, 270))
_FOLIO = Layout(columns=2, gutter=130, size=46, leading=61, margins=(140, 240, 140, 270))


class SamplePage(NamedTuple):
    """A page image and the truth about it; `name` is the file's."""

    name: str
    jpeg: bytes
    page: Page


def pages() -> list[SamplePage]:
    """The pages of the sample project, always the same: about 1600 x 2300 pixels, in seconds.

    Raises:
        BadInput: the fonts are not built.
    """
    rng = np.random.default_rng(SEED)
    designs = zip(texts.sample(), _designs(), strict=True)
    return [
        print_page(f"sample-{number}.jpg", passage, layout, press, rng)
        for number, (passage, (layout, press)) in enumerate(designs, 1)
    ]


def _designs() -> list[tuple[Layout, Press]]:
    """How each passage of the sample looks."""
    dw, garamond = FAMILIES[1:]
    return [
        (
            replace(_VERSE, running="Sonnets", number="Fol. 18", heading="Two Sonnets"),
            Press(angle=0.3),
        ),
        (
            replace(_PROSE, family=dw, running="Au Lecteur", heading="De l’Autheur au Lecteur"),
            Press(angle=-0.5, paper=(236, 224, 198)),
        ),
        (
            replace(
                _FOLIO, running="De Bello Gallico", number="Pag. 1", heading="Liber primus"
            ),
            Press(angle=0.2, wear=0.4),
        ),
        (
            replace(
                _VERSE, family=dw, style="italic", running="Fables choisies", number="Fol. 24"
            ),
            Press(angle=-0.25, stains=14),
        ),
        (
            replace(_FOLIO, family=garamond, running="Essays", heading="Of Studies"),
            Press(angle=0.45, paper=(243, 234, 214), wear=0.3),
        ),
        (
            replace(_PROSE, family=garamond, running="Werther", heading="Am 4. May 1771"),
            Press(angle=0.15, paper=(233, 222, 199), ink=(58, 44, 34)),
        ),
    ]


def small_page(text: str, name: str = "small.jpg", seed: int = 0) -> SamplePage:
    """A small clean page in milliseconds, for tests: one line of type per line of `text`.

    Raises:
        BadInput: the fonts are not built.
    """
    rows = text.split("\n")
    layout = Layout(
        width=640,
        height=120 + 44 * len(rows),
        size=32,
        leading=44,
        margins=(40, 20, 40, 10),
        catchword=False,
    )
    press = Press(angle=0, wear=0, stains=0, through=0)
    passage = Passage(verse=True, source="", paragraphs=tuple(rows))
    return print_page(name, passage, layout, press, np.random.default_rng(seed))


def print_page(
    name: str,
    passage: Passage,
    layout: Layout,
    press: Press,
    rng: np.random.Generator,
    slack: Callable[[], tuple[float, float]] = lambda: (0.1, 0.1),
) -> SamplePage:
    """Set and print what finds room; `slack` as in `printing.truth`.

    Raises:
        BadInput: the fonts are not built.
    """
    blocks, _ = compose(passage, layout)
    size = layout.width, layout.height
    jpeg = printing.draw(blocks, size, press, rng)
    return SamplePage(name, jpeg, printing.truth(blocks, size, press.angle, name, slack))
