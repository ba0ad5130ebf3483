"""Import with choices: lines that are there, whose text it is, which pages of a PDF."""

from __future__ import annotations

import io

import pytest

from armarius.errors import BadInput
from armarius.models import Line, LineText, Page, PageSnapshot
from armarius.ops import importing, jobs, uploading
from armarius.ops.intake import Intake
from tests.images.test_pdf import sheet
from tests.scans import alto, page_xml, picture, scan

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _own_home(tmp_path, monkeypatch):
    monkeypatch.setenv("ARMARIUS_HOME", str(tmp_path / "home"))


@pytest.fixture
def bring(alice, codex):
    """Import files into the codex as chosen; returns the sentences of the report."""

    def run(*files, layer_name="", **chosen):
        uploads = []
        for name, data in files:
            made = uploading.start(name, len(data), by=alice)
            uploads.append(uploading.append(made, 0, io.BytesIO(data)))
        job = importing.start(
            codex, uploads, by=alice, layer_name=layer_name, intake=Intake(**chosen)
        )
        for batch in job.batches.all():
            attempt = jobs.begin(batch.pk, "test")
            importing.run(attempt)
            jobs.finish(attempt, "done")
        return " ".join(job.items.values_list("message", flat=True))

    return run


def written():
    found = LineText.objects.filter(line__deleted_at=None).order_by("line__position")
    return [(x.transcription.name, x.content) for x in found.select_related("transcription")]


def test_lines_that_are_there_are_kept_and_get_only_texts(bring):
    bring(("f1.jpg", scan(1)), ("f1.xml", alto("f1.jpg", ["amen", "dico"])), layer_name="a")
    before = list(Line.objects.values_list("id", "key", "position"))

    coming = alto("f1.jpg", ["Amen", "Dico", "vobis"])
    said = bring(("f1.xml", coming), layer_name="b", lines="keep")

    assert list(Line.objects.values_list("id", "key", "position")) == before
    assert written() == [("a", "amen"), ("b", "Amen"), ("a", "dico"), ("b", "Dico")]
    assert "1 of its 3 lines are not on the page and were left out" in said
    assert not PageSnapshot.objects.exists()


def test_lines_are_added_to_those_that_are_there_and_what_is_the_same_is_not_doubled(bring):
    bring(("f1.jpg", scan(1)), ("f1.xml", alto("f1.jpg", ["amen", "dico"])), layer_name="a")

    coming = alto("f1.jpg", [("l1", "Amen"), ("x", "elsewhere"), ("l2", "vobis")])
    said = bring(("f1.xml", coming), layer_name="b", lines="add")

    # The first is the same line; the id of the last is that of another line, so it got a new one.
    assert [x.key for x in Line.objects.filter(deleted_at=None).order_by("position")] == [
        "l1", "l2", "x", "l2_2",
    ]  # fmt: skip
    assert sorted(written()) == [
        ("a", "amen"), ("a", "dico"), ("b", "Amen"), ("b", "elsewhere"), ("b", "vobis"),
    ]  # fmt: skip
    assert "2 lines were added to those of the page" in said
    assert PageSnapshot.objects.count() == 1  # so that it can be undone


def test_regions_of_another_file_stand_beside_those_of_the_page(bring, codex):
    bring(("f1.jpg", scan(1)), ("f1.xml", alto("f1.jpg", ["amen"])))

    bring(("f1.xml", page_xml("f1.jpg", ["dico", "vobis"])), lines="add")

    page = Page.objects.get(document=codex)
    assert sorted(page.regions.filter(deleted_at=None).values_list("key", flat=True)) == [
        "b1", "r1",
    ]  # fmt: skip
    assert [x for _, x in written()] == ["amen", "dico", "vobis"]


def test_a_page_without_lines_takes_those_of_the_file_whatever_was_chosen(bring):
    bring(("f1.jpg", scan(1)))

    bring(("f1.xml", alto("f1.jpg", ["amen"])), lines="keep")

    assert [x for _, x in written()] == ["amen"]


def test_texts_go_by_their_own_names_where_they_name_the_wrong_image(bring, codex):
    files = [
        ("f1.jpg", scan(1)), ("f2.jpg", scan(2)),
        ("f1.xml", alto("f2.jpg", ["one"])), ("f2.xml", alto("f2.jpg", ["two"])),
    ]  # fmt: skip

    bring(*files, match="file")

    texts = LineText.objects.order_by("content").values_list("line__page__name", "content")
    assert list(texts) == [("f1.jpg", "one"), ("f2.jpg", "two")]


def test_some_pages_of_a_pdf_come_in_at_the_resolution_that_was_chosen(bring, codex):
    drawn = sheet(pages=4)  # of 400 x 200 points

    bring(("book.pdf", drawn), pdf_pages="2,4-9", pdf_dpi=144, again=True)

    pages = Page.objects.filter(document=codex).order_by("position")
    assert [x.name for x in pages] == ["book p2.png", "book p4.png"]
    assert (pages[0].image.width, pages[0].image.height) == (800, 400)


def test_a_range_that_no_pdf_has_is_refused(bring):
    file = io.BytesIO()
    picture(1).save(file, "PDF")

    with pytest.raises(BadInput, match=r"book\.pdf has 1 pages; none of them is among 7-9"):
        bring(("book.pdf", file.getvalue()), pdf_pages="7-9")
