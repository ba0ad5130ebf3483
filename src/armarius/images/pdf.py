"""PDF pages as image files. The PDF itself is opened in the limited child only."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from armarius import config
from armarius.errors import BadInput, FormatError, TooLarge
from armarius.images import headers
from armarius.images.children import POOL, Unusable

_MEMORY_MB: Final = 1000
_SECONDS: Final = 120


@dataclass(frozen=True, slots=True)
class Rendered:
    """A PDF page as an image file, and what a reader should know about it."""

    path: Path
    notes: list[str]


def pages(path: Path, name: str = "") -> int:
    """How many pages a PDF has.

    Args:
        path: the file.
        name: how the user knows it; stands in messages.

    Raises:
        FormatError: not a PDF, damaged, locked with a password, or without pages.
        TooLarge: more pages than the settings allow.
    """
    shown = name or path.name
    kind = headers.kind(path)
    if kind != "pdf":
        what = "the file is empty" if kind == "empty" else "this is not a PDF"
        raise FormatError(shown, None, what, "Upload it again")
    try:
        answer = POOL.ask("pdf-pages", memory_mb=_MEMORY_MB, seconds=_SECONDS, path=str(path))
    except Unusable as unusable:
        raise FormatError(shown, None, str(unusable)) from None
    count = int(answer["pages"])
    most = config.number("ARMARIUS_MAX_PAGES")
    if count > most:
        raise TooLarge(
            f"{shown}: the PDF has {count:,} pages; the limit is {most:,}. Split it."
        )
    return count


def render(
    path: Path, number: int, folder: Path, name: str = "", *, dpi: int | None = None
) -> Rendered:
    """Make an image file of one page.

    A page that is nothing but one JPEG scan gives that JPEG byte for byte; every other page
    is rasterised at ARMARIUS_PDF_DPI (or at the scan's own resolution) into a lossless PNG,
    at a lower resolution where it would pass the limit of pixels.

    Args:
        path: the PDF.
        number: the page, from 0.
        folder: where the image file goes; the caller removes it.
        name: how the user knows the PDF; stands in messages.
        dpi: in place of ARMARIUS_PDF_DPI.

    Raises:
        BadInput: the page is damaged, or too large at any useful resolution.
    """
    shown = f"{name or path.name}, page {number + 1}"
    megapixels = config.number("ARMARIUS_MAX_MEGAPIXELS")
    try:
        answer = POOL.ask(
            "pdf-render",
            memory_mb=_MEMORY_MB + megapixels * 6,
            seconds=_SECONDS,
            path=str(path),
            number=number,
            dpi=dpi or config.number("ARMARIUS_PDF_DPI"),
            most_pixels=megapixels * 1_000_000,
            longest=headers.LONGEST,
            target=str(folder / f"{path.stem[:80]}-{number + 1:04d}"),
        )
    except Unusable as unusable:
        raise BadInput(f"{shown}: {unusable}.") from None
    return Rendered(Path(answer["path"]), list(answer["notes"]))
