"""Documents."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from django.db.models import OuterRef, QuerySet
from django.http import HttpResponse
from ninja import Query, Router, Schema, Status
from pydantic import Field, JsonValue

from armarius.api.answers import Id, Listed, Number, Window, direct, ids_of, listed
from armarius.api.auth import Request
from armarius.api.overview import Overview, overview, overview_shape
from armarius.api.projects import Name, Version
from armarius.api.tags import TagOut, tag_shape
from armarius.models import Document, Page, Role
from armarius.ops import documents, moving, sharing, tagging

router = Router()
Direction = Literal["horizontal-lr", "horizontal-rl", "vertical-lr", "vertical-rl"]
LinePosition = Literal["baseline", "topline", "centre"]
Script = Annotated[str, Field(max_length=64)]
PageIds = Annotated[
    list[Annotated[int, Field(ge=1, le=2**63 - 1)]], Field(min_length=1, max_length=5000)
]


class DocumentOut(Overview):
    """A document; `role` is yours in its project, `thumbnail` shows its first page."""

    id: int
    project: int
    name: str
    direction: str
    script: str
    line_position: str
    metadata: dict[str, Any]
    tags: list[TagOut]
    archived_at: datetime | None
    role: str
    version: int
    created_at: datetime
    updated_at: datetime
    deleted_at: datetime | None


class DocumentIn(Schema):
    """A new document; with `settings_of` what is left out here is that other document's."""

    name: Name
    direction: Direction = "horizontal-lr"
    script: Script = ""
    line_position: LinePosition = "baseline"
    metadata: dict[str, JsonValue] = {}
    settings_of: Number | None = None


class DocumentChange(Schema):
    """New values, and the version that they are based on."""

    version: Version
    name: Name | None = None
    direction: Direction | None = None
    script: Script | None = None
    line_position: LinePosition | None = None
    metadata: dict[str, JsonValue] | None = None


class ArchiveIn(Schema):
    """Whether the document is done and out of the usual lists."""

    archived: bool


class DocumentMoveIn(Schema):
    """The project to move to; `tags`: whether the tags go along."""

    project: Number
    tags: bool = True


class Wanted(Window):
    """Which documents, and in which order.

    `removed` shows those that can be brought back. `q`: part of the name. `tags`: ids with commas,
    of which `match` wants any, all or none; none without tags: documents that have no tag.
    """

    removed: bool = False
    archived: bool = False
    q: Annotated[str, Field(max_length=200)] = ""
    tags: Annotated[str, Field(max_length=1000)] = ""
    match: tagging.Match = "any"
    sort: Literal[
        "name", "-name", "updated", "-updated", "created", "-created", "pages", "-pages"
    ] = "name"


@router.get("/projects/{project_id}/documents", response=Listed[DocumentOut])
def list_documents(request: Request, project_id: Id, wanted: Query[Wanted]) -> HttpResponse:
    """The documents of a project, by name or as `sort` says."""
    project = sharing.project_of(request.user, project_id, None)
    found = sharing.documents_in(project, request.user, removed=wanted.removed)
    if not wanted.removed:
        found = found.filter(archived_at__isnull=not wanted.archived)
    if wanted.q:
        found = found.filter(name__icontains=wanted.q)
    tags = ids_of(wanted.tags, "tags")
    links = Document.tags.through.objects.all()
    found = tagging.tagged(found, links, "document", tags, wanted.match)
    return direct(listed(_counted(found).order_by(*_ORDERS[wanted.sort]), wanted, _shape))


@router.post("/projects/{project_id}/documents", response={201: DocumentOut})
def create_document(request: Request, project_id: Id, given: DocumentIn) -> HttpResponse:
    """Make an empty document."""
    project = sharing.project_of(request.user, project_id, Role.MANAGER)
    values = given.dict(exclude={"settings_of"})
    if given.settings_of is not None:
        other = sharing.document_of(request.user, given.settings_of)
        values |= documents.settings_of(other) | given.dict(
            exclude={"settings_of"}, exclude_unset=True
        )
    document = documents.create(project, by=request.user, **values)
    return direct(_read(request, document.pk), 201)


@router.get("/documents/{document_id}", response=DocumentOut)
def get_document(request: Request, document_id: Id) -> HttpResponse:
    """One document."""
    return direct(_read(request, document_id))


@router.patch("/documents/{document_id}", response=DocumentOut)
def change_document(request: Request, document_id: Id, given: DocumentChange) -> HttpResponse:
    """Change name, direction, script, line position or metadata."""
    document = sharing.document_of(request.user, document_id, Role.MANAGER)
    values = given.dict(exclude_none=True, exclude={"version"})
    documents.change(document, given.version, values, by=request.user)
    return direct(_read(request, document_id))


@router.delete("/documents/{document_id}", response={204: None})
def remove_document(request: Request, document_id: Id) -> Status[None]:
    """Take a document away; it can be brought back. For managers of its project."""
    document = sharing.document_of(request.user, document_id, Role.MANAGER)
    sharing.project_of(request.user, document.project_id, Role.MANAGER)
    documents.remove(document, by=request.user)
    return Status(204, None)


@router.post("/documents/{document_id}/restore", response=DocumentOut)
def restore_document(request: Request, document_id: Id) -> HttpResponse:
    """Bring a removed document back."""
    documents.bring_back(document_id, by=request.user)
    return direct(_read(request, document_id))


@router.post("/documents/{document_id}/archive", response=DocumentOut)
def archive_document(request: Request, document_id: Id, given: ArchiveIn) -> HttpResponse:
    """Take a finished document out of the usual lists, or put it back."""
    document = sharing.document_of(request.user, document_id, Role.MANAGER)
    documents.archive(document, archived=given.archived, by=request.user)
    return direct(_read(request, document_id))


@router.post("/documents/{document_id}/move", response=DocumentOut)
def move_document(request: Request, document_id: Id, given: DocumentMoveIn) -> HttpResponse:
    """Put a document into another project that you manage, with pages, types and layers."""
    document = sharing.document_of(request.user, document_id, Role.MANAGER)
    project = sharing.project_of(request.user, given.project, Role.MANAGER)
    moving.move(document, project, tags=given.tags, by=request.user)
    return direct(_read(request, document_id))


_ORDERS: dict[str, tuple[str, ...]] = {
    f"{minus}{word}": (f"{minus}{field}", "id")
    for word, field in (
        ("name", "name"), ("updated", "updated_at"), ("created", "created_at"), ("pages", "pages_count"),
    )
    for minus in ("", "-")
}  # fmt: skip


def _counted(found: QuerySet[Document]) -> QuerySet[Document]:
    pages = Page.objects.filter(document=OuterRef("pk"))
    return found.annotate(**overview(pages, "document")).prefetch_related("tags")


def _read(request: Request, document_id: int) -> dict[str, Any]:
    sharing.document_of(request.user, document_id)
    return _shape(_counted(sharing.visible_documents(request.user)).get(pk=document_id))


def _shape(document: Any) -> dict[str, Any]:
    return {
        "id": document.pk,
        "project": document.project_id,
        "name": document.name,
        "direction": document.direction,
        "script": document.script,
        "line_position": document.line_position,
        "metadata": document.metadata,
        "tags": [tag_shape(tag) for tag in document.tags.all()],
        "archived_at": document.archived_at,
        "role": sharing.role_name(document),
        **overview_shape(document),
        "version": document.version,
        "created_at": document.created_at,
        "updated_at": document.updated_at,
        "deleted_at": document.deleted_at,
    }
