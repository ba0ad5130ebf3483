"""Addresses: the API, images, links of logins and exports, health; every other page is the web application."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import include, path, re_path
from django.views.decorators.http import require_safe

from armarius.api import api, exports, health, openid, problems, session
from armarius.settings import PACKAGE

INDEX = PACKAGE / "static" / "index.html"


@require_safe
def application(_: HttpRequest) -> HttpResponse:
    """The web application, which reads the address itself."""
    try:
        page = INDEX.read_bytes()
    except FileNotFoundError:
        text = "The web application is not built. Run “make serve”, or see /api/docs.\n"
        return HttpResponse(text, status=404, content_type="text/plain; charset=utf-8")
    answer = HttpResponse(page, content_type="text/html; charset=utf-8")
    answer["Cache-Control"] = "no-cache"
    return answer


@require_safe
def missing_file(_: HttpRequest) -> HttpResponse:
    """No such file or image: what is there has been answered before this."""
    return HttpResponse("There is no such file.\n", status=404, content_type="text/plain")


urlpatterns: list[Any] = [
    path("api/", api.urls),
    re_path(r"^api(?:/|$)", problems.not_found),
    path("login/<str:token>", session.use_link),
    path("exports/<str:token>", exports.load),
    path("openid/callback", openid.callback),
    path("livez", health.livez),
    path("readyz", health.readyz),
    path("iiif/", include("armarius.iiif")),
    re_path(r"^(?:static|iiif)/", missing_file),
    re_path(r"", application),
]
