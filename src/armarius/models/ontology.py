"""The types that pages, regions and lines of a project may have (SegmOnto by default)."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q

from armarius.models.projects import Project


class OntologyType(models.Model):
    """A type of region, line or page, for example ``MainZone``; subtype and number stay on the shape.

    A removed type keeps its row, and in `moved` the shapes that another type has taken over, so
    that removing can be undone.
    """

    class Kind(models.TextChoices):
        REGION = "region"
        LINE = "line"
        PAGE = "page"

    project = models.ForeignKey(Project, models.CASCADE, related_name="types")
    kind = models.CharField(max_length=8, choices=Kind)
    name = models.CharField(max_length=200)
    colour = models.CharField(max_length=7, default="#0072b2")
    key = models.CharField(max_length=1, blank=True, default="")  # digit that gives the type
    position = models.PositiveIntegerField(default=0)  # in menus; gaps do not matter
    version = models.PositiveIntegerField(default=1)
    deleted_at = models.DateTimeField(null=True, blank=True)
    moved: models.JSONField[Any] = models.JSONField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["kind", "position", "name", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["project", "kind", "name"],
                name="type_once_per_project",
                condition=Q(deleted_at=None),
            ),
            models.UniqueConstraint(
                fields=["project", "kind", "key"],
                name="type_key_once_per_project",
                condition=Q(deleted_at=None) & ~Q(key=""),
            ),
        ]

    def __str__(self) -> str:
        return self.name
