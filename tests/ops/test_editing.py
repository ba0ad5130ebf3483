"""Texts written by people: versions, conflicts, history, and many at once."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from django.db import connection

from armarius.errors import BadInput, NotFound
from armarius.models import Event, Line, LineText, LineTextVersion, Transcription, User
from armarius.ops import editing, layers, sharing, texts
from armarius.ops.editing import Edit


def view(page: Any) -> sharing.PageView:
    """The page as calls of an editor find it."""
    administrator = User(is_superuser=True, pk=0)
    return sharing.page_view(administrator, page.pk)


@pytest.fixture
def line(folio):
    return Line.objects.create(page=folio, key="l1", position=0)


@pytest.fixture
def write(folio, line, layer, alice):
    """Write, as alice, one text of the line on the version that was seen."""

    def save(content, version, **more):
        return editing.save(
            view(folio), [Edit(line.pk, layer.pk, content, version, **more)], by=alice
        )

    return save


def history(layer):
    rows = LineTextVersion.objects.filter(text__transcription=layer).order_by("text", "version")
    return list(rows.values_list("version", "content", "source"))


def test_every_accepted_edit_is_a_row_of_the_history(write, layer, alice):
    assert write("En", 0).saved[0]["version"] == 1
    assert write("En nom", 1).saved[0]["version"] == 2

    assert history(layer) == [(1, "En", "edit"), (2, "En nom", "edit")]
    text = LineText.objects.get()
    assert (text.content, text.version, text.author_id) == ("En nom", 2, alice.pk)


def test_an_edit_on_an_old_version_is_refused_with_what_is_there(write, layer):
    write("En", 0)
    write("En nom", 1)

    found = write("Et nom", 1)

    assert found.saved == []
    (refused,) = found.refused
    assert (refused["why"], refused["version"], refused["content"]) == ("changed", 2, "En nom")
    assert refused["author"] == "alice"
    assert len(history(layer)) == 2


def test_a_first_text_where_somebody_wrote_already_is_refused(write):
    write("En", 0)

    assert write("Et", 0).refused[0]["content"] == "En"


def test_a_version_that_is_not_there_yet_is_refused(write):
    assert write("En", 3).refused[0] | {"updated_at": None} == {
        "line": Line.objects.get().pk,
        "layer": Transcription.objects.get().pk,
        "why": "changed",
        "version": 0,
        "content": None,
        "author": None,
        "updated_at": None,
    }


def test_one_conflict_does_not_hold_up_the_others(folio, layer, alice):
    lines = [Line.objects.create(page=folio, key=f"l{i}", position=i) for i in range(5)]
    editing.save(view(folio), [Edit(lines[2].pk, layer.pk, "first", 0)], by=alice)

    found = editing.save(
        view(folio), [Edit(x.pk, layer.pk, "mine", 0) for x in lines], by=alice
    )

    assert len(found.saved) == 4
    assert [one["line"] for one in found.refused] == [lines[2].pk]
    assert LineText.objects.filter(content="mine").count() == 4


@pytest.mark.parametrize("count", [1, 50])
def test_the_number_of_queries_is_constant(
    folio, layer, alice, count, django_assert_num_queries
):
    lines = [Line.objects.create(page=folio, key=f"l{i}", position=i) for i in range(count)]
    edits = [Edit(line.pk, layer.pk, "text", 0) for line in lines]

    page = view(folio)

    with django_assert_num_queries(1):
        editing.save(page, edits, by=alice)


def test_lines_of_other_pages_removed_lines_and_archived_layers_are_gone(
    folio, line, layer, alice, codex, image
):
    from armarius import models

    other = models.Page.objects.create(document=codex, position=1, name="f1v", image=image)
    foreign = Line.objects.create(page=other, key="l1", position=0)
    second = Transcription.objects.create(document=codex, name="old")
    layers.archive(second, by=alice)
    Line.objects.filter(pk=line.pk).update(deleted_at="2026-01-01T00:00:00Z")

    found = editing.save(
        view(folio),
        [
            Edit(foreign.pk, layer.pk, "x", 0),
            Edit(line.pk, layer.pk, "x", 0),
            Edit(10**12, layer.pk, "x", 0),
            Edit(line.pk, second.pk, "x", 0),
        ],
        by=alice,
    )

    assert [one["why"] for one in found.refused] == ["gone"] * 4
    assert not LineText.objects.exists()


@pytest.mark.parametrize("content", ["x" * 10_001, "a\x00b", "a\udfffb"])
def test_a_text_that_cannot_be_stored_is_refused(write, content):
    with pytest.raises(BadInput):
        write(content, 0)


@pytest.mark.parametrize("content", ["", " ", "ſꝑ", "ﬀ́", "שלום", "\uf1ac", "\u202eabc", "=1+1"])
def test_no_code_point_of_a_scholar_is_changed(write, content):
    write(content, 0)

    assert LineText.objects.get().content == content


def test_the_same_line_twice_in_a_batch_is_refused(folio, line, layer, alice):
    edit = Edit(line.pk, layer.pk, "x", 0)

    with pytest.raises(BadInput, match="twice"):
        editing.save(view(folio), [edit, edit], by=alice)


def test_an_edit_is_news_for_the_project(write, project):
    write("En", 0)

    event = Event.objects.get(kind="texts")
    assert event.project == project
    assert event.payload["lines"] == [Line.objects.get().pk]


def test_a_refused_edit_is_no_news(write):
    write("En", 0)
    write("Et", 0)

    assert Event.objects.filter(kind="texts").count() == 1


def test_an_earlier_text_can_be_restored(write, line, layer, alice):
    write("En", 0)
    write("Et", 1)

    editing.restore(view(line.page), line, layer, 1, 2, by=alice)

    assert history(layer) == [(1, "En", "edit"), (2, "Et", "edit"), (3, "En", "restore")]
    with pytest.raises(NotFound):
        editing.restore(view(line.page), line, layer, 9, 3, by=alice)


def test_a_copied_layer_has_the_present_texts_and_a_history_of_its_own(
    write, codex, layer, alice
):
    write("En", 0)
    write("En nom", 1)

    copy = layers.create(codex, "copy", by=alice, copy_of=layer)

    assert history(copy) == [(1, "En nom", "copy")]


@pytest.mark.django_db(transaction=True)
def test_of_many_people_at_one_line_one_is_stored_and_the_others_are_told(
    folio, line, layer, alice
):
    def one(number):
        try:
            outcomes.append(
                editing.save(view(folio), [Edit(line.pk, layer.pk, str(number), 0)], by=alice)
            )
        finally:
            connection.close()

    outcomes: list[editing.Outcome] = []
    threads = [threading.Thread(target=one, args=(i,)) for i in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sum(len(found.saved) for found in outcomes) == 1
    assert sum(len(found.refused) for found in outcomes) == 7
    assert len(history(layer)) == 1


@pytest.mark.django_db(transaction=True)
def test_batches_in_opposite_order_do_not_wait_for_each_other_for_ever(folio, layer, alice):
    lines = [Line.objects.create(page=folio, key=f"l{i}", position=i).pk for i in range(300)]
    faults: list[Exception] = []
    accepted: list[int] = []

    def write_all(order):
        try:
            versions = dict.fromkeys(order, 0)
            for _ in range(12):
                edits = [Edit(pk, layer.pk, "x", versions[pk]) for pk in order]
                found = editing.save(view(folio), edits, by=alice)
                accepted.append(len(found.saved))
                versions |= {
                    one["line"]: one["version"] for one in (*found.saved, *found.refused)
                }
        except Exception as error:
            faults.append(error)
        finally:
            connection.close()

    threads = [
        threading.Thread(target=write_all, args=(order,)) for order in (lines, lines[::-1]) * 2
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert not faults
    assert LineTextVersion.objects.count() == sum(accepted)
    for text in LineText.objects.all():
        assert text.versions.count() == text.version


def test_an_accepted_line_is_checked_until_its_text_changes(write, line, layer, alice):
    write("En nom", 0, checked=True)
    assert LineText.objects.get().checked
    assert history(layer) == [(1, "En nom", "check")]

    write("Et nom", 1)
    assert not LineText.objects.get().checked

    write("Et nom", 2, checked=True)
    given = [texts.Given(line.pk, "model's")]
    texts.write(layer.pk, given, by=alice, model=None, source="recognition")
    assert not LineText.objects.get().checked
    assert [source for *_, source in history(layer)] == [
        "check",
        "edit",
        "check",
        "recognition",
    ]
