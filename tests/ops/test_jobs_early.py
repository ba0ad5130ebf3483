"""Lines and texts of a page before the page is done; the engine is an echo that takes its time."""

from __future__ import annotations

import io

import pytest

from armarius import bundle, early, policy
from armarius.compute import local
from armarius.errors import Superseded
from armarius.images import store
from armarius.models import (
    AtrModel,
    Job,
    JobItem,
    Line,
    LineText,
    LineTextVersion,
    Page,
    Transcription,
)
from armarius.ops import (
    attempts,
    batch_runs,
    beating,
    editing,
    jobs,
    recognising,
    sharing,
    texts,
)
from armarius.page import Line as TreeLine
from armarius.page import Page as Tree
from tests.ops.test_jobs_recognising import work_all
from tests.scans import scan

LINES = 6


@pytest.fixture(scope="module", autouse=True)
def _engines():
    yield
    local.close()
    local._draining.clear()


@pytest.fixture
def page(codex):
    """A small page, still blank."""
    image = store.add(io.BytesIO(scan(1)), "f1.jpg")
    return Page.objects.create(document=codex, position=0, name="f1.jpg", image=image)


@pytest.fixture
def reader(db):
    """The echo's reading, a fifth of a second a line."""
    return AtrModel.objects.create(
        name="echo", kind="recognition", engine="echo", metadata={"own": {"pause": 0.2}}
    )


@pytest.fixture
def start(codex, page, alice, reader):
    """Ask for lines and texts of the page; returns the job."""
    finder = AtrModel.objects.create(
        name="echo lines",
        kind="segmentation",
        engine="echo",
        metadata={"own": {"lines": LINES}},
    )

    def ask() -> Job:
        return recognising.start_transcription(
            codex, [page], by=alice, model=reader, segment=True, segmentation_model=finder
        )

    return ask


@pytest.fixture
def watched(monkeypatch):
    """What is stored after each part; `then` is called once, after the first texts."""
    seen: list[tuple[int, int]] = []
    real = recognising.store_part

    def watch(then=lambda attempt: None):
        def look(attempt, staged, part):
            now = real(attempt, staged, part)
            assert attempt.batch.items.get().state == "waiting"
            first = not part.layout and not any(count for _, count in seen)
            seen.append((Line.objects.count(), LineText.objects.count()))
            if first:
                then(attempt)
            return now

        monkeypatch.setattr(recognising, "store_part", look)
        return seen

    return watch


def all_read_once(job: Job, reader: AtrModel, *, but: int = 0) -> None:
    """Every line has one text of the model's, in one version; one layout was stored."""
    job.refresh_from_db()
    assert job.state == "done", list(job.items.values("state", "message"))
    mine = LineText.objects.filter(model=reader, author=None)
    assert list(mine.values_list("version", flat=True)) == [1] * (LINES - but)
    assert LineTextVersion.objects.filter(model=reader).count() == LINES
    assert LineText.objects.count() == LINES
    assert Line.everything.count() == LINES
    page = Page.objects.get()
    assert (page.version, page.recognised_at is not None) == (2, True)


def test_lines_and_texts_come_before_their_page_is_done(start, reader, watched):
    seen = watched()
    job = start()
    work_all()

    assert seen[0] == (LINES, 0)
    assert any(0 < count < LINES for _, count in seen)
    all_read_once(job, reader)
    steps = Page.objects.get().steps
    assert [step["kind"] for step in steps] == ["segmentation", "recognition"]


def test_a_page_is_not_read_before_it_is_done(start, watched):
    states = []
    watched(lambda attempt: states.append(Page.objects.values("recognised_at", "steps").get()))
    start()
    work_all()

    assert states[0]["recognised_at"] is None
    assert [step["kind"] for step in states[0]["steps"]] == ["segmentation"]


def test_another_attempt_doubles_nothing(start, reader, watched):
    def die(attempt):
        raise attempts.Crashed("it was ended")

    watched(die)
    job = start()
    work_all()

    assert job.batches.get().attempt == 2
    all_read_once(job, reader)


def test_what_a_person_writes_meanwhile_stays(start, reader, watched, alice):
    def write(attempt):
        text = LineText.objects.order_by("pk")[0]
        where = sharing.page_view(alice, text.line.page_id)
        edit = editing.Edit(text.line_id, text.transcription_id, "amen", text.version)
        assert editing.save(where, [edit], by=alice).saved

    watched(write)
    job = start()
    work_all()

    assert "1 lines that people have corrected" in job.items.get().message
    all_read_once(job, reader, but=1)
    text = LineText.objects.get(author=alice)
    assert (text.content, text.version) == ("amen", 2)


def test_a_model_does_not_write_over_a_person_who_was_quicker(folio, layer, alice, reader):
    line = Line.objects.create(page=folio, key="l1", position=0)
    LineText.objects.create(line=line, transcription=layer, content="amen", author=alice)

    given = [texts.Given(line.pk, "arnen")]
    assert texts.write(layer.pk, given, by=None, model=reader, source="recognition") == 0
    assert LineText.objects.get().content == "amen"


def test_a_cancelled_job_keeps_what_is_there_and_goes_on_later(start, reader, watched, alice):
    def cancel(attempt):
        jobs.cancel(Job.objects.get(), by=alice)
        beat = beating.of(attempt)
        assert beat is not None
        beat.end("cancelled")  # as the worker's heart tells it

    watched(cancel)
    job = start()
    work_all()

    job.refresh_from_db()
    assert job.state == "cancelled"
    assert 0 < LineText.objects.count() < LINES

    again = jobs.retry(job, by=alice)
    work_all()
    all_read_once(again, reader)


def test_a_worker_that_was_only_asleep_stores_no_part(start):
    sleeper = jobs.begin(start().batches.get().pk, "asleep")
    staged = batch_runs._stage_items(sleeper)[0]
    jobs.finish(sleeper, "lost")
    lines = (TreeLine("l1", ((0, 9), (9, 9))),)

    with pytest.raises(Superseded):
        recognising.store_part(
            sleeper, staged, early.Part(Tree("f1.jpg", 60, 80, lines=lines), layout=True)
        )
    assert not Line.objects.exists()


def test_lines_drawn_meanwhile_are_kept_and_not_read(start, page):
    job = start()
    attempt = jobs.begin(job.batches.get().pk, "w")
    staged = batch_runs._stage_items(attempt)[0]
    Line.objects.create(page=page, key="l1", position=0)
    Page.objects.update(version=7)
    found = Tree("f1.jpg", 60, 80, lines=(TreeLine("l1", ((0, 9), (9, 9)), text="amen"),))

    now = recognising.store_part(attempt, staged, early.Part(found, layout=True))
    now = recognising.store_part(attempt, now, early.Part(found, layout=False))
    recognising.store(attempt, now, found)

    assert (now, JobItem.objects.get().state) == (staged, "skipped")
    assert not LineText.objects.exists()


def test_lines_whose_commit_was_not_confirmed_are_ours(start):
    attempt = jobs.begin(start().batches.get().pk, "w")
    staged = batch_runs._stage_items(attempt)[0]
    found = early.Part(Tree("f1.jpg", 60, 80, lines=(TreeLine("l1", ((0, 9), (9, 9))),)), True)

    recognising.store_part(attempt, staged, found)
    now = recognising.store_part(attempt, staged, found)

    assert (now.segments, now.page.version, Line.objects.count()) == (False, 2, 1)


def test_nobody_looks_on_at_large_jobs(start, reader, watched, monkeypatch):
    monkeypatch.setattr(policy, "INTERACTIVE_ITEMS", 0)
    seen = watched()
    job = start()
    work_all()

    assert seen == []
    all_read_once(job, reader)


def test_the_layer_of_a_line_that_was_read_names_the_model(start, reader, watched):
    layers: list[Transcription] = []
    watched(lambda attempt: layers.extend(Transcription.objects.all()))
    start()
    work_all()

    assert [layer.model for layer in layers] == [reader]


def test_parts_come_in_their_order(tmp_path):
    told = []
    writer = early.Writer(tmp_path, "p1", lambda: told.append(1))
    writer.layout(Tree("p1.jpg", 60, 80, lines=(TreeLine("l1"),)))
    writer.line(TreeLine("l1", text="amen"))  # too soon after the layout
    assert len(told) == 1
    writer._last = 0
    writer.line(TreeLine("l2", text="amen"))

    found = early.parts(tmp_path, "p1", 0)
    assert [(part.layout, len(part.page.lines)) for part in found] == [(True, 1), (False, 2)]
    assert early.parts(tmp_path, "p1", 1) == found[1:]
    assert bundle.state_of(tmp_path, "p1") is None
