"""Remove for good what was deleted long ago: rows, and the files that nothing needs any more.

What was deleted can be brought back for `ARMARIUS_BIN_DAYS` days. Each thing is removed in one
transaction under the lock that bringing it back takes too: either it comes back whole, or it is
gone. Files go last, under the lock of their row, so that the same image may be imported at that
very moment. See docs/decisions/0033.
"""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from armarius import config
from armarius.images import store
from armarius.models import (
    AtrModel,
    Document,
    FormerImage,
    Image,
    Page,
    PageSnapshot,
    Project,
    Transcription,
)
from armarius.ops import model_files
from armarius.ops.alone import alone

PORTION = 20  # pages whose rows are in memory together
_LOCK = 0x62696E73  # "bins"

_VERSIONS = """
DELETE FROM armarius_linetextversion v USING armarius_linetext t
WHERE v.text_id = t.id AND t.transcription_id = %s
"""
_TEXTS = "DELETE FROM armarius_linetext WHERE transcription_id = %s"
# Nothing on any page, removed pages too, nor a former image that may return.
_LOOSE = """
SELECT i.id FROM armarius_image i WHERE i.created_at < %s
AND NOT EXISTS (SELECT 1 FROM armarius_page p WHERE p.image_id = i.id)
AND NOT EXISTS (SELECT 1 FROM armarius_formerimage f WHERE f.image_id = i.id)
"""

log = logging.getLogger(__name__)


def empty() -> None:
    """Remove what was deleted before the days that the settings say; nothing where they say 0."""
    days = config.amount("ARMARIUS_BIN_DAYS")
    if not days:
        return
    before = timezone.now() - timedelta(days=days)
    with alone(_LOCK) as mine:
        if mine:
            for project in _old(Project.objects.all(), before):
                _project(project, before)
            for document in _old(Document.objects.all(), before):
                _document(document, before)
            for page in _old(Page.everything.all(), before):
                _page(page, before)
            for layer in _old(Transcription.everything.all(), before):
                _layer(layer, before)
            for former in _ids(FormerImage.objects.filter(replaced_at__lt=before)):
                _former(former)
            _images(before)
            removed = AtrModel.objects.filter(deleted_at__lt=before).exclude(sha256="")
            for sha256 in removed.values_list("sha256", flat=True).distinct().order_by():
                _model_file(sha256, before)


def _old(found: QuerySet[Any], before: datetime) -> list[int]:
    return _ids(found.filter(deleted_at__lt=before))


def _ids(found: QuerySet[Any]) -> list[int]:
    return list(found.order_by("pk").values_list("pk", flat=True))


def _project(pk: int, before: datetime) -> None:
    with transaction.atomic():
        project = (
            Project.objects.select_for_update().filter(pk=pk, deleted_at__lt=before).first()
        )
        if project is None:
            return  # it came back meanwhile
        # Others may use a model after its project was deleted.
        models = AtrModel.objects.filter(project=project, deleted_at=None)
        if models.filter(Q(public=True) | Q(shares__isnull=False)).exists():
            return
        for document in Document.objects.select_for_update().filter(project=project):
            _with_pages(document)
        files = sorted(
            set(AtrModel.objects.filter(project=project).values_list("sha256", flat=True))
        )
        project.delete()
        for sha256 in filter(None, files):
            _model_file(sha256, before)
    log.info("project %d: removed for good", pk)


def _document(pk: int, before: datetime) -> None:
    with transaction.atomic():
        found = (
            Document.objects.select_for_update().filter(pk=pk, deleted_at__lt=before).first()
        )
        if found is None:
            return
        _with_pages(found)
    log.info("document %d: removed for good", pk)


def _with_pages(document: Document) -> None:
    pages = _ids(Page.everything.filter(document=document))
    for start in range(0, len(pages), PORTION):
        Page.everything.filter(pk__in=pages[start : start + PORTION]).delete()
    document.delete()


def _page(pk: int, before: datetime) -> None:
    with transaction.atomic():
        # The lock that `ordering.bring_back` takes.
        document = Document.objects.select_for_update().filter(pages=pk).first()
        found = Page.everything.filter(pk=pk, deleted_at__lt=before)
        if document is None or not found.exists():
            return
        found.delete()
    log.info("page %d: removed for good", pk)


def _layer(pk: int, before: datetime) -> None:
    with transaction.atomic():
        found = Transcription.everything.select_for_update()
        layer = found.filter(pk=pk, deleted_at__lt=before).first()
        if layer is None:
            return
        with connection.cursor() as cursor:  # perhaps a million rows, not to be loaded
            cursor.execute(_VERSIONS, [pk])
            cursor.execute(_TEXTS, [pk])
        layer.delete()
    log.info("layer %d: removed for good", pk)


def _former(pk: int) -> None:
    """A former image, and the snapshots of its page that stand on it: they cannot come back without."""
    with transaction.atomic():
        page = Page.everything.select_for_update().filter(former_images=pk).first()
        former = FormerImage.objects.filter(pk=pk).first()
        if page is None or former is None:
            return
        others = page.former_images.exclude(pk=pk).filter(image=former.image_id)
        if former.image_id != page.image_id and not others.exists():
            standing = {"page": page, "tree__page__image_id": former.image_id}
            PageSnapshot.objects.filter(**standing).delete()
        former.delete()
    log.info("page %d: former image %d removed for good", page.pk, former.image_id)


def _images(before: datetime) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_LOOSE, [before])
        loose = [row[0] for row in cursor.fetchall()]
    for pk in loose:
        with transaction.atomic():
            # Whoever imports the same bytes again waits here, or has made the row young.
            found = Image.objects.select_for_update().filter(pk=pk, created_at__lt=before)
            image = found.first()
            if image is None or _used(pk):
                continue
            image.delete()
            store.remove(image.sha256)
        log.info("image %d: removed with its files", pk)


def _model_file(sha256: str, before: datetime) -> None:
    """A model's file, unless another model needs it. The row stays: texts say who read them."""
    file = model_files.place(sha256)
    if not file.exists():
        return
    with transaction.atomic():
        model_files.guard(sha256)
        same = AtrModel.objects.filter(sha256=sha256).exclude(deleted_at__lt=before)
        if same.exists() or Image.objects.filter(sha256=sha256).exists():
            return
        file.unlink(missing_ok=True)
    log.info("model file %s: removed for good", sha256)


def _used(pk: int) -> bool:
    return (
        Page.everything.filter(image=pk).exists()
        or FormerImage.objects.filter(image=pk).exists()
    )
