"""People, their tokens and one-time login links. Secrets are stored as SHA-256 only."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.auth.models import AbstractUser
from django.db import models


class User(AbstractUser):
    """A person. `is_superuser` is the instance's administrator."""


class ApiToken(models.Model):
    """A bearer token for scripts; shown once, stored hashed."""

    user = models.ForeignKey(User, models.CASCADE, related_name="api_tokens")
    name = models.CharField(max_length=100)
    prefix = models.CharField(max_length=16)  # the first characters, to recognise it in a list
    sha256 = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField(null=True, blank=True)
    used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["-created_at", "-id"]

    def __str__(self) -> str:
        return f"{self.prefix}…"


class LoginLink(models.Model):
    """A link that signs its user in once."""

    user = models.ForeignKey(User, models.CASCADE, related_name="login_links")
    sha256 = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"link for {self.user_id}"


class LoginAttempt(models.Model):
    """A try at a password, counted before it is looked at; forgotten after an hour."""

    account = models.CharField(max_length=150)  # as typed, lower case
    address = models.GenericIPAddressField()
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes: ClassVar = [
            # How many from here, how many at this account, in the last minutes?
            models.Index(fields=["address", "created_at"], name="attempt_by_address"),
            models.Index(fields=["account", "created_at"], name="attempt_by_account"),
        ]

    def __str__(self) -> str:
        return f"attempt at {self.account}"
