"""Who is asking: a bearer token, or the session's cookie with its CSRF header.

A request with an `Authorization` header is judged by it alone; its cookies are ignored.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib.auth import get_user, login
from django.http import HttpRequest
from django.middleware.csrf import get_token
from ninja.security.base import AuthBase
from ninja.utils import check_csrf

from armarius.errors import Forbidden
from armarius.models import User
from armarius.ops import accounts, signing

if TYPE_CHECKING:

    class Request(HttpRequest):
        """A request of somebody we know."""

        user: User
else:
    Request = HttpRequest

SAFE = ("GET", "HEAD", "OPTIONS", "TRACE")


class Token(AuthBase):
    """`Authorization: Bearer …`, a token made under /api/tokens."""

    openapi_type = "http"
    openapi_scheme = "bearer"

    def __call__(self, request: HttpRequest) -> User | None:
        """The token's owner."""
        given = request.headers.get("Authorization")
        if given is None:
            return None
        user = _bearer(given)
        if user is not None:
            request.user = user
            if request.method not in SAFE and getattr(user, "token_scope", "") == "read":
                raise Forbidden("This token only reads. Make one that may write.")
        return user


class Session(AuthBase):
    """The cookie of a signed-in browser; unsafe calls need the header `X-CSRFToken` too."""

    openapi_type = "apiKey"
    openapi_in = "cookie"
    openapi_name = settings.SESSION_COOKIE_NAME

    def __call__(self, request: HttpRequest) -> User | None:
        """The session's user."""
        signed_in = settings.SESSION_COOKIE_NAME in request.COOKIES
        if "Authorization" in request.headers or not signed_in:
            return None
        if not isinstance(request.user, User):
            return None
        if request.method not in SAFE and check_csrf(request) is not None:
            raise Forbidden("The CSRF token is missing or old. Load the page again.")
        signing.seen(request.user, request.session.session_key)
        return request.user


def in_browser(request: HttpRequest) -> None:
    """For what a stolen token must not do: take the account over.

    Raises:
        Forbidden: the request came with a token.
    """
    if "Authorization" in request.headers:
        raise Forbidden("This is done in the browser, signed in, and not with a token.")


def administrator(request: Request) -> None:
    """For what only administrators do.

    Raises:
        Forbidden: somebody else asks.
    """
    if not request.user.is_superuser:
        raise Forbidden("This is for administrators. Ask yours.")


def address_of(request: HttpRequest) -> str:
    """Where the request comes from, as far as we see."""
    return request.META.get("REMOTE_ADDR") or "127.0.0.1"


def begin(request: HttpRequest, user: User) -> None:
    """Sign somebody in: a new session, whose key was known to nobody before."""
    login(request, user)
    signing.began(
        user, request.session.session_key or "", request.headers.get("User-Agent", "")
    )
    get_token(request)


def user_of(authorization: str | None, session_key: str | None) -> User | None:
    """The user behind the two headers, for faces that do not run through Django's middleware."""
    if authorization is not None:
        return _bearer(authorization)
    if not session_key:
        return None
    request: Any = HttpRequest()
    request.session = import_module(settings.SESSION_ENGINE).SessionStore(session_key)
    user = get_user(request)
    return user if isinstance(user, User) else None


def _bearer(authorization: str) -> User | None:
    scheme, _, token = authorization.partition(" ")
    return accounts.user_of_token(token.strip()) if scheme.lower() == "bearer" else None
