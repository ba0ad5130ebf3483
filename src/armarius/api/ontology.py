"""The ontology of a project: types of pages, regions and lines."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from django.http import HttpResponse
from ninja import Body, Query, Router, Schema, Status
from pydantic import Field, JsonValue

from armarius.api.answers import Id, Listed, Number, Window, direct, listed
from armarius.api.auth import Request
from armarius.api.projects import Version
from armarius.models import OntologyType, Project, Role
from armarius.ops import ontology, ontology_files, sharing

router = Router()
TypeName = Annotated[str, Field(min_length=1, max_length=200)]
Colour = Annotated[str, Field(pattern=r"^#[0-9a-f]{6}$")]
Key = Annotated[str, Field(pattern=r"^[0-9]?$", max_length=1)]
Document = Annotated[dict[str, JsonValue], Body()]


class TypeOut(Schema):
    """A type; `key` is the digit that gives it in the editor, empty for none."""

    id: int
    kind: str
    name: str
    colour: str
    key: str
    position: int
    version: int


class TypeIn(Schema):
    """A new type, of the SegmOnto vocabulary or of the project's own; without `colour` it gets one."""

    kind: Literal["region", "line", "page"]
    name: TypeName
    colour: Colour | None = None
    key: Key = ""


class TypeChange(Schema):
    """New values, and the version that they are based on."""

    version: Version
    name: TypeName | None = None
    colour: Colour | None = None
    key: Key | None = None


class TypeOrder(Schema):
    """Types in their new order; those that are left out follow."""

    type_ids: Annotated[list[Number], Field(min_length=1, max_length=ontology.MOST)]


class Types(Schema):
    """All types of the project, and how many of them this call has added."""

    added: int
    items: list[TypeOut]


class Chosen(Window):
    """Which types; `removed` shows those that can be brought back."""

    removed: bool = False


class Heir(Schema):
    """The type that the shapes of a removed one get."""

    move_to: Number | None = None


class Style(Schema):
    """How the document is to be written."""

    format: Literal["armarius", "escriptorium"] = "armarius"


@router.get("/projects/{project_id}/types", response=Listed[TypeOut])
def list_types(request: Request, project_id: Id, wanted: Query[Chosen]) -> HttpResponse:
    """The types of the project, each kind in its order."""
    project = sharing.project_of(request.user, project_id, None)
    found = OntologyType.objects.filter(project=project, deleted_at__isnull=not wanted.removed)
    return direct(listed(found, wanted, ontology.shape))


@router.post("/projects/{project_id}/types", response={201: TypeOut})
def add_type(request: Request, project_id: Id, given: TypeIn) -> HttpResponse:
    """Add a type. A key that another type of this kind has goes over to it."""
    project = sharing.project_of(request.user, project_id, Role.MANAGER)
    made = ontology.add(
        project,
        given.kind,
        given.name,
        colour=given.colour or "",
        key=given.key,
        by=request.user,
    )
    return direct(ontology.shape(made), 201)


@router.post("/projects/{project_id}/types/segmonto", response=Types)
def add_segmonto(request: Request, project_id: Id) -> HttpResponse:
    """Add the types of SegmOnto that the project does not have."""
    project = sharing.project_of(request.user, project_id, Role.MANAGER)
    return _all(project, ontology.add_many(project, ontology.segmonto(), by=request.user))


@router.post("/projects/{project_id}/types/order", response=Types)
def order_types(request: Request, project_id: Id, given: TypeOrder) -> HttpResponse:
    """Put the types into an order."""
    project = sharing.project_of(request.user, project_id, Role.MANAGER)
    ontology.arrange(project, given.type_ids, by=request.user)
    return _all(project, 0)


@router.patch("/types/{type_id}", response=TypeOut)
def change_type(request: Request, type_id: Id, given: TypeChange) -> HttpResponse:
    """Rename a type, or give it another colour or key; shapes keep it under its new name."""
    row = sharing.type_of(request.user, type_id, Role.MANAGER)
    values = given.dict(exclude_none=True, exclude={"version"})
    ontology.change(row, given.version, values, by=request.user)
    return direct(ontology.shape(row))


@router.delete("/types/{type_id}", response={204: None})
def remove_type(request: Request, type_id: Id, wanted: Query[Heir]) -> Status[None]:
    """Take a type away; it can be brought back.

    While shapes have it, that is refused with 409, and `items` says how many, unless `move_to`
    names the type that they are to get.
    """
    row = sharing.type_of(request.user, type_id, Role.MANAGER)
    heir = (
        sharing.type_of(request.user, wanted.move_to, Role.MANAGER) if wanted.move_to else None
    )
    ontology.remove(row, heir, by=request.user)
    return Status(204, None)


@router.post("/types/{type_id}/restore", response=TypeOut)
def restore_type(request: Request, type_id: Id) -> HttpResponse:
    """Bring a removed type back, and to it the shapes that another one took over."""
    row = sharing.type_of(request.user, type_id, Role.MANAGER)
    ontology.bring_back(row, by=request.user)
    return direct(ontology.shape(row))


@router.get("/projects/{project_id}/ontology", response=dict[str, Any])
def export_ontology(request: Request, project_id: Id, wanted: Query[Style]) -> HttpResponse:
    """The types as one document, for another project or for eScriptorium."""
    project = sharing.project_of(request.user, project_id)
    answer = direct(ontology_files.write(project, wanted.format))
    answer["Content-Disposition"] = 'attachment; filename="ontology.json"'
    return answer


@router.post("/projects/{project_id}/ontology", response=Types)
def import_ontology(request: Request, project_id: Id, given: Document) -> HttpResponse:
    """Add the types of a document in one of the two forms; what is there stays, and gets its colours."""
    project = sharing.project_of(request.user, project_id, Role.MANAGER)
    return _all(
        project, ontology.add_many(project, ontology_files.read(given), by=request.user)
    )


def _all(project: Project, added: int) -> HttpResponse:
    rows = OntologyType.objects.filter(project=project, deleted_at=None)
    return direct({"added": added, "items": [ontology.shape(row) for row in rows]})
