"""What an IIIF image request asks for (Image API 3.0, sections 4.1 to 4.5 and 4.7), as numbers.

Pure: knows the size of the image and nothing else about it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

FORMATS: Final = {"jpg": "image/jpeg", "png": "image/png", "webp": "image/webp"}
QUALITIES: Final = ("default", "color", "gray", "bitonal")
_NUMBER = r"([0-9]{1,9}(?:\.[0-9]{1,20})?|\.[0-9]{1,20})"
_PIXELS = re.compile(r"([0-9]{1,9}),([0-9]{1,9}),([0-9]{1,9}),([0-9]{1,9})")
_PERCENT = re.compile(rf"pct:{_NUMBER},{_NUMBER},{_NUMBER},{_NUMBER}")
_SIZE = re.compile(
    rf"(\^?)(?:(max)|pct:{_NUMBER}|(!?)([0-9]{{1,9}}),([0-9]{{1,9}})|([0-9]{{1,9}}),|,([0-9]{{1,9}}))"
)
_ROTATION = re.compile(rf"(!?){_NUMBER}")


class Refused(ValueError):
    """The request asks for nothing that exists; one sentence for the client (400)."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A region in pixels of the full image, the size it is scaled to, and what follows."""

    x: int
    y: int
    w: int
    h: int
    width: int
    height: int
    mirrored: bool
    degrees: float
    quality: str
    format: str


def parse(
    region: str, size: str, rotation: str, last: str, image: tuple[int, int], most: int
) -> Wanted:
    """Read the four segments of a request.

    Args:
        region: "full", "square", "x,y,w,h" or "pct:x,y,w,h".
        size: "max", "w,", ",h", "pct:n", "w,h" or "!w,h", each with or without "^" before it.
        rotation: degrees clockwise, "!" before them mirrors first.
        last: quality and format, as "default.jpg".
        image: width and height of the full image.
        most: limit of width times height of the answer, in pixels.

    Raises:
        Refused: wrong syntax, outside the image, or larger than allowed.
    """
    x, y, w, h = _region(region, image)
    width, height = _size(size, w, h, most)
    turned = _ROTATION.fullmatch(rotation)
    if not turned or float(turned[2]) > 360:
        raise Refused(
            f"The rotation “{rotation[:40]}” is not a number of degrees from 0 to 360."
        )
    quality, dot, ending = last.rpartition(".")
    if not dot or quality not in QUALITIES:
        raise Refused(f"The quality “{quality[:40]}” is none of {', '.join(QUALITIES)}.")
    if ending not in FORMATS:
        raise Refused(f"The format “{ending[:40]}” is none of {', '.join(FORMATS)}.")
    degrees = float(turned[2]) % 360
    return Wanted(x, y, w, h, width, height, turned[1] == "!", degrees, quality, ending)


def canonical(wanted: Wanted, image: tuple[int, int]) -> str:
    """The one form of a request among all that mean the same (section 4.7)."""
    whole = (wanted.x, wanted.y, wanted.w, wanted.h) == (0, 0, *image)
    region = "full" if whole else f"{wanted.x},{wanted.y},{wanted.w},{wanted.h}"
    size = f"{wanted.width},{wanted.height}"
    if (wanted.width, wanted.height) == (wanted.w, wanted.h):
        size = "max"
    elif wanted.width > wanted.w or wanted.height > wanted.h:
        size = f"^{size}"
    rotation = f"{'!' if wanted.mirrored else ''}{wanted.degrees:g}"
    return f"{region}/{size}/{rotation}/{wanted.quality}.{wanted.format}"


def _region(text: str, image: tuple[int, int]) -> tuple[int, int, int, int]:
    width, height = image
    if text == "full":
        return 0, 0, width, height
    if text == "square":
        side = min(width, height)
        return (width - side) // 2, (height - side) // 2, side, side
    if match := _PIXELS.fullmatch(text):
        x, y, w, h = map(int, match.groups())
    elif match := _PERCENT.fullmatch(text):
        shares = [float(number) / 100 for number in match.groups()]
        x, y = round(shares[0] * width), round(shares[1] * height)
        w, h = round(shares[2] * width), round(shares[3] * height)
    else:
        raise Refused(
            f"The region “{text[:40]}” is none of full, square, x,y,w,h or pct:x,y,w,h."
        )
    if x >= width or y >= height or w < 1 or h < 1:
        raise Refused(
            f"The region “{text[:40]}” holds nothing of the image, {width} x {height} pixels."
        )
    return x, y, min(w, width - x), min(h, height - y)


def _size(text: str, w: int, h: int, most: int) -> tuple[int, int]:
    match = _SIZE.fullmatch(text)
    if not match:
        raise Refused(f"The size “{text[:40]}” is none of max, w, ,h pct:n w,h or !w,h.")
    larger, full, percent, fit, w_and, and_h, only_w, only_h = match.groups()
    if full:
        grow = (most / (w * h)) ** 0.5
        factor = grow if larger or grow < 1 else 1.0
        width, height = int(w * factor), int(h * factor)
    elif percent:
        width, height = round(w * float(percent) / 100), round(h * float(percent) / 100)
    elif only_w:
        width, height = int(only_w), round(h * int(only_w) / w)
    elif only_h:
        width, height = round(w * int(only_h) / h), int(only_h)
    elif fit:
        factor = min(int(w_and) / w, int(and_h) / h)
        factor = factor if larger else min(factor, 1.0)
        width, height = round(w * factor), round(h * factor)
    else:
        width, height = int(w_and), int(and_h)
    return _allowed(text, (width, height), (w, h), most, asked=not (full or percent))


def _allowed(
    text: str, size: tuple[int, int], region: tuple[int, int], most: int, *, asked: bool
) -> tuple[int, int]:
    """Hold a size against the limits; a side that only rounding made 0 becomes 1."""
    width, height = size
    if max(size) < 1 or (asked and re.search(r"(?<![0-9])0+(?![0-9])", text)):
        raise Refused(f"The size “{text[:40]}” has no pixel.")
    if not text.startswith("^") and (width > region[0] or height > region[1]):
        raise Refused(
            f"The size “{text[:40]}” is larger than the region, {region[0]} x {region[1]} pixels; "
            "put ^ before it to enlarge."
        )
    if width * height > most:
        raise Refused(f"The size “{text[:40]}” is over the limit of {most:,} pixels.")
    return max(width, 1), max(height, 1)
