"""People of this instance, for its administrators."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from django.http import HttpResponse
from ninja import Query, Router, Schema
from pydantic import Field

from armarius.api.answers import Id, Listed, Window, direct, listed
from armarius.api.auth import Request
from armarius.api.repeating import secret
from armarius.errors import Forbidden, NotFound
from armarius.models import User
from armarius.ops import accounts

router = Router()


class UserOut(Schema):
    """A person."""

    id: int
    username: str
    is_administrator: bool
    is_active: bool
    created_at: datetime


class UserIn(Schema):
    """A new person; without a password they come in by a login link."""

    username: Annotated[str, Field(min_length=1, max_length=150)]
    password: Annotated[str, Field(max_length=1000)] | None = None
    is_administrator: bool = False


class LinkOut(Schema):
    """The path of a one-time login link."""

    path: str


@router.get("/users", response=Listed[UserOut])
def list_users(request: Request, window: Query[Window]) -> HttpResponse:
    """Everybody, by name. For administrators."""
    _administrators_only(request)
    return direct(listed(User.objects.order_by("username"), window, _shape))


@router.post("/users", response={201: UserOut})
def add_user(request: Request, given: UserIn) -> HttpResponse:
    """Add a person. For administrators."""
    _administrators_only(request)
    user = accounts.create_user(
        given.username, given.password, is_superuser=given.is_administrator
    )
    return direct(_shape(user), 201)


@router.post("/users/{user_id}/login-link", response={201: LinkOut})
def make_link(request: Request, user_id: Id) -> HttpResponse:
    """Make a link that signs the person in once. For administrators."""
    _administrators_only(request)
    user = User.objects.filter(pk=user_id, is_active=True).first()
    if user is None:
        raise NotFound(f"There is no user {user_id}.")
    answer = direct({"path": f"/login/{accounts.login_link(user)}"}, 201)
    return secret(answer, "This link was made already and is shown only once. Make another.")


def _administrators_only(request: Request) -> None:
    if not request.user.is_superuser:
        raise Forbidden("This is for administrators. Ask yours.")


def _shape(user: User) -> dict[str, Any]:
    return {
        "id": user.pk,
        "username": user.username,
        "is_administrator": user.is_superuser,
        "is_active": user.is_active,
        "created_at": user.date_joined,
    }
