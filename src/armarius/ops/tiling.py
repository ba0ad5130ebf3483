"""Make the tiles of what was imported, when nobody imports: every worker of lane io does.

An import checks a JPEG and makes its thumbnail; its pyramid costs four times as much and can
wait. The image's row says that it is due, so no crash forgets it. A pyramid is a function of the
original alone and gets its name when it is whole: made twice, or by two at once, it is the same.
Whoever opens a page before has it made at once (`store.pyramid`).
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor

from django.db import DatabaseError, InterfaceError, connection
from django.db.models import F, QuerySet

from armarius.errors import ArmariusError, Unavailable
from armarius.images import store
from armarius.images.children import POOL
from armarius.models import Image
from armarius.ops.alone import alone

log = logging.getLogger(__name__)

EVERY_S = 1.0
UNASKED_S = 30.0  # what another process has imported is looked for so often
BUSY = 5  # seconds between two images while imports go on
TRIES = 10  # an image is begun so often; after that only when somebody looks at it
TOGETHER = 4  # images between two looks at whether somebody imports
_LOCK = 0x61726D74  # "armt"
_IMPORTS = """
SELECT EXISTS (SELECT FROM armarius_batch b JOIN armarius_job j ON j.id = b.job_id
WHERE b.ended_at IS NULL AND j.kind = 'import')
"""


_asked = threading.Event()


def soon() -> None:
    """Something is due: this process begins within a second, if it hears lane io."""
    _asked.set()


def run(until: threading.Event) -> None:
    """Make what is due until told to stop; a database that is away is waited for."""
    unasked = 0.0
    with ThreadPoolExecutor(POOL.most, "tiles") as threads:
        while not until.wait(EVERY_S):
            if not _asked.is_set() and time.monotonic() < unasked:
                continue
            _asked.clear()
            unasked = time.monotonic() + UNASKED_S
            try:
                with alone(_LOCK) as mine:
                    while mine and not until.is_set() and some(threads, until):
                        pass
            except (DatabaseError, InterfaceError) as error:
                log.warning("no tiles: %s", str(error).strip().partition("\n")[0])
            except Exception:
                log.exception("no tiles are made; it goes on")
            connection.close()


def some(threads: ThreadPoolExecutor, until: threading.Event) -> bool:
    """Make some of what is due; False where nothing is, or nothing can be made now."""
    images = list(due()[: TOGETHER if _quiet(until) else 1])
    if until.is_set():
        return False
    # Counted before it is begun: what kills the worker is not begun for ever.
    _these(images).update(tile_tries=F("tile_tries") + 1)
    made = list(threads.map(_make, images))
    _these(x for x, ok in zip(images, made, strict=True) if ok).update(tile_tries=None)
    _these(x for x, ok in zip(images, made, strict=True) if not ok).update(
        tile_tries=F("tile_tries") - 1
    )
    return bool(images) and all(made)


def _these(images: Iterable[Image]) -> QuerySet[Image]:
    return Image.objects.filter(pk__in=[x.pk for x in images])


def due() -> QuerySet[Image]:
    """Images whose pyramid is to be made, oldest first."""
    return Image.objects.filter(tile_tries__lt=TRIES).order_by("pk")


def _make(image: Image) -> bool:
    """Make a pyramid; False where there is no room for it now."""
    try:
        store.pyramid(image.sha256)
    except Unavailable as error:
        log.warning("image %s has no tiles: %s", image, error)
        return False
    except ArmariusError as error:  # whoever looks at it is told
        log.warning("image %s has no tiles: %s", image, error)
    return True


def _quiet(until: threading.Event) -> bool:
    """Whether nobody imports; waits a while for the end of those who do."""
    for _ in range(BUSY):
        with connection.cursor() as cursor:
            cursor.execute(_IMPORTS)
            if not cursor.fetchone()[0]:
                return True
        if until.wait(EVERY_S):
            break
    return False
