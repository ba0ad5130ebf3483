"""Page trees into the database and back."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from armarius import models
from armarius.errors import BadInput
from armarius.ops import snapshots, trees
from armarius.ops.tree_parts import split_type
from armarius.page import Extra, Glyph, Line, Order, Page, Reading, Region, Step, Word


@pytest.fixture
def saved(folio, tree, layer, alice):
    """The folio with the tree's lines and texts."""
    trees.save_layout(folio, tree, by=alice, reason="import")
    trees.save_texts(folio, tree, layer, by=alice, source="import")
    return folio


def rich() -> Page:
    """A tree that uses everything that a tree can hold."""
    glyph = Glyph("a", ((1, 1), (2, 2), (1, 2)), 0.25, "g1", (Extra("alto", "X", "<x/>"),))
    word = Word("ab", ((1, 1), (4, 4), (1, 4)), 0.5, (glyph, Glyph("b")), "w1")
    line = Line(
        "l1",
        ((1.5, 2), (3, 4)),
        ((0, 0), (5, 0), (5, 5)),
        "HeadingLine:title#2",
        "ab",
        1.0,
        (1.0, 0.0),
        (word,),
        (Reading("ab", 0.2), Reading("ob")),
        "vertical-rl",
        "fro",
        (Extra("page", "custom", "x"),),
    )
    inner = Region("r2", ((0, 0), (1, 1), (2, 0)), "MainZone", lines=(Line("l2", text=""),))
    outer = Region(
        "r1", kind="table", regions=(inner,), lines=(line,), direction="horizontal-rl"
    )
    return Page(
        "f1r.jpg",
        2000,
        3000,
        (outer, Region("r3")),
        (Line("l3"),),
        Order(("l3", Order(("l2", "l1"), ordered=False, id="g", ref="r1"))),
        "horizontal-rl",
        "la",
        (Step("recognition", "kraken", "7.1", model="m", parameters={"pad": "16"}),),
        "page1",
        (Extra("alto", "Styles", "<Styles/>"),),
    )


def test_everything_a_tree_holds_comes_back(folio, layer, alice):
    tree = rich()

    trees.save_layout(folio, tree, by=alice, reason="import")
    trees.save_texts(folio, tree, layer, source="import")

    stored = models.Page.objects.get(pk=folio.pk)
    assert trees.load_page(stored, layer) == tree
    assert stored.lines_count == 3
    assert stored.segmented_at
    assert stored.recognised_at


def test_the_number_of_queries_does_not_grow_with_the_page(
    folio, layer, alice, django_assert_max_num_queries
):
    def page(count: int) -> Page:
        lines = tuple(Line(f"l{i}", ((0, i), (9, i)), text=f"text {i}") for i in range(count))
        return Page("f1r.jpg", 2000, 3000, (Region("r", type="MainZone", lines=lines),))

    trees.save_layout(folio, page(2), by=alice, reason="import")
    with django_assert_max_num_queries(18):
        trees.save_layout(folio, page(250), by=alice, reason="import")
    with django_assert_max_num_queries(12):
        trees.save_texts(folio, page(250), layer, by=alice, source="import")
    with django_assert_max_num_queries(5):
        assert len(list(trees.load_page(folio, layer).all_lines())) == 250


def test_segmenting_again_keeps_the_old_lines_and_brings_them_back(saved, tree, layer, alice):
    other = replace(tree, regions=(), lines=(Line("l1", ((0, 0), (5, 5))),))
    line = models.Line.objects.get(key="l2")

    trees.save_layout(saved, other, by=alice, reason="segmentation")

    assert [one.id for one in trees.load_page(saved, layer).all_lines()] == ["l1"]
    assert trees.load_page(saved, layer).lines[0].text is None
    assert models.LineText.objects.get(line=line).content == "amen"

    snapshots.restore(models.PageSnapshot.objects.get(), by=alice)

    assert trees.load_page(models.Page.objects.get(pk=saved.pk), layer) == replace(tree)
    assert models.Line.objects.get(key="l2").pk == line.pk
    assert models.LineText.objects.get(line=line).versions.count() == 1


def test_restoring_can_itself_be_undone(saved, tree, layer, alice):
    other = replace(tree, regions=(), lines=(Line("x", ((0, 0), (5, 5)), text="new"),))
    trees.save_layout(saved, other, by=alice, reason="segmentation")
    trees.save_texts(saved, other, layer, by=alice, source="edit")

    undo = snapshots.restore(models.PageSnapshot.objects.get(), by=alice)
    assert undo is not None
    snapshots.restore(undo, by=alice)

    assert trees.load_page(models.Page.objects.get(pk=saved.pk), layer) == other


def test_restoring_brings_back_the_texts_of_all_layers_as_new_versions(
    saved, tree, layer, alice
):
    second = models.Transcription.objects.create(document=saved.document, name="second")
    trees.save_texts(saved, tree, second, source="recognition")
    trees.save_layout(saved, tree, by=alice, reason="import", same_lines=True)
    changed = replace(tree, regions=(), lines=(Line("l2", text="omen"),))
    trees.save_texts(saved, changed, layer, by=alice, source="edit")

    snapshots.restore(models.PageSnapshot.objects.get(), by=alice)

    texts = models.LineText.objects.filter(line__key="l2")
    assert {text.content for text in texts} == {"amen"}
    history = texts.get(transcription=layer).versions.values_list(
        "version", "content", "source"
    )
    assert list(history) == [(3, "amen", "restore"), (2, "omen", "edit"), (1, "amen", "import")]


def test_the_same_lines_keep_their_texts_when_a_file_comes_back(saved, tree, layer, alice):
    first = models.Line.objects.get(key="l1")
    moved = Line("l1", ((0, 0), (7, 7)))

    trees.save_layout(
        saved, replace(tree, regions=(), lines=(moved, Line("new"))), by=alice,
        reason="import", same_lines=True,
    )  # fmt: skip

    loaded = trees.load_page(saved, layer)
    assert [(one.id, one.text) for one in loaded.lines] == [
        ("l1", "En nom dieu"),
        ("new", None),
    ]
    assert models.Line.objects.get(key="l1").pk == first.pk
    assert models.Line.objects.get(key="l1").version == first.version + 1


def test_repeated_and_empty_ids_get_keys_of_their_own(folio, tree, alice):
    lines = (Line("x"), Line("x"), Line(""), Line("r"), Line("x_1"))

    trees.save_layout(
        folio, replace(tree, regions=(Region("r"),), lines=lines), by=alice, reason="import"
    )

    keys = [line.key for line in models.Line.objects.filter(page=folio)]
    assert keys == ["x", "x_1", "line_1", "r_1", "x_1_1"]


def test_unknown_types_are_added_to_the_project_once(saved, project):
    types = set(project.types.values_list("kind", "name"))

    assert types == {
        ("region", "MainZone"),
        ("region", "MarginTextZone"),
        ("line", "DefaultLine"),
    }


def test_words_are_given_only_while_they_spell_the_text(folio, layer, alice):
    tree = rich()
    trees.save_layout(folio, tree, by=alice, reason="import")
    trees.save_texts(folio, tree, layer, source="import")

    text = models.LineText.objects.get(line__key="l1")
    text.content = "abc"
    text.save()
    assert trees.load_page(folio, layer).regions[0].lines[0].words == ()
    text.content = "ab"
    text.save()
    assert trees.load_page(folio, layer) == tree


def test_a_text_that_stays_as_it_is_gets_no_new_version(saved, tree, layer, alice):
    assert trees.save_texts(saved, tree, layer, by=alice, source="import") == 0
    assert models.LineTextVersion.objects.count() == 2


@pytest.mark.parametrize("text", ["x" * 10_001, "a\x00b", "a\ud800b"])
def test_a_text_that_cannot_be_stored_is_refused_whole(saved, tree, layer, text):
    changed = replace(tree, regions=(), lines=(Line("l1", text="new"), Line("l2", text=text)))

    with pytest.raises(BadInput):
        trees.save_texts(saved, changed, layer, source="import")

    assert models.LineText.objects.get(line__key="l1").content == "En nom dieu"


@pytest.mark.parametrize(
    ("whole", "parts"),
    [
        ("MainZone", ("MainZone", "")),
        ("MainZone:column#2", ("MainZone", ":column#2")),
        ("MainZone#2:x", ("MainZone", "#2:x")),
        (":column", ("", ":column")),
        ("", ("", "")),
    ],
)
def test_a_type_is_its_name_and_the_rest(whole, parts):
    assert split_type(whole) == parts


words = st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=20
)
numbers = st.integers(-5, 5000) | st.floats(0, 5000, allow_nan=False).map(lambda x: round(x, 3))
points = st.lists(st.tuples(numbers, numbers), max_size=4).map(tuple)


@st.composite
def page_trees(draw):
    ids = iter(range(1000))
    line = st.builds(
        lambda **given: Line(id=f"l{next(ids)}", **given),
        baseline=points, mask=points, type=words, text=st.none() | words,
    )  # fmt: skip
    lines = st.lists(line, max_size=3).map(tuple)
    region = st.recursive(
        st.builds(lambda **given: Region(id=f"r{next(ids)}", **given), lines=lines, type=words),
        lambda inner: st.builds(
            lambda **given: Region(id=f"r{next(ids)}", **given),
            regions=st.lists(inner, max_size=2).map(tuple), lines=lines, polygon=points,
        ),
        max_leaves=4,
    )  # fmt: skip
    regions = draw(st.lists(region, max_size=3).map(tuple))
    return Page("f1r.jpg", 2000, 3000, regions, draw(lines))


@given(page_trees())
@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_any_tree_comes_back(folio, layer, tree):
    trees.save_layout(folio, tree, by=None, reason="import")
    trees.save_texts(folio, tree, layer, source="import")

    assert trees.load_page(folio, layer) == tree
