"""Signing in and out, and who is signed in."""

from __future__ import annotations

from typing import Annotated

from django.contrib.auth import login, logout
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.middleware.csrf import get_token
from django.views.decorators.http import require_GET
from ninja import Router, Schema, Status
from pydantic import Field

from armarius.api.auth import Request
from armarius.api.problems import problem
from armarius.errors import NotFound
from armarius.models import User
from armarius.ops import accounts

router = Router()


class SignIn(Schema):
    """Name and password."""

    username: Annotated[str, Field(min_length=1, max_length=150)]
    password: Annotated[str, Field(min_length=1, max_length=1000)]


class Me(Schema):
    """The signed-in person."""

    id: int
    username: str
    is_administrator: bool
    csrf: str


@router.post("/session", auth=None, response={201: Me})
def sign_in(request: HttpRequest, given: SignIn) -> Status[dict[str, object]] | HttpResponse:
    """Sign in with name and password; the answer sets the session's cookie."""
    address = request.META.get("REMOTE_ADDR") or "127.0.0.1"
    user = accounts.check_password(given.username, given.password, address=address)
    if user is None:
        return problem(401, "User name and password do not fit together.")
    login(
        request, user
    )  # makes a new session key: one that was planted before is worth nothing
    return Status(201, _me(request, user))


@router.delete("/session", response={204: None})
def sign_out(request: Request) -> Status[None]:
    """Sign out; the session is gone on the server too."""
    logout(request)
    return Status(204, None)


@router.get("/me", response=Me)
def me(request: Request) -> dict[str, object]:
    """Who is asking, and the text for the header `X-CSRFToken`."""
    return _me(request, request.user)


@require_GET
def use_link(request: HttpRequest, token: str) -> HttpResponse:
    """`/login/<token>`: sign in by a one-time link and go to the start page."""
    try:
        user = accounts.use_login_link(token)
    except NotFound as error:
        return HttpResponse(str(error), status=404, content_type="text/plain; charset=utf-8")
    login(request, user)
    get_token(request)
    answer = HttpResponseRedirect("/")
    answer["Referrer-Policy"] = "no-referrer"
    return answer


def _me(request: HttpRequest, user: User) -> dict[str, object]:
    return {
        "id": user.pk,
        "username": user.username,
        "is_administrator": user.is_superuser,
        "csrf": get_token(request),
    }
