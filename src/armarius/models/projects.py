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
    guidelines = models.TextField(blank=True)  # how to transcribe here, in Markdown
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


class Tag(models.Model):
    """A word with a colour that documents and pages of a project can carry."""

    project = models.ForeignKey(Project, models.CASCADE, related_name="tags")
    name = models.CharField(max_length=100)
    colour = models.CharField(max_length=7, default="#0072b2")

    class Meta:
        ordering: ClassVar = ["name", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["project", "name"], name="tag_once_per_project")
        ]

    def __str__(self) -> str:
        return self.name


class ProjectTag(models.Model):
    """A word with a colour by which one person finds their projects; nobody else sees it."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="project_tags"
    )
    name = models.CharField(max_length=100)
    colour = models.CharField(max_length=7, default="#0072b2")

    class Meta:
        ordering: ClassVar = ["name", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["user", "name"], name="project_tag_once_per_person")
        ]

    def __str__(self) -> str:
        return self.name


class TaggedProject(models.Model):
    """A project that carries a person's tag."""

    tag = models.ForeignKey(ProjectTag, models.CASCADE, related_name="tagged")
    project = models.ForeignKey(Project, models.CASCADE, related_name="tagged")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["tag", "project"], name="project_tagged_once")
        ]

    def __str__(self) -> str:
        return f"project {self.project_id} has tag {self.tag_id}"


class Document(models.Model):
    """An ordered set of pages: a manuscript, a volume, a bundle of letters."""

    class LinePosition(models.TextChoices):
        """Where the drawn line of a text line lies among its letters."""

        BASELINE = "baseline"  # below them
        TOPLINE = "topline"  # above them, as in Hebrew or Devanagari
        CENTRE = "centre"

    project = models.ForeignKey(Project, models.CASCADE, related_name="documents")
    name = models.CharField(max_length=200)
    direction = models.CharField(max_length=16, default="horizontal-lr")
    script = models.CharField(max_length=64, blank=True)  # main script, ISO 15924 or a word
    line_position = models.CharField(
        max_length=16, choices=LinePosition, default=LinePosition.BASELINE
    )
    metadata = models.JSONField(default=dict, blank=True)
    tags = models.ManyToManyField(Tag, related_name="documents", blank=True)
    archived_at = models.DateTimeField(null=True, blank=True)  # done: out of the usual lists
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
