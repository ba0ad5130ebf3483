"""The lines of a file beside those of a page, and the lines that both have."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace

from armarius.geometry import Points
from armarius.page import Line, Page, Region


@dataclass(frozen=True, slots=True)
class Added:
    """A page with more on it.

    Attributes:
        page: what was there and what came.
        texts: what came, with the ids that it has on the page.
        lines: how many lines are new.
    """

    page: Page
    texts: Page
    lines: int


def place_of(line: Line) -> Points:
    """Where a line is."""
    return line.baseline + line.mask


def beside(there: Page, coming: Page) -> Added:
    """Put what comes beside what is there; what stands at the same place under the same id is the same."""
    naming = _Naming(there, coming)
    inside: dict[str, list[Line]] = defaultdict(list)
    regions: list[Region] = []
    _sort(coming.regions, naming, inside, regions)
    page = replace(
        there,
        regions=(*(_filled(x, inside) for x in there.regions), *regions),
        lines=(*there.lines, *naming.new(coming.lines)),
    )
    return Added(
        page, _flat(coming, naming), sum(x.id not in naming.same for x in coming.all_lines())
    )


class _Naming:
    """Ids of what comes: those of the same things stay, others must be free."""

    def __init__(self, there: Page, coming: Page) -> None:
        lines = {x.id: place_of(x) for x in there.all_lines()}
        self._regions = {x.id: x.polygon for x in there.all_regions()}
        self.same = {x.id for x in coming.all_lines() if lines.get(x.id) == place_of(x)}
        self._taken = {*lines, *self._regions}
        self.lines = {
            x.id: x.id if x.id in self.same else self.free(x.id) for x in coming.all_lines()
        }

    def free(self, wanted: str) -> str:
        """An id that nothing on the page has."""
        found, number = wanted, 1
        while found in self._taken:
            number += 1
            found = f"{wanted}_{number}"
        self._taken.add(found)
        return found

    def is_there(self, region: Region) -> bool:
        """Whether the page has this very region."""
        return self._regions.get(region.id) == region.polygon

    def new(self, lines: Iterable[Line]) -> tuple[Line, ...]:
        """Those that the page has not, with their ids on it."""
        return tuple(replace(x, id=self.lines[x.id]) for x in lines if x.id not in self.same)


def _sort(
    coming: Iterable[Region],
    naming: _Naming,
    inside: dict[str, list[Line]],
    regions: list[Region],
) -> None:
    """Lines that go into regions of the page, and regions that are new."""
    for region in coming:
        if naming.is_there(region):
            inside[region.id] += naming.new(region.lines)
            _sort(region.regions, naming, inside, regions)
        else:
            regions.append(_renamed(region, naming))


def _renamed(region: Region, naming: _Naming) -> Region:
    return replace(
        region,
        id=naming.free(region.id),
        lines=naming.new(region.lines),
        regions=tuple(_renamed(x, naming) for x in region.regions),
    )


def _filled(region: Region, inside: dict[str, list[Line]]) -> Region:
    return replace(
        region,
        lines=(*region.lines, *inside.get(region.id, ())),
        regions=tuple(_filled(x, inside) for x in region.regions),
    )


def _flat(coming: Page, naming: _Naming) -> Page:
    return replace(
        coming,
        regions=(),
        order=None,
        lines=tuple(replace(x, id=naming.lines[x.id]) for x in coming.all_lines()),
        annotations=tuple(
            replace(
                x,
                start_line=naming.lines.get(x.start_line, x.start_line),
                end_line=naming.lines.get(x.end_line, x.end_line),
            )
            for x in coming.annotations
        ),
    )
