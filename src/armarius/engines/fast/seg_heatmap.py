"""Running a layout network over a page: heatmaps as large as the network saw the page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from armarius.engines.fast import (
    net_check,
    net_graph,
    net_input,
    net_spec,
    net_weights,
    seg_network,
)
from armarius.engines.fast.net_spec import NotBuildable

Floats = NDArray[np.float32]


class Heat(NamedTuple):
    """The output of a layout network for a page.

    Attributes:
        heatmap: float32 array (classes, height, width), probabilities.
        grey: uint8 array (height, width), the page at the size of the heatmap.
        scale: pixels of the page for one of the heatmap, across and down.
    """

    heatmap: Floats
    grey: NDArray[np.uint8]
    scale: tuple[float, float]


class Network:
    """A layout network in memory.

    Args:
        path: model file that the gate has passed.
        threads: CPU threads of the network.
        precision: ``fp32``, or ``bf16`` where `net_openvino` can.
        device: ``cpu``, or a GPU where `devices.missing` has nothing against it.

    Attributes:
        classes: the place of every type among the heatmaps, by ``aux``, ``baselines``, ``regions``.
        top: baselines run above their letters.

    Raises:
        NotBuildable: the network has a part that the fast path does not know.
    """

    def __init__(
        self, path: Path, threads: int = 1, precision: str = "fp32", device: str = "cpu"
    ) -> None:
        stored = net_weights.read(path, "segmentation")
        self.classes: Mapping[str, Mapping[str, int]] = stored.told.get("class_mapping") or {}
        if not {"_start_separator", "_end_separator"} <= set(self.classes.get("aux", ())):
            raise NotBuildable("the file does not say which heatmap is which class")
        self.top = bool(stored.told.get("topline", False))
        self.spec = net_spec.parse(stored.spec, heatmap=True)
        content = seg_network.build(self.spec, stored.weights)
        self._session = net_graph.session(content, threads, precision, device)
        net_check.page(self.spec, stored.weights, self._run, precision)

    def heatmap(self, image: Image.Image, height: int = 0) -> Heat:
        """The likelihood of every class at every pixel of the scaled page.

        Args:
            image: the page.
            height: rows to scale it to, 0 for as many as the network was made for.

        Raises:
            EngineError: the page is too narrow or too wide.
        """
        values, grey = net_input.page(
            image, replace(self.spec, height=height or self.spec.height)
        )
        found = _stretched(self._run(values), grey.shape)
        scale = image.width / grey.shape[1], image.height / grey.shape[0]
        return Heat(found, grey, scale)

    def _run(self, page: Floats) -> Floats:
        (found,) = self._session.run(["heatmap"], {"page": page[np.newaxis]})
        result: Floats = found
        return result


def _stretched(maps: Floats, shape: tuple[int, ...]) -> Floats:
    """Maps at another size, nearest pixels as torch takes them."""
    rows, columns = (
        np.floor(np.arange(new, dtype=np.float32) * (np.float32(old) / np.float32(new)))
        for new, old in zip(shape, maps.shape[1:], strict=True)
    )
    rows, columns = np.minimum(rows, maps.shape[1] - 1), np.minimum(columns, maps.shape[2] - 1)
    found: Floats = maps[:, rows.astype(int)[:, None], columns.astype(int)[None, :]]
    return found
