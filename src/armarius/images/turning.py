"""A page's image cut and turned into a file of its own; runs in the decoding child.

What engines see of the new file is what they saw of the old one, turned: to the last bit, but for
photographs (JPEG, JPEG 2000, WebP), which are written as JPEG of the highest useful quality.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

QUALITY: Final = 95
_QUARTERS: Final = {90: 4, 180: 3, 270: 2}  # Pillow's names turn the other way round


def turn(
    *, source: str, target: str, photograph: bool, crop: list[int] | None, degrees: float
) -> dict[str, Any]:
    """Cut a rectangle out of the upright image, then turn it.

    Args:
        source: the image file.
        target: where the new one goes.
        photograph: write a JPEG instead of a PNG.
        crop: left, top, right, bottom in pixels of the upright image; None for all of it.
        degrees: clockwise, 0 to 360; what is not a quarter makes white corners.

    Returns:
        width and height of the new image.
    """
    from PIL import Image

    from armarius.engines.pixels import open_upright

    image = open_upright(Path(source))
    profile = image.info.get("icc_profile")
    if crop:
        image = image.crop((crop[0], crop[1], crop[2], crop[3]))
    if degrees in _QUARTERS:
        image = image.transpose(Image.Transpose(_QUARTERS[int(degrees)]))
    elif degrees:
        white = 255 if image.mode in ("1", "L") else (255, 255, 255)
        how = Image.Resampling.NEAREST if image.mode == "1" else Image.Resampling.BICUBIC
        image = image.rotate(-degrees, resample=how, expand=True, fillcolor=white)
    if photograph and image.mode != "1":
        image.save(target, "JPEG", quality=QUALITY, subsampling=0, icc_profile=profile)
    else:
        image.save(target, "PNG", compress_level=3, icc_profile=profile)
    return {"width": image.width, "height": image.height}
