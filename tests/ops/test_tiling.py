"""Tiles come after the import: none is forgotten, none is begun for ever, imports go first."""

from __future__ import annotations

import io
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from armarius.errors import Unavailable
from armarius.images import store
from armarius.models import Batch, Image, Job
from armarius.ops import tiling
from tests.scans import scan

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _own_home(tmp_path, monkeypatch):
    monkeypatch.setenv("ARMARIUS_HOME", str(tmp_path / "home"))
    monkeypatch.setattr(tiling, "EVERY_S", 0.01)


@pytest.fixture
def images():
    """Six pages that were just imported."""
    return [store.add(io.BytesIO(scan(n)), f"f{n}.jpg") for n in range(6)]


@pytest.fixture
def some():
    """Work off what is due, once; says whether to go on."""
    with ThreadPoolExecutor(2) as threads:
        yield lambda: tiling.some(threads, threading.Event())


def made(images):
    return [store.pyramid_path(x.sha256).exists() for x in images]


def tries():
    return list(Image.objects.order_by("pk").values_list("tile_tries", flat=True))


def test_what_is_imported_can_be_seen_small_and_its_tiles_are_due(images):
    assert all(store.thumbnail_path(x.sha256, 300).exists() for x in images)
    assert made(images) == [False] * 6
    assert tries() == [0] * 6


def test_a_format_that_must_be_decoded_in_full_has_its_tiles_at_once():
    for kind in ("PNG", "TIFF", "WEBP", "JPEG2000"):
        image = store.add(io.BytesIO(scan(1, kind=kind)), "f1")
        assert (made([image]), image.tile_tries) == ([True], None), kind
    image = store.add(io.BytesIO(scan(1, progressive=True)), "f1.jpg")
    assert (made([image]), image.tile_tries) == ([True], None)


def test_all_that_is_due_is_made_oldest_first(images, some):
    assert some()
    assert made(images) == [True] * tiling.TOGETHER + [False] * (6 - tiling.TOGETHER)
    assert some()
    assert not some()
    assert made(images) == [True] * 6
    assert tries() == [None] * 6


def test_while_imports_go_on_one_at_a_time_is_made(images, some, codex, alice):
    job = Job.objects.create(kind="import", project=codex.project, document=codex, owner=alice)
    batch = Batch.objects.create(job=job, number=0)

    assert some()
    assert sum(made(images)) == 1

    Batch.objects.filter(pk=batch.pk).update(ended_at=job.created_at)
    assert some()
    assert sum(made(images)) == 1 + tiling.TOGETHER


def test_an_image_that_kills_the_worker_is_given_up(images, some, monkeypatch):
    def die(sha256):
        raise SystemExit

    monkeypatch.setattr(store, "pyramid", die)
    for _ in range(2 * tiling.TRIES):
        with pytest.raises(SystemExit):
            some()

    assert tries() == [tiling.TRIES] * 6
    assert not some()


def test_a_full_disk_is_held_against_no_image(images, some, monkeypatch):
    def full(sha256):
        raise Unavailable("The disk is full.")

    monkeypatch.setattr(store, "pyramid", full)

    assert not some()
    assert tries() == [0] * 6


def test_an_image_that_cannot_be_decoded_holds_up_no_other(images, some):
    store.original(images[0].sha256).write_bytes(b"rotten")

    while some():
        pass

    assert made(images) == [False] + [True] * 5
    assert tries() == [None] * 6


def test_whoever_looks_before_has_the_tiles_at_once(images, some):
    assert store.pyramid(images[5].sha256).exists()

    while some():
        pass

    assert tries() == [None] * 6


def test_every_thumbnail_is_there_before_the_tiles(images):
    from armarius.images import rendering

    for box in (150, 300, 600):
        assert rendering.thumbnail(images[0].sha256, box).exists()
    assert made(images) == [False] * 6


def test_an_image_whose_original_was_lost_gets_its_tiles_again(images, some):
    while some():
        pass
    lost = images[2]
    store.original(lost.sha256).unlink()
    store.pyramid_path(lost.sha256).unlink()

    assert store.add(io.BytesIO(scan(2)), "f2.jpg").pk == lost.pk

    assert tries() == [None, None, 0, None, None, None]
