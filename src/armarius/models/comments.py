"""What people tell each other about a line: a thread of short comments."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from armarius.models.transcription import Line


class LineComment(models.Model):
    """A comment on a line; those of one line, in their order, are its thread."""

    line = models.ForeignKey(Line, models.CASCADE, related_name="comments")
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    text = models.TextField()
    created_at = models.DateTimeField(auto_now_add=True)
    resolved_at = models.DateTimeField(null=True, blank=True)
    resolved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    deleted_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering: ClassVar = ["id"]
        indexes: ClassVar = [
            # How many questions are open on each line of a page?
            models.Index(
                fields=["line"],
                name="comment_open",
                condition=Q(deleted_at=None, resolved_at=None),
            )
        ]

    def __str__(self) -> str:
        return self.text
