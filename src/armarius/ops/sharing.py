"""Who may do what: the one place that answers it.

Every search starts from what the user may see. What they may not see is not there
(`NotFound`); what they see but may not do is `Forbidden`. Administrators may do everything.

A found object carries the user's role: `role_on(found)`.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, TypeVar, cast
from uuid import UUID

from django.db import models
from django.db.models import F, Q, QuerySet, Value

from armarius.errors import Forbidden, NotFound
from armarius.models import (
    AtrModel,
    Document,
    Job,
    Line,
    OntologyType,
    Page,
    PageSnapshot,
    Project,
    Replacement,
    Role,
    Transcription,
    Upload,
    User,
)
from armarius.ops import prepared

RANK = {Role.READER: 1, Role.TRANSCRIBER: 2, Role.MANAGER: 3, Role.OWNER: 4}
Row = TypeVar("Row", bound=models.Model)


def visible_projects(user: User) -> QuerySet[Project]:
    """The projects that the user sees, each with the user's role."""
    return _visible(Project.objects.filter(deleted_at=None), "", user)


def removed_projects(user: User) -> QuerySet[Project]:
    """Removed projects that the user may bring back."""
    found = Project.objects.exclude(deleted_at=None)
    if not user.is_superuser:  # the same membership in one filter: two would be two joins
        found = found.filter(memberships__user=user, memberships__role=Role.OWNER)
    return cast("QuerySet[Project]", found.annotate(role_found=Value(Role.OWNER.value)))


def visible_documents(user: User) -> QuerySet[Document]:
    """The documents that the user sees."""
    found = Document.objects.filter(deleted_at=None, project__deleted_at=None)
    return _visible(found.select_related("project"), "project__", user)


def visible_jobs(user: User) -> QuerySet[Job]:
    """The jobs of all projects that the user sees, with their owners."""
    found = Job.objects.filter(project__deleted_at=None).select_related("owner")
    return _visible(found, "project__", user)


def visible_models(user: User) -> QuerySet[AtrModel]:
    """The instance's models and those of projects that the user sees."""
    found = AtrModel.objects.filter(deleted_at=None)
    if user.is_superuser:
        return found
    own = Q(project__deleted_at=None, project__memberships__user=user)
    return found.filter(Q(project=None) | own)


def project_of(user: User, project_id: int, role: Role = Role.READER) -> Project:
    """The project, if the user's role is `role` or above it.

    Raises:
        NotFound: there is none, or the user does not see it.
        Forbidden: the user's role is too low.
    """
    return _one(visible_projects(user), project_id, role, "project")


def document_of(user: User, document_id: int, role: Role = Role.READER) -> Document:
    """The document with its project; raises as `project_of`."""
    return _one(visible_documents(user), document_id, role, "document")


def page_of(user: User, page_id: int, role: Role = Role.READER) -> Page:
    """The page with its document, project and image; raises as `project_of`."""
    found = Page.objects.filter(document__deleted_at=None, document__project__deleted_at=None)
    found = found.select_related("document__project", "image")
    return _one(_visible(found, "document__project__", user), page_id, role, "page")


@dataclass(frozen=True, slots=True)
class PageView:
    """What the calls of an editor need of a page: plain values instead of five objects.

    `direction` is the page's or else its document's; `order` as in `Page.order`; times as text;
    `writing` the project's conventions, None for the defaults.
    """

    id: int
    document: int
    project: int
    name: str
    position: int
    version: int
    width: int
    height: int
    sha256: str
    direction: str
    order: Any
    segmented_at: str | None
    recognised_at: str | None
    updated_at: str
    writing: Any


_PAGE_VIEW = """
SELECT CASE WHEN %(all)s::bool THEN 'owner' ELSE membership.role END, page.id, document.id,
    document.project_id, page.name, page.position, page.version, image.width, image.height,
    image.sha256, coalesce(nullif(page.direction, ''), document.direction), page."order",
    to_char(page.segmented_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
    to_char(page.recognised_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
    to_char(page.updated_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
    (SELECT row_to_json(shown)::text FROM (SELECT
        writing.normal_form, writing.doubtful, writing.glyphs, writing.version
        WHERE writing.project_id IS NOT NULL) AS shown)
FROM armarius_page AS page
JOIN armarius_image AS image ON image.id = page.image_id
JOIN armarius_document AS document ON document.id = page.document_id
JOIN armarius_project AS project ON project.id = document.project_id
LEFT JOIN armarius_writing AS writing ON writing.project_id = project.id
LEFT JOIN armarius_membership AS membership
    ON membership.project_id = project.id AND membership.user_id = %(user)s::bigint
WHERE page.id = %(page)s::bigint AND page.deleted_at IS NULL AND document.deleted_at IS NULL
    AND project.deleted_at IS NULL AND (%(all)s::bool OR membership.role IS NOT NULL)
"""


def page_view(user: User, page_id: int, role: Role = Role.READER) -> PageView:
    """The same as `page_of`, for calls that are made every second: a fifth of its time."""
    asked = {"user": user.pk, "page": page_id, "all": user.is_superuser}
    found = prepared.rows(_PAGE_VIEW, asked)
    if not found:
        raise _not_there("page", page_id)
    mine, *values = found[0]
    if RANK[Role(mine)] < RANK[role]:
        raise _too_low(Role(mine), role)
    for place in (10, 14):
        if isinstance(values[place], str):
            values[place] = json.loads(values[place])
    return PageView(*values)


def removed_page_of(user: User, page_id: int, role: Role = Role.MANAGER) -> Page:
    """A removed page, to bring it back; raises as `project_of`."""
    found = Page.everything.exclude(deleted_at=None).filter(
        document__deleted_at=None, document__project__deleted_at=None
    )
    found = found.select_related("document__project", "image")
    return _one(_visible(found, "document__project__", user), page_id, role, "removed page")


def line_of(user: User, line_id: int, role: Role = Role.READER) -> Line:
    """The line with its page and document, removed lines too; raises as `project_of`."""
    found = Line.everything.filter(
        page__deleted_at=None,
        page__document__deleted_at=None,
        page__document__project__deleted_at=None,
    ).select_related("page__document")
    return _one(_visible(found, "page__document__project__", user), line_id, role, "line")


def layer_of(user: User, layer_id: int, role: Role = Role.READER) -> Transcription:
    """The layer with its document; raises as `project_of`."""
    found = Transcription.objects.filter(
        document__deleted_at=None, document__project__deleted_at=None
    ).select_related("document")
    return _one(_visible(found, "document__project__", user), layer_id, role, "layer")


def type_of(user: User, type_id: int, role: Role = Role.READER) -> OntologyType:
    """The type, removed ones too; raises as `project_of`."""
    found = OntologyType.objects.filter(project__deleted_at=None)
    return _one(_visible(found, "project__", user), type_id, role, "type")


def snapshot_of(user: User, snapshot_id: int, role: Role = Role.READER) -> PageSnapshot:
    """The snapshot with its page and document; raises as `project_of`."""
    found = PageSnapshot.objects.filter(
        page__deleted_at=None,
        page__document__deleted_at=None,
        page__document__project__deleted_at=None,
    ).select_related("page__document")
    return _one(
        _visible(found, "page__document__project__", user), snapshot_id, role, "snapshot"
    )


def replacement_of(user: User, replacement_id: int, role: Role = Role.READER) -> Replacement:
    """An act of find and replace with its project; raises as `project_of`."""
    found = Replacement.objects.filter(project__deleted_at=None).select_related("project")
    return _one(_visible(found, "project__", user), replacement_id, role, "replacement")


def job_of(user: User, job_id: int, role: Role = Role.READER) -> Job:
    """The job; raises as `project_of`."""
    return _one(visible_jobs(user), job_id, role, "job")


def model_of(user: User, model_id: int) -> AtrModel:
    """A model that the user may use.

    Raises:
        NotFound: there is none, or it belongs to a project that the user does not see.
    """
    found = visible_models(user).filter(pk=model_id).distinct().first()
    if found is None:
        raise NotFound(f"There is no model {model_id}, or it is not shared with you.")
    return found


def upload_of(user: User, upload_id: UUID) -> Upload:
    """The user's own upload; nobody sees another's.

    Raises:
        NotFound: there is none, or it is somebody else's.
    """
    found = Upload.objects.filter(owner=user, pk=upload_id).first()
    if found is None:
        raise NotFound(f"There is no upload {upload_id}. It may be used up or too old.")
    return found


def role_on(found: models.Model) -> Role:
    """The role with which the functions above found the object."""
    return Role(getattr(found, "role_found"))  # noqa: B009  set by the query, unknown to the type


def at_least(found: models.Model, role: Role) -> bool:
    """Whether the object was found with `role` or a role above it."""
    return RANK[role_on(found)] >= RANK[role]


def _visible(found: QuerySet[Row], path: str, user: User) -> QuerySet[Row]:
    role: Any = Value(Role.OWNER.value)
    if not user.is_superuser:
        found = found.filter(**{f"{path}memberships__user": user})
        role = F(f"{path}memberships__role")
    return cast("QuerySet[Row]", found.annotate(role_found=role))


def _one(found: QuerySet[Row], pk: int, role: Role, word: str) -> Row:
    row = found.filter(pk=pk).first()
    if row is None:
        raise _not_there(word, pk)
    if not at_least(row, role):
        raise _too_low(role_on(row), role)
    return row


def _not_there(word: str, pk: int) -> NotFound:
    return NotFound(f"There is no {word} {pk}, or it is not shared with you.")


def _too_low(role: Role, needed: Role) -> Forbidden:
    return Forbidden(
        f"Your role in this project is {role.value}; for this you must be {needed.value} or above."
    )
