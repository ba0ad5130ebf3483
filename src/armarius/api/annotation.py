"""Annotations of images and texts, and the taxonomies that say what they may be."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from django.db import transaction
from django.http import HttpResponse
from ninja import Body, Query, Router, Schema, Status
from pydantic import Field, JsonValue, model_validator

from armarius.api.answers import Id, Listed, Number, Window, direct, listed
from armarius.api.auth import Request
from armarius.api.ontology import Colour
from armarius.api.projects import Version
from armarius.errors import BadInput
from armarius.models import Role, Taxonomy
from armarius.ops import annotating, sharing, sharing_notes, taxonomies, web_annotations

router = Router()
Name = Annotated[str, Field(min_length=1, max_length=200, pattern=r"\S")]
Said = Annotated[str, Field(min_length=1, max_length=1000)]
Coordinate = Annotated[float, Field(ge=-1_000_000, le=1_000_000, allow_inf_nan=False)]
Polygon = Annotated[list[tuple[Coordinate, Coordinate]], Field(max_length=5000)]
Place = Annotated[int, Field(ge=0, le=1_000_000)]
Values = Annotated[dict[Name, Said], Field(max_length=100)]
Comments = Annotated[list[Said], Field(max_length=100)]
Document = Annotated[dict[str, JsonValue], Body()]


class Component(Schema):
    """Something that an annotation can say; `values` are those allowed, none for any."""

    name: Name
    type: Literal["text", "number", "date"] = "text"
    values: Annotated[list[Said], Field(max_length=500)] = []


Components = Annotated[list[Component], Field(max_length=50)]


class TaxonomyOut(Schema):
    """A kind of annotation; `target` says what its marker marks: image or text."""

    id: int
    name: str
    marker: str
    target: str
    colour: str
    components: list[Component]
    comments: bool
    version: int


class TaxonomyIn(Schema):
    """A new kind of annotation; rectangle and polygon are for images, the others for texts."""

    name: Name
    marker: Taxonomy.Marker
    colour: Colour | None = None
    components: Components = []
    comments: bool = True


class TaxonomyChange(Schema):
    """New values, and the version that they are based on. What it marks does not change."""

    version: Version
    name: Name | None = None
    colour: Colour | None = None
    components: Components | None = None
    comments: bool | None = None


class Removed(Window):
    """Which; `removed` shows those that can be brought back."""

    removed: bool = False


class SpanIn(Schema):
    """A part of the texts of a layer: from a code point of one line to before one of another."""

    layer: Number
    start_line: Number
    start: Place
    end_line: Number
    end: Place


class AnnotationOut(Schema):
    """An annotation; either `polygon`, or `layer` with its lines and places, says where.

    `quote` is what stood there in the text, to find it again.
    """

    id: int
    page: int
    taxonomy: int
    polygon: list[list[float]]  # corners [x, y]
    layer: int | None
    start_line: int | None
    start: int | None
    end_line: int | None
    end: int | None
    quote: str
    values: dict[str, str]
    comments: list[str]
    author: str | None
    created_at: datetime
    updated_at: datetime
    version: int


class AnnotationIn(Schema):
    """A new annotation, of a part of the image or of a text."""

    taxonomy: Number
    polygon: Polygon | None = None
    text: SpanIn | None = None
    values: Values = {}
    comments: Comments = []

    @model_validator(mode="after")
    def has_one_place(self) -> AnnotationIn:
        """Refuse none, and two."""
        if (self.polygon is None) == (self.text is None):
            raise ValueError("give either polygon or text")
        return self


class AnnotationChange(Schema):
    """New values, and the version that they are based on; what is left out stays."""

    version: Version
    polygon: Polygon | None = None
    text: SpanIn | None = None
    values: Values | None = None
    comments: Comments | None = None


class Wanted(Window):
    """Which annotations: of one layer, or with `images` of the image only."""

    layer: Number | None = None
    images: bool = False


class Added(Schema):
    """How many annotations were added."""

    added: int


@router.get("/projects/{project_id}/taxonomies", response=Listed[TaxonomyOut])
def list_taxonomies(request: Request, project_id: Id, wanted: Query[Removed]) -> HttpResponse:
    """The kinds of annotations of the project."""
    project = sharing.project_of(request.user, project_id, None)
    found = Taxonomy.objects.filter(project=project, deleted_at__isnull=not wanted.removed)
    return direct(listed(found, wanted, _taxonomy))


@router.post("/projects/{project_id}/taxonomies", response={201: TaxonomyOut})
def add_taxonomy(request: Request, project_id: Id, given: TaxonomyIn) -> HttpResponse:
    """Make a kind of annotation."""
    project = sharing.project_of(request.user, project_id, Role.MANAGER)
    values = given.dict() | {"colour": given.colour or ""}
    return direct(_taxonomy(taxonomies.add(project, values, by=request.user)), 201)


@router.patch("/taxonomies/{taxonomy_id}", response=TaxonomyOut)
def change_taxonomy(request: Request, taxonomy_id: Id, given: TaxonomyChange) -> HttpResponse:
    """Change a kind of annotation; what is annotated stays as it is."""
    taxonomy = sharing_notes.taxonomy_of(request.user, taxonomy_id, Role.MANAGER)
    values = given.dict(exclude_none=True, exclude={"version"})
    taxonomies.change(taxonomy, given.version, values, by=request.user)
    return direct(_taxonomy(taxonomy))


@router.delete("/taxonomies/{taxonomy_id}", response={204: None})
def remove_taxonomy(request: Request, taxonomy_id: Id) -> Status[None]:
    """Let nothing new be annotated with it; it can be brought back, annotations stay."""
    taxonomy = sharing_notes.taxonomy_of(request.user, taxonomy_id, Role.MANAGER)
    taxonomies.put(taxonomy, gone=True, by=request.user)
    return Status(204, None)


@router.post("/taxonomies/{taxonomy_id}/restore", response=TaxonomyOut)
def restore_taxonomy(request: Request, taxonomy_id: Id) -> HttpResponse:
    """Bring a removed kind of annotation back."""
    taxonomy = sharing_notes.taxonomy_of(request.user, taxonomy_id, Role.MANAGER)
    taxonomies.put(taxonomy, gone=False, by=request.user)
    return direct(_taxonomy(taxonomy))


@router.get("/pages/{page_id}/annotations", response=Listed[AnnotationOut])
def list_annotations(request: Request, page_id: Id, wanted: Query[Wanted]) -> HttpResponse:
    """The annotations of a page, oldest first."""
    found = annotating.of_page(sharing.page_of(request.user, page_id))
    if wanted.images or wanted.layer is not None:
        found = found.filter(layer=wanted.layer)
    return direct(listed(found, wanted, annotating.shape))


@router.post("/pages/{page_id}/annotations", response={201: AnnotationOut})
def add_annotation(request: Request, page_id: Id, given: AnnotationIn) -> HttpResponse:
    """Annotate a part of the image or of a text."""
    page = sharing.page_of(request.user, page_id, Role.TRANSCRIBER)
    taxonomy = sharing_notes.taxonomy_of(request.user, given.taxonomy)
    where = _span(given.text) or given.polygon or []
    made = annotating.add(page, taxonomy, where, given.values, given.comments, by=request.user)
    return direct(annotating.shape(made), 201)


@router.patch("/annotations/{annotation_id}", response=AnnotationOut)
def change_annotation(
    request: Request, annotation_id: Id, given: AnnotationChange
) -> HttpResponse:
    """Say something else of it, or move it."""
    annotation = sharing_notes.annotation_of(request.user, annotation_id, Role.TRANSCRIBER)
    annotating.change(
        annotation, given.version, where=_span(given.text) or given.polygon,
        values=given.values, comments=given.comments, by=request.user,
    )  # fmt: skip
    return direct(annotating.shape(annotation))


@router.delete("/annotations/{annotation_id}", response={204: None})
def remove_annotation(request: Request, annotation_id: Id) -> Status[None]:
    """Take an annotation away; it can be brought back."""
    annotation = sharing_notes.annotation_of(request.user, annotation_id, Role.TRANSCRIBER)
    annotating.put(annotation, gone=True, by=request.user)
    return Status(204, None)


@router.post("/annotations/{annotation_id}/restore", response=AnnotationOut)
def restore_annotation(request: Request, annotation_id: Id) -> HttpResponse:
    """Bring a removed annotation back."""
    annotation = sharing_notes.annotation_of(request.user, annotation_id, Role.TRANSCRIBER)
    annotating.put(annotation, gone=False, by=request.user)
    return direct(annotating.shape(annotation))


@router.get("/pages/{page_id}/web-annotations", response=dict[str, Any])
def export_annotations(request: Request, page_id: Id) -> HttpResponse:
    """All annotations of a page as W3C Web Annotations (JSON-LD)."""
    page = sharing.page_of(request.user, page_id)
    return direct(web_annotations.write(page, annotating.of_page(page)))


@router.post("/pages/{page_id}/web-annotations", response=Added)
def import_annotations(request: Request, page_id: Id, given: Document) -> HttpResponse:
    """Add W3C Web Annotations to a page, all of them or none; taxonomies by their names."""
    page = sharing.page_of(request.user, page_id, Role.TRANSCRIBER)
    items = web_annotations.read(given)
    found = Taxonomy.objects.filter(project=page.document.project_id, deleted_at=None)
    known = {taxonomy.name: taxonomy for taxonomy in found}
    with transaction.atomic():
        for number, one in enumerate(items, 1):
            if one.taxonomy not in known:
                name = one.taxonomy[:50]
                raise BadInput(f"Annotation {number}: the project has no taxonomy “{name}”.")
            annotating.add(
                page, known[one.taxonomy], one.where, one.values, one.comments, by=request.user
            )
    return direct({"added": len(items)})


def _span(given: SpanIn | None) -> annotating.Span | None:
    return annotating.Span(**given.dict()) if given else None


def _taxonomy(row: Taxonomy) -> dict[str, Any]:
    names = ("name", "marker", "colour", "components", "comments", "version")
    target = "image" if row.marker in Taxonomy.ON_IMAGES else "text"
    return {"id": row.pk, "target": target} | {name: getattr(row, name) for name in names}
