"""Tags of a project, on documents and pages, and each person's own, on projects."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Literal

from django.db import IntegrityError, transaction
from django.db.models import Count, Q, QuerySet

from armarius.errors import BadInput, NotFound
from armarius.models import Document, Page, Project, ProjectTag, Tag, TaggedProject, User
from armarius.ops import news

Match = Literal["any", "all", "none"]
PER_PERSON = 200  # tags for projects

log = logging.getLogger(__name__)


def create(project: Project, name: str, colour: str, *, by: User) -> Tag:
    """A new tag.

    Raises:
        BadInput: the project has one of this name.
    """
    tag = Tag(project=project, name=name.strip(), colour=colour)
    with _once(name), transaction.atomic():
        tag.save()
        _tell(project.pk)
    log.info("tag %d: created by user %d", tag.pk, by.pk)
    return tag


def change(tag: Tag, values: dict[str, str], *, by: User) -> Tag:
    """Another name or colour.

    Raises:
        BadInput: the project has another tag of this name.
    """
    with transaction.atomic():
        _save(tag, values)
        _tell(tag.project_id)
    log.info("tag %d: changed by user %d", tag.pk, by.pk)
    return tag


def remove(tag: Tag, *, by: User) -> None:
    """Take the tag from everything that carries it, for good."""
    key, project = tag.pk, tag.project_id
    with transaction.atomic():
        tag.delete()
        _tell(project)
    log.info("tag %d: removed by user %d", key, by.pk)


def put_on_documents(
    project: Project, ids: Sequence[int], add: Sequence[int], take: Sequence[int]
) -> None:
    """Give documents tags and take others from them; five queries, however many documents.

    Raises:
        NotFound: a document or a tag is not of this project.
    """
    there = Document.objects.filter(project=project, deleted_at=None, pk__in=ids)
    _check(ids, there.values_list("pk", flat=True), "document")
    _put(project, Document.tags.through, "document_id", ids, add, take)


def put_on_pages(
    document: Document, ids: Sequence[int], add: Sequence[int], take: Sequence[int]
) -> None:
    """The same for pages of a document."""
    there = Page.objects.filter(document=document, pk__in=ids)
    _check(ids, there.values_list("pk", flat=True), "page")
    _put(document.project, Page.tags.through, "page_id", ids, add, take)
    news.tell(document.project_id, "document", {"document": document.pk})


def create_own(name: str, colour: str, *, by: User) -> ProjectTag:
    """A new tag of a person for their projects.

    Raises:
        BadInput: they have one of this name, or too many.
    """
    if ProjectTag.objects.filter(user=by).count() >= PER_PERSON:
        raise BadInput(f"You have {PER_PERSON} tags for projects. Delete some first.")
    tag = ProjectTag(user=by, name=name.strip(), colour=colour)
    with _once(name), transaction.atomic():
        tag.save()
    log.info("project tag %d: created by user %d", tag.pk, by.pk)
    return tag


def change_own(tag_id: int, values: dict[str, str], *, by: User) -> ProjectTag:
    """Another name or colour of one's own tag.

    Raises:
        BadInput: there is another tag of this name.
        NotFound: there is no such tag, or it is somebody else's.
    """
    tag = _own(tag_id, by)
    _save(tag, values)
    log.info("project tag %d: changed by user %d", tag.pk, by.pk)
    return tag


def remove_own(tag_id: int, *, by: User) -> None:
    """Take one's own tag from all projects, for good; raises as `change_own`."""
    _own(tag_id, by).delete()
    log.info("project tag %d: removed by user %d", tag_id, by.pk)


def put_on_project(
    project: Project, add: Sequence[int], take: Sequence[int], *, by: User
) -> None:
    """Give a project some of one's own tags and take others from it.

    Raises:
        NotFound: there is no such tag, or it is somebody else's.
    """
    wanted = {*add, *take}
    there = ProjectTag.objects.filter(user=by, pk__in=wanted)
    _check(wanted, there.values_list("pk", flat=True), "tag")
    with transaction.atomic():
        TaggedProject.objects.filter(project=project, tag__in=take).delete()
        TaggedProject.objects.bulk_create(
            (TaggedProject(project=project, tag_id=tag) for tag in add), ignore_conflicts=True
        )


def tagged(
    rows: QuerySet[Any, Any],
    links: QuerySet[Any, Any],
    owner: str,
    tags: Sequence[int],
    match: Match,
) -> QuerySet[Any, Any]:
    """The rows that carry any, all or none of the tags.

    Args:
        rows: documents, pages or projects.
        links: the rows between them and tags.
        owner: their field that names the row.
        tags: ids; without any, everything for `any` and `all`, and what has no tag for `none`.
        match: how.
    """
    if match == "none":
        return rows.exclude(
            pk__in=(links.filter(tag__in=tags) if tags else links).values(owner)
        )
    if not tags:
        return rows
    links = links.filter(tag__in=tags)
    if match == "any":
        return rows.filter(pk__in=links.values(owner))
    enough = links.values(owner).annotate(n=Count("tag", distinct=True))
    return rows.filter(pk__in=enough.filter(n=len(set(tags))).values(owner))


def _put(
    project: Project,
    through: type[Any],
    owner: str,
    ids: Sequence[int],
    add: Sequence[int],
    take: Sequence[int],
) -> None:
    wanted = {*add, *take}
    there = Tag.objects.filter(project=project, pk__in=wanted).values_list("pk", flat=True)
    _check(wanted, there, "tag")
    with transaction.atomic():
        through.objects.filter(Q(tag__in=take), **{f"{owner}__in": ids}).delete()
        through.objects.bulk_create(
            (through(**{owner: one}, tag_id=tag) for one in ids for tag in add),
            ignore_conflicts=True, batch_size=5000,
        )  # fmt: skip
        _tell(project.pk)


def _own(tag_id: int, user: User) -> ProjectTag:
    tag = ProjectTag.objects.filter(user=user, pk=tag_id).first()
    if tag is None:
        raise NotFound(f"There is no tag {tag_id}, or it is not yours.")
    return tag


def _check(wanted: Any, there: Any, word: str) -> None:
    if missing := set(wanted) - set(there):
        raise NotFound(f"There is no {word} {min(missing)} here.")


def _tell(project_id: int) -> None:
    news.tell(project_id, "project", {"project": project_id})


def _save(tag: Tag | ProjectTag, values: dict[str, str]) -> None:
    for field, value in values.items():
        setattr(tag, field, value.strip())
    with _once(tag.name), transaction.atomic():
        tag.save(update_fields=list(values) or None)


@contextmanager
def _once(name: str) -> Iterator[None]:
    """Say so where there is a tag of this name already."""
    try:
        yield
    except IntegrityError:
        raise BadInput(f"There is already a tag “{name}”. Choose another name.") from None
