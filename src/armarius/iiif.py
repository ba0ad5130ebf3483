"""Page images by the IIIF Image API 3.0, level 2.

The identifier is the page's id, with or without the signature of `images.addresses`. A signed
one is answered without session and database; any other asks the session, and what the user
may not see is not there.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from functools import wraps
from typing import Any, Final

from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase
from django.urls import path

from armarius.errors import ArmariusError, NotFound, Unavailable
from armarius.images import addresses, fast, rendering, store, tiff, wanted
from armarius.images.tiles import TILE, Tiles
from armarius.ops import sharing

CONTEXT: Final = "http://iiif.io/api/image/3/context.json"
_LD: Final = f'application/ld+json;profile="{CONTEXT}"'
_PROFILE: Final = '<http://iiif.io/api/image/3/level2.json>;rel="profile"'
_FOREVER: Final = "private, max-age=31536000, immutable"
_ASK_AGAIN: Final = "private, no-cache"
_FEATURES: Final = [
    "baseUriRedirect",
    "canonicalLinkHeader",
    "cors",
    "jsonldMediaType",
    "mirroring",
    "profileLinkHeader",
    "regionByPct",
    "regionByPx",
    "regionSquare",
    "rotationArbitrary",
    "rotationBy90s",
    "sizeByConfinedWh",
    "sizeByH",
    "sizeByPct",
    "sizeByW",
    "sizeByWh",
    "sizeUpscaling",
]

View = Callable[..., HttpResponseBase]


def _view(view: View) -> View:
    """GET and HEAD only, errors in words, and open to other origins' viewers."""

    @wraps(view)
    def answer(request: HttpRequest, **given: str) -> HttpResponseBase:
        if request.method == "OPTIONS":
            response: HttpResponseBase = HttpResponse(status=204)
            response["Access-Control-Allow-Methods"] = "GET, HEAD, OPTIONS"
            response["Access-Control-Allow-Headers"] = "*"
        elif request.method not in ("GET", "HEAD"):
            response = _problem(405, "Images are read with GET.")
            response["Allow"] = "GET, HEAD, OPTIONS"
        else:
            try:
                response = view(request, **given)
            except NotFound as missing:
                response = _problem(404, str(missing))
            except wanted.Refused as refused:
                response = _problem(400, str(refused))
            except Unavailable as unavailable:
                response = _problem(503, str(unavailable))
            except (
                ArmariusError,
                tiff.Damaged,
            ) as error:  # the original cannot be decoded any more
                response = _problem(500, str(error))
        response["Access-Control-Allow-Origin"] = "*"
        return response

    return answer


@_view
def base(request: HttpRequest, identifier: str) -> HttpResponseBase:
    """The image itself redirects to its description (section 2)."""
    _image(request, identifier)
    response = HttpResponse(status=303)
    response["Location"] = f"{addresses.PREFIX}{identifier}/info.json"
    return response


@_view
def info(request: HttpRequest, identifier: str) -> HttpResponseBase:
    """The description of the image (section 5)."""
    name = _image(request, identifier)
    width, height = _tiles(name.sha256).size
    sizes = [
        {"width": level.width, "height": level.height}
        for level in reversed(_tiles(name.sha256).levels)
    ]
    scales = [1 << number for number in range(len(sizes))]
    own = addresses.identifier(name.page_id, name.sha256)
    said: dict[str, Any] = {
        "@context": CONTEXT,
        "id": request.build_absolute_uri(f"{addresses.PREFIX}{own}"),
        "type": "ImageService3",
        "protocol": "http://iiif.io/api/image",
        "profile": "level2",
        "width": width,
        "height": height,
        "maxArea": rendering.most_pixels(),
        "sizes": sizes,
        "tiles": [{"width": TILE, "height": TILE, "scaleFactors": scales}],
        "preferredFormats": ["jpg"],
        "extraFormats": ["webp"],
        "extraQualities": ["color", "gray", "bitonal"],
        "extraFeatures": _FEATURES,
    }
    linked = "application/ld+json" in request.headers.get("Accept", "")
    response = HttpResponse(
        json.dumps(said), content_type=_LD if linked else "application/json"
    )
    response["Cache-Control"] = _FOREVER if name.week is not None else _ASK_AGAIN
    response["Vary"] = "Accept"
    response["Link"] = _PROFILE
    return response


@_view
def image(
    request: HttpRequest, identifier: str, region: str, size: str, rotation: str, last: str
) -> HttpResponseBase:
    """A part of the image (section 4)."""
    name = _image(request, identifier)
    tiles = _tiles(name.sha256)
    asked = wanted.parse(region, size, rotation, last, tiles.size, rendering.most_pixels())
    form = wanted.canonical(asked, tiles.size)
    tag = f'"{name.sha256[:16]}-{hashlib.sha256(form.encode()).hexdigest()[:16]}"'
    if tag in request.headers.get("If-None-Match", ""):
        response: HttpResponseBase = HttpResponse(status=304)
    else:
        response = _body(name.sha256, tiles, asked, (region, size))
    own = request.build_absolute_uri(f"{addresses.PREFIX}{identifier}/{form}")
    response["Link"] = f'{_PROFILE},<{own}>;rel="canonical"'
    response["ETag"] = tag
    response["Cache-Control"] = _FOREVER if name.week is not None else _ASK_AGAIN
    return response


def _body(
    sha256: str, tiles: Tiles, asked: wanted.Wanted, words: tuple[str, str]
) -> HttpResponseBase:
    """Stored bytes where there are some, else a rendering."""
    kind = wanted.FORMATS[asked.format]
    plain = asked.format == "jpg" and not asked.mirrored and asked.degrees == 0
    if plain and asked.quality == "default" and words[0] == "full":
        box = fast.KEPT_THUMBNAILS.get(words[1])
        if box:
            return HttpResponse(
                rendering.thumbnail(sha256, box).read_bytes(), content_type=kind
            )
    square = asked.w == asked.h and asked.width == asked.height == TILE
    stored = asked.quality == "default" or (asked.quality == "color" and tiles.colour)
    if plain and square and stored:
        place = tiles.place(asked.x, asked.y, asked.w)
        if place:
            return HttpResponse(tiles.read(*place), content_type=kind)
    try:
        made = rendering.render(store.pyramid_path(sha256), asked)
    except tiff.Damaged:  # once; a second time it is the original
        store.pyramid_path(sha256).unlink(missing_ok=True)
        made = rendering.render(store.pyramid(sha256), asked)
    if isinstance(made, bytes):
        return HttpResponse(made, content_type=kind)
    return FileResponse(made, content_type=kind)


def _image(request: HttpRequest, identifier: str) -> addresses.Named:
    """Which image is asked for, if the asker may see it.

    Raises:
        NotFound: no such page, not shared with the asker, or the signature is too old.
    """
    name = addresses.named(identifier)
    if name is not None and addresses.fresh(name):
        return name
    gone = NotFound("There is no such image, or it is not shared with you.")
    if name is None or not request.user.is_authenticated:
        raise gone
    try:
        page = sharing.page_of(request.user, name.page_id)
    except NotFound:
        raise gone from None
    if name.sha256 not in ("", page.image.sha256):
        raise gone
    return addresses.Named(name.page_id, page.image.sha256, None)


def _tiles(sha256: str) -> Tiles:
    """The open pyramid, made again where it is missing or damaged."""
    try:
        return fast.SHELF.take(sha256)
    except FileNotFoundError:
        store.pyramid(sha256)
    except tiff.Damaged:
        store.pyramid_path(sha256).unlink(missing_ok=True)
        store.pyramid(sha256)
    return fast.SHELF.take(sha256)


def _problem(status: int, detail: str) -> HttpResponse:
    """The API's form of an error (RFC 9457)."""
    said = {"type": "about:blank", "status": status, "detail": detail}
    return HttpResponse(
        json.dumps(said), status=status, content_type="application/problem+json"
    )


urlpatterns = [
    path("<str:identifier>", base),
    path("<str:identifier>/info.json", info),
    path("<str:identifier>/<str:region>/<str:size>/<str:rotation>/<str:last>", image),
]
