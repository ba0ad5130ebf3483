"""The signed-in person: profile, password, mail address, sessions, notices."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from django.contrib.auth import update_session_auth_hash
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from ninja import Query, Router, Schema, Status
from pydantic import Field, JsonValue

from armarius.api import auth
from armarius.api.answers import Id, Listed, Number, Window, direct, listed
from armarius.api.auth import Request
from armarius.models import BrowserSession, Notice, User
from armarius.ops import news, noticing, passwords, preferences, profiles, signing

router = Router()
Letters = Literal["never", "problems", "all", "daily"]


class Me(Schema):
    """The signed-in person."""

    id: int
    username: str
    full_name: str
    email: str
    letters: Letters
    is_administrator: bool
    may_invite: bool
    may_train: bool
    has_password: bool
    expires_at: datetime | None
    csrf: str
    unread: int
    news: int
    preferences: dict[str, JsonValue]


class MeChange(Schema):
    """What a person says about themselves; what is left out stays."""

    full_name: Annotated[str, Field(max_length=200)] | None = None
    letters: Letters | None = None


class PasswordIn(Schema):
    """The new password, and the present one where there is one."""

    password: Annotated[str, Field(min_length=1, max_length=1000)]
    current: Annotated[str, Field(max_length=1000)] = ""


class MailIn(Schema):
    """A mail address; empty takes it away."""

    email: Annotated[str, Field(max_length=254)]


class MailProof(Schema):
    """What stands in the link of a letter."""

    proof: Annotated[str, Field(min_length=1, max_length=1000)]


class SessionOut(Schema):
    """A browser that is signed in; `here` is the one that asks."""

    id: int
    agent: str
    created_at: datetime
    seen_at: datetime
    here: bool


class NoticeOut(Schema):
    """Something to know; the kind says what stands in `payload`."""

    id: int
    kind: str
    payload: dict[str, JsonValue]
    created_at: datetime
    read_at: datetime | None


class Notices(Listed[NoticeOut]):
    """Notices, and how many of all are unread."""

    unread: int


class WhichNotices(Window):
    """Which notices."""

    unread: bool = False


class ReadIn(Schema):
    """Which notices were read; all where no ids are given."""

    ids: Annotated[list[Number], Field(max_length=500)] | None = None


class NoticesLeft(Schema):
    """How many notices are left."""

    unread: int


@router.get("/me", response=Me)
def me(request: Request) -> dict[str, object]:
    """Who is asking, and the text for the header `X-CSRFToken`."""
    return me_shape(request, request.user)


@router.patch("/me", response=Me)
def change_me(request: Request, given: MeChange) -> dict[str, object]:
    """MeChange your name as others see it, and which news you get by mail."""
    return me_shape(request, profiles.change(request.user, given.dict(exclude_none=True)))


@router.post("/me/password", response={204: None})
def change_password(request: Request, given: PasswordIn) -> Status[None]:
    """Set a password. Your other sessions end."""
    auth.in_browser(request)
    address = auth.address_of(request)
    passwords.change(request.user, given.password, given.current, address=address)
    signing.end_all(request.user, but=request.session.session_key)
    old = request.session.session_key
    update_session_auth_hash(request, request.user)
    BrowserSession.objects.filter(key=old or "").update(key=request.session.session_key or "")
    return Status(204, None)


@router.post("/me/mail", response={202: None})
def change_mail(request: Request, given: MailIn) -> Status[None]:
    """Send a letter to a new address; it is yours once its link was followed."""
    auth.in_browser(request)
    passwords.change_mail(request.user, given.email)
    return Status(202, None)


@router.post("/me/mail/confirm", auth=None, response={204: None})
def confirm_mail(request: HttpRequest, given: MailProof) -> Status[None]:
    """Confirm an address with what stands in the letter."""
    passwords.confirm_mail(given.proof)
    return Status(204, None)


@router.get("/me/sessions", response=Listed[SessionOut])
def list_sessions(request: Request, window: Query[Window]) -> HttpResponse:
    """The browsers in which you are signed in."""
    here = request.session.session_key

    def shape(row: BrowserSession) -> dict[str, Any]:
        return {
            "id": row.pk,
            "agent": row.agent,
            "created_at": row.created_at,
            "seen_at": row.seen_at,
            "here": row.key == here,
        }

    return direct(listed(BrowserSession.objects.filter(user=request.user), window, shape))


@router.delete("/me/sessions", response={204: None})
def end_others(request: Request) -> Status[None]:
    """End all sessions but this one."""
    signing.end_all(request.user, but=request.session.session_key)
    return Status(204, None)


@router.delete("/me/sessions/{session_id}", response={204: None})
def end_session(request: Request, session_id: Id) -> Status[None]:
    """End one session."""
    signing.end(request.user, session_id)
    return Status(204, None)


@router.get("/me/notices", response=Notices)
def list_notices(request: Request, wanted: Query[WhichNotices]) -> HttpResponse:
    """What you should know, newest first."""
    mine = Notice.objects.filter(user=request.user)
    found = listed(mine.filter(read_at=None) if wanted.unread else mine, wanted, _notice)
    return direct({**found, "unread": noticing.unread(request.user)})


@router.post("/me/notices/read", response=NoticesLeft)
def read_notices(request: Request, given: ReadIn) -> HttpResponse:
    """Mark notices as read."""
    return direct({"unread": noticing.read(request.user, given.ids)})


def me_shape(request: HttpRequest, user: User) -> dict[str, object]:
    """The person as `Me`."""
    return {
        "id": user.pk,
        "username": user.username,
        "full_name": user.full_name,
        "email": user.email,
        "letters": user.letters,
        "is_administrator": user.is_superuser,
        "may_invite": user.is_superuser or user.may_invite,
        "may_train": user.is_superuser or user.may_train,
        "has_password": user.has_usable_password(),
        "expires_at": user.expires_at,
        "csrf": get_token(request),
        "unread": noticing.unread(user),
        "news": news.last(),
        "preferences": preferences.read(user),
    }


def _notice(row: Notice) -> dict[str, Any]:
    return {
        "id": row.pk,
        "kind": row.kind,
        "payload": row.payload,
        "created_at": row.created_at,
        "read_at": row.read_at,
    }
