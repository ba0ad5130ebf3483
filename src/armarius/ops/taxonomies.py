"""The kinds of annotations that a project has: made, changed, taken away and brought back."""

from __future__ import annotations

import logging
import math
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from armarius.errors import BadInput, Conflict
from armarius.models import Project, Taxonomy, User
from armarius.ops import news
from armarius.ops.ontology import PALETTE

log = logging.getLogger(__name__)


def add(project: Project, values: dict[str, Any], *, by: User) -> Taxonomy:
    """Make a taxonomy; without a colour it gets the next one of the palette.

    Raises:
        BadInput: there is one of this name, or two of its components have one name.
    """
    _check(values.get("components", ()))
    taxonomy = Taxonomy(project=project, **values)
    if not taxonomy.colour:
        taxonomy.colour = PALETTE[project.taxonomies.count() % len(PALETTE)]
    _save(taxonomy)
    log.info("project %d: taxonomy %d by user %d", project.pk, taxonomy.pk, by.pk)
    return taxonomy


def change(taxonomy: Taxonomy, version: int, values: dict[str, Any], *, by: User) -> None:
    """Write new values; annotations that are there keep what they say.

    Raises:
        Conflict: somebody changed it since `version` was read.
        BadInput: as `add`.
    """
    _check(values.get("components", ()))
    with transaction.atomic():
        _lock(taxonomy)
        if taxonomy.version != version or taxonomy.deleted_at:
            now = {"id": taxonomy.pk, "version": taxonomy.version, "name": taxonomy.name}
            raise Conflict("Somebody changed this taxonomy meanwhile. Load it again.", [now])
        for name, value in values.items():
            setattr(taxonomy, name, value)
        taxonomy.version += 1
        _save(taxonomy)
    log.info("taxonomy %d: changed by user %d", taxonomy.pk, by.pk)


def put(taxonomy: Taxonomy, *, gone: bool, by: User) -> None:
    """Take a taxonomy away, so that nothing new is annotated with it, or bring it back.

    Annotations that are there stay.

    Raises:
        BadInput: there is one of its name again.
    """
    with transaction.atomic():
        _lock(taxonomy)
        taxonomy.deleted_at = timezone.now() if gone else None
        taxonomy.version += 1
        _save(taxonomy)
    log.info("taxonomy %d: gone %s by user %d", taxonomy.pk, gone, by.pk)


def checked(taxonomy: Taxonomy, values: Mapping[str, str]) -> dict[str, str]:
    """What an annotation says, if its taxonomy allows it.

    Raises:
        BadInput: an unknown component, or a value that it does not allow.
    """
    known = {one["name"]: one for one in taxonomy.components}
    for name, value in values.items():
        component = known.get(name)
        if component is None:
            raise BadInput(f"“{taxonomy.name}” has no component “{name[:50]}”.")
        if component["values"] and value not in component["values"]:
            allowed = ", ".join(component["values"][:10])
            raise BadInput(f"“{name}” cannot be “{value[:50]}”. It can be: {allowed}.")
        if not _fits(value, component["type"]):
            raise BadInput(f"“{name}” must be a {component['type']}; “{value[:50]}” is none.")
    return dict(values)


def _fits(value: str, kind: str) -> bool:
    try:
        if kind == "number":
            return math.isfinite(float(value))
        if kind == "date":
            date.fromisoformat(value)
    except ValueError:
        return False
    return True


def _check(components: Sequence[Mapping[str, Any]]) -> None:
    names = [one["name"] for one in components]
    if len(set(names)) != len(names):
        raise BadInput("Two components have the same name.")
    for one in components:
        for value in one["values"]:
            if not _fits(value, one["type"]):
                raise BadInput(f"“{value[:50]}” of “{one['name']}” is no {one['type']}.")


def _lock(taxonomy: Taxonomy) -> None:
    taxonomy.refresh_from_db(from_queryset=Taxonomy.objects.select_for_update())


def _save(taxonomy: Taxonomy) -> None:
    try:
        with transaction.atomic():
            taxonomy.save()
            what = {"project": taxonomy.project_id, "taxonomies": True}
            news.tell(taxonomy.project_id, "project", what)
    except IntegrityError:
        raise BadInput(f"There is already a taxonomy “{taxonomy.name}”.") from None
