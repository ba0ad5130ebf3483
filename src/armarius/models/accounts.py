"""People, and how they come in: sessions, tokens, links, invitations.

Secrets are stored as SHA-256 only.
"""

from __future__ import annotations

from typing import ClassVar

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower


class User(AbstractUser):
    """A person. `is_superuser` is the instance's administrator.

    A mail address counts once its owner has shown that letters to it arrive.
    """

    class Letters(models.TextChoices):
        """Which news come by mail too."""

        NEVER = "never"
        PROBLEMS = "problems"  # and long jobs, and what is shared
        ALL = "all"
        DAILY = "daily"  # all, in one letter a day

    full_name = models.CharField(max_length=200, blank=True)
    email_confirmed_at = models.DateTimeField(null=True, blank=True)
    expires_at = models.DateTimeField(null=True, blank=True)  # nobody comes in after it
    seen_at = models.DateTimeField(null=True, blank=True)  # to some minutes
    may_invite = models.BooleanField(default=False)
    may_train = models.BooleanField(default=True)
    letters = models.CharField(max_length=16, choices=Letters, default=Letters.PROBLEMS)
    digest_at = models.DateTimeField(null=True, blank=True)
    # What they may use, where it is not what the settings give to everybody: `ops.limits`.
    disk_gb = models.PositiveIntegerField(null=True, blank=True)
    cpu_minutes = models.PositiveIntegerField(null=True, blank=True)  # in 30 days
    gpu_minutes = models.PositiveIntegerField(null=True, blank=True)
    warned = models.JSONField(default=list, blank=True)  # of which limits, until they are far

    class Meta(AbstractUser.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(
                Lower("email"),
                condition=Q(email_confirmed_at__isnull=False),
                name="confirmed_mail_once",
            )
        ]


class BrowserSession(models.Model):
    """A session of a browser, so that its owner can see and end it."""

    user = models.ForeignKey(User, models.CASCADE, related_name="browser_sessions")
    key = models.CharField(max_length=40, unique=True)  # of Django's session
    agent = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    seen_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering: ClassVar = ["-seen_at", "-id"]

    def __str__(self) -> str:
        return f"session of {self.user_id}"


class ApiToken(models.Model):
    """A bearer token for scripts; shown once, stored hashed."""

    class Scope(models.TextChoices):
        """What the token is good for."""

        READ = "read"
        WRITE = "write"

    user = models.ForeignKey(User, models.CASCADE, related_name="api_tokens")
    name = models.CharField(max_length=100)
    prefix = models.CharField(max_length=16)  # the first characters, to recognise it in a list
    sha256 = models.CharField(max_length=64, unique=True)
    scope = models.CharField(max_length=8, choices=Scope, default=Scope.WRITE)
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
