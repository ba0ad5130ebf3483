"""The text of an ALTO line: how Strings, SPs and HYPs become one text and words."""

from __future__ import annotations

from collections.abc import Sequence

from armarius.page import Extra, Word

HYP = Extra("alto", "HYP", "")  # this word stood in a HYP element


def joined(words: Sequence[Word]) -> str:
    """The text that the words make: a space between two, none before a HYP."""
    parts: list[str] = []
    for word in words:
        if parts and HYP not in word.extra:
            parts.append(" ")
        parts.append(word.text)
    return "".join(parts)


def mean(words: Sequence[Word]) -> float | None:
    """Mean confidence of the words, None where one has none. This is what ALTO holds of a line's."""
    values = [word.confidence for word in words if word.confidence is not None]
    return sum(values) / len(values) if values and len(values) == len(words) else None


def from_cc(code: str, text: str) -> tuple[float, ...]:
    """Confidences from ALTO's CC: one digit per character, 0 sure to 9 unsure; () if it is not that."""
    digits = code.split() if " " in code else list(code)
    if len(digits) != len(text) or not all(len(d) == 1 and d in "0123456789" for d in digits):
        return ()
    return tuple(1 - int(digit) / 9 for digit in digits)


def to_cc(confidences: Sequence[float]) -> str:
    """ALTO's CC for these confidences."""
    return " ".join(str(round((1 - min(max(c, 0.0), 1.0)) * 9)) for c in confidences)
