"""A fake engine: instant and always the same, for tests, demonstrations and teaching.

It finds a plausible column of lines on any image and "reads" words that depend on nothing but
the line's id, so that the same page gives the same text everywhere. It can also misbehave on
purpose, so that what is built around engines can be tried. Its own options (`own`):

    lines     number of lines that `segment` finds (default: one per 60 pixels of height, at most 40)
    sleep     seconds to wait on every page
    pause     seconds to wait before every line that is read
    fail      list of pages on which it raises EngineError
    crash     list of pages on which its process ends at once, without a word
    hang      list of pages on which it sleeps for an hour
    stubborn  list of pages on which it ignores SIGTERM and sleeps for an hour
    swallow   list of pages on which it takes memory until somebody stops it
    page      the page's name in these lists; default is the page's id, else its image

Its model is any file that begins with ``armarius-echo``; without one it does the same.
"""

from __future__ import annotations

import hashlib
import os
import signal
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

from armarius import __version__
from armarius.engines import (
    Example,
    ModelInfo,
    OutlineOptions,
    SegmentOptions,
    Tell,
    TrainOptions,
    TranscribeOptions,
)
from armarius.errors import BadInput, EngineError
from armarius.geometry import box, ribbon, within
from armarius.page import Glyph, Line, Page, Region, Step, Word

if TYPE_CHECKING:
    from PIL.Image import Image

NAME = "echo"
LABEL = "Echo (a fake engine for trying things out)"
MAGIC = b"armarius-echo"
WORDS = (
    *("armarium", "librorum", "est", "cella", "ubi", "codices", "servantur", "et", "liber"),
    *("sine", "armario", "quasi", "castrum", "armamentario", "vacuum", "hic", "scriptor"),
    *("lineam", "post", "diligenter", "repetit"),
)
_HOUR = 3600.0


def segment(image: Image, page: Page, options: SegmentOptions) -> Page:
    """One column of evenly spaced lines, in the page's direction or the one asked for."""
    _behave(page, options.own)
    options = replace(options, direction=page.direction or options.direction)
    width, height = image.size
    lines = tuple(_lines(width, height, options))
    left, top, right, bottom = width * 0.08, height * 0.08, width * 0.92, height * 0.92
    frame = ((left, top), (right, top), (right, bottom), (left, bottom))
    region = Region(id="echo_r1", polygon=frame, type="MainZone", lines=lines)
    told = {"direction": options.direction, "steps": options.steps, "height": options.height}
    step = Step(
        "segmentation", "echo", __version__,
        parameters={name: str(value) for name, value in told.items()},
    )  # fmt: skip
    return replace(
        page,
        width=width,
        height=height,
        regions=(region,),
        lines=(),
        order=None,
        direction=options.direction,
        steps=(*page.steps, step),
    )


def outline(image: Image, page: Page, options: OutlineOptions) -> Page:
    """A band of a sixtieth of the page's height round every wanted baseline."""
    wanted = set(options.lines) or {line.id for line in page.all_lines()}

    def drawn(line: Line) -> Line:
        if line.id not in wanted or len(line.baseline) < 2:
            return line
        above, below = image.height / 80, image.height / 240
        return replace(
            line, mask=within(ribbon(line.baseline, above, below), image.width, image.height)
        )

    def inside(region: Region) -> Region:
        lines = tuple(drawn(line) for line in region.lines)
        return replace(region, lines=lines, regions=tuple(inside(x) for x in region.regions))

    return replace(
        page,
        lines=tuple(drawn(line) for line in page.lines),
        regions=tuple(inside(region) for region in page.regions),
    )


def transcribe(
    image: Image, page: Page, options: TranscribeOptions, tell: Tell | None = None
) -> Page:
    """Give every line words that depend on its id only."""
    _behave(page, options.own)
    step = Step("recognition", "echo", __version__, model=options.model_name)

    def read(line: Line) -> Line:
        time.sleep(float(options.own.get("pause", 0)))
        made = _read(line, options)
        if tell:
            tell(made)
        return made

    regions = tuple(_read_region(region, read) for region in page.regions)
    lines = tuple(read(line) for line in page.lines)
    return replace(
        page,
        width=page.width or image.width,
        height=page.height or image.height,
        regions=regions,
        lines=lines,
        steps=(*page.steps, step),
    )


def train(
    examples: Sequence[Example],
    output: Path,
    options: TrainOptions,
    tell: Callable[[str], None],
) -> ModelInfo:
    """Write a model file at once; it knows the characters of the examples."""
    texts = [
        line.text for example in examples for line in example.page.all_lines() if line.text
    ]
    if not texts:
        raise BadInput("There is no line with text to learn from.")
    for epoch in range(1, options.epochs + 1):
        tell(f"Epoch {epoch} of {options.epochs}: accuracy 1.000.")
    output.write_bytes(MAGIC + b"\n" + "".join(sorted(set("".join(texts)))).encode())
    return describe(output)


def describe(model: Path) -> ModelInfo:
    """What a file that `train` wrote is."""
    try:
        content = model.read_bytes()
    except OSError as error:
        raise BadInput(f"{model.name}: the model cannot be read ({error.strerror}).") from None
    if not content.startswith(MAGIC):
        raise BadInput(f"{model.name}: this is not a model of the echo engine.")
    return ModelInfo(
        kind="recognition",
        format="echo",
        sha256=hashlib.sha256(content).hexdigest(),
        size=len(content),
        name=model.stem,
        type="baselines",
        alphabet=tuple(content[len(MAGIC) + 1 :].decode()),
        accuracy=1.0,
        tasks=("recognition",),
        engine=NAME,
    )


def _lines(width: int, height: int, options: SegmentOptions) -> list[Line]:
    """Lines at even distances; lines of vertical text are columns, from the side it begins at."""
    vertical = options.direction.startswith("vertical")
    backwards = options.direction.endswith("rl")
    extent, across = (height, width) if vertical else (width, height)
    count = int(options.own.get("lines") or max(1, min(40, across // 60)))
    pitch = across * 0.84 / count
    lines = []
    for number in range(count):
        at = across * 0.08 + pitch * (number + 0.7)
        ends = [(extent * 0.1, at), (extent * 0.9, at)]
        low, high = at - pitch * 0.6, at + pitch * 0.25
        mask = [
            (extent * 0.1, low),
            (extent * 0.9, low),
            (extent * 0.9, high),
            (extent * 0.1, high),
        ]
        if vertical:
            ends = [(width - y if backwards else y, x) for x, y in ends]
            mask = [(width - y if backwards else y, x) for x, y in mask]
        elif backwards:
            ends.reverse()
        lines.append(Line(id=f"echo_l{number + 1}", baseline=tuple(ends), mask=tuple(mask)))
    return lines


def _read_region(region: Region, read: Callable[[Line], Line]) -> Region:
    return replace(
        region,
        lines=tuple(read(line) for line in region.lines),
        regions=tuple(_read_region(inner, read) for inner in region.regions),
    )


def _read(line: Line, options: TranscribeOptions) -> Line:
    digest = hashlib.sha256(line.id.encode()).digest()
    words = [WORDS[byte % len(WORDS)] for byte in digest[: 3 + digest[0] % 5]]
    text = " ".join(words)
    confidences = tuple(0.8 + 0.2 * digest[i % 32] / 255 for i in range(len(text)))
    return replace(
        line,
        text=text,
        confidences=confidences,
        confidence=sum(confidences) / len(text),
        words=_places(line, text, confidences) if options.characters else (),
    )


def _places(line: Line, text: str, confidences: tuple[float, ...]) -> tuple[Word, ...]:
    """Cut the line's box evenly: one slice per character."""
    outline = line.mask or line.baseline
    if not outline:
        return ()
    left, top, right, bottom = box(outline)
    cuts = [left + (right - left) * i / len(text) for i in range(len(text) + 1)]
    slices = [((a, top), (b, top), (b, bottom), (a, bottom)) for a, b in pairwise(cuts)]
    words, start = [], 0
    for part in text.split(" "):
        places = range(start, start + len(part))
        glyphs = tuple(Glyph(text[i], slices[i], confidences[i]) for i in places)
        frame = (*slices[start][:1], *slices[places[-1]][1:3], slices[start][3])
        mean = sum(confidences[i] for i in places) / len(part)
        words.append(Word(part, frame, mean, glyphs))
        start += len(part) + 1
    return tuple(words)


def _behave(page: Page, own: Mapping[str, Any]) -> None:
    """Wait, fail or worse, as the options ask for this page."""
    name = str(own.get("page") or page.id or page.image)
    time.sleep(float(own.get("sleep", 0)))
    if name in own.get("fail", ()):
        raise EngineError(f"The echo engine was asked to fail on {name}.")
    if name in own.get("crash", ()):
        os.kill(os.getpid(), signal.SIGKILL)
    if name in own.get("stubborn", ()):
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        time.sleep(_HOUR)
    if name in own.get("hang", ()):
        time.sleep(_HOUR)
    if name in own.get("swallow", ()):
        taken = []
        while True:
            taken.append(bytearray(os.urandom(1)) * (16 << 20))
            time.sleep(0.01)
