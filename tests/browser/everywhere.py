"""Put given texts into every field of the API that takes free text, as its OpenAPI document names them.

A new field is found by itself. Where a body needs something that cannot be guessed from the schema, its name
and a value for it go into `known`; an operation that never accepts a body then fails the test that uses this.
"""

from __future__ import annotations

import urllib.error
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

from tests.live import Live

# The text is a name of something that is there already, or needs an upload.
LEFT_OUT = {
    "POST /api/session",
    "POST /api/session/forgotten",
    "POST /api/session/new-password",
    "POST /api/session/openid",
    "POST /api/me/password",
    "POST /api/me/mail",
    "POST /api/me/mail/confirm",
    "POST /api/invitations/look",
    "POST /api/invitations/join",
    "POST /api/invitations/accept",
    "POST /api/teams/{team_id}/people",
    "POST /api/projects/{project_id}/members",
    "POST /api/documents/{document_id}/shares",
    "POST /api/models/{model_id}/shares",
    "POST /api/documents/{document_id}/import",
    "POST /api/models",
}
# These want a text of a certain form.
FORMS = {"colour": "#8a1c3b", "key": "", "window": "w1", "direction": "horizontal-lr"}


class Everywhere:
    """Fills the fields of one system; `taken` counts the bodies that each operation accepted."""

    def __init__(self, live: Live, known: Mapping[str, Any], texts: Sequence[str]) -> None:
        self.live, self.known, self.texts = live, known, texts
        self.document = live.call("GET", "/api/openapi.json")
        self.taken: dict[str, int] = {}
        self.refused: dict[str, str] = {}
        self._next = 0

    def fill(self) -> None:
        """Once for each text where that makes something new, else until one is accepted."""
        for method, path, schema in self._operations():
            name = f"{method} {path}"
            makes = method == "POST" and "201" in self._answers(method, path)
            self.taken[name] = 0
            address = path.format(**self.known)
            if makes:
                send = partial(self._send, name, method, address, schema)
                with ThreadPoolExecutor(4) as pool:
                    list(pool.map(lambda _, send=send: send(), self.texts))
                continue
            for _ in self.texts:
                self._send(name, method, address, schema)
                if self.taken[name]:
                    break

    def _operations(self) -> Iterator[tuple[str, str, Any]]:
        """Those whose body has a free text."""
        for path, operations in self.document["paths"].items():
            for method, operation in operations.items():
                body = operation.get("requestBody", {}).get("content", {})
                schema = body.get("application/json", {}).get("schema")
                name = f"{method.upper()} {path}"
                if schema and name not in LEFT_OUT and self._has_text(schema):
                    yield method.upper(), path, schema

    def _answers(self, method: str, path: str) -> list[str]:
        return [str(one) for one in self.document["paths"][path][method.lower()]["responses"]]

    def _send(self, name: str, method: str, address: str, schema: Any) -> None:
        body = self._body(schema, "") | self.known.get(name, {})
        if "version" in body:
            body["version"] = self._version(address)
        try:
            self.live.call(method, address, body)
        except urllib.error.HTTPError as error:
            self.refused[name] = f"{error.code} {error.read().decode()[:300]}"
        else:
            self.taken[name] += 1

    def _version(self, address: str) -> int:
        """The present version of what is changed; 1 where it cannot be asked for."""
        try:
            return int(self.live.call("GET", address)["version"])
        except urllib.error.HTTPError:
            return 1

    def _has_text(self, schema: Any) -> bool:
        found = self._resolved(schema)
        if found.get("type") == "string":
            return _is_free(found)
        inner = [*found.get("properties", {}).values(), *found.get("anyOf", [])]
        return any(self._has_text(one) for one in [*inner, found.get("items", {})] if one)

    def _body(self, schema: Any, name: str) -> Any:
        """Something that fits the schema, with a text wherever one may stand."""
        found = self._resolved(schema)
        if name in self.known:
            return self.known[name]
        if found.get("enum") or "const" in found:
            return found.get("const", (found.get("enum") or [None])[0])
        kind = found.get("type")
        if kind == "object":
            parts = found.get("properties", {})
            required = found.get("required", [])
            wanted = [one for one in parts if one in required or self._has_text(parts[one])]
            return {one: self._body(parts[one], one) for one in wanted}
        if kind == "array":
            return [self._body(found.get("items", {}), name)]
        if kind == "string":
            return (
                self._text(found.get("maxLength", 10_000)) if _is_free(found) else FORMS[name]
            )
        return {"integer": 1, "number": 1, "boolean": False}.get(str(kind))

    def _text(self, longest: int) -> str:
        """All texts where they fit, else the next one that does, never the same twice."""
        whole = "\n".join(self.texts)
        if len(whole) <= longest:
            return whole
        while True:
            self._next += 1
            text = f"{self.texts[self._next % len(self.texts)]} {self._next}"
            if len(text) <= longest:
                return text

    def _resolved(self, schema: Any) -> Any:
        while "$ref" in schema:
            schema = self.document["components"]["schemas"][schema["$ref"].split("/")[-1]]
        choices = [one for one in schema.get("anyOf", []) if one.get("type") != "null"]
        return self._resolved(choices[0]) if choices else schema


def _is_free(found: Mapping[str, Any]) -> bool:
    """Whether any text may stand there; a pattern that only forbids blank ones does not count."""
    form = {"format", "enum", "const"} & set(found)
    return not form and found.get("pattern", r"\S") == r"\S"
