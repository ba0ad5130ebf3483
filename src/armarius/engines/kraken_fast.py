"""Kraken's recognition through the fast path: its line images in, its records out.

A model is read by the fast path where a self-test, run when the model is loaded, agrees with Kraken's own
network; else by Kraken, and the reason goes to the log and into the provenance of every page.
"""

from __future__ import annotations

import logging
from collections import OrderedDict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from numpy.typing import NDArray

from armarius.engines import ModelInfo, TranscribeOptions
from armarius.engines import kraken_loading as loading
from armarius.errors import BadInput

if TYPE_CHECKING:
    from PIL.Image import Image

    from armarius.engines.fast.rec_decoding import Reading
    from armarius.engines.fast.rec_places import Cuts
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
    loading.check_inference(options.inference)
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
) -> list[Record]:
    """What was read of each line, in display order and in the order of the lines."""
    found: list[Reading | None] = [None] * len(lines)
    inputs = _inputs(task.net, image, lines, kind, options.pad)
    for number, reading in reader.read(inputs, options.batch_size):
        found[number] = reading
    return [
        Record(reading.text, reading.places, reading.confidences, line)
        if reading
        else Record("", (), (), line)
        for line, reading in zip(lines, found, strict=True)
    ]


@dataclass(frozen=True)
class Record:
    """A line that was read: what is used here of Kraken's `ocr_record`, with the same results.

    Kraken computes the outline of every character for every order of the text; here it is
    done once, and only if it is asked for.

    Attributes:
        prediction: code points in the order on the page, or in logical order.
        places: start and end of each code point in pixels along the line's image.
        confidences: one per code point, 0 to 1.
        line: Kraken's line, with a baseline and a mask or a box.
    """

    prediction: str
    places: tuple[tuple[int, int], ...]
    confidences: tuple[float, ...]
    line: Any

    def logical_order(self, base: Literal["L", "R"] | None) -> Record:
        """The same with the text in the order of reading (UAX #9)."""
        from kraken.lib.bidi import get_display_map

        text, order = get_display_map(self.prediction, base)
        return Record(
            text,
            tuple(self.places[number] for number in order),
            tuple(self.confidences[number] for number in order),
            self.line,
        )

    def __getitem__(self, key: int | slice) -> tuple[str, Any, float]:
        """Text, outline and confidence of one or several code points."""
        alone = isinstance(key, int)
        part = slice(key, key + 1) if isinstance(key, int) else key
        edges = [edge for place in self.places[part] for edge in place]
        start, end = (edges[0], edges[1]) if alone else (min(edges), max(edges))
        outline = (
            self._piece(start, end)
            if self.line.type == "baselines"
            else self._box(start, end, alone=alone)
        )
        return self.prediction[part], outline, float(np.mean(self.confidences[part]))

    def _box(self, start: int, end: int, *, alone: bool) -> Any:
        """A part of the line's box; Kraken goes round several characters the other way."""
        left, top, _, bottom = self.line.bbox
        one, other = left + start, left + end
        if alone:
            return ((one, top), (one, bottom), (other, bottom), (other, top))
        return ((one, top), (other, top), (other, bottom), (one, bottom))

    def _piece(self, start: int, end: int) -> Any:
        from kraken.lib.segmentation import compute_polygon_section

        found = self._cuts.outline(start, end)
        if found is None:  # a mask that does not go round its baseline
            return compute_polygon_section(self.line.baseline, self.line.boundary, start, end)
        return found

    @cached_property
    def _cuts(self) -> Cuts:
        from armarius.engines.fast.rec_places import Cuts

        mask = np.array(self.line.boundary)
        baseline = _extended(np.array(self.line.baseline), self.line.boundary)
        return Cuts(baseline, mask, [edge for place in self.places for edge in place])


def _extended(baseline: NDArray[np.int64], mask: Any) -> NDArray[np.int64]:
    """The baseline with ends that lie inside the mask moved on to its edge, as Kraken does it."""
    from kraken.lib import segmentation
    from shapely import Point, Polygon
    from shapely.ops import nearest_points

    moved = baseline.copy()
    for end, inner in ((0, 1), (-1, -2)):
        if segmentation._point_in_polygon(moved[end], mask):
            way = moved[end].astype(float) - moved[inner].astype(float)
            edge = segmentation._ray_boundary_intersection(moved[end].astype(float), way, mask)
            if edge is None:
                edge = nearest_points(Point(moved[end]), Polygon(mask))[1].coords[0]
            moved[end] = np.array(edge, int)
    return moved


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
