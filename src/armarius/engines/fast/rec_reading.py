"""Running a recogniser over the lines of a page, in batches of lines of like width."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from armarius.engines.fast import (
    net_check,
    net_graph,
    net_spec,
    net_weights,
    rec_decoding,
    rec_network,
)
from armarius.engines.fast.net_spec import NotBuildable
from armarius.engines.fast.rec_decoding import NOTHING, Codec, Reading

BATCH_COLUMNS = (
    16384  # input pixels side by side, padding included: about 1 GB in Kraken's own network
)
BATCH_SCORES = 64 * 1024 * 1024  # values of the output, 256 MB, that a batch may have
WAITING = 32 * 1024 * 1024  # input values kept while a page's lines are sorted: 128 MB


@dataclass(frozen=True, slots=True)
class LineInput:
    """A line as the network takes it.

    Attributes:
        values: shape (channels, rows, columns), float32 from 0 (paper) to 1 (ink).
        image_width: of its image before it was scaled, in pixels.
        pad: empty pixels at each end, of those in `values`.
    """

    values: NDArray[np.float32]
    image_width: int
    pad: int


class Reader:
    """A recogniser in memory.

    Args:
        path: model file that the gate has passed.
        threads: CPU threads of the network.
        precision: ``fp32``, or ``bf16`` where `net_openvino` can.
        device: ``cpu``, or a GPU where `devices.missing` has nothing against it.

    Raises:
        NotBuildable: the network has a part that the fast path does not know.
    """

    def __init__(
        self, path: Path, threads: int = 1, precision: str = "fp32", device: str = "cpu"
    ) -> None:
        stored = net_weights.read(path, "recognition")
        characters = stored.told.get("codec")
        if not isinstance(characters, dict) or not characters:
            raise NotBuildable("the file does not say its characters")
        self.spec = net_spec.parse(stored.spec)
        self.codec = Codec(characters)
        # Models from before the present extraction of lines do not say how theirs were cut.
        self.old_cuts = bool(stored.told.get("legacy_polygons", True))
        self.graph = rec_network.build(self.spec, stored.weights)
        self._labels = rec_network.labels(self.spec)
        self._session = net_graph.session(self.graph.content, threads, precision, device)
        self._alone = precision == "bf16"  # see `net_openvino`
        net_check.lines(self.spec, stored.weights, self.probabilities, precision)

    def probabilities(self, lines: list[NDArray[np.float32]]) -> list[NDArray[np.float32]]:
        """The network's output for lines read at once: each of shape (columns, labels)."""
        (found,) = self._run(lines, ["probabilities"])
        return [
            values[: self.graph.columns(line.shape[2])]
            for values, line in zip(found, lines, strict=True)
        ]

    def read(
        self, lines: Iterable[tuple[int, LineInput]], batch_size: int, soon: int = 0
    ) -> Iterator[tuple[int, Reading]]:
        """Read numbered lines; they come back in another order.

        Lines wait until `WAITING` values are there, are sorted by width and read at most
        `batch_size` at a time, fewer where they are long. What a line reads as does not depend on this.
        `soon`: so many lines wait at most, so that the first come back early; 0 for no such limit.
        """
        waiting: list[tuple[int, LineInput]] = []
        size = 0
        for number, line in lines:
            if self.graph.columns(line.values.shape[2]) == 0:
                yield number, NOTHING
                continue
            waiting.append((number, line))
            size += line.values.size
            if size >= WAITING or len(waiting) == soon:
                yield from self._sorted(waiting, batch_size)
                waiting, size = [], 0
        yield from self._sorted(waiting, batch_size)

    def _sorted(
        self, lines: list[tuple[int, LineInput]], batch_size: int
    ) -> Iterator[tuple[int, Reading]]:
        """The widest first: what they take in memory serves the others."""
        lines.sort(key=lambda line: line[1].values.shape[2], reverse=True)
        at = 0
        while at < len(lines):
            width = lines[at][1].values.shape[2]
            scores = max(1, self.graph.columns(width) * self._labels)
            room = min(BATCH_COLUMNS // width, BATCH_SCORES // scores)
            batch = lines[at : at + max(1, min(batch_size, room))]
            yield from self._batch(batch)
            at += len(batch)

    def _batch(self, batch: list[tuple[int, LineInput]]) -> Iterator[tuple[int, Reading]]:
        names = ["labels", "confidences"]
        labels, confidences = self._run([line.values for _, line in batch], names)
        for (number, line), found, sure in zip(batch, labels, confidences, strict=True):
            width = line.values.shape[2]
            columns = self.graph.columns(width)
            runs = rec_decoding.runs(found[:columns], sure[:columns])
            characters = self.codec.characters(runs)
            yield (
                number,
                rec_decoding.reading(characters, columns, width, line.image_width, line.pad),
            )

    def _run(self, lines: list[NDArray[np.float32]], outputs: list[str]) -> list[Any]:
        if self._alone and len(lines) > 1:
            each = [self._run([line], outputs) for line in lines]
            return [[own[0] for own in of_one] for of_one in zip(*each, strict=True)]
        widths = np.array([line.shape[2] for line in lines], np.int64)
        if len(lines) == 1:
            together = lines[0][np.newaxis]
        else:
            together = np.zeros((len(lines), *lines[0].shape[:2], widths.max()), np.float32)
            for place, line in zip(together, lines, strict=True):
                place[:, :, : line.shape[2]] = line
        found: list[Any] = self._session.run(outputs, {"lines": together, "widths": widths})
        return found
