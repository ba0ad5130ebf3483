"""What follows the layout network: our fast code by default, Kraken's own where that is needed."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, nullcontext
from functools import cache
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import numpy as np
import torch

from armarius.engines import kraken_loading as loading
from armarius.engines.fast import seg, seg_drawing
from armarius.errors import EngineError

if TYPE_CHECKING:
    from PIL.Image import Image

log = logging.getLogger(__name__)


def segment(task: Any, image: Image, config: Any, inference: str) -> tuple[Any, str]:
    """What is on a page, as Kraken's `Segmentation` or our `Found`, and how it was found.

    How is ``fast``, or ``kraken`` with the reason in brackets where the fast path was wanted.

    Raises:
        BadInput: there is no such inference.
        EngineError: only the fast path was wanted, and it cannot do this.
    """
    loading.check_inference(inference)
    if inference == "kraken":
        return task.predict(image, config), "kraken"
    reason = _reason_against(task) or _disagreement()
    if reason:
        return task.predict(image, config), _fallen_back(reason, inference)
    network = task.seg_models[0]
    network.prepare_for_inference(config)
    with torch.inference_mode(), network._fabric.init_tensor():
        maps = network._compute_segmentation_map(image)
    try:
        return by_us(network, maps, config.text_direction), "fast"
    except Exception as error:
        # Whatever it is: Kraken goes on from the same output of the network.
        how = _fallen_back(f"the fast path failed: {error}", inference)
        return by_kraken(network, image, maps), how


def by_us(network: Any, maps: Mapping[str, Any], direction: str) -> seg.Found:
    """Our post-processing of the output of `_compute_segmentation_map`."""
    return seg.find(
        maps["heatmap"],
        maps["cls_map"],
        maps["scal_im"],
        maps["scale"],
        direction,
        top=bool(network.user_metadata.get("topline", False)),
    )


def by_kraken(network: Any, image: Image | None, maps: Mapping[str, Any]) -> Any:
    """Kraken's post-processing of the same, prepared with its configuration."""
    with _with_output(network, maps):
        return network._segmentation_pred(image)


@contextmanager
def _with_output(network: Any, maps: Mapping[str, Any]) -> Iterator[None]:
    """Let the network give this output, whatever the image."""
    network._compute_segmentation_map = lambda _: maps
    try:
        yield
    finally:
        del network._compute_segmentation_map


def _fallen_back(reason: str, inference: str) -> str:
    if inference == "fast":
        raise EngineError(f"The fast path cannot segment here: {reason}.")
    log.warning("Kraken's own post-processing is used: %s", reason)
    return f"kraken ({reason})"


def _reason_against(task: Any) -> str:
    """Why this model is left to Kraken; empty if it is not."""
    if len(task.seg_models) != 1:
        return "the file holds several layout networks"
    if task.ro_models:
        return "the model brings its own reading order"
    if not hasattr(task.seg_models[0], "_compute_segmentation_map"):
        return "the network is of another family"
    return ""


def without_layers(direction: str, *, top: bool = False) -> Any:
    """A network of Kraken's layout family without layers, for `by_us` and `by_kraken` only."""
    from kraken.configs import SegmentationInferenceConfig
    from kraken.lib.vgsl.spred import VGSLSegmentationInference

    bare: Any = VGSLSegmentationInference()
    bare.input, bare.one_channel_mode = (1, 3, 0, 0), None
    bare.user_metadata = {"topline": top}
    bare._inf_config = SegmentationInferenceConfig(text_direction=direction)
    bare._fabric = SimpleNamespace(init_tensor=nullcontext)
    return bare


@cache
def _disagreement() -> str:
    """Where the fast path and Kraken differ on a small drawn page; empty if they do not.

    Once in a process; the first time on a machine it also compiles, which takes longer.
    """
    drawn, bare = seg_drawing.drawn_page(), without_layers("horizontal-lr")
    try:
        ours = comparable(by_us(bare, drawn, "horizontal-lr"))
    except Exception as error:  # numba or a library does not work here
        return f"the self-test failed: {error}"
    if ours != comparable(by_kraken(bare, None, drawn)):
        return "the self-test gave other lines than Kraken's code"
    return ""


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
