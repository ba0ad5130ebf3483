"""Import files into a document: what comes in, in which order, and what the report says."""

from __future__ import annotations

import errno
import io
import random

import pytest

from armarius import tasks
from armarius.errors import BadInput, Superseded
from armarius.images import store
from armarius.models import (
    Batch,
    Job,
    Line,
    LineText,
    Page,
    PageSnapshot,
    Transcription,
    Upload,
)
from armarius.ops import importing, jobs, ordering, uploading
from armarius.ops.intake import Intake
from tests.scans import alto, packed, page_xml, picture, scan

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _own_home(tmp_path, monkeypatch):
    monkeypatch.setenv("ARMARIUS_HOME", str(tmp_path / "home"))


@pytest.fixture
def uploaded(alice):
    """Upload files, given as name=bytes pairs."""

    def upload(*files):
        uploads = []
        for name, data in files:
            made = uploading.start(name, len(data), by=alice)
            uploads.append(uploading.append(made, 0, io.BytesIO(data)))
        return uploads

    return upload


@pytest.fixture
def bring(alice, codex, uploaded):
    """Import files into the codex, batches in a random order; returns the ended job."""

    def run(*files, seed=1, **options):
        job = importing.start(codex, uploaded(*files), by=alice, **options)
        batches = list(job.batches.all())
        random.Random(seed).shuffle(batches)
        for batch in batches:
            work(batch)
        job.refresh_from_db()
        return job

    return run


def work(batch):
    attempt = jobs.begin(batch.pk, "test")
    importing.run(attempt)
    jobs.finish(attempt, "done")


def report(job):
    return [(x.name, x.state, x.message) for x in job.items.order_by("position")]


def names(document):
    return list(Page.objects.filter(document=document).values_list("name", flat=True))


def positions(document):
    return list(Page.objects.filter(document=document).values_list("position", flat=True))


def texts(page):
    found = LineText.objects.filter(line__page=page, line__deleted_at=None)
    return list(found.order_by("line__position").values_list("content", flat=True))


def test_pages_stand_in_the_natural_order_of_their_names_whatever_batch_ends_first(
    bring, codex
):
    files = [(f"f{n}.jpg", scan(n)) for n in random.Random(3).sample(range(1, 41), 40)]

    job = bring(*files)

    assert job.state == Job.State.DONE
    assert names(codex) == [f"f{n}.jpg" for n in range(1, 41)]
    assert positions(codex) == list(range(40))


def test_a_second_import_follows_the_first(bring, codex):
    bring(("b.jpg", scan(1)))
    bring(("a2.jpg", scan(2)), ("a1.jpg", scan(3)))

    assert names(codex) == ["b.jpg", "a1.jpg", "a2.jpg"]


def test_pages_stay_together_when_others_are_moved_meanwhile(alice, codex, uploaded, bring):
    bring(("x.jpg", scan(100)), ("y.jpg", scan(101)))
    job = importing.start(
        codex, uploaded(*((f"f{n}.jpg", scan(n)) for n in range(12))), by=alice
    )
    first, *others = job.batches.order_by("-number")
    work(first)
    moved = Page.objects.get(document=codex, name="x.jpg")
    ordering.move(codex, [moved.pk], 99)
    for batch in others:
        work(batch)

    assert names(codex) == ["y.jpg", *(f"f{n}.jpg" for n in range(12)), "x.jpg"]
    assert positions(codex) == list(range(14))


def test_one_bad_file_does_not_spoil_the_others(bring, codex):
    whole = scan(1, 200, 200)

    job = bring(
        ("f1.jpg", whole), ("f2.jpg", whole[: len(whole) // 2]), ("f3.jpg", b"text only")
    )

    assert job.state == Job.State.DONE_WITH_PROBLEMS
    assert names(codex) == ["f1.jpg"]
    assert [x[1] for x in report(job)] == ["done", "failed", "failed"]
    assert "f2.jpg" in report(job)[1][2]
    assert Upload.objects.count() == 3  # kept, so that the job can be tried again


def test_a_zip_of_images_and_alto_gives_pages_with_lines_and_texts(bring, codex):
    files = [(f"codex/f{n}.jpg", scan(n)) for n in (1, 2)]
    files += [
        (f"codex/alto/f{n}.xml", alto(f"f{n}.jpg", [f"en nom {n}", "amen"])) for n in (1, 2)
    ]

    job = bring(
        ("codex.zip", packed([*files, ("README.txt", b"hello")])), layer_name="diplomatic"
    )

    one, two = Page.objects.filter(document=codex)
    assert [texts(one), texts(two)] == [["en nom 1", "amen"], ["en nom 2", "amen"]]
    assert one.lines_count == 2
    assert Transcription.objects.get(document=codex).name == "diplomatic"
    assert [(x[0], x[1]) for x in report(job)] == [
        ("f1.jpg", "done"),
        ("f2.jpg", "done"),
        ("README.txt", "done with a note"),
    ]
    assert not Upload.objects.exists()


def test_two_files_of_one_name_are_both_kept_numbered_and_said(bring, codex):
    job = bring(("a.zip", packed([("r/f1.jpg", scan(1)), ("v/f1.jpg", scan(2))])))

    assert names(codex) == ["f1.jpg", "f1 (2).jpg"]
    assert "it is called f1 (2).jpg now" in report(job)[1][2]


def test_an_image_that_is_there_already_is_said_and_not_doubled(bring, codex):
    bring(("f1.jpg", scan(1)), ("f2.jpg", scan(2)))

    job = bring(("again.jpg", scan(2)), ("f3.jpg", scan(3)))

    assert names(codex) == ["f1.jpg", "f2.jpg", "f3.jpg"]
    assert report(job)[0][1:] == ("skipped", "again.jpg: already present: page 2, f2.jpg.")


def test_an_image_that_is_there_already_can_be_taken_again(bring, codex):
    bring(("f1.jpg", scan(1)))
    bring(("f1.jpg", scan(1)), intake=Intake(again=True))

    assert names(codex) == ["f1.jpg", "f1 (2).jpg"]


def test_a_text_for_an_existing_page_keeps_its_lines_and_their_texts_in_other_layers(
    bring, codex
):
    bring(("f1.jpg", scan(1)), ("f1.xml", alto("f1.jpg", ["first", "second"])), layer_name="A")
    page = Page.objects.get(document=codex)
    before = list(Line.objects.filter(page=page).values_list("pk", flat=True))

    job = bring(("f1.xml", alto("f1.jpg", ["Primus", "second"])), layer_name="B")

    assert job.state == Job.State.DONE
    assert list(Line.objects.filter(page=page).values_list("pk", flat=True)) == before
    by_layer = {
        x.transcription.name: x.content
        for x in LineText.objects.filter(line__page=page, line__position=0)
    }
    assert by_layer == {"A": "first", "B": "Primus"}
    assert not PageSnapshot.objects.exists()


def test_other_lines_for_an_existing_page_leave_the_former_ones_in_a_snapshot(bring, codex):
    bring(("f1.jpg", scan(1)), ("f1.xml", alto("f1.jpg", ["first", "second"])), layer_name="A")

    job = bring(("f1.xml", alto("f1.jpg", [("x1", "all other")])), layer_name="A")

    page = Page.objects.get(document=codex)
    assert texts(page) == ["all other"]
    assert "2 former lines went into a snapshot" in report(job)[0][2]
    kept = PageSnapshot.objects.get(page=page)
    assert kept.reason == "Before importing f1.xml"
    assert sorted(x["content"] for x in kept.tree["texts"]) == ["first", "second"]


def test_plain_text_goes_to_the_lines_in_their_order_or_is_refused(bring, codex):
    bring(("f1.jpg", scan(1)), ("f1.xml", alto("f1.jpg", ["a", "b"])), layer_name="A")

    good = bring(("f1.txt", b"un\ndeux\n"), layer_name="B")
    bad = bring(("f1.txt", b"un\n"), layer_name="B")

    assert good.state == Job.State.DONE
    found = LineText.objects.filter(transcription__name="B").order_by("line__position")
    assert [x.content for x in found] == ["un", "deux"]
    assert "has 1 lines, the page f1.jpg has 2" in report(bad)[0][2]


def test_coordinates_are_scaled_to_an_image_of_the_same_shape_and_that_is_said(bring, codex):
    job = bring(
        ("f1.jpg", scan(1, 30, 40)), ("f1.xml", alto("f1.jpg", ["half"], width=60, height=80))
    )

    line = Line.objects.get(page__document=codex)
    assert line.baseline == [[2.5, 3.0], [27.5, 3.0]]
    assert (
        "60 x 80, this one has 30 x 40 pixels; its coordinates were scaled by 0.5"
        in (report(job)[0][2])
    )


def test_a_text_for_an_image_of_another_shape_is_refused_and_the_image_comes_in(bring, codex):
    job = bring(("f1.jpg", scan(1, 80, 60)), ("f1.xml", alto("f1.jpg", ["turned"])))

    assert names(codex) == ["f1.jpg"]
    assert not Line.objects.exists()
    name, state, message = report(job)[0]
    assert (name, state) == ("f1.jpg", "failed")
    assert "The image f1.jpg came in, its text did not" in message
    assert "another shape" in message


def test_a_text_whose_image_is_nowhere_is_refused_by_name(bring, codex):
    job = bring(("f1.jpg", scan(1)), ("other.xml", alto("/etc/passwd", ["x"])))

    assert "is for the image passwd, which is neither in this upload" in report(job)[1][2]
    assert names(codex) == ["f1.jpg"]


def test_nothing_usable_is_refused_at_once_with_the_reason(alice, codex, uploaded):
    with pytest.raises(BadInput, match=r"notes\.docx.*no page image"):
        importing.start(codex, uploaded(("notes.docx", b"words words")), by=alice)

    assert not Job.objects.exists()


def test_every_page_of_a_tiff_and_of_a_pdf_becomes_a_page(bring, codex):
    pages = [picture(x) for x in range(3)]
    tiff, pdf = io.BytesIO(), io.BytesIO()
    pages[0].save(tiff, "TIFF", save_all=True, append_images=pages[1:], compression="tiff_lzw")
    pages[0].save(pdf, "PDF", save_all=True, append_images=pages[1:2])

    job = bring(("roll.tif", tiff.getvalue()), ("book.pdf", pdf.getvalue()))

    assert [x[1] for x in report(job)].count("failed") == 0
    assert names(codex) == [
        "book p1.png",
        "book p2.png",
        "roll p1.tif",
        "roll p2.tif",
        "roll p3.tif",
    ]


def test_page_xml_relative_to_its_mets_folder_finds_its_image(bring, codex):
    mets = b'<mets:mets xmlns:mets="http://www.loc.gov/METS/"/>'
    files = [
        ("ws/mets.xml", mets),
        ("ws/OCR-D-IMG/f1.jpg", scan(1)),
        ("ws/GT-PAGE/f1_gt.xml", page_xml("OCR-D-IMG/f1.jpg", ["amen"])),
    ]

    bring(("ws.zip", packed(files)))

    assert texts(Page.objects.get(document=codex)) == ["amen"]


def test_a_batch_that_is_run_again_after_a_crash_doubles_nothing(
    alice, codex, uploaded, monkeypatch
):
    files = [(f"f{n}.jpg", scan(n)) for n in range(6)]
    job = importing.start(codex, uploaded(*files), by=alice)
    batch = job.batches.get(number=0)
    dying = jobs.begin(batch.pk, "dies")
    calls = []

    def die_at_the_third(attempt):
        calls.append(attempt)
        if len(calls) == 3:
            raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(jobs, "check", die_at_the_third)
        with pytest.raises(KeyboardInterrupt):
            importing.run(dying)
    jobs.finish(dying, "interrupted")
    for again in Batch.objects.filter(job=job, ended_at=None):
        work(again)

    job.refresh_from_db()
    assert job.state == Job.State.DONE
    assert names(codex) == [f"f{n}.jpg" for n in range(6)]


def test_an_attempt_that_was_given_up_writes_nothing(alice, codex, uploaded):
    job = importing.start(codex, uploaded(("f1.jpg", scan(1))), by=alice)
    late = jobs.begin(job.batches.get().pk, "late")
    Batch.objects.filter(job=job).update(attempt=late.number + 1)

    with pytest.raises(Superseded):
        importing.run(late)

    assert not Page.objects.exists()


@pytest.fixture
def full_disk(monkeypatch):
    """A disk on which the third image has no room; afterwards there is room again."""
    add, calls = store.add, []

    def failing(*arguments, **options):
        calls.append(arguments)
        if len(calls) == 3:
            raise OSError(errno.ENOSPC, "No space left on device")
        return add(*arguments, **options)

    monkeypatch.setattr(store, "add", failing)


def test_a_full_disk_ends_the_batch_and_trying_again_puts_the_rest_in_its_place(
    full_disk, alice, codex, uploaded
):
    job = importing.start(
        codex, uploaded(*((f"f{n}.jpg", scan(n)) for n in range(12))), by=alice
    )
    for batch in job.batches.order_by("number"):
        tasks.work(batch.pk, None)
    job.refresh_from_db()

    assert job.state == Job.State.DONE_WITH_PROBLEMS
    assert names(codex) == ["f0.jpg", "f1.jpg", *(f"f{n}.jpg" for n in range(4, 12))]
    assert {x[2] for x in report(job) if x[1] == "failed"} == {
        "The server's disk is full. What is imported stays; free some space and try again."
    }

    again = jobs.retry(job, by=alice)
    for batch in again.batches.all():
        tasks.work(batch.pk, None)
    again.refresh_from_db()

    assert again.state == Job.State.DONE
    assert names(codex) == [f"f{n}.jpg" for n in range(12)]
    assert positions(codex) == list(range(12))
    assert not Upload.objects.exists()
