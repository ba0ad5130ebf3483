"""Invitations to this instance, to a project, to a team."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from armarius.models.projects import Project, Role
from armarius.models.teams import Team


class Invitation(models.Model):
    """A link that lets one person in, once; by mail, or copied."""

    email = models.EmailField(blank=True)
    name = models.CharField(max_length=200, blank=True)
    sha256 = models.CharField(max_length=64, unique=True)
    invited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="invitations"
    )
    project = models.ForeignKey(Project, models.CASCADE, null=True, related_name="+")
    role = models.CharField(max_length=16, choices=Role, blank=True)
    team = models.ForeignKey(Team, models.CASCADE, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    seen_at = models.DateTimeField(null=True, blank=True)
    accepted_at = models.DateTimeField(null=True, blank=True)
    accepted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["-created_at", "-id"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(project=None, role="")
                | Q(project__isnull=False, role__in=Role.values),
                name="invitation_has_a_role_where_it_has_a_project",
            )
        ]

    def __str__(self) -> str:
        return self.email or f"invitation {self.pk}"
