"""The self-test of what follows a layout network: a drawn page is found as it was drawn.

Once in a process. It shows that the compiled loops and the libraries work on this machine; that they do
as Kraken does, the tests show.
"""

from __future__ import annotations

from functools import cache

import numpy as np
import shapely

from armarius.engines.fast import seg, seg_drawing
from armarius.errors import EngineError

CLOSE = 4  # pixels of the heatmap between a drawn baseline and the one that is found


def passed() -> None:
    """Return where the self-test passes.

    Raises:
        EngineError: it does not.
    """
    if reason := _wrong():
        raise EngineError(f"The layout code fails its self-test on this machine: {reason}.")


@cache
def _wrong() -> str:
    """What is wrong, empty if nothing is. The first time on a machine it compiles, which takes seconds."""
    drawn = seg_drawing.drawn_page()
    try:
        found = seg.find(drawn, seg_drawing.CLASSES, "horizontal-lr", top=False)
    except Exception as error:  # numba or a library does not work here
        return f"{type(error).__name__}: {error}"
    if len(found.lines) != len(seg_drawing.LINES) or len(found.regions["text"]) != 1:
        return f"it found {len(found.lines)} lines instead of {len(seg_drawing.LINES)}"
    for stroke, line in zip(seg_drawing.LINES, found.lines, strict=True):
        wanted = shapely.LineString(np.array(stroke) * seg_drawing.SCALE)
        made = shapely.LineString(line.baseline)
        if wanted.hausdorff_distance(made) > CLOSE * seg_drawing.SCALE:
            return "a line is not where it was drawn"
        if not shapely.Polygon(line.boundary).intersects(wanted.centroid.buffer(CLOSE)):
            return "a mask is not round its line"
    return ""
