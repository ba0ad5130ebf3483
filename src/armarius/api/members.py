"""With whom projects and documents are shared."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import HttpResponse
from ninja import Query, Router, Schema, Status

from armarius.api.answers import Id, Listed, Window, direct, listed
from armarius.api.auth import Request
from armarius.api.people import Person, TeamName, WithWhom, party, person, team_name
from armarius.errors import NotFound
from armarius.models import DocumentShare, Membership, Role, Team, User
from armarius.ops import members, sharing

router = Router()


class MemberOut(Schema):
    """A person's or a team's role in a project."""

    user: Person | None
    team: TeamName | None
    role: str
    created_at: datetime


class ShareOut(MemberOut):
    """A person's or a team's role on one document."""

    id: int


class MemberRole(Schema):
    """The new role."""

    role: Role


@router.get("/projects/{project_id}/members", response=Listed[MemberOut])
def list_members(request: Request, project_id: Id, window: Query[Window]) -> HttpResponse:
    """The persons and teams that are in the project."""
    project = sharing.project_of(request.user, project_id)
    found = Membership.objects.filter(project=project).select_related("user", "team")
    return direct(listed(found.order_by("id"), window, _shape))


@router.post("/projects/{project_id}/members", response={201: MemberOut})
def add_member(request: Request, project_id: Id, given: WithWhom) -> HttpResponse:
    """Share the project with a person or a team, in a role not above your own."""
    project = sharing.project_of(request.user, project_id, Role.MANAGER)
    who = party(given, request.user)
    return direct(_shape(members.add(project, who, given.role, by=request.user)), 201)


@router.patch("/projects/{project_id}/members/{user_id}", response=MemberOut)
def change_member(
    request: Request, project_id: Id, user_id: Id, given: MemberRole
) -> HttpResponse:
    """Give a member another role."""
    project = sharing.project_of(request.user, project_id, Role.MANAGER)
    member = members.change_role(project, _user(user_id), given.role, by=request.user)
    return direct(_shape(member))


@router.delete("/projects/{project_id}/members/{user_id}", response={204: None})
def remove_member(request: Request, project_id: Id, user_id: Id) -> Status[None]:
    """End a membership; your own, or as manager anybody's."""
    project = sharing.project_of(request.user, project_id)
    members.remove(project, _user(user_id), by=request.user)
    return Status(204, None)


@router.patch("/projects/{project_id}/teams/{team_id}", response=MemberOut)
def change_team_role(
    request: Request, project_id: Id, team_id: Id, given: MemberRole
) -> HttpResponse:
    """Give a team another role in the project."""
    project = sharing.project_of(request.user, project_id, Role.MANAGER)
    member = members.change_role(project, _team(team_id), given.role, by=request.user)
    return direct(_shape(member))


@router.delete("/projects/{project_id}/teams/{team_id}", response={204: None})
def remove_team_member(request: Request, project_id: Id, team_id: Id) -> Status[None]:
    """Share the project with a team no longer."""
    project = sharing.project_of(request.user, project_id)
    members.remove(project, _team(team_id), by=request.user)
    return Status(204, None)


@router.get("/documents/{document_id}/shares", response=Listed[ShareOut])
def list_shares(request: Request, document_id: Id, window: Query[Window]) -> HttpResponse:
    """With whom the document is shared by itself, besides its project. For managers."""
    document = sharing.document_of(request.user, document_id, Role.MANAGER)
    found = document.shares.select_related("user", "team")
    return direct(listed(found, window, _share_shape))


@router.post("/documents/{document_id}/shares", response={201: ShareOut})
def add_share(request: Request, document_id: Id, given: WithWhom) -> HttpResponse:
    """Share the document with a person or a team, or change the role of the share."""
    document = sharing.document_of(request.user, document_id, Role.MANAGER)
    who = party(given, request.user)
    shared = members.share(document, who, given.role, by=request.user)
    return direct(_share_shape(shared), 201)


@router.delete("/documents/{document_id}/shares/{share_id}", response={204: None})
def remove_share(request: Request, document_id: Id, share_id: Id) -> Status[None]:
    """Revoke a share."""
    document = sharing.document_of(request.user, document_id, Role.MANAGER)
    members.unshare(document, share_id, by=request.user)
    return Status(204, None)


def _user(user_id: int) -> User:
    found = User.objects.filter(pk=user_id).first()
    if found is None:
        raise NotFound(f"User {user_id} is not a member of this project.")
    return found


def _team(team_id: int) -> Team:
    found = Team.objects.filter(pk=team_id).first()
    if found is None:
        raise NotFound(f"Team {team_id} is not a member of this project.")
    return found


def _shape(member: Membership | DocumentShare) -> dict[str, Any]:
    return {
        "user": person(member.user),
        "team": team_name(member.team),
        "role": member.role,
        "created_at": member.created_at,
    }


def _share_shape(shared: DocumentShare) -> dict[str, Any]:
    return {"id": shared.pk, **_shape(shared)}
