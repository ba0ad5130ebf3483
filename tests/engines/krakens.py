"""Kraken's own code on what tests give it, and its results in a form that can be compared."""

from __future__ import annotations

from contextlib import nullcontext
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np

from armarius.engines import kraken_models
from armarius.engines.fast import seg
from armarius.engines.fast.seg_drawing import CLASSES
from armarius.engines.reference import loading


def without_layers(direction: str, *, top: bool = False) -> Any:
    """A network of Kraken's layout family without layers: what follows the network works."""
    loading.prepare()
    from kraken.configs import SegmentationInferenceConfig
    from kraken.lib.vgsl.spred import VGSLSegmentationInference

    bare: Any = VGSLSegmentationInference()
    bare.input, bare.one_channel_mode = (1, 3, 0, 0), None
    bare.user_metadata = {"topline": top}
    bare._inf_config = SegmentationInferenceConfig(text_direction=direction)
    bare._fabric = SimpleNamespace(init_tensor=nullcontext)
    return bare


def by_kraken(
    heat: Any, direction: str = "horizontal-lr", *, top: bool = False, classes: Any = CLASSES
) -> Any:
    """What Kraken finds on heatmaps."""
    from armarius.engines.reference import running

    network = without_layers(direction, top=top)
    with kraken_models.quietly(), running.given_output(network, classes, heat):
        return network._segmentation_pred(None)


def by_us(
    heat: Any, direction: str = "horizontal-lr", *, top: bool = False, classes: Any = CLASSES
) -> Any:
    """What we find on the same."""
    with kraken_models.quietly():
        return seg.find(heat, classes, direction, top=top)


def comparable(found: Any) -> tuple[Any, Any]:
    """All that was found, without the names that Kraken throws dice for."""
    names = [region.id for kind in found.regions.values() for region in kind]
    lines = [
        (
            np.asarray(line.baseline).tolist(),
            np.asarray(line.boundary).tolist(),
            line.tags,
            [names.index(name) for name in line.regions],
        )
        for line in found.lines
    ]
    regions = {
        kind: [(np.asarray(region.boundary).tolist(), region.tags) for region in given]
        for kind, given in found.regions.items()
    }
    return lines, regions


def write_network(
    spec: str, path: Path, codec: dict[str, list[int]] | None, **told: Any
) -> None:
    """A model file of a network with weights by chance; its format is that of its name."""
    loading.prepare()
    import torch
    from kraken import models
    from kraken.lib.vgsl import TorchVGSLModel

    torch.manual_seed(3)
    net = TorchVGSLModel(vgsl=spec, codec=codec, **told)
    with kraken_models.quietly():
        write = models.write_coreml if path.suffix == ".mlmodel" else models.write_safetensors
        write([net.eval()], path)
