"""Teams and who is in them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Any

from django.http import HttpResponse
from ninja import Query, Router, Schema, Status
from pydantic import Field

from armarius.api.answers import Id, Listed, Number, Window, direct, listed
from armarius.api.auth import Request
from armarius.api.people import Person, person
from armarius.models import Team
from armarius.ops import members, teams

router = Router()


class TeamOut(Schema):
    """A team; `people` counts them, `mine` says that you own it."""

    id: int
    name: str
    owner: Person
    people: int
    mine: bool
    created_at: datetime


class TeamIn(Schema):
    """What to call the team."""

    name: Annotated[str, Field(min_length=1, max_length=200)]


class TeamPersonIn(Schema):
    """Whom to put in."""

    username: Annotated[str, Field(min_length=1, max_length=150)]


class NewOwner(Schema):
    """Who shall own the team."""

    user: Number


@router.get("/teams", response=Listed[TeamOut])
def list_teams(request: Request, window: Query[Window]) -> HttpResponse:
    """The teams that you are in; for administrators all."""
    return direct(listed(teams.visible(request.user), window, _shaper(request)))


@router.post("/teams", response={201: TeamOut})
def create_team(request: Request, given: TeamIn) -> HttpResponse:
    """Make a team; you are its owner."""
    return direct(_read(request, teams.create(given.name, by=request.user).pk), 201)


@router.get("/teams/{team_id}", response=TeamOut)
def get_team(request: Request, team_id: Id) -> HttpResponse:
    """One team."""
    return direct(_read(request, team_id))


@router.patch("/teams/{team_id}", response=TeamOut)
def rename_team(request: Request, team_id: Id, given: TeamIn) -> HttpResponse:
    """Give your team another name."""
    teams.rename(teams.owned(request.user, team_id), given.name, by=request.user)
    return direct(_read(request, team_id))


@router.delete("/teams/{team_id}", response={204: None})
def delete_team(request: Request, team_id: Id) -> Status[None]:
    """Dissolve your team; what was shared with it is shared with its people no longer."""
    teams.delete(teams.owned(request.user, team_id), by=request.user)
    return Status(204, None)


@router.get("/teams/{team_id}/people", response=Listed[Person])
def list_people(request: Request, team_id: Id, window: Query[Window]) -> HttpResponse:
    """Who is in the team, by name."""
    team = teams.one_of(request.user, team_id)
    return direct(listed(team.people.order_by("username"), window, person))


@router.post("/teams/{team_id}/people", response={201: Person})
def add_person(request: Request, team_id: Id, given: TeamPersonIn) -> HttpResponse:
    """Put somebody into your team."""
    team = teams.owned(request.user, team_id)
    user = members.person_named(given.username)
    teams.add(team, user, by=request.user)
    return direct(person(user), 201)


@router.delete("/teams/{team_id}/people/{user_id}", response={204: None})
def remove_person(request: Request, team_id: Id, user_id: Id) -> Status[None]:
    """Leave a team, or put somebody out of yours."""
    teams.remove(teams.one_of(request.user, team_id), user_id, by=request.user)
    return Status(204, None)


@router.post("/teams/{team_id}/owner", response=TeamOut)
def hand_on_team(request: Request, team_id: Id, given: NewOwner) -> HttpResponse:
    """Make somebody else of the team its owner."""
    teams.hand_on(teams.owned(request.user, team_id), given.user, by=request.user)
    return direct(_read(request, team_id))


def _read(request: Request, team_id: int) -> dict[str, Any]:
    return _shaper(request)(teams.one_of(request.user, team_id))


def _shaper(request: Request) -> Callable[[Team], dict[str, Any]]:
    def shape(team: Team) -> dict[str, Any]:
        return {
            "id": team.pk,
            "name": team.name,
            "owner": person(team.owner),
            "people": getattr(team, "size"),  # noqa: B009  counted by the query
            "mine": team.owner_id == request.user.pk,
            "created_at": team.created_at,
        }

    return shape
