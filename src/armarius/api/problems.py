"""Every error as one form: problem details (RFC 9457), `application/problem+json`.

    {"type": "about:blank", "title": "Conflict", "status": 409,
     "detail": "one sentence for the user", ...}

A 409 may carry `items` (what is stored now) and `saved` (what was stored nevertheless), a 422
`errors` (which field, what is wrong).
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from http import HTTPStatus
from typing import Any

import psycopg
from django.core.exceptions import RequestDataTooBig, SuspiciousOperation
from django.db import DatabaseError, DataError, InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from ninja import NinjaAPI, Schema
from ninja.errors import AuthenticationError, HttpError, ValidationError

from armarius import errors
from armarius.api.answers import dumps

MEDIA_TYPE = "application/problem+json"
STATUSES: dict[type[errors.ArmariusError], int] = {
    errors.TooLarge: 413,
    errors.BadInput: 422,
    errors.NotFound: 404,
    errors.Forbidden: 403,
    errors.Conflict: 409,
    errors.Busy: 429,
    errors.Unavailable: 503,
}
# What any call may answer besides its own statuses; stated in the OpenAPI document.
ANY = (400, 401, 403, 404, 409, 413, 415, 422, 429, 500, 503)
TITLES = {413: "Content too large", 422: "Unprocessable content"}
RETRY_S = {429: "10", 503: "5"}

log = logging.getLogger(__name__)


class FieldError(Schema):
    """One field of a request that does not do."""

    where: str
    what: str


class Problem(Schema):
    """An error, in the words of RFC 9457."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str
    errors: list[FieldError] = []
    items: list[dict[str, Any]] = []
    saved: list[dict[str, Any]] = []


class NotJson(errors.ArmariusError):
    """The body is not JSON, or nested out of reason."""


class NotOurMediaType(errors.ArmariusError):
    """The body is said to be something other than JSON."""


def problem(status: int, detail: str, **more: Any) -> HttpResponse:
    """The answer for an error."""
    title = TITLES.get(status) or HTTPStatus(status).phrase
    body = {"type": "about:blank", "title": title, "status": status, "detail": detail, **more}
    answer = HttpResponse(dumps(body), status=status, content_type=MEDIA_TYPE)
    if status in RETRY_S:
        answer["Retry-After"] = RETRY_S[status]
    if status == 401:
        answer["WWW-Authenticate"] = "Bearer"
    return answer


def register(api: NinjaAPI) -> None:
    """Answer every error of this API as a problem."""
    handlers: list[tuple[type[Exception], Callable[[HttpRequest, Any], HttpResponse]]] = [
        (errors.ArmariusError, _ours),
        (ValidationError, _invalid),
        (HttpError, _http),
        (Http404, lambda request, _: not_found(request)),
        (SuspiciousOperation, _suspicious),
        (DatabaseError, _database),
        (InterfaceError, _database),
        (Exception, _unexpected),
    ]
    for kind, handler in handlers:
        api.add_exception_handler(kind, handler)


def not_found(request: HttpRequest) -> HttpResponse:
    """There is no such address."""
    return problem(404, f"There is nothing at {_short(request.path)}. See /api/docs.")


def refused_method(request: HttpRequest, answer: HttpResponse) -> HttpResponse:
    """The address is there, the method is not."""
    allowed = answer.get("Allow", "")
    made = problem(405, f"{_short(request.method or '')} is not possible here, only {allowed}.")
    made["Allow"] = allowed
    return made


def _ours(_: HttpRequest, error: errors.ArmariusError) -> HttpResponse:
    if isinstance(error, errors.Conflict):
        return problem(409, str(error), items=error.items)
    if isinstance(error, NotJson):
        return problem(400, str(error))
    if isinstance(error, NotOurMediaType):
        return problem(415, str(error))
    for kind, status in STATUSES.items():
        if isinstance(error, kind):
            return problem(status, str(error))
    log.error("an error without a status: %r", error, exc_info=error)
    return problem(500, str(error))


def _invalid(_: HttpRequest, error: ValidationError) -> HttpResponse:
    fields = [
        {"where": ".".join(str(part) for part in one["loc"]), "what": str(one["msg"])}
        for one in error.errors[:50]
    ]
    first = fields[0] if fields else {"where": "the request", "what": "it cannot be used"}
    return problem(422, f"{_short(first['where'])}: {_short(first['what'])}.", errors=fields)


def _http(request: HttpRequest, error: HttpError) -> HttpResponse:
    # Ninja turns whatever the parser raises into a 400 of its own.
    if isinstance(error.__cause__, errors.ArmariusError):
        return _ours(request, error.__cause__)
    if isinstance(error, AuthenticationError):
        return problem(401, "Sign in first, or send a token as “Authorization: Bearer …”.")
    return problem(error.status_code, str(error))


def _suspicious(_: HttpRequest, error: SuspiciousOperation) -> HttpResponse:
    if isinstance(error, RequestDataTooBig):
        return problem(413, "The request is larger than 32 MB. Send fewer items at once.")
    return problem(400, "The request cannot be understood.")


def _database(_: HttpRequest, error: Exception) -> HttpResponse:
    if isinstance(error, DataError):
        log.warning("the database refuses a value: %s", error)
        return problem(
            422, "A value is out of range, or holds a character that cannot be stored."
        )
    if isinstance(error, InterfaceError | OperationalError | psycopg.OperationalError):
        log.warning("the database did not answer: %s", error)
        return problem(503, "The database does not answer just now. Try again in a moment.")
    return _unexpected(_, error)


def _unexpected(request: HttpRequest, error: Exception) -> HttpResponse:
    log.error("%s %s failed", request.method, _short(request.path), exc_info=error)
    return problem(500, "This should not have happened; the server's log has the details.")


def _short(text: str) -> str:
    """At most 200 characters of something that the user sent."""
    return text if len(text) <= 200 else text[:199] + "…"
