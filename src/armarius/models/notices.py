"""What people are told: notices in the page, and letters by mail."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q


class Notice(models.Model):
    """Something that a person should know; the browser puts it into words."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="notices")
    kind = models.CharField(max_length=32)  # see `ops.noticing.KINDS`
    payload = models.JSONField(default=dict)
    created_at = models.DateTimeField(auto_now_add=True)
    read_at = models.DateTimeField(null=True, blank=True)
    mailed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["-id"]
        indexes: ClassVar = [
            # The list behind the bell, newest first.
            models.Index(fields=["user", "-id"], name="notice_by_user"),
            # How many are unread?
            models.Index(fields=["user"], name="notice_unread", condition=Q(read_at=None)),
        ]

    def __str__(self) -> str:
        return f"{self.kind} for {self.user_id}"


class Letter(models.Model):
    """A mail on its way; its text is forgotten once it has been sent."""

    to = models.EmailField()
    subject = models.CharField(max_length=300)
    text = models.TextField()
    entry = models.BigIntegerField(null=True)  # of the queue
    tries = models.PositiveSmallIntegerField(default=0)
    due_at = models.DateTimeField(auto_now_add=True)
    error = models.TextField(blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    given_up_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["-id"]
        indexes: ClassVar = [
            # What has to be sent?
            models.Index(
                fields=["due_at"],
                name="letter_waiting",
                condition=Q(sent_at=None, given_up_at=None),
            ),
        ]

    def __str__(self) -> str:
        return f"letter {self.pk}"
