"""The one Django app."""

from __future__ import annotations

import os

import django
from django.apps import AppConfig


class ArmariusConfig(AppConfig):
    """Everything stored belongs to this app, so there is one migrations folder."""

    name = "armarius"
    label = "armarius"
    default_auto_field = "django.db.models.BigAutoField"


def start() -> None:
    """Make Django ready in a process that is not the web server: settings read, models loaded."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "armarius.settings")
    django.setup()
