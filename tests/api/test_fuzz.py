"""Whatever is sent to the API: no 5xx, no undocumented status, and answers of the stated shape.

Requests are made by schemathesis from the OpenAPI document. They are sent as the owner of a
small world, whose ids replace most of the invented ones, since a request that ends at “there is
no project 7” tests little. Each request is undone before the next.

`ARMARIUS_FUZZ` sets the number of requests per route (make prove sends 1,000).
"""

from __future__ import annotations

import os
from typing import Any

import hypothesis
import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections, transaction
from hypothesis import strategies as st
from schemathesis import checks
from schemathesis.config import SchemathesisConfig
from schemathesis.specs.openapi import checks as openapi_checks

from tests.api.world import World, build

EXAMPLES = int(os.environ.get("ARMARIUS_FUZZ", "6"))
CHECKS = (
    checks.not_a_server_error,
    openapi_checks.status_code_conformance,
    openapi_checks.content_type_conformance,
    openapi_checks.response_schema_conformance,
)


class Undone:
    """The WSGI application, whose every request is rolled back when it is answered."""

    def __init__(self) -> None:
        self.application = get_wsgi_application()

    def __call__(self, environ: Any, start_response: Any) -> Any:
        if environ["PATH_INFO"] == "/api/openapi.json":
            return self.application(environ, start_response)
        environ.pop("HTTP_ACCEPT_ENCODING", None)  # this client does not unpack
        point = transaction.savepoint()
        answer: Any = self.application(environ, start_response)
        content = list(answer)
        answer.close()
        transaction.savepoint_rollback(point)
        return content


config = SchemathesisConfig()
config.projects.default.phases.coverage.enabled = EXAMPLES > 100
schema = schemathesis.openapi.from_wsgi("/api/openapi.json", Undone(), config=config)


@pytest.fixture
def world(db, settings):
    """The world; the connection with the open transaction stays, as in Django's test client."""
    settings.ALLOWED_HOSTS = ["*"]
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield build()
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@schema.given(dice=st.randoms(use_true_random=False))
@schema.parametrize()
@hypothesis.settings(
    max_examples=EXAMPLES,
    deadline=None,
    derandomize=True,
    database=None,
    phases=[hypothesis.Phase.generate],
    suppress_health_check=list(hypothesis.HealthCheck),
)
def test_no_request_breaks_the_api(case, dice, world):
    case.path_parameters = _real(case.path_parameters or {}, world, dice)
    case.body = _real(case.body, world, dice)
    case.headers = {
        **{k: v for k, v in (case.headers or {}).items() if k.lower() != "authorization"},
        "Authorization": f"Bearer {world.tokens['owner']}",
    }

    case.call_and_validate(checks=CHECKS)


def _real(value: Any, world: World, dice: Any) -> Any:
    """The value with most of its ids replaced by ids that exist."""
    known = world.ids() | {
        "line": world.line.pk,
        "layer": world.layer.pk,
        "id": world.line.pk,
        "version": 1,
        "project": world.project.pk,
        "model": world.model.pk,
        "page_ids": [world.page.pk],
        "type_ids": [world.ids()["type_id"]],
        "line_ids": [world.line.pk],
        "taxonomy": world.annotation.taxonomy_id,
        "move_to": world.ids()["type_id"],
        "copy_of": world.layer.pk,
    }
    if isinstance(value, dict):
        return {
            key: known[key]
            if key in known and dice.random() < 0.8
            else _real(inner, world, dice)
            for key, inner in value.items()
        }
    if isinstance(value, list):
        return [_real(inner, world, dice) for inner in value]
    return value
