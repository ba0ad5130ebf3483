"""A project of 5,000 documents and a document of 10,000 pages, scrolled in a real Chromium."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any, Final

from armarius.bench._system import System
from armarius.bench.images import _paint

DOCUMENTS, PAGES = 5_000, 10_000
SMALL: Final = (600, 800)  # pixels
WHEELS: Final = 60
_FILL: Final = "from armarius.bench import _long_lists; _long_lists.fill({document})"


def lists(system: System, folder: Path) -> dict[str, str]:
    """Make both; the paths of their views and what one row of each is found by."""
    document = system.document("10,000 pages")
    system.bring(document, [_paint(folder / "small.jpg", *SMALL)])
    subprocess.run(
        [sys.executable, "-c", _FILL.format(document=document)], check=True,
        env={**os.environ, "ARMARIUS_HOME": str(system.home), "DJANGO_SETTINGS_MODULE": "armarius.settings"},
    )  # fmt: skip
    return {
        f"/projects/{system.project}": "main li[aria-setsize] a",
        f"/documents/{document}": "main [data-place] a",
    }


def fill(document: int) -> None:
    """In a process of its own, with Django: so many documents in its project, so many pages in it."""
    import django

    django.setup()
    from django.db import transaction

    from armarius.models import Document, Page
    from armarius.ops import ordering

    first = Page.objects.select_related("document", "image").get(document=document)
    with transaction.atomic():
        positions = ordering.append(first.document, PAGES - 1)
        Page.objects.bulk_create(
            Page(document=first.document, position=at, name=f"f{at}.jpg", image=first.image)
            for at in positions
        )
        Document.objects.bulk_create(
            Document(project_id=first.document.project_id, name=f"Register {number:04}")
            for number in range(DOCUMENTS - 1)
        )


def scroll(window: Any) -> None:
    """Through the list by the wheel, then to its end."""
    box = window.locator("main").bounding_box()
    window.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    for _ in range(WHEELS):
        window.mouse.wheel(0, 400)
        window.wait_for_timeout(25)
    window.evaluate("document.querySelector('main').scrollTo(0, 1e9)")
    window.wait_for_timeout(200)
