"""The OpenAPI document describes each body under a name of its own."""

from __future__ import annotations

import json
import re
from typing import Any

from ninja import Schema

from armarius.api import api


def test_no_two_bodies_share_a_name():
    """Of two classes of one name only one gets into the document, and stands for both."""
    document = api.get_openapi_schema()
    names: set[str] = set()
    todo = json.dumps(document["paths"])
    while found := set(re.findall(r"#/components/schemas/(\w+)", todo)) - names:
        names |= found
        todo = json.dumps([document["components"]["schemas"][one] for one in found])
    owners: dict[str, list[str]] = {}
    for schema in set(_all(Schema)):
        if schema.__module__.startswith("armarius.api") and schema.__name__ in names:
            owners.setdefault(schema.__name__, []).append(schema.__module__)

    assert len(names) > 50
    assert {name: modules for name, modules in owners.items() if len(modules) > 1} == {}


def _all(schema: type[Any]) -> list[type[Any]]:
    """The schemas made from this one, by whatever way."""
    found = schema.__subclasses__()
    return [*found, *(deeper for one in found for deeper in _all(one))]
