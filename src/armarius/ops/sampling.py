"""The sample project of a new instance: printed pages and the model that reads them.

Two pages come with their lines and true text, so that something can be read at once; the others
are bare, to try segmentation and recognition on.
"""

from __future__ import annotations

import io
import logging

from django.db import transaction

from armarius import sample
from armarius.images import store
from armarius.models import Page, Project, Transcription, User
from armarius.ops import documents, layers, ordering, projects, trees
from armarius.sample import SamplePage

WITH_TEXT = 2

log = logging.getLogger(__name__)


def create(by: User) -> Project | None:
    """Make the sample project on an instance that never had a project; else None."""
    if Project.objects.exists():
        return None
    drawn = [(page, store.add(io.BytesIO(page.jpeg), page.name)) for page in sample.pages()]
    with transaction.atomic():
        project = projects.create(
            "Sample", "Six pages printed by Armarius itself, to try things on.", by=by
        )
        document = documents.create(project, "A printer’s sampler", by=by)
        truth = layers.create(document, "Ground truth", by=by)
        for position, (page, image) in zip(
            ordering.append(document, len(drawn)), drawn, strict=True
        ):
            row = Page.objects.create(
                document=document,
                position=position,
                name=page.name,
                source="sample",
                image=image,
            )
            if position < WITH_TEXT:
                _write(row, page, truth, by=by)
    log.info("project %d: sample created", project.pk)
    return project


def _write(row: Page, page: SamplePage, layer: Transcription, *, by: User) -> None:
    trees.save_layout(row, page.page, by=by, reason="Sample")
    trees.save_texts(row, page.page, layer, by=by, source="import")
