"""Who somebody is that an OpenID Connect provider vouches for.

An account is known by issuer and subject, never by a mail address: addresses change hands. So an
account that has the same address is not taken over; its owner connects the two, signed in.
"""

from __future__ import annotations

import logging
import re
from dataclasses import dataclass

from allauth.socialaccount.models import SocialAccount
from django.db import IntegrityError, transaction
from django.utils import timezone

from armarius import config
from armarius.errors import ArmariusError, BadInput, NotFound
from armarius.models import Invitation, User
from armarius.ops import accounts, invitations, passwords, signing

log = logging.getLogger(__name__)


class Refused(ArmariusError):
    """The person does not come in. `why` is a word that the browser has a sentence for."""

    def __init__(self, why: str) -> None:
        self.why = why
        super().__init__(f"Refused: {why}.")


@dataclass(frozen=True, slots=True)
class Claims:
    """What the provider says about somebody."""

    subject: str
    email: str = ""
    email_verified: bool = False
    name: str = ""
    username: str = ""


def enter(claims: Claims, token: str = "") -> User:
    """The person behind the claims; made, where they are invited or everybody may join.

    Args:
        claims: of the provider.
        token: of the invitation that led here, if one did.

    Raises:
        Refused: they do not come in.
        BadInput, NotFound, Forbidden: the invitation is of no use.
    """
    known = _known(claims)
    if known is not None:
        if not signing.is_in(known):
            raise Refused("ended")
        if token:
            invitations.accept(invitations.look(token), known)
        log.info("user %d: signed in by OpenID Connect", known.pk)
        return known
    _allowed(claims, invited=bool(token))
    invitation = invitations.look(token) if token else _invitation(claims)
    with transaction.atomic():
        user = accounts.create_user(_free_name(claims))
        User.objects.filter(pk=user.pk).update(full_name=claims.name[:200])
        if claims.email and claims.email_verified:
            passwords.set_mail(user, claims.email)
        user.refresh_from_db()
        connect(claims, user)
        if invitation is not None:
            invitations.accept(invitation, user)
    return user


def connect(claims: Claims, user: User) -> None:
    """Let the person in by these claims from now on.

    Raises:
        Refused: somebody else comes in by them.
    """
    if _known(claims) == user:
        return
    try:
        with transaction.atomic():
            SocialAccount.objects.create(
                user=user, provider=_issuer(), uid=claims.subject, last_login=timezone.now()
            )
    except IntegrityError:
        raise Refused("connected") from None
    log.info("user %d: connected with OpenID Connect", user.pk)


def connected(user: User) -> bool:
    """Whether the person comes in by the provider."""
    return bool(SocialAccount.objects.filter(user=user, provider=_issuer()).exists())


def disconnect(user: User) -> None:
    """Let the person in by the provider no longer.

    Raises:
        BadInput: they could not come in at all then.
        NotFound: they are not connected.
    """
    if not user.has_usable_password():
        raise BadInput("Set a password first: you could not sign in any more.")
    if not SocialAccount.objects.filter(user=user, provider=_issuer()).delete()[0]:
        raise NotFound("Your account is not connected.")
    log.info("user %d: disconnected from OpenID Connect", user.pk)


def _issuer() -> str:
    return config.text("ARMARIUS_OIDC_ISSUER")[:200]


def _known(claims: Claims) -> User | None:
    found = SocialAccount.objects.select_related("user")
    row = found.filter(provider=_issuer(), uid=claims.subject).first()
    user: User | None = row.user if row else None
    return user


def _allowed(claims: Claims, *, invited: bool) -> None:
    """Whether a new account may be made; who has an invitation's link needs no address."""
    if claims.email and claims.email_verified:
        if User.objects.filter(
            email__iexact=claims.email, email_confirmed_at__isnull=False
        ).exists():
            raise Refused("known")
    elif not invited:
        raise Refused("unverified" if claims.email else "nomail")
    domains = [one.lower() for one in config.names("ARMARIUS_OIDC_DOMAINS")]
    if domains and claims.email.rpartition("@")[2].lower() not in domains:
        raise Refused("domain")


def _invitation(claims: Claims) -> Invitation | None:
    found = invitations.open_for(claims.email)
    everybody = config.choice("ARMARIUS_OIDC_JOIN", "invited", "everybody") == "everybody"
    if found is None and not everybody:
        raise Refused("uninvited")
    return found


def _free_name(claims: Claims) -> str:
    """A user name that nobody has, like the one at the provider."""
    wish = claims.username or claims.email.partition("@")[0] or "person"
    name = re.sub(r"[^\w.@+-]", "", wish)[:140] or "person"
    number, free = 1, name
    while User.objects.filter(username__iexact=free).exists():
        number += 1
        free = f"{name}{number}"
    return free
