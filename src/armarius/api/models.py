"""Models that engines use."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from django.http import FileResponse, HttpResponse
from django.http.response import HttpResponseBase
from ninja import Query, Router, Schema, Status
from pydantic import Field

from armarius.api.answers import Id, Listed, Number, Window, direct, listed
from armarius.api.auth import Request
from armarius.errors import Forbidden
from armarius.models import AtrModel, Role
from armarius.ops import model_files, sharing, uploading

router = Router()
FILE: dict[str, Any] = {
    "responses": {
        200: {
            "description": "The model file, as it was uploaded.",
            "content": {
                "application/octet-stream": {"schema": {"type": "string", "format": "binary"}}
            },
        }
    }
}


class ModelOut(Schema):
    """A model; `project` None means that everybody may use it. `metadata` is what its file says."""

    id: int
    project: int | None
    name: str
    kind: str
    engine: str
    sha256: str
    size: int
    file_name: str
    metadata: dict[str, Any]
    created_at: datetime


class ModelIn(Schema):
    """A complete upload that is a model file; without a project it is for everybody."""

    upload: UUID
    project: Number | None = None
    name: Annotated[str, Field(max_length=200)] = ""


class Chosen(Window):
    """Which models."""

    project: Number | None = None
    kind: Literal["", "recognition", "segmentation"] = ""


@router.get("/models", response=Listed[ModelOut])
def list_models(request: Request, wanted: Query[Chosen]) -> HttpResponse:
    """The models that you may use, by name."""
    found = sharing.visible_models(request.user)
    if wanted.project is not None:
        found = found.filter(project=wanted.project)
    if wanted.kind:
        found = found.filter(kind=wanted.kind)
    return direct(listed(found, wanted, _shape))


@router.post("/models", response={201: ModelOut})
def add_model(request: Request, given: ModelIn) -> HttpResponse:
    """Add a model from an upload; .safetensors and Kraken's .mlmodel, decided by content."""
    project = None
    if given.project is not None:
        project = sharing.project_of(request.user, given.project, Role.MANAGER)
    elif not request.user.is_superuser:
        raise Forbidden(
            "Only administrators add models for everybody. Name a project of yours."
        )
    (upload,) = uploading.whole([given.upload], by=request.user)
    model = model_files.add(
        uploading.path(upload), upload.name, given.name, project=project, by=request.user
    )
    uploading.remove([upload])
    return direct(_shape(model), 201)


@router.get("/models/{model_id}", response=ModelOut)
def get_model(request: Request, model_id: Id) -> HttpResponse:
    """One model."""
    return direct(_shape(sharing.model_of(request.user, model_id)))


@router.get("/models/{model_id}/file", openapi_extra=FILE)
def get_file(request: Request, model_id: Id) -> HttpResponseBase:
    """The model's file, checked against its hash."""
    model = sharing.model_of(request.user, model_id)
    file = model_files.path(model)
    answer = FileResponse(
        file.open("rb"),
        as_attachment=True,
        filename=model.file_name or f"{model.sha256}.bin",
        content_type="application/octet-stream",
    )
    answer["ETag"] = f'"{model.sha256}"'
    return answer


@router.delete("/models/{model_id}", response={204: None})
def remove_model(request: Request, model_id: Id) -> Status[None]:
    """Take a model out of use; texts that it wrote still name it."""
    model = sharing.model_of(request.user, model_id)
    if model.project_id is not None:
        sharing.project_of(request.user, model.project_id, Role.MANAGER)
    elif not request.user.is_superuser:
        raise Forbidden("Only administrators remove models that are for everybody.")
    model_files.remove(model, by=request.user)
    return Status(204, None)


def _shape(model: AtrModel) -> dict[str, Any]:
    return {
        "id": model.pk,
        "project": model.project_id,
        "name": model.name,
        "kind": model.kind,
        "engine": model.engine,
        "sha256": model.sha256,
        "size": model.size,
        "file_name": model.file_name,
        "metadata": model.metadata,
        "created_at": model.created_at,
    }
