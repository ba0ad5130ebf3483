"""Models that engines use: taken in through the gate, kept under their SHA-256, checked before use."""

from __future__ import annotations

import dataclasses
import logging
import os
import shutil
import uuid
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils import timezone

from armarius import config
from armarius.engines import ModelInfo, gate
from armarius.errors import BadInput, NotFound
from armarius.models import AtrModel, Project, User

log = logging.getLogger(__name__)

BUILT_IN = "blla (Kraken’s default)"
SAMPLE = "Armarius sample"
DIRECTION = {AtrModel.Kind.RECOGNITION: "reads text", AtrModel.Kind.SEGMENTATION: "finds lines"}


def add(
    file: Path, *, by: User | None, project: Project | None, name: str = "", file_name: str = ""
) -> AtrModel:
    """Take in a model file; the same file in the same project is the same model.

    Args:
        file: the file; it is copied.
        by: who brings it.
        project: whose members may use it; None for everybody on the instance.
        name: what to call it; default is what the file says, else its name.
        file_name: how the user knows the file.

    Raises:
        BadInput: it is no model, or not of a kind that is accepted.
    """
    shown = file_name or file.name
    info = gate.examine(file, shown)
    if info.kind not in AtrModel.Kind.values:
        raise BadInput(f"{shown} is neither a recognition nor a segmentation model.")
    _keep(file, info.sha256)
    with transaction.atomic():
        found = AtrModel.objects.filter(project=project, sha256=info.sha256, deleted_at=None)
        model = found.first()
        if model is not None:
            return model
        model = AtrModel.objects.create(
            project=project,
            owner=by,
            name=(name.strip() or info.name or Path(shown).stem)[:200],
            kind=info.kind,
            engine=info.engine,
            sha256=info.sha256,
            size=info.size,
            file_name=Path(shown).name[-255:],
            metadata=_metadata(info),
        )
    log.info("model %d: %s %s added", model.pk, model.kind, model.sha256[:12])
    return model


def delete(model: AtrModel, *, by: User) -> None:
    """Take the model out of the lists. Its row and its file stay: texts name it as their author."""
    AtrModel.objects.filter(pk=model.pk, deleted_at=None).update(deleted_at=timezone.now())
    log.info("model %d: deleted by user %d", model.pk, by.pk)


def path(model: AtrModel) -> Path | None:
    """Where the model's file lies; None for one that its engine brings along.

    Raises:
        NotFound: the file is gone.
    """
    if not model.sha256:
        return None
    place = _place(model.sha256)
    if not place.exists():
        raise NotFound(f"The file of the model “{model}” is gone. Upload it again.")
    return place


def checked(model: AtrModel) -> Path | None:
    """The model's file after its hash was checked; call it before every use.

    Raises:
        NotFound: the file is gone.
        BadInput: it was changed or damaged.
    """
    place = path(model)
    if place is not None and gate.sha256(place) != model.sha256:
        raise BadInput(
            f"The file of the model “{model}” was changed or damaged. Upload it again."
        )
    return place


def must_be(model: AtrModel, kind: AtrModel.Kind) -> None:
    """Refuse a model of the other kind.

    Raises:
        BadInput: it is not of that kind, or was deleted.
    """
    if model.deleted_at is not None:
        raise BadInput(f"The model “{model}” was deleted. Choose another one.")
    if model.kind != kind:
        raise BadInput(
            f"“{model}” is a {model.kind} model: it {DIRECTION[AtrModel.Kind(model.kind)]}. "
            f"Choose a {kind.value} model."
        )


def built_in() -> AtrModel:
    """The segmentation model that Kraken brings along."""
    model, _ = AtrModel.objects.get_or_create(
        project=None, kind=AtrModel.Kind.SEGMENTATION, engine="kraken", sha256="",
        defaults={"name": BUILT_IN},
    )  # fmt: skip
    return model


def offer_built_in() -> list[AtrModel]:
    """Offer to everybody what needs no upload: Kraken's segmentation and our sample model."""
    offered = [built_in()]
    sample = Path(__file__).parents[1] / "sample" / "armarius-sample.safetensors"
    if sample.exists():
        offered.append(add(sample, by=None, project=None, name=SAMPLE))
    return offered


def _metadata(info: ModelInfo) -> dict[str, Any]:
    known = dataclasses.asdict(info)
    return {
        name: known[name]
        for name in ("format", "type", "alphabet", "height", "accuracy", "tasks", "classes", "needs")
    }  # fmt: skip


def _place(sha256: str) -> Path:
    return config.home() / "files" / sha256[:2] / sha256


def _keep(file: Path, sha256: str) -> None:
    """Copy the file under its hash; it has its final name only when it is whole and synced."""
    final = _place(sha256)
    if final.exists():
        return
    final.parent.mkdir(parents=True, exist_ok=True)
    room = config.home() / "files" / "tmp"
    room.mkdir(parents=True, exist_ok=True)
    draft = room / uuid.uuid4().hex
    try:
        shutil.copyfile(file, draft)
        if gate.sha256(draft) != sha256:
            raise BadInput("The model changed while it was read. Upload it again.")
        for place in (draft, final.parent):
            number = os.open(place, os.O_RDONLY)
            os.fsync(number)
            os.close(number)
        draft.rename(final)
    finally:
        draft.unlink(missing_ok=True)
