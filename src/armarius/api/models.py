"""Models that engines use."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from django.db.models import F, Q
from django.http import FileResponse, HttpResponse
from django.http.response import HttpResponseBase
from ninja import Query, Router, Schema, Status
from pydantic import Field

from armarius.api.answers import Id, Listed, Number, Window, direct, listed
from armarius.api.auth import Request
from armarius.errors import Forbidden
from armarius.models import AtrModel, ProjectAccess, Role
from armarius.ops import model_cards, model_files, sharing, teams, uploading

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


class Card(Schema):
    """What people say of a model, for those who choose one."""

    script: Annotated[str, Field(max_length=200)] = ""
    language: Annotated[str, Field(max_length=200)] = ""
    century: Annotated[str, Field(max_length=100)] = ""
    licence: Annotated[str, Field(max_length=200)] = ""
    description: Annotated[str, Field(max_length=20_000)] = ""


class ModelOut(Schema):
    """A model; `project` None or `public` means that everybody may use it.

    `metadata` is what its file says, `card` what people say. `manages`: you may change it.
    """

    id: int
    project: int | None
    public: bool
    owner: str | None
    manages: bool
    card: Card
    deleted_at: datetime | None
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


class ModelChange(Schema):
    """Another name or card, or whether everybody may use the model."""

    name: Annotated[str, Field(min_length=1, max_length=200)] | None = None
    card: Card | None = None
    public: bool | None = None


class ModelShareOut(Schema):
    """Somebody outside the model's project who may use it."""

    id: int
    project: int | None
    project_name: str | None
    team: int | None
    team_name: str | None
    username: str | None
    created_at: datetime


class ModelShareIn(Schema):
    """A project that you see, a team that you are in, or a person."""

    project: Number | None = None
    team: Number | None = None
    username: Annotated[str, Field(max_length=150)] = ""


class Chosen(Window):
    """Which models; `removed` shows those that can be brought back.

    `q` is looked for in the name and in what people say of the model.
    """

    project: Number | None = None
    kind: Literal["", "recognition", "segmentation"] = ""
    q: Annotated[str, Field(max_length=200)] = ""
    removed: bool = False


@router.get("/models", response=Listed[ModelOut])
def list_models(request: Request, wanted: Query[Chosen]) -> HttpResponse:
    """The models that you may use, by name."""
    found = sharing.visible_models(request.user, removed=wanted.removed)
    if wanted.project is not None:
        found = found.filter(project=wanted.project)
    if wanted.kind:
        found = found.filter(kind=wanted.kind)
    if wanted.q:
        said = Q(name__icontains=wanted.q)
        for field in Card.model_fields:
            said |= Q(**{f"card__{field}__icontains": wanted.q})
        found = found.filter(said)
    return direct(listed(found.select_related("owner"), wanted, _shapes(request)))


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
    return direct(_shapes(request)(model), 201)


@router.get("/models/{model_id}", response=ModelOut)
def get_model(request: Request, model_id: Id) -> HttpResponse:
    """One model."""
    return direct(_shapes(request)(sharing.model_of(request.user, model_id)))


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


@router.patch("/models/{model_id}", response=ModelOut)
def change_model(request: Request, model_id: Id, given: ModelChange) -> HttpResponse:
    """Change name or card, or let everybody use the model."""
    model = _managed(request, model_id)
    model_cards.change(model, given.dict(exclude_none=True), by=request.user)
    return direct(_shapes(request)(model))


@router.delete("/models/{model_id}", response={204: None})
def remove_model(request: Request, model_id: Id) -> Status[None]:
    """Take a model out of use; texts that it wrote still name it."""
    model_cards.remove(_managed(request, model_id), by=request.user)
    return Status(204, None)


@router.post("/models/{model_id}/restore", response=ModelOut)
def restore_model(request: Request, model_id: Id) -> HttpResponse:
    """Bring a removed model back."""
    return direct(_shapes(request)(model_cards.bring_back(model_id, by=request.user)))


@router.get("/models/{model_id}/shares", response=Listed[ModelShareOut])
def list_shares(request: Request, model_id: Id, window: Query[Window]) -> HttpResponse:
    """With whom a model is shared besides its project."""
    model = _managed(request, model_id)
    rows = model.shares.values(
        "id", "project", "team", "created_at",
        project_name=F("project__name"), team_name=F("team__name"), username=F("user__username"),
    )  # fmt: skip
    return direct(listed(rows, window))


@router.post("/models/{model_id}/shares", response={201: ModelShareOut})
def share_model(request: Request, model_id: Id, given: ModelShareIn) -> HttpResponse:
    """Let another project, a team or one person use a model."""
    model = _managed(request, model_id)
    project = sharing.project_of(request.user, given.project) if given.project else None
    team = teams.one_of(request.user, given.team) if given.team else None
    made = model_cards.share(
        model, project=project, team=team, username=given.username.strip(), by=request.user
    )
    row = {
        "id": made.pk,
        "project": made.project_id,
        "project_name": made.project.name if made.project else None,
        "team": made.team_id,
        "team_name": made.team.name if made.team else None,
        "username": made.user.username if made.user else None,
        "created_at": made.created_at,
    }
    return direct(row, 201)


@router.delete("/models/{model_id}/shares/{model_share_id}", response={204: None})
def revoke_share(request: Request, model_id: Id, model_share_id: Id) -> Status[None]:
    """End a share."""
    model_cards.revoke(_managed(request, model_id), model_share_id, by=request.user)
    return Status(204, None)


def _managed(request: Request, model_id: int) -> AtrModel:
    model = sharing.model_of(request.user, model_id)
    model_cards.must_manage(model, request.user)
    return model


def _shapes(request: Request) -> Callable[[AtrModel], dict[str, Any]]:
    """The form of an answer, which says too whether the user may change the model."""
    user = request.user
    managed = set(
        ProjectAccess.objects.filter(
            user=user, rank__gte=sharing.RANK[Role.MANAGER]
        ).values_list("project", flat=True)
    )

    def shape(model: AtrModel) -> dict[str, Any]:
        own = bool(model.project_id) and model.owner_id == user.pk
        return {
            "id": model.pk,
            "project": model.project_id,
            "public": model.public,
            "owner": model.owner.username if model.owner else None,
            "manages": user.is_superuser or own or model.project_id in managed,
            "card": Card(**model.card).dict(),
            "deleted_at": model.deleted_at,
            "name": model.name,
            "kind": model.kind,
            "engine": model.engine,
            "sha256": model.sha256,
            "size": model.size,
            "file_name": model.file_name,
            "metadata": model.metadata,
            "created_at": model.created_at,
        }

    return shape
