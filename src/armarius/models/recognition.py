"""Models that engines use. `AtrModel`, because `Model` is Django's word."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models

from armarius.models.projects import Project


class AtrModel(models.Model):
    """A model file, kept under its SHA-256. Without a project it is the instance's, for everybody."""

    class Kind(models.TextChoices):
        RECOGNITION = "recognition"
        SEGMENTATION = "segmentation"

    project = models.ForeignKey(
        Project, models.CASCADE, null=True, blank=True, related_name="models"
    )
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=16, choices=Kind)
    engine = models.CharField(max_length=32, default="kraken")
    sha256 = models.CharField(max_length=64, blank=True)  # empty: the engine brings it along
    size = models.PositiveBigIntegerField(default=0)
    file_name = models.CharField(max_length=255, blank=True)
    metadata = models.JSONField(default=dict, blank=True)  # what the gate read from the file
    created_at = models.DateTimeField(auto_now_add=True)
    deleted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["name", "id"]

    def __str__(self) -> str:
        return self.name
