"""Regions and lines drawn by people: made, changed, removed and brought back.

A batch is one thing to the user (cutting a line changes one and makes another), so it is
stored whole or not at all. What is removed keeps its row, its texts and their history;
`restore` brings it back under its old id, which is how an editor undoes.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.utils import timezone

from armarius.errors import BadInput, Conflict
from armarius.models import Line, Page, Region, User
from armarius.ops import editing, news, ontology, reading, snapshots, tree_parts, trees, writing

MOST = 5000  # shapes on a page, and of one batch

SHARED = (
    "key",
    "type",
    "type_detail",
    "direction",
    "language",
    "position",
    "deleted_at",
    "version",
)
REGION = (*SHARED, "parent", "kind", "polygon")
LINE = (*SHARED, "region", "baseline", "mask")

Values = dict[str, Any]
Shape = Region | Line
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Changes:
    """What happens to the regions, or to the lines, of a page.

    Attributes:
        create: values by field name; `type` is the whole name, `region` and `parent` are ids or
            keys (so that a new line can stand in a new region), `position` of a line is its
            place in the reading order, `texts` are its texts: layer, content, checked.
        update: likewise, with `id` and the `version` that was seen, also of each text.
        delete: `id` and `version`.
        restore: ids.
    """

    create: Sequence[Values] = ()
    update: Sequence[Values] = ()
    delete: Sequence[Values] = ()
    restore: Sequence[int] = ()

    def ids(self) -> set[int]:
        """All that it names."""
        return {one["id"] for one in (*self.update, *self.delete)} | set(self.restore)


@dataclass(slots=True)
class _Sheet:
    """The page's shapes while they are changed."""

    page: Page
    regions: dict[int, Region]
    lines: dict[int, Line]
    types: dict[tuple[str, str], int]
    keys: trees.Keys
    touched: dict[Shape, None] = field(default_factory=dict)


def draw(
    page: Page,
    regions: Changes,
    lines: Changes,
    order: Sequence[int | str] | None,
    *,
    by: User,
    region_order: Sequence[int | str] | None = None,
    source: str = "edit",
) -> dict[str, Any]:
    """Apply the changes, or none of them. A constant number of queries.

    Args:
        page: locked until the transaction ends.
        regions: what happens to regions.
        lines: what happens to lines.
        order: ids of lines, or keys of new ones, in their new reading order; the others follow.
        by: for the log and the news, and the author of texts.
        region_order: likewise of regions, their new order in the tree; without `order` the lines are
            read as the tree has them then.
        source: what the history says of how the texts came: "edit", "join" or "cut".

    Returns:
        {version, regions, lines, texts}: the page's new version, {id, key, version} of all that was
        made, changed or brought back, in the order given, and {line, layer, version} of texts.

    Raises:
        Conflict: a shape was changed or removed since it was seen; with what is there now.
        BadInput: a value cannot be used.
    """
    with transaction.atomic():
        snapshots.lock(page)
        sheet = _load(page, regions, lines)
        _refuse_conflicts(sheet, regions, lines)
        before = _sequence(sheet)
        made_regions = _apply(sheet, Region, regions)
        _apply_parents(sheet, regions, made_regions)
        made_lines = _apply(sheet, Line, lines)
        _place_regions(sheet, region_order)
        _place(sheet, before, lines, made_lines, order)
        _store(sheet)
        texts = _write(sheet, lines, made_lines, by, source)
        # Whoever drew this knows this version already and need not read the page again.
        told = {"page": page.pk, "document": page.document_id, "version": page.version}
        news.tell(page.document.project_id, "page", told | {"author": by.pk})
    log.info("page %d: %d shapes drawn by user %d", page.pk, len(sheet.touched), by.pk)
    return {
        "version": page.version,
        "regions": [_named(row) for row in made_regions],
        "lines": [_named(row) for row in made_lines],
        "texts": texts,
    }


def _load(page: Page, regions: Changes, lines: Changes) -> _Sheet:
    keys = trees.Keys()
    sheet = _Sheet(page, {}, {}, {}, keys)
    # Removed shapes are read too: they may come back.
    sheet.regions = {row.pk: row for row in _rows(Region, page, regions.ids())}
    sheet.lines = {row.pk: row for row in _rows(Line, page, lines.ids())}
    shapes: list[Shape] = [*sheet.regions.values(), *sheet.lines.values()]
    for row in shapes:
        if row.deleted_at is None:
            keys.take(row.key, "")
    total = len(sheet.lines) + len(lines.create) + len(sheet.regions) + len(regions.create)
    if total > 2 * MOST:
        raise BadInput(f"A page cannot hold more than {MOST} regions and lines.")
    wanted = {(kind, tree_parts.split_type(one["type"])[0]) for kind, some in
              (("region", regions), ("line", lines)) for one in (*some.create, *some.update) if one.get("type")}  # fmt: skip
    sheet.types = ontology.types_of(page.document.project_id, wanted)
    return sheet


def _rows(kind: type[Any], page: Page, named: set[int]) -> Iterable[Any]:
    present = kind.everything.filter(page=page, deleted_at=None)
    removed = kind.everything.filter(page=page, pk__in=named).exclude(deleted_at=None)
    rows: Iterable[Any] = (present | removed).order_by("position", "id")
    return rows


def _refuse_conflicts(sheet: _Sheet, regions: Changes, lines: Changes) -> None:
    items: list[Values] = []
    for word, changes, rows in (
        ("region", regions, sheet.regions),
        ("line", lines, sheet.lines),
    ):
        for one in changes.update:
            row = rows.get(one["id"])
            if row is None or row.deleted_at is not None:
                items.append({"kind": word, "id": one["id"], "why": "gone"})
            elif row.version != one["version"]:
                items.append(_now(word, row))
        for one in changes.delete:
            row = rows.get(one["id"])
            if row is not None and row.deleted_at is None and row.version != one["version"]:
                items.append(_now(word, row))
        items += [
            {"kind": word, "id": pk, "why": "gone"} for pk in changes.restore if pk not in rows
        ]
    if items:
        raise Conflict("Somebody changed this page meanwhile. Nothing was stored.", items)


def _apply(sheet: _Sheet, kind: type[Any], changes: Changes) -> list[Any]:
    """Change rows in memory; returns those made, changed and brought back."""
    rows: dict[int, Any] = sheet.regions if kind is Region else sheet.lines
    word = "region" if kind is Region else "line"
    done = []
    last = max((row.position for row in rows.values()), default=-1)
    for number, given in enumerate(changes.create, last + 1):
        key = sheet.keys.take(given.get("key", ""), word)
        row = kind(page=sheet.page, key=key, position=number)
        _set(sheet, row, word, given)
        done.append(row)
    kind.objects.bulk_create(done)
    rows |= {row.pk: row for row in done}
    for given in changes.update:
        row = rows[given["id"]]
        row.version += 1
        _set(sheet, row, word, given)
        done.append(row)
    for pk in changes.restore:
        row = rows[pk]
        if row.deleted_at is not None:
            row.key = sheet.keys.take(row.key, word)
            row.deleted_at = None
            row.version += 1
        done.append(row)
    for given in changes.delete:
        row = rows.get(given["id"])
        if row is not None and row.deleted_at is None:
            row.deleted_at = timezone.now()
            row.version += 1
            sheet.touched[row] = None
    sheet.touched |= dict.fromkeys(done)
    return done


def _set(sheet: _Sheet, row: Any, word: str, given: Values) -> None:
    for name in ("kind", "direction", "language"):
        if name in given:
            setattr(row, name, given[name] or "")
    for name in ("polygon", "baseline", "mask"):
        if name in given:
            setattr(row, name, tree_parts.compact(given[name]))
    if "type" in given:
        name, row.type_detail = tree_parts.split_type(given["type"] or "")
        row.type_id = sheet.types.get((word, name))
    if word == "line" and "region" in given:
        row.region = _region(sheet, given["region"])


def _region(sheet: _Sheet, wanted: int | str | None) -> Region | None:
    """The region by id or key, those that are being made included."""
    if wanted is None:
        return None
    for row in sheet.regions.values():
        if row.deleted_at is None and wanted in (row.pk, row.key):
            return row
    raise BadInput(f"There is no region “{wanted}” on this page.")


def _apply_parents(sheet: _Sheet, changes: Changes, done: list[Region]) -> None:
    """Put regions into regions, and free what stood in a region that is removed."""
    for row, given in zip(done, (*changes.create, *changes.update), strict=False):
        if "parent" in given:
            row.parent = _region(sheet, given["parent"])
    there = {row.pk for row in sheet.regions.values() if row.deleted_at is None}
    for region in sheet.regions.values():
        if region.pk in there and region.parent_id and region.parent_id not in there:
            region.parent = None
            _touch(sheet, region)
    for line in sheet.lines.values():
        if line.deleted_at is None and line.region_id and line.region_id not in there:
            line.region = None
            _touch(sheet, line)
    parents = {pk: sheet.regions[pk].parent_id for pk in there}
    for parent in parents.values():
        above, steps = parent, 0
        while above is not None:
            above, steps = parents[above], steps + 1
            if steps > len(parents):
                raise BadInput("A region cannot stand inside itself.")


def _place_regions(sheet: _Sheet, order: Sequence[int | str] | None) -> None:
    """Number the regions; the tree then says how the page is read."""
    if order is None:
        return
    there = [pk for pk, row in sheet.regions.items() if row.deleted_at is None]
    chosen = _named_in(order, sheet.regions)
    for position, pk in enumerate([*chosen, *(pk for pk in there if pk not in chosen)]):
        region = sheet.regions[pk]
        if region.position != position:
            _touch(sheet, region, changed=False)
            region.position = position
    sheet.page.order = None


def _place(
    sheet: _Sheet,
    before: list[int],
    changes: Changes,
    made: list[Line],
    order: Sequence[int | str] | None,
) -> None:
    """Number the lines, and write an explicit order where the tree's does not do."""
    page = sheet.page
    gone = {row.key for row in sheet.touched if row.deleted_at is not None}
    page.order = reading.without(page.order, gone) if gone else page.order
    places = {
        row.pk: given["position"]
        for row, given in zip(made, (*changes.create, *changes.update), strict=False)
        if given.get("position") is not None
    }
    wanted = [pk for pk in before if sheet.lines[pk].deleted_at is None and pk not in places]
    for pk, place in sorted(places.items(), key=lambda item: item[1]):
        wanted.insert(place, pk)
    if order is not None:
        chosen = _named_in(order, sheet.lines)
        wanted = [*chosen, *(pk for pk in wanted if pk not in chosen)]
    placed = bool(places) or order is not None
    known = set(wanted)
    wanted += [row.pk for row in made if row.pk not in known and row.deleted_at is None]
    for position, pk in enumerate(wanted):
        line = sheet.lines[pk]
        if line.position != position and (placed or not page.order):
            _touch(sheet, line, changed=False)
            line.position = position
    if placed:
        flat = {"members": [sheet.lines[pk].key for pk in wanted]}
        page.order = None if _sequence(sheet, explicit=False) == wanted else flat


def _named_in(order: Sequence[int | str], rows: Mapping[int, Shape]) -> dict[int, None]:
    """Ids of the shapes that an order names, those made in the same call by their keys."""
    there = {pk: row for pk, row in rows.items() if row.deleted_at is None}
    keys = {row.key: pk for pk, row in there.items()}
    ids = [keys.get(one, 0) if isinstance(one, str) else one for one in order]
    if len(set(ids)) != len(ids) or not there.keys() >= set(ids):
        raise BadInput("The order names a shape twice, or one that is not on this page.")
    return dict.fromkeys(ids)


def _write(
    sheet: _Sheet, changes: Changes, made: list[Line], by: User, source: str
) -> list[Values]:
    """Store the texts that come with lines; all of them, or the whole batch is refused."""
    edits = [
        editing.Edit(
            row.pk,
            one["layer"],
            one["content"],
            one.get("version", 0),
            checked=one.get("checked", False),
        )
        for row, given in zip(made, (*changes.create, *changes.update), strict=False)
        for one in given.get("texts", ())
    ]
    if not edits:
        return []
    page, project = sheet.page, sheet.page.document.project_id
    conventions = {"normal_form": writing.normal_form(project)}
    place = editing.Place(page.pk, page.document_id, project, conventions)
    outcome = editing.save(place, edits, by=by, source=source)
    if outcome.refused:
        items = [{"kind": "text"} | item for item in outcome.refused]
        raise Conflict(
            "Somebody changed a text of this page meanwhile. Nothing was stored.", items
        )
    return outcome.saved


def _store(sheet: _Sheet) -> None:
    for kind, fields in ((Region, REGION), (Line, LINE)):
        rows = [row for row in sheet.touched if isinstance(row, kind)]
        snapshots.overwrite(kind, rows, list(fields))
    page = sheet.page
    page.lines_count = sum(row.deleted_at is None for row in sheet.lines.values())
    page.version += 1
    page.segmented_at = page.segmented_at or timezone.now()
    page.save(update_fields=["order", "lines_count", "version", "segmented_at", "updated_at"])


def _touch(sheet: _Sheet, row: Shape, *, changed: bool = True) -> None:
    """Have the row written; a new position alone is no new version of a line."""
    if row not in sheet.touched:
        sheet.touched[row] = None
        row.version += changed


def _sequence(sheet: _Sheet, *, explicit: bool = True) -> list[int]:
    regions = [
        {"id": row.pk, "key": row.key, "parent_id": row.parent_id, "position": row.position}
        for row in sheet.regions.values()
        if row.deleted_at is None
    ]
    lines = [
        {"id": row.pk, "key": row.key, "region_id": row.region_id, "position": row.position}
        for row in sheet.lines.values()
        if row.deleted_at is None
    ]
    return reading.sequence(sheet.page.order if explicit else None, regions, lines)


def _named(row: Shape) -> Values:
    return {"id": row.pk, "key": row.key, "version": row.version}


def _now(word: str, row: Shape) -> Values:
    shape = (
        {"polygon": row.polygon, "parent": row.parent_id}
        if isinstance(row, Region)
        else {"baseline": row.baseline, "mask": row.mask, "region": row.region_id}
    )
    named = {"kind": word, "id": row.pk, "why": "changed", "version": row.version}
    name = row.type.name if row.type else ""
    return {**named, **shape, "type": name + row.type_detail, "direction": row.direction}
