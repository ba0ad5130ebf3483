"""Images as networks take them: scaled, padded, ink high and paper low.

As `ImageInputTransforms` and `CenterNormalizer` of Kraken (Apache-2.0), without torch and torchvision:
Pillow scales, and the values are those of Kraken to the last bit.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from PIL.Image import Resampling
from scipy.ndimage import affine_transform, gaussian_filter, uniform_filter

from armarius.errors import EngineError

if TYPE_CHECKING:
    from armarius.engines.fast.net_spec import Spec

Floats = NDArray[np.float32]
Reals = NDArray[np.float64]

_SHADES = np.arange(256, dtype=np.float32) * np.float32(1 / 255)  # torch multiplies, too
# Pixels that a network may see: a page of 1,800 rows may be nine times as wide as high, a line
# of 100 rows 300,000 wide. The largest layer of `blla` takes 64 bytes for each; more could take all memory.
MOST_PIXELS = 30_000_000
_RANGE, _SMOOTHNESS, _EXTRA = 4, 1.0, 0.3  # of the straightening of lines in boxes


def page(image: Image.Image, spec: Spec) -> tuple[Floats, NDArray[np.uint8]]:
    """A page for a layout network.

    Returns:
        The network's input (channels, rows, columns), and the grey page at the same size.

    Raises:
        EngineError: the page is too narrow for a size of a pixel.
    """
    scaled = _scaled(_in_mode(image, spec.channels), spec.height, spec.width)
    return _values(scaled), np.array(scaled.convert("L"))


def line(image: Image.Image, spec: Spec, pad: int, *, straighten: bool) -> Floats | None:
    """A line for a recogniser: (channels, rows, columns); None where nothing is on it.

    Args:
        image: the line, cut out.
        spec: of the recogniser.
        pad: empty pixels at each end.
        straighten: move columns up and down so that the ink runs level, as lines in boxes need it;
            networks for colour take lines as they are.

    Raises:
        EngineError, ValueError: the line is too small to be scaled.
    """
    # Networks of one row take the pixels of a column as channels.
    columns = spec.height == 1 and spec.width == 0 and spec.channels > 3
    height, channels = (spec.channels, 1) if columns else (spec.height, spec.channels)
    made = _in_mode(image, channels)
    if straighten and channels == 1 and spec.width == 0:
        made = _level(made, height)
    else:
        made = _scaled(made, height, spec.width)
    if pad and not (spec.height and spec.width):
        wide = Image.new(made.mode, (made.width + 2 * pad, made.height), _white(made.mode))
        wide.paste(made, (pad, 0))
        made = wide
    values = _values(made)
    if values.max() == values.min():
        return None
    return np.ascontiguousarray(values.transpose(1, 0, 2)) if columns else values


def _in_mode(image: Image.Image, channels: int) -> Image.Image:
    return image.convert("RGB" if channels == 3 else "L")


def _white(mode: str) -> int | tuple[int, int, int]:
    return (255, 255, 255) if mode == "RGB" else 255


def _scaled(image: Image.Image, height: int, width: int) -> Image.Image:
    """Scaled to a height, a width, both, or not at all where both are 0."""
    size = image.size
    if height or width:
        size = (
            width or int(image.width * height / image.height),
            height or int(image.height * width / image.width),
        )
    if 0 in size:
        raise EngineError(
            f"An image of {image.width} × {image.height} pixels is too narrow to be scaled."
        )
    if size[0] * size[1] > MOST_PIXELS:
        raise EngineError(
            f"An image of {image.width} × {image.height} pixels is too long: the network would "
            f"see {size[0]} × {size[1]}. Cut it in pieces first."
        )
    return image.resize(size, Resampling.LANCZOS) if height or width else image


def _values(image: Image.Image) -> Floats:
    """Pixels as numbers, 0 for the lightest."""
    pixels = np.asarray(image)
    stacked = pixels.transpose(2, 0, 1) if pixels.ndim == 3 else pixels[np.newaxis]
    found: Floats = (_SHADES[pixels.max()] - _SHADES)[np.ascontiguousarray(stacked)]
    return found


# --- lines in boxes ------------------------------------------------------------------------------


def _level(image: Image.Image, height: int) -> Image.Image:
    """The line along the middle of its ink, scaled to a height (Breuel's centre normaliser)."""
    pixels = np.array(image)
    lightest = np.amax(pixels)
    ink = lightest - pixels
    with np.errstate(
        invalid="ignore"
    ):  # nothing but paper: no number, and all of it counts as ink
        centre, reach = _course(ink * 1.0 / np.amax(ink))
    rows, columns = pixels.shape
    margin = lightest * np.ones((rows, columns))
    padded = np.vstack([margin, pixels, margin])
    strips = [padded[y + rows - reach : y + rows + reach, x] for x, y in enumerate(centre)]
    straight = np.array(strips, dtype=np.float32).T
    if straight.shape[0] == 0:
        straight = pixels.astype(np.float32)
    scale = height * 1.0 / straight.shape[0]
    scaled = affine_transform(
        1.0 * straight,
        np.ones(2) / scale,
        order=1,
        output_shape=(height, int(scale * straight.shape[1])),
        mode="constant",
        cval=lightest,
    )
    return Image.fromarray(np.array(scaled, dtype=np.float32)).convert("L")


def _course(ink: Reals) -> tuple[NDArray[np.int32], int]:
    """Row of the middle of the ink in every column, and how far the line reaches from it."""
    rows, columns = ink.shape
    smooth = gaussian_filter(ink, (rows * 0.5, rows * _SMOOTHNESS), mode="constant")
    smooth += 0.001 * uniform_filter(smooth, (rows * 0.5, columns), mode="constant")
    course = gaussian_filter(np.argmax(smooth, axis=0), rows * _EXTRA)
    centre = np.array(course, np.int32)
    away = np.abs(np.arange(rows)[:, np.newaxis] - centre[np.newaxis, :])
    return centre, int(1 + _RANGE * np.mean(away[ink != 0]))
