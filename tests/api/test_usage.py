"""What people use, what they may use, what is refused, and who is warned."""

from __future__ import annotations

import shutil
from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.utils import timezone

from armarius import models
from armarius.errors import Busy
from armarius.models import AtrModel, Attempt, Batch, Job, Letter, Membership, Notice, Upload
from armarius.ops import atr_models, limits
from tests.scans import scan

pytestmark = pytest.mark.django_db
GB = 1_000_000_000


@pytest.fixture(autouse=True)
def _own_home(tmp_path, monkeypatch):
    (tmp_path / "home").mkdir()
    monkeypatch.setenv("ARMARIUS_HOME", str(tmp_path / "home"))


@pytest.fixture
def image_of():
    """Make the row of an image of so many bytes."""
    made = []

    def make(size):
        made.append(size)
        return models.Image.objects.create(
            sha256=f"{len(made):064x}", size=size, format="jpeg", width=2000, height=3000
        )

    return make


def put(document, *images):
    start = models.Page.everything.filter(document=document).count()
    return [
        models.Page.objects.create(document=document, position=n, name=f"{n}.jpg", image=image)
        for n, image in enumerate(images, start)
    ]


def worked(owner, project, lane, minutes, *, ago_days=0, outcome="done"):
    """An attempt of so many minutes that ended so many days ago; None: it goes on."""
    job = Job.objects.create(
        kind="transcribe", project=project, owner=owner, title="Read", lane=lane
    )
    batch = Batch.objects.create(job=job, number=0)
    end = timezone.now() - timedelta(days=ago_days)
    return Attempt.objects.create(
        batch=batch, number=1, worker="w", outcome=outcome,
        started_at=end - timedelta(minutes=minutes),
        ended_at=end if outcome else None,
    )  # fmt: skip


def test_images_count_once_for_the_first_owner_of_their_project(
    as_alice, as_bob, alice, bob, project, codex, image_of
):
    shared, other = image_of(3 * GB), image_of(2 * GB)
    second = models.Document.objects.create(project=project, name="Copy")
    pages = put(codex, shared, other, shared)
    put(second, shared)
    Membership.objects.filter(user=bob).update(role="owner")
    AtrModel.objects.create(name="m", kind="recognition", owner=alice, size=7)
    Upload.objects.create(owner=alice, name="f.jpg", size=50)

    whole = as_alice.get("/me/usage").json()
    models.Page.objects.filter(pk=pages[1].pk).update(deleted_at=timezone.now())
    less = as_alice.get("/me/usage").json()

    assert whole["disk"] == {"used": 5 * GB + 57, "limit": None}
    assert whole["waiting"] == 50
    assert less["disk"]["used"] == 3 * GB + 57
    assert as_bob.get("/me/usage").json()["disk"]["used"] == 0


def test_computing_counts_thirty_days_and_not_what_the_system_broke_off(
    as_alice, alice, project
):
    worked(alice, project, "cpu", 10)
    worked(alice, project, "cpu-train", 5, ago_days=29)
    worked(alice, project, "cpu", 100, ago_days=31)
    worked(alice, project, "cpu", 100, outcome="lost")
    worked(alice, project, "io", 100)
    worked(alice, project, "gpu-5", 7)
    worked(alice, project, "gpu-10-train", 2, outcome="")

    found = as_alice.get("/me/usage").json()

    assert round(found["cpu"]["used"] / 60) == 15
    assert round(found["gpu"]["used"] / 60) == 9


def test_an_upload_above_ones_limit_is_refused_and_leaves_nothing(
    as_alice, alice, codex, image_of, monkeypatch
):
    monkeypatch.setenv("ARMARIUS_DISK_GB_PER_USER", "5")
    put(codex, image_of(4 * GB))

    fits = as_alice.post("/uploads", {"name": "f1.zip", "size": GB})
    refused = as_alice.post("/uploads", {"name": "f2.jpg", "size": 1})
    models.User.objects.filter(pk=alice.pk).update(disk_gb=6)
    more = as_alice.post("/uploads", {"name": "f2.jpg", "size": 1})

    assert (fits.status_code, refused.status_code, more.status_code) == (201, 413, 201)
    assert (
        "f2.jpg has 0.00 MB; you use 5.0 GB of the 5.0 GB that you may use"
        in refused.json()["detail"]
    )
    assert Upload.objects.count() == 2


def test_what_others_bring_counts_for_the_projects_owner(
    as_alice, as_bob, alice, bob, project, codex, image_of
):
    Membership.objects.filter(user=bob).update(role="manager")
    put(codex, image_of(GB))
    models.User.objects.filter(pk=alice.pk).update(disk_gb=1)
    data = scan(1)
    upload = as_bob.post("/uploads", {"name": "f1.jpg", "size": len(data)}).json()["id"]
    as_bob.client.generic(
        "PATCH", f"/api/uploads/{upload}", data, content_type="application/octet-stream",
        headers={**as_bob.headers, "Upload-Offset": "0"},
    )  # fmt: skip

    refused = as_bob.post(f"/documents/{codex.pk}/import", {"uploads": [upload]})
    models.User.objects.filter(pk=alice.pk).update(disk_gb=2)
    taken = as_bob.post(f"/documents/{codex.pk}/import", {"uploads": [upload]})

    assert refused.status_code == 413
    assert "count for alice, whose limit is 1 GB" in refused.json()["detail"]
    assert taken.status_code == 202
    assert Job.objects.get().owner == bob


def test_jobs_are_refused_once_the_minutes_are_used_up(
    as_alice, alice, project, codex, image_of, monkeypatch
):
    monkeypatch.setenv("ARMARIUS_CPU_MINUTES_PER_USER", "60")
    (page,) = put(codex, image_of(1))
    atr_models.offer_built_in()
    body = {"page_ids": [page.pk]}
    worked(alice, project, "gpu-5", 100)
    first = as_alice.post(f"/documents/{codex.pk}/segment", body)
    worked(alice, project, "cpu", 60)
    refused = as_alice.post(f"/documents/{codex.pk}/segment", body)
    turned = as_alice.post(f"/documents/{codex.pk}/pages/turn", {**body, "degrees": 90})
    models.User.objects.filter(pk=alice.pk).update(cpu_minutes=61)
    more = as_alice.post(f"/documents/{codex.pk}/segment", body)

    assert [x.status_code for x in (first, refused, turned, more)] == [202, 429, 202, 202]
    assert "60 of 60 minutes of CPU in the last 30 days" in refused.json()["detail"]


def test_the_minutes_of_gpu_have_a_limit_of_their_own(alice, project):
    models.User.objects.filter(pk=alice.pk).update(gpu_minutes=10)
    alice.refresh_from_db()
    worked(alice, project, "cpu", 100)
    limits.check_job(alice, "transcribe", "gpu-5")
    worked(alice, project, "gpu-5", 10)

    with pytest.raises(Busy, match="10 of 10 minutes of GPU"):
        limits.check_job(alice, "transcribe", "gpu-5")
    limits.check_job(alice, "transcribe", "cpu")


def test_administrators_set_limits_and_see_what_all_use(
    signed_in, ines, as_alice, alice, bob, project, codex, image_of
):
    chief = signed_in(ines)
    put(codex, image_of(GB))
    worked(bob, project, "cpu", 3)

    changed = chief.patch(f"/users/{alice.pk}", {"disk_gb": 2, "cpu_minutes": 0})
    by_disk = chief.get("/usage?sort=disk").json()
    by_cpu = chief.get("/usage?sort=cpu&limit=1").json()
    back = chief.patch(f"/users/{alice.pk}", {"disk_gb": None}).json()

    assert changed.json()["disk_gb"] == 2
    first = by_disk["items"][0]
    assert (first["user"]["username"], first["disk"]) == (
        "alice",
        {"used": GB, "limit": 2 * GB},
    )
    assert [x["user"]["username"] for x in by_cpu["items"]] == ["bob"]
    assert by_cpu["count"] == 3
    assert by_disk["server"]["limit"] > by_disk["server"]["used"] > 0
    assert (back["disk_gb"], back["cpu_minutes"]) == (None, 0)
    assert as_alice.get("/usage").status_code == 403
    assert as_alice.get("/me/usage").json()["cpu"]["limit"] == 0


def test_usage_takes_one_query_however_much_there_is(
    alice, project, codex, image_of, django_assert_num_queries
):
    for number in range(20):
        person = models.User.objects.create_user(f"person{number}")
        worked(person, project, "cpu", 1)
        put(codex, image_of(1))
    alice.disk_gb = 5

    with django_assert_num_queries(1):
        assert len(limits.everybody()) >= 21
    with django_assert_num_queries(1):
        limits.check_upload(alice, "f.jpg", 1)


def test_without_a_limit_nothing_is_counted(alice, django_assert_num_queries):
    with django_assert_num_queries(0):
        limits.check_upload(alice, "f.jpg", 10**15)
        limits.check_job(alice, "transcribe", "cpu")


def test_a_limit_that_is_near_is_told_once_and_again_after_it_was_far(alice, codex, image_of):
    models.User.objects.filter(pk=alice.pk).update(
        disk_gb=10, email="alice@example.org", email_confirmed_at=timezone.now()
    )
    pages = put(codex, image_of(8 * GB), image_of(GB))

    def told():
        limits.warn()
        return Notice.objects.filter(user=alice, kind="disk").count()

    def without(share):
        models.Image.objects.filter(pk=pages[1].image_id).update(size=share)

    assert [told(), told()] == [1, 1]
    assert Notice.objects.filter(kind="disk").get().payload == {"percent": 90, "limit": 10}
    assert "90 % of the 10 GB" in Letter.objects.get(to="alice@example.org").text
    without(GB // 10)  # 81 %: not yet far
    assert told() == 1
    without(GB)
    assert told() == 1
    models.Page.objects.filter(pk=pages[0].pk).update(deleted_at=timezone.now())
    assert told() == 1
    models.Page.everything.filter(pk=pages[0].pk).update(deleted_at=None)
    assert told() == 2


def test_administrators_are_told_that_the_disk_is_nearly_full(alice, ines, monkeypatch):
    full = SimpleNamespace(used=95 * GB, free=5 * GB)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: full)

    limits.warn()
    limits.warn()

    notice = Notice.objects.get(kind="server")
    assert (notice.user, notice.payload) == (ines, {"percent": 95, "limit": 100})
