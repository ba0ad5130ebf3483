"""How a person stands in an answer."""

from __future__ import annotations

from ninja import Schema

from armarius.models import User


class Person(Schema):
    """Somebody, by id and user name."""

    id: int
    username: str


def person(user: User | None) -> dict[str, object] | None:
    """The person, None for somebody who is gone and for what no person did."""
    return None if user is None else {"id": user.pk, "username": user.username}
