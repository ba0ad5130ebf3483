"""Pages to learn from: other texts than the sample's, in every dress that a sample page might wear.

Half of the text is as its author wrote it; in the other half the words of a language stand in
random order, so that a network learns letters rather than verses by heart.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from armarius.sample import SamplePage, print_page, texts
from armarius.sample.faces import FAMILIES
from armarius.sample.printing import Press
from armarius.sample.texts import Passage
from armarius.sample.typesetting import Layout

WORDS = 700  # more than any page holds
_SHUFFLED, _CAPITALS, _NUMBERS = 0.45, 0.08, 0.08  # shares of the paragraphs


def pages(number: int, seed: int) -> Iterator[SamplePage]:
    """That many pages, the same for the same seed; half a second to one second each.

    Raises:
        BadInput: the fonts are not built.
    """
    rng = np.random.default_rng(seed)
    for count in range(1, number + 1):
        yield print_page(
            f"practice-{seed}-{count}.jpg",
            _passage(rng),
            _layout(rng),
            _press(rng),
            rng,
            # What layout analysis draws round a line is sometimes tight, sometimes wide.
            lambda: (rng.uniform(0, 0.36), rng.uniform(0, 0.3)),
        )


def _passage(rng: np.random.Generator) -> Passage:
    """A page full of paragraphs or verses from one kind of text."""
    sources = texts.training()
    verse = bool(rng.random() < 0.4)
    paragraphs: list[str] = []
    while sum(len(text.split()) for text in paragraphs) < WORDS:
        source = sources[int(rng.integers(len(sources)))]
        lot = rng.random()
        if lot < _SHUFFLED:
            paragraphs += _shuffled(source.words, verse, rng)
        elif lot < _SHUFFLED + _CAPITALS:
            paragraphs += [text.upper() for text in _some(source.words, 6, rng)]
        elif lot < _SHUFFLED + _CAPITALS + _NUMBERS:
            paragraphs += _numbers(verse, rng)
        elif source.verse == verse:
            paragraphs += source.paragraphs
    return Passage(verse, "practice", tuple(paragraphs))


def _shuffled(words: list[str], verse: bool, rng: np.random.Generator) -> list[str]:  # noqa: FBT001
    mixed = [words[at] for at in rng.permutation(len(words))[:80]]
    return _some(mixed, 7, rng) if verse else [" ".join(mixed)]


def _some(words: list[str], length: int, rng: np.random.Generator) -> list[str]:
    """A few rows of about that many words."""
    return [
        " ".join(words[start : start + int(rng.integers(3, length + 2))])
        for start in range(0, min(len(words), 10 * length), length)
    ]


def _numbers(verse: bool, rng: np.random.Generator) -> list[str]:  # noqa: FBT001
    """Years, pages, verses: what a printer's figures are for."""
    forms = (
        "{}",
        "{}.",
        "Fol. {}",
        "Pag. {}",
        "{},",
        "({})",
        "{}:",
        "Cap. {}.",
        "&",
        "Anno {};",
    )
    found = [
        forms[int(rng.integers(len(forms)))].format(
            int(rng.integers(1, 10 ** rng.integers(1, 5)))
        )
        for _ in range(24)
    ]
    return _some(found, 6, rng) if verse else [" ".join(found)]


def _layout(rng: np.random.Generator) -> Layout:
    columns = 1 if rng.random() < 0.6 else 2
    size = int(rng.integers(40, 62)) if columns == 1 else int(rng.integers(36, 52))
    left, right = int(rng.integers(130, 320)), int(rng.integers(130, 320))
    heading, running = _titles(rng)
    return Layout(
        columns=columns,
        family=FAMILIES[int(rng.integers(len(FAMILIES)))],
        style="italic" if rng.random() < 0.35 else "normal",
        size=size,
        leading=round(size * rng.uniform(1.18, 1.4)),
        margins=(left, 220, right, 230),
        gutter=int(rng.integers(80, 140)),
        heading=heading,
        running=running,
        number=f"Fol. {int(rng.integers(1, 400))}",
    )


def _titles(rng: np.random.Generator) -> tuple[str, str]:
    words = texts.training()[int(rng.integers(len(texts.training())))].words
    start = int(rng.integers(max(1, len(words) - 4)))
    return " ".join(words[start : start + 3]), " ".join(words[start + 1 : start + 3])


def _press(rng: np.random.Generator) -> Press:
    """Old paper and worn type of every sort."""
    tone, dark = int(rng.integers(218, 250)), int(rng.integers(20, 75))
    return Press(
        paper=(tone, tone - int(rng.integers(4, 14)), tone - int(rng.integers(14, 46))),
        ink=(dark + 8, dark + 2, dark),
        angle=float(rng.normal(0, 0.5)),
        wear=float(rng.uniform(0, 0.8)),
        weight=float(rng.uniform(0.85, 1.2)),
        blur=float(rng.uniform(0.1, 1.2)),
        stains=int(rng.integers(0, 20)),
        through=float(rng.uniform(0, 0.08)),
        quality=int(rng.integers(55, 92)),
    )
