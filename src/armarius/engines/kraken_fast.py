"""Kraken's recognition through the fast path: its line images in, its records out.

A model is read by the fast path where a self-test, run when the model is loaded, agrees with Kraken's own
network; else by Kraken, and the reason goes to the log and into the provenance of every page.
"""

from __future__ import annotations

import logging
from collections import OrderedDict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from numpy.typing import NDArray

from armarius.engines import INFERENCES, ModelInfo, TranscribeOptions
from armarius.engines import kraken_loading as loading
from armarius.errors import BadInput

if TYPE_CHECKING:
    from PIL.Image import Image

    from armarius.engines.fast.rec_decoding import Reading
    from armarius.engines.fast.rec_reading import LineInput, Reader

log = logging.getLogger(__name__)

CLOSE = 1e-4  # largest difference of a probability in the self-test; 1e-7 is usual
TEST_WIDTHS = (96, 233)  # of the lines of the self-test, in pixels
_READERS: OrderedDict[tuple[str, int], Reader | str] = OrderedDict()


@dataclass(frozen=True, slots=True)
class Chosen:
    """What reads a page.

    Attributes:
        reader: the fast path, None for Kraken itself.
        name: for the provenance: ``onnxruntime VERSION`` or ``kraken``, with the reason if the fast
            path was wanted.
    """

    reader: Reader | None
    name: str


def choose(task: Any, path: Path, info: ModelInfo, options: TranscribeOptions) -> Chosen:
    """The fast path where it is wanted and can do the same, else Kraken.

    Raises:
        BadInput: the fast path was asked for by name and cannot read this; or there is no such path.
    """
    if options.inference not in INFERENCES:
        known = ", ".join(INFERENCES)
        raise BadInput(f"There is no inference “{options.inference}”. There are: {known}.")
    if options.inference == "kraken":
        return Chosen(None, "kraken")
    found = _elsewhere(options) or _reader(task, path, info, options.threads)
    if not isinstance(found, str):
        import onnxruntime

        return Chosen(found, f"onnxruntime {onnxruntime.__version__}")
    if options.inference == "fast":
        raise BadInput(f"{path.name} cannot be read by the fast path: {found}.")
    return Chosen(None, f"kraken ({found})")


def _elsewhere(options: TranscribeOptions) -> str:
    """Why the fast path does not run with these options; empty where it does."""
    if options.device != "cpu":
        return f"the fast path runs on the CPU, not on {options.device}"
    if options.precision != "32-true":
        return f"the fast path has no precision {options.precision}"
    return ""


def _reader(task: Any, path: Path, info: ModelInfo, threads: int) -> Reader | str:
    """The model in the fast path, from memory where it is there, or the reason against it."""
    key = (info.sha256, threads)
    if key not in _READERS:
        _READERS[key] = _loaded(task, path, threads)
        while len(_READERS) > loading.MODELS_KEPT:
            _READERS.popitem(last=False)
    _READERS.move_to_end(key)
    return _READERS[key]


def _loaded(task: Any, path: Path, threads: int) -> Reader | str:
    from armarius.engines.fast.rec_reading import Reader
    from armarius.engines.fast.rec_spec import NotBuildable

    try:
        reader = Reader(path, threads)
        reason = _difference(task.net, reader)
    except NotBuildable as error:
        reason = str(error)
    except Exception as error:
        # Whatever a model makes of the self-test, Kraken is there to read it.
        reason = f"{type(error).__name__}: {error}".split("\n", 1)[0]
    if not reason:
        return reader
    log.warning("%s is read by Kraken itself, several times slower: %s", path.name, reason)
    return reason


def _difference(net: Any, reader: Reader) -> str:
    """Read two lines at once, and each with Kraken's network; empty where they are the same."""
    import torch

    _, channels, height, fixed = net.input
    chance = np.random.default_rng(1)
    lines = [
        chance.random((channels, height, fixed or width), np.float32) for width in TEST_WIDTHS
    ]
    net.eval()
    worst = 0.0
    for line, found in zip(lines, reader.probabilities(lines), strict=True):
        with torch.inference_mode():
            width = torch.tensor([line.shape[2]])
            scores, _ = net.nn(torch.from_numpy(line)[None], width)
            wanted = scores.softmax(1)[0, :, 0].T.numpy()
        if wanted.shape != found.shape:
            return "the self-test gave another number of columns than Kraken"
        worst = max(worst, float(np.abs(wanted - found).max()))
    if not worst <= CLOSE:
        return f"the self-test differed from Kraken by {worst:.0e}"
    return ""


def records(
    task: Any,
    reader: Reader,
    image: Image,
    lines: list[Any],
    kind: Literal["baselines", "bbox"],
    options: TranscribeOptions,
) -> list[Any]:
    """Kraken's records in display order, one per line and in their order; as Kraken makes them."""
    from kraken.containers import BaselineOCRRecord, BBoxOCRRecord

    made: list[Any] = [None] * len(lines)
    inputs = _inputs(task.net, image, lines, kind, options.pad)
    for number, reading in reader.read(inputs, options.batch_size):
        made[number] = reading
    empty = BaselineOCRRecord if kind == "baselines" else BBoxOCRRecord
    return [
        empty("", [], [], line) if reading is None else _record(reading, line, kind)
        for line, reading in zip(lines, made, strict=True)
    ]


def _record(reading: Reading, line: Any, kind: str) -> Any:
    from kraken.containers import BaselineOCRRecord, BBoxOCRRecord

    confidences = list(reading.confidences)
    if kind == "baselines":
        return BaselineOCRRecord(
            reading.text, [list(place) for place in reading.places], confidences, line
        )
    left, top, _, bottom = line.bbox
    cuts: Any = [
        [
            [left + start, top],
            [left + start, bottom],
            [left + end, bottom],
            [left + end, top],
        ]
        for start, end in reading.places
    ]
    return BBoxOCRRecord(reading.text, cuts, confidences, line)


# --- what goes into the network ------------------------------------------------------------------


def _inputs(
    net: Any, image: Image, lines: Iterable[Any], kind: str, pad: int
) -> Iterator[tuple[int, LineInput]]:
    """The network's input for each line that can be cut out and has anything on it."""
    from kraken.lib.dataset import ImageInputTransforms

    from armarius.engines.fast.rec_reading import LineInput

    batch, channels, height, width = net.input
    prepare: Any = ImageInputTransforms(
        batch, height, width, channels, (pad, 0), kind == "bbox"
    )
    legacy = kind == "baselines" and net.use_legacy_polygons
    page: Any = _Held(image) if legacy else image
    for number, line in enumerate(lines):
        cut = _cut(page, line, kind, legacy=legacy)
        if cut is None or 0 in cut.size:
            continue
        try:
            values = prepare(cut).numpy()
        except Exception as error:
            # Kraken, too, gives an empty text to what its transforms choke on.
            log.debug("line %s cannot be prepared: %r", line.id, error)
            continue
        if values.max() > values.min():
            yield number, LineInput(values, cut.width, pad)


def _cut(page: Any, line: Any, kind: Any, *, legacy: bool) -> Image | None:
    """The line's image as Kraken cuts it out and straightens it; None where it cannot."""
    from kraken.containers import Segmentation
    from kraken.lib.segmentation import extract_polygons

    alone = Segmentation(
        type=kind,
        imagename="",
        text_direction="horizontal-lr",
        script_detection=False,
        lines=[line],
    )
    try:
        found: Image = next(extract_polygons(page, alone, legacy=legacy))[0]
    except ValueError:
        return None
    return found


class _Held:
    """A page whose pixels are an array already: the old extraction asks for one at every line."""

    def __init__(self, image: Image) -> None:
        plain = image.convert("L") if image.mode == "1" else image
        # Kraken straightens black and white pages without mixing pixels, by their mode.
        self.mode, self.width, self.height = image.mode, image.width, image.height
        self._values: NDArray[np.uint8] = np.asarray(plain)

    def convert(self, _: str) -> _Held:
        return self

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> NDArray[np.uint8]:  # noqa: FBT001 (NumPy's protocol)
        return self._values
