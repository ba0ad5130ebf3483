"""Character and word error rates, micro-averaged over a corpus.

The distance is Levenshtein's (1965): insertions, deletions and substitutions, each
costing one. Rates divide the sum of all distances by the sum of all reference lengths, so
that a long line counts more than a short one. Both texts are normalised in the same way
before; every report must say how.

Lines whose reference is empty after normalising are left out, since nobody transcribed
them; pass ``empty="count"`` to count what was read there as insertions. Where the
references together are empty, a rate is 0 without errors and 1 with any.
"""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Literal

import regex
from rapidfuzz.distance import Levenshtein

Unit = Literal["codepoint", "grapheme"]
Normalization = Literal["NFC", "NFD", "NFKC", "NFKD", "none"]
Empty = Literal["skip", "count"]

_GRAPHEME = regex.compile(r"\X")


@dataclass(frozen=True, slots=True)
class Rules:
    """How two texts are compared.

    Attributes:
        unit: what a character is: a Unicode code point, or a grapheme cluster (UAX 29).
        normalization: Unicode normal form of both texts, or ``none``.
        collapse: whether runs of white space become one space and the ends are trimmed.
        empty: whether lines without reference text are left out or count as insertions.
    """

    unit: Unit = "codepoint"
    normalization: Normalization = "NFC"
    collapse: bool = True
    empty: Empty = "skip"

    def stated(self) -> str:
        """One sentence for reports."""
        form = (
            "no Unicode normalization" if self.normalization == "none" else self.normalization
        )
        space = "white space collapsed" if self.collapse else "white space as it stands"
        unit = "code points" if self.unit == "codepoint" else "grapheme clusters"
        empty = "left out" if self.empty == "skip" else "counted as insertions"
        return f"{form}, {space}, {unit}, micro average, lines without reference text {empty}"

    def prepared(self, text: str) -> str:
        """The text as it is compared."""
        if self.normalization != "none":
            text = unicodedata.normalize(self.normalization, text)
        return " ".join(text.split()) if self.collapse else text

    def units(self, text: str) -> Sequence[str]:
        """The characters of a prepared text."""
        return text if self.unit == "codepoint" else _GRAPHEME.findall(text)


@dataclass(slots=True)
class Score:
    """Sums over lines; add two by `+=`."""

    lines: int = 0
    characters: int = 0
    errors: int = 0
    words: int = 0
    word_errors: int = 0
    insertions: int = 0
    deletions: int = 0
    substitutions: int = 0
    confusions: Counter[tuple[str, str]] = field(default_factory=Counter)

    @property
    def cer(self) -> float:
        """Character error rate, 0 and up."""
        return _rate(self.errors, self.characters)

    @property
    def wer(self) -> float:
        """Word error rate, 0 and up."""
        return _rate(self.word_errors, self.words)

    def __iadd__(self, other: Score) -> Score:
        self.lines += other.lines
        self.characters += other.characters
        self.errors += other.errors
        self.words += other.words
        self.word_errors += other.word_errors
        self.insertions += other.insertions
        self.deletions += other.deletions
        self.substitutions += other.substitutions
        self.confusions.update(other.confusions)
        return self


def score(pairs: Iterable[tuple[str, str]], rules: Rules | None = None) -> Score:
    """Compare lines.

    Args:
        pairs: (reference, hypothesis) of each line.
        rules: how; by default NFC, white space collapsed, code points.

    Returns:
        The sums; `confusions` counts (reference, hypothesis) characters, the empty string
        standing for nothing on that side.
    """
    rules = rules or Rules()
    total = Score()
    for reference, hypothesis in pairs:
        left, right = rules.prepared(reference), rules.prepared(hypothesis)
        if left or (rules.empty == "count"):
            _add(total, left, right, rules)
    return total


def _add(total: Score, reference: str, hypothesis: str, rules: Rules) -> None:
    left, right = rules.units(reference), rules.units(hypothesis)
    total.lines += 1
    total.characters += len(left)
    if reference != hypothesis:
        for kind, i, j in _edits(left, right):
            total.errors += 1
            total.insertions += kind == "insert"
            total.deletions += kind == "delete"
            total.substitutions += kind == "replace"
            pair = ("" if kind == "insert" else left[i], "" if kind == "delete" else right[j])
            total.confusions[pair] += 1
    left_words, right_words = reference.split(), hypothesis.split()
    total.words += len(left_words)
    total.word_errors += Levenshtein.distance(left_words, right_words)


def _edits(left: Sequence[str], right: Sequence[str]) -> list[tuple[str, int, int]]:
    """The fewest edits that make `right` of `left`: (kind, place in left, place in right)."""
    return [(op.tag, op.src_pos, op.dest_pos) for op in Levenshtein.editops(left, right)]


def _rate(errors: int, length: int) -> float:
    if length:
        return errors / length
    return 1.0 if errors else 0.0


@cache
def character_name(text: str) -> str:
    """How a report names a character, so that marks and spaces can be seen."""
    if not text:
        return "nothing"
    return " + ".join(f"U+{ord(c):04X} {unicodedata.name(c, 'without name')}" for c in text)
