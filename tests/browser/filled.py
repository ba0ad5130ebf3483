"""Put things into the database of a running system; `main` runs in a process of its own."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.db import transaction

from armarius import page as tree
from armarius.images import store
from armarius.models import AtrModel, Document, Page, Transcription, User
from armarius.ops import documents, ordering, projects, trees
from tests.browser import showcase


def models() -> None:
    """The echo engine's models; they have no files, so they cannot be uploaded."""
    own = {"own": {"lines": 4, "pause": 0.3}}
    AtrModel.objects.create(name="Echo lines", kind="segmentation", engine="echo", metadata=own)
    AtrModel.objects.create(name="Echo", kind="recognition", engine="echo")


def document(name: str, paths: list[str], *, read: bool) -> int:
    """A document of the person with the images as pages, segmented and recognised if wanted."""
    user = User.objects.get(username=name)
    project = projects.create("Charters", "Of the abbey", by=user)
    made = documents.create(project, name="Cartulary", by=user)
    layer = Transcription.objects.create(document=made, name="Reading")
    for path in map(Path, paths):
        page = _page(made, path)
        if read:
            whole = _lines(path)
            trees.save_layout(page, whole, by=user, reason="Segmented")
            trees.save_texts(page, whole, layer, by=user, source="recognition")
    return made.pk


def model(project_id: int, name: str, pause: float = 0) -> int:
    """A model of a project's, with a pause before each line; like the others it has no file."""
    made = AtrModel.objects.create(
        name=name, kind="recognition", engine="echo", project_id=project_id,
        metadata={"own": {"pause": pause}},
    )  # fmt: skip
    return made.pk


def many(document_id: int, count: int) -> None:
    """So many more pages with the image of the first one."""
    first = Page.objects.filter(document=document_id).select_related("document", "image")[0]
    with transaction.atomic():
        positions = ordering.append(first.document, count)
        Page.objects.bulk_create(
            Page(document=first.document, position=at, name=f"f{at + 1}.jpg", image=first.image)
            for at in positions
        )


def _page(made: Document, path: Path) -> Page:
    with path.open("rb") as file:
        image = store.add(file, path.name)
    with transaction.atomic():
        position = ordering.append(made, 1)[0]
        return Page.objects.create(
            document=made, position=position, name=path.name, image=image
        )


def _lines(path: Path) -> tree.Page:
    """Four lines of 440 pixels, one below the other; the second is doubtful."""
    lines = tuple(
        tree.Line(
            id=f"l{n}",
            text=f"line {n} of {path.stem}",
            baseline=((80, 120 + 60 * n), (520, 120 + 60 * n)),
            mask=(
                (80, 90 + 60 * n),
                (520, 90 + 60 * n),
                (520, 130 + 60 * n),
                (80, 130 + 60 * n),
            ),
            confidence=0.5 if n == 1 else 0.95,
            confidences=tuple(
                0.2 if n == 1 and at == 5 else 0.95
                for at in range(len(f"line {n} of {path.stem}"))
            ),
        )
        for n in range(4)
    )
    outline = ((60, 70), (540, 70), (540, 330), (60, 330))
    region = tree.Region("r1", polygon=outline, type="MainZone", lines=lines)
    step = tree.Step(
        "recognition", "kraken", "7.1", date="2026-11-01T10:00:00+00:00", model="latin",
        parameters={"inference": "onnxruntime 1.32", "precision": "fp32"},
    )  # fmt: skip
    return tree.Page(path.name, 600, 800, regions=(region,), steps=(step,))


def main() -> None:
    """`WHAT JSON` on the command line; prints what was made as JSON."""
    given: dict[str, Any] = json.loads(sys.argv[2])
    acts: dict[str, Callable[..., int | None]] = {
        "models": models,
        "document": document,
        "model": model,
        "many": many,
        "showcase": showcase.fill,
    }
    print(json.dumps(acts[sys.argv[1]](**given)))
