"""What people use of disk and computing, and how much they may."""

from __future__ import annotations

from typing import Any, Literal

from django.http import HttpResponse
from ninja import Query, Router, Schema

from armarius.api.answers import Listed, Window, direct
from armarius.api.auth import Request, administrator
from armarius.api.people import Person
from armarius.ops import limits

router = Router()


class UsageShare(Schema):
    """How much is used, and how much may be: bytes of disk, seconds of computing; null: no limit."""

    used: int
    limit: int | None


class UsageOut(Schema):
    """What a person uses; computing is that of the last 30 days.

    `waiting`: bytes of `disk` that are uploads, not imported yet.
    """

    disk: UsageShare
    waiting: int
    cpu: UsageShare
    gpu: UsageShare


class PersonUsage(UsageOut):
    """What somebody uses."""

    user: Person
    full_name: str


class InstanceUsage(Listed[PersonUsage]):
    """What people use, and how full the disk of the instance is."""

    server: UsageShare


class WhichUsage(Window):
    """In which order: by name, or who uses most first."""

    sort: Literal["name", "disk", "cpu", "gpu"] = "name"


@router.get("/me/usage", response=UsageOut)
def my_usage(request: Request) -> HttpResponse:
    """What you use of disk and computing, and how much you may."""
    return direct(_shape(limits.of(request.user)))


@router.get("/usage", response=InstanceUsage)
def everybodys_usage(request: Request, wanted: Query[WhichUsage]) -> HttpResponse:
    """What each person uses. For administrators."""
    administrator(request)
    found = limits.everybody()
    if wanted.sort != "name":
        found.sort(key=lambda one: getattr(one, wanted.sort).used, reverse=True)
    part = found[wanted.offset : wanted.offset + wanted.limit]
    items = [
        {
            "user": {"id": one.user, "username": one.username},
            "full_name": one.full_name,
            **_shape(one),
        }
        for one in part
    ]
    return direct({"items": items, "count": len(found), "server": _share(limits.server())})


def _shape(usage: limits.Usage) -> dict[str, Any]:
    return {
        "disk": _share(usage.disk),
        "waiting": usage.waiting,
        "cpu": _share(usage.cpu),
        "gpu": _share(usage.gpu),
    }


def _share(share: limits.Share) -> dict[str, int | None]:
    return {"used": share.used, "limit": share.limit}
