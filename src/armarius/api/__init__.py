"""The public HTTP API: the API object, its routers, errors to answers."""

from __future__ import annotations

from typing import Any

from ninja import NinjaAPI
from ninja.openapi.schema import OpenAPISchema

from armarius import __version__
from armarius.api import (
    annotation,
    comments,
    documents,
    exports,
    imports,
    invitations,
    jobs,
    layers,
    layout,
    lines,
    me,
    members,
    models,
    ontology,
    openid,
    page_facts,
    page_lists,
    pages,
    presence,
    problems,
    projects,
    recognition,
    replacements,
    reports,
    search,
    session,
    tags,
    teams,
    tokens,
    uploads,
    usage,
    users,
    welcome,
    writing,
)
from armarius.api.auth import Session, Token
from armarius.api.parsing import Parser
from armarius.api.repeating import HEADER, once

# In the order in which the documentation shows them.
ROUTERS = {
    "session": session.router,
    "openid": openid.router,
    "me": me.router,
    "tokens": tokens.router,
    "users": users.router,
    "welcome": welcome.router,
    "usage": usage.router,
    "invitations": invitations.router,
    "teams": teams.router,
    "projects": projects.router,
    "ontology": ontology.router,
    "members": members.router,
    "documents": documents.router,
    "tags": tags.router,
    "page lists": page_lists.router,
    "pages": pages.router,
    "page facts": page_facts.router,
    "lines": lines.router,
    "presence": presence.router,
    "layout": layout.router,
    "comments": comments.router,
    "annotations": annotation.router,
    "layers": layers.router,
    "writing": writing.router,
    "reports": reports.router,
    "search": search.router,
    "replacements": replacements.router,
    "uploads": uploads.router,
    "imports": imports.router,
    "exports": exports.router,
    "recognition": recognition.router,
    "jobs": jobs.router,
    "models": models.router,
}


class Api(NinjaAPI):
    """Ninja's API object, whose document states our one form of error for every call."""

    def get_openapi_schema(self, **options: Any) -> OpenAPISchema:
        """The OpenAPI document."""
        document = super().get_openapi_schema(**options)
        schema = problems.Problem.model_json_schema(ref_template="#/components/schemas/{model}")
        shapes = document.setdefault("components", {}).setdefault("schemas", {})
        shapes.update(schema.pop("$defs", {}))
        shapes["Problem"] = schema
        for path in document["paths"].values():
            for method, operation in path.items():
                _state_errors(operation)
                if method not in ("get", "head"):
                    operation["parameters"] = [*operation.get("parameters", []), _KEY]
        return document


_KEY = {
    "in": "header",
    "name": HEADER,
    "required": False,
    "description": "A new random text for each change; sending the same again repeats the answer.",
    "schema": {"type": "string", "pattern": "^[!-~]{1,200}$"},
}


def _state_errors(operation: dict[str, Any]) -> None:
    content = {problems.MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    for status in problems.ANY:
        answer = {"description": "A problem in the words of RFC 9457", "content": content}
        operation["responses"].setdefault(status, answer)


api = Api(
    title="Armarius",
    version=__version__,
    description="Projects, pages, texts and jobs. Errors are problem details (RFC 9457).",
    auth=[Token(), Session()],
    parser=Parser(),
    docs_url="/docs",
)
problems.register(api)
api.add_decorator(once, mode="view")
for tag, router in ROUTERS.items():
    api.add_router("", router, tags=[tag])
