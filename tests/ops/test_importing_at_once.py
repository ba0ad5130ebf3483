"""Batches of an import that really run side by side: order, names and images stay right."""

from __future__ import annotations

import io
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from armarius.models import JobItem, Line, Page, Transcription
from armarius.ops import importing, jobs, uploading
from tests.scans import alto, packed, scan

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _own_home(tmp_path, monkeypatch):
    monkeypatch.setenv("ARMARIUS_HOME", str(tmp_path / "home"))


@pytest.fixture
def bring_at_once(alice, codex):
    """Import files, all batches at the same time; returns the ended jobs."""

    def work(batch_id):
        attempt = jobs.begin(batch_id, "test")
        importing.run(attempt)
        jobs.finish(attempt, "done")
        connection.close()

    def run(*imports):
        started = []
        for files in imports:
            uploads = []
            for name, data in files:
                made = uploading.start(name, len(data), by=alice)
                uploads.append(uploading.append(made, 0, io.BytesIO(data)))
            started.append(importing.start(codex, uploads, by=alice, layer_name="one"))
        batches = [x for job in started for x in job.batches.values_list("pk", flat=True)]
        with ThreadPoolExecutor(8) as pool:
            list(pool.map(work, batches))
        for job in started:
            job.refresh_from_db()
        return started

    return run


def test_pages_stand_in_order_without_gaps_and_each_has_its_lines(bring_at_once, codex):
    files = [(f"f{n}.jpg", scan(n)) for n in range(32)]
    files += [(f"f{n}.xml", alto(f"f{n}.jpg", [f"line of {n}", "x"])) for n in range(32)]

    [job] = bring_at_once([("a.zip", packed(files))])

    assert job.state == "done"
    pages = list(Page.objects.filter(document=codex).order_by("position"))
    assert [x.name for x in pages] == [f"f{n}.jpg" for n in range(32)]
    assert [x.position for x in pages] == list(range(32))
    assert Transcription.objects.filter(document=codex).count() == 1
    firsts = Line.objects.filter(position=0).order_by("page__position")
    assert [x.texts.get().content for x in firsts] == [f"line of {n}" for n in range(32)]


def test_one_image_under_many_names_becomes_one_page(bring_at_once, codex):
    [job] = bring_at_once([(f"f{n}.jpg", scan(1)) for n in range(24)])

    states = list(job.items.values_list("state", flat=True))
    assert Page.objects.filter(document=codex).count() == 1
    assert sorted(states) == [JobItem.State.DONE] + [JobItem.State.SKIPPED] * 23


def test_one_name_for_many_images_is_numbered(bring_at_once, codex):
    files = [(f"{n}/f.jpg", scan(n)) for n in range(16)]

    bring_at_once([("a.zip", packed(files))])

    names = set(Page.objects.filter(document=codex).values_list("name", flat=True))
    assert names == {"f.jpg"} | {f"f ({n}).jpg" for n in range(2, 17)}


def test_two_imports_at_once_keep_their_pages_together(bring_at_once, codex):
    bring_at_once(
        [(f"a{n}.jpg", scan(n)) for n in range(12)],
        [(f"b{n}.jpg", scan(100 + n)) for n in range(12)],
    )

    pages = list(Page.objects.filter(document=codex).order_by("position"))
    assert [x.position for x in pages] == list(range(24))
    for letter in "ab":
        mine = [x for x in pages if x.name.startswith(letter)]
        assert [x.name for x in mine] == [f"{letter}{n}.jpg" for n in range(12)]
        assert mine[-1].position - mine[0].position == 11
