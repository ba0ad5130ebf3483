"""The one Django app."""

from __future__ import annotations

from django.apps import AppConfig


class ArmariusConfig(AppConfig):
    """Everything stored belongs to this app, so there is one migrations folder."""

    name = "armarius"
    label = "armarius"
    default_auto_field = "django.db.models.BigAutoField"
