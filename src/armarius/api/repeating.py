"""The header `Idempotency-Key`: a repeated unsafe call gets its first answer again.

Wraps every operation of the API. With a key, the operation runs in one transaction together
with the keeping of its answer. An error rolls it back and is not kept, so that a repetition
tries again; a 409 that states what was `saved` is an effect and is kept.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from armarius.api.auth import SAFE
from armarius.api.problems import MEDIA_TYPE, problem
from armarius.errors import BadInput
from armarius.models import User
from armarius.ops import idempotency

HEADER = "Idempotency-Key"
OFFSET = "Upload-Offset"  # says by itself whether a piece is there already, and is a stream
View = Callable[..., HttpResponseBase]


def once(view: View) -> View:
    """Run the view at most once per user and key."""

    @wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **values: Any) -> HttpResponseBase:
        key = request.headers.get(HEADER)
        if (
            key is None
            or request.method in SAFE
            or OFFSET in request.headers
            or request.content_type not in ("", "application/json")
        ):
            return view(request, *args, **values)
        try:
            idempotency.check(key)
        except BadInput as error:
            return problem(422, str(error))
        return _run(key, request, lambda: view(request, *args, **values))

    return wrapped


def keeps(answer: HttpResponse) -> HttpResponse:
    """Mark an answer with an error status whose effect is to stay."""
    answer.keeps_effect = True  # type: ignore[attr-defined]
    return answer


def secret(answer: HttpResponse, instead: str) -> HttpResponse:
    """Mark an answer that must not be stored; a repetition is told `instead`."""
    answer.told_instead = instead  # type: ignore[attr-defined]
    return answer


def _run(
    key: str, request: HttpRequest, view: Callable[[], HttpResponseBase]
) -> HttpResponseBase:
    with transaction.atomic():
        answer = view()
        user = getattr(request, "auth", None)
        if not isinstance(user, User):
            return answer
        sha256 = _sha256(request)
        effect = answer.status_code < 400 or getattr(answer, "keeps_effect", False)
        if effect and idempotency.keep(user, key, sha256, *_kept_form(answer)):
            return answer
        transaction.set_rollback(True)
    try:
        earlier = idempotency.earlier(user, key, sha256)
    except BadInput as error:
        return problem(422, str(error))
    return _replay(earlier) if earlier else answer


def _kept_form(answer: HttpResponseBase) -> tuple[int, str]:
    instead = getattr(answer, "told_instead", "")
    if instead:
        told = problem(409, instead)
        return told.status_code, told.content.decode()
    content = answer.content.decode() if isinstance(answer, HttpResponse) else ""
    return answer.status_code, content


def _replay(kept: idempotency.Kept) -> HttpResponse:
    kind = MEDIA_TYPE if kept.status >= 400 else "application/json"
    answer = HttpResponse(kept.answer, status=kept.status, content_type=kind)
    answer["Idempotency-Replayed"] = "true"
    return answer


def _sha256(request: HttpRequest) -> str:
    whole = f"{request.method} {request.get_full_path()}\n".encode() + request.body
    return hashlib.sha256(whole).hexdigest()
