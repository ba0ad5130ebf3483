"""Passwords: set, changed, and set anew by a letter; and the mail address that this goes to.

A letter goes only to an address that has been confirmed. Its link is good for an hour and for one
password: what it proves is bound to the password that is in force. Whoever asks is never told
whether there is such an account.
"""

from __future__ import annotations

import logging

from django.contrib.auth.hashers import check_password
from django.contrib.auth.tokens import default_token_generator
from django.core import signing
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.http import base36_to_int, int_to_base36

from armarius.errors import BadInput, NotFound
from armarius.models import LoginLink, User
from armarius.ops import accounts, mailing
from armarius.ops import signing as sessions

CONFIRM_WITHIN_S = 3 * 24 * 3600
_SALT = "armarius.mail"

log = logging.getLogger(__name__)


def change(user: User, new: str, current: str, *, address: str) -> None:
    """Set a password; who has one must give it. Ends no session by itself.

    Raises:
        BadInput: the present password is wrong, or the new one will not do.
        Busy: too many tries.
    """
    if user.has_usable_password():
        accounts.count_attempt(user.username, address)
        if not check_password(current, user.password):
            raise BadInput("The present password is wrong.")
    _set(user, new)
    log.info("user %d: password changed", user.pk)


def ask(name: str, *, address: str) -> None:
    """Send a link to whoever has this user name or mail address, if there is such a person.

    Raises:
        Busy: too many tries.
    """
    accounts.count_attempt(f"reset:{name}", address)
    good = User.objects.filter(sessions.good(), email_confirmed_at__isnull=False)
    user = good.filter(username=name).first() or good.filter(email__iexact=name).first()
    if user is None:
        log.info("a password was asked for from %s, for nobody", address)
        return
    token = f"{int_to_base36(user.pk)}-{default_token_generator.make_token(user)}"
    mailing.write(user, "reset", link=mailing.address(f"/new-password#{token}"))
    log.info("user %d: a link for a new password was sent", user.pk)


def reset(token: str, new: str) -> User:
    """Set a password with the token of a letter; all sessions of the person end.

    Raises:
        NotFound: the token is wrong, used or too old.
        BadInput: the password will not do.
    """
    number, _, proof = token.partition("-")
    with transaction.atomic():
        user = User.objects.select_for_update().filter(pk=_number(number)).first()
        fits = user is not None and default_token_generator.check_token(user, proof)
        if user is None or not fits or not sessions.is_in(user):
            raise NotFound("This link was used already or is too old. Ask for a new one.")
        _set(user, new)
        sessions.end_all(user)
        LoginLink.objects.filter(user=user, used_at=None).delete()
    log.info("user %d: password set by letter", user.pk)
    return user


def change_mail(user: User, email: str) -> None:
    """Write to a new address; it is the user's once the link in that letter was followed.

    An empty address takes the present one away.

    Raises:
        BadInput: it is no mail address.
    """
    if not email:
        User.objects.filter(pk=user.pk).update(email="", email_confirmed_at=None)
        return
    checked_mail(email)
    proof = signing.dumps([user.pk, email], salt=_SALT)
    mailing.write(user, "confirm", to=email, link=mailing.address(f"/confirm-mail#{proof}"))
    log.info("user %d: asked to confirm an address", user.pk)


def confirm_mail(proof: str) -> User:
    """Take over the address that the letter went to.

    Raises:
        NotFound: the link is wrong or too old.
        BadInput: somebody else has the address meanwhile.
    """
    try:
        key, email = signing.loads(proof, salt=_SALT, max_age=CONFIRM_WITHIN_S)
    except (signing.BadSignature, ValueError):
        raise NotFound("This link is too old. Ask for a new one on your profile.") from None
    user = User.objects.filter(sessions.good(), pk=key).first()
    if user is None:
        raise NotFound("This link is too old. Ask for a new one on your profile.")
    set_mail(user, email)
    return user


def set_mail(user: User, email: str) -> None:
    """Give the user an address that is known to be theirs.

    Raises:
        BadInput: somebody else has it.
    """
    try:
        with transaction.atomic():
            User.objects.filter(pk=user.pk).update(
                email=email, email_confirmed_at=timezone.now() if email else None
            )
    except IntegrityError:
        raise BadInput(f"The mail address {email} belongs to another account.") from None
    log.info("user %d: mail address set", user.pk)


def checked_mail(email: str) -> str:
    """The address as it is stored.

    Raises:
        BadInput: it is no mail address.
    """
    try:
        validate_email(email)
    except ValidationError:
        raise BadInput(f"“{email[:100]}” is no mail address.") from None
    return email


def _set(user: User, new: str) -> None:
    accounts.fit_password(new)
    user.set_password(new)
    user.save(update_fields=["password"])


def _number(text: str) -> int:
    try:
        return base36_to_int(text)
    except ValueError:
        return 0
