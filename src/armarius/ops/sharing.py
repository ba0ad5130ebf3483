"""Who may do what: the one place that answers it.

Every search starts from what the user may see. What they may not see is not there
(`NotFound`); what they see but may not do is `Forbidden`. Administrators may do everything.

A role comes from a project, by oneself or by a team, or from one document that was shared; the
highest counts (`models/access.py`). Who has only documents of a project is a guest in it: they
see its name and types, and these documents.

A found object carries the user's rank: `role_on(found)`, `role_name(found)`.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, TypeVar, cast
from uuid import UUID

from django.db import models
from django.db.models import F, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce, Greatest
from django.utils import timezone

from armarius import config
from armarius.errors import Forbidden, NotFound
from armarius.models import (
    AtrModel,
    Document,
    DocumentAccess,
    Handout,
    Job,
    Line,
    ModelShare,
    OntologyType,
    Page,
    PageSnapshot,
    Project,
    ProjectAccess,
    Replacement,
    Role,
    Tag,
    TeamMember,
    Transcription,
    Upload,
    User,
)
from armarius.ops import prepared

RANK = {Role.READER: 1, Role.TRANSCRIBER: 2, Role.MANAGER: 3, Role.OWNER: 4}
GUEST = "guest"
_NAMES = (GUEST, *(role.value for role in RANK))
Row = TypeVar("Row", bound=models.Model)


def visible_projects(user: User) -> QuerySet[Project]:
    """The projects that the user sees, those too where they are a guest."""
    return _visible(Project.objects.filter(deleted_at=None), user, "")


def removed_projects(user: User) -> QuerySet[Project]:
    """Removed projects that the user may bring back."""
    found = Project.objects.exclude(deleted_at=None)
    if not user.is_superuser:  # the same access in one filter: two would be two joins
        found = found.filter(accesses__user=user, accesses__rank=RANK[Role.OWNER])
    return cast("QuerySet[Project]", found.annotate(rank_found=Value(RANK[Role.OWNER])))


def visible_documents(user: User) -> QuerySet[Document]:
    """The documents that the user sees."""
    found = Document.objects.filter(deleted_at=None, project__deleted_at=None)
    return _visible(found.select_related("project"), user, "project__", "pk")


def documents_in(project: Project, user: User, *, removed: bool = False) -> QuerySet[Document]:
    """Those of a project that was found with `project_of`."""
    found = Document.objects.filter(project=project, deleted_at__isnull=not removed)
    rank: int = getattr(project, "rank_found")  # noqa: B009  set by the query
    if rank:
        return cast("QuerySet[Document]", found.annotate(rank_found=Value(rank)))
    return _visible(found, user, "project__", "pk")


def visible_jobs(user: User) -> QuerySet[Job]:
    """The jobs of all projects and documents that the user sees, with their owners."""
    found = Job.objects.filter(project__deleted_at=None).select_related("owner")
    return _visible(found, user, "project__", "document")


def visible_handouts(user: User) -> QuerySet[Handout]:
    """The exports that the user took, and everybody's of documents that they manage."""
    found = Handout.objects.filter(
        document__deleted_at=None, document__project__deleted_at=None
    ).select_related("document__project", "user")
    found = _inside(found, user, "document")
    return found.filter(Q(user=user) | Q(rank_found__gte=RANK[Role.MANAGER]))


def visible_models(user: User, *, removed: bool = False) -> QuerySet[AtrModel]:
    """The instance's models, those of projects that the user is in, and what is shared with them.

    `removed`: those that the user may bring back.
    """
    found = AtrModel.objects.filter(deleted_at__isnull=not removed)
    if removed and (days := config.amount("ARMARIUS_BIN_DAYS")):
        found = found.filter(deleted_at__gte=timezone.now() - timedelta(days=days))
    if user.is_superuser:
        return found
    least = RANK[Role.MANAGER if removed else Role.READER]
    mine = ProjectAccess.objects.filter(user=user, rank__gte=least, project__deleted_at=None)
    projects = mine.values("project")
    if removed:
        return found.filter(project__in=projects)
    teams = TeamMember.objects.filter(user=user).values("team")
    shared = ModelShare.objects.filter(
        Q(user=user) | Q(team__in=teams) | Q(project__in=projects)
    ).values("model")
    return found.filter(
        Q(project=None) | Q(public=True) | Q(project__in=projects) | Q(pk__in=shared)
    )


def heard(user: User) -> tuple[set[int], set[int]]:
    """The ids of projects of which the user hears all news, and of documents besides."""
    if user.is_superuser:
        return set(Project.objects.filter(deleted_at=None).values_list("pk", flat=True)), set()
    projects = ProjectAccess.objects.filter(user=user, rank__gte=1, project__deleted_at=None)
    documents = DocumentAccess.objects.filter(user=user, document__deleted_at=None)
    return (
        set(projects.values_list("project_id", flat=True)),
        set(documents.values_list("document_id", flat=True)),
    )


def project_of(user: User, project_id: int, role: Role | None = Role.READER) -> Project:
    """The project, if the user's role is `role` or above it; None asks for guests too.

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
    return _one(_inside(found, user, "document"), page_id, role, "page")


@dataclass(frozen=True, slots=True)
class PageView:
    """What the calls of an editor need of a page: plain values instead of five objects.

    `direction` is the page's or else its document's; `order` as in `Page.order`; times as text;
    `writing` the project's conventions, None for the defaults; `role` the user's.
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
    type: str
    writing: Any
    role: str


# The same answer as the two views give, asked for one page only.
_PAGE_VIEW = """
SELECT CASE WHEN %(all)s::bool THEN 4 ELSE access.rank END, page.id, document.id,
    document.project_id, page.name, page.position, page.version, image.width, image.height,
    image.sha256, coalesce(nullif(page.direction, ''), document.direction), page."order",
    to_char(page.segmented_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
    to_char(page.recognised_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
    to_char(page.updated_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
    coalesce(type.name, ''),
    (SELECT row_to_json(shown)::text FROM (SELECT
        writing.normal_form, writing.doubtful, writing.glyphs, writing.version
        WHERE writing.project_id IS NOT NULL) AS shown)
FROM armarius_page AS page
JOIN armarius_image AS image ON image.id = page.image_id
JOIN armarius_document AS document ON document.id = page.document_id
JOIN armarius_project AS project ON project.id = document.project_id
LEFT JOIN armarius_ontologytype AS type ON type.id = page.type_id
LEFT JOIN armarius_writing AS writing ON writing.project_id = project.id
LEFT JOIN LATERAL (
    SELECT max(array_position(ARRAY['reader', 'transcriber', 'manager', 'owner'], role::text))
        AS rank
    FROM (
        SELECT role, user_id, team_id FROM armarius_membership
        WHERE project_id = document.project_id
        UNION ALL
        SELECT role, user_id, team_id FROM armarius_documentshare
        WHERE document_id = document.id
    ) AS shared
    WHERE user_id = %(user)s::bigint OR team_id IN (
        SELECT team_id FROM armarius_teammember WHERE user_id = %(user)s::bigint
    )
) AS access ON true
WHERE page.id = %(page)s::bigint AND page.deleted_at IS NULL AND document.deleted_at IS NULL
    AND project.deleted_at IS NULL AND (%(all)s::bool OR access.rank IS NOT NULL)
"""


def page_view(user: User, page_id: int, role: Role = Role.READER) -> PageView:
    """The same as `page_of`, for calls that are made every second: a fifth of its time."""
    asked = {"user": user.pk, "page": page_id, "all": user.is_superuser}
    found = prepared.rows(_PAGE_VIEW, asked)
    if not found:
        raise _not_there("page", page_id)
    rank, *values = found[0]
    if rank < RANK[role]:
        raise _too_low(rank, role)
    for place in (10, 15):
        if isinstance(values[place], str):
            values[place] = json.loads(values[place])
    values.append(_NAMES[rank])
    return PageView(*values)


def removed_page_of(user: User, page_id: int, role: Role = Role.MANAGER) -> Page:
    """A removed page, to bring it back; raises as `project_of`."""
    found = Page.everything.exclude(deleted_at=None).filter(
        document__deleted_at=None, document__project__deleted_at=None
    )
    found = found.select_related("document__project", "image")
    return _one(_inside(found, user, "document"), page_id, role, "removed page")


def line_of(user: User, line_id: int, role: Role = Role.READER) -> Line:
    """The line with its page and document, removed lines too; raises as `project_of`."""
    found = Line.everything.filter(
        page__deleted_at=None,
        page__document__deleted_at=None,
        page__document__project__deleted_at=None,
    ).select_related("page__document")
    return _one(_inside(found, user, "page__document"), line_id, role, "line")


def layer_of(user: User, layer_id: int, role: Role = Role.READER) -> Transcription:
    """The layer with its document; raises as `project_of`."""
    found = Transcription.objects.filter(
        document__deleted_at=None, document__project__deleted_at=None
    ).select_related("document")
    return _one(_inside(found, user, "document"), layer_id, role, "layer")


def type_of(user: User, type_id: int, role: Role = Role.READER) -> OntologyType:
    """The type, removed ones too; raises as `project_of`."""
    found = OntologyType.objects.filter(project__deleted_at=None)
    return _one(_visible(found, user, "project__"), type_id, role, "type")


def removed_layer_of(user: User, layer_id: int, role: Role = Role.MANAGER) -> Transcription:
    """A removed layer, to bring it back; raises as `project_of`."""
    found = Transcription.everything.exclude(deleted_at=None).filter(
        document__deleted_at=None, document__project__deleted_at=None
    )
    found = found.select_related("document")
    return _one(_inside(found, user, "document"), layer_id, role, "removed layer")


def tag_of(user: User, tag_id: int, role: Role = Role.READER) -> Tag:
    """The tag; raises as `project_of`."""
    found = Tag.objects.filter(project__deleted_at=None)
    return _one(_visible(found, user, "project__"), tag_id, role, "tag")


def snapshot_of(user: User, snapshot_id: int, role: Role = Role.READER) -> PageSnapshot:
    """The snapshot with its page and document; raises as `project_of`."""
    found = PageSnapshot.objects.filter(
        page__deleted_at=None,
        page__document__deleted_at=None,
        page__document__project__deleted_at=None,
    ).select_related("page__document")
    return _one(_inside(found, user, "page__document"), snapshot_id, role, "snapshot")


def replacement_of(user: User, replacement_id: int, role: Role = Role.READER) -> Replacement:
    """An act of find and replace with its project; raises as `project_of`."""
    found = Replacement.objects.filter(project__deleted_at=None).select_related("project")
    return _one(_visible(found, user, "project__"), replacement_id, role, "replacement")


def job_of(user: User, job_id: int, role: Role = Role.READER) -> Job:
    """The job; raises as `project_of`."""
    return _one(visible_jobs(user), job_id, role, "job")


def model_of(user: User, model_id: int) -> AtrModel:
    """A model that the user may use.

    Raises:
        NotFound: there is none, or it belongs to a project that the user does not see.
    """
    found = visible_models(user).filter(pk=model_id).first()
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
    """The role with which the functions above found the object; guests have none."""
    return Role(role_name(found))


def role_name(found: models.Model) -> str:
    """The role as a word, "guest" where there is none."""
    rank: int = getattr(found, "rank_found")  # noqa: B009  set by the query
    return _NAMES[rank]


def at_least(found: models.Model, role: Role) -> bool:
    """Whether the object was found with `role` or a role above it."""
    rank: int = getattr(found, "rank_found")  # noqa: B009  set by the query
    return rank >= RANK[role]


def _visible(
    found: QuerySet[Row], user: User, project: str, document: str | None = None
) -> QuerySet[Row]:
    """Narrow to what the user sees.

    Args:
        found: rows of projects, or of what lies in them.
        user: who asks.
        project: the lookup that leads to the project, with its underscores.
        document: the lookup of the document, for what lies in one: a guest must have it.
    """
    if user.is_superuser:
        owner = Value(RANK[Role.OWNER])
        return cast("QuerySet[Row]", found.annotate(rank_found=owner))
    here = Q(**{f"{project}accesses__user": user})
    rank: Any = F(f"{project}accesses__rank")
    if document is not None:
        shared = DocumentAccess.objects.filter(user=user)
        here &= Q(**{f"{project}accesses__rank__gte": 1}) | Q(
            **{f"{document}__in": shared.values("document")}
        )
        own = shared.filter(document=OuterRef(document)).values("rank")
        rank = Greatest(rank, Coalesce(Subquery(own), 0))
    return cast("QuerySet[Row]", found.filter(here).annotate(rank_found=rank))


def _inside(found: QuerySet[Row], user: User, document: str) -> QuerySet[Row]:
    return _visible(found, user, f"{document}__project__", document)


def _one(found: QuerySet[Row], pk: int, role: Role | None, word: str) -> Row:
    row = found.filter(pk=pk).first()
    if row is None:
        raise _not_there(word, pk)
    if role is not None and not at_least(row, role):
        raise _too_low(getattr(row, "rank_found"), role)  # noqa: B009  set by the query
    return row


def _not_there(word: str, pk: int) -> NotFound:
    return NotFound(f"There is no {word} {pk}, or it is not shared with you.")


def _too_low(rank: int, needed: Role) -> Forbidden:
    return Forbidden(
        f"Your role in this project is {_NAMES[rank]}; for this you must be {needed.value} or above."
    )
