"""A page of which only the lines, or only the regions, were found anew, put together with what it had."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace

from armarius import geometry
from armarius.engines import Steps
from armarius.page import Line, Order, Page, Region


def joined(before: Page, found: Page, steps: Steps) -> Page:
    """What an engine has found, with the regions or the lines that the page is to keep.

    A line goes into the smallest region that holds at least half of it, else into none.

    Args:
        before: the page as it was.
        found: the page as the engine gives it back.
        steps: ``lines`` keeps the regions, ``regions`` keeps the lines, ``both`` keeps nothing.
    """
    if steps == "regions":
        return _round_lines(before, found)
    if steps == "lines":
        return _into_regions(before, found)
    return found


def _round_lines(before: Page, found: Page) -> Page:
    """The lines of the one in the regions of the other, in the order that the lines had."""
    lines = before.reading_order()
    taken = {line.id for line in lines}
    regions = [_renamed(region, taken) for region in found.regions]
    held, free = _homes(lines, regions)
    home = {line.id: key for key, inside in held.items() for line in inside}
    read = list(dict.fromkeys(home.get(line.id, line.id) for line in lines))
    place = {key: n for n, key in enumerate(read)}
    regions.sort(key=lambda one: min(place.get(x, len(read)) for x in _ids(one)))
    # Without lines between the regions the tree says the order already.
    mixed = held and any(line.id in place for line in free)
    order = Order((*read, *(x.id for x in regions if x.id not in place))) if mixed else None
    return replace(found, regions=_filled(regions, held), lines=tuple(free), order=order)


def _into_regions(before: Page, found: Page) -> Page:
    """The regions of the one with the lines of the other, in the order that the regions had."""
    taken = {region.id for region in before.all_regions()}
    lines = [replace(line, id=_free(line.id, taken)) for line in found.reading_order()]
    held, free = _homes(lines, before.regions)
    order = (
        _of_regions(before.order, taken - {line.id for line in lines}) if before.order else None
    )
    return replace(found, regions=_filled(before.regions, held), lines=tuple(free), order=order)


def _homes(
    lines: Sequence[Line], regions: Sequence[Region]
) -> tuple[dict[str, list[Line]], list[Line]]:
    """The lines of each region, by its id, and those of none; all in the order given."""
    inside = [inner for region in regions for inner in _within(region)]
    shapes = [line.baseline if len(line.baseline) > 1 else line.mask for line in lines]
    held: dict[str, list[Line]] = defaultdict(list)
    free: list[Line] = []
    homes = geometry.homes(shapes, [region.polygon for region in inside])
    for line, home in zip(lines, homes, strict=True):
        (free if home is None else held[inside[home].id]).append(line)
    return held, free


def _filled(
    regions: Sequence[Region], held: Mapping[str, Sequence[Line]]
) -> tuple[Region, ...]:
    return tuple(
        replace(one, lines=tuple(held.get(one.id, ())), regions=_filled(one.regions, held))
        for one in regions
    )


def _within(region: Region) -> list[Region]:
    return [region, *(x for inner in region.regions for x in _within(inner))]


def _ids(region: Region) -> list[str]:
    return [one.id for one in _within(region)]


def _renamed(region: Region, taken: set[str]) -> Region:
    """The region and those inside under ids that nothing else on the page has."""
    inner = tuple(_renamed(one, taken) for one in region.regions)
    return replace(region, id=_free(region.id, taken), regions=inner)


def _free(wanted: str, taken: set[str]) -> str:
    """The id, or one like it that is not taken; it is taken then."""
    key, number = wanted, 1
    while key in taken:
        number += 1
        key = f"{wanted}_{number}"
    taken.add(key)
    return key


def _of_regions(order: Order, regions: set[str]) -> Order | None:
    """The order without what is no region; None where nothing is left."""
    members = tuple(
        kept
        for one in order.members
        if (kept := _of_regions(one, regions) if isinstance(one, Order) else one)
        and (isinstance(kept, Order) or kept in regions)
    )
    ref = order.ref if order.ref in regions else ""
    return replace(order, members=members, ref=ref) if members or ref else None
