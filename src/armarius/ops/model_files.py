"""Model files: let in by the gate, kept under their SHA-256, handed out again."""

from __future__ import annotations

import hashlib
import logging
import os
import shutil
import uuid
from dataclasses import asdict
from pathlib import Path

from django.db import connection, transaction

from armarius import config
from armarius.engines import ModelInfo, gate
from armarius.errors import BadInput, Unavailable
from armarius.models import AtrModel, Project, User

BLOCK = 1 << 20
_LOCK = 0x6D6F6466  # "modf"

log = logging.getLogger(__name__)


def add(
    file: Path, file_name: str, name: str, *, project: Project | None, by: User | None
) -> AtrModel:
    """Examine a model file without loading it, keep it, and return its row.

    The same file in the same project gives the same row.

    Args:
        file: where it lies; it is copied.
        file_name: how the user calls it, for messages and downloads.
        name: shown in lists; empty: what the file says, or its name.
        project: who may use it; None for everybody, which only administrators give.
        by: its owner, None for what comes with Armarius.

    Raises:
        BadInput: not a model of an accepted format, or damaged.
    """
    info = gate.examine(file, file_name)
    shown = name or info.name or Path(file_name).stem
    with transaction.atomic():
        guard(info.sha256)
        return _add(file, file_name, info, shown, project, by)


def _add(
    file: Path,
    file_name: str,
    info: ModelInfo,
    shown: str,
    project: Project | None,
    by: User | None,
) -> AtrModel:
    known = AtrModel.objects.filter(
        project=project, sha256=info.sha256, deleted_at=None
    ).first()
    if known is not None:
        return known
    _keep(file, info.sha256)
    model = AtrModel.objects.create(
        project=project,
        owner=by,
        name=shown[:200],
        kind=info.kind,
        engine=info.engine,
        sha256=info.sha256,
        size=info.size,
        file_name=Path(file_name).name[:255],
        metadata=asdict(info),
    )
    log.info("model %d: added by %s", model.pk, f"user {by.pk}" if by else "Armarius")
    return model


def guard(sha256: str) -> None:
    """Wait for whoever adds or removes the file with this hash; held until the transaction ends."""
    with connection.cursor() as cursor:
        number = int(sha256[:8], 16) - (1 << 31)
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [_LOCK, number])


def path(model: AtrModel) -> Path:
    """The model's file, with the bytes that were let in.

    Raises:
        BadInput: the engine brings this model along, so there is no file.
        Unavailable: the file is missing or its bytes have changed.
    """
    if not model.sha256:
        raise BadInput(
            f"The model “{model.name}” comes with its engine; there is no file of it."
        )
    file = place(model.sha256)
    try:
        same = _sha256(file) == model.sha256
    except OSError:
        same = False
    if not same:
        log.error("model %d: the file %s is missing or has changed", model.pk, file)
        raise Unavailable(
            f"The file of the model “{model.name}” is missing or damaged. "
            "Ask the administrator to restore it from a backup."
        )
    return file


def place(sha256: str) -> Path:
    """Where the file with this hash lies, or would."""
    return config.home() / "files" / sha256[:2] / sha256


def _keep(file: Path, sha256: str) -> None:
    final = place(sha256)
    if final.exists() and _sha256(final) == sha256:
        return
    final.parent.mkdir(parents=True, exist_ok=True)
    draft = final.with_name(f"{sha256}.{uuid.uuid4().hex}.new")
    try:
        with file.open("rb") as source, draft.open("wb") as target:
            shutil.copyfileobj(source, target, BLOCK)
            target.flush()
            os.fsync(target.fileno())
        if _sha256(draft) != sha256:
            raise BadInput("The model file changed while it was read. Upload it again.")
        draft.rename(final)
        _sync(final.parent)
    finally:
        draft.unlink(missing_ok=True)


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _sha256(file: Path) -> str:
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
