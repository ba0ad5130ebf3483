"""Projects: made, renamed, shared, taken away and brought back."""

from __future__ import annotations

import logging

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone

from armarius.errors import BadInput, Conflict, Forbidden, NotFound
from armarius.models import Membership, Project, Role, User
from armarius.ops import news
from armarius.ops.sharing import RANK, role_on

log = logging.getLogger(__name__)


def create(name: str, description: str = "", *, by: User) -> Project:
    """A new project that `by` owns."""
    with transaction.atomic():
        project = Project.objects.create(name=name, description=description)
        Membership.objects.create(project=project, user=by, role=Role.OWNER)
        _tell(project.pk, by.pk)
    log.info("project %d: created by user %d", project.pk, by.pk)
    return project


def change(project: Project, version: int, values: dict[str, str], *, by: User) -> None:
    """Write name and description, if nobody else did since `version` was read.

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
        found = found.filter(memberships__user=by, memberships__role=Role.OWNER)
    project = found.first()
    if project is None:
        raise NotFound(f"There is no removed project {project_id} of yours.")
    with transaction.atomic():
        Project.objects.filter(pk=project_id).update(deleted_at=None)
        _tell(project_id, by.pk)
    log.info("project %d: brought back by user %d", project_id, by.pk)
    return project


def add_member(project: Project, username: str, role: Role, *, by: User) -> Membership:
    """Share the project with a person.

    Raises:
        BadInput: there is no such user, or they are a member already.
        Forbidden: the role is above one's own.
    """
    _not_above(project, role)
    user = User.objects.filter(username=username, is_active=True).first()
    if user is None:
        raise BadInput(f"There is no user “{username}”. Check the spelling of the user name.")
    try:
        with transaction.atomic():
            member = Membership.objects.create(project=project, user=user, role=role)
            _tell(project.pk, user.pk)
    except IntegrityError:
        raise BadInput(f"“{username}” is a member already. Change the role instead.") from None
    log.info("project %d: user %d added as %s by user %d", project.pk, user.pk, role, by.pk)
    return member


def change_role(project: Project, user_id: int, role: Role, *, by: User) -> Membership:
    """Give a member another role.

    Raises:
        NotFound: the user is no member.
        Forbidden: the old or the new role is above one's own.
        BadInput: the project would have no owner left.
    """
    _not_above(project, role)
    with transaction.atomic():
        member = _member(project, user_id)
        if member.role == Role.OWNER and role != Role.OWNER:
            _keep_an_owner(project, user_id)
        member.role = role
        member.save(update_fields=["role"])
        _tell(project.pk, user_id)
    log.info("project %d: user %d is %s, by user %d", project.pk, user_id, role, by.pk)
    return member


def remove_member(project: Project, user_id: int, *, by: User) -> None:
    """End a person's membership; what they wrote stays. Everybody may leave.

    Raises:
        NotFound: the user is no member.
        Forbidden: the user's role is above one's own.
        BadInput: the project would have no owner left.
    """
    if user_id != by.pk and RANK[role_on(project)] < RANK[Role.MANAGER]:
        raise Forbidden("Only managers and owners end other people's membership.")
    with transaction.atomic():
        member = _member(project, user_id)
        if member.role == Role.OWNER:
            _keep_an_owner(project, user_id)
        member.delete()
        _tell(project.pk, user_id)
    log.info("project %d: user %d removed by user %d", project.pk, user_id, by.pk)


def _tell(project_id: int, user_id: int) -> None:
    """News that a person's place in the project has changed: their streams look again."""
    news.tell(project_id, "project", {"project": project_id, "user": user_id})


def _member(project: Project, user_id: int) -> Membership:
    """The membership, with all memberships of the project held until the transaction ends."""
    members = Membership.objects.select_for_update().filter(project=project).order_by("id")
    for member in members:
        if member.user_id == user_id:
            _not_above(project, Role(member.role))
            return member
    raise NotFound(f"User {user_id} is not a member of this project.")


def _not_above(project: Project, role: Role) -> None:
    if RANK[role] > RANK[role_on(project)]:
        raise Forbidden(f"The role {role.value} is above yours. Ask an owner.")


def _keep_an_owner(project: Project, user_id: int) -> None:
    owners = Membership.objects.filter(project=project, role=Role.OWNER)
    if not owners.exclude(user_id=user_id).exists():
        raise BadInput("A project needs an owner. Make somebody else owner first.")
