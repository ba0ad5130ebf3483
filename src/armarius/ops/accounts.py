"""People and the ways they prove who they are: passwords, tokens, one-time links.

Of tokens and links only the SHA-256 is stored: both are 256 random bits, so a fast hash does.
"""

from __future__ import annotations

import hashlib
import logging
import re
import secrets
from datetime import datetime, timedelta

from django.contrib.auth import authenticate
from django.contrib.auth.password_validation import CommonPasswordValidator
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from armarius.errors import BadInput, Busy, NotFound
from armarius.models import ApiToken, LoginAttempt, LoginLink, User
from armarius.ops import prepared, signing

TOKEN_PREFIX = "arm_"  # noqa: S105  a mark for scanners of leaked secrets, no secret itself
TOKENS_PER_USER = 100
LINK_LIVES = timedelta(hours=12)  # printed in a terminal, opened after lunch
USE_NOTED_EVERY = timedelta(minutes=1)
ATTEMPTS_WITHIN = timedelta(minutes=10)
ATTEMPTS_HERE, ATTEMPTS_PER_ADDRESS, ATTEMPTS_PER_ACCOUNT = 10, 50, 100
NAME = re.compile(r"[\w.@+-]{1,150}")

_USER = [field.attname for field in User._meta.concrete_fields]
# Said in SQL because every call of every script begins with it.
_BEARER = """
SELECT coalesce(token.used_at > now() - %s::interval, false), token.scope, {columns}
FROM armarius_apitoken AS token JOIN armarius_user AS person ON person.id = token.user_id
WHERE token.sha256 = %s::text AND (token.expires_at IS NULL OR token.expires_at > now())
    AND person.is_active AND (person.expires_at IS NULL OR person.expires_at > now())
""".replace("{columns}", ", ".join(f"person.{name}" for name in _USER))

_COMMON = CommonPasswordValidator()

log = logging.getLogger(__name__)


def administrator() -> User:
    """The instance's first administrator, made if there is none (without a password)."""
    with transaction.atomic():
        found = User.objects.filter(is_superuser=True, is_active=True).order_by("id").first()
        if found is not None:
            return found
        name = "administrator"
        while User.objects.filter(username=name).exists():
            name += "_"
        user = User.objects.create_superuser(name)
    log.info("user %d: made administrator", user.pk)
    return user


def create_user(name: str, password: str | None = None, *, is_superuser: bool = False) -> User:
    """Add a person. Without a password only a login link lets them in.

    Raises:
        BadInput: the name is taken or holds unfit characters, or the password is too short.
    """
    if not NAME.fullmatch(name):
        raise BadInput(
            f"The user name “{name[:50]}” must be letters, digits and . @ + - _ only."
        )
    if password is not None:
        fit_password(password)
    make = User.objects.create_superuser if is_superuser else User.objects.create_user
    try:
        with transaction.atomic():
            user = make(name, password=password)
    except IntegrityError:
        raise BadInput(f"There is already a user “{name}”. Choose another name.") from None
    log.info("user %d: created", user.pk)
    return user


def fit_password(password: str) -> None:
    """Refuse a password that is too short or known to everybody.

    Raises:
        BadInput: it will not do; the sentence says why.
    """
    if not 10 <= len(password) <= 1000:
        raise BadInput("A password needs 10 to 1000 characters.")
    try:
        _COMMON.validate(password)
    except ValidationError:
        raise BadInput(
            "This password is one of the most common ones. Choose another."
        ) from None


def login_link(user: User) -> str:
    """A new one-time token for `/login/<token>`, good for `LINK_LIVES`."""
    token = secrets.token_urlsafe(32)
    now = timezone.now()
    LoginLink.objects.filter(expires_at__lt=now - timedelta(days=1)).delete()
    LoginLink.objects.create(user=user, sha256=_sha256(token), expires_at=now + LINK_LIVES)
    log.info("user %d: login link made", user.pk)
    return token


def use_login_link(token: str) -> User:
    """The link's user; the link is used up, even by two calls at once.

    Raises:
        NotFound: there is no such link, it was used, it is too old, or the user is switched off.
    """
    now = timezone.now()
    open_links = LoginLink.objects.filter(
        sha256=_sha256(token), used_at=None, expires_at__gt=now,
        user__in=User.objects.filter(signing.good()),
    )  # fmt: skip
    link = open_links.select_related("user").first()
    taken = (
        LoginLink.objects.filter(pk=link.pk, used_at=None).update(used_at=now) if link else 0
    )
    if link is None or not taken:
        raise NotFound(
            "This login link was used already or is too old. "
            "Start “armarius serve” again to get a new one, or sign in with your password."
        )
    log.info("user %d: signed in by link", link.user_id)
    return link.user


def create_token(
    user: User,
    name: str,
    *,
    expires_at: datetime | None = None,
    scope: str = ApiToken.Scope.WRITE,
) -> tuple[ApiToken, str]:
    """A new bearer token and its text, which is not stored and cannot be shown again.

    Raises:
        BadInput: too many tokens, or one that would be over already.
    """
    if expires_at is not None and expires_at <= timezone.now():
        raise BadInput(f"The token would be over already: {expires_at:%Y-%m-%d %H:%M}.")
    if user.api_tokens.count() >= TOKENS_PER_USER:
        raise BadInput(f"You have {TOKENS_PER_USER} tokens. Delete one that is no longer used.")
    text = TOKEN_PREFIX + secrets.token_urlsafe(32)
    token = ApiToken.objects.create(
        user=user, name=name, prefix=text[:10], sha256=_sha256(text), expires_at=expires_at, scope=scope,
    )  # fmt: skip
    log.info("user %d: token %d made", user.pk, token.pk)
    return token, text


def delete_token(token_id: int, *, by: User) -> None:
    """Take a token out of use at once.

    Raises:
        NotFound: `by` has no such token.
    """
    if not ApiToken.objects.filter(pk=token_id, user=by).delete()[0]:
        raise NotFound("You have no such token.")
    log.info("user %d: token %d deleted", by.pk, token_id)


def user_of_token(text: str) -> User | None:
    """Whose token it is, or None. One query; its use is noted at most once a minute."""
    if not text.isascii() or not 20 <= len(text) <= 100:
        return None
    found = prepared.rows(_BEARER, [USE_NOTED_EVERY, _sha256(text)])
    if not found:
        return None
    used_lately, scope, *values = found[0]
    user = User.from_db("default", _USER, values)
    if not used_lately:
        ApiToken.objects.filter(sha256=_sha256(text)).update(used_at=timezone.now())
        signing.seen(user, None)
    user.token_scope = scope  # type: ignore[attr-defined]  # how they came in
    return user


def check_password(name: str, password: str, *, address: str) -> User | None:
    """The user if name and password fit, else None.

    The attempt is counted before the password is looked at, so that a thousand guesses sent
    at once are not judged before the first is counted.

    Raises:
        Busy: too many attempts at this account or from this address.
    """
    count_attempt(name, address)
    user = authenticate(username=name, password=password)
    if not isinstance(user, User):
        log.info("login refused from %s", address)
        return None
    LoginAttempt.objects.filter(account=name.lower()[:150], address=address).delete()
    log.info("user %d: signed in by password", user.pk)
    return user


def count_attempt(name: str, address: str) -> None:
    """Count a try at an account before it is looked at.

    Raises:
        Busy: too many tries at this account or from this address.
    """
    account = name.lower()[:150]
    LoginAttempt.objects.create(account=account, address=address)
    recent = LoginAttempt.objects.filter(created_at__gt=timezone.now() - ATTEMPTS_WITHIN)
    here = recent.filter(account=account, address=address).count()
    if (
        here > ATTEMPTS_HERE
        or recent.filter(address=address).count() > ATTEMPTS_PER_ADDRESS
        or recent.filter(account=account).count() > ATTEMPTS_PER_ACCOUNT
    ):
        log.warning("too many login attempts from %s", address)
        raise Busy("Too many attempts to sign in. Wait ten minutes and try again.")


def forget() -> None:
    """Drop login attempts that no longer count, and sessions that are over."""
    signing.forget()
    LoginAttempt.objects.filter(created_at__lt=timezone.now() - timedelta(hours=1)).delete()


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
