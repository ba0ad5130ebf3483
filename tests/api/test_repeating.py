"""The header Idempotency-Key: a repeated call has one effect and one answer."""

from __future__ import annotations

import threading

import pytest
from django.db import connection

from armarius.models import (
    IdempotencyKey,
    Image,
    Line,
    LineText,
    LineTextVersion,
    Project,
    Transcription,
)
from armarius.models import Page as PageRow


@pytest.fixture
def line(codex):
    image = Image.objects.create(sha256="b" * 64, size=1, format="png", width=9, height=9)
    page = PageRow.objects.create(document=codex, position=0, name="f1", image=image)
    return Line.objects.create(page=page, key="l1", position=0)


@pytest.fixture
def layer(codex):
    return Transcription.objects.create(document=codex, name="manual")


def text(line, layer, content="En", version=0):
    return {
        "items": [{"line": line.pk, "layer": layer.pk, "content": content, "version": version}]
    }


def test_a_repeated_creation_makes_one_and_answers_the_same(as_alice):
    first = as_alice.post("/projects", {"name": "Lais"}, **{"Idempotency-Key": "k1"})
    again = as_alice.post("/projects", {"name": "Lais"}, **{"Idempotency-Key": "k1"})

    assert first.status_code == again.status_code == 201
    assert first.content == again.content
    assert "Idempotency-Replayed" not in first
    assert again["Idempotency-Replayed"] == "true"
    assert Project.objects.filter(name="Lais").count() == 1


def test_a_repeated_edit_is_not_a_conflict_with_itself(as_bob, line, layer):
    path, key = f"/pages/{line.page_id}/texts", {"Idempotency-Key": "k1"}

    answers = [as_bob.patch(path, text(line, layer), **key) for _ in range(3)]

    assert [answer.status_code for answer in answers] == [200, 200, 200]
    assert LineTextVersion.objects.count() == 1


def test_a_repeated_deletion_is_answered_as_the_first(as_alice, project):
    key = {"Idempotency-Key": "k1"}

    assert as_alice.delete(f"/projects/{project.pk}", **key).status_code == 204
    assert as_alice.delete(f"/projects/{project.pk}", **key).status_code == 204
    assert as_alice.delete(f"/projects/{project.pk}").status_code == 404


def test_the_same_key_with_another_request_is_refused(as_alice, line, layer):
    key = {"Idempotency-Key": "k1"}
    path = f"/pages/{line.page_id}/texts"
    as_alice.patch(path, text(line, layer), **key)

    other_body = as_alice.patch(path, text(line, layer, "Et", 1), **key)
    other_path = as_alice.post("/projects", {"name": "Lais"}, **key)

    assert (other_body.status_code, other_path.status_code) == (422, 422)
    assert "another request" in other_body.json()["detail"]
    assert LineText.objects.get().content == "En"
    assert not Project.objects.filter(name="Lais").exists()


def test_keys_of_different_people_have_nothing_to_do_with_each_other(as_alice, as_bob):
    key = {"Idempotency-Key": "k1"}

    assert as_alice.post("/projects", {"name": "A"}, **key).json()["name"] == "A"
    assert as_bob.post("/projects", {"name": "B"}, **key).json()["name"] == "B"


def test_an_error_is_not_kept(as_alice, project, carol):
    key = {"Idempotency-Key": "k1"}
    body = {"username": "dora", "role": "reader"}
    path = f"/projects/{project.pk}/members"
    assert as_alice.post(path, body, **key).status_code == 422

    carol.username = "dora"
    carol.save()

    assert as_alice.post(path, body, **key).status_code == 201


def test_a_conflict_that_stored_the_other_edits_is_kept(as_bob, line, layer):
    second = Line.objects.create(page=line.page, key="l2", position=1)
    path = f"/pages/{line.page_id}/texts"
    as_bob.patch(path, text(second, layer))
    body = {"items": [*text(line, layer)["items"], *text(second, layer, "other")["items"]]}

    first = as_bob.patch(path, body, **{"Idempotency-Key": "k1"})
    again = as_bob.patch(path, body, **{"Idempotency-Key": "k1"})

    assert first.status_code == again.status_code == 409
    assert first.json() == again.json()
    assert [one["line"] for one in first.json()["saved"]] == [line.pk]
    assert [one["line"] for one in first.json()["items"]] == [second.pk]
    assert again["Content-Type"] == "application/problem+json"
    assert LineTextVersion.objects.count() == 2


def test_the_answer_is_kept_in_the_transaction_of_the_effect(as_alice, monkeypatch):
    from armarius.ops import idempotency

    def dies(*_):
        raise SystemExit  # as a process that is killed between effect and answer

    monkeypatch.setattr(idempotency, "keep", dies)
    with pytest.raises(SystemExit):
        as_alice.post("/projects", {"name": "Lais"}, **{"Idempotency-Key": "k1"})

    assert not Project.objects.filter(name="Lais").exists()
    assert not IdempotencyKey.objects.exists()


@pytest.mark.parametrize("key", ["", "x" * 201, "a b\x7f", "é"])
def test_a_key_that_cannot_be_one_is_refused(as_alice, key):
    answer = as_alice.post("/projects", {"name": "Lais"}, **{"Idempotency-Key": key})

    assert answer.status_code == 422
    assert not Project.objects.filter(name="Lais").exists()


@pytest.mark.django_db(transaction=True)
def test_the_same_request_eight_times_at_once_has_one_effect(as_alice):
    answers = []

    def send():
        try:
            answers.append(
                as_alice.post("/projects", {"name": "Lais"}, **{"Idempotency-Key": "k"})
            )
        finally:
            connection.close()

    threads = [threading.Thread(target=send) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert [answer.status_code for answer in answers] == [201] * 8
    assert len({answer.content for answer in answers}) == 1
    assert Project.objects.filter(name="Lais").count() == 1
