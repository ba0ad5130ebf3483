"""Pages and models at the ends of what people may bring: for tests and the acceptance run."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from armarius import sample
from armarius.geometry import box
from armarius.page import Line, Page

TEXT = "I shall not want."
ROW, COLUMN = 30, 240  # pixels of a line and its surroundings
ACROSS = 10


def printed_line() -> Image.Image:
    """An image of one printed line."""
    page = sample.small_page(TEXT)
    image = Image.open(io.BytesIO(page.jpeg)).convert("L")
    left, top, right, bottom = box(next(page.page.all_lines()).mask)
    return image.crop((int(left), int(top), int(right), int(bottom)))


def many_lines(count: int) -> tuple[Image.Image, Page]:
    """A page of so many printed lines in ten columns, and where they are."""
    line = printed_line()
    line = line.resize((int(line.width * (ROW - 6) / line.height), ROW - 6))
    image = Image.new("L", (ACROSS * COLUMN, -(-count // ACROSS) * ROW), 255)
    lines = []
    for number in range(count):
        x, y = number % ACROSS * COLUMN + 4, number // ACROSS * ROW + 3
        image.paste(line, (x, y))
        lines.append(_line(f"l{number}", x, y, line))
    return image, Page("many.png", *image.size, lines=tuple(lines))


def large_page(megapixels: int) -> tuple[Image.Image, Page]:
    """A page of so many megapixels with a printed line in its last corner, and where it is."""
    line = printed_line()
    width = int((megapixels * 1e6 / 1.5) ** 0.5) + 1
    image = Image.new("L", (width, int(width * 1.5) + 1), 255)
    x, y = width - line.width - 9, image.height - line.height - 9
    image.paste(line, (x, y))
    return image, Page("large.png", *image.size, lines=(_line("l", x, y, line),))


def long_line(width: int) -> tuple[Image.Image, Page]:
    """A printed line of so many pixels, and where it is."""
    line = printed_line()
    image = Image.new("L", (width, line.height + 8), 255)
    for x in range(0, width - line.width, line.width + 20):
        image.paste(line, (x, 4))
    whole = _line("l", 0, 0, image.crop((0, 0, width - 1, image.height - 1)))
    return image, Page("long.png", *image.size, lines=(whole,))


def _line(name: str, x: int, y: int, ink: Image.Image) -> Line:
    right, bottom, foot = x + ink.width, y + ink.height, y + ink.height * 3 // 4
    mask = ((x, y), (right, y), (right, bottom), (x, bottom))
    return Line(name, baseline=((x, foot), (right, foot)), mask=mask)


def write_model(path: Path, characters: int) -> list[str]:
    """A recogniser that knows so many characters, its weights by chance; returns the characters."""
    from safetensors.numpy import save_file

    dice = np.random.default_rng(2)
    shapes = {"C_0.co.weight": (8, 1, 3, 3), "C_0.co.bias": (8,)}
    shapes |= {"O_2.lin.weight": (characters + 1, 64), "O_2.lin.bias": (characters + 1,)}
    weights = {f"m.nn.{key}": dice.normal(0, 1, x).astype("f4") for key, x in shapes.items()}
    codec = {chr(0x4E00 + number): [number + 1] for number in range(characters)}
    told: dict[str, Any] = {
        "_tasks": ["recognition"], "_model": "TorchVGSLModel", "seg_type": "baselines",
        "legacy_polygons": False, "codec": codec,
        "vgsl": f"[1,32,0,1 Cr{{C_0}}3,3,8,4,4 S{{S_1}}1(1x0)1,3 O{{O_2}}1c{characters + 1}]",
    }  # fmt: skip
    save_file(weights, path, metadata={"kraken_meta": json.dumps({"m": told})})
    return list(codec)
