"""A program that keeps a reader warm: pages by name on stdin, a JSON line each; answers likewise.

    python -m armarius.bench._reading_child '{"way": "ours", "model": "…", "precision": "fp32"}'

`ours` reads as the resident engine does, from the image file to the ALTO file, and says what each stage
took; `kraken` does the same through Kraken's Python interface at its best setting on a CPU.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections import defaultdict
from collections.abc import Callable
from dataclasses import replace
from functools import wraps
from pathlib import Path
from typing import Any

from armarius.errors import ArmariusError

Read = Callable[[Path, Path], dict[str, float]]


class Stages:
    """Processor seconds of the functions that it is put round; what one calls counts for the inner one."""

    def __init__(self) -> None:
        self._seconds: dict[str, float] = defaultdict(float)
        self._open: list[str] = []
        self._since = 0.0

    def put_round(self, owner: Any, name: str, stage: str) -> None:
        """Measure `owner.name` as `stage` from now on."""
        inner = getattr(owner, name)

        @wraps(inner)
        def measured(*given: Any, **named: Any) -> Any:
            self._charge()
            self._open.append(stage)
            try:
                return inner(*given, **named)
            finally:
                self._charge()
                self._open.pop()

        setattr(owner, name, measured)

    def taken(self) -> dict[str, float]:
        """Seconds of each stage since the last call."""
        seconds, self._seconds = dict(self._seconds), defaultdict(float)
        return seconds

    def _charge(self) -> None:
        now = time.process_time()
        if self._open:
            self._seconds[self._open[-1]] += now - self._since
        self._since = now


def ours(given: dict[str, Any]) -> Read:
    """Our own path; the fast one and no other."""
    from armarius import engines, formats, runner
    from armarius.bundle import Bundle, BundlePage
    from armarius.engines import SegmentOptions, TranscribeOptions
    from armarius.page import Page

    engine = engines.get("kraken")
    machine = {"precision": given["precision"], "inference": "fast"}
    layout = Path(given["layout"]) if given["layout"] else None
    order = Bundle(
        engine="kraken",
        pages=(),
        segment=SegmentOptions(model=layout, **machine),
        transcribe=TranscribeOptions(model=Path(given["model"]), **machine),
    )
    stages = _staged(engine)

    def read(image: Path, output: Path) -> dict[str, float]:
        stages.taken()
        page = runner.work(engine, order, BundlePage("page", Page(image.name, 0, 0), image))
        output.write_bytes(formats.write(page, "alto"))
        return stages.taken()

    return read


def _staged(engine: Any) -> Stages:
    from armarius import formats
    from armarius.engines import pixels
    from armarius.engines.fast import rec_lines, seg
    from armarius.engines.fast.rec_reading import Reader
    from armarius.engines.fast.seg_heatmap import Network

    stages = Stages()
    for owner, name, stage in (
        (pixels, "open_upright", "decode"),
        (engine, "segment", "lines, masks, order"),
        (Network, "heatmap", "layout network"),
        (seg, "find", "lines, masks, order"),
        (engine, "transcribe", "characters and their places"),
        (rec_lines, "_input", "cut out lines"),
        (Reader, "_run", "recognition network"),
        (formats, "write", "write"),
    ):
        stages.put_round(owner, name, stage)
    return stages


def kraken(given: dict[str, Any]) -> Read:
    """Kraken's Python interface: models loaded once, no line workers, one thread."""
    from armarius.engines.kraken_models import own_segmentation_model, quietly
    from armarius.engines.reference import loading

    loading.prepare()
    import torch
    from kraken.configs import RecognitionInferenceConfig, SegmentationInferenceConfig
    from kraken.lib.util import open_image
    from kraken.serialization import serialize
    from kraken.tasks import RecognitionTaskModel, SegmentationTaskModel

    torch.set_num_threads(1)
    segmenter = SegmentationTaskModel.load_model(given["layout"] or own_segmentation_model())
    reader = RecognitionTaskModel.load_model(given["model"])
    machine = {"accelerator": "cpu", "device": 1, "precision": "32-true"}

    def read(image: Path, output: Path) -> dict[str, float]:
        page = open_image(image)
        with quietly():
            found = segmenter.predict(page, SegmentationInferenceConfig(**machine))
            config = RecognitionInferenceConfig(num_line_workers=0, **machine)
            lines = list(reader.predict(page, found, config))
            found = replace(found, lines=lines, imagename=image.name)
            output.write_text(serialize(found, image_size=page.size, template="alto"), "utf-8")
        return {}

    return read


def random_model(path: Path) -> None:
    """A model of the network that Kraken trains by default, its weights by chance: for speed only."""
    from armarius.engines.kraken_models import quietly
    from armarius.engines.reference import loading

    loading.prepare()
    import torch
    from kraken import models
    from kraken.configs import VGSLRecognitionTrainingConfig
    from kraken.lib.vgsl import TorchVGSLModel

    characters = [chr(code) for code in range(32, 127)]
    codec = {character: [label] for label, character in enumerate(characters, 1)}
    layers = VGSLRecognitionTrainingConfig().spec.strip().removesuffix("]")
    spec = f"{layers} O1c{len(characters) + 1}]"
    torch.manual_seed(1609)
    told = {"model_type": ["recognition"], "seg_type": "baselines", "legacy_polygons": False}
    net = TorchVGSLModel(vgsl=spec, codec=codec, **told)
    with quietly():
        models.write_safetensors([net.eval()], path)


def main(given: dict[str, Any]) -> int:
    """Answer until stdin ends; what libraries print goes to stderr."""
    answers = os.fdopen(os.dup(1), "w", buffering=1)
    os.dup2(2, 1)
    if given["way"] == "random model":
        random_model(Path(given["model"]))
        return 0
    try:
        read = {"ours": ours, "kraken": kraken}[given["way"]](given)
    except ArmariusError as error:
        answers.write(json.dumps({"error": str(error)}) + "\n")
        return 1
    answers.write("{}\n")
    for asked in sys.stdin:
        page = json.loads(asked)
        try:
            answer: Any = {"stages": read(Path(page["image"]), Path(page["output"]))}
        except Exception as error:
            # Whatever a page does to an engine, the others are still to be measured.
            known = isinstance(error, ArmariusError)
            answer = {"error": str(error) if known else f"{type(error).__name__}: {error}"}
        answers.write(json.dumps(answer) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(json.loads(sys.argv[1])))
