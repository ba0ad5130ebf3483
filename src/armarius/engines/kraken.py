"""The Kraken engine (Kiessling, github.com/mittagessen/kraken): layout by blla, text by CTC networks.

Kraken's models run on the fast path (`engines/fast`), which needs neither Kraken nor torch; what it cannot
run, Kraken itself does (`engines/reference`), where that is installed.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from armarius.engines import (
    BIDI,
    MODES,
    Example,
    ModelInfo,
    OutlineOptions,
    SegmentOptions,
    Tell,
    TrainOptions,
    TranscribeOptions,
    devices,
)
from armarius.engines import kraken_fast as fast
from armarius.engines import kraken_layout as layout
from armarius.engines import kraken_models as models
from armarius.engines import kraken_reading as reading
from armarius.errors import BadInput, EngineError
from armarius.page import DIRECTIONS, Line, Page, Region, Step

if TYPE_CHECKING:
    from PIL.Image import Image

NAME = "kraken"
LABEL = "Kraken"


def segment(image: Image, page: Page, options: SegmentOptions) -> Page:
    """Find regions, lines and reading order; types are the model's own class names."""
    direction = page.direction or options.direction
    options = replace(options, direction=direction, device=devices.settled(options))
    if options.direction not in DIRECTIONS:
        raise BadInput(f"There is no direction “{options.direction}”.")
    path = options.model or models.own_segmentation_model()
    info = models.checked(path, "segmentation", options.precision, options.inference)
    found = layout.find(path, info, image, options)
    step = _step(
        "segmentation",
        options.model_name or path.stem,
        info,
        direction=options.direction,
        device=options.device,
        precision=options.precision,
        inference=found.network,
        postprocessing=found.postprocessing,
        steps=options.steps,
        height=found.height,
    )
    return replace(
        page,
        width=image.width,
        height=image.height,
        regions=found.regions,
        lines=found.lines,
        order=found.order,
        direction=options.direction,
        steps=(*page.steps, step),
    )


def outline(image: Image, page: Page, options: OutlineOptions) -> Page:
    """Masks as after `segment`, from the page and the baselines alone: no network is asked."""
    from armarius.engines.fast import seg_outlining

    return seg_outlining.outline(image, page, options)


def transcribe(
    image: Image, page: Page, options: TranscribeOptions, tell: Tell | None = None
) -> Page:
    """Read every line of the page; a line that cannot be cut out gets an empty text."""
    options = replace(options, device=devices.settled(options))
    path = _checked(page, image, options)
    info = models.checked(path, "recognition", options.precision, options.inference)
    mode = info.type if options.mode == "auto" else options.mode
    chosen = fast.reader(path, info, options)
    model = reading.Model(path, info, chosen.network)
    texts = reading.read(model, image, page, options, mode, tell)
    step = _step(
        "recognition",
        options.model_name or path.stem,
        info,
        mode=mode,
        bidi=options.bidi,
        device=options.device,
        precision=options.precision,
        inference=chosen.name,
        batch_size=options.batch_size,
        pad=options.pad,
    )
    return replace(
        page,
        width=image.width,
        height=image.height,
        regions=tuple(_with_texts(region, texts) for region in page.regions),
        lines=tuple(texts[line.id] for line in page.lines),
        steps=(*page.steps, step),
    )


def train(
    examples: Sequence[Example],
    output: Path,
    options: TrainOptions,
    tell: Callable[[str], None],
) -> ModelInfo:
    """Train a small recognition model; see `reference.training`.

    Raises:
        Unavailable: Kraken itself is not installed.
    """
    from armarius.engines.reference import training

    return training.train(examples, output, options, tell)


def describe(model: Path) -> ModelInfo:
    """What the model gate says."""
    return models.describe(model)


def _checked(page: Page, image: Image, options: TranscribeOptions) -> Path:
    if options.model is None:
        raise BadInput("Kraken needs a recognition model to read lines. Choose one.")
    if options.mode not in MODES or options.bidi not in BIDI:
        raise BadInput(f"There is no mode “{options.mode}” or no text order “{options.bidi}”.")
    if not (1 <= options.batch_size <= 1024 and 0 <= options.pad <= 1024):
        raise BadInput("The batch size must be 1 to 1024, the padding 0 to 1024 pixels.")
    if next(page.all_lines(), None) is None:
        raise BadInput("The page has no lines yet. Segment it first.")
    if page.width and page.height and (page.width, page.height) != image.size:
        raise EngineError(
            f"The lines are for an image of {page.width} × {page.height} pixels, "
            f"but it has {image.width} × {image.height}. Use the image they were drawn on."
        )
    return options.model


def _with_texts(region: Region, texts: dict[str, Line]) -> Region:
    return replace(
        region,
        lines=tuple(texts[line.id] for line in region.lines),
        regions=tuple(_with_texts(inner, texts) for inner in region.regions),
    )


def _step(kind: str, model: str, info: ModelInfo, **parameters: Any) -> Step:
    return Step(
        kind=kind,
        software="kraken",
        version=models.kraken_version(),
        date=datetime.now(UTC).isoformat(timespec="seconds"),
        model=model,
        model_sha256=info.sha256,
        parameters={name: str(value) for name, value in parameters.items()},
    )
