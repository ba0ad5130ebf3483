"""Kraken's layout analysis, given back as regions, lines and an order of the page tree."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from armarius.engines import SegmentOptions
from armarius.engines import kraken_loading as loading
from armarius.errors import BadInput, EngineError
from armarius.geometry import Points
from armarius.page import Line, Order, Region

if TYPE_CHECKING:
    from PIL.Image import Image

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
    """What was found on a page."""

    regions: tuple[Region, ...]
    lines: tuple[Line, ...]
    order: Order | None
    postprocessing: str = "kraken"


def find(task: Any, image: Image, options: SegmentOptions) -> Layout:
    """Run the layout model, and what follows it on the fast path if that gives the same.

    Raises:
        BadInput: there is no such inference.
        EngineError: Kraken failed on this image, or the fast path was asked for and did.
    """
    from kraken.configs import SegmentationInferenceConfig

    from armarius.engines import kraken_postprocessing as post

    accelerator, device = loading.accelerator(options.device)
    config = SegmentationInferenceConfig(
        text_direction=options.direction,
        accelerator=accelerator,
        device=device,
        precision=options.precision,
    )
    try:
        with loading.quietly(), loading.threads(options.threads):
            found, how = post.segment(task, image, config, options.inference)
    except (BadInput, EngineError):
        raise
    except Exception as error:
        # Kraken's post-processing raises almost anything on odd pages; each is this page's failure.
        raise EngineError(f"Kraken could not segment the page ({error}).") from error
    return _layout(found, image.size)._replace(postprocessing=how)


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
        polygon=_points(region.boundary, size),
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
    """Points within the image, each once in a row, without the closing one of a polygon."""
    right, bottom = size[0] - 1, size[1] - 1
    kept: list[tuple[float, float]] = []
    for x, y in points:
        point = (float(min(max(x, 0), right)), float(min(max(y, 0), bottom)))
        if not kept or kept[-1] != point:
            kept.append(point)
    if len(kept) > 2 and kept[0] == kept[-1]:  # a closed polygon
        kept.pop()
    return tuple(kept)


def _area(polygon: Sequence[Sequence[float]]) -> float:
    """Area by the shoelace formula, in square pixels."""
    turned = [*polygon[1:], *polygon[:1]]
    pairs = zip(polygon, turned, strict=True)
    return abs(sum(a[0] * b[1] - b[0] * a[1] for a, b in pairs)) / 2
