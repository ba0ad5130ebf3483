"""Files over HTTP: in pieces, in one request, and back as a ZIP."""

from __future__ import annotations

import hashlib
import io
import random
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from armarius.models import Job, LineText, Membership, Page, Role, Transcription, Upload
from armarius.ops import importing, jobs, uploading
from tests.scans import alto, scan

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _own_home(tmp_path, monkeypatch):
    monkeypatch.setenv("ARMARIUS_HOME", str(tmp_path / "home"))


def piece(client, upload_id, offset, data):
    return client.client.generic(
        "PATCH",
        f"/api/uploads/{upload_id}",
        data,
        content_type="application/octet-stream",
        headers={**client.headers, "Upload-Offset": str(offset)},
    )


def work(job_id):
    for batch in Job.objects.get(pk=job_id).batches.all():
        attempt = jobs.begin(batch.pk, "test")
        importing.run(attempt)
        jobs.finish(attempt, "done")


def test_a_file_sent_in_pieces_is_asked_for_and_gone_on_with(as_alice):
    data = random.Random(3).randbytes(500_000)
    started = as_alice.post("/uploads", {"name": "f1.jpg", "size": len(data)})
    upload_id = started.json()["id"]
    piece(as_alice, upload_id, 0, data[:200_000])

    state = as_alice.get(f"/uploads/{upload_id}").json()
    ended = piece(as_alice, upload_id, state["offset"], data[state["offset"] :])

    assert started.status_code == 201
    assert (state["offset"], state["sha256"], state["completed_at"]) == (200_000, "", None)
    assert ended.json()["sha256"] == hashlib.sha256(data).hexdigest()
    assert ended.json()["completed_at"]


def test_a_piece_may_carry_a_key_whatever_kind_it_says_it_is(as_alice):
    upload_id = as_alice.post("/uploads", {"name": "f1.jpg", "size": 6}).json()["id"]
    headers = {**as_alice.headers, "Idempotency-Key": "a"}
    for offset, kind in ((0, ""), (3, "application/json")):
        answer = as_alice.client.generic(
            "PATCH", f"/api/uploads/{upload_id}", b"abc", content_type=kind,
            headers={**headers, "Upload-Offset": str(offset)},
        )  # fmt: skip
        assert answer.status_code == 200, answer.content
    assert answer.json()["offset"] == 6


def test_everybody_sees_and_deletes_their_own_uploads_only(as_alice, as_bob):
    mine = as_alice.post("/uploads", {"name": "f1.jpg", "size": 3}).json()["id"]
    piece(as_alice, mine, 0, b"abc")

    assert as_bob.get("/uploads").json() == {"items": [], "count": 0}
    assert as_bob.delete(f"/uploads/{mine}").status_code == 404
    assert piece(as_bob, mine, 0, b"xyz").status_code == 404
    assert [x["id"] for x in as_alice.get("/uploads").json()["items"]] == [mine]
    assert as_alice.delete(f"/uploads/{mine}").status_code == 204
    assert not list(uploading.folder().iterdir())


def test_a_body_of_many_megabytes_passes_where_json_ends_at_32(as_alice):
    data = bytes(40_000_000)
    upload_id = as_alice.post("/uploads", {"name": "a.tif", "size": len(data)}).json()["id"]

    assert piece(as_alice, upload_id, 0, data).json()["offset"] == len(data)


def test_files_and_texts_come_in_by_one_request_of_a_form(as_alice, codex):
    files = [
        SimpleUploadedFile("f1.jpg", scan(1), "image/jpeg"),
        SimpleUploadedFile("f1.xml", alto("f1.jpg", ["amen"]), "text/xml"),
    ]

    answer = as_alice.client.post(
        f"/api/documents/{codex.pk}/import-files",
        {"files": files, "layer_name": "diplomatic"},
        headers=as_alice.headers,
    )
    work(answer.json()["id"])

    assert answer.status_code == 202
    assert Page.objects.get(document=codex).name == "f1.jpg"
    text = LineText.objects.get()
    assert (text.content, text.transcription.name) == ("amen", "diplomatic")


def test_a_form_that_is_refused_leaves_no_upload(as_alice, codex):
    answer = as_alice.client.post(
        f"/api/documents/{codex.pk}/import-files",
        {"files": [SimpleUploadedFile("notes.docx", b"no page")]},
        headers=as_alice.headers,
    )

    assert answer.status_code == 422
    assert "no page image" in answer.json()["detail"]
    assert not Upload.objects.exists()


def test_a_form_larger_than_an_upload_is_refused_before_it_is_read(
    as_alice, codex, monkeypatch
):
    monkeypatch.setenv("ARMARIUS_MAX_UPLOAD_MB", "1")

    answer = as_alice.client.post(
        f"/api/documents/{codex.pk}/import-files",
        {"files": [SimpleUploadedFile("f1.jpg", bytes(1_100_000))]},
        headers=as_alice.headers,
    )

    assert answer.status_code == 413, answer.content
    assert "more than 1 MB" in answer.json()["detail"]


def test_texts_go_into_the_layer_that_was_chosen(as_alice, codex, project):
    layer = Transcription.objects.create(document=codex, name="corrected")
    ids = []
    for name, data in (("f1.jpg", scan(1)), ("f1.xml", alto("f1.jpg", ["amen"]))):
        ids.append(as_alice.post("/uploads", {"name": name, "size": len(data)}).json()["id"])
        piece(as_alice, ids[-1], 0, data)

    answer = as_alice.post(f"/documents/{codex.pk}/import", {"uploads": ids, "layer": layer.pk})
    work(answer.json()["id"])

    assert answer.json()["kind"] == "import"
    assert LineText.objects.get().transcription == layer


def test_readers_may_export_and_not_import(signed_in, carol, as_alice, codex, project):
    Membership.objects.create(project=project, user=carol, role=Role.READER)
    reader = signed_in(carol)
    data = scan(1)
    upload_id = as_alice.post("/uploads", {"name": "f1.jpg", "size": len(data)}).json()["id"]
    piece(as_alice, upload_id, 0, data)
    work(as_alice.post(f"/documents/{codex.pk}/import", {"uploads": [upload_id]}).json()["id"])

    answer = reader.get(f"/documents/{codex.pk}/export?format=page&images=true")
    refused = reader.post(f"/documents/{codex.pk}/import", {"uploads": [upload_id]})

    assert answer["Content-Type"] == "application/zip"
    assert answer["Content-Disposition"] == 'attachment; filename="Ms 3516 page.zip"'
    with zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content))) as archive:
        assert archive.namelist() == ["f1.xml", "f1.jpg", "README.txt"]
        assert archive.read("f1.jpg") == data
    assert refused.status_code == 403
