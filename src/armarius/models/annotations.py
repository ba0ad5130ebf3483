"""Annotations of images and texts, and the taxonomies of a project that say what they may be."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from armarius.models.pages import Page
from armarius.models.projects import Project
from armarius.models.transcription import Line, Transcription


class Taxonomy(models.Model):
    """A kind of annotation: how it looks, and what it says of what it marks."""

    class Marker(models.TextChoices):
        RECTANGLE = "rectangle"
        POLYGON = "polygon"
        BACKGROUND = "background"
        COLOUR = "colour"
        BOLD = "bold"
        ITALIC = "italic"
        UNDERLINE = "underline"

    ON_IMAGES = (Marker.RECTANGLE, Marker.POLYGON)

    project = models.ForeignKey(Project, models.CASCADE, related_name="taxonomies")
    name = models.CharField(max_length=200)
    marker = models.CharField(max_length=16, choices=Marker)
    colour = models.CharField(max_length=7)
    # [{"name", "type": "text" | "number" | "date", "values": [allowed ones, none for any]}]
    components: models.JSONField[Any] = models.JSONField(default=list, blank=True)
    comments = models.BooleanField(default=True)  # may an annotation carry some?
    version = models.PositiveIntegerField(default=1)
    deleted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["name", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["project", "name"],
                name="taxonomy_once_per_project",
                condition=Q(deleted_at=None),
            )
        ]

    def __str__(self) -> str:
        return self.name


class Annotation(models.Model):
    """A part of a page's image, or of the text of a layer, and what somebody says of it.

    Of a text: from a place in one line to one in the same or another line, in code points; `quote`
    is what stood there, to find it again after the text was changed.
    """

    page = models.ForeignKey(Page, models.CASCADE, related_name="annotations")
    taxonomy = models.ForeignKey(Taxonomy, models.PROTECT, related_name="annotations")
    polygon: models.JSONField[Any] = models.JSONField(default=list, blank=True)
    layer = models.ForeignKey(Transcription, models.CASCADE, null=True, related_name="+")
    start_line = models.ForeignKey(Line, models.CASCADE, null=True, related_name="+")
    start = models.PositiveIntegerField(default=0)
    end_line = models.ForeignKey(Line, models.CASCADE, null=True, related_name="+")
    end = models.PositiveIntegerField(default=0)
    quote = models.TextField(blank=True)
    values: models.JSONField[Any] = models.JSONField(default=dict, blank=True)
    comments: models.JSONField[Any] = models.JSONField(default=list, blank=True)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)
    deleted_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering: ClassVar = ["id"]

    def __str__(self) -> str:
        return f"annotation {self.pk} of page {self.page_id}"
