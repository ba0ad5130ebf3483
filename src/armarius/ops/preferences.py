"""What a person has set up for the web application, kept on the server: it follows them around.

The server does not read it. It is small, and changed by top-level names, so that two windows
that change different things do not undo each other.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

from django.db import transaction

from armarius.errors import BadInput
from armarius.models import Preferences, User

MOST_BYTES: Final = 64 * 1024
LONGEST_NAME: Final = 60


def read(user: User) -> dict[str, Any]:
    """All that the person has set; empty for who never did."""
    found = Preferences.objects.filter(user=user).values_list("content", flat=True).first()
    return dict(found or {})


def change(user: User, values: Mapping[str, Any]) -> dict[str, Any]:
    """Set the named values, take away those that are None; returns all.

    Raises:
        BadInput: a name is too long, or it would be too much in all.
    """
    if unfit := [name for name in values if not 0 < len(name) <= LONGEST_NAME]:
        raise BadInput(
            f"“{unfit[0][:80]}” is no name for a preference: it must have 1 to {LONGEST_NAME} letters."
        )
    with transaction.atomic():
        Preferences.objects.get_or_create(user=user)
        row = Preferences.objects.select_for_update().get(user=user)
        given = {**row.content, **values}
        row.content = {name: value for name, value in given.items() if value is not None}
        size = len(json.dumps(row.content, ensure_ascii=False).encode())
        if size > MOST_BYTES:
            raise BadInput(
                f"Preferences of {size:,} bytes; the limit is {MOST_BYTES:,}. Remove something first."
            )
        row.save()
    return dict(row.content)
