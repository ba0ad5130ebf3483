"""What happens to every answer on its way out: problem form, compression, security headers."""

from __future__ import annotations

import gzip
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import patch_vary_headers

from armarius.api.problems import MEDIA_TYPE, not_found, problem, refused_method

Next = Callable[[HttpRequest], HttpResponseBase]
POLICY = "; ".join(
    (
        "default-src 'self'",
        "img-src 'self' blob: data:",
        "worker-src 'self' blob:",
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)
WORTH_COMPRESSING = 1000  # bytes; below it the gain is less than a network packet
LEVEL = 4  # a page of 206 lines: a third of the time of level 6, and 8 % larger


def security_headers(then: Next) -> Next:
    """Only our own files run or load in the browser; answers of the API are nobody's to cache."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        answer = then(request)
        answer.headers.setdefault("Content-Security-Policy", POLICY)
        if request.path.startswith("/api/"):
            answer.headers.setdefault("Cache-Control", "private, no-store")
        return answer

    return middleware


def compression(then: Next) -> Next:
    """Compress JSON. Nothing else: images and archives are small already, news must not wait."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        answer = then(request)
        if not isinstance(answer, HttpResponse) or "Content-Encoding" in answer:
            return answer
        if not answer.get("Content-Type", "").startswith(("application/json", MEDIA_TYPE)):
            return answer
        patch_vary_headers(answer, ["Accept-Encoding"])
        accepted = request.headers.get("Accept-Encoding", "")
        if "gzip" in accepted and len(answer.content) >= WORTH_COMPRESSING:
            answer.content = gzip.compress(answer.content, LEVEL, mtime=0)
            answer["Content-Encoding"] = "gzip"
            answer["Content-Length"] = str(len(answer.content))
        return answer

    return middleware


def problem_form(then: Next) -> Next:
    """Give errors that arose outside the API's own operations the same form."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        answer = then(request)
        ours = request.path.startswith("/api/") and answer.status_code >= 400
        if not ours or answer.get("Content-Type", "") == MEDIA_TYPE:
            return answer
        if answer.status_code == 404:
            return not_found(request)
        if answer.status_code == 405 and isinstance(answer, HttpResponse):
            return refused_method(request, answer)
        return problem(answer.status_code, "The request cannot be answered.")

    return middleware
