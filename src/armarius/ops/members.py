"""Sharing: projects and documents with persons and teams, in a role, until it is revoked.

Nobody gives a role above their own, nor changes one. A project keeps an owner who is a person.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from typing import Any

from django.db import IntegrityError, transaction

from armarius.errors import BadInput, Forbidden, NotFound
from armarius.models import (
    Document,
    DocumentShare,
    Membership,
    Project,
    Role,
    Team,
    TeamMember,
    User,
)
from armarius.ops import news, noticing
from armarius.ops.sharing import RANK, role_on

log = logging.getLogger(__name__)


def add(project: Project, who: User | Team, role: Role, *, by: User) -> Membership:
    """Share the project with a person or a team.

    Raises:
        BadInput: they are in it already.
        Forbidden: the role is above one's own.
    """
    _not_above(project, role)
    try:
        with transaction.atomic():
            member = Membership.objects.create(project=project, role=role, **_part(who))
            tell([project.pk], people_of([who]))
            _notice(who, by, project.name, {"project": project.pk, "role": role})
    except IntegrityError:
        raise BadInput(f"“{who}” is a member already. Change the role instead.") from None
    log.info("project %d: %s added as %s by user %d", project.pk, _name(who), role, by.pk)
    return member


def change_role(project: Project, who: User | Team, role: Role, *, by: User) -> Membership:
    """Give a person or a team another role.

    Raises:
        NotFound: they are not in the project.
        Forbidden: the old or the new role is above one's own.
        BadInput: the project would have no owner left.
    """
    _not_above(project, role)
    with transaction.atomic():
        member = _member(project, who)
        if member.role == Role.OWNER and role != Role.OWNER:
            _keep_an_owner(project, who)
        member.role = role
        member.save(update_fields=["role"])
        tell([project.pk], people_of([who]))
    log.info("project %d: %s is %s, by user %d", project.pk, _name(who), role, by.pk)
    return member


def remove(project: Project, who: User | Team, *, by: User) -> None:
    """End a membership; what people wrote stays. Everybody may leave.

    Raises:
        NotFound: they are not in the project.
        Forbidden: the role is above one's own, or one may not put anybody out.
        BadInput: the project would have no owner left.
    """
    if who != by and RANK[role_on(project)] < RANK[Role.MANAGER]:
        raise Forbidden("Only managers and owners end other people's membership.")
    with transaction.atomic():
        member = _member(project, who)
        if member.role == Role.OWNER:
            _keep_an_owner(project, who)
        member.delete()
        tell([project.pk], people_of([who]))
    log.info("project %d: %s removed by user %d", project.pk, _name(who), by.pk)


def share(document: Document, who: User | Team, role: Role, *, by: User) -> DocumentShare:
    """Share one document, or change the role in which it is shared.

    Raises:
        BadInput: a document has no owners of its own.
        Forbidden: the role is above one's own.
    """
    if role == Role.OWNER:
        raise BadInput("A document belongs to its project's owners. Choose another role.")
    if RANK[role] > RANK[role_on(document)]:
        raise Forbidden(f"The role {role.value} is above yours. Ask a manager.")
    with transaction.atomic():
        shared, new = DocumentShare.objects.update_or_create(
            document=document, **_part(who), defaults={"role": role}
        )
        tell([document.project_id], people_of([who]))
        if new:
            _notice(who, by, document.name, {"document": document.pk, "role": role})
    log.info("document %d: %s is %s, by user %d", document.pk, _name(who), role, by.pk)
    return shared


def unshare(document: Document, share_id: int, *, by: User) -> None:
    """Revoke the share of a document.

    Raises:
        NotFound: there is no such share.
    """
    found = document.shares.select_related("user", "team").filter(pk=share_id).first()
    if found is None:
        raise NotFound(f"The document has no share {share_id}.")
    with transaction.atomic():
        who = found.user or found.team
        found.delete()
        if who is not None:
            tell([document.project_id], people_of([who]))
    log.info("document %d: share %d revoked by user %d", document.pk, share_id, by.pk)


def person_named(username: str) -> User:
    """Somebody to share with.

    Raises:
        BadInput: there is no such person.
    """
    user = User.objects.filter(username=username, is_active=True).first()
    if user is None:
        raise BadInput(f"There is no user “{username}”. Check the spelling of the user name.")
    return user


def people_of(parties: Iterable[User | Team]) -> list[int]:
    """The ids of persons, and of everybody in the teams."""
    parties = list(parties)
    teams = [one.pk for one in parties if isinstance(one, Team)]
    inside = TeamMember.objects.filter(team__in=teams).values_list("user_id", flat=True)
    return [one.pk for one in parties if isinstance(one, User)] + (
        list(inside) if teams else []
    )


def tell(projects: Iterable[int], people: list[int]) -> None:
    """News that people's places in projects have changed: their streams look again."""
    for project in projects:
        news.tell(project, "project", {"project": project, "users": people})


def _notice(who: User | Team, by: User, what: str, more: dict[str, Any]) -> None:
    people = [one for one in people_of([who]) if one != by.pk]
    noticing.notice(people, "shared", {"by": by.full_name or by.username, "what": what, **more})


def _part(who: User | Team) -> dict[str, Any]:
    return {"team" if isinstance(who, Team) else "user": who}


def _name(who: User | Team) -> str:
    return f"{'team' if isinstance(who, Team) else 'user'} {who.pk}"


def _member(project: Project, who: User | Team) -> Membership:
    """The membership, with all memberships of the project held until the transaction ends."""
    members = Membership.objects.select_for_update().filter(project=project).order_by("id")
    key = "team_id" if isinstance(who, Team) else "user_id"
    for member in members:
        if getattr(member, key) == who.pk:
            _not_above(project, Role(member.role))
            return member
    raise NotFound(f"{_name(who).capitalize()} is not a member of this project.")


def _not_above(project: Project, role: Role) -> None:
    if RANK[role] > RANK[role_on(project)]:
        raise Forbidden(f"The role {role.value} is above yours. Ask an owner.")


def _keep_an_owner(project: Project, who: User | Team) -> None:
    owners = Membership.objects.filter(project=project, role=Role.OWNER).exclude(user=None)
    if isinstance(who, User) and not owners.exclude(user=who).exists():
        raise BadInput("A project needs an owner. Make somebody else owner first.")
