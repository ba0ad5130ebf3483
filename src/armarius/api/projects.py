"""Projects."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from django.db.models import Count, OuterRef, Prefetch, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpResponse
from ninja import Query, Router, Schema, Status
from pydantic import Field

from armarius.api.answers import Id, Listed, Window, direct, ids_of, listed
from armarius.api.auth import Request
from armarius.api.overview import Overview, overview, overview_shape
from armarius.api.tags import TagOut, tag_shape
from armarius.models import Document, Page, Project, ProjectAccess, Role, TaggedProject, User
from armarius.ops import projects, sharing, tagging

router = Router()
Name = Annotated[str, Field(min_length=1, max_length=200)]
Text = Annotated[str, Field(max_length=20_000)]
Guidelines = Annotated[str, Field(max_length=200_000)]  # Markdown
Version = Annotated[int, Field(ge=1, le=2**31 - 1)]


class ProjectOut(Overview):
    """A project; `role` and `tags` are yours."""

    id: int
    name: str
    description: str
    guidelines: str
    role: str
    tags: list[TagOut]
    documents: int
    members: int
    version: int
    created_at: datetime
    updated_at: datetime
    deleted_at: datetime | None


class ProjectIn(Schema):
    """A new project."""

    name: Name
    description: Text = ""
    guidelines: Guidelines = ""


class ProjectChange(Schema):
    """New values, and the version that they are based on."""

    version: Version
    name: Name | None = None
    description: Text | None = None
    guidelines: Guidelines | None = None


class Chosen(Window):
    """Which projects, in which order.

    `removed` shows those that can be brought back. `tags`: ids of your own with commas, of which
    `match` wants any, all or none; none without tags: projects that you have not tagged.
    """

    removed: bool = False
    q: Annotated[str, Field(max_length=200)] = ""
    tags: Annotated[str, Field(max_length=1000)] = ""
    match: tagging.Match = "any"
    sort: Literal[
        "name", "-name", "updated", "-updated", "created", "-created", "pages", "-pages"
    ] = "-updated"


@router.get("/projects", response=Listed[ProjectOut])
def list_projects(request: Request, wanted: Query[Chosen]) -> HttpResponse:
    """The projects that you see, the last changed first or as `sort` says."""
    if wanted.removed:
        found = sharing.removed_projects(request.user)
    else:
        found = sharing.visible_projects(request.user)
    if wanted.q:
        found = found.filter(Q(name__icontains=wanted.q) | Q(description__icontains=wanted.q))
    links = TaggedProject.objects.filter(tag__user=request.user)
    tags = ids_of(wanted.tags, "tags")
    found = tagging.tagged(found, links, "project", tags, wanted.match)
    fields = {"updated": "updated_at", "created": "created_at", "pages": "pages_count"}
    word = wanted.sort.removeprefix("-")
    order = ("-" if wanted.sort.startswith("-") else "") + fields.get(word, word)
    rows = _counted(found, request.user).order_by(order, "-id")
    return direct(listed(rows, wanted, _shape))


@router.post("/projects", response={201: ProjectOut})
def create_project(request: Request, given: ProjectIn) -> HttpResponse:
    """Make a project; you are its owner."""
    project = projects.create(given.name, given.description, given.guidelines, by=request.user)
    return direct(_read(request, project.pk), 201)


@router.get("/projects/{project_id}", response=ProjectOut)
def get_project(request: Request, project_id: Id) -> HttpResponse:
    """One project."""
    return direct(_read(request, project_id))


@router.patch("/projects/{project_id}", response=ProjectOut)
def change_project(request: Request, project_id: Id, given: ProjectChange) -> HttpResponse:
    """Rename or describe a project."""
    project = sharing.project_of(request.user, project_id, Role.MANAGER)
    values = given.dict(exclude_none=True, exclude={"version"})
    projects.change(project, given.version, values, by=request.user)
    return direct(_read(request, project_id))


@router.delete("/projects/{project_id}", response={204: None})
def remove_project(request: Request, project_id: Id) -> Status[None]:
    """Take a project away; it can be brought back."""
    project = sharing.project_of(request.user, project_id, Role.OWNER)
    projects.remove(project, by=request.user)
    return Status(204, None)


@router.post("/projects/{project_id}/restore", response=ProjectOut)
def restore_project(request: Request, project_id: Id) -> HttpResponse:
    """Bring a removed project back."""
    projects.bring_back(project_id, by=request.user)
    return direct(_read(request, project_id))


def _counted(found: QuerySet[Project], user: User) -> QuerySet[Project]:
    """With the numbers of documents and members, each by a subquery: joins would multiply.

    And with the tags that the user has put on it.
    """

    def count(rows: QuerySet[Any]) -> Coalesce:
        rows = rows.filter(project=OuterRef("pk")).order_by().values("project")
        return Coalesce(Subquery(rows.annotate(n=Count("*")).values("n")), 0)

    pages = Page.objects.filter(document__project=OuterRef("pk"), document__deleted_at=None)
    own = TaggedProject.objects.filter(tag__user=user).select_related("tag")
    found = found.prefetch_related(Prefetch("tagged", own.order_by("tag__name", "tag")))
    return found.annotate(
        documents_count=count(Document.objects.filter(deleted_at=None)),
        members_count=count(ProjectAccess.objects.filter(rank__gte=1)),
        **overview(pages, "document__project"),
    )


def _read(request: Request, project_id: int) -> dict[str, Any]:
    sharing.project_of(request.user, project_id, None)
    return _shape(
        _counted(sharing.visible_projects(request.user), request.user).get(pk=project_id)
    )


def _shape(project: Any) -> dict[str, Any]:
    return {
        "id": project.pk,
        "name": project.name,
        "description": project.description,
        "guidelines": project.guidelines,
        "role": sharing.role_name(project),
        "tags": [tag_shape(row.tag) for row in project.tagged.all()],
        "documents": project.documents_count,
        "members": project.members_count,
        **overview_shape(project),
        "version": project.version,
        "created_at": project.created_at,
        "updated_at": project.updated_at,
        "deleted_at": project.deleted_at,
    }
