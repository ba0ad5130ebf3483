"""Lines of a page as a recogniser takes them: cut out, straightened, scaled."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator

from PIL.Image import Image

from armarius.engines.fast import net_input, rec_cutting
from armarius.engines.fast.rec_cutting import Shape, Source
from armarius.engines.fast.rec_reading import LineInput, Reader

log = logging.getLogger(__name__)

# Pixels of the network's input: a line of 100 rows may be 120,000 wide. Wider ones would
# take gigabytes; nobody writes so long a line.
MOST_PIXELS = 12_000_000


def inputs(
    reader: Reader, image: Image, shapes: Iterable[Shape], pad: int
) -> Iterator[tuple[int, LineInput]]:
    """The network's input for each shape, by its number; those that have nothing to read are left out.

    Args:
        reader: the recogniser, which decides on height, colour and how lines are cut out.
        image: the page.
        shapes: its lines.
        pad: empty pixels at each end of a line, at the height of the input.
    """
    page = Source(image)
    for number, shape in enumerate(shapes):
        try:
            made = _input(reader, page, shape, pad)
        except Exception as error:
            # Geometry and scaling raise almost anything on odd lines; such a line is empty.
            log.debug("line %s cannot be prepared: %r", shape.id, error)
            continue
        if made is not None:
            yield number, made


def _input(reader: Reader, page: Source, shape: Shape, pad: int) -> LineInput | None:
    boxed = shape.type == "bbox"
    cut = rec_cutting.cut(page, shape, old=reader.old_cuts)
    if 0 in cut.size:
        return None
    rows = reader.spec.channels if reader.spec.height == 1 else reader.spec.height
    if rows * rows * cut.width > MOST_PIXELS * cut.height:
        log.warning("line %s is too long to be read: cut it in pieces", shape.id)
        return None
    values = net_input.line(cut, reader.spec, pad, straighten=boxed)
    return None if values is None else LineInput(values, cut.width, pad)
