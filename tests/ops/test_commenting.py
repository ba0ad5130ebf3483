"""Flags and comments on lines: beside the work, and everybody's to settle."""

from __future__ import annotations

import pytest

from armarius.errors import BadInput, Conflict, Forbidden
from armarius.models import Event, Line, Page
from armarius.ops import commenting, pages, sharing_notes, trees
from tests.ops.test_drawing import whole


@pytest.fixture
def page(folio, tree, alice):
    trees.save_layout(folio, tree, by=alice, reason="import")
    return Page.objects.select_related("document__project", "image").get(pk=folio.pk)


@pytest.fixture
def line(page):
    return Line.objects.get(key="l2")


def shown(page):
    return {one["key"]: (one["flagged"], one["comments"]) for one in whole(page, [])["lines"]}


def test_flags_are_set_and_taken_away_without_a_new_version(page, line, bob):
    before = (line.version, page.version)

    assert commenting.flag(page, [line.pk], flagged=True, by=bob) == [line.pk]

    assert shown(page) == {"l1": (False, 0), "l2": (True, 0), "l3": (False, 0)}
    assert Event.objects.latest("pk").payload["lines"] == [line.pk]
    assert commenting.flag(page, [line.pk], flagged=True, by=bob) == []
    commenting.flag(page, [line.pk], flagged=False, by=bob)
    line.refresh_from_db()
    page.refresh_from_db()
    assert (line.flagged, line.version, page.version) == (False, *before)
    with pytest.raises(BadInput, match="no line 0"):
        commenting.flag(page, [0], flagged=True, by=bob)


def test_a_matter_is_settled_by_anybody_and_opened_again(page, line, alice, bob):
    asked = commenting.add(line, "An e or a c?", by=alice)
    commenting.add(line, "A c, as in line 3.", by=bob)
    assert shown(page)["l2"] == (False, 2)

    commenting.change(asked, 1, resolved=True, by=bob)
    assert shown(page)["l2"] == (False, 1)
    assert asked.resolved_by == bob

    commenting.change(asked, 2, resolved=False, by=alice)
    assert shown(page)["l2"] == (False, 2)
    assert asked.resolved_by is None


def test_a_text_is_its_authors(line, alice, bob):
    said = commenting.add(line, "Sic", by=alice)

    with pytest.raises(Forbidden):
        commenting.change(said, 1, text="Not so", by=bob)
    commenting.change(said, 1, text="Sic!", by=alice)
    with pytest.raises(Conflict) as refused:
        commenting.change(said, 1, text="Sic?", by=alice)
    assert refused.value.items == [{"id": said.pk, "version": 2, "text": "Sic!"}]


def test_a_comment_is_taken_away_by_its_author_or_a_manager_and_comes_back(
    page, line, alice, bob
):
    said = commenting.add(line, "Sic", by=bob)
    other = commenting.add(line, "Non", by=alice)

    with pytest.raises(Forbidden):
        commenting.remove(sharing_notes.comment_of(bob, other.pk), by=bob)
    commenting.remove(sharing_notes.comment_of(alice, said.pk), by=alice)
    assert shown(page)["l2"] == (False, 1)

    commenting.bring_back(sharing_notes.comment_of(bob, said.pk), by=bob)
    assert shown(page)["l2"] == (False, 2)


def test_a_page_has_a_type_of_the_ontology(page, alice):
    pages.change(page, page.version, {"type": "Cover"}, by=alice)

    assert whole(page, [])["type"] == "Cover"
    assert page.document.project.types.get(kind="page").name == "Cover"
    pages.change(page, page.version, {"type": ""}, by=alice)
    assert whole(page, [])["type"] == ""
    with pytest.raises(BadInput):
        pages.change(page, page.version, {"type": "a:b"}, by=alice)
