"""The first page and the credits of this instance, for everybody, signed in or not."""

from __future__ import annotations

from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from ninja import Router, Schema
from pydantic import Field

from armarius import attribution
from armarius.api.answers import direct
from armarius.api.auth import Request, administrator
from armarius.models import Welcome
from armarius.ops import welcoming

router = Router()


class WelcomeOut(Schema):
    """The text of the first page in Markdown; `version` is 0 where nobody has written any."""

    text: str
    version: int


class WelcomeIn(Schema):
    """A new text, and the version that it is based on."""

    version: Annotated[int, Field(ge=0, le=2**31 - 2)]
    text: Annotated[str, Field(max_length=20_000)]


class CreditedPart(Schema):
    """A package or typeface that this instance uses."""

    name: str
    licence: str
    home: str


class CreditsOut(Schema):
    """What this instance is made of, as installed: on the server, in the browser, typefaces."""

    notice: str
    server: list[CreditedPart]
    browser: list[CreditedPart]
    fonts: list[CreditedPart]


@router.get("/welcome", auth=None, response=WelcomeOut)
def get_welcome(request: HttpRequest) -> HttpResponse:
    """What the first page says to who is not signed in."""
    return direct(_shape(welcoming.read()))


@router.patch("/welcome", response=WelcomeOut)
def change_welcome(request: Request, given: WelcomeIn) -> HttpResponse:
    """Write the first page. For administrators."""
    administrator(request)
    return direct(_shape(welcoming.change(given.version, given.text, by=request.user)))


@router.get("/credits", auth=None, response=CreditsOut)
def get_credits(request: HttpRequest) -> HttpResponse:
    """The software and typefaces that this instance uses, with their licences."""
    return direct(attribution.found().shape())


def _shape(found: Welcome) -> dict[str, Any]:
    return {"text": found.text, "version": found.version}
