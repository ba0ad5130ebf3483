"""What people say about themselves, and what administrators say about them."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet

from armarius.errors import BadInput, NotFound
from armarius.models import User
from armarius.ops import passwords, signing

log = logging.getLogger(__name__)


def change(user: User, values: Mapping[str, Any]) -> User:
    """Write name and choice of letters; returns the person as stored."""
    if values:
        User.objects.filter(pk=user.pk).update(**values)
    return User.objects.get(pk=user.pk)


def people(words: str, state: str) -> QuerySet[User]:
    """People by name, full name or mail address, in any state or only good or ended ones."""
    found = User.objects.order_by("username")
    if words:
        found = found.filter(
            Q(username__icontains=words)
            | Q(full_name__icontains=words)
            | Q(email__icontains=words)
        )
    if state == "good":
        found = found.filter(signing.good())
    elif state == "ended":
        found = found.exclude(signing.good())
    return found


def govern(user_id: int, values: Mapping[str, Any], *, by: User) -> User:
    """Change somebody as their administrator; who is switched off is out at once.

    Args:
        user_id: whom.
        values: fields of `User`; `email` is taken as confirmed, since an administrator gives it.
        by: an administrator.

    Raises:
        NotFound: there is no such person.
        BadInput: one would lock oneself out, or the address belongs to another account.
    """
    values = dict(values)
    email = values.pop("email", None)
    with transaction.atomic():
        user = User.objects.select_for_update().filter(pk=user_id).first()
        if user is None:
            raise NotFound(f"There is no user {user_id}.")
        for name, value in values.items():
            setattr(user, name, value)
        if user.pk == by.pk and not (user.is_superuser and signing.is_in(user)):
            raise BadInput("You cannot lock yourself out. Another administrator can do it.")
        user.save(update_fields=list(values))
        if email is not None:
            passwords.set_mail(user, passwords.checked_mail(email) if email else "")
        if not signing.is_in(user):
            signing.end_all(user)
    log.info("user %d: %s set by user %d", user_id, ", ".join(values), by.pk)
    return User.objects.get(pk=user_id)
