"""Less of a page: some types of regions, no lines without a region, no characters."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace

from armarius.page import Line, Order, Page, Region

_DETAIL = re.compile("[:#]")  # what follows the name of a type in SegmOnto


@dataclass(frozen=True, slots=True)
class Extent:
    """How much of each page goes out.

    Attributes:
        types: only regions of these types, with what is in them; empty for all. The empty
            name stands for regions without a type.
        free_lines: lines that are in no region go along.
        characters: places of single characters go along.
    """

    types: Collection[str] = ()
    free_lines: bool = True
    characters: bool = True


def narrowed(page: Page, extent: Extent) -> Page:
    """The page with only what goes out."""
    regions = page.regions
    if extent.types:
        regions = tuple(_chosen(regions, set(extent.types)))
    smaller = replace(page, regions=regions, lines=page.lines if extent.free_lines else ())
    if not extent.characters:
        smaller = replace(
            smaller,
            regions=tuple(_plain(x) for x in smaller.regions),
            lines=tuple(_without_glyphs(x) for x in smaller.lines),
        )
    if extent.types or not extent.free_lines:
        there = {x.id for x in smaller.all_regions()} | {x.id for x in smaller.all_lines()}
        order = smaller.order and _pruned(smaller.order, there)
        smaller = replace(smaller, order=order)
    return smaller


def _chosen(regions: Iterable[Region], types: set[str]) -> Iterator[Region]:
    """Regions of the types; one within another that is left out comes to its place."""
    for region in regions:
        inner = tuple(_chosen(region.regions, types))
        if region.type in types or _DETAIL.split(region.type)[0] in types:
            yield replace(region, regions=inner)
        else:
            yield from inner


def _plain(region: Region) -> Region:
    return replace(
        region,
        lines=tuple(_without_glyphs(x) for x in region.lines),
        regions=tuple(_plain(x) for x in region.regions),
    )


def _without_glyphs(line: Line) -> Line:
    return replace(line, words=tuple(replace(x, glyphs=()) for x in line.words))


def _pruned(order: Order, there: Collection[str]) -> Order | None:
    """The order without what is not there; None where nothing is left of it."""
    members: list[str | Order] = []
    for member in order.members:
        if isinstance(member, str):
            members += [member] if member in there else []
        elif (inner := _pruned(member, there)) is not None:
            members.append(inner)
    ref = order.ref if order.ref in there else ""
    return replace(order, members=tuple(members), ref=ref) if members or ref else None
