"""What the web server calls: stored tiles and news directly, everything else through Django.

Django's views are synchronous and run in a pool of threads. A tile that lies ready in a file
needs neither a thread nor the database, and a stream of news would hold a thread for hours:
these two are answered on the event loop.
"""

from __future__ import annotations

import os
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "armarius.settings")

from django.core.wsgi import get_wsgi_application

from armarius import apps, config
from armarius.wsgi_bridge import Bridge

django = Bridge(get_wsgi_application(), config.number("ARMARIUS_WEB_THREADS"))

from armarius.api.events import events_app
from armarius.images.fast import tile_app

apps.collect_less_often()


async def application(scope: Any, receive: Any, send: Any) -> None:
    """One ASGI call."""
    if scope["type"] != "http":
        await _lifespan(scope, receive, send)
    elif scope["path"] == "/api/events":
        await events_app(scope, receive, send)
    elif not (scope["path"].startswith("/iiif/") and await tile_app(scope, receive, send)):
        await django(scope, receive, send)


async def _lifespan(scope: Any, receive: Any, send: Any) -> None:
    """Say yes to the server's start and stop; nothing is prepared ahead."""
    while scope["type"] == "lifespan":
        message = await receive()
        await send({"type": f"{message['type']}.complete"})
        if message["type"] == "lifespan.shutdown":
            return
