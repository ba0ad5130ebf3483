"""The order in which the lines of a stored page are read.

Without an explicit order, regions come in the order of the tree, each with its lines by
position, and free lines last. `Page.order` names keys of regions and lines in another order.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

Row = Mapping[str, Any]


def sequence(order: Any, regions: Sequence[Row], lines: Sequence[Row]) -> list[int]:
    """Ids of all lines, each once, as they are read.

    Args:
        order: `Page.order`.
        regions: id, key, parent_id, position of the present regions.
        lines: id, key, region_id, position of the present lines.
    """
    in_tree = tree(regions, lines)
    if not order:
        return in_tree
    by_key = {line["key"]: line["id"] for line in lines}
    homes = {line["id"]: line["region_id"] for line in lines}
    regions_by_key = {region["key"]: region["id"] for region in regions}
    read: dict[int, None] = {}
    for key in references(order):
        if key in by_key:
            read[by_key[key]] = None
        elif key in regions_by_key:
            home = regions_by_key[key]
            read |= dict.fromkeys(line for line in in_tree if homes[line] == home)
    return [*read, *(line for line in in_tree if line not in read)]


def tree(regions: Sequence[Row], lines: Sequence[Row]) -> list[int]:
    """Ids of all lines in the order of the tree."""
    inside: dict[int | None, list[int]] = defaultdict(list)
    for line in sorted(lines, key=lambda row: (row["position"], row["id"])):
        inside[line["region_id"]].append(line["id"])
    below: dict[int | None, list[int]] = defaultdict(list)
    for region in sorted(regions, key=lambda row: (row["position"], row["id"])):
        below[region["parent_id"]].append(region["id"])
    waiting, found = list(reversed(below[None])), []
    while waiting:
        region_id = waiting.pop()
        found += inside[region_id]
        waiting += reversed(below[region_id])
    return [*found, *inside[None]]


def references(order: Any) -> Iterable[str]:
    """The keys that an explicit order names, groups' own ones before their members."""
    if order.get("ref"):
        yield order["ref"]
    for member in order.get("members", ()):
        if isinstance(member, str):
            yield member
        else:
            yield from references(member)


def without(order: Any, gone: set[str]) -> Any:
    """The order with some keys left out; None where nothing of it remains."""
    if not order:
        return None
    members: list[Any] = []
    for member in order.get("members", ()):
        kept = without(member, gone) if isinstance(member, dict) else member
        if kept and kept not in gone if isinstance(kept, str) else kept:
            members.append(kept)
    ref = "" if order.get("ref") in gone else order.get("ref", "")
    if not members and not ref:
        return None
    left = {name: value for name, value in order.items() if name not in ("members", "ref")}
    return left | ({"members": members} if members else {}) | ({"ref": ref} if ref else {})
