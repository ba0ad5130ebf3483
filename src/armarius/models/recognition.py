"""Models that engines use. `AtrModel`, because `Model` is Django's word."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from armarius.models.projects import Project
from armarius.models.teams import Team


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
    card = models.JSONField(
        default=dict, blank=True
    )  # what people say of it: `ops.model_cards`
    public = models.BooleanField(default=False)  # everybody here may use it
    created_at = models.DateTimeField(auto_now_add=True)
    deleted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["name", "id"]

    def __str__(self) -> str:
        return self.name


class ModelShare(models.Model):
    """A model that others may use: a person, a team, or all of another project."""

    model = models.ForeignKey(AtrModel, models.CASCADE, related_name="shares")
    project = models.ForeignKey(Project, models.CASCADE, null=True, related_name="+")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, null=True, related_name="+"
    )
    team = models.ForeignKey(Team, models.CASCADE, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering: ClassVar = ["id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["model", "project"], name="model_once_per_project"),
            models.UniqueConstraint(fields=["model", "user"], name="model_once_per_user"),
            models.UniqueConstraint(fields=["model", "team"], name="model_once_per_team"),
            models.CheckConstraint(
                condition=Q(project__isnull=False, user=None, team=None)
                | Q(project=None, user__isnull=False, team=None)
                | Q(project=None, user=None, team__isnull=False),
                name="model_share_with_one",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.model_id} for {self.project_id or self.team_id or self.user_id}"
