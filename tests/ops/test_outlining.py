"""Masks drawn anew for lines whose baselines people have drawn, by a real engine process."""

from __future__ import annotations

import io

import pytest

from armarius.errors import BadInput, Conflict
from armarius.images import store
from armarius.models import Event, JobItem, Line, Page, PageSnapshot
from armarius.ops import drawing, outlining, snapshots, trees
from armarius.page import Line as TreeLine
from armarius.page import Page as Tree
from armarius.page import Region
from tests.ops.test_jobs_recognising import _engines, work_all
from tests.scans import scan

__all__ = ["_engines"]
OLD = ((0, 0), (9, 0), (9, 9))


@pytest.fixture
def page(codex, alice):
    """A page with twelve baselines in a region, each with a mask that is none of theirs."""
    image = store.add(io.BytesIO(scan(1, 600, 800)), "f1r.jpg")
    found = Page.objects.create(document=codex, position=0, name="f1r.jpg", image=image)
    width, height = found.image.width, found.image.height
    lines = tuple(
        TreeLine(f"l{i}", ((10, y), (width - 10, y)), OLD)
        for i, y in enumerate(range(height // 14, height - 5, height // 14))
    )[:12]
    frame = ((0, 0), (width, 0), (width, height), (0, height))
    tree = Tree(found.name, width, height, (Region("r", frame, lines=lines),))
    trees.save_layout(found, tree, by=alice, reason="drawn")
    return found


def rows(page):
    return {row.key: row for row in Line.objects.filter(page=page)}


def start(page, alice, *keys):
    ids = [rows(page)[key].pk for key in keys] or None
    return outlining.start(page, ids, None, by=alice)


def old(row):
    return row.mask == [list(point) for point in OLD]


def test_the_lines_asked_for_get_masks_and_the_others_keep_theirs(page, alice):
    job = start(page, alice, "l1", "l2")
    assert job.priority > 3_000_000  # somebody sits and waits
    before = page.version

    work_all()

    job.refresh_from_db()
    found = rows(page)
    assert job.state == "done"
    assert [key for key, row in found.items() if not old(row)] == ["l1", "l2"]
    assert (found["l1"].version, found["l3"].version) == (2, 1)
    for key in ("l1", "l2"):
        heights = [y for _, y in found[key].mask]
        assert min(heights) < found[key].baseline[0][1] < max(heights)
        assert len(found[key].mask) > 3
    page.refresh_from_db()
    assert page.version == before + 1
    told = Event.objects.filter(kind="page").order_by("pk").last()
    assert told
    assert told.payload["masks"] == [found["l1"].pk, found["l2"].pk]
    assert PageSnapshot.objects.count() == 0


def test_all_masks_at_once_can_be_undone(page, alice):
    start(page, alice)
    work_all()
    assert [key for key, row in rows(page).items() if old(row)] == []

    snapshots.restore(PageSnapshot.objects.get(), by=alice)

    assert all(old(row) for row in rows(page).values())


def test_a_line_that_is_changed_meanwhile_is_left_as_it_is(page, alice):
    start(page, alice, "l1", "l2")
    change = {"id": rows(page)["l1"].pk, "version": 1, "baseline": [[5, 5], [50, 5]]}
    drawing.draw(page, drawing.Changes(), drawing.Changes(update=[change]), None, by=alice)

    work_all()

    found = rows(page)
    assert old(found["l1"])
    assert not old(found["l2"])
    assert "1 lines were changed meanwhile" in JobItem.objects.get().message


def test_a_line_that_nothing_can_be_drawn_round_is_named(page, alice):
    changes = drawing.Changes(create=[{"key": "dot", "baseline": [[5, 5], [5.2, 5.1]]}])
    drawing.draw(page, drawing.Changes(), changes, None, by=alice)
    start(page, alice, "dot", "l1")

    work_all()

    assert "1 lines have no mask" in JobItem.objects.get().message
    assert not old(rows(page)["l1"])


def test_what_cannot_be_asked_for_is_refused(page, alice):
    with pytest.raises(Conflict):
        outlining.start(page, None, page.version + 1, by=alice)
    with pytest.raises(BadInput, match="no line 0"):
        outlining.start(page, [0], None, by=alice)
    Line.objects.update(baseline=[])
    with pytest.raises(BadInput, match="baseline"):
        outlining.start(page, None, None, by=alice)


def test_a_page_removed_meanwhile_is_skipped(page, alice):
    start(page, alice)
    Page.objects.filter(pk=page.pk).update(deleted_at="2026-01-01T00:00:00Z")

    work_all()

    assert JobItem.objects.get().state == "skipped"


def test_the_masks_of_whole_pages_are_drawn_from_the_segment_dialog(page, codex, alice):
    image = store.add(io.BytesIO(scan(2, 600, 800)), "f1v.jpg")
    bare = Page.objects.create(document=codex, position=1, name="f1v.jpg", image=image)

    job = outlining.start_pages(codex, [page, bare], by=alice)
    work_all()

    job.refresh_from_db()
    assert job.title == "Draw the masks of 2 pages of Ms 3516"
    assert [key for key, row in rows(page).items() if old(row)] == []
    assert PageSnapshot.objects.get().reason == "Before masks were drawn anew"
    assert job.items.get(page=bare).message == "f1v.jpg has no lines yet. Segment it first."
