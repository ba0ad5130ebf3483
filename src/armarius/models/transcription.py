"""Regions, lines, layers and the texts of lines with their history."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector
from django.db import models
from django.db.models import Q

from armarius.models.ontology import OntologyType
from armarius.models.pages import Page, Present
from armarius.models.projects import Document
from armarius.models.recognition import AtrModel


class Region(models.Model):
    """A zone of a page; `key` is its id in files."""

    page = models.ForeignKey(Page, models.CASCADE, related_name="regions")
    parent = models.ForeignKey(
        "self", models.CASCADE, null=True, blank=True, related_name="regions"
    )
    key = models.CharField(max_length=255)
    position = models.PositiveIntegerField()  # among all regions of the page, in tree order
    kind = models.CharField(max_length=32, default="text")
    type = models.ForeignKey(OntologyType, models.SET_NULL, null=True, blank=True)
    type_detail = models.CharField(max_length=200, blank=True)  # ":subtype#number"
    polygon = models.JSONField(default=list)  # [[x, y], ...]
    direction = models.CharField(max_length=16, blank=True)
    language = models.CharField(max_length=64, blank=True)
    extra = models.JSONField(default=list, blank=True)
    deleted_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    objects: ClassVar[Present[Region]] = Present()
    everything: ClassVar[models.Manager[Region]] = models.Manager()

    class Meta:
        ordering: ClassVar = ["page", "position", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["page", "key"],
                name="region_key_once_per_page",
                condition=Q(deleted_at=None),
            )
        ]

    def __str__(self) -> str:
        return self.key


class Line(models.Model):
    """A line of a page; its texts are in the layers."""

    page = models.ForeignKey(Page, models.CASCADE, related_name="lines")
    region = models.ForeignKey(
        Region, models.SET_NULL, null=True, blank=True, related_name="lines"
    )
    key = models.CharField(max_length=255)
    # Among all lines of the page. `Page.order` overrides it where the regions' order does not do.
    position = models.PositiveIntegerField()
    type = models.ForeignKey(OntologyType, models.SET_NULL, null=True, blank=True)
    type_detail = models.CharField(max_length=200, blank=True)
    baseline = models.JSONField(default=list)
    mask = models.JSONField(default=list)
    flagged = models.BooleanField(default=False, db_default=False)  # somebody should look at it
    direction = models.CharField(max_length=16, blank=True)
    language = models.CharField(max_length=64, blank=True)
    extra = models.JSONField(default=list, blank=True)
    deleted_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    objects: ClassVar[Present[Line]] = Present()
    everything: ClassVar[models.Manager[Line]] = models.Manager()

    class Meta:
        ordering: ClassVar = ["page", "position", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["page", "key"],
                name="line_key_once_per_page",
                condition=Q(deleted_at=None),
            )
        ]

    def __str__(self) -> str:
        return self.key


class Transcription(models.Model):
    """A layer of a document: one text per line, made by people, a model or an import."""

    class Kind(models.TextChoices):
        MANUAL = "manual"
        RECOGNISED = "recognised"
        IMPORTED = "imported"

    document = models.ForeignKey(Document, models.CASCADE, related_name="transcriptions")
    name = models.CharField(max_length=200)
    comment = models.TextField(blank=True)
    kind = models.CharField(max_length=16, choices=Kind, default=Kind.MANUAL)
    model = models.ForeignKey(AtrModel, models.SET_NULL, null=True, blank=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True)
    created_at = models.DateTimeField(auto_now_add=True)
    archived_at = models.DateTimeField(null=True, blank=True)
    deleted_at = models.DateTimeField(null=True, blank=True)  # archived too, to be swept

    objects: ClassVar[Present[Transcription]] = Present()
    everything: ClassVar[models.Manager[Transcription]] = models.Manager()

    class Meta:
        ordering: ClassVar = ["id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["document", "name"],
                name="layer_name_once",
                condition=Q(deleted_at=None),
            )
        ]

    def __str__(self) -> str:
        return self.name


class LineText(models.Model):
    """The present text of a line in a layer. Its history is `LineTextVersion`, this row included."""

    line = models.ForeignKey(Line, models.CASCADE, related_name="texts")
    transcription = models.ForeignKey(Transcription, models.CASCADE, related_name="texts")
    content = models.TextField()
    confidence = models.FloatField(null=True, blank=True)
    # One byte per code point of `content`, 0 to 255 for 0 to 1; empty where unknown.
    confidences = models.BinaryField(default=b"", blank=True)
    # {"text", "words", "readings"}: words and glyphs with their places as in the page tree, and the
    # text they spell (an edit leaves them, restoring it brings them back); other readings.
    words = models.JSONField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)
    # Somebody has read the line against the image and accepted this very text.
    checked = models.BooleanField(default=False, db_default=False)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    model = models.ForeignKey(AtrModel, models.SET_NULL, null=True, related_name="+")
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        indexes: ClassVar = [
            GinIndex(SearchVector("content", config="simple"), name="words_of_texts")
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["line", "transcription"], name="one_text_per_layer"
            ),
            models.CheckConstraint(
                condition=Q(confidence=None) | Q(confidence__gte=0, confidence__lte=1),
                name="text_confidence_0_to_1",
            ),
        ]

    def __str__(self) -> str:
        return self.content


class LineTextVersion(models.Model):
    """One text that a line once had. Never changed, never deleted while the line exists."""

    text = models.ForeignKey(LineText, models.CASCADE, related_name="versions")
    version = models.PositiveIntegerField()
    content = models.TextField()
    confidence = models.FloatField(null=True, blank=True)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    model = models.ForeignKey(AtrModel, models.SET_NULL, null=True, related_name="+")
    source = models.CharField(
        max_length=100, blank=True
    )  # "edit", "recognition", "import", "restore"
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering: ClassVar = ["text", "-version"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["text", "version"], name="version_once_per_text"),
            models.CheckConstraint(condition=Q(version__gte=1), name="versions_count_from_1"),
        ]

    def __str__(self) -> str:
        return f"{self.version}: {self.content}"
