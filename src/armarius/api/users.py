"""People of this instance, for its administrators; and its settings, to read."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from django.http import HttpResponse
from ninja import Query, Router, Schema
from pydantic import AwareDatetime, Field

from armarius import config
from armarius.api.answers import Id, Listed, Window, direct, listed
from armarius.api.auth import Request, administrator
from armarius.api.repeating import secret
from armarius.errors import NotFound
from armarius.models import User
from armarius.ops import accounts, profiles

router = Router()
Limit = Annotated[int, Field(ge=0, le=2_000_000_000)]
NULLABLE = ("expires_at", "disk_gb", "cpu_minutes", "gpu_minutes")
SECRETS = ("PASSWORD", "SECRET", "DATABASE_URL")


class UserOut(Schema):
    """A person."""

    id: int
    username: str
    full_name: str
    email: str
    is_administrator: bool
    is_active: bool
    may_invite: bool
    may_train: bool
    expires_at: datetime | None
    disk_gb: int | None
    cpu_minutes: int | None
    gpu_minutes: int | None
    seen_at: datetime | None
    created_at: datetime


class UserIn(Schema):
    """A new person; without a password they come in by a login link."""

    username: Annotated[str, Field(min_length=1, max_length=150)]
    password: Annotated[str, Field(max_length=1000)] | None = None
    is_administrator: bool = False


class UserChange(Schema):
    """New values for a person; what is left out stays.

    `expires_at` null means never; a limit that is null is what the settings give to everybody.
    """

    full_name: Annotated[str, Field(max_length=200)] | None = None
    email: Annotated[str, Field(max_length=254)] | None = None
    is_administrator: bool | None = None
    is_active: bool | None = None
    may_invite: bool | None = None
    may_train: bool | None = None
    expires_at: AwareDatetime | None = None
    disk_gb: Limit | None = None
    cpu_minutes: Limit | None = None
    gpu_minutes: Limit | None = None


class WhichUsers(Window):
    """Which people: words of their names, and whether they may come in."""

    q: Annotated[str, Query(max_length=200)] = ""
    state: Literal["all", "good", "ended"] = "all"


class LinkOut(Schema):
    """The path of a one-time login link."""

    path: str


class SettingOut(Schema):
    """A setting of this instance; secrets are not shown, only whether there is one."""

    name: str
    value: str
    default: str
    help: str
    secret: bool


@router.get("/users", response=Listed[UserOut])
def list_users(request: Request, wanted: Query[WhichUsers]) -> HttpResponse:
    """People by name. For administrators."""
    administrator(request)
    return direct(listed(profiles.people(wanted.q, wanted.state), wanted, _shape))


@router.post("/users", response={201: UserOut})
def add_user(request: Request, given: UserIn) -> HttpResponse:
    """Add a person. For administrators."""
    administrator(request)
    user = accounts.create_user(
        given.username, given.password, is_superuser=given.is_administrator
    )
    return direct(_shape(user), 201)


@router.patch("/users/{user_id}", response=UserOut)
def change_user(request: Request, user_id: Id, given: UserChange) -> HttpResponse:
    """Change a person: name, address, rights, limits, end of the account. For administrators."""
    administrator(request)
    values = given.dict(exclude_unset=True)
    values = {k: v for k, v in values.items() if v is not None or k in NULLABLE}
    if "is_administrator" in values:
        values["is_superuser"] = values.pop("is_administrator")
    return direct(_shape(profiles.govern(user_id, values, by=request.user)))


@router.post("/users/{user_id}/login-link", response={201: LinkOut})
def make_link(request: Request, user_id: Id) -> HttpResponse:
    """Make a link that signs the person in once. For administrators."""
    administrator(request)
    user = User.objects.filter(pk=user_id, is_active=True).first()
    if user is None:
        raise NotFound(f"There is no user {user_id}.")
    answer = direct({"path": f"/login/{accounts.login_link(user)}"}, 201)
    return secret(answer, "This link was made already and is shown only once. Make another.")


@router.get("/settings", response=Listed[SettingOut])
def list_settings(request: Request) -> HttpResponse:
    """The settings that are in force. For administrators."""
    administrator(request)
    items = [_setting(one) for one in config.SETTINGS]
    return direct({"items": items, "count": len(items)})


def _setting(one: config.Setting) -> dict[str, Any]:
    hidden = one.name.endswith(SECRETS)
    value = config.text(one.name)
    return {
        "name": one.name,
        "value": ("•••" if value else "") if hidden else value,
        "default": one.default,
        "help": one.help,
        "secret": hidden,
    }


def _shape(user: User) -> dict[str, Any]:
    return {
        "id": user.pk,
        "username": user.username,
        "full_name": user.full_name,
        "email": user.email,
        "is_administrator": user.is_superuser,
        "is_active": user.is_active,
        "may_invite": user.may_invite,
        "may_train": user.may_train,
        "expires_at": user.expires_at,
        "disk_gb": user.disk_gb,
        "cpu_minutes": user.cpu_minutes,
        "gpu_minutes": user.gpu_minutes,
        "seen_at": user.seen_at,
        "created_at": user.date_joined,
    }
