"""Layers of a document."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import HttpResponse
from ninja import Query, Router, Schema, Status

from armarius.api.answers import Id, Listed, Number, Window, direct, listed
from armarius.api.auth import Request
from armarius.api.projects import Name
from armarius.models import Role, Transcription
from armarius.ops import layers, sharing

router = Router()


class LayerOut(Schema):
    """A layer; `model` is the id of the model that made it, if one did."""

    id: int
    document: int
    name: str
    kind: str
    model: int | None
    created_at: datetime
    archived_at: datetime | None


class LayerIn(Schema):
    """A new layer, empty or a copy."""

    name: Name
    copy_of: Number | None = None


class LayerChange(Schema):
    """A new name; `archived` takes the layer out of sight or brings it back."""

    name: Name | None = None
    archived: bool | None = None


class Chosen(Window):
    """Which layers; `archived` shows those out of sight."""

    archived: bool = False


@router.get("/documents/{document_id}/layers", response=Listed[LayerOut])
def list_layers(request: Request, document_id: Id, wanted: Query[Chosen]) -> HttpResponse:
    """The layers of a document, oldest first."""
    document = sharing.document_of(request.user, document_id)
    found = Transcription.objects.filter(
        document=document, archived_at__isnull=not wanted.archived
    )
    return direct(listed(found.order_by("id"), wanted, _shape))


@router.post("/documents/{document_id}/layers", response={201: LayerOut})
def create_layer(request: Request, document_id: Id, given: LayerIn) -> HttpResponse:
    """Make a layer."""
    document = sharing.document_of(request.user, document_id, Role.TRANSCRIBER)
    copy_of = sharing.layer_of(request.user, given.copy_of) if given.copy_of else None
    layer = layers.create(document, given.name, by=request.user, copy_of=copy_of)
    return direct(_shape(layer), 201)


@router.patch("/layers/{layer_id}", response=LayerOut)
def change_layer(request: Request, layer_id: Id, given: LayerChange) -> HttpResponse:
    """Rename a layer, archive it or bring it back."""
    layer = sharing.layer_of(request.user, layer_id, Role.MANAGER)
    if given.name is not None:
        layers.rename(layer, given.name, by=request.user)
    if given.archived is not None:
        (layers.archive if given.archived else layers.bring_back)(layer, by=request.user)
    return direct(_shape(layer))


@router.delete("/layers/{layer_id}", response={204: None})
def archive_layer(request: Request, layer_id: Id) -> Status[None]:
    """Archive a layer: its texts stay, and it can be brought back."""
    layers.archive(sharing.layer_of(request.user, layer_id, Role.MANAGER), by=request.user)
    return Status(204, None)


def _shape(layer: Transcription) -> dict[str, Any]:
    return {
        "id": layer.pk,
        "document": layer.document_id,
        "name": layer.name,
        "kind": layer.kind,
        "model": layer.model_id,
        "created_at": layer.created_at,
        "archived_at": layer.archived_at,
    }
