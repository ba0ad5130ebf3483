"""Projects: made, renamed, taken away and brought back. Sharing them is in `members`."""

from __future__ import annotations

import logging

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from armarius.errors import Conflict, NotFound
from armarius.models import Membership, Project, Role, User
from armarius.ops import members, news
from armarius.ops.sharing import RANK

log = logging.getLogger(__name__)


def create(name: str, description: str = "", guidelines: str = "", *, by: User) -> Project:
    """A new project that `by` owns."""
    with transaction.atomic():
        project = Project.objects.create(
            name=name, description=description, guidelines=guidelines
        )
        Membership.objects.create(project=project, user=by, role=Role.OWNER)
        members.tell([project.pk], [by.pk])
    log.info("project %d: created by user %d", project.pk, by.pk)
    return project


def change(project: Project, version: int, values: dict[str, str], *, by: User) -> None:
    """Write name, description and guidelines, if nobody else did since `version` was read.

    Raises:
        Conflict: somebody did; the error says what is stored now.
    """
    with transaction.atomic():
        done = Project.objects.filter(pk=project.pk, version=version).update(
            **values, version=F("version") + 1, updated_at=timezone.now()
        )
        if not done:
            now = {"id": project.pk, "version": project.version, "name": project.name}
            raise Conflict("Somebody changed this project meanwhile. Load it again.", [now])
        news.tell(project.pk, "project", {"project": project.pk})
    log.info("project %d: changed by user %d", project.pk, by.pk)


def remove(project: Project, *, by: User) -> None:
    """Take the project away from everybody; `bring_back` undoes it."""
    Project.objects.filter(pk=project.pk).update(deleted_at=timezone.now())
    log.info("project %d: removed by user %d", project.pk, by.pk)


def bring_back(project_id: int, *, by: User) -> Project:
    """Undo `remove`.

    Raises:
        NotFound: there is no removed project that `by` owns.
    """
    found = Project.objects.exclude(deleted_at=None).filter(pk=project_id)
    if not by.is_superuser:
        found = found.filter(accesses__user=by, accesses__rank=RANK[Role.OWNER])
    project = found.first()
    if project is None:
        raise NotFound(f"There is no removed project {project_id} of yours.")
    with transaction.atomic():
        Project.objects.filter(pk=project_id).update(deleted_at=None)
        members.tell([project_id], [by.pk])
    log.info("project %d: brought back by user %d", project_id, by.pk)
    return project
