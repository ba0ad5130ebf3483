"""Requests that are wrong in themselves, each with the answer expected."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Request:
    """A request that is wrong in itself.

    Attributes:
        path: below /api, with {document} (one page), {empty} (none) and {half}, an upload of
            which 3 of 6 bytes have come.
        body: sent as it stands; JSON unless `headers` say otherwise.
        status: of the answer.
        sentence: what its detail must match.
    """

    what: str
    method: str
    path: str
    body: str | bytes | None
    status: int
    sentence: str
    headers: dict[str, str] = field(default_factory=dict)


def _piece(what: str, offset: str | None, body: bytes, status: int, sentence: str) -> Request:
    headers = {"Content-Type": "application/octet-stream"}
    headers |= {"Upload-Offset": offset} if offset is not None else {}
    return Request(what, "PATCH", "/uploads/{half}", body, status, sentence, headers)


def _import(what: str, body: str, status: int, sentence: str) -> Request:
    return Request(what, "POST", "/documents/{document}/import", body, status, sentence)


def _export(what: str, query: str, status: int, sentence: str) -> Request:
    path = f"/documents/{{document}}/export?{query}"
    return Request(what, "GET", path, None, status, sentence)


_NOBODY = "00000000-0000-0000-0000-000000000000"
REQUESTS = [
    Request("empty file", "POST", "/uploads", '{"name": "f1.jpg", "size": 0}', 422, "the file is empty"),
    Request("file of no size", "POST", "/uploads", '{"name": "f1.jpg"}', 422, "(?i)size"),
    Request("file larger than a disk", "POST", "/uploads", '{"name": "f1.jpg", "size": 4000000000000000000}', 413, "limit for one upload"),
    Request("file without a name", "POST", "/uploads", '{"name": "", "size": 5}', 422, "(?i)name"),
    Request("name with NUL", "POST", "/uploads", '{"name": "a\\u0000b", "size": 5}', 422, r"U\+0000"),
    _piece("piece that came before", "0", b"abc", 409, "Go on at 3"),
    _piece("piece that leaves a gap", "9", b"abc", 409, "Go on at 3"),
    _piece("piece beyond the end", "3", b"defg", 413, "more are coming"),
    _piece("piece at a negative place", "-1", b"abc", 422, "(?i)offset"),
    _piece("piece at a place that is no number", "three", b"abc", 422, "(?i)offset"),
    _piece("piece without a place", None, b"abc", 422, "(?i)offset"),
    Request("upload id that is none", "GET", "/uploads/seven", None, 422, "(?i)upload"),
    Request("upload that is not there", "GET", f"/uploads/{_NOBODY}", None, 404, "no upload"),
    _import("import of half an upload", '{"uploads": ["{half}"]}', 422, "3 of 6 bytes have arrived"),
    _import("import of an upload that is not there", f'{{"uploads": ["{_NOBODY}"]}}', 404, "Upload the file again"),
    _import("import of nothing", '{"uploads": []}', 422, "(?i)uploads"),
    _import("import of an id that is none", '{"uploads": ["not an id"]}', 422, "(?i)uploads"),
    _import("import into a layer that cannot be", f'{{"uploads": ["{_NOBODY}"], "layer": 0}}', 422, "(?i)layer"),
    _import("layer name with NUL", f'{{"uploads": ["{_NOBODY}"], "layer_name": "a\\u0000b"}}', 422, r"U\+0000"),
    _import("layer name with half a surrogate pair", f'{{"uploads": ["{_NOBODY}"], "layer_name": "\\ud800"}}', 422, r"U\+D800"),
    _import("body of 10,000 levels", "[" * 10_000 + "]" * 10_000, 400, "nested too deeply"),
    _import("body cut off", '{"uploads": ', 400, "not JSON"),
    _import("body that is no object", '"uploads"', 422, "(?i)."),
    Request("body of another kind", "POST", "/uploads", "a=b", 415, "application/json", {"Content-Type": "text/plain"}),
    Request("document that is not there", "POST", "/documents/999999/import", f'{{"uploads": ["{_NOBODY}"]}}', 404, "no document 999999"),
    Request("document id beyond all numbers", "GET", f"/documents/{10**30}/export?format=alto", None, 422, "(?i)document"),
    Request("address that is not there", "GET", "/documents/{document}/exporters", None, 404, "nothing at"),
    Request("method that is not possible", "DELETE", "/uploads", None, 405, "not possible here"),
    _export("export in an unknown format", "format=docx", 422, "(?i)format"),
    _export("export without a format", "", 422, "(?i)format"),
    _export("export of a layer that is not there", "format=alto&layer=999999", 404, "no layer 999999"),
    _export("export of a layer that cannot be", "format=alto&layer=-1", 422, "(?i)layer"),
    _export("export of a page that is not there", "format=alto&pages=999999", 404, "no page with the id 999999"),
    _export("export of page ids that are none", "format=alto&pages=1,x", 422, "ids with commas between them"),
    _export("export of pages after the last", "format=alto&numbers=7-", 422, "No page chosen"),
    _export("export of page numbers that are none", "format=alto&numbers=two", 422, "Write them like 1-20,25"),
    _export("export of a page number beyond all numbers", f"format=alto&numbers={10**30}", 422, "Write them like 1-20,25"),
    Request("export of an empty document", "GET", "/documents/{empty}/export?format=alto", None, 422, "no pages yet"),
    Request("list from before its beginning", "GET", "/uploads?offset=-1", None, 422, "(?i)offset"),
    Request("list of a billion", "GET", "/uploads?limit=1000000000", None, 422, "(?i)limit"),
    Request("list of nothing", "GET", "/uploads?limit=0", None, 422, "(?i)limit"),
    Request("list from a place that is no number", "GET", "/uploads?offset=x", None, 422, "(?i)offset"),
    Request("idempotency key of 1,000 characters", "POST", "/uploads", '{"name": "f1.jpg", "size": 5}', 422, "(?i)key", {"Idempotency-Key": "k" * 1000}),
]  # fmt: skip
