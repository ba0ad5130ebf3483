"""Print a set page: ink on old paper, a little worn and not quite straight.

What is drawn is known, so each image comes with the truth: where the lines are and what they say.
Everything random comes from the generator that is handed in.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import cos, radians, sin

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter

from armarius.geometry import Point, Points, box
from armarius.page import Line, Page, Region, Step
from armarius.sample.typesetting import Block, SetLine

Plane = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Press:
    """How well a page is printed and kept.

    Attributes:
        paper, ink: colours, red, green, blue from 0 to 255.
        angle: rotation in degrees, counter-clockwise.
        wear: 0 for clean type, 1 for battered: roughness of the edges and uneven ink.
        weight: 1 for a normal impression, more prints fatter.
        blur: standard deviation in pixels.
        stains: number of foxing spots.
        through: how dark the other side shines through, 0 to 1.
        quality: of the JPEG.
    """

    paper: tuple[int, int, int] = (240, 229, 206)
    ink: tuple[int, int, int] = (43, 35, 30)
    angle: float = 0.4
    wear: float = 0.5
    weight: float = 1.0
    blur: float = 0.6
    stains: int = 6
    through: float = 0.05
    quality: int = 80


def draw(
    blocks: Sequence[Block], size: tuple[int, int], press: Press, rng: np.random.Generator
) -> bytes:
    """Print the blocks on a sheet of `size` (width, height); returns a JPEG."""
    ink = _impression(blocks, size, rng)
    ink = ink.rotate(press.angle, Image.Resampling.BICUBIC)
    verso = ink.transpose(Image.Transpose.FLIP_LEFT_RIGHT).filter(ImageFilter.GaussianBlur(3))
    cover = _worn(ink, press, rng)
    shade = _paper(size, press, rng) - press.through * np.asarray(verso, np.float32) / 255
    paper, colour = np.array(press.paper, np.float32), np.array(press.ink, np.float32)
    light = shade[..., None] * paper
    pixels = light + cover[..., None] * (colour - light)
    image = Image.fromarray(np.clip(pixels, 0, 255).astype(np.uint8), "RGB")
    out = io.BytesIO()
    image.save(out, "JPEG", quality=press.quality, dpi=(200, 200))
    return out.getvalue()


def truth(
    blocks: Sequence[Block],
    size: tuple[int, int],
    angle: float,
    name: str,
    slack: Callable[[], tuple[float, float]] = lambda: (0.1, 0.1),
) -> Page:
    """The page tree of what `draw` prints, in pixels of its image.

    Args:
        blocks: the set page.
        size: width and height of the sheet.
        angle: the rotation that it was printed with, in degrees.
        name: file name of the image.
        slack: called for every line: how many em the mask is wider above and below.
    """
    turn = _Turn(size, angle)
    regions = []
    for number, block in enumerate(blocks, 1):
        lines = tuple(
            _line(f"line_{number}_{row}", line, turn, slack())
            for row, line in enumerate(block.lines, 1)
        )
        around = _around([point for line in block.lines for point in line.outline()])
        regions.append(Region(f"region_{number}", turn(around), block.type, lines=lines))
    return Page(
        name,
        *size,
        regions=tuple(regions),
        direction="horizontal-lr",
        steps=(Step("ground truth", software="armarius", description="Printed sample page"),),
    )


def _line(key: str, line: SetLine, turn: _Turn, slack: tuple[float, float]) -> Line:
    return Line(
        key, turn(line.baseline()), turn(line.outline(slack)), type=line.type, text=line.text
    )


def _around(points: Sequence[Point]) -> Points:
    left, top, right, bottom = box(points)
    a, b, c, d = left - 12, top - 10, right + 12, bottom + 10
    return (a, b), (c, b), (c, d), (a, d)


class _Turn:
    """The rotation of the sheet about its middle, kept inside the image, to a tenth of a pixel."""

    def __init__(self, size: tuple[int, int], angle: float) -> None:
        self._size, self._angle = size, radians(angle)

    def __call__(self, points: Points) -> Points:
        return tuple(self._point(x, y) for x, y in points)

    def _point(self, x: float, y: float) -> Point:
        width, height = self._size
        x, y = x - width / 2, y - height / 2
        turned = x * cos(self._angle) + y * sin(self._angle) + width / 2
        down = -x * sin(self._angle) + y * cos(self._angle) + height / 2
        return (
            round(min(max(turned, 0), width - 1), 1),
            round(min(max(down, 0), height - 1), 1),
        )


def _impression(
    blocks: Sequence[Block], size: tuple[int, int], rng: np.random.Generator
) -> Image.Image:
    """The type on the sheet, 0 bare to 255 full ink; every word a little its own."""
    ink = Image.new("L", size, 0)
    pen = ImageDraw.Draw(ink)
    for line in (line for block in blocks for line in block.lines):
        for word in line.words:
            up, dark = rng.normal(0, 0.6), int(rng.integers(205, 256))
            pen.text((word.x, line.y + up), word.text, dark, line.font, anchor="ls")
    return ink


def _worn(ink: Image.Image, press: Press, rng: np.random.Generator) -> Plane:
    """How much of the paper the ink covers, 0 to 1: soft, rough at the edges, unevenly inked."""
    soft = np.asarray(ink.filter(ImageFilter.GaussianBlur(0.4 + press.blur)), np.float32) / 255
    rough = _noise(ink.size, 3, rng) * (0.16 * press.wear)
    cover = np.clip((soft * press.weight + rough * (soft > 0.02) - 0.12) * 1.5, 0, 1)
    uneven = 1 - 0.16 * press.wear * np.abs(_noise(ink.size, 48, rng))
    return (cover * uneven).astype(np.float32)


def _paper(size: tuple[int, int], press: Press, rng: np.random.Generator) -> Plane:
    """Brightness of the bare sheet, about 1: clouds, grain, the fold's shadow, foxing."""
    shade = 1 + 0.018 * _noise(size, 220, rng) + 0.010 * _noise(size, 12, rng)
    shade += 0.010 * _grain(size, rng)
    across = np.linspace(0, 1, size[0], dtype=np.float32)
    fold = across if rng.random() < 0.5 else 1 - across
    shade -= 0.16 * np.exp(-fold * 22)[None, :]
    return (shade * _stains(size, press.stains, rng)).astype(np.float32)


def _stains(size: tuple[int, int], number: int, rng: np.random.Generator) -> Plane:
    sheet = Image.new("L", (size[0] // 4, size[1] // 4), 255)
    pen = ImageDraw.Draw(sheet)
    for _ in range(number):
        x, y = rng.random() * sheet.width, rng.random() * sheet.height
        radius = rng.uniform(1, 7)
        tone = int(rng.integers(215, 248))
        pen.ellipse((x - radius, y - radius, x + radius, y + radius), fill=tone)
    sheet = sheet.filter(ImageFilter.GaussianBlur(2)).resize(size, Image.Resampling.BILINEAR)
    return np.asarray(sheet, np.float32) / np.float32(255)


def _noise(size: tuple[int, int], scale: int, rng: np.random.Generator) -> Plane:
    """Soft noise of mean 0 and about unit strength whose clouds are `scale` pixels wide."""
    rows, columns = size[1] // scale + 2, size[0] // scale + 2
    coarse = Image.fromarray(rng.standard_normal((rows, columns), np.float32), "F")
    return np.asarray(coarse.resize(size, Image.Resampling.BICUBIC), np.float32)


def _grain(size: tuple[int, int], rng: np.random.Generator) -> Plane:
    """Noise of single pixels, one tile of it laid over the sheet."""
    tile = rng.standard_normal((256, 256), np.float32)
    return np.tile(tile, (size[1] // 256 + 1, size[0] // 256 + 1))[: size[1], : size[0]]
