"""Projects, their members and documents."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from armarius.models.teams import Team


class Role(models.TextChoices):
    """What a member may do; each role may do all that the ones before it may."""

    READER = "reader"
    TRANSCRIBER = "transcriber"
    MANAGER = "manager"
    OWNER = "owner"


class Project(models.Model):
    """A campaign: documents, people and the types they use."""

    name = models.CharField(max_length=200)
    description = models.TextField(blank=True)
    members = models.ManyToManyField(settings.AUTH_USER_MODEL, through="Membership")
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)
    deleted_at = models.DateTimeField(null=True, blank=True)  # restorable until it is swept
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering: ClassVar = ["-updated_at", "-id"]

    def __str__(self) -> str:
        return self.name


class Membership(models.Model):
    """The role of a person, or of everybody in a team, in a project."""

    project = models.ForeignKey(Project, models.CASCADE, related_name="memberships")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, null=True, related_name="memberships"
    )
    team = models.ForeignKey(Team, models.CASCADE, null=True, related_name="memberships")
    role = models.CharField(max_length=16, choices=Role)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["project", "user"], name="one_role_per_project"),
            models.UniqueConstraint(fields=["project", "team"], name="one_role_per_team"),
            models.CheckConstraint(condition=Q(role__in=Role.values), name="role_is_known"),
            models.CheckConstraint(
                condition=Q(user=None) ^ Q(team=None), name="member_is_person_or_team"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id or f'team {self.team_id}'} is {self.role} of {self.project_id}"


class Document(models.Model):
    """An ordered set of pages: a manuscript, a volume, a bundle of letters."""

    project = models.ForeignKey(Project, models.CASCADE, related_name="documents")
    name = models.CharField(max_length=200)
    direction = models.CharField(max_length=16, default="horizontal-lr")
    metadata = models.JSONField(default=dict, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)
    deleted_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering: ClassVar = ["name", "id"]

    def __str__(self) -> str:
        return self.name


class DocumentShare(models.Model):
    """One document shared with a person or a team that need not be in its project."""

    document = models.ForeignKey(Document, models.CASCADE, related_name="shares")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, null=True, related_name="+"
    )
    team = models.ForeignKey(Team, models.CASCADE, null=True, related_name="+")
    role = models.CharField(max_length=16, choices=Role)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering: ClassVar = ["id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["document", "user"], name="one_role_per_document"),
            models.UniqueConstraint(
                fields=["document", "team"], name="one_role_per_document_and_team"
            ),
            models.CheckConstraint(
                condition=Q(role__in=["reader", "transcriber", "manager"]),
                name="share_has_a_role_of_documents",
            ),
            models.CheckConstraint(
                condition=Q(user=None) ^ Q(team=None), name="share_is_with_person_or_team"
            ),
        ]

    def __str__(self) -> str:
        who = self.user_id or f"team {self.team_id}"
        return f"{who} is {self.role} of document {self.document_id}"
