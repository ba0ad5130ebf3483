"""Teams: made, renamed, joined, left, handed on and dissolved.

The owner puts people in and out; everybody else may leave. What is shared with a team is shared
with whoever is in it at the time.
"""

from __future__ import annotations

import logging

from django.db import IntegrityError, transaction
from django.db.models import Count, QuerySet

from armarius.errors import BadInput, Forbidden, NotFound
from armarius.models import DocumentShare, Membership, Team, TeamMember, User
from armarius.ops import members, noticing

log = logging.getLogger(__name__)


def visible(user: User) -> QuerySet[Team]:
    """The user's teams, for administrators all; with the number of `people`."""
    # Counting loses the order that the model states.
    found = Team.objects.select_related("owner").annotate(size=Count("people"))
    found = found.order_by("name", "id")
    if not user.is_superuser:
        found = found.filter(pk__in=TeamMember.objects.filter(user=user).values("team"))
    return found


def one_of(user: User, team_id: int) -> Team:
    """The team, if the user is in it.

    Raises:
        NotFound: there is none, or the user is not in it.
    """
    found = visible(user).filter(pk=team_id).first()
    if found is None:
        raise NotFound(f"There is no team {team_id}, or you are not in it.")
    return found


def owned(user: User, team_id: int) -> Team:
    """The team, if the user owns it (or is administrator).

    Raises:
        NotFound: as `one_of`.
        Forbidden: somebody else owns it.
    """
    team = one_of(user, team_id)
    if team.owner_id != user.pk and not user.is_superuser:
        raise Forbidden(f"The team belongs to {team.owner.username}. Ask them.")
    return team


def create(name: str, *, by: User) -> Team:
    """A new team that `by` owns and is in."""
    with transaction.atomic():
        team = Team.objects.create(name=name, owner=by)
        TeamMember.objects.create(team=team, user=by)
    log.info("team %d: created by user %d", team.pk, by.pk)
    return team


def rename(team: Team, name: str, *, by: User) -> None:
    """Give the team another name."""
    Team.objects.filter(pk=team.pk).update(name=name)
    log.info("team %d: renamed by user %d", team.pk, by.pk)


def delete(team: Team, *, by: User) -> None:
    """Dissolve the team: what was shared with it is no longer shared with its people."""
    with transaction.atomic():
        people, projects = members.people_of([team]), projects_of(team)
        team.delete()
        members.tell(projects, people)
    log.info("team %d: deleted by user %d", team.pk, by.pk)


def add(team: Team, user: User, *, by: User) -> None:
    """Put a person into the team.

    Raises:
        BadInput: they are in it already.
    """
    try:
        with transaction.atomic():
            TeamMember.objects.create(team=team, user=user)
            members.tell(projects_of(team), [user.pk])
            told = {"by": by.full_name or by.username, "what": team.name, "team": team.pk}
            noticing.notice([user.pk], "team", told)
    except IntegrityError:
        raise BadInput(f"“{user.username}” is in the team already.") from None
    log.info("team %d: user %d added by user %d", team.pk, user.pk, by.pk)


def remove(team: Team, user_id: int, *, by: User) -> None:
    """Take a person out of the team; everybody may leave.

    Raises:
        Forbidden: it is neither oneself nor one's own team.
        BadInput: the owner cannot go before somebody else owns the team.
        NotFound: they are not in it.
    """
    if by.pk not in (user_id, team.owner_id) and not by.is_superuser:
        raise Forbidden("Only the team's owner puts others out of it.")
    if user_id == team.owner_id:
        raise BadInput("The owner cannot leave the team. Hand it on or delete it.")
    with transaction.atomic():
        if not TeamMember.objects.filter(team=team, user=user_id).delete()[0]:
            raise NotFound(f"User {user_id} is not in this team.")
        members.tell(projects_of(team), [user_id])
    log.info("team %d: user %d removed by user %d", team.pk, user_id, by.pk)


def hand_on(team: Team, user_id: int, *, by: User) -> None:
    """Make somebody of the team its owner; the old one stays in it.

    Raises:
        NotFound: they are not in it.
    """
    if not TeamMember.objects.filter(team=team, user=user_id, user__is_active=True).exists():
        raise NotFound(f"User {user_id} is not in this team.")
    Team.objects.filter(pk=team.pk).update(owner=user_id)
    log.info("team %d: handed on to user %d by user %d", team.pk, user_id, by.pk)


def projects_of(team: Team) -> list[int]:
    """The projects in which people have a place through the team."""
    whole = Membership.objects.filter(team=team).values_list("project_id", flat=True)
    parts = DocumentShare.objects.filter(team=team)
    return sorted({*whole, *parts.values_list("document__project_id", flat=True)})
