"""Find and replace: what is found, what is written, and how it is undone."""

from __future__ import annotations

import pytest

from armarius.errors import BadInput
from armarius.models import (
    Event,
    Line,
    LineText,
    LineTextVersion,
    Replacement,
    Transcription,
    Writing,
)
from armarius.ops import replacing, texts
from armarius.ops.replacing import Question


@pytest.fixture
def lines(folio):
    rows = [Line(page=folio, key=f"l{n}", position=n) for n in range(3)]
    return Line.objects.bulk_create(rows)


@pytest.fixture
def write(lines, layer, alice):
    """Give the lines these texts."""

    def act(*contents, into=layer, **more):
        given = [
            texts.Given(line.pk, content, **more)
            for line, content in zip(lines, contents, strict=False)
        ]
        texts.write(into.pk, given, by=alice, model=None, source="recognition")

    return act


def contents():
    rows = LineText.objects.order_by("transcription", "line__position")
    return list(rows.values_list("content", flat=True))


def test_a_replacement_is_a_new_version_of_each_text_and_one_act(write, project, bob):
    write("por dieu por", "rien", "por moi")

    done = replacing.replace(project, Question("por", "pour"), by=bob)

    assert (done.texts, done.matches, done.left) == (2, 3, 0)
    assert contents() == ["pour dieu pour", "rien", "pour moi"]
    newest = LineTextVersion.objects.filter(version=2)
    assert {(row.source, row.author_id) for row in newest} == {("replace", bob.pk)}
    assert len(newest) == 2
    assert Event.objects.filter(kind="texts").count() == 1


def test_undo_gives_back_what_was_not_changed_since_and_names_the_rest(
    write, project, bob, lines
):
    write("por a", "por b", "por c")
    done = replacing.replace(project, Question("por", "pour"), by=bob)
    LineText.objects.filter(line=lines[1]).update(content="another", version=3)

    undone = replacing.undo(Replacement.objects.get(pk=done.id), by=bob)

    assert contents() == ["por a", "another", "por c"]
    assert (undone["texts"], undone["left"]) == (2, 1)
    assert [row["line"] for row in undone["items"]] == [lines[1].pk]
    with pytest.raises(BadInput, match="undone already"):
        replacing.undo(Replacement.objects.get(pk=done.id), by=bob)


def test_nothing_is_changed_by_the_preview_and_skipped_texts_stay(write, project, bob):
    write("por a", "por b")

    seen = replacing.preview(project, Question("por", "pour"))

    assert (seen["matches"], seen["texts"]) == (2, 2)
    assert [(row["before"], row["after"]) for row in seen["items"]] == [
        ("por a", "pour a"),
        ("por b", "pour b"),
    ]
    assert contents() == ["por a", "por b"]
    replacing.replace(project, Question("por", "pour", skip=[seen["items"][0]["text"]]), by=bob)
    assert contents() == ["por a", "pour b"]


@pytest.mark.parametrize(
    ("question", "after"),
    [
        (Question("a.c", "X"), "abc ABC \ue8bfabc"),
        (Question("abc", "X"), "X ABC \ue8bfX"),
        (Question("abc", "X", mode="word"), "X ABC \ue8bfabc"),
        (Question("ABC", "X", mode="word", case=False), "X X \ue8bfabc"),
        (Question(r"(a)(b)", r"\2\1", mode="regex"), "bac ABC \ue8bfbac"),
        (Question(r"(?<x>B)", r"[\g<x>]", mode="regex"), "abc A[B]C \ue8bfabc"),
        (Question("abc", r"\1", mode="plain"), "\\1 ABC \ue8bf\\1"),
    ],
    ids=["no wildcard", "letters", "word", "word in any case", "groups", "names", "literal"],
)
def test_letters_words_and_expressions(write, project, bob, question, after):
    write("abc ABC \ue8bfabc")
    replacing.replace(project, question, by=bob)
    assert contents() == [after]


def test_accents_are_found_in_both_forms_and_stored_in_the_projects(write, project, bob):
    write("e\u0301te\u0301", "\u00e9t\u00e9")
    Writing.objects.create(project=project, normal_form="NFD")
    replacing.replace(project, Question("\u00e9", "\u00ea"), by=bob)
    assert contents() == ["e\u0302te\u0302"] * 2


def test_what_stays_of_a_text_keeps_its_confidences_and_its_check(write, project, bob):
    write("abc", confidences=bytes([10, 20, 30]))
    LineText.objects.update(checked=True)
    replacing.replace(project, Question("b", "xy"), by=bob)
    text = LineText.objects.get()
    assert bytes(text.confidences) == bytes([10, 255, 255, 30])
    assert text.checked


def test_only_where_it_was_asked_for(write, project, bob, codex, folio, layer):
    other = Transcription.objects.create(document=codex, name="other")
    write("por")
    write("por", into=other)
    replacing.replace(project, Question("por", "X", layer=other.pk), by=bob)
    assert contents() == ["por", "X"]
    replacing.replace(project, Question("por", "Y", pages=[folio.pk + 1]), by=bob)
    assert contents() == ["por", "X"]
    replacing.replace(
        project, Question("por", "Z", pages=[folio.pk], layer_name="manual"), by=bob
    )
    assert contents() == ["Z", "X"]


@pytest.mark.parametrize(
    ("find", "come", "why"),
    [
        ("(", "", "no regular expression"),
        ("(a)", r"\2", "cannot be used"),
        ("(a|aa)+$", "", "longer than"),
    ],
)
def test_what_cannot_be_done_is_said_in_a_sentence(
    write, project, bob, monkeypatch, find, come, why
):
    monkeypatch.setattr(replacing, "SECONDS", 0.2)
    write("a" * 60 + "b" + "aac" * 3000)
    with pytest.raises(BadInput, match=why):
        replacing.replace(project, Question(find, come, mode="regex"), by=bob)
    assert LineTextVersion.objects.count() == 1
