"""Documents and the list of their pages."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from django.db.models import F, OuterRef, QuerySet, Subquery
from django.http import HttpResponse
from ninja import Query, Router, Schema, Status
from pydantic import Field, JsonValue

from armarius.api.answers import Id, Listed, Window, direct, listed
from armarius.api.auth import Request
from armarius.api.overview import Overview, overview, overview_shape, thumbnail
from armarius.api.projects import Name, Version
from armarius.images import addresses
from armarius.models import Document, Job, JobItem, Page, Role
from armarius.ops import documents, ordering, sharing

router = Router()
Direction = Literal["horizontal-lr", "horizontal-rl", "vertical-lr", "vertical-rl"]
PageIds = Annotated[
    list[Annotated[int, Field(ge=1, le=2**63 - 1)]], Field(min_length=1, max_length=5000)
]


class DocumentOut(Overview):
    """A document; `role` is yours in its project, `thumbnail` shows its first page."""

    id: int
    project: int
    name: str
    direction: str
    metadata: dict[str, Any]
    role: str
    version: int
    created_at: datetime
    updated_at: datetime


class DocumentIn(Schema):
    """A new document."""

    name: Name
    direction: Direction = "horizontal-lr"
    metadata: dict[str, JsonValue] = {}


class DocumentChange(Schema):
    """New values, and the version that they are based on."""

    version: Version
    name: Name | None = None
    direction: Direction | None = None
    metadata: dict[str, JsonValue] | None = None


class ImageOut(Schema):
    """The page's image: `iiif` is the base address of its IIIF Image API service."""

    iiif: str
    sha256: str


class PageRow(Schema):
    """A page in the list; `busy` names what a job is doing to it just now."""

    id: int
    position: int
    name: str
    width: int
    height: int
    image: ImageOut
    thumbnail: str
    lines_count: int
    segmented_at: datetime | None
    recognised_at: datetime | None
    updated_at: datetime
    version: int
    busy: str | None


class Chosen(Window):
    """Which rows; `removed` shows those that can be brought back."""

    removed: bool = False


class MoveIn(Schema):
    """Pages in the order wanted, and the position of the first of them."""

    page_ids: PageIds
    to: Annotated[int, Field(ge=0, le=10_000_000)]


class RemoveIn(Schema):
    """Pages to take away."""

    page_ids: PageIds


class OrderOut(Schema):
    """All pages of the document in their order."""

    page_ids: list[int]


@router.get("/projects/{project_id}/documents", response=Listed[DocumentOut])
def list_documents(request: Request, project_id: Id, wanted: Query[Chosen]) -> HttpResponse:
    """The documents of a project, by name."""
    project = sharing.project_of(request.user, project_id, None)
    found = sharing.documents_in(project, request.user, removed=wanted.removed)
    return direct(listed(_counted(found), wanted, _shape))


@router.post("/projects/{project_id}/documents", response={201: DocumentOut})
def create_document(request: Request, project_id: Id, given: DocumentIn) -> HttpResponse:
    """Make an empty document."""
    project = sharing.project_of(request.user, project_id, Role.MANAGER)
    document = documents.create(project, by=request.user, **given.dict())
    return direct(_read(request, document.pk), 201)


@router.get("/documents/{document_id}", response=DocumentOut)
def get_document(request: Request, document_id: Id) -> HttpResponse:
    """One document."""
    return direct(_read(request, document_id))


@router.patch("/documents/{document_id}", response=DocumentOut)
def change_document(request: Request, document_id: Id, given: DocumentChange) -> HttpResponse:
    """Change name, direction or metadata."""
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


@router.get("/documents/{document_id}/pages", response=Listed[PageRow])
def list_pages(request: Request, document_id: Id, wanted: Query[Chosen]) -> HttpResponse:
    """The pages of a document in their order."""
    document = sharing.document_of(request.user, document_id)
    found = Page.everything.filter(document=document, deleted_at__isnull=not wanted.removed)
    open_items = JobItem.objects.filter(
        page=OuterRef("pk"), state=JobItem.State.WAITING, job__ended_at=None
    ).exclude(job__kind=Job.Kind.EXPORT)
    # Chosen first and looked at then: with an offset the database would ask for the jobs of
    # every page that it skips.
    part = found.order_by("position").values("pk")
    chosen = part[wanted.offset : wanted.offset + wanted.limit]
    rows: Any = (
        Page.everything.filter(pk__in=chosen)
        .order_by("position")
        .annotate(busy=Subquery(open_items.values("job__kind")[:1]))
        .values(
            "id", "position", "name", "lines_count", "segmented_at", "recognised_at", "updated_at",
            "version", "busy", width=F("image__width"), height=F("image__height"),
            sha256=F("image__sha256"),
        )
    )  # fmt: skip
    return direct({"items": [_page_row(row) for row in rows], "count": found.count()})


@router.post("/documents/{document_id}/pages/move", response=OrderOut)
def move_pages(request: Request, document_id: Id, given: MoveIn) -> HttpResponse:
    """Put pages in another place."""
    document = sharing.document_of(request.user, document_id, Role.MANAGER)
    return direct({"page_ids": ordering.move(document, given.page_ids, given.to)})


@router.post("/documents/{document_id}/pages/remove", response={204: None})
def remove_pages(request: Request, document_id: Id, given: RemoveIn) -> Status[None]:
    """Take pages away; each can be brought back."""
    document = sharing.document_of(request.user, document_id, Role.MANAGER)
    ordering.remove(document, given.page_ids)
    return Status(204, None)


def _counted(found: QuerySet[Document]) -> QuerySet[Document]:
    pages = Page.objects.filter(document=OuterRef("pk"))
    return found.annotate(**overview(pages, "document"))


def _read(request: Request, document_id: int) -> dict[str, Any]:
    sharing.document_of(request.user, document_id)
    return _shape(_counted(sharing.visible_documents(request.user)).get(pk=document_id))


def _shape(document: Any) -> dict[str, Any]:
    return {
        "id": document.pk,
        "project": document.project_id,
        "name": document.name,
        "direction": document.direction,
        "metadata": document.metadata,
        "role": sharing.role_name(document),
        **overview_shape(document),
        "version": document.version,
        "created_at": document.created_at,
        "updated_at": document.updated_at,
    }


def _page_row(row: dict[str, Any]) -> dict[str, Any]:
    sha256 = row.pop("sha256")
    base = addresses.PREFIX + addresses.identifier(row["id"], sha256)
    row["image"] = {"iiif": base, "sha256": sha256}
    row["thumbnail"] = thumbnail(base)
    return row
