"""Who may do what: a row per route, with the status that each person of `world.PEOPLE` gets."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tests.api.world import PEOPLE, World, picture

Body = Callable[[World, str], Any]

ROLES = ("reader", "transcriber", "manager", "owner")


@dataclass(frozen=True)
class Row:
    """What each person gets, in the order of `PEOPLE`, and what is sent."""

    expected: tuple[int, ...]
    body: Body | None = None
    query: str = ""
    prepare: Callable[[World], None] | None = None
    path: Callable[[World, str], dict[str, Any]] | None = None


def at_least(role: str, ok: int = 200, body: Body | None = None, **more: Any) -> Row:
    """For members from a role upwards."""
    place = ROLES.index(role)
    members = (403,) * place + (ok,) * (4 - place)
    return Row((401, 404, *members, ok), body, **more)


def signed_in(ok: int = 200, body: Body | None = None, **more: Any) -> Row:
    """For everybody who is signed in; the answer holds only what they may see."""
    return Row((401, *(ok,) * 6), body, **more)


def administrators(ok: int = 200, body: Body | None = None) -> Row:
    return Row((401, 403, 403, 403, 403, 403, ok), body)


def mine(owner: str, ok: int, body: Body | None = None) -> Row:
    """For one person only, not even for the administrator."""
    return Row((401, *(ok if person == owner else 404 for person in PEOPLE[1:])), body)


def team(member: int, ok: int, body: Body | None = None, **more: Any) -> Row:
    """The team of the owner, in which the transcriber is too."""
    return Row((401, 404, 404, member, 404, ok, ok), body, **more)


def own_upload(ok: int, *, complete: bool, **more: Any) -> Row:
    """An upload of the owner's; nobody else's is shown to anybody."""

    def path(world: World, _: str) -> dict[str, Any]:
        return {"upload_id": world.upload("owner", complete=complete).pk}

    return Row((401, 404, 404, 404, 404, ok, 404), path=path, **more)


def versions(world: World, _: str) -> dict[str, Any]:
    return {"version": 1, "name": "x"}


def one_page(world: World, _: str) -> dict[str, Any]:
    return {"page_ids": [world.page.pk], "to": 0}


def texts(world: World, _: str) -> dict[str, Any]:
    item = {"line": world.line.pk, "layer": world.layer.pk, "content": "x", "version": 1}
    return {"items": [item]}


def annotation(world: World, _: str) -> dict[str, Any]:
    corners = [[0, 0], [9, 0], [9, 9]]
    return {"taxonomy": world.annotation.taxonomy_id, "polygon": corners}


def web_annotation(world: World, _: str) -> dict[str, Any]:
    body = {"purpose": "classifying", "value": world.annotation.taxonomy.name}
    selector = {"type": "FragmentSelector", "value": "xywh=1,2,30,40"}
    return {"type": "Annotation", "body": body, "target": {"selector": selector}}


def remove(name: str) -> Callable[[World], None]:
    """Take the project, document or page away first."""

    def act(world: World) -> None:
        row = getattr(world, name)
        type(row)._base_manager.filter(pk=row.pk).update(deleted_at="2026-01-01T00:00:00Z")

    return act


def end_job(world: World) -> None:
    type(world.job).objects.update(state="failed", ended_at="2026-01-01T00:00:00Z")


PROJECT, DOCUMENT, PAGE = (
    "/projects/{project_id}",
    "/documents/{document_id}",
    "/pages/{page_id}",
)
ROWS = {
    "POST /session": Row(
        (401,) * 7, lambda *_: {"username": "nobody", "password": "wrong password"}
    ),
    "DELETE /session": signed_in(204),
    "GET /me": signed_in(),
    "POST /session/forgotten": Row((202,) * 7, lambda *_: {"name": "nobody"}),
    "POST /session/new-password": Row(
        (404,) * 7, lambda *_: {"token": "1-x", "password": "a new password"}
    ),
    "GET /session/doors": Row((200,) * 7),
    "POST /session/openid": Row((404,) * 7, lambda *_: {}),
    "GET /me/openid": signed_in(),
    # What would take an account over is not done with a token.
    "POST /me/openid": signed_in(403, lambda *_: {}),
    "DELETE /me/openid": signed_in(403),
    "PATCH /me": signed_in(200, lambda *_: {"full_name": "x"}),
    "POST /me/password": signed_in(403, lambda *_: {"password": "a new password"}),
    "POST /me/mail": signed_in(403, lambda *_: {"email": "x@example.org"}),
    "POST /me/mail/confirm": Row((404,) * 7, lambda *_: {"proof": "x"}),
    "GET /me/sessions": signed_in(),
    "DELETE /me/sessions": signed_in(204),
    "DELETE /me/sessions/{session_id}": mine("owner", 204),
    "GET /me/notices": signed_in(),
    "POST /me/notices/read": signed_in(200, lambda *_: {}),
    "GET /me/project-tags": signed_in(),
    "POST /me/project-tags": signed_in(201, lambda *_: {"name": "x"}),
    "PATCH /me/project-tags/{own_tag_id}": mine("owner", 200, lambda *_: {"name": "x"}),
    "DELETE /me/project-tags/{own_tag_id}": mine("owner", 204),
    "GET /me/usage": signed_in(),
    "GET /usage": administrators(),
    "GET /welcome": Row((200,) * 7),
    "PATCH /welcome": administrators(200, lambda *_: {"version": 0, "text": "x"}),
    "GET /credits": Row((200,) * 7),
    "GET /invitations": signed_in(),
    # Inviting is a right of the person, which the owner has in this world.
    "POST /invitations": Row((401, 403, 403, 403, 403, 201, 201), lambda *_: {}),
    "POST /invitations/many": Row(
        (401, 403, 403, 403, 403, 201, 201), lambda *_: {"people": "a@example.org"}
    ),
    "POST /invitations/{invitation_id}/again": Row((401, 404, 404, 404, 404, 200, 200)),
    "DELETE /invitations/{invitation_id}": Row((401, 404, 404, 404, 404, 204, 204)),
    "POST /invitations/look": Row((404,) * 7, lambda *_: {"token": "x"}),
    "POST /invitations/join": Row(
        (404,) * 7,
        lambda *_: {"token": "x", "username": "x", "password": "a new password"},
    ),
    "POST /invitations/accept": signed_in(404, lambda *_: {"token": "x"}),
    "GET /settings": administrators(),
    "PATCH /users/{user_id}": administrators(200, lambda *_: {"may_invite": True}),
    "GET /tokens": signed_in(),
    "POST /tokens": signed_in(201, lambda *_: {"name": "x"}),
    "DELETE /tokens/{token_id}": mine("owner", 204),
    "GET /users": administrators(),
    "POST /users": administrators(201, lambda *_: {"username": "dora"}),
    "POST /users/{user_id}/login-link": administrators(201),
    "GET /teams": signed_in(),
    "POST /teams": signed_in(201, lambda *_: {"name": "x"}),
    "GET /teams/{team_id}": team(200, 200),
    "PATCH /teams/{team_id}": team(403, 200, lambda *_: {"name": "x"}),
    "DELETE /teams/{team_id}": team(403, 204),
    "GET /teams/{team_id}/people": team(200, 200),
    "POST /teams/{team_id}/people": team(
        403, 201, lambda w, _: {"username": w.people["stranger"].username}
    ),
    # The transcriber is the one in question, and may leave.
    "DELETE /teams/{team_id}/people/{user_id}": team(
        204, 204, path=lambda w, _: {"user_id": w.people["transcriber"].pk}
    ),
    "POST /teams/{team_id}/owner": team(
        403, 200, lambda w, _: {"user": w.people["transcriber"].pk}
    ),
    "GET /search": signed_in(query="?q=x"),
    "GET /search/choices": signed_in(query="?project={project_id}"),
    "GET /glyphs": signed_in(query="?q=rotunda"),
    "GET /me/preferences": signed_in(),
    "PATCH /me/preferences": signed_in(200, lambda *_: {"split": 58}),
    "GET /projects": signed_in(),
    "POST /projects": signed_in(201, lambda *_: {"name": "x"}),
    f"GET {PROJECT}": at_least("reader"),
    f"PATCH {PROJECT}": at_least("manager", 200, versions),
    f"DELETE {PROJECT}": at_least("owner", 204),
    f"POST {PROJECT}/restore": Row(
        (401, 404, 404, 404, 404, 200, 200), prepare=remove("project")
    ),
    f"GET {PROJECT}/members": at_least("reader"),
    f"POST {PROJECT}/members": at_least(
        "manager",
        201,
        lambda w, _: {"username": w.people["stranger"].username, "role": "reader"},
    ),
    f"PATCH {PROJECT}/members/{{user_id}}": at_least(
        "manager", 200, lambda *_: {"role": "transcriber"}
    ),
    # The reader is the member in question, and may leave.
    f"DELETE {PROJECT}/members/{{user_id}}": Row((401, 404, 204, 403, 204, 204, 204)),
    f"PATCH {PROJECT}/teams/{{team_id}}": at_least(
        "manager", 200, lambda *_: {"role": "transcriber"}
    ),
    f"DELETE {PROJECT}/teams/{{team_id}}": at_least("manager", 204),
    f"GET {DOCUMENT}/shares": at_least("manager"),
    f"POST {DOCUMENT}/shares": at_least(
        "manager",
        201,
        lambda w, _: {"username": w.people["stranger"].username, "role": "reader"},
    ),
    f"DELETE {DOCUMENT}/shares/{{share_id}}": at_least("manager", 204),
    f"GET {PROJECT}/types": at_least("reader"),
    f"GET {PROJECT}/writing": at_least("reader"),
    f"PATCH {PROJECT}/writing": at_least("manager", 200, lambda *_: {"version": 0}),
    f"GET {PROJECT}/replacements": at_least("reader"),
    f"POST {PROJECT}/replacements/preview": at_least(
        "transcriber", 200, lambda w, _: {"find": "text", "document": w.document.pk}
    ),
    # Without a document the whole project.
    f"POST {PROJECT}/replacements": at_least(
        "manager", 201, lambda *_: {"find": "text", "replace": "test"}
    ),
    "POST /replacements/{replacement_id}/undo": at_least("manager"),
    f"POST {PROJECT}/types": at_least("manager", 201, lambda *_: {"kind": "line", "name": "x"}),
    f"POST {PROJECT}/types/segmonto": at_least("manager"),
    f"POST {PROJECT}/types/order": at_least(
        "manager", 200, lambda w, _: {"type_ids": [w.ids()["type_id"]]}
    ),
    "PATCH /types/{type_id}": at_least("manager", 200, versions),
    # Regions of the page have it: allowed, and then refused.
    "DELETE /types/{type_id}": at_least("manager", 409),
    "POST /types/{type_id}/restore": at_least("manager"),
    f"GET {PROJECT}/ontology": at_least("reader"),
    f"POST {PROJECT}/ontology": at_least("manager", 200, lambda *_: {"lines": ["x"]}),
    f"GET {PROJECT}/documents": at_least("reader"),
    f"POST {PROJECT}/documents": at_least("manager", 201, lambda *_: {"name": "x"}),
    f"GET {DOCUMENT}": at_least("reader"),
    f"PATCH {DOCUMENT}": at_least("manager", 200, versions),
    f"DELETE {DOCUMENT}": at_least("manager", 204),
    f"POST {DOCUMENT}/restore": at_least("manager", 200, prepare=remove("document")),
    f"POST {DOCUMENT}/archive": at_least("manager", 200, lambda *_: {"archived": True}),
    f"POST {DOCUMENT}/move": at_least(
        "manager", 200, lambda w, _: {"project": w.project.pk, "tags": True}
    ),
    # With tags of one's own only; the owner has one.
    f"POST {PROJECT}/own-tags": Row(
        (401, 404, 404, 404, 404, 204, 404), lambda w, _: {"add": [w.own_tag.pk]}
    ),
    f"GET {PROJECT}/tags": at_least("reader"),
    f"POST {PROJECT}/tags": at_least("manager", 201, lambda *_: {"name": "x"}),
    "PATCH /tags/{tag_id}": at_least("manager", 200, lambda *_: {"name": "x"}),
    "DELETE /tags/{tag_id}": at_least("manager", 204),
    f"POST {PROJECT}/documents/tag": at_least(
        "manager", 204, lambda w, _: {"document_ids": [w.document.pk], "add": [w.tag.pk]}
    ),
    f"POST {DOCUMENT}/pages/tag": at_least(
        "transcriber", 204, lambda w, _: {"page_ids": [w.page.pk], "add": [w.tag.pk]}
    ),
    f"GET {DOCUMENT}/page-ids": at_least("reader"),
    f"POST {DOCUMENT}/pages/rename": at_least(
        "manager", 204, lambda w, _: {"names": [{"page": w.page.pk, "name": "f. 1r"}]}
    ),
    f"POST {DOCUMENT}/pages/restore": at_least(
        "manager", 204, one_page, prepare=remove("page")
    ),
    f"GET {DOCUMENT}/report": at_least("reader"),
    f"GET {PROJECT}/report": at_least("reader"),
    f"GET {DOCUMENT}/characters": at_least("reader", query="?layer={layer_id}"),
    f"GET {DOCUMENT}/compare": at_least(
        "reader", query="?reference={layer_id}&other={layer_id}"
    ),
    f"GET {PAGE}/compare": at_least("reader", query="?reference={layer_id}&other={layer_id}"),
    f"GET {PAGE}/facts": at_least("reader"),
    f"POST {PAGE}/image": at_least(
        "manager", 200, lambda w, person: {"upload": str(w.upload(person).pk), "anyway": True}
    ),
    f"POST {PAGE}/image/restore": at_least(
        "manager", 200, lambda w, _: {"former": w.former.pk}
    ),
    f"POST {PAGE}/stop": at_least("transcriber"),
    f"POST {DOCUMENT}/forecast": at_least(
        "reader", 200, lambda w, _: {"page_ids": [w.page.pk], "kind": "segment"}
    ),
    "GET /jobs/{job_id}/log": at_least("reader"),
    "GET /jobs/{job_id}/report.csv": at_least("reader"),
    "POST /layers/{layer_id}/restore": at_least("manager", 200, prepare=remove("layer")),
    "PATCH /models/{model_id}": at_least("manager", 200, lambda *_: {"name": "x"}),
    "POST /models/{model_id}/restore": Row(
        (401, 404, 404, 404, 200, 200, 200), prepare=remove("model")
    ),
    "GET /models/{model_id}/shares": at_least("manager"),
    "POST /models/{model_id}/shares": at_least(
        "manager", 201, lambda w, _: {"username": w.people["stranger"].username}
    ),
    "DELETE /models/{model_id}/shares/{model_share_id}": at_least("manager", 204),
    f"GET {DOCUMENT}/pages": at_least("reader"),
    f"POST {DOCUMENT}/pages/move": at_least("manager", 200, one_page),
    f"POST {DOCUMENT}/pages/remove": at_least("manager", 204, one_page),
    f"GET {DOCUMENT}/layers": at_least("reader"),
    f"POST {DOCUMENT}/layers": at_least("transcriber", 201, lambda *_: {"name": "x"}),
    "PATCH /layers/{layer_id}": at_least("manager", 200, lambda *_: {"name": "x"}),
    "DELETE /layers/{layer_id}": at_least("manager", 204),
    f"GET {PAGE}": at_least("reader"),
    f"PATCH {PAGE}": at_least(
        "transcriber", 200, lambda w, _: {"version": w.page.version, "name": "x"}
    ),
    f"DELETE {PAGE}": at_least("manager", 204),
    f"POST {PAGE}/restore": at_least("manager", 200, prepare=remove("page")),
    f"PATCH {PAGE}/texts": at_least("transcriber", 200, texts),
    f"PATCH {PAGE}/lines": at_least("transcriber", 200, lambda *_: {"lines": {"create": [{}]}}),
    f"POST {PAGE}/flags": at_least(
        "transcriber", 200, lambda w, _: {"line_ids": [w.line.pk], "flagged": True}
    ),
    f"GET {PROJECT}/taxonomies": at_least("reader"),
    f"POST {PROJECT}/taxonomies": at_least(
        "manager", 201, lambda *_: {"name": "x", "marker": "bold"}
    ),
    "PATCH /taxonomies/{taxonomy_id}": at_least("manager", 200, versions),
    "DELETE /taxonomies/{taxonomy_id}": at_least("manager", 204),
    "POST /taxonomies/{taxonomy_id}/restore": at_least("manager"),
    f"GET {PAGE}/annotations": at_least("reader"),
    f"POST {PAGE}/annotations": at_least("transcriber", 201, annotation),
    "PATCH /annotations/{annotation_id}": at_least(
        "transcriber", 200, lambda *_: {"version": 1, "comments": ["x"]}
    ),
    "DELETE /annotations/{annotation_id}": at_least("transcriber", 204),
    "POST /annotations/{annotation_id}/restore": at_least("transcriber"),
    f"GET {PAGE}/web-annotations": at_least("reader"),
    f"POST {PAGE}/web-annotations": at_least("transcriber", 200, web_annotation),
    f"GET {PAGE}/comments": at_least("reader"),
    "POST /lines/{line_id}/comments": at_least("transcriber", 201, lambda *_: {"text": "x"}),
    # The comment is the owner's: a transcriber settles it, and takes only their own away.
    "PATCH /comments/{comment_id}": at_least(
        "transcriber", 200, lambda *_: {"version": 1, "resolved": True}
    ),
    "DELETE /comments/{comment_id}": at_least("manager", 204),
    "POST /comments/{comment_id}/restore": at_least("manager"),
    f"POST {DOCUMENT}/pages/turn": at_least(
        "transcriber", 202, lambda w, _: {"page_ids": [w.page.pk], "degrees": 90}
    ),
    f"POST {PAGE}/masks": at_least("transcriber", 202, lambda *_: {}),
    f"POST {PAGE}/order": at_least("transcriber", 200, lambda *_: {}),
    f"POST {PAGE}/link": at_least("transcriber", 200, lambda *_: {}),
    f"GET {PAGE}/snapshots": at_least("reader"),
    f"POST {PAGE}/presence": at_least("reader", 204, lambda *_: {"window": "w1"}),
    "POST /snapshots/{snapshot_id}/restore": at_least("transcriber"),
    "GET /lines/{line_id}/history": at_least("reader", query="?layer={layer_id}"),
    "POST /lines/{line_id}/restore": at_least(
        "transcriber", 200, lambda w, _: {"layer": w.layer.pk, "version": 1, "seen": 1}
    ),
    "GET /uploads": signed_in(),
    "POST /uploads": signed_in(201, lambda *_: {"name": "f.jpg", "size": 10}),
    "GET /uploads/{upload_id}": own_upload(200, complete=True),
    "PATCH /uploads/{upload_id}": own_upload(200, complete=False, body=lambda *_: picture()),
    "DELETE /uploads/{upload_id}": own_upload(204, complete=True),
    f"POST {DOCUMENT}/import": at_least(
        "manager", 202, lambda w, person: {"uploads": [str(w.upload(person).pk)]}
    ),
    f"POST {DOCUMENT}/import-files": at_least("manager", 202, lambda *_: "a file"),
    f"GET {DOCUMENT}/export": at_least("reader", query="?format=alto&layer={layer_id}"),
    f"POST {DOCUMENT}/exports": at_least(
        "reader", 201, lambda w, _: {"format": "alto", "layer": w.layer.pk}
    ),
    "GET /exports": signed_in(),
    # The export is the owner's; whoever manages the document may take it out of the list.
    "DELETE /exports/{handout_id}": Row((401, 404, 404, 404, 204, 204, 204)),
    f"POST {DOCUMENT}/segment": at_least("transcriber", 202, one_page),
    f"POST {DOCUMENT}/transcribe": at_least(
        "transcriber", 202, lambda w, _: {"page_ids": [w.page.pk], "model": w.model.pk}
    ),
    "GET /jobs": signed_in(),
    "GET /jobs/{job_id}": at_least("reader"),
    "GET /jobs/{job_id}/items": at_least("reader"),
    # The job is the owner's: a transcriber may stop only their own.
    "POST /jobs/{job_id}/cancel": at_least("manager"),
    "POST /jobs/{job_id}/retry": at_least("manager", prepare=end_job),
    "GET /models": signed_in(),
    "GET /precisions": signed_in(),
    # 422: allowed, and then the gate finds that the file is no model.
    "POST /models": at_least(
        "manager", 422, lambda w, p: {"upload": str(w.upload(p).pk), "project": w.project.pk}
    ),
    "GET /models/{model_id}": at_least("reader"),
    "GET /models/{model_id}/file": at_least("reader"),
    "DELETE /models/{model_id}": at_least("manager", 204),
}
