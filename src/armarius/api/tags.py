"""Tags of a project, on its documents and pages, and each person's own, on projects."""

from __future__ import annotations

from typing import Annotated, Any

from django.db.models import Count, Q
from django.http import HttpResponse
from ninja import Query, Router, Schema, Status
from pydantic import Field

from armarius.api.answers import Id, Listed, Number, Window, direct, listed
from armarius.api.auth import Request
from armarius.models import ProjectTag, Role, Tag
from armarius.ops import sharing, tagging

router = Router()
Colour = Annotated[str, Field(pattern=r"^#[0-9a-f]{6}$")]
TagName = Annotated[str, Field(min_length=1, max_length=100, pattern=r"\S")]
Ids = Annotated[list[Number], Field(max_length=5000)]


class TagOut(Schema):
    """A tag."""

    id: int
    name: str
    colour: str


class TagCounted(TagOut):
    """A tag, and how many documents carry it."""

    documents: int


class OwnTagCounted(TagOut):
    """A tag of yours, and how many projects carry it that you see."""

    projects: int


class TagIn(Schema):
    """A new tag."""

    name: TagName
    colour: Colour = "#0072b2"


class TagChange(Schema):
    """Another name or colour."""

    name: TagName | None = None
    colour: Colour | None = None


class TagDocuments(Schema):
    """Tags to put on documents and to take from them."""

    document_ids: Annotated[Ids, Field(min_length=1)]
    add: Ids = []
    take: Ids = []


class TagPages(Schema):
    """Tags to put on pages and to take from them."""

    page_ids: Annotated[Ids, Field(min_length=1)]
    add: Ids = []
    take: Ids = []


class TagProject(Schema):
    """Tags of yours to put on a project and to take from it."""

    add: Ids = []
    take: Ids = []


@router.get("/projects/{project_id}/tags", response=Listed[TagCounted])
def list_tags(request: Request, project_id: Id, window: Query[Window]) -> HttpResponse:
    """The tags of the project, by name."""
    project = sharing.project_of(request.user, project_id)
    present = Count("documents", filter=Q(documents__deleted_at=None))
    found = Tag.objects.filter(project=project).annotate(amount=present)
    return direct(listed(found, window, lambda tag: tag_shape(tag) | {"documents": tag.amount}))


@router.post("/projects/{project_id}/tags", response={201: TagOut})
def create_tag(request: Request, project_id: Id, given: TagIn) -> HttpResponse:
    """Make a tag."""
    project = sharing.project_of(request.user, project_id, Role.MANAGER)
    tag = tagging.create(project, given.name, given.colour, by=request.user)
    return direct(tag_shape(tag), 201)


@router.patch("/tags/{tag_id}", response=TagOut)
def change_tag(request: Request, tag_id: Id, given: TagChange) -> HttpResponse:
    """Rename or recolour a tag wherever it is used."""
    tag = sharing.tag_of(request.user, tag_id, Role.MANAGER)
    return direct(
        tag_shape(tagging.change(tag, given.dict(exclude_none=True), by=request.user))
    )


@router.delete("/tags/{tag_id}", response={204: None})
def remove_tag(request: Request, tag_id: Id) -> Status[None]:
    """Take a tag away from everything that carries it."""
    tagging.remove(sharing.tag_of(request.user, tag_id, Role.MANAGER), by=request.user)
    return Status(204, None)


@router.post("/projects/{project_id}/documents/tag", response={204: None})
def tag_documents(request: Request, project_id: Id, given: TagDocuments) -> Status[None]:
    """Put tags on documents, and take others from them."""
    project = sharing.project_of(request.user, project_id, Role.MANAGER)
    tagging.put_on_documents(project, given.document_ids, given.add, given.take)
    return Status(204, None)


@router.post("/documents/{document_id}/pages/tag", response={204: None})
def tag_pages(request: Request, document_id: Id, given: TagPages) -> Status[None]:
    """Put tags on pages, and take others from them."""
    document = sharing.document_of(request.user, document_id, Role.TRANSCRIBER)
    tagging.put_on_pages(document, given.page_ids, given.add, given.take)
    return Status(204, None)


@router.get("/me/project-tags", response=Listed[OwnTagCounted])
def list_own_tags(request: Request, window: Query[Window]) -> HttpResponse:
    """Your tags for projects, by name; nobody else sees them."""
    seen = sharing.visible_projects(request.user).values("pk")
    amount = Count("tagged", filter=Q(tagged__project__in=seen))
    found = ProjectTag.objects.filter(user=request.user).annotate(amount=amount)
    return direct(listed(found, window, lambda tag: tag_shape(tag) | {"projects": tag.amount}))


@router.post("/me/project-tags", response={201: TagOut})
def create_own_tag(request: Request, given: TagIn) -> HttpResponse:
    """Make a tag for your projects."""
    tag = tagging.create_own(given.name, given.colour, by=request.user)
    return direct(tag_shape(tag), 201)


@router.patch("/me/project-tags/{own_tag_id}", response=TagOut)
def change_own_tag(request: Request, own_tag_id: Id, given: TagChange) -> HttpResponse:
    """Rename or recolour a tag of yours."""
    values = given.dict(exclude_none=True)
    return direct(tag_shape(tagging.change_own(own_tag_id, values, by=request.user)))


@router.delete("/me/project-tags/{own_tag_id}", response={204: None})
def remove_own_tag(request: Request, own_tag_id: Id) -> Status[None]:
    """Take a tag of yours from all projects."""
    tagging.remove_own(own_tag_id, by=request.user)
    return Status(204, None)


@router.post("/projects/{project_id}/own-tags", response={204: None})
def tag_project(request: Request, project_id: Id, given: TagProject) -> Status[None]:
    """Put tags of yours on a project that you see, and take others from it."""
    project = sharing.project_of(request.user, project_id, None)
    tagging.put_on_project(project, given.add, given.take, by=request.user)
    return Status(204, None)


def tag_shape(tag: Tag | ProjectTag) -> dict[str, Any]:
    """The tag as `TagOut` describes it."""
    return {"id": tag.pk, "name": tag.name, "colour": tag.colour}
