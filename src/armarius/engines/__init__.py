"""Recognition engines. None knows another; a new one is a module like its siblings and a row here.

An engine is a module with a name, a label and five functions. It gets the upright image
and the page tree, and returns a new tree with one `Step` more. It keeps the models that
it has loaded (by their SHA-256), so that a second page with the same model is quick.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Protocol, cast

from armarius.errors import BadInput
from armarius.page import Direction, Line, Page

if TYPE_CHECKING:
    from PIL.Image import Image

PRECISIONS = ("fp32", "bf16", "fp16")
MODES = ("auto", "baselines", "bbox")
BIDI = ("auto", "L", "R", "off")
INFERENCES = ("auto", "fast", "kraken")
STEPS = ("both", "lines", "regions")
QUICK_ROWS = 1200  # rows of a page that a quick segmentation looks at
Mode = Literal["auto", "baselines", "bbox"]
Bidi = Literal["auto", "L", "R", "off"]
Inference = Literal["auto", "fast", "kraken"]
Steps = Literal["both", "lines", "regions"]
Precision = Literal["fp32", "bf16", "fp16"]


@dataclass(frozen=True, slots=True)
class ModelInfo:
    """What can be said of a model file without loading it.

    Attributes:
        kind: ``recognition`` or ``segmentation``; what else the file holds is in `tasks`.
        format: ``safetensors`` or ``coreml``.
        type: for recognition, ``baselines`` or ``bbox``: how lines were cut for its training.
        alphabet: the characters it can write, each a grapheme or code point, sorted.
        height: of its input in pixels, 0 where it takes any.
        accuracy: 1 - CER on its own validation lines, None where the file does not say.
        classes: for segmentation, ``lines`` and ``regions``: names of the types it finds.
        needs: the version of the engine it asks for, empty where it does not say.
    """

    kind: str
    format: str
    sha256: str
    size: int
    name: str = ""
    type: str = ""
    alphabet: tuple[str, ...] = ()
    height: int = 0
    accuracy: float | None = None
    tasks: tuple[str, ...] = ()
    classes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    spec: str = ""
    needs: str = ""
    engine: str = "kraken"


@dataclass(frozen=True, slots=True)
class SegmentOptions:
    """How to find regions and lines.

    Attributes:
        model: model file, None for the engine's own.
        model_name: how provenance calls it; default is the file's name.
        direction: principal text direction of pages that do not say theirs, a help for the reading order.
        device: ``cpu``, ``cuda``, ``cuda:1``, ``mps``, or ``auto``: a GPU where one can be used, else the CPU.
        precision: of the network: ``bf16`` is quicker on some processors, ``fp16`` on GPUs, and results
            differ a little.
        threads: CPU threads of the network; more than the cores one owns make it slower.
        inference: what finds lines on the network's output: ``fast`` for our own code, ``kraken`` for
            Kraken's, ``auto`` for ours where it gives the same.
        steps: what is wanted; an engine may find both all the same, `parts` takes what is asked for.
        height: rows of the page that the network looks at, at most as many as it was made for;
            0 for just as many. Fewer are quicker, and small or faint lines may be missed.
        own: what only this engine understands; see its module.
    """

    model: Path | None = None
    model_name: str = ""
    direction: Direction = "horizontal-lr"
    device: str = "cpu"
    precision: Precision = "fp32"
    threads: int = 1
    inference: Inference = "auto"
    steps: Steps = "both"
    height: int = 0
    own: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class OutlineOptions:
    """For which lines to draw masks round their baselines.

    Attributes:
        lines: ids of lines, none for all.
        top: baselines run above their letters, as in Hebrew or Devanagari.
    """

    lines: Sequence[str] = ()
    top: bool = False


@dataclass(frozen=True, slots=True)
class TranscribeOptions:
    """How to read the lines.

    Attributes:
        model: model file, None only for engines that bring their own.
        mode: cut lines out along their baselines or as upright boxes; ``auto`` does as the
            model was trained.
        direction: principal text direction, for pages and lines that do not say theirs.
        bidi: order of mixed scripts in the text: ``auto`` by the first strong character, ``L`` or
            ``R`` for a fixed base direction, ``off`` keeps the order on the page. Texts
            in the tree are always in logical order.
        inference: what runs the network: ``fast`` for ONNX Runtime, ``kraken`` for Kraken itself,
            ``auto`` for the fast path where it gives the same.
        batch_size: lines read at once. The fast path reads a line the same in any batch; in Kraken
            itself it depends on its neighbours, and 1 is the fastest on a CPU.
        pad: empty pixels added left and right of a line, at the height of the model's input.
        characters: also give words and characters with their places.
    """

    model: Path | None = None
    model_name: str = ""
    mode: Mode = "auto"
    direction: Direction = "horizontal-lr"
    bidi: Bidi = "auto"
    device: str = "cpu"
    precision: Precision = "fp32"
    inference: Inference = "auto"
    batch_size: int = 1
    pad: int = 16
    threads: int = 1
    characters: bool = True
    own: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Example:
    """A page to learn from: its image file and its tree with texts in the lines."""

    image: Path
    page: Page


@dataclass(frozen=True, slots=True)
class TrainOptions:
    """How to train a small recognition model; the full parameter table is the trainer's own.

    Attributes:
        held_out: share of the examples kept apart to measure the accuracy.
        minutes: upper limit of time, None for none.
        start: model file to go on from, None for a new network.
    """

    epochs: int = 20
    seed: int = 1
    held_out: float = 0.1
    minutes: float | None = None
    start: Path | None = None
    device: str = "cpu"
    threads: int = 1
    own: Mapping[str, Any] = field(default_factory=dict)


Tell = Callable[[Line], None]


class Engine(Protocol):
    """What a module must have to be an engine."""

    NAME: str
    LABEL: str

    def segment(self, image: Image, page: Page, options: SegmentOptions) -> Page:
        """Return the page with newly found regions, lines and their order; old ones are gone.

        Raises:
            BadInput: the model is no segmentation model, or an option is out of its range.
            EngineError: the engine failed on this page.
        """

    def outline(self, image: Image, page: Page, options: OutlineOptions) -> Page:
        """Return the page with new masks round baselines; a line that gets none keeps its own.

        Raises:
            EngineError: the engine failed on this page.
        """

    def transcribe(
        self, image: Image, page: Page, options: TranscribeOptions, tell: Tell | None = None
    ) -> Page:
        """Return the page with the same lines, each with its text and confidences.

        `tell` gets each line as soon as it was read, in any order; the texts are the same with it.

        Raises:
            BadInput: the model is no recognition model, or an option is out of its range.
            EngineError: the engine failed on this page.
        """

    def train(
        self,
        examples: Sequence[Example],
        output: Path,
        options: TrainOptions,
        tell: Callable[[str], None],
    ) -> ModelInfo:
        """Train a recognition model, write it to `output` and say what it is.

        `tell` gets one sentence per epoch.

        Raises:
            BadInput: there is too little to learn from.
        """

    def describe(self, model: Path) -> ModelInfo:
        """Say what a model file is; raises BadInput for what is none."""


ENGINES: Mapping[str, str] = {
    "kraken": "armarius.engines.kraken",
    "echo": "armarius.engines.echo",
}


def get(name: str) -> Engine:
    """The engine of that name; imported now, since kraken takes seconds.

    Raises:
        BadInput: there is no such engine.
    """
    try:
        path = ENGINES[name]
    except KeyError:
        known = ", ".join(ENGINES)
        raise BadInput(f"There is no engine “{name}”. There are: {known}.") from None
    return cast("Engine", importlib.import_module(path))
