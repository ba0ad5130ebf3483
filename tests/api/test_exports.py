"""Exports in the list: kept, loaded by their link without signing in, over, taken back."""

from __future__ import annotations

import io
import zipfile
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from armarius import models
from armarius.models import Handout, Membership, Role
from armarius.ops import handouts

pytestmark = pytest.mark.django_db


@pytest.fixture
def pages(codex):
    image = models.Image.objects.create(
        sha256="a" * 64, size=1, format="jpeg", width=200, height=300
    )
    make = models.Page.objects.create
    return [
        make(document=codex, position=n, name=f"f{n + 1}.jpg", image=image) for n in range(3)
    ]


@pytest.fixture
def kept(as_bob, codex, pages):
    """An export of Bob's of the first two pages."""
    return as_bob.post(f"/documents/{codex.pk}/exports", {"format": "page", "numbers": "1-2"})


def load(path):
    """What somebody gets who has the link and nothing else."""
    return Client().get(path)


def names(answer):
    with zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content))) as archive:
        return archive.namelist()


def test_an_export_in_the_list_is_loaded_by_its_link_alone(as_bob, codex, kept):
    (listed,) = as_bob.get("/exports").json()["items"]
    answer = load(kept.json()["path"])

    assert kept.status_code == 201
    assert listed == kept.json()
    assert (listed["pages"], listed["format"], listed["by"]["username"]) == (2, "page", "bob")
    assert answer["Content-Disposition"] == 'attachment; filename="Ms 3516 page.zip"'
    assert names(answer) == ["f1.xml", "f2.xml", "README.txt"]
    assert as_bob.get("/exports").json()["items"][0]["used_at"]


def test_a_link_stays_out_of_caches_referrers_and_the_database(kept):
    answer = load(kept.json()["path"])
    signature = kept.json()["path"].rpartition(".")[2]

    assert answer["Cache-Control"] == "private, no-store"
    assert answer["Referrer-Policy"] == "no-referrer"
    assert "noindex" in answer["X-Robots-Tag"]
    assert len(signature) == 43
    for row in (Handout.objects.values().get(), *models.IdempotencyKey.objects.values()):
        assert signature not in str(row)


def test_a_link_stays_out_of_the_answers_kept_for_repetitions(as_bob, codex, pages):
    asked = f"/documents/{codex.pk}/exports", {"format": "page"}
    headers = {"Idempotency-Key": "once"}
    first, again = as_bob.post(*asked, **headers), as_bob.post(*asked, **headers)

    assert (first.status_code, again.status_code) == (201, 409)
    assert first.json()["path"] not in models.IdempotencyKey.objects.get().answer
    assert as_bob.get("/exports").json()["count"] == 1


def test_pages_go_out_as_they_are_then_without_those_removed(as_bob, codex, pages, kept):
    whole = as_bob.post(f"/documents/{codex.pk}/exports", {"format": "text"}).json()
    models.Page.objects.create(document=codex, position=3, name="new.jpg", image=pages[0].image)
    models.Page.objects.filter(pk=pages[0].pk).update(
        deleted_at=timezone.now(), position=models.Page.REMOVED
    )

    assert names(load(kept.json()["path"])) == ["f2.xml", "README.txt"]
    assert names(load(whole["path"])) == ["f2.txt", "f3.txt", "new.txt", "README.txt"]


def end_time():
    Handout.objects.update(expires_at=timezone.now() - timedelta(seconds=1))


def end_access():
    Membership.objects.filter(user__username="bob").delete()


def end_account():
    models.User.objects.filter(username="bob").update(is_active=False)


def remove_document():
    models.Document.objects.update(deleted_at=timezone.now())


def remove_pages():
    models.Page.objects.filter(position__lt=2).update(deleted_at=timezone.now())


def remove_export():
    Handout.objects.all().delete()


@pytest.mark.parametrize(
    "end", [end_time, end_access, end_account, remove_document, remove_pages, remove_export]
)
def test_a_link_that_is_over_says_what_a_made_up_one_says(kept, end):
    path = kept.json()["path"]
    assert load(path).status_code == 200

    end()
    over, made_up = load(path), load(path[:-4] + "0000")

    assert over.status_code == made_up.status_code == 404
    assert over.content == made_up.content
    assert dict(over.headers) == dict(made_up.headers)


def test_a_made_up_link_is_refused_without_asking_the_database(kept, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert load("/exports/" + "a" * 24 + "." + "b" * 43).status_code == 404


def test_a_link_is_loaded_so_often_and_no_more(kept):
    path = kept.json()["path"]
    statuses = [load(path).status_code for _ in range(handouts.LOADS + 1)]
    Handout.objects.update(uses_since=timezone.now() - 2 * handouts.WITHIN)
    later = load(path)

    assert statuses == [200] * handouts.LOADS + [429]
    assert later.status_code == 200


def test_others_see_an_export_only_where_they_manage_and_never_its_link(
    as_alice, signed_in, carol, project, codex, kept
):
    Membership.objects.create(project=project, user=carol, role=Role.READER)
    reader = signed_in(carol)
    export = kept.json()["id"]

    (seen,) = as_alice.get(f"/exports?project={project.pk}").json()["items"]
    assert (seen["id"], seen["path"]) == (export, "")
    assert as_alice.get("/exports?mine=true").json()["count"] == 0
    assert as_alice.get(f"/exports?document={codex.pk + 1}").json()["count"] == 0
    assert reader.get("/exports").json()["count"] == 0
    assert reader.delete(f"/exports/{export}").status_code == 404
    assert as_alice.delete(f"/exports/{export}").status_code == 204
    assert load(kept.json()["path"]).status_code == 404


def test_exports_leave_the_list_by_themselves(as_bob, kept, monkeypatch, codex):
    monkeypatch.setenv("ARMARIUS_EXPORT_DAYS", "3")
    fresh = as_bob.post(f"/documents/{codex.pk}/exports", {"format": "json"}).json()
    Handout.objects.exclude(pk=fresh["id"]).update(expires_at=timezone.now())

    handouts.forget()

    assert [row.pk for row in Handout.objects.all()] == [fresh["id"]]
    ends = Handout.objects.get().expires_at - timezone.now()
    assert timedelta(days=2, hours=23) < ends < timedelta(days=3)


def test_the_list_takes_the_same_queries_however_long(
    as_bob, codex, kept, django_assert_max_num_queries
):
    for _ in range(20):
        as_bob.post(f"/documents/{codex.pk}/exports", {"format": "text"})

    with django_assert_max_num_queries(3):
        assert as_bob.get("/exports").json()["count"] == 21
