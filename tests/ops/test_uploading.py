"""Uploads in pieces."""

from __future__ import annotations

import hashlib
import io
import random
import shutil
from datetime import timedelta

import pytest
from django.utils import timezone

from armarius.errors import BadInput, Conflict, NotFound, TooLarge
from armarius.models import Job, Upload
from armarius.ops import uploading

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _own_home(tmp_path, monkeypatch):
    monkeypatch.setenv("ARMARIUS_HOME", str(tmp_path))


class Breaking(io.BytesIO):
    """A connection that breaks after some bytes."""

    def __init__(self, data, after):
        super().__init__(data[:after])

    def read(self, size=-1):
        piece = super().read(size)
        if not piece:
            raise OSError("connection reset by peer")
        return piece


def test_pieces_become_the_file_with_its_hash(alice):
    data = random.Random(1).randbytes(3_000_000)
    upload = uploading.start("f1.jpg", len(data), by=alice)

    uploading.append(upload, 0, io.BytesIO(data[:1_234_567]))
    assert not upload.sha256
    uploading.append(upload, 1_234_567, io.BytesIO(data[1_234_567:]))

    assert upload.completed_at
    assert upload.sha256 == hashlib.sha256(data).hexdigest()
    assert uploading.path(upload).read_bytes() == data


def test_a_hundred_broken_connections_cost_nothing_but_time(alice):
    fault = random.Random(2)
    data = fault.randbytes(400_000)
    upload = uploading.start("f1.jpg", len(data), by=alice)
    breaks = 0

    while upload.completed_at is None:
        rest = data[upload.offset :]
        body = Breaking(rest, fault.randrange(8000)) if breaks < 100 else io.BytesIO(rest)
        uploading.append(upload, upload.offset, body)
        breaks += 1

    assert breaks > 50
    assert upload.sha256 == hashlib.sha256(data).hexdigest()


def test_bytes_that_were_never_acknowledged_are_cut_off_before_going_on(alice):
    upload = uploading.start("f1.jpg", 6, by=alice)
    uploading.append(upload, 0, io.BytesIO(b"abc"))
    with uploading.path(upload).open("ab") as file:
        file.write(b"died before the row was written")

    uploading.append(upload, 3, io.BytesIO(b"def"))

    assert uploading.path(upload).read_bytes() == b"abcdef"


def test_a_wrong_offset_is_answered_with_the_right_one(alice):
    upload = uploading.start("f1.jpg", 6, by=alice)
    uploading.append(upload, 0, io.BytesIO(b"abc"))

    with pytest.raises(Conflict, match="Go on at 3") as caught:
        uploading.append(upload, 0, io.BytesIO(b"abc"))

    assert caught.value.items == [{"id": str(upload.pk), "offset": 3}]


def test_two_senders_at_once_are_kept_apart(alice):
    upload = uploading.start("f1.jpg", 6, by=alice)

    class Intruder(io.BytesIO):
        def read(self, size=-1):
            with pytest.raises(Conflict, match="another request"):
                uploading.append(Upload.objects.get(pk=upload.pk), 0, io.BytesIO(b"xyz"))
            return super().read(size)

    uploading.append(upload, 0, Intruder(b"abcdef"))

    assert uploading.path(upload).read_bytes() == b"abcdef"


@pytest.mark.parametrize("announced", [None, 7])
def test_more_bytes_than_announced_are_refused_and_not_kept(alice, announced):
    upload = uploading.start("f1.jpg", 6, by=alice)

    with pytest.raises(TooLarge, match="more are coming"):
        uploading.append(upload, 0, io.BytesIO(b"abcdefg"), length=announced)

    upload.refresh_from_db()
    assert upload.offset == 0
    assert uploading.path(upload).stat().st_size == 0


def test_limits_are_checked_before_the_first_byte(alice, monkeypatch):
    monkeypatch.setenv("ARMARIUS_MAX_UPLOAD_MB", "1")

    with pytest.raises(TooLarge, match="limit for one upload is 1 MB"):
        uploading.start("f1.jpg", 1_000_001, by=alice)
    with pytest.raises(BadInput, match="the file is empty"):
        uploading.start("f1.jpg", 0, by=alice)


def test_room_promised_to_one_upload_is_not_promised_again(alice, monkeypatch):
    class Usage:
        free = uploading.SPARE + 1000

    monkeypatch.setattr(shutil, "disk_usage", lambda folder: Usage)
    uploading.start("f1.jpg", 700, by=alice)

    with pytest.raises(TooLarge, match="There is room for 0 MB"):
        uploading.start("f2.jpg", 700, by=alice)


def test_half_an_upload_cannot_be_imported_and_nobody_else_sees_it(alice, carol):
    upload = uploading.start("f1.jpg", 6, by=alice)
    uploading.append(upload, 0, io.BytesIO(b"abc"))

    with pytest.raises(BadInput, match="3 of 6 bytes have arrived"):
        uploading.whole([upload.pk], by=alice)
    with pytest.raises(NotFound):
        uploading.whole([upload.pk], by=carol)
    with pytest.raises(NotFound):
        uploading.find(upload.pk, by=carol)


def test_the_sweep_goes_by_rows_and_spares_what_a_job_needs(alice, codex):
    old, needed, new = (uploading.start(f"f{x}.jpg", 3, by=alice) for x in range(3))
    for upload in (old, needed, new):
        uploading.append(upload, 0, io.BytesIO(b"abc"))
    Upload.objects.exclude(pk=new.pk).update(updated_at=timezone.now() - timedelta(hours=49))
    Job.objects.create(
        kind="import",
        project=codex.project,
        owner=alice,
        title="Import",
        lane="io",
        parameters={"uploads": [str(needed.pk)]},
    )
    (uploading.folder() / "a file that no row knows").write_bytes(b"x")

    assert uploading.sweep() == 1

    assert sorted(x.name for x in uploading.folder().iterdir()) == sorted(
        [str(needed.pk), str(new.pk)]
    )
