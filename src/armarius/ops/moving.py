"""Move a document to another project: its types, tags and jobs go along by their names."""

from __future__ import annotations

import logging
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from armarius.models import (
    Document,
    Job,
    Line,
    OntologyType,
    Page,
    Project,
    Region,
    Tag,
    User,
)
from armarius.ops import news

log = logging.getLogger(__name__)


def move(document: Document, project: Project, *, tags: bool, by: User) -> None:
    """Put the document into another project of which `by` is a manager too.

    Args:
        document: with its project; its pages, layers and jobs go along.
        project: where to.
        tags: whether tags go along; a tag that is missing there is made.
        by: who asks.
    """
    old = document.project_id
    if old == project.pk:
        return
    with transaction.atomic():
        Document.objects.select_for_update().only("id").get(pk=document.pk)
        _types(document, project)
        _tags(document, project, keep=tags)
        Job.objects.filter(document=document).update(project=project)
        document.project = project
        document.version += 1
        document.save(update_fields=["project", "version", "updated_at"])
        for one in (old, project.pk):
            news.tell(one, "document", {"document": document.pk})
    log.info("document %d: moved to project %d by user %d", document.pk, project.pk, by.pk)


def _types(document: Document, project: Project) -> None:
    """Types belong to a project: everything gets the one of the same kind and name there."""
    shapes: list[QuerySet[Any]] = [
        Region.everything.filter(page__document=document),
        Line.everything.filter(page__document=document),
        Page.everything.filter(document=document),
    ]
    ids = {
        pk
        for rows in shapes
        for pk in rows.order_by().values_list("type", flat=True).distinct()
    }
    present = OntologyType.objects.filter(project=project, deleted_at=None)
    there = {(one.kind, one.name): one for one in present}
    for old in OntologyType.objects.filter(pk__in=ids - {None}):
        new = there.get((old.kind, old.name))
        if new is None:
            new = OntologyType.objects.create(
                project=project, kind=old.kind, name=old.name, colour=old.colour,
                position=old.position,
            )  # fmt: skip
            there[new.kind, new.name] = new
        for rows in shapes:
            rows.filter(type=old).update(type=new)


def _tags(document: Document, project: Project, *, keep: bool) -> None:
    links: tuple[tuple[Any, dict[str, Any], str], ...] = (
        (Document.tags.through, {"document": document}, "document_id"),
        (Page.tags.through, {"page__document": document}, "page_id"),
    )
    there = {tag.name: tag for tag in Tag.objects.filter(project=project)}
    for through, mine, owner in links:
        old = list(through.objects.filter(**mine).select_related("tag"))
        through.objects.filter(pk__in=[link.pk for link in old]).delete()
        for tag in {link.tag for link in old} if keep else ():
            if tag.name not in there:
                there[tag.name] = Tag.objects.create(
                    project=project, name=tag.name, colour=tag.colour
                )
        through.objects.bulk_create(
            through(**{owner: getattr(link, owner)}, tag=there[link.tag.name])
            for link in old
            if keep
        )
