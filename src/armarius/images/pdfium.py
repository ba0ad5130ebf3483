"""Count and rasterise the pages of a PDF; runs in the decoding child.

PDFium is asked for nothing but sizes, objects and pixels: no script, no form and no
attachment is ever touched.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, Final

import numpy
import pypdfium2
import pypdfium2.raw as pdfium_c
import pyvips

from armarius.images.children import Unusable

LOWEST_DPI: Final = 100  # below, small print cannot be read
FINEST_DPI: Final = 1200  # of a scan inside a PDF that is taken at its own resolution
_POINTS: Final = 72.0
_WHOLE: Final = 0.98  # share of the page that an image must cover to be the page


def count(*, path: str) -> dict[str, Any]:
    """Number of pages as {"pages": n}.

    Raises:
        Unusable: damaged, locked with a password, or without pages.
    """
    with _opened(path) as document:
        pages = len(document)
    if pages < 1:
        raise Unusable("the PDF has no pages; export it again")
    return {"pages": pages}


def render(
    *, path: str, number: int, dpi: int, most_pixels: int, longest: int, target: str
) -> dict[str, Any]:
    """Write one page as an image file; {"path": ..., "notes": [...]}.

    Args:
        path: the PDF.
        number: the page, from 0.
        dpi: wanted resolution.
        most_pixels: limit of width times height.
        longest: limit of either side, in pixels.
        target: the image file without its ending.

    Raises:
        Unusable: no such page, or too large at any useful resolution.
    """
    with _opened(path) as document:
        if not 0 <= number < len(document):
            raise Unusable(f"the PDF has {len(document)} pages only")
        with closing(document[number]) as page:
            scan = _only_scan(page)
            if scan is not None and _is_plain_jpeg(scan, page):
                final = Path(f"{target}.jpg")
                final.write_bytes(bytes(scan.get_data(decode_simple=False)))
                return {"path": str(final), "notes": []}
            scale, notes = _scale(page, scan, dpi, most_pixels, longest)
            return {"path": _rasterise(page, scale, Path(f"{target}.png")), "notes": notes}


@contextmanager
def _opened(path: str) -> Iterator[pypdfium2.PdfDocument]:
    # PDFium leaves the last error standing when a file without pages fails, and that of another
    # user's locked file would be told here: overwrite it by a load that fails for sure.
    pdfium_c.FPDF_LoadMemDocument(b"-", 1, None)
    try:
        document = pypdfium2.PdfDocument(path)
    except pypdfium2.PdfiumError as error:
        if getattr(error, "err_code", None) == pdfium_c.FPDF_ERR_PASSWORD:
            raise Unusable("the PDF needs a password; save it without one") from None
        raise Unusable("the PDF is damaged or has no pages; export it again") from None
    with closing(document):
        try:
            yield document
        except pypdfium2.PdfiumError as error:
            raise Unusable(f"the page is damaged ({error}); export the PDF again") from None


def _only_scan(page: pypdfium2.PdfPage) -> pypdfium2.PdfImage | None:
    """The one image that is all one sees of the page; None where there is more or other."""
    found = None
    for item in page.get_objects(max_depth=1):
        if item.type == pdfium_c.FPDF_PAGEOBJ_TEXT:
            # Text from an earlier recognition lies invisible under the scan.
            if (
                pdfium_c.FPDFTextObj_GetTextRenderMode(item)
                != pdfium_c.FPDF_TEXTRENDERMODE_INVISIBLE
            ):
                return None
        elif item.type == pdfium_c.FPDF_PAGEOBJ_IMAGE and found is None:
            found = item
        else:
            return None
    if found is None or pdfium_c.FPDFPage_GetAnnotCount(page) > 0:
        return None
    left, bottom, right, top = page.get_bbox()
    a, b, c, d = found.get_bounds()
    covered = max(0.0, min(c, right) - max(a, left)) * max(0.0, min(d, top) - max(b, bottom))
    inside = a >= left - 2 and b >= bottom - 2 and c <= right + 2 and d <= top + 2
    whole = (right - left) * (top - bottom)
    return found if inside and whole > 0 and covered / whole >= _WHOLE else None


def _is_plain_jpeg(scan: pypdfium2.PdfImage, page: pypdfium2.PdfPage) -> bool:
    """True where the JPEG's own pixels are what the page shows: not turned, grey or RGB."""
    if scan.get_filters() != ["DCTDecode"] or page.get_rotation() != 0:
        return False
    if pdfium_c.FPDFPageObj_HasTransparency(scan):
        return False
    matrix = scan.get_matrix()
    if abs(matrix.b) + abs(matrix.c) > 0.01 or matrix.a <= 0 or matrix.d <= 0:
        return False
    space = scan.get_metadata().colorspace
    return space in (
        pdfium_c.FPDF_COLORSPACE_DEVICEGRAY,
        pdfium_c.FPDF_COLORSPACE_DEVICERGB,
        pdfium_c.FPDF_COLORSPACE_CALGRAY,
        pdfium_c.FPDF_COLORSPACE_CALRGB,
        pdfium_c.FPDF_COLORSPACE_ICCBASED,
    ) and scan.get_metadata().bits_per_pixel in (8, 24)


def _scale(
    page: pypdfium2.PdfPage,
    scan: pypdfium2.PdfImage | None,
    dpi: int,
    most_pixels: int,
    longest: int,
) -> tuple[float, list[str]]:
    """Pixels per point, decided before anything is rasterised."""
    width, height = page.get_size()
    if not (math.isfinite(width * height) and width > 0 and height > 0):
        raise Unusable("the page has no size; export the PDF again")
    wanted = float(dpi)
    if scan is not None:
        pixels, points = scan.get_px_size()[0], abs(scan.get_matrix().a)
        if points > 1:
            wanted = min(max(pixels / points * _POINTS, LOWEST_DPI), FINEST_DPI)
    # One pixel less on each side leaves room for rounding up.
    room = min(math.sqrt(most_pixels / (width * height)), (longest - 1) / max(width, height))
    possible = room * _POINTS * 0.9995
    if wanted <= possible:
        return wanted / _POINTS, []
    if possible < LOWEST_DPI:
        area = width * height * (dpi / _POINTS) ** 2 / 1e6
        raise Unusable(
            f"the page would have {area:,.0f} Mpx at {dpi} dpi, the limit is "
            f"{most_pixels / 1e6:,.0f} Mpx; export it with smaller pages"
        )
    note = f"rasterised at {possible:.0f} dpi in place of {wanted:.0f} because of the limit of pixels"
    return possible / _POINTS, [note]


def _rasterise(page: pypdfium2.PdfPage, scale: float, final: Path) -> str:
    """Draw on white, and keep grey pages grey: a third of the file."""
    bitmap = page.render(scale=scale, may_draw_forms=False, rev_byteorder=True)
    with closing(bitmap):  # the image below looks into its memory
        pixels = numpy.ascontiguousarray(bitmap.to_numpy())
        image = pyvips.Image.new_from_memory(
            pixels.data, bitmap.width, bitmap.height, bitmap.n_channels, "uchar"
        ).copy(interpretation="srgb" if bitmap.n_channels > 1 else "b-w")
        if image.bands > 3:
            image = image.flatten(background=255)
        if image.bands == 3 and _is_grey(image):
            image = image[0].copy(interpretation="b-w")
        dots = scale * _POINTS / 25.4
        image.copy(xres=dots, yres=dots).pngsave(str(final), compression=4)
    return str(final)


def _is_grey(image: pyvips.Image) -> bool:
    apart = (image[0] - image[1]).abs().max() + (image[1] - image[2]).abs().max()
    return bool(apart == 0)
