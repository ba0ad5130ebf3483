"""Invitations: made, sent, seen, accepted, revoked.

Who may invite is said by a flag of the person. Nobody invites into more than they may share, and
that is asked again when the invitation is accepted.
"""

from __future__ import annotations

import csv
import hashlib
import io
import logging
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from armarius.errors import BadInput, Busy, Forbidden, NotFound
from armarius.models import Invitation, Membership, Project, Role, Team, TeamMember, User
from armarius.ops import accounts, letters, mailing, members, noticing, passwords, sharing
from armarius.ops import signing as sessions
from armarius.ops import teams as team_ops

LIVES = timedelta(days=14)
LONGEST = timedelta(days=366)
MOST_OPEN = 1000  # of one person
MOST_AT_ONCE = 200

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class To:
    """What an invitation leads to, and how long."""

    project: Project | None = None
    role: Role | None = None
    team: Team | None = None
    expires_at: datetime | None = None


def may_invite(user: User) -> bool:
    """Whether the person may let new people in."""
    return user.is_superuser or user.may_invite


def visible(user: User) -> QuerySet[Invitation]:
    """Those that the user has made; for administrators all."""
    found = Invitation.objects.select_related("invited_by", "accepted_by", "project", "team")
    return found if user.is_superuser else found.filter(invited_by=user)


def one_of(user: User, invitation_id: int) -> Invitation:
    """One of `visible`.

    Raises:
        NotFound: there is none.
    """
    found = visible(user).filter(pk=invitation_id).first()
    if found is None:
        raise NotFound(f"There is no invitation {invitation_id} of yours.")
    return found


def invite(
    to: To, *, email: str = "", name: str = "", by: User, language: str = "en"
) -> tuple[Invitation, str]:
    """Make an invitation, and send it where there is an address; returns its token too.

    Raises:
        Forbidden: `by` may not invite, or not into this.
        BadInput: no mail address, or a date that is over or too far away.
        Busy: too many open invitations.
    """
    if not may_invite(by):
        raise Forbidden("You may not invite people. Ask your administrator.")
    _may_lead(to.project, to.role, to.team, by)
    if email:
        passwords.checked_mail(email)
    now = timezone.now()
    expires_at = to.expires_at or now + LIVES
    if not now < expires_at <= now + LONGEST:
        raise BadInput("An invitation must end in the future, within a year.")
    open_ones = Invitation.objects.filter(
        invited_by=by, accepted_at=None, revoked_at=None, expires_at__gt=now
    )
    if open_ones.count() >= MOST_OPEN:
        raise Busy(f"You have {MOST_OPEN} open invitations. Revoke some first.")
    token = secrets.token_urlsafe(32)
    with transaction.atomic():
        made = Invitation.objects.create(
            email=email, name=name, sha256=_sha256(token), invited_by=by, project=to.project,
            role=to.role or "", team=to.team, expires_at=expires_at,
        )  # fmt: skip
        _send(made, token, language)
    log.info("invitation %d: made by user %d", made.pk, by.pk)
    return made, token


def invite_many(
    people: list[tuple[str, str]], to: To, *, by: User, language: str = "en"
) -> None:
    """Invite people by mail, all or nobody; raises as `invite`."""
    with transaction.atomic():
        for email, name in people:
            invite(to, email=email, name=name, by=by, language=language)


def addresses(text: str) -> list[tuple[str, str]]:
    """Mail addresses with names, from a list or a CSV file: `address`, `address;name`, `Name <address>`.

    Raises:
        BadInput: a line holds no address, or there are none or too many.
    """
    found: dict[str, str] = {}
    for number, line in enumerate(text.replace("\ufeff", "").splitlines(), 1):
        if not line.strip():
            continue
        separator = next((one for one in ";\t," if one in line), ";")
        cells = [
            cell.strip() for cell in next(csv.reader(io.StringIO(line), delimiter=separator))
        ]
        at = next((place for place, cell in enumerate(cells) if "@" in cell), None)
        if at is None:
            if number == 1 and len(cells) > 1:
                continue  # the heading of a table
            raise BadInput(f"Line {number}: “{line.strip()[:60]}” has no mail address.")
        name, _, inside = cells[at].rpartition("<")
        email = inside.rstrip("> ")
        passwords.checked_mail(email)
        others = [cell for place, cell in enumerate(cells) if place != at and cell]
        found.setdefault(email, (name.strip(' "') or " ".join(others))[:200])
    if not found:
        raise BadInput("There is no mail address in the list.")
    if len(found) > MOST_AT_ONCE:
        raise BadInput(f"{len(found)} addresses; at most {MOST_AT_ONCE} at once.")
    return list(found.items())


def again(invitation: Invitation, *, by: User, language: str = "en") -> str:
    """Send it once more, with a new link; the old one stops working. Returns the token.

    Raises:
        Forbidden: as `invite`.
        BadInput: it was accepted or revoked.
    """
    if invitation.accepted_at or invitation.revoked_at:
        raise BadInput("This invitation is over. Make a new one.")
    role = Role(invitation.role) if invitation.role else None
    _may_lead(invitation.project, role, invitation.team, by)
    token = secrets.token_urlsafe(32)
    with transaction.atomic():
        invitation.sha256, invitation.seen_at = _sha256(token), None
        invitation.expires_at = max(invitation.expires_at, timezone.now() + LIVES)
        invitation.save(update_fields=["sha256", "seen_at", "expires_at"])
        _send(invitation, token, language)
    log.info("invitation %d: sent again by user %d", invitation.pk, by.pk)
    return token


def revoke(invitation: Invitation, *, by: User) -> None:
    """Make the link worthless; one that was accepted stays so."""
    Invitation.objects.filter(pk=invitation.pk, accepted_at=None, revoked_at=None).update(
        revoked_at=timezone.now()
    )
    log.info("invitation %d: revoked by user %d", invitation.pk, by.pk)


def look(token: str) -> Invitation:
    """The open invitation of this token, which counts as seen from now on.

    Raises:
        NotFound: there is none.
        BadInput: it is over; the sentence says whom to ask for another.
    """
    found = Invitation.objects.select_related("invited_by", "project", "team")
    invitation = found.filter(sha256=_sha256(token)).first()
    if invitation is None or invitation.revoked_at:
        raise NotFound("There is no such invitation, or it was revoked.")
    by = invitation.invited_by.full_name or invitation.invited_by.username
    if invitation.accepted_at:
        raise BadInput(f"This invitation was used already. Ask {by} for a new one.")
    if invitation.expires_at <= timezone.now():
        raise BadInput(f"This invitation is too old. Ask {by} for a new one.")
    if invitation.seen_at is None:
        invitation.seen_at = timezone.now()
        invitation.save(update_fields=["seen_at"])
    return invitation


def open_for(email: str) -> Invitation | None:
    """The newest open invitation that was sent to this address."""
    found = Invitation.objects.filter(
        email__iexact=email, accepted_at=None, revoked_at=None, expires_at__gt=timezone.now()
    )
    return found.select_related("invited_by", "project", "team").first() if email else None


def join(token: str, username: str, password: str, full_name: str = "") -> User:
    """Accept as a new person. The link has reached the address: it counts as confirmed.

    Raises:
        NotFound, BadInput: as `look`; or the name is taken, or the password will not do.
    """
    with transaction.atomic():
        invitation = look(token)
        accounts.fit_password(password)
        user = accounts.create_user(username, password)
        User.objects.filter(pk=user.pk).update(full_name=full_name or invitation.name)
        if invitation.email and not _taken(invitation.email):
            passwords.set_mail(user, invitation.email)
        user.refresh_from_db()
        accept(invitation, user)
    return user


def accept(invitation: Invitation, user: User) -> None:
    """Put the person where the invitation leads; what they had already is not taken away.

    Raises:
        BadInput: somebody was faster with the link.
        Forbidden: the one who invited may no longer do so.
    """
    by = invitation.invited_by
    if not sessions.is_in(by) or not may_invite(by):
        raise Forbidden(f"{by.username} may no longer invite people. Ask somebody else.")
    role = Role(invitation.role) if invitation.role else None
    with transaction.atomic():
        _may_lead(invitation.project, role, invitation.team, by)
        taken = Invitation.objects.filter(
            pk=invitation.pk, accepted_at=None, revoked_at=None
        ).update(accepted_at=timezone.now(), accepted_by=user)
        if not taken:
            raise BadInput(
                f"This invitation was used already. Ask {by.username} for a new one."
            )
        if invitation.team is not None:
            TeamMember.objects.get_or_create(team=invitation.team, user=user)
            members.tell(team_ops.projects_of(invitation.team), [user.pk])
        if invitation.project is not None and role is not None:
            _raise_to(invitation.project, user, role)
        payload = {"by": user.full_name or user.username, "invitation": invitation.pk}
        noticing.notice([by.pk], "accepted", payload)
    log.info("invitation %d: accepted by user %d", invitation.pk, user.pk)


def _raise_to(project: Project, user: User, role: Role) -> None:
    member, made = Membership.objects.get_or_create(
        project=project, user=user, defaults={"role": role}
    )
    if not made and sharing.RANK[Role(member.role)] < sharing.RANK[role]:
        member.role = role
        member.save(update_fields=["role"])
    members.tell([project.pk], [user.pk])


def _may_lead(project: Project | None, role: Role | None, team: Team | None, by: User) -> None:
    """Whether `by` may share this; raises as `sharing` and `teams` do."""
    if (project is None) != (role is None):
        raise BadInput("Give a project together with a role.")
    if project is not None and role is not None:
        found = sharing.project_of(by, project.pk, Role.MANAGER)
        if not sharing.at_least(found, role):
            raise Forbidden(f"The role {role.value} is above yours. Ask an owner.")
    if team is not None:
        team_ops.owned(by, team.pk)


def _taken(email: str) -> bool:
    return User.objects.filter(email__iexact=email, email_confirmed_at__isnull=False).exists()


def _send(invitation: Invitation, token: str, language: str) -> None:
    if not invitation.email:
        return
    by = invitation.invited_by
    kind = "project" if invitation.project else "team" if invitation.team else ""
    what = str(invitation.project or invitation.team or "")
    subject, text = letters.compose(
        "invitation",
        language,
        {
            "name": f" {invitation.name}" if invitation.name else "",
            "by": by.full_name or by.username,
            "where": letters.where(kind, language, what),
            "until": f"{invitation.expires_at:%Y-%m-%d}",
            "link": mailing.address(f"/invitation#{token}"),
        },
    )
    mailing.put(invitation.email, subject, text)


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
