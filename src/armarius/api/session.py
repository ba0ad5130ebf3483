"""Signing in and out."""

from __future__ import annotations

from typing import Annotated

from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_GET
from ninja import Router, Schema, Status
from pydantic import Field

from armarius.api import auth
from armarius.api.auth import Request
from armarius.api.me import Me, me_shape
from armarius.api.problems import problem
from armarius.errors import NotFound
from armarius.ops import accounts, passwords, signing

router = Router()
Password = Annotated[str, Field(min_length=1, max_length=1000)]


class SignIn(Schema):
    """Name and password."""

    username: Annotated[str, Field(min_length=1, max_length=150)]
    password: Password


class Forgotten(Schema):
    """User name or mail address."""

    name: Annotated[str, Field(min_length=1, max_length=254)]


class NewPassword(Schema):
    """The token of a letter, and the new password."""

    token: Annotated[str, Field(min_length=1, max_length=200)]
    password: Password


@router.post("/session", auth=None, response={201: Me})
def sign_in(request: HttpRequest, given: SignIn) -> Status[dict[str, object]] | HttpResponse:
    """Sign in with name and password; the answer sets the session's cookie."""
    address = auth.address_of(request)
    user = accounts.check_password(given.username, given.password, address=address)
    if user is None:
        return problem(401, "User name and password do not fit together.")
    auth.begin(request, user)
    return Status(201, me_shape(request, user))


@router.delete("/session", response={204: None})
def sign_out(request: Request) -> Status[None]:
    """Sign out; the session is gone on the server too."""
    if "Authorization" not in request.headers:
        signing.end_keys([request.session.session_key or ""])
    logout(request)
    return Status(204, None)


@router.post("/session/forgotten", auth=None, response={202: None})
def forgotten(request: HttpRequest, given: Forgotten) -> Status[None]:
    """Send a link for a new password, if there is such a person with a confirmed address."""
    passwords.ask(given.name, address=auth.address_of(request))
    return Status(202, None)


@router.post("/session/new-password", auth=None, response={204: None})
def new_password(request: HttpRequest, given: NewPassword) -> Status[None]:
    """Set a password with the token of a letter; all sessions of the person end."""
    passwords.reset(given.token, given.password)
    return Status(204, None)


@require_GET
def use_link(request: HttpRequest, token: str) -> HttpResponse:
    """`/login/<token>`: sign in by a one-time link and go to the start page."""
    try:
        user = accounts.use_login_link(token)
    except NotFound as error:
        return HttpResponse(str(error), status=404, content_type="text/plain; charset=utf-8")
    auth.begin(request, user)
    answer = HttpResponseRedirect("/")
    answer["Referrer-Policy"] = "no-referrer"
    return answer
