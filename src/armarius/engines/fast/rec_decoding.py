"""From the labels that a network gives to each column of a line, to characters with places.

Greedy decoding of connectionist temporal classification (Graves et al. 2006): runs of equal labels are one
label, label 0 is nothing. Results are those of Kraken's `greedy_decoder` and codec.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Runs:
    """Labels of one line, in order: each with its columns [start, end) and its best confidence."""

    labels: NDArray[np.int64]
    starts: NDArray[np.int64]
    ends: NDArray[np.int64]
    confidences: NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Reading:
    """What was read of a line, from left to right.

    Attributes:
        text: its code points.
        places: left and right end of each code point, in pixels of the line's image.
        confidences: one per code point, 0 to 1.
    """

    text: str
    places: tuple[tuple[int, int], ...]
    confidences: tuple[float, ...]


NOTHING = Reading("", (), ())


class Codec:
    """Characters for labels. A character may have several labels, a label several code points."""

    def __init__(self, characters: Mapping[str, Sequence[int]]) -> None:
        self._texts = {tuple(labels): text for text, labels in characters.items()}
        self._longest = max((len(labels) for labels in self._texts), default=1)

    def characters(self, runs: Runs) -> list[tuple[str, int, int, float]]:
        """Each code point with the start and end of its columns and its confidence.

        Labels that stand for nothing are left out.
        """
        labels = tuple(int(label) for label in runs.labels)
        found: list[tuple[str, int, int, float]] = []
        at = 0
        while at < len(labels):
            size = self._size(labels, at)
            if size:
                text = self._texts[labels[at : at + size]]
                start, end = int(runs.starts[at]), int(runs.ends[at + size - 1])
                sure = float(np.mean(runs.confidences[at : at + size], dtype=np.float64))
                found.extend((character, start, end, sure) for character in text)
            at += size or 1
        return found

    def _size(self, labels: tuple[int, ...], at: int) -> int:
        """How many labels from `at` on are a character; 0 for none."""
        for size in range(1, self._longest + 1):
            if labels[at : at + size] in self._texts:
                return min(size, len(labels) - at)
        return 0


def runs(labels: NDArray[np.int64], confidences: NDArray[np.float32]) -> Runs:
    """Join equal neighbours and drop the label 0.

    Args:
        labels: the likeliest label of each column, shape (columns,).
        confidences: its probability, same shape.
    """
    if not len(labels):
        empty = np.zeros(0, np.int64)
        return Runs(empty, empty, empty, np.zeros(0, np.float32))
    starts = np.flatnonzero(np.concatenate(([True], labels[1:] != labels[:-1])))
    ends = np.append(starts[1:], len(labels))
    best = np.maximum.reduceat(confidences, starts)
    kept = labels[starts] != 0
    return Runs(labels[starts][kept], starts[kept], ends[kept], best[kept])


def reading(
    found: Sequence[tuple[str, int, int, float]],
    columns: int,
    input_width: int,
    image_width: int,
    pad: int,
) -> Reading:
    """Characters with places on the line's image instead of network columns.

    Args:
        found: from `Codec.characters`.
        columns: of the network's output for this line.
        input_width: of the network's input, padding included, in pixels.
        image_width: of the line's image before it was scaled to the input, in pixels.
        pad: empty pixels at each end of the input.
    """
    if not found:
        return NOTHING
    texts, starts, ends, confidences = zip(*found, strict=True)
    edges = np.array((starts, ends), dtype=np.float64) * (input_width / columns) - pad
    scaled = edges * (image_width / (input_width - 2 * pad))
    pixels = np.rint(np.clip(scaled, 0, image_width - 1)).astype(np.int64)
    places = tuple((int(left), int(right)) for left, right in pixels.T)
    return Reading("".join(texts), places, confidences)
