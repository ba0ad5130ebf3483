"""Clients of the API: signed in by session, as a browser is, or by token, as a script is."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client

from armarius.ops import accounts


class ApiClient:
    """Speaks JSON to the API as one person; `token` None speaks as nobody."""

    def __init__(self, token: str | None = None) -> None:
        self.client = Client(raise_request_exception=False)
        self.headers = {"Authorization": f"Bearer {token}"} if token else {}

    def __call__(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        data = (
            body
            if isinstance(body, (bytes, str))
            else json.dumps(body)
            if body is not None
            else ""
        )
        kind = "application/json" if body is not None else ""
        return self.client.generic(
            method, f"/api{path}", data, content_type=kind, headers={**self.headers, **headers}
        )

    def get(self, path: str, **headers: str) -> Any:
        return self("GET", path, **headers)

    def post(self, path: str, body: Any = None, **headers: str) -> Any:
        return self("POST", path, body, **headers)

    def patch(self, path: str, body: Any = None, **headers: str) -> Any:
        return self("PATCH", path, body, **headers)

    def delete(self, path: str, **headers: str) -> Any:
        return self("DELETE", path, **headers)


@pytest.fixture
def signed_in():
    """Make a client of a person."""

    def make(user):
        return ApiClient(accounts.create_token(user, "test")[1])

    return make


@pytest.fixture
def as_alice(signed_in, alice):
    return signed_in(alice)


@pytest.fixture
def as_bob(signed_in, bob):
    return signed_in(bob)


@pytest.fixture
def as_carol(signed_in, carol):
    return signed_in(carol)


@pytest.fixture
def as_nobody(db):
    return ApiClient()
