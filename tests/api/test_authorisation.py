"""Every route × method × person, from the routes themselves: a route without a row fails.

401 for nobody, 404 for who may not see it, 403 for who sees it and may not do it; and whatever
the status, nothing of the project in an answer to somebody outside it.
"""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction

from armarius.api import api
from tests.api.conftest import ApiClient
from tests.api.permissions import ROWS, Row
from tests.api.world import MARK, PEOPLE, World, build, picture


def routes() -> list[str]:
    """Every route of the API, as the OpenAPI document has them."""
    paths = api.get_openapi_schema()["paths"]
    return [
        f"{method.upper()} {path.removeprefix('/api')}"
        for path, operations in paths.items()
        for method in operations
    ]


def test_every_route_has_a_row_and_every_row_a_route():
    assert set(routes()) == set(ROWS)


@pytest.mark.parametrize("route", routes())
def test_each_person_gets_what_is_theirs(db, route):
    row = ROWS[route]
    world = build()
    if row.prepare:
        row.prepare(world)

    found, leaked = [], []
    for person in PEOPLE:
        point = transaction.savepoint()
        answer = ask(world, person, route, row)
        content = b"".join(answer.streaming_content) if answer.streaming else answer.content
        found.append(answer.status_code)
        if person in ("anonymous", "stranger") and MARK.encode() in content:
            leaked.append(person)
        transaction.savepoint_rollback(point)

    assert dict(zip(PEOPLE, found, strict=True)) == dict(zip(PEOPLE, row.expected, strict=True))
    assert not leaked


def ask(world: World, person: str, route: str, row: Row) -> Any:
    """Send the request as this person."""
    method, template = route.split(" ")
    ids = world.ids() | (row.path(world, person) if row.path else {})
    path = (template + row.query).format(**ids)
    client = ApiClient(world.tokens[person])
    body = row.body(world, person) if row.body else None
    if body == "a file":
        files = {"files": SimpleUploadedFile("f2r.png", picture())}
        return client.client.post(f"/api{path}", files, headers=client.headers)
    if isinstance(body, bytes):
        return client.client.generic(
            method, f"/api{path}", body, content_type="application/octet-stream",
            headers={**client.headers, "Upload-Offset": "0"},
        )  # fmt: skip
    return client(method, path, body)
