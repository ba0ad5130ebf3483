"""The types of a project: added, named, coloured, ordered, taken away and brought back.

A type that shapes still have is not removed, or another one takes them over; which ones is kept
with the removed type, so that bringing it back gives them back.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from django.db import IntegrityError, connection, transaction
from django.db.models import Count, F, Max, Model
from django.utils import timezone

from armarius.errors import BadInput, Conflict
from armarius.models import Line, OntologyType, Page, Project, Region, User
from armarius.ops import news

# Okabe and Ito's colours for all kinds of eyes, but yellow and black, which paper and ink hide;
# then three more.
PALETTE = (
    "#0072b2",
    "#d55e00",
    "#009e73",
    "#cc79a7",
    "#e69f00",
    "#56b4e9",
    "#7f3c8d",
    "#80571f",
)
SEGMONTO = {
    "region": (
        *("MainZone", "MarginTextZone", "NumberingZone", "RunningTitleZone", "DropCapitalZone"),
        *("GraphicZone", "QuireMarksZone", "TableZone", "StampZone", "DamageZone"),
        *("DigitizationArtefactZone", "MusicZone", "SealZone", "TitlePageZone", "CustomZone"),
    ),
    "line": (
        *("DefaultLine", "HeadingLine", "InterlinearLine", "DropCapitalLine", "MusicLine"),
        "CustomLine",
    ),
}
MOST = 500  # types of a project
_HOLDERS: tuple[tuple[str, type[Model]], ...] = (
    ("regions", Region), ("lines", Line), ("pages", Page),
)  # fmt: skip
_MOVE = """
UPDATE {table} SET type_id = %(to)s, version = version + 1
WHERE type_id = %(of)s AND (%(only)s::bigint[] IS NULL OR id = ANY(%(only)s::bigint[])) RETURNING id
"""

log = logging.getLogger(__name__)


def types_of(project_id: int, wanted: Iterable[tuple[str, str]]) -> dict[tuple[str, str], int]:
    """Ids of the project's types by (kind, name); those it did not have are made."""
    asked = {(kind, name) for kind, name in wanted if name}
    found = _known(project_id, asked)
    missing = sorted(asked - found.keys())
    if missing:
        OntologyType.objects.bulk_create(_new(project_id, missing), ignore_conflicts=True)
        found = _known(project_id, asked)
    return found


def add(project: Project, kind: str, name: str, *, colour: str = "", key: str = "", by: User) -> OntologyType:  # fmt: skip
    """Add a type behind the others; without a colour it gets the next one of the palette.

    Raises:
        BadInput: there is one of this name already, or the name cannot be one.
    """
    check(name)
    try:
        with transaction.atomic():
            _hold(project.pk)
            made = _new(project.pk, [(kind, name)])[0]
            made.colour = colour or made.colour
            made.key = _free(project.pk, kind, key)
            made.save()
            _tell(project.pk)
    except IntegrityError:
        raise BadInput(f"There is already a type “{name}” for this kind of shape.") from None
    log.info("project %d: type %d added by user %d", project.pk, made.pk, by.pk)
    return made


def add_many(project: Project, given: Sequence[dict[str, str]], *, by: User) -> int:
    """Add the types that are missing, and give colours and keys where they are said.

    Args:
        project: whose.
        given: each with `kind` and `name`, and maybe `colour` and `key`; the last of one name counts.
            A key that another type has already stays with that one.
        by: for the log.

    Returns:
        How many are new.

    Raises:
        BadInput: a name cannot be one, or they are too many.
    """
    wanted = {(one["kind"], one["name"]): one for one in given}
    for _, name in wanted:
        check(name)
    with transaction.atomic():
        _hold(project.pk)
        present = list(OntologyType.objects.filter(project=project, deleted_at=None))
        there = {(row.kind, row.name): row for row in present}
        keys = {(row.kind, row.key) for row in present if row.key}
        new = _new(project.pk, [pair for pair in wanted if pair not in there])
        for row in new:
            _paint(row, wanted[row.kind, row.name], keys)
        old = [row for pair, row in there.items() if _paint(row, wanted.get(pair), keys)]
        OntologyType.objects.bulk_create(new, ignore_conflicts=True)
        OntologyType.objects.bulk_update(old, ["colour", "key", "version"])
        _tell(project.pk)
    log.info("project %d: %d types added by user %d", project.pk, len(new), by.pk)
    return len(new)


def change(row: OntologyType, version: int, values: dict[str, str], *, by: User) -> None:
    """Write name, colour and key, if nobody else did since `version` was read.

    A key that another type of the kind has goes over to this one.

    Raises:
        Conflict: somebody did; the error says what is stored now.
        BadInput: the name is another type's, or cannot be one.
    """
    if "name" in values:
        check(values["name"])
    try:
        with transaction.atomic():
            _hold(row.project_id)
            row.refresh_from_db()
            if row.version != version or row.deleted_at:
                raise Conflict(
                    "Somebody changed this type meanwhile. Load it again.", [shape(row)]
                )
            if "key" in values:
                _free(row.project_id, row.kind, values["key"], but=row.pk)
            for name, value in values.items():
                setattr(row, name, value)
            row.version += 1
            row.save()
            _tell(row.project_id)
    except IntegrityError:
        raise BadInput(
            f"There is already a type “{values.get('name')}” of this kind."
        ) from None
    log.info("type %d: changed by user %d", row.pk, by.pk)


def remove(row: OntologyType, to: OntologyType | None, *, by: User) -> None:
    """Take a type away; `bring_back` undoes it.

    Args:
        row: the type.
        to: the type that its shapes get, None where it should have none.
        by: for the log.

    Raises:
        Conflict: shapes have the type, and no other was named; says how many.
        BadInput: the other type is of another kind or project, or removed.
    """
    with transaction.atomic():
        _hold(row.project_id)
        row.refresh_from_db()
        if row.deleted_at:
            return
        if to is None:
            used = _uses(row)
            if any(used.values()):
                said = f"“{row.name}” is in use. Say which type its shapes are to get."
                raise Conflict(said, [shape(row) | used])
        else:
            _check_heir(row, to)
            row.moved = {"to": to.pk} | {
                word: _move(kind, row.pk, to.pk) for word, kind in _HOLDERS
            }
        row.deleted_at = timezone.now()
        row.version += 1
        row.save()
        _tell(row.project_id)
    log.info("type %d: removed by user %d", row.pk, by.pk)


def bring_back(row: OntologyType, *, by: User) -> None:
    """Undo `remove`: what another type took over comes back, if it still has that type.

    Raises:
        BadInput: there is a type of this name again.
    """
    try:
        with transaction.atomic():
            _hold(row.project_id)
            row.refresh_from_db()
            if row.deleted_at is None:
                return
            for word, kind in _HOLDERS:
                if row.moved and row.moved.get(word):
                    _move(kind, row.moved["to"], row.pk, only=row.moved[word])
            taken = OntologyType.objects.filter(
                project=row.project_id, kind=row.kind, key=row.key, deleted_at=None
            )
            row.key = "" if row.key and taken.exists() else row.key
            row.deleted_at, row.moved = None, None
            row.version += 1
            row.save()
            _tell(row.project_id)
    except IntegrityError:
        raise BadInput(f"There is a type “{row.name}” again. Rename that one first.") from None
    log.info("type %d: brought back by user %d", row.pk, by.pk)


def arrange(project: Project, ids: Sequence[int], *, by: User) -> None:
    """Put types into an order; those that are not named follow.

    Raises:
        BadInput: a type twice, or one that is not of this project.
    """
    with transaction.atomic():
        _hold(project.pk)
        rows = {
            row.pk: row for row in OntologyType.objects.filter(project=project, deleted_at=None)
        }
        if len(set(ids)) != len(ids) or not rows.keys() >= set(ids):
            raise BadInput("The order names a type twice, or one that is not of this project.")
        chosen = dict.fromkeys(ids)
        for place, pk in enumerate([*chosen, *(pk for pk in rows if pk not in chosen)]):
            rows[pk].position = place
        OntologyType.objects.bulk_update(rows.values(), ["position"])
        _tell(project.pk)
    log.info("project %d: types ordered by user %d", project.pk, by.pk)


def segmonto() -> list[dict[str, str]]:
    """The SegmOnto vocabulary as `add_many` takes it: the first nine of each kind have keys."""
    return [
        {"kind": kind, "name": name, "key": str(place) if place < 10 else ""}
        for kind, names in SEGMONTO.items()
        for place, name in enumerate(names, 1)
    ]


def shape(row: OntologyType) -> dict[str, Any]:
    """What the API and an error say of a type."""
    names = ("kind", "name", "colour", "key", "position", "version")
    return {"id": row.pk} | {name: getattr(row, name) for name in names}


def check(name: str) -> None:
    """Refuse a name that shapes could not carry.

    Raises:
        BadInput: it is empty, too long, or holds a mark that begins a subtype or a number.
    """
    if not name.strip() or len(name) > 200 or ":" in name or "#" in name:
        raise BadInput(
            f"“{name[:50]}” cannot be a type: 1 to 200 characters, without “:” and “#”."
        )


def _known(project_id: int, asked: set[tuple[str, str]]) -> dict[tuple[str, str], int]:
    if not asked:
        return {}
    rows = OntologyType.objects.filter(
        project_id=project_id, name__in={n for _, n in asked}, deleted_at=None
    )
    return {(kind, name): pk for kind, name, pk in rows.values_list("kind", "name", "id")}


def _new(project_id: int, wanted: Sequence[tuple[str, str]]) -> list[OntologyType]:
    """Unsaved types behind those of the project, each in the next colour. One query."""
    found = OntologyType.objects.filter(project=project_id, deleted_at=None).order_by()
    rows = found.values("kind").annotate(n=Count("*"), last=Max("position"))
    there = {row["kind"]: (row["n"], row["last"] + 1) for row in rows}
    if sum(n for n, _ in there.values()) + len(wanted) > 20 * MOST:
        raise BadInput("This project has too many types. Remove some first.")
    made, seen = [], Counter[str]()
    for kind, name in wanted:
        count, place = there.get(kind, (0, 0))
        colour = PALETTE[(count + seen[kind]) % len(PALETTE)]
        made.append(
            OntologyType(
                project_id=project_id, kind=kind, name=name, colour=colour,
                position=place + seen[kind],
            )
        )  # fmt: skip
        seen[kind] += 1
    return made


def _paint(row: OntologyType, given: dict[str, str] | None, keys: set[tuple[str, str]]) -> bool:
    """Give the row the colour and key that are said; whether anything has changed."""
    before = (row.colour, row.key)
    wanted = given or {}
    row.colour = wanted.get("colour") or row.colour
    key = wanted.get("key", "")
    if key and not row.key and (row.kind, key) not in keys:
        row.key = key
        keys.add((row.kind, key))
    changed = before != (row.colour, row.key)
    row.version += changed and row.pk is not None
    return changed


def _free(project_id: int, kind: str, key: str, but: int = 0) -> str:
    """Take the key from whichever type has it."""
    if key:
        OntologyType.objects.filter(
            project=project_id, kind=kind, key=key, deleted_at=None
        ).exclude(pk=but).update(key="", version=F("version") + 1)
    return key


def _uses(row: OntologyType) -> dict[str, int]:
    return {
        word: kind._default_manager.filter(type=row.pk, deleted_at=None).count()
        for word, kind in _HOLDERS
    }


def _check_heir(row: OntologyType, to: OntologyType) -> None:
    same = (to.project_id, to.kind) == (row.project_id, row.kind)
    if not same or to.pk == row.pk or to.deleted_at:
        raise BadInput(f"“{to.name}” cannot take over: choose another type of the same kind.")


def _move(kind: type[Model], of: int, to: int, only: list[int] | None = None) -> list[int]:
    """Give shapes another type, removed ones too; returns their ids."""
    with connection.cursor() as cursor:
        cursor.execute(
            _MOVE.format(table=kind._meta.db_table), {"to": to, "of": of, "only": only}
        )
        return [pk for (pk,) in cursor.fetchall()]


def _hold(project_id: int) -> None:
    """Changes of one project's types go one after the other."""
    Project.objects.select_for_update(no_key=True).only("id").get(pk=project_id)


def _tell(project_id: int) -> None:
    news.tell(project_id, "project", {"project": project_id, "types": True})
