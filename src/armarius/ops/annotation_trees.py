"""Annotations in page trees: loaded for files that hold them, and taken from such files."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence

from armarius import models
from armarius.models import Line, Page, Taxonomy, Transcription, User
from armarius.ops import tree_parts
from armarius.ops.ontology import PALETTE
from armarius.page import Annotation

_COLOUR = re.compile(r"#[0-9a-f]{6}")


def load(page_ids: Sequence[int], layer: Transcription | None) -> dict[int, list[Annotation]]:
    """The annotations of the images of pages, and of a layer's texts. One query."""
    rows = (
        models.Annotation.objects.filter(page__in=page_ids, deleted_at=None)
        .exclude(start_line__deleted_at__isnull=False)
        .exclude(end_line__deleted_at__isnull=False)
        .select_related("taxonomy", "start_line", "end_line")
        .order_by("id")
    )
    found: dict[int, list[Annotation]] = defaultdict(list)
    for row in rows:
        if row.layer_id is None or (layer is not None and row.layer_id == layer.pk):
            found[row.page_id].append(_tree(row))
    return found


def adopt(
    page: Page, given: Sequence[Annotation], layer: Transcription | None, *, by: User
) -> None:
    """Store the annotations of a file; those that are there already, and broken ones, are left.

    Kinds of annotations that the project does not have are made.

    Args:
        page: whose lines have the ids that the annotations name.
        given: as `load` gives them.
        layer: where the texts of the file went; None where none of them is on a text.
        by: who imports.
    """
    lines = dict(Line.objects.filter(page=page).values_list("key", "pk"))
    kinds = _taxonomies(page, given)
    there = {
        _sense(row) for row in models.Annotation.objects.filter(page=page, deleted_at=None)
    }
    new = []
    for one in given:
        on_text = bool(one.start_line)
        if on_text and not (one.start_line in lines and one.end_line in lines):
            continue
        row = models.Annotation(
            page=page,
            taxonomy=kinds[one.taxonomy],
            polygon=tree_parts.compact(one.polygon),
            layer=layer if on_text else None,
            start_line_id=lines.get(one.start_line),
            start=one.start,
            end_line_id=lines.get(one.end_line),
            end=one.end,
            quote=one.quote,
            values=dict(one.values),
            comments=list(one.comments),
            author=by,
        )
        if (row.polygon or on_text) and _sense(row) not in there:
            new.append(row)
    models.Annotation.objects.bulk_create(new)


def _tree(row: models.Annotation) -> Annotation:
    return Annotation(
        taxonomy=row.taxonomy.name,
        marker=row.taxonomy.marker,
        colour=row.taxonomy.colour,
        polygon=tree_parts.points(row.polygon),
        start_line=row.start_line.key if row.start_line else "",
        start=row.start,
        end_line=row.end_line.key if row.end_line else "",
        end=row.end,
        quote=row.quote,
        values=row.values,
        comments=tuple(row.comments),
    )


def _sense(row: models.Annotation) -> tuple[object, ...]:
    """What makes two annotations the same."""
    return (
        row.taxonomy_id, str(row.polygon), row.layer_id, row.start_line_id, row.start,
        row.end_line_id, row.end, str(sorted(row.values.items())),
    )  # fmt: skip


def _taxonomies(page: Page, given: Sequence[Annotation]) -> dict[str, Taxonomy]:
    """The project's kinds of annotations by name, with those that come along."""
    project = page.document.project_id
    known = {x.name: x for x in Taxonomy.objects.filter(project=project, deleted_at=None)}
    for one in given:
        if one.taxonomy in known:
            continue
        fits = one.marker in Taxonomy.Marker.values
        marker = one.marker if fits else "background" if one.start_line else "polygon"
        parts = [{"name": name, "type": "text", "values": []} for name in one.values]
        known[one.taxonomy] = Taxonomy.objects.get_or_create(
            project_id=project,
            name=one.taxonomy[:200] or "annotation",
            deleted_at=None,
            defaults={
                "marker": marker,
                "colour": one.colour if _COLOUR.fullmatch(one.colour) else PALETTE[0],
                "components": parts,
            },
        )[0]
    return known
