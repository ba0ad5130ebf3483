"""Page images as engines want them: upright, in one of three modes, nothing else changed.

All coordinates of a page tree are pixels of this upright image.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image, ImageOps

from armarius.errors import BadInput

# DESIGN §2: the size is checked on the header, by us; Pillow's own limit would only warn.
MAX_MEGAPIXELS = 400
MODES = ("1", "L", "RGB")


def open_upright(path: Path, name: str = "") -> Image.Image:
    """Open an image, turn it as its EXIF orientation says, and decode it in full.

    Bilevel, grey and RGB images keep their mode; others become grey or RGB, with
    transparency on white and 16 bits scaled to 8.

    Args:
        path: the file.
        name: how the user calls it, for messages; default is the file's name.

    Raises:
        BadInput: no image that Pillow reads, damaged, or too large.
    """
    shown = name or path.name
    limit, Image.MAX_IMAGE_PIXELS = Image.MAX_IMAGE_PIXELS, None  # checked here, on the header
    try:
        with Image.open(path) as image:
            if image.width * image.height > MAX_MEGAPIXELS * 1_000_000:
                megapixels = image.width * image.height / 1e6
                raise BadInput(
                    f"{shown}: the image has {megapixels:,.0f} megapixels; {MAX_MEGAPIXELS} are possible."
                )
            image.load()
            return _plain(ImageOps.exif_transpose(image))
    except FileNotFoundError:
        raise BadInput(f"{shown}: there is no such image.") from None
    except (OSError, ValueError, SyntaxError, MemoryError, EOFError) as error:
        raise BadInput(f"{shown}: the image cannot be read ({error}).") from None
    finally:
        Image.MAX_IMAGE_PIXELS = limit


def _plain(image: Image.Image) -> Image.Image:
    if image.mode in MODES and "transparency" not in image.info:
        return image
    if image.mode.startswith("I;16") or image.mode in ("I", "F"):
        return _eight_bits(image)
    if image.mode in ("RGBA", "LA", "PA", "RGBa", "La") or "transparency" in image.info:
        coloured = image.convert("RGBA")
        white = Image.new("RGBA", coloured.size, "white")
        return Image.alpha_composite(white, coloured).convert(
            "L" if image.mode in ("LA", "La", "L", "1") else "RGB"
        )
    return image.convert("RGB")


def _eight_bits(image: Image.Image) -> Image.Image:
    """Grey values of more than 8 bits, scaled by the largest that their type holds in practice."""
    values = np.asarray(image, dtype=np.float32)
    top = float(values.max(initial=0.0))
    full = 255.0 if top <= 255 else 65535.0 if top <= 65535 else top
    return Image.fromarray(np.clip(values * (255.0 / full), 0, 255).astype(np.uint8))
