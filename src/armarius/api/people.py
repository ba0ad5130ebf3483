"""How persons and teams stand in an answer, and how a request names one."""

from __future__ import annotations

from typing import Annotated

from ninja import Schema
from pydantic import Field

from armarius.api.answers import Number
from armarius.errors import BadInput
from armarius.models import Role, Team, User
from armarius.ops import members, teams


class Person(Schema):
    """Somebody, by id and user name."""

    id: int
    username: str


class TeamName(Schema):
    """A team, by id and name."""

    id: int
    name: str


class WithWhom(Schema):
    """Somebody by user name, or a team of yours by id; and the role."""

    username: Annotated[str, Field(min_length=1, max_length=150)] | None = None
    team: Number | None = None
    role: Role


def person(user: User | None) -> dict[str, object] | None:
    """The person, None for somebody who is gone and for what no person did."""
    return None if user is None else {"id": user.pk, "username": user.username}


def team_name(team: Team | None) -> dict[str, object] | None:
    """The team, None where it is a person."""
    return None if team is None else {"id": team.pk, "name": team.name}


def party(given: WithWhom, by: User) -> User | Team:
    """Whom the request names.

    Raises:
        BadInput: neither, or both, or nobody of that name.
        NotFound: a team that `by` is not in.
    """
    if (given.username is None) == (given.team is None):
        raise BadInput("Give a user name or a team, and not both.")
    if given.team is not None:
        return teams.one_of(by, given.team)
    return members.person_named(given.username or "")
