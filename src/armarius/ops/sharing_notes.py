"""The part of `sharing` for what is said beside the work: comments, annotations, their taxonomies."""

from __future__ import annotations

from armarius.models import Annotation, LineComment, Role, Taxonomy, User
from armarius.ops.sharing import _inside, _one, _visible


def taxonomy_of(user: User, taxonomy_id: int, role: Role | None = None) -> Taxonomy:
    """The taxonomy, removed ones too; raises as `project_of`."""
    found = Taxonomy.objects.filter(project__deleted_at=None)
    return _one(_visible(found, user, "project__"), taxonomy_id, role, "taxonomy")


def annotation_of(user: User, annotation_id: int, role: Role = Role.READER) -> Annotation:
    """The annotation with its page, removed ones too; raises as `project_of`."""
    found = Annotation.objects.filter(
        page__deleted_at=None,
        page__document__deleted_at=None,
        page__document__project__deleted_at=None,
    ).select_related("page__document", "taxonomy", "author")
    return _one(_inside(found, user, "page__document"), annotation_id, role, "annotation")


def comment_of(user: User, comment_id: int, role: Role = Role.READER) -> LineComment:
    """The comment with its line and page, removed ones too; raises as `project_of`."""
    found = LineComment.objects.filter(
        line__page__deleted_at=None,
        line__page__document__deleted_at=None,
        line__page__document__project__deleted_at=None,
    ).select_related("line__page__document", "author", "resolved_by")
    return _one(_inside(found, user, "line__page__document"), comment_id, role, "comment")
