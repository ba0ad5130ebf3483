"""Layout analysis with Kraken's models, given back as regions, lines and an order of the page tree."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from threadpoolctl import threadpool_limits

from armarius.engines import ModelInfo, SegmentOptions, reference
from armarius.engines import kraken_fast as fast
from armarius.engines import kraken_models as models
from armarius.errors import ArmariusError, BadInput, EngineError
from armarius.geometry import Points, open_ring
from armarius.page import Line, Order, Region

if TYPE_CHECKING:
    from PIL.Image import Image

    from armarius.engines.fast.seg_heatmap import Network

log = logging.getLogger(__name__)

# Class names that are kinds of regions in PAGE as well; all others are text.
_KINDS = (
    "image",
    "graphic",
    "table",
    "separator",
    "maths",
    "music",
    "chart",
    "noise",
    "advert",
    "map",
)


class Layout(NamedTuple):
    """What was found on a page; `network` and `postprocessing` say whose code did it.

    `height`: rows of the page that the network looked at; 0 for a network that takes any.
    """

    regions: tuple[Region, ...]
    lines: tuple[Line, ...]
    order: Order | None
    network: str = "kraken"
    postprocessing: str = "kraken"
    height: int = 0


def find(path: Path, info: ModelInfo, image: Image, options: SegmentOptions) -> Layout:
    """Run a layout model, and what follows it: on the fast path where that can be.

    Raises:
        BadInput: the fast path was asked for and cannot run the model, or a height that it cannot have.
        EngineError: the page cannot be segmented.
        Unavailable: Kraken itself is needed and not installed.
    """
    chosen = fast.layout(path, info, options)
    height = min(options.height or info.height, info.height)
    try:
        with models.quietly(), threadpool_limits(limits=options.threads):
            found, how = _found(chosen.network, path, info, image, options, height)
    except ArmariusError:
        raise
    except Exception as error:
        # Networks and geometry raise almost anything on odd pages; each is this page's failure.
        raise EngineError(f"The page cannot be segmented ({error}).") from error
    made = _layout(found, image.size)
    return made._replace(network=chosen.name, postprocessing=how, height=height)


def _found(
    network: Network | None,
    path: Path,
    info: ModelInfo,
    image: Image,
    options: SegmentOptions,
    height: int,
) -> tuple[Any, str]:
    """What is on a page, as our `Found` or Kraken's `Segmentation`, and whose code found it on the heatmaps."""
    from armarius.engines.fast import seg, seg_check

    itself = None if network else _itself(path, info, options)
    if itself and not itself.alone and height != info.height:
        raise BadInput(f"{path.name} cannot look at smaller pages. Segment without “quick”.")
    if itself and height == info.height and (options.inference == "kraken" or not itself.alone):
        return itself.segment(image), "kraken"
    used: Any = network or itself
    heat = used.heatmap(image, height)
    if itself and options.inference == "kraken":
        return itself.go_on(image, heat), "kraken"
    try:
        seg_check.passed()
        return seg.find(heat, used.classes, options.direction, top=used.top), "fast"
    except Exception as error:
        if options.inference == "fast" or reference.missing():
            raise
        # Whatever it is: Kraken goes on from the same output of the network.
        log.warning("Kraken's own code goes on from the heatmaps: %s", error)
        again = itself or _itself(path, info, options)
        return again.go_on(image, heat), f"kraken ({error})"


def _itself(path: Path, info: ModelInfo, options: SegmentOptions) -> Any:
    """The model in Kraken's own hands."""
    from armarius.engines.reference.running import Layout as Itself

    return Itself(path, info, options)


def _layout(found: Any, size: tuple[int, int]) -> Layout:
    """Regions in the order of their first lines; every line in the smallest region that holds it."""
    areas = {
        region.id: _area(region.boundary) for kind in found.regions.values() for region in kind
    }
    names: dict[str, str] = {}
    held: dict[str, list[Line]] = {key: [] for key in areas}
    free: list[Line] = []
    sequence: list[str] = []
    for number, line in enumerate(_in_order(found), 1):
        inside = [key for key in line.regions or () if key in areas]
        home = min(inside, key=areas.__getitem__) if inside else ""
        made = Line(
            id=f"line_{number}",
            baseline=_points(line.baseline, size),
            mask=_points(line.boundary or (), size),
            type=_type(line.tags),
        )
        if home:
            names.setdefault(home, f"region_{len(names) + 1}")
        (held[home] if home else free).append(made)
        mark = names[home] if home else made.id
        if mark not in sequence:
            sequence.append(mark)
    for key in areas:
        names.setdefault(key, f"region_{len(names) + 1}")
    regions = [
        _region(region, names[region.id], tuple(held[region.id]), size)
        for kind in found.regions.values()
        for region in kind
    ]
    place = {name: index for index, name in enumerate(names.values())}
    regions.sort(key=lambda region: place[region.id])
    # Without lines between the regions the tree says the order already.
    order = Order(tuple(sequence)) if free and len(sequence) > len(free) else None
    return Layout(tuple(regions), tuple(free), order)


def _in_order(found: Any) -> list[Any]:
    """Lines as the model's own reading order has them, where it brought one along."""
    lines = list(found.lines)
    orders = [order for order in found.line_orders if sorted(order) == list(range(len(lines)))]
    return [lines[index] for index in orders[0]] if orders else lines


def _region(region: Any, name: str, lines: tuple[Line, ...], size: tuple[int, int]) -> Region:
    kind = _type(region.tags)
    return Region(
        id=name,
        polygon=open_ring(_points(region.boundary, size)),
        type=kind,
        kind=kind if kind in _KINDS else "text",
        lines=lines,
    )


def _type(tags: Any) -> str:
    for tag in (tags or {}).get("type", ()):
        name = str(tag.get("type", ""))
        return "" if name == "default" else name
    return ""


def _points(points: Sequence[Sequence[float]], size: tuple[int, int]) -> Points:
    """Points within the image, each once in a row.

    A mask keeps the point that closes it: Kraken rounds the corners of a mask before it cuts a
    line out, other ones where it ends open, and then reads other letters now and then.
    """
    right, bottom = size[0] - 1, size[1] - 1
    kept: list[tuple[float, float]] = []
    for x, y in points:
        point = (float(min(max(x, 0), right)), float(min(max(y, 0), bottom)))
        if not kept or kept[-1] != point:
            kept.append(point)
    return tuple(kept)


def _area(polygon: Sequence[Sequence[float]]) -> float:
    """Area by the shoelace formula, in square pixels."""
    turned = [*polygon[1:], *polygon[:1]]
    pairs = zip(polygon, turned, strict=True)
    return abs(sum(a[0] * b[1] - b[0] * a[1] for a, b in pairs)) / 2
