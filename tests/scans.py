"""Small page images, ALTO and archives, made on the spot."""

from __future__ import annotations

import io
import random
import zipfile
from collections.abc import Iterable, Sequence
from typing import Any
from xml.sax.saxutils import quoteattr

from PIL import Image


def picture(seed: int, width: int = 60, height: int = 80) -> Image.Image:
    """A small page that differs from that of every other seed."""
    # Different at every pixel: even after JPEG no two seeds give the same bytes.
    return Image.frombytes(
        "RGB", (width, height), random.Random(seed).randbytes(width * height * 3)
    )


def scan(
    seed: int, width: int = 60, height: int = 80, kind: str = "JPEG", **options: Any
) -> bytes:
    """The bytes of such a page."""
    target = io.BytesIO()
    picture(seed, width, height).save(target, kind, **options)
    return target.getvalue()


def alto(
    image: str, lines: Sequence[str | tuple[str, str]], width: int = 60, height: int = 80
) -> bytes:
    """ALTO 4.4 with one block; `lines` are texts, or pairs (id, text)."""
    pairs = [x if isinstance(x, tuple) else (f"l{n}", x) for n, x in enumerate(lines, 1)]
    rows = "".join(
        f'<TextLine ID="{key}" HPOS="5" VPOS="{10 * n}" WIDTH="50" HEIGHT="8" '
        f'BASELINE="5 {10 * n + 6} 55 {10 * n + 6}">'
        f'<Shape><Polygon POINTS="5 {10 * n} 55 {10 * n} 55 {10 * n + 8} 5 {10 * n + 8}"/></Shape>'
        f'<String CONTENT={quoteattr(text)} HPOS="5" VPOS="{10 * n}" WIDTH="50" HEIGHT="8"/></TextLine>'
        for n, (key, text) in enumerate(pairs)
    )
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<alto xmlns="http://www.loc.gov/standards/alto/ns-v4#"><Description>
<MeasurementUnit>pixel</MeasurementUnit><sourceImageInformation><fileName>{image}</fileName>
</sourceImageInformation></Description><Layout><Page ID="p1" WIDTH="{width}" HEIGHT="{height}"
PHYSICAL_IMG_NR="1"><PrintSpace HPOS="0" VPOS="0" WIDTH="{width}" HEIGHT="{height}">
<TextBlock ID="b1" HPOS="0" VPOS="0" WIDTH="{width}" HEIGHT="{height}">{rows}</TextBlock>
</PrintSpace></Page></Layout></alto>""".encode()


def page_xml(
    image: str | None, lines: Sequence[str], width: int = 60, height: int = 80
) -> bytes:
    """PAGE 2019 with one region; `image` None leaves imageFilename out."""
    named = f'imageFilename="{image}" ' if image is not None else ""
    rows = "".join(
        f'<TextLine id="l{n}"><Coords points="5,{10 * n} 55,{10 * n} 55,{10 * n + 8} 5,{10 * n + 8}"/>'
        f'<Baseline points="5,{10 * n + 6} 55,{10 * n + 6}"/>'
        f"<TextEquiv><Unicode>{text}</Unicode></TextEquiv></TextLine>"
        for n, text in enumerate(lines)
    )
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<PcGts xmlns="http://schema.primaresearch.org/PAGE/gts/pagecontent/2019-07-15"><Metadata>
<Creator>c</Creator><Created>2026-01-01T00:00:00</Created><LastChange>2026-01-01T00:00:00</LastChange>
</Metadata><Page {named}imageWidth="{width}" imageHeight="{height}"><TextRegion id="r1">
<Coords points="0,0 {width},0 {width},{height} 0,{height}"/>{rows}</TextRegion></Page></PcGts>""".encode()


def packed(
    files: Iterable[tuple[str | zipfile.ZipInfo, bytes]], method: int = zipfile.ZIP_DEFLATED
) -> bytes:
    """A ZIP of (name, bytes) pairs."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", method) as archive:
        for name, data in files:
            archive.writestr(name, data)
    return target.getvalue()
