"""Page images and pages."""

from __future__ import annotations

from typing import ClassVar, TypeVar

from django.conf import settings
from django.db import models
from django.db.models import Deferrable, Q

from armarius.models.ontology import OntologyType
from armarius.models.projects import Document, Tag

Row = TypeVar("Row", bound=models.Model, covariant=True)


class Present(models.Manager[Row]):
    """Rows that nobody has removed. Removed ones stay stored, so that removing can be undone."""

    def get_queryset(self) -> models.QuerySet[Row]:
        """Only what is not removed."""
        return super().get_queryset().filter(deleted_at=None)


class Image(models.Model):
    """An image file, kept byte for byte under its SHA-256; sizes are of the upright image."""

    sha256 = models.CharField(max_length=64, unique=True)
    size = models.PositiveBigIntegerField()  # bytes of the original
    format = models.CharField(max_length=16)  # jpeg, png, tiff, jp2, webp
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    orientation = models.PositiveSmallIntegerField(default=1)  # EXIF, 1 to 8
    notes = models.JSONField(
        default=list, blank=True
    )  # what was converted for the eye, in words
    tile_tries = models.PositiveSmallIntegerField(
        null=True, blank=True
    )  # how often its pyramid was begun; null: none is due
    created_at = models.DateTimeField(auto_now_add=True)  # or added once more

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["id"], name="tiles_due", condition=Q(tile_tries__isnull=False))
        ]

    def __str__(self) -> str:
        return self.sha256[:12]


class Page(models.Model):
    """One page of a document. `position` counts from 0 without gaps.

    A removed page stands behind all others, at `REMOVED` + its id, and out of every query that
    does not ask for it by `everything`.
    """

    REMOVED = 1_000_000_000

    document = models.ForeignKey(Document, models.CASCADE, related_name="pages")
    position = models.PositiveIntegerField()
    name = models.CharField(max_length=255)  # file name shown to people
    source = models.TextField(blank=True)  # where it came from, as given, however long
    image = models.ForeignKey(Image, models.PROTECT, related_name="pages")
    key = models.CharField(max_length=255, blank=True)  # its id in files
    type = models.ForeignKey(OntologyType, models.SET_NULL, null=True, blank=True)
    comment = models.TextField(blank=True, default="")
    metadata = models.JSONField(default=dict, blank=True)
    direction = models.CharField(max_length=16, blank=True)  # empty: the document's
    language = models.CharField(max_length=64, blank=True)
    order = models.JSONField(
        null=True, blank=True
    )  # explicit reading order, as in the page tree
    steps = models.JSONField(default=list, blank=True)  # provenance, as in the page tree
    extra = models.JSONField(default=list, blank=True)
    tags = models.ManyToManyField(Tag, related_name="pages", blank=True)
    lines_count = models.PositiveIntegerField(default=0)
    segmented_at = models.DateTimeField(null=True, blank=True)
    recognised_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)
    deleted_at = models.DateTimeField(null=True, blank=True)
    removed_from = models.PositiveIntegerField(null=True, blank=True)  # its position before
    version = models.PositiveIntegerField(default=1)  # counts changes of the layout

    objects: ClassVar[Present[Page]] = Present()
    everything: ClassVar[models.Manager[Page]] = models.Manager()

    class Meta:
        ordering: ClassVar = ["document", "position"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["document", "position"],
                name="position_once_per_document",
                deferrable=Deferrable.DEFERRED,
            )
        ]
        indexes: ClassVar = [
            # Matching XML to pages by name.
            models.Index(fields=["document", "name"], name="page_by_name")
        ]

    def __str__(self) -> str:
        return self.name


class FormerImage(models.Model):
    """An image that a page had before another one took its place; kept, so that it can return."""

    page = models.ForeignKey(Page, models.CASCADE, related_name="former_images")
    image = models.ForeignKey(Image, models.PROTECT, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True)
    # The page as it was on that image, where its shapes were turned or cut with it.
    snapshot = models.ForeignKey(
        "PageSnapshot", models.SET_NULL, null=True, related_name="former_images"
    )
    replaced_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering: ClassVar = ["-replaced_at", "-id"]

    def __str__(self) -> str:
        return f"{self.page_id}: {self.image_id}"


class PageSnapshot(models.Model):
    """The rows of a page as they were, all layers included, before something replaced them.

    Regions and lines that were replaced stay in their tables with `deleted_at` set, history
    and all; `tree` says which of them stood on the page, where, and with which texts.
    """

    page = models.ForeignKey(Page, models.CASCADE, related_name="snapshots")
    reason = models.CharField(max_length=200)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True)
    created_at = models.DateTimeField(auto_now_add=True)
    tree = models.JSONField()
    sha256 = models.CharField(max_length=64, blank=True)

    class Meta:
        ordering: ClassVar = ["-created_at", "-id"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(reason=""), name="snapshot_says_why")
        ]

    def __str__(self) -> str:
        return f"{self.page_id}: {self.reason}"
