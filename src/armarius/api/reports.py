"""Documents and projects in numbers."""

from __future__ import annotations

from datetime import date

from django.http import HttpResponse
from ninja import Query, Router, Schema

from armarius.api.answers import Id, Number, direct
from armarius.api.auth import Request
from armarius.errors import NotFound
from armarius.models import Transcription
from armarius.ops import reports, sharing

router = Router()


class States(Schema):
    """Numbers of pages by how far they are; each is counted once."""

    pages: int
    imported: int
    segmented: int
    recognised: int


class LayerFacts(Schema):
    """A layer: how many lines have a text in it, and how many of these are checked."""

    id: int
    name: str
    document_name: str
    amount: int
    checked: int


class TypeFacts(Schema):
    """A type of regions or lines, and how many there are; the empty name is for those without."""

    kind: str
    name: str
    amount: int


class Edits(Schema):
    """How many texts somebody wrote on a day, and on how many lines."""

    day: date
    name: str
    edits: int
    lines: int


class PersonFacts(Schema):
    """Somebody's edits over all days."""

    name: str
    edits: int
    days: int


class Report(Schema):
    """A document or project in numbers."""

    states: States
    lines: int
    layers: list[LayerFacts]
    types: list[TypeFacts]
    edits: list[Edits]
    people: list[PersonFacts]


class CharacterFacts(Schema):
    """A character and how often it is used."""

    character: str
    code: str
    name: str
    amount: int


class Characters(Schema):
    """The characters of a layer, the most frequent first."""

    characters: list[CharacterFacts]


class OfLayer(Schema):
    """Whose texts."""

    layer: Number


@router.get("/documents/{document_id}/report", response=Report)
def report_document(request: Request, document_id: Id) -> HttpResponse:
    """Pages by state, layers, types, and who did what in a document."""
    return direct(reports.document(sharing.document_of(request.user, document_id)))


@router.get("/projects/{project_id}/report", response=Report)
def report_project(request: Request, project_id: Id) -> HttpResponse:
    """The same over all documents of a project."""
    return direct(reports.project(sharing.project_of(request.user, project_id)))


@router.get("/documents/{document_id}/characters", response=Characters)
def count_characters(request: Request, document_id: Id, wanted: Query[OfLayer]) -> HttpResponse:
    """The characters of a layer with their numbers; `page-ids?holds=` finds their pages."""
    document = sharing.document_of(request.user, document_id)
    layer = Transcription.objects.filter(document=document, pk=wanted.layer).first()
    if layer is None:
        raise NotFound(f"{document.name} has no layer {wanted.layer}.")
    return direct({"characters": reports.characters(layer)})
