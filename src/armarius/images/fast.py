"""Stored tiles and thumbnails, answered on the event loop without Django or a thread.

Takes only requests with a signed address that fall exactly on something stored; everything
else, and everything doubtful, is left to the view in `iiif`.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any, Final

from armarius.images import addresses, store, tiff
from armarius.images.tiles import TILE, Cold, Shelf, Tiles

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]

SHELF: Final = Shelf(store.pyramid_path)
KEPT_THUMBNAILS: Final = {f"!{box},{box}": box for box in (150, 300, 600)}
_TILE = re.compile(
    r"/iiif/([0-9a-f-]{1,160})/([0-9]{1,6}),([0-9]{1,6}),([0-9]{1,6}),([0-9]{1,6})/"
    rf"(\^?{TILE},|\^?,{TILE}|\^?!?{TILE},{TILE}|max)/0/(default|color)\.jpg",
    re.ASCII,
)
_WHOLE = re.compile(
    r"/iiif/([0-9a-f-]{1,160})/full/(![0-9]{3},[0-9]{3})/0/default\.jpg", re.ASCII
)
_HEADERS: Final = (
    (b"content-type", b"image/jpeg"),
    (b"cache-control", b"private, max-age=31536000, immutable"),
    (b"access-control-allow-origin", b"*"),
    (b"x-content-type-options", b"nosniff"),
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
    (b"link", b'<http://iiif.io/api/image/3/level2.json>;rel="profile"'),
)


async def tile_app(
    scope: Scope,
    receive: Callable[[], Awaitable[Message]],
    send: Callable[[Message], Awaitable[None]],
) -> bool:
    """Answer a request if it is for a stored tile or thumbnail; False where it is not."""
    if scope["method"] not in ("GET", "HEAD"):
        return False
    found = await _found(scope["path"])
    if found is None:
        return False
    body, tag = found
    headers = [*_HEADERS, (b"etag", tag)]
    unchanged = any(
        name == b"if-none-match" and tag in value for name, value in scope["headers"]
    )
    if unchanged:
        body = b""
    else:
        headers.append((b"content-length", str(len(body)).encode()))
    status = 304 if unchanged else 200
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send(
        {"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else body}
    )
    return True


async def _found(path: str) -> tuple[bytes, bytes] | None:
    """The stored bytes that a path names, and their entity tag."""
    match = _TILE.fullmatch(path)
    whole = None if match else _WHOLE.fullmatch(path)
    if match is None and whole is None:
        return None
    name = addresses.named((match or whole or "")[1])
    if name is None or not addresses.fresh(name):
        return None
    try:
        if match is not None:
            x, y, w, h = (int(match[number]) for number in (2, 3, 4, 5))
            if w == h:
                return await _tile(name.sha256, x, y, w, match[6], match[7])
        elif whole is not None and whole[2] in KEPT_THUMBNAILS:
            box = KEPT_THUMBNAILS[whole[2]]
            body = await asyncio.to_thread(store.thumbnail_path(name.sha256, box).read_bytes)
            return body, f'"{name.sha256[:16]}-{box}"'.encode()
    except (FileNotFoundError, tiff.Damaged):
        return None
    return None


async def _tile(
    sha256: str, x: int, y: int, side: int, size: str, quality: str
) -> tuple[bytes, bytes] | None:
    if size == "max" and side != TILE:
        return None
    tiles = SHELF.kept(sha256)
    if tiles is None:
        tiles = await asyncio.to_thread(SHELF.take, sha256)
    place = tiles.place(x, y, side)
    if place is None or (quality == "color" and not tiles.colour):
        return None
    return await _bytes(tiles, *place), f'"{sha256[:16]}-{place[0]}-{place[1]}"'.encode()


async def _bytes(tiles: Tiles, level: int, tile: int) -> bytes:
    try:
        return tiles.read(level, tile, wait=False)
    except Cold:
        return await asyncio.to_thread(tiles.read, level, tile)
