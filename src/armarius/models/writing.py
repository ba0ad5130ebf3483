"""How people write: their own preferences, a project's conventions, replacements in many texts."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from armarius.models.projects import Project


class Preferences(models.Model):
    """What a person has set up for the web application: keys, panels, glyphs. One small object."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        primary_key=True,
        related_name="preferences",
    )
    content = models.JSONField(default=dict)
    updated_at = models.DateTimeField(auto_now=True)

    def __str__(self) -> str:
        return f"preferences of {self.user_id}"


class Writing(models.Model):
    """The conventions of a project's transcribers. A project without a row has the defaults."""

    class Form(models.TextChoices):
        """Unicode's normal form that texts are stored in; `none` leaves them as they come."""

        NFC = "NFC"
        NFD = "NFD"
        NONE = "none"

    project = models.OneToOneField(
        Project, models.CASCADE, primary_key=True, related_name="writing"
    )
    normal_form = models.CharField(max_length=4, choices=Form, default=Form.NFC)
    doubtful = models.FloatField(default=0.8)  # characters below this confidence are marked
    glyphs = models.JSONField(default=list)  # [{"text", "name"}]; the first nine have a key
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(doubtful__gte=0, doubtful__lte=1), name="doubtful_0_to_1"
            )
        ]

    def __str__(self) -> str:
        return f"writing of {self.project_id}"


class Replacement(models.Model):
    """One act of find and replace, and what it has written, so that it can be undone as one."""

    project = models.ForeignKey(Project, models.CASCADE, related_name="replacements")
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    asked = models.JSONField(default=dict)  # the question, as the API had it
    texts = models.JSONField(default=list)  # [[id of the text, version that was written], ...]
    created_at = models.DateTimeField(auto_now_add=True)
    undone_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["-created_at", "-id"]

    def __str__(self) -> str:
        return f"replacement {self.pk}"
