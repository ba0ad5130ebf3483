"""One pyramidal tiled TIFF per page image, for the eye; runs in the decoding child.

Tiles of 512 pixels, JPEG quality 85, halved until one tile holds the page, upright, sRGB or
grey, 8 bits, no metadata but a small colour profile. Decoding every pixel once is also the test that the file is whole.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import pyvips

from armarius.images.children import Unusable

TILE: Final = 512
TINY: Final = 128  # pixels of the longer side up to which tiles are that small too
QUALITY: Final = 85
IN_MEMORY: Final = 30_000_000  # pixels; larger images are turned by way of a file

# The allow-list. SVG, HEIF, GIF and the rest are never asked, and blocked besides.
_LOADERS: Final = {
    "jpeg": pyvips.Image.jpegload,
    "png": pyvips.Image.pngload,
    "tiff": pyvips.Image.tiffload,
    "webp": pyvips.Image.webpload,
}
SMALL_PROFILE: Final = 4096  # bytes; matrix profiles have some 500, tables start far above
_SPACES: Final = {b"RGB ": 3, b"GRAY": 1, b"CMYK": 4}

pyvips.block_untrusted_set(True)
pyvips.cache_set_max(0)


def build(
    *,
    source: str,
    format: str,  # noqa: A002
    target: str,
    thumbnail: str | None,
    box: int,
) -> dict[str, Any]:
    """Decode `source` in full, write its pyramid and a thumbnail.

    Args:
        source: the image file.
        format: "jpeg", "png", "tiff", "jp2" or "webp", as its header says.
        target: where the pyramid goes; the caller syncs it and gives it its name.
        thumbnail: where the thumbnail goes, likewise; None where there is one already.
        box: pixels of the square that the thumbnail fits into.

    Returns:
        width and height of the upright image in pixels, its EXIF orientation, and notes on
        what was converted for the eye.

    Raises:
        Unusable: a kind of pixels that has no look, see `for_the_eye`.
        pyvips.Error: the file is damaged.
    """
    notes: list[str] = []
    orientation = orientation_of(source)
    image = _by_pillow(source) if format == "jp2" else _by_vips(source, format)
    image = for_the_eye(image, notes)
    between = Path(f"{target}.turning.tif")
    try:
        image = upright(image, orientation, between).copy()
        image.remove("orientation")  # or the thumbnail would be turned once more
        if orientation != 1:
            notes.append(turned(orientation))
        # libvips does not read back tiles of more than four times the image.
        side = TILE if max(image.width, image.height) > TINY else TINY
        image.tiffsave(
            target,
            tile=True,
            pyramid=True,
            tile_width=side,
            tile_height=side,
            compression="jpeg",
            Q=QUALITY,
            keep="icc",
        )
    finally:
        between.unlink(missing_ok=True)
    if thumbnail:
        small = pyvips.Image.thumbnail(target, box, height=box, size="down")
        small.jpegsave(thumbnail, Q=QUALITY, keep="icc")
    return {
        "width": image.width,
        "height": image.height,
        "orientation": orientation,
        "notes": notes,
    }


def turned(orientation: int) -> str:
    """What to say of an image that lay on its side."""
    return f"turned upright as its EXIF orientation {orientation} says"


def orientation_of(source: str) -> int:
    """EXIF orientation as Pillow sees it, since the engines turn pages by Pillow."""
    from PIL import Image

    Image.MAX_IMAGE_PIXELS = None  # our own limit was held against the header already
    try:
        with Image.open(source) as image:
            found = image.getexif().get(0x0112, 1)
    except Exception:
        return 1
    return found if isinstance(found, int) and 1 <= found <= 8 else 1


def _by_vips(source: str, format: str) -> pyvips.Image:  # noqa: A002
    return _LOADERS[format](source, access="sequential", fail_on="error")


def _by_pillow(source: str) -> pyvips.Image:
    """JPEG 2000, which the vips wheel does not read."""
    import numpy
    from PIL import Image

    with Image.open(source) as opened:
        opened.load()
        profile = opened.info.get("icc_profile")
        image = (
            opened
            if opened.mode in ("L", "LA", "RGB", "RGBA", "I;16")
            else opened.convert("RGB")
        )
        made = pyvips.Image.new_from_array(numpy.asarray(image))
    made = made.copy(interpretation="b-w" if made.bands < 3 else "srgb")
    if made.format == "ushort":
        made = made.copy(interpretation="grey16")
    if profile:
        made.set_type(pyvips.GValue.blob_type, "icc-profile-data", profile)
    return made


def for_the_eye(image: pyvips.Image, notes: list[str]) -> pyvips.Image:
    """Return 8-bit sRGB or grey without transparency."""
    if image.format not in ("uchar", "ushort"):
        raise Unusable(
            "its samples are neither 8 nor 16 bit whole numbers; save it with 8 or 16 bits"
        )
    if image.interpretation == "multiband" and image.bands > 2:
        raise Unusable(f"it has {image.bands} channels without colours; save it as RGB or grey")
    if image.format == "ushort":
        notes.append("16 bits per channel, shown with 8")
    if image.hasalpha():
        image = image.flatten(background=65535 if image.format == "ushort" else 255)
        notes.append("transparency shown on white")
    colour = image.bands >= 3
    image = _colours(image, notes)
    image = image.colourspace("srgb" if colour else "b-w")
    return image.cast("uchar") if image.format != "uchar" else image


def _colours(image: pyvips.Image, notes: list[str]) -> pyvips.Image:
    """Keep a small RGB profile, which travels with every tile; apply any other that matters."""
    profile = b""
    if image.get_typeof("icc-profile-data"):
        profile = bytes(image.get("icc-profile-data"))
    if image.interpretation == "cmyk":
        notes.append("CMYK, shown as sRGB")
        return _without_profile(
            image.icc_transform("srgb", embedded=True, input_profile="cmyk", depth=8)
        )
    if not profile:
        return image
    if _SPACES.get(profile[16:20]) != image.bands:
        notes.append("colour profile left out, it belongs to another kind of image")
        return _without_profile(image)
    if b"sRGB" in profile or "sRGB".encode("utf-16-be") in profile:
        return _without_profile(image)
    if image.bands == 3 and image.format == "uchar" and len(profile) <= SMALL_PROFILE:
        # Converting costs as much as all the rest, and every browser can do it.
        notes.append("colour profile kept with the tiles")
        return image
    notes.append("colour profile applied, shown as sRGB")
    return _without_profile(image.icc_transform("srgb", embedded=True, depth=8))


def _without_profile(image: pyvips.Image) -> pyvips.Image:
    image = image.copy()
    if image.get_typeof("icc-profile-data"):
        image.remove("icc-profile-data")
    return image


def upright(image: pyvips.Image, orientation: int, between: Path) -> pyvips.Image:
    """Turn as EXIF says (CIPA DC-008, 4.6.4.A): 2 mirrored, 3 upside down, 6 quarter left..."""
    if orientation == 1:
        return image
    if orientation == 2:
        return image.fliphor()
    # Turning needs any pixel at any time: keep it in memory, or as tiles in a file.
    if image.width * image.height <= IN_MEMORY:
        image = image.copy_memory()
    else:
        image.tiffsave(str(between), tile=True, tile_width=TILE, tile_height=TILE, keep="none")
        image = pyvips.Image.tiffload(str(between))
    if orientation in (5, 6):
        image = image.rot90()
    elif orientation in (7, 8):
        image = image.rot270()
    elif orientation == 3:
        image = image.rot180()
    else:
        image = image.flipver()
    return image.fliphor() if orientation in (5, 7) else image
