"""Small files as other programs write them, made here."""

from __future__ import annotations

ALTO_NS = "http://www.loc.gov/standards/alto/ns-v4#"
PAGE_NS = "http://schema.primaresearch.org/PAGE/gts/pagecontent"
LINE = (
    '<TextLine ID="l1" BASELINE="10 50 190 50">'
    '<Shape><Polygon POINTS="10 20 190 20 190 60 10 60"/></Shape>'
    '<String CONTENT="Ci commence"/></TextLine>'
)
PAGE_LINE = (
    '<TextLine id="l1"><Coords points="10,20 190,20 190,60 10,60"/>'
    '<Baseline points="10,50 190,50"/><TextEquiv><Unicode>Ci commence</Unicode></TextEquiv></TextLine>'
)


def alto(
    lines: str = LINE,
    *,
    blocks: str = "",
    tags: str = "",
    order: str = "",
    unit: str = "<MeasurementUnit>pixel</MeasurementUnit>",
    description: str = "",
    namespace: str = ALTO_NS,
    size: str = 'WIDTH="200" HEIGHT="300"',
) -> bytes:
    """An ALTO file with one block round `lines`, or with these blocks."""
    inside = blocks or f'<TextBlock ID="b1">{lines}</TextBlock>'
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<alto xmlns="{namespace}"><Description>{unit}'
        f"<sourceImageInformation><fileName>f1.jpg</fileName></sourceImageInformation>{description}</Description>"
        f"{f'<Tags>{tags}</Tags>' if tags else ''}{f'<ReadingOrder>{order}</ReadingOrder>' if order else ''}"
        f'<Layout><Page ID="p1" PHYSICAL_IMG_NR="1" {size}><PrintSpace>{inside}</PrintSpace></Page></Layout></alto>'
    ).encode()


def page(
    lines: str = PAGE_LINE,
    *,
    regions: str = "",
    before: str = "",
    version: str = "2019-07-15",
    metadata: str = "<Creator>scribe</Creator><Created>2020-01-01T00:00:00</Created><LastChange>2020-01-01T00:00:00</LastChange>",
    image: str = 'imageFilename="f1.jpg"',
    root: str = "",
) -> bytes:
    """A PAGE file with one region round `lines`, or with these regions."""
    inside = regions or (
        f'<TextRegion id="r1"><Coords points="0,0 200,0 200,300 0,300"/>{lines}</TextRegion>'
    )
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<PcGts xmlns="{PAGE_NS}/{version}" {root}><Metadata>{metadata}</Metadata>'
        f'<Page {image} imageWidth="200" imageHeight="300">{before}{inside}</Page></PcGts>'
    ).encode()
