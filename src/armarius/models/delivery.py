"""What is between the browser and us: uploads in pieces, answers kept for retries, news."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models

from armarius.models.projects import Document, Project


class Upload(models.Model):
    """A file that arrives in pieces; its bytes lie in the upload folder under its id."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="uploads")
    name = models.CharField(max_length=4000)
    size = models.PositiveBigIntegerField()
    offset = models.PositiveBigIntegerField(default=0)
    sha256 = models.CharField(max_length=64, blank=True)  # known when complete
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)
    completed_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return self.name


class IdempotencyKey(models.Model):
    """The answer to an unsafe call, kept so that its repetition gets the same one."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    key = models.CharField(max_length=200)
    request_sha256 = models.CharField(max_length=64)  # of method, path and body
    status = models.PositiveSmallIntegerField(null=True)
    answer = models.TextField(blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["user", "key"], name="key_once_per_user")
        ]
        indexes: ClassVar = [
            # Forgetting old ones.
            models.Index(fields=["created_at"], name="key_by_age")
        ]

    def __str__(self) -> str:
        return self.key


class Event(models.Model):
    """A piece of news for everybody who may see the project, or for one person.

    Forgotten after a day.
    """

    project = models.ForeignKey(Project, models.CASCADE, null=True, related_name="+")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, null=True, related_name="+"
    )
    kind = models.CharField(max_length=32)  # "job", "page", "document"
    payload = models.JSONField()
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes: ClassVar = [
            # Forgetting old ones.
            models.Index(fields=["created_at"], name="event_by_age")
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"


class Handout(models.Model):
    """An export that somebody took. Its link makes the archive anew, from what is there then.

    The link is `key` with the instance's signature: the row alone opens nothing.
    """

    document = models.ForeignKey(Document, models.CASCADE, related_name="handouts")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    key = models.CharField(max_length=32, unique=True)
    wanted = models.JSONField()  # what else was chosen, as the API takes it
    page_ids = models.JSONField(null=True)  # None: all that there will be
    pages = models.PositiveIntegerField()  # how many there were
    layer = models.CharField(max_length=200, blank=True)  # its name then
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)
    uses = models.PositiveIntegerField(default=0)  # since `uses_since`
    uses_since = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["-created_at", "-id"]

    def __str__(self) -> str:
        return f"{self.pages} pages of {self.document_id}"
