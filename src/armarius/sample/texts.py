"""Texts in the public domain: some to learn from, others to be read.

A file holds passages parted by a line with ``%``. The first line of a passage says ``verse`` or
``prose``, a semicolon, and where it comes from; the rest is the text, one line per verse or per
paragraph, an empty line between stanzas. No sentence stands in both sets.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import files

LANGUAGES = ("en", "fr", "la", "de")


@dataclass(frozen=True, slots=True)
class Passage:
    """A piece of verse or prose.

    Attributes:
        verse: its lines end where the author ended them.
        source: author and work.
        paragraphs: verses or paragraphs; an empty one is the gap between two stanzas.
    """

    verse: bool
    source: str
    paragraphs: tuple[str, ...]

    @property
    def words(self) -> list[str]:
        """All words in their order."""
        return " ".join(self.paragraphs).split()


@cache
def training() -> tuple[Passage, ...]:
    """What the sample model learns from, in four languages."""
    return tuple(p for code in LANGUAGES for p in _passages(f"training-{code}.txt"))


@cache
def sample() -> tuple[Passage, ...]:
    """What the sample pages say; the model never saw it."""
    return tuple(_passages("sample.txt"))


def _passages(name: str) -> list[Passage]:
    content = (files(__package__) / "texts" / name).read_text("utf-8")
    return [_passage(part) for part in content.split("\n%\n")]


def _passage(text: str) -> Passage:
    kind, _, rest = text.strip().partition("; ")
    source, _, body = rest.partition("\n")
    return Passage(kind == "verse", source, tuple(_printers(body).split("\n")))


def _printers(text: str) -> str:
    """The marks that a printer sets where a typewriter has one for all."""
    opened = text.replace('"', "”")
    for before in (" ", "\n"):
        opened = opened.replace(f"{before}”", f"{before}“")
    if opened.startswith("”"):
        opened = "“" + opened[1:]
    return opened.replace("'", "’")
