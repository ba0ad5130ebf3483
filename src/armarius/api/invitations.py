"""Invitations: made by those who may, accepted by whoever has the link."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Query, Router, Schema, Status
from pydantic import AwareDatetime, Field

from armarius.api import auth
from armarius.api.answers import Id, Listed, Number, Window, direct, listed
from armarius.api.auth import Request
from armarius.api.me import Me, me_shape
from armarius.api.people import Person, person
from armarius.api.repeating import secret
from armarius.models import Invitation, Role
from armarius.ops import invitations, sharing, teams

router = Router()
SHOWN_ONCE = (
    "The link was shown already and is not kept. Send the invitation again for a new one."
)
LinkToken = Annotated[str, Field(min_length=1, max_length=200)]
State = Literal["open", "seen", "accepted", "revoked", "expired"]


class InvitationPlace(Schema):
    """A project or a team."""

    id: int
    name: str


class InvitationOut(Schema):
    """An invitation, without its link."""

    id: int
    email: str
    name: str
    by: Person
    project: InvitationPlace | None
    role: str
    team: InvitationPlace | None
    state: State
    created_at: datetime
    expires_at: datetime
    accepted_by: Person | None


class NewInvitation(InvitationOut):
    """An invitation with its link, which is shown this once."""

    path: str


class InvitationPurpose(Schema):
    """What an invitation leads to: a project in a role, a team of yours, or only this instance."""

    project: Number | None = None
    role: Role | None = None
    team: Number | None = None
    expires_at: AwareDatetime | None = None
    language: Annotated[str, Field(max_length=8)] = "en"


class InvitationIn(InvitationPurpose):
    """Whom to invite; without an address there is only the link, to be handed over."""

    email: Annotated[str, Field(max_length=254)] = ""
    name: Annotated[str, Field(max_length=200)] = ""


class ManyIn(InvitationPurpose):
    """A list of people: one address per line, or the text of a CSV file."""

    people: Annotated[str, Field(min_length=1, max_length=100_000)]


class InvitationsMade(Schema):
    """How many invitations were made."""

    made: int


class InvitationLinkIn(Schema):
    """What stands in the link."""

    token: LinkToken


class InvitationSeen(Schema):
    """What an invitation says to whoever opens it."""

    by: str
    email: str
    name: str
    project: str
    role: str
    team: str
    expires_at: datetime


class JoinIn(InvitationLinkIn):
    """A new person's name and password."""

    username: Annotated[str, Field(min_length=1, max_length=150)]
    password: Annotated[str, Field(min_length=1, max_length=1000)]
    full_name: Annotated[str, Field(max_length=200)] = ""


@router.get("/invitations", response=Listed[InvitationOut])
def list_invitations(request: Request, window: Query[Window]) -> HttpResponse:
    """The invitations that you have made; for administrators all."""
    return direct(listed(invitations.visible(request.user), window, _shape))


@router.post("/invitations", response={201: NewInvitation})
def invite(request: Request, given: InvitationIn) -> HttpResponse:
    """Invite one person; sent by mail where there is an address."""
    made, token = invitations.invite(
        _purpose(request, given), email=given.email, name=given.name, by=request.user,
        language=given.language,
    )  # fmt: skip
    return _with_link(made, token, 201)


@router.post("/invitations/many", response={201: InvitationsMade})
def invite_many(request: Request, given: ManyIn) -> HttpResponse:
    """Invite everybody in a list by mail: all of them, or nobody where a line is wrong."""
    found, to = invitations.addresses(given.people), _purpose(request, given)
    invitations.invite_many(found, to, by=request.user, language=given.language)
    return direct({"made": len(found)}, 201)


# Before the addresses with a number, which would take these words for one.
@router.post("/invitations/look", auth=None, response=InvitationSeen)
def look(request: HttpRequest, given: InvitationLinkIn) -> HttpResponse:
    """What the invitation of a link says."""
    found = invitations.look(given.token)
    return direct(
        {
            "by": found.invited_by.full_name or found.invited_by.username,
            "email": found.email,
            "name": found.name,
            "project": str(found.project or ""),
            "role": found.role,
            "team": str(found.team or ""),
            "expires_at": found.expires_at,
        }
    )


@router.post("/invitations/join", auth=None, response={201: Me})
def join(request: HttpRequest, given: JoinIn) -> Status[dict[str, object]]:
    """Accept as a new person, who is signed in then."""
    user = invitations.join(given.token, given.username, given.password, given.full_name)
    auth.begin(request, user)
    return Status(201, me_shape(request, user))


@router.post("/invitations/accept", response={204: None})
def accept(request: Request, given: InvitationLinkIn) -> Status[None]:
    """Accept as yourself."""
    invitations.accept(invitations.look(given.token), request.user)
    return Status(204, None)


@router.post("/invitations/{invitation_id}/again", response={200: NewInvitation})
def send_again(request: Request, invitation_id: Id) -> HttpResponse:
    """Send it again, with a new link; the old one stops working."""
    invitation = invitations.one_of(request.user, invitation_id)
    return _with_link(invitation, invitations.again(invitation, by=request.user), 200)


@router.delete("/invitations/{invitation_id}", response={204: None})
def revoke(request: Request, invitation_id: Id) -> Status[None]:
    """Make the link worthless."""
    invitations.revoke(invitations.one_of(request.user, invitation_id), by=request.user)
    return Status(204, None)


def _purpose(request: Request, given: InvitationPurpose) -> invitations.To:
    project = team = None
    if given.project is not None:
        project = sharing.project_of(request.user, given.project, Role.MANAGER)
    if given.team is not None:
        team = teams.owned(request.user, given.team)
    return invitations.To(project, given.role, team, given.expires_at)


def _with_link(made: Invitation, token: str, status: int) -> HttpResponse:
    return secret(direct({**_shape(made), "path": f"/invitation#{token}"}, status), SHOWN_ONCE)


def _shape(row: Invitation) -> dict[str, Any]:
    return {
        "id": row.pk,
        "email": row.email,
        "name": row.name,
        "by": person(row.invited_by),
        "project": _place(row.project),
        "role": row.role,
        "team": _place(row.team),
        "state": _state(row),
        "created_at": row.created_at,
        "expires_at": row.expires_at,
        "accepted_by": person(row.accepted_by),
    }


def _state(row: Invitation) -> State:
    if row.accepted_at:
        return "accepted"
    if row.revoked_at:
        return "revoked"
    if row.expires_at <= timezone.now():
        return "expired"
    return "seen" if row.seen_at else "open"


def _place(found: Any) -> dict[str, Any] | None:
    return None if found is None else {"id": found.pk, "name": found.name}
