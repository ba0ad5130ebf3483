"""Annotations made on images and texts, changed, taken away and brought back."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import F, QuerySet
from django.utils import timezone

from armarius.errors import BadInput, Conflict
from armarius.models import Annotation, Line, LineText, Page, Taxonomy, Transcription, User
from armarius.ops import news, reading, taxonomies, tree_parts
from armarius.ops.snapshots import lock

MOST = 5000  # annotations of a page

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Span:
    """A part of the texts of a layer, in code points; lines are ids."""

    layer: int
    start_line: int
    start: int
    end_line: int
    end: int


def add(
    page: Page,
    taxonomy: Taxonomy,
    where: Sequence[Sequence[float]] | Span,
    values: dict[str, str],
    comments: Sequence[str],
    *,
    by: User,
) -> Annotation:
    """Annotate a part of the image, by its corners, or of a text.

    Raises:
        BadInput: it does not fit the taxonomy, or the place is not on this page.
    """
    with transaction.atomic():
        lock(page)
        if Annotation.objects.filter(page=page, deleted_at=None).count() >= MOST:
            raise BadInput(f"A page cannot hold more than {MOST} annotations.")
        made = Annotation(page=page, taxonomy=taxonomy, author=by)
        if taxonomy.project_id != page.document.project_id or taxonomy.deleted_at:
            raise BadInput(f"“{taxonomy.name}” is not a taxonomy of this project.")
        _say(made, values, comments)
        _place(made, where)
        made.save()
        _tell(page, made.pk)
    log.info("page %d: annotation %d by user %d", page.pk, made.pk, by.pk)
    return made


def change(
    annotation: Annotation,
    version: int,
    *,
    where: Sequence[Sequence[float]] | Span | None = None,
    values: dict[str, str] | None = None,
    comments: Sequence[str] | None = None,
    by: User,
) -> None:
    """Say something else of it, or move it.

    Raises:
        Conflict: somebody changed it since `version` was read.
        BadInput: as `add`.
    """
    with transaction.atomic():
        rows = Annotation.objects.select_for_update(of=("self",))
        annotation.refresh_from_db(from_queryset=rows)
        if annotation.version != version or annotation.deleted_at:
            now = {"id": annotation.pk, "version": annotation.version}
            raise Conflict("Somebody changed this annotation meanwhile. Load it again.", [now])
        _say(
            annotation,
            annotation.values if values is None else values,
            annotation.comments if comments is None else comments,
        )
        if where is not None:
            _place(annotation, where)
        annotation.version += 1
        annotation.save()
        _tell(annotation.page, annotation.pk)
    log.info("annotation %d: changed by user %d", annotation.pk, by.pk)


def put(annotation: Annotation, *, gone: bool, by: User) -> None:
    """Take an annotation away, or bring it back."""
    with transaction.atomic():
        Annotation.objects.filter(pk=annotation.pk).update(
            deleted_at=timezone.now() if gone else None, version=F("version") + 1
        )
        annotation.refresh_from_db()
        _tell(annotation.page, annotation.pk)
    log.info("annotation %d: gone %s by user %d", annotation.pk, gone, by.pk)


def of_page(page: Page) -> QuerySet[Annotation]:
    """The annotations of a page with what is shown of them; those on removed lines are left out."""
    found = Annotation.objects.filter(page=page, deleted_at=None)
    found = found.exclude(start_line__deleted_at__isnull=False)
    found = found.exclude(end_line__deleted_at__isnull=False)
    return found.select_related("taxonomy", "author")


def shape(annotation: Annotation) -> dict[str, Any]:
    """An annotation as the API shows it."""
    text = annotation.layer_id is not None
    return {
        "id": annotation.pk,
        "page": annotation.page_id,
        "taxonomy": annotation.taxonomy_id,
        "polygon": annotation.polygon,
        "layer": annotation.layer_id,
        "start_line": annotation.start_line_id,
        "start": annotation.start if text else None,
        "end_line": annotation.end_line_id,
        "end": annotation.end if text else None,
        "quote": annotation.quote,
        "values": annotation.values,
        "comments": annotation.comments,
        "author": annotation.author.username if annotation.author else None,
        "created_at": annotation.created_at,
        "updated_at": annotation.updated_at,
        "version": annotation.version,
    }


def _say(annotation: Annotation, values: dict[str, str], comments: Sequence[str]) -> None:
    taxonomy = annotation.taxonomy
    annotation.values = taxonomies.checked(taxonomy, values)
    if comments and not taxonomy.comments:
        raise BadInput(f"Annotations of “{taxonomy.name}” carry no comments.")
    annotation.comments = list(comments)


def _place(annotation: Annotation, where: Sequence[Sequence[float]] | Span) -> None:
    on_image = annotation.taxonomy.marker in Taxonomy.ON_IMAGES
    if on_image == isinstance(where, Span):
        kind = "an image" if on_image else "a text"
        raise BadInput(f"“{annotation.taxonomy.name}” is for parts of {kind}.")
    if isinstance(where, Span):
        _place_in_text(annotation, where)
        return
    if len(where) < 3:
        raise BadInput("A part of an image needs three corners or more.")
    annotation.polygon = tree_parts.compact(where)


def _place_in_text(annotation: Annotation, span: Span) -> None:
    page = annotation.page
    layer = Transcription.objects.filter(
        pk=span.layer, document=page.document_id, archived_at=None
    ).first()
    if layer is None:
        raise BadInput(f"There is no layer {span.layer} in this document.")
    lines = list(Line.objects.filter(page=page).values("id", "key", "region_id", "position"))
    regions = list(page.regions.values("id", "key", "parent_id", "position"))
    order = reading.sequence(page.order, regions, lines)
    place = {pk: number for number, pk in enumerate(order)}
    if span.start_line not in place or span.end_line not in place:
        raise BadInput("A line of the annotation is not on this page.")
    first, last = place[span.start_line], place[span.end_line]
    if (first, span.start) >= (last, span.end):
        raise BadInput("The annotation ends before it begins.")
    covered = order[first : last + 1]
    texts = dict(
        LineText.objects.filter(transcription=layer, line__in=covered).values_list(
            "line", "content"
        )
    )
    if span.start > len(texts.get(span.start_line, "")) or span.end > len(
        texts.get(span.end_line, "")
    ):
        raise BadInput("The annotation reaches beyond the text of its line.")
    whole = [texts.get(pk, "") for pk in covered]
    whole[-1] = whole[-1][: span.end]
    whole[0] = whole[0][span.start :]
    annotation.quote = "\n".join(whole)
    annotation.layer, annotation.start, annotation.end = layer, span.start, span.end
    annotation.start_line_id, annotation.end_line_id = span.start_line, span.end_line


def _tell(page: Page, annotation: int) -> None:
    what = {"page": page.pk, "document": page.document_id, "annotation": annotation}
    news.tell(page.document.project_id, "annotations", what)
