"""Bearer tokens of the signed-in person."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from django.http import HttpResponse
from ninja import Query, Router, Schema, Status
from pydantic import AwareDatetime, Field

from armarius.api.answers import Id, Listed, Window, direct, listed
from armarius.api.auth import Request
from armarius.api.repeating import secret
from armarius.models import ApiToken
from armarius.ops import accounts

router = Router()


class TokenOut(Schema):
    """A token without its text."""

    id: int
    name: str
    prefix: str
    scope: str
    created_at: datetime
    expires_at: datetime | None
    used_at: datetime | None


class NewToken(TokenOut):
    """A token with its text, shown this once."""

    token: str


class TokenIn(Schema):
    """What to call the token, how long it is good, and whether it may change anything."""

    name: Annotated[str, Field(min_length=1, max_length=100)]
    expires_at: AwareDatetime | None = None
    scope: Literal["read", "write"] = "write"


@router.get("/tokens", response=Listed[TokenOut])
def list_tokens(request: Request, window: Query[Window]) -> HttpResponse:
    """Your tokens, newest first."""
    return direct(listed(ApiToken.objects.filter(user=request.user), window, _shape))


@router.post("/tokens", response={201: NewToken})
def create_token(request: Request, given: TokenIn) -> HttpResponse:
    """Make a token. Its text is in this answer and nowhere else."""
    token, text = accounts.create_token(
        request.user, given.name, expires_at=given.expires_at, scope=given.scope
    )
    answer = direct({**_shape(token), "token": text}, 201)
    return secret(
        answer,
        "This token was made already; its text is shown only once. Delete it and make another.",
    )


@router.delete("/tokens/{token_id}", response={204: None})
def delete_token(request: Request, token_id: Id) -> Status[None]:
    """Take a token out of use at once."""
    accounts.delete_token(token_id, by=request.user)
    return Status(204, None)


def _shape(token: ApiToken) -> dict[str, object]:
    return {
        "id": token.pk,
        "name": token.name,
        "prefix": token.prefix,
        "scope": token.scope,
        "created_at": token.created_at,
        "expires_at": token.expires_at,
        "used_at": token.used_at,
    }
