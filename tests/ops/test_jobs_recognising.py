"""Segment and read pages with a real engine process; the engine is the echo."""

from __future__ import annotations

import contextlib
import io
from dataclasses import replace

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from armarius import tasks
from armarius.compute import local
from armarius.engines import QUICK_ROWS
from armarius.errors import BadInput, Superseded
from armarius.images import store
from armarius.models import (
    AtrModel,
    Attempt,
    Batch,
    Job,
    LineText,
    Page,
    PageSnapshot,
    Transcription,
)
from armarius.ops import atr_models, batch_runs, jobs, recognising, snapshots, sweeping, trees
from armarius.page import Line, Region
from armarius.page import Page as Tree
from tests.ops.test_jobs import queued
from tests.scans import scan


@pytest.fixture(scope="module", autouse=True)
def _engines():
    yield
    local.close()
    local._draining.clear()


@pytest.fixture
def pages(codex):
    """Ten small pages."""
    return [
        Page.objects.create(
            document=codex,
            position=number,
            name=f"f{number}.jpg",
            image=store.add(io.BytesIO(scan(number)), f"f{number}.jpg"),
        )
        for number in range(10)
    ]


@pytest.fixture
def finder(db):
    """The echo's segmentation."""
    return AtrModel.objects.create(
        name="echo lines", kind="segmentation", engine="echo", metadata={"own": {"lines": 3}}
    )


@pytest.fixture
def reader(db):
    """The echo's reading."""
    return AtrModel.objects.create(name="echo", kind="recognition", engine="echo")


def work_all(limit: int = 60) -> None:
    """Be the worker until nothing waits."""
    for _ in range(limit):
        waiting = queued()
        if not waiting:
            return
        batch = Batch.objects.get(pk=waiting[0])
        entry = batch.entry
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE procrastinate_jobs SET status = 'doing' WHERE id = %s", [entry]
            )
        tasks.work(batch.pk, entry)
    raise AssertionError("the queue does not become empty")


def segmented(codex, pages, alice, finder) -> None:
    recognising.start_segmentation(codex, pages, by=alice, model=finder)
    work_all()


def test_pages_are_segmented_in_batches(codex, pages, alice, finder):
    job = recognising.start_segmentation(codex, pages, by=alice, model=finder)
    assert job.title == "Segment 10 pages of Ms 3516"
    assert job.batches.count() == 2

    work_all()

    job.refresh_from_db()
    assert (job.state, job.items_done) == ("done", 10), list(
        job.items.values("state", "message")
    )
    assert {page.lines_count for page in Page.objects.all()} == {3}
    assert not list(sweeping.work_folder().glob(f"job-{job.pk}/**/*.json"))


def test_each_page_is_segmented_in_its_own_direction(codex, pages, alice, finder):
    codex.direction = "vertical-rl"
    codex.save()
    own = ["horizontal-rl", "", "horizontal-lr"]
    for page, direction in zip(pages, own, strict=False):
        page.direction = direction
        page.save()

    recognising.start_segmentation(codex, pages[:3], by=alice, model=finder)
    work_all()

    found = list(Page.objects.order_by("position")[:3])
    used = [page.steps[-1]["parameters"]["direction"] for page in found]
    assert used == ["horizontal-rl", "vertical-rl", "horizontal-lr"]
    assert [page.direction for page in found] == own
    lines = [page.lines.order_by("position")[0].baseline for page in found]
    assert lines[0][0][0] > lines[0][-1][0]  # begins at the right
    assert lines[1][0][0] == lines[1][-1][0]  # stands upright
    assert lines[2][0][0] < lines[2][-1][0]


def test_texts_go_to_a_layer_named_after_the_model(codex, pages, alice, finder, reader):
    segmented(codex, pages[:2], alice, finder)

    job = recognising.start_transcription(codex, pages[:2], by=alice, model=reader)
    work_all()

    job.refresh_from_db()
    layer = Transcription.objects.get()
    assert job.state == "done"
    assert layer.name == f"echo {job.created_at:%Y-%m-%d}"
    assert (layer.kind, layer.model) == ("recognised", reader)
    assert LineText.objects.filter(transcription=layer, model=reader).count() == 6
    assert pages[0].__class__.objects.get(pk=pages[0].pk).steps[-1]["kind"] == "recognition"


def test_pages_without_lines_are_segmented_first_where_asked(
    codex, pages, alice, finder, reader
):
    segmented(codex, pages[:1], alice, finder)
    version = Page.objects.get(pk=pages[0].pk).version

    job = recognising.start_transcription(
        codex, pages[:3], by=alice, model=reader, segment=True, segmentation_model=finder
    )
    work_all()

    job.refresh_from_db()
    assert job.state == "done"
    assert LineText.objects.count() == 9
    assert Page.objects.get(pk=pages[0].pk).version == version


def test_pages_without_lines_are_named_where_not(codex, pages, alice, reader):
    job = recognising.start_transcription(codex, pages[:1], by=alice, model=reader)
    work_all()

    job.refresh_from_db()
    assert job.state == "done with problems"
    assert job.items.get().message == "f0.jpg has no lines yet. Segment it first."


def test_segmenting_again_keeps_what_was_there(codex, pages, alice, finder, reader):
    segmented(codex, pages[:1], alice, finder)
    recognising.start_transcription(codex, pages[:1], by=alice, model=reader)
    work_all()

    segmented(codex, pages[:1], alice, finder)

    snapshot = PageSnapshot.objects.filter(page=pages[0]).latest("pk")
    assert snapshot.reason == "Segmented with echo lines"
    assert LineText.objects.count() == 3


def test_what_a_person_has_corrected_is_not_written_over(codex, pages, alice, finder, reader):
    segmented(codex, pages[:1], alice, finder)
    recognising.start_transcription(codex, pages[:1], by=alice, model=reader)
    work_all()
    layer = Transcription.objects.get()
    text = LineText.objects.order_by("pk")[0]
    LineText.objects.filter(pk=text.pk).update(content="amen", author=alice, version=2)
    job = Job.objects.filter(kind="transcribe").get()
    attempt = Attempt.objects.get(batch__job=job)
    items = job.items.get()
    items.__class__.objects.update(state="waiting", ended_at=None)
    Batch.objects.filter(job=job).update(ended_at=None)
    Attempt.objects.filter(pk=attempt.pk).update(ended_at=None)

    attempt.batch.refresh_from_db()
    batch_runs.run(attempt, recognising.store)

    text.refresh_from_db()
    assert (text.content, text.version) == ("amen", 2)
    assert "1 lines that people have corrected" in job.items.get().message
    assert layer.texts.count() == 3


def test_the_same_model_on_the_same_day_adds_to_its_layer(codex, pages, alice, finder, reader):
    segmented(codex, pages[:2], alice, finder)
    for chosen in (pages[:1], pages[1:2], pages[:1]):
        recognising.start_transcription(codex, chosen, by=alice, model=reader)
        work_all()

    names = sorted(Transcription.objects.values_list("name", flat=True))
    assert [name.removeprefix(names[0]) for name in names] == ["", " (2)"]
    assert Transcription.objects.get(name=names[0]).texts.count() == 6


def test_a_layer_with_other_texts_is_not_taken(codex, pages, alice, reader):
    Transcription.objects.create(document=codex, name="mine")

    with pytest.raises(BadInput, match="“mine” exists already"):
        recognising.start_transcription(
            codex, pages[:1], by=alice, model=reader, layer_name="mine"
        )
    assert not Job.objects.exists()


def test_a_model_of_the_other_kind_is_refused(codex, pages, alice, finder, reader):
    with pytest.raises(BadInput, match="“echo” is a recognition model: it reads text"):
        recognising.start_segmentation(codex, pages, by=alice, model=reader)
    with pytest.raises(BadInput, match="it finds lines"):
        recognising.start_transcription(codex, pages, by=alice, model=finder)


def test_lines_drawn_meanwhile_are_worth_more_than_ours(codex, pages, alice, finder):
    job = recognising.start_segmentation(codex, pages[:1], by=alice, model=finder)
    attempt = jobs.begin(job.batches.get().pk, "w")
    staged = batch_runs._stage_items(attempt)
    Page.objects.update(version=7)

    recognising.store(attempt, staged[0], Tree("f0.jpg", 60, 80))

    item = job.items.get()
    assert item.state == "skipped"
    assert "changed meanwhile and were kept" in item.message


@pytest.mark.parametrize("fenced", [True, False])
def test_a_worker_that_was_only_asleep_stores_nothing(
    codex, pages, alice, finder, fenced, monkeypatch
):
    """Without the fence it would: then this test must see two layouts where one was asked for."""
    job = recognising.start_segmentation(codex, pages[:1], by=alice, model=finder)
    sleeper = jobs.begin(job.batches.get().pk, "asleep")
    staged = batch_runs._stage_items(sleeper)
    jobs.finish(sleeper, "lost")
    work_all()
    if not fenced:
        monkeypatch.setattr(jobs, "fence", lambda attempt: attempt.batch)
        # The other lines of defence, off too.
        monkeypatch.setattr(jobs, "wanted", lambda item: True)
        staged[0].page.refresh_from_db()

    with contextlib.nullcontext() if not fenced else pytest.raises(Superseded):
        recognising.store(sleeper, staged[0], Tree("f0.jpg", 60, 80))

    layouts = Page.objects.get(pk=pages[0].pk).version - 1
    assert layouts == (1 if fenced else 2)


def test_a_removed_page_is_skipped(codex, pages, alice, finder):
    job = recognising.start_segmentation(codex, pages[:2], by=alice, model=finder)
    Page.objects.filter(pk=pages[0].pk).update(deleted_at=job.created_at)

    work_all()

    job.refresh_from_db()
    assert [item.state for item in job.items.all()] == ["skipped", "done"]
    assert job.state == "done with problems"


def test_a_changed_model_file_is_not_used(codex, pages, alice, reader, finder):
    segmented(codex, pages[:1], alice, finder)
    place = store.original("e" * 64)
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_bytes(b"armarius-echo, changed")
    AtrModel.objects.filter(pk=reader.pk).update(sha256="e" * 64)

    job = recognising.start_transcription(codex, pages[:1], by=alice, model=reader)
    work_all()

    job.refresh_from_db()
    assert job.state == "failed"
    assert "missing or damaged" in job.items.get().message


def test_starting_a_job_for_many_pages_costs_few_queries(codex, pages, alice, finder):
    with CaptureQueriesContext(
        connection,
    ) as few:
        recognising.start_segmentation(codex, pages[:1], by=alice, model=finder)
    with CaptureQueriesContext(connection) as many:
        recognising.start_segmentation(codex, pages, by=alice, model=finder)

    assert len(many) <= len(few) + 1


def test_what_needs_no_upload_is_offered_once(db):
    offered = atr_models.offer_built_in()

    assert atr_models.offer_built_in() == offered
    assert [(model.kind, model.engine, model.project) for model in offered] == [
        ("segmentation", "kraken", None),
        ("recognition", "kraken", None),
    ]
    assert atr_models.checked(offered[0]) is None
    place = atr_models.checked(offered[1])
    assert place is not None
    assert place.name == offered[1].sha256


def layout(page):
    """Regions of a page by key with the keys of their lines, and the keys of its free lines."""
    tree = trees.load_page(Page.objects.get(pk=page.pk), None)
    regions = {one.id: [line.id for line in one.lines] for one in tree.all_regions()}
    return regions, [line.id for line in tree.lines]


@pytest.fixture
def drawn(codex, pages, alice):
    """A page with a column in a region and a line beside it; the first line has a text."""
    page = pages[0]
    width, height = page.image.width, page.image.height
    column = ((0, 0), (width / 2, 0), (width / 2, height), (0, height))
    inside = Line("in", ((5, 20), (width / 3, 20)), type="HeadingLine")
    beside = Line("out", ((width * 0.6, 20), (width * 0.9, 20)))
    zone = Region("column", column, "MarginTextZone", lines=(inside,))
    tree = Tree(page.name, width, height, (zone,), (beside,))
    trees.save_layout(page, tree, by=alice, reason="drawn")
    layer = Transcription.objects.create(document=codex, name="by hand")
    read = replace(tree, regions=(replace(zone, lines=(replace(inside, text="one"),)),))
    trees.save_texts(page, read, layer, by=alice, source="manual")
    return page


def test_new_regions_go_round_the_lines_that_are_there(codex, drawn, alice, finder):
    line = drawn.lines.get(key="in")
    job = recognising.start_segmentation(
        codex, [drawn], by=alice, model=finder, steps="regions"
    )
    assert job.title == "Find the regions of f0.jpg of Ms 3516"

    work_all()

    assert layout(drawn) == ({"echo_r1": ["in", "out"]}, [])
    same = drawn.lines.get(key="in")
    assert (same.pk, same.texts.get().content) == (line.pk, "one")
    assert same.type.name == "HeadingLine"
    step = Page.objects.get(pk=drawn.pk).steps[-1]["parameters"]
    assert (step["steps"], step["height"]) == ("regions", "0")
    assert PageSnapshot.objects.get(page=drawn).reason == "Regions found with echo lines"


def test_new_lines_go_into_the_regions_that_are_there(codex, drawn, alice, finder):
    recognising.start_segmentation(
        codex, [drawn], by=alice, model=finder, steps="lines", quick=True
    )
    work_all()

    regions, free = layout(drawn)
    assert (list(regions), len(regions["column"]) + len(free)) == (["column"], 3)
    assert drawn.regions.get(deleted_at=None).type.name == "MarginTextZone"
    assert not drawn.lines.filter(key="in", deleted_at=None).exists()
    step = Page.objects.get(pk=drawn.pk).steps[-1]["parameters"]
    assert (step["steps"], step["height"]) == ("lines", str(QUICK_ROWS))

    snapshots.restore(PageSnapshot.objects.get(page=drawn), by=alice)
    assert layout(drawn) == ({"column": ["in"]}, ["out"])


def test_pages_that_have_been_segmented_can_be_left_alone(codex, pages, drawn, alice, finder):
    two = [drawn, pages[1]]
    job = recognising.start_segmentation(codex, two, by=alice, model=finder, skip=True)
    assert [item.page_id for item in job.items.all()] == [pages[1].pk]
    work_all()
    assert layout(drawn)[1] == ["out"]
    with pytest.raises(BadInput, match="segmented already"):
        recognising.start_segmentation(
            codex, two, by=alice, model=finder, skip=True, steps="regions"
        )


def test_a_quick_look_before_reading_is_told_by_the_page(codex, pages, alice, finder, reader):
    recognising.start_transcription(
        codex, pages[:1], by=alice, model=reader, segment=True, segmentation_model=finder, quick=True
    )  # fmt: skip
    work_all()

    steps = Page.objects.get(pk=pages[0].pk).steps
    assert [one["kind"] for one in steps] == ["segmentation", "recognition"]
    assert steps[0]["parameters"]["height"] == str(QUICK_ROWS)
