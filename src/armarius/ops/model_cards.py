"""What people say of a model, and whom they let use it."""

from __future__ import annotations

import logging
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from armarius.errors import BadInput, Forbidden, NotFound
from armarius.models import AtrModel, ModelShare, Project, Role, Team, User
from armarius.ops import model_files, sharing

log = logging.getLogger(__name__)


def must_manage(model: AtrModel, user: User) -> None:
    """Its owner and the managers of its project change a model, administrators every one.

    Raises:
        Forbidden: the user is none of them.
    """
    if user.is_superuser or (model.project_id and model.owner_id == user.pk):
        return
    if model.project_id is None:
        raise Forbidden("Only administrators change models that are for everybody.")
    if not _manages(model, user):
        raise Forbidden("Only the model’s owner and managers of its project change it.")


def change(model: AtrModel, values: dict[str, Any], *, by: User) -> None:
    """Write name, card or whether everybody may use it."""
    for field, value in values.items():
        setattr(model, field, value)
    model.save(update_fields=list(values) or None)
    log.info("model %d: changed by user %d", model.pk, by.pk)


def share(
    model: AtrModel,
    *,
    project: Project | None = None,
    team: Team | None = None,
    username: str = "",
    by: User,
) -> ModelShare:
    """Let all of a project, a team, or one person use the model.

    Raises:
        BadInput: no such person, not one of the three given, or shared already.
    """
    if [project is not None, team is not None, bool(username)].count(True) != 1:
        raise BadInput("Name one project, one team or one person to share the model with.")
    user = None
    if username:
        user = User.objects.filter(username=username, is_active=True).first()
        if user is None:
            raise BadInput(
                f"There is no user “{username}”. Check the spelling of the user name."
            )
    try:
        with transaction.atomic():
            made = ModelShare.objects.create(model=model, project=project, team=team, user=user)
    except IntegrityError:
        raise BadInput("The model is shared there already.") from None
    log.info("model %d: shared by user %d", model.pk, by.pk)
    return made


def revoke(model: AtrModel, share_id: int, *, by: User) -> None:
    """End a share; what was recognised with the model stays.

    Raises:
        NotFound: the model has no such share.
    """
    gone, _ = ModelShare.objects.filter(model=model, pk=share_id).delete()
    if not gone:
        raise NotFound(f"The model “{model.name}” has no share {share_id}.")
    log.info("model %d: share %d ended by user %d", model.pk, share_id, by.pk)


def remove(model: AtrModel, *, by: User) -> None:
    """Take the model out of lists; what it recognised still names it. `bring_back` undoes it."""
    AtrModel.objects.filter(pk=model.pk).update(deleted_at=timezone.now())
    log.info("model %d: removed by user %d", model.pk, by.pk)


def bring_back(model_id: int, *, by: User) -> AtrModel:
    """Undo `remove`.

    Raises:
        NotFound: there is no such removed model, it is not the user's to manage, or its file is gone for good.
    """
    model = AtrModel.objects.exclude(deleted_at=None).filter(pk=model_id).first()
    if model is None or not (by.is_superuser or _manages(model, by)):
        raise NotFound(f"There is no removed model {model_id} of yours.")
    with transaction.atomic():
        if model.sha256:
            model_files.guard(model.sha256)
            if not model_files.place(model.sha256).exists():
                raise NotFound(
                    f"The file of the model “{model.name}” was removed for good. Upload it again."
                )
        AtrModel.objects.filter(pk=model_id).update(deleted_at=None)
    model.deleted_at = None
    log.info("model %d: brought back by user %d", model_id, by.pk)
    return model


def _manages(model: AtrModel, user: User) -> bool:
    try:
        sharing.project_of(user, model.project_id or 0, Role.MANAGER)
    except (NotFound, Forbidden):
        return False
    return True
