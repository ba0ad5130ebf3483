"""The types that regions and lines of a project may have (SegmOnto by default)."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from armarius.models.projects import Project


class OntologyType(models.Model):
    """A type of region or line, for example ``MainZone``; subtype and number stay on the shape."""

    class Kind(models.TextChoices):
        REGION = "region"
        LINE = "line"

    project = models.ForeignKey(Project, models.CASCADE, related_name="types")
    kind = models.CharField(max_length=8, choices=Kind)
    name = models.CharField(max_length=200)
    colour = models.CharField(max_length=7, default="#0072b2")

    class Meta:
        ordering: ClassVar = ["kind", "name", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["project", "kind", "name"], name="type_once_per_project"
            )
        ]

    def __str__(self) -> str:
        return self.name
