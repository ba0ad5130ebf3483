"""Pages and lines through Kraken itself: its networks on torch, its code before and after them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import torch

from armarius.engines import ModelInfo, SegmentOptions, TranscribeOptions
from armarius.engines.fast.rec_cutting import Shape
from armarius.engines.fast.seg_heatmap import Heat
from armarius.engines.reference import loading

if TYPE_CHECKING:
    from PIL.Image import Image


class Layout:
    """A layout model in Kraken's hands.

    Attributes:
        classes, top: as `seg_heatmap.Network` has them.
    """

    def __init__(self, path: Path, info: ModelInfo, options: SegmentOptions) -> None:
        from kraken.configs import SegmentationInferenceConfig

        self._task = loading.load(path, info, "segmentation", options.device, options.precision)
        accelerator, device = loading.accelerator(options.device)
        self._threads = partial(loading.threads, options.threads)
        self._config = SegmentationInferenceConfig(
            text_direction=options.direction,
            accelerator=accelerator,
            device=device,
            precision=loading.PRECISIONS[options.precision],
        )
        told = self._task.seg_models[0].user_metadata
        self.classes: Any = told.get("class_mapping")
        self.top = bool(told.get("topline", False))

    @property
    def alone(self) -> bool:
        """Whether it is one network of the known family, whose output others may go on from."""
        networks = self._task.seg_models
        known = hasattr(networks[0], "_compute_segmentation_map")
        return len(networks) == 1 and not self._task.ro_models and known

    def heatmap(self, image: Image, height: int = 0) -> Heat:
        """Kraken's own output of the network, on a page of so many rows; 0 for its own height."""
        network = self._network()
        with (
            self._threads(),
            torch.inference_mode(),
            network._fabric.init_tensor(),
            given_height(network, height),
        ):
            maps = network._compute_segmentation_map(image)
        return Heat(maps["heatmap"], maps["scal_im"], tuple(maps["scale"]))

    def segment(self, image: Image) -> Any:
        """All of it by Kraken: its `Segmentation`."""
        with self._threads():
            return self._task.predict(image, self._config)

    def go_on(self, image: Image | None, heat: Heat) -> Any:
        """Kraken's code on an output of the network, whoever computed it."""
        network = self._network()
        with given_output(network, self.classes, heat):
            return network._segmentation_pred(image)

    def _network(self) -> Any:
        network = self._task.seg_models[0]
        network.prepare_for_inference(self._config)
        return network


@contextmanager
def given_height(network: Any, height: int) -> Iterator[None]:
    """Let a layout network of Kraken look at pages of so many rows; 0 for its own height."""
    own = network.input
    network.input = (*own[:2], height or own[2], own[3])
    try:
        yield
    finally:
        network.input = own


@contextmanager
def given_output(network: Any, classes: Any, heat: Heat) -> Iterator[None]:
    """Let a layout network of Kraken give this output, whatever the image."""
    network._compute_segmentation_map = lambda _: {
        "heatmap": heat.heatmap,
        "cls_map": classes,
        "bounding_regions": None,
        "scale": np.array(heat.scale),
        "scal_im": heat.grey,
    }
    try:
        yield
    finally:
        del network._compute_segmentation_map


def records(
    path: Path,
    info: ModelInfo,
    image: Image,
    shapes: list[Shape],
    kind: Literal["baselines", "bbox"],
    options: TranscribeOptions,
) -> Iterator[Any]:
    """Kraken's records in display order, one per shape and in their order."""
    from kraken.configs import RecognitionInferenceConfig
    from kraken.containers import Segmentation

    task = loading.load(path, info, "recognition", options.device, options.precision)
    if not shapes:
        return
    accelerator, device = loading.accelerator(options.device)
    config = RecognitionInferenceConfig(
        accelerator=accelerator,
        device=device,
        precision=loading.PRECISIONS[options.precision],
        batch_size=options.batch_size,
        padding=options.pad,
        bidi_reordering=False,  # done by us, per line
        decoder=_decoder,
        num_line_workers=0,  # workers get the whole page pickled once per line: slower, always
    )
    segmentation = Segmentation(
        type=kind,
        imagename="",
        text_direction="horizontal-lr",
        script_detection=False,
        lines=[_line(shape) for shape in shapes],
    )
    with loading.threads(options.threads):
        yield from task.predict(image, segmentation, config)


def _line(shape: Shape) -> Any:
    from kraken.containers import BaselineLine, BBoxLine

    if shape.type == "bbox":
        return BBoxLine(id=shape.id, bbox=shape.bbox)
    baseline, boundary = list(shape.baseline), list(shape.boundary)
    return BaselineLine(id=shape.id, baseline=baseline, boundary=boundary)


def _decoder(outputs: Any, lengths: Any = None) -> list[list[tuple[int, int, int, float]]]:
    """Kraken's decoder, the end of a character being where its last column ends, not begins.

    Else a character that is seen in one column only, as most are, would have no width.
    """
    from kraken.lib.ctc_decoder import greedy_decoder

    return [
        [(label, start, end + 1, confidence) for label, start, end, confidence in sequence]
        for sequence in greedy_decoder(outputs, lengths)
    ]
