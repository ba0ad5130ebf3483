"""What this instance says to who is not signed in."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q


class Welcome(models.Model):
    """The text of the first page, in Markdown; one row, or none where nobody has written any."""

    text = models.TextField(blank=True)
    version = models.PositiveIntegerField(default=1)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(id=1), name="one_first_page")
        ]

    def __str__(self) -> str:
        return "first page"
