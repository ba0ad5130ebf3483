"""What `armarius bench api` measures on: a database, a web server, a page of 206 lines."""

from __future__ import annotations

import contextlib
import http.client
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg

LINES, PAGES, LONG = 206, 100, 5000


@contextlib.contextmanager
def database(folder: Path) -> Iterator[str]:
    """An empty database on the given server, else on one of our own."""
    from armarius import database as embedded

    given = embedded.given_url()
    if not given:
        cluster = embedded.Server(folder)
        try:
            yield cluster.start()
        finally:
            cluster.stop()
        return
    name = f"armarius_bench_{os.getpid()}"
    with psycopg.connect(given, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
        try:
            yield _renamed(given, name)
        finally:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


def _renamed(url: str, name: str) -> str:
    return urlsplit(url)._replace(path=f"/{name}").geturl()


@contextlib.contextmanager
def server() -> Iterator[int]:
    """The web server on a free port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    process = subprocess.Popen([sys.executable, "-m", "armarius", "web", "--port", str(port)])
    try:
        for _ in range(600):
            with contextlib.suppress(OSError):
                connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
                connection.request("GET", "/livez")
                if connection.getresponse().status == 200:
                    break
            time.sleep(0.05)
        yield port
    finally:
        process.terminate()
        process.wait(30)


def populate() -> dict[str, Any]:
    """Tables, a document of 100 pages and one of 5,000; a page with lines and their texts."""
    import django

    django.setup()
    from django.core.management import call_command

    from armarius import models
    from armarius.ops import accounts, documents, layers, projects, trees

    call_command("migrate", interactive=False, verbosity=0)
    user = accounts.administrator()
    project = projects.create("Bench", by=user)
    document = documents.create(project, "100 pages", by=user)
    long = documents.create(project, "5,000 pages", by=user)
    layer = layers.create(document, "manual", by=user)
    image = models.Image.objects.create(
        sha256="0" * 64, size=1, format="jpeg", width=2600, height=3900
    )
    for target, count in ((document, PAGES), (long, LONG)):
        models.Page.objects.bulk_create(
            models.Page(document=target, position=i, name=f"f{i:04}.jpg", image=image)
            for i in range(count)
        )
    page = models.Page.objects.select_related("document").get(document=document, position=0)
    trees.save_layout(page, tree(), by=user, reason="bench")
    trees.save_texts(page, tree(), layer, by=user, source="import")
    lines = list(models.Line.objects.filter(page=page).values_list("id", flat=True))
    return {
        "page": page.pk,
        "document": document.pk,
        "long": long.pk,
        "layer": layer.pk,
        "lines": lines,
        "versions": dict.fromkeys(lines, 1),
        "token": accounts.create_token(user, "bench")[1],
    }


def tree() -> Any:
    """A page of two columns: 24 points to a mask, a confidence to each character."""
    from armarius.page import Line, Page, Region

    lines = []
    for i in range(LINES):
        x, y = 150 + (i % 2) * 1200, 120 + (i // 2) * 35
        base = tuple((x + 80 * k + (i * k) % 7, y + (i + k) % 5) for k in range(12))
        above = tuple((a, b - 20 - (a * 7) % 5) for a, b in base)
        mask = above + tuple((a, b + 12 + (a * 3) % 5) for a, b in reversed(base))
        text = f"li cheualiers {i} sen uait a cort mult dolenz"
        confidences = tuple((255 - (i * 31 + k * 7) % 60) / 255 for k in range(len(text)))
        lines.append(
            Line(f"eSc_line_{i:08x}", base, mask, "DefaultLine", text, 0.93, confidences)
        )
    columns = (tuple(lines[0::2]), tuple(lines[1::2]))
    regions = tuple(
        Region(f"column{n}", ((0, 0), (9, 0), (9, 9)), f"MainZone:column#{n + 1}", lines=column)
        for n, column in enumerate(columns)
    )
    return Page("f0000.jpg", 2600, 3900, regions)
