"""Reading order and regions of lines, found by where they stand."""

from __future__ import annotations

import random

import pytest

from armarius.errors import BadInput, Conflict
from armarius.models import Line, Page, Region
from armarius.ops import arranging, trees
from armarius.page import Line as TreeLine
from armarius.page import Page as Tree
from armarius.page import Region as TreeRegion
from tests.ops.test_drawing import read


def frame(left, top, right, bottom):
    return ((left, top), (right, top), (right, bottom), (left, bottom))


def line(key, left, y, right=None):
    return TreeLine(key, ((left, y), (right or left + 400, y)))


def upright(key, x, top, bottom):
    return TreeLine(key, ((x, top), (x, bottom)))


@pytest.fixture
def save(folio, alice):
    """Store a layout on the folio."""

    def make(*regions, lines=(), order=None):
        tree = Tree("f1r.jpg", 2000, 3000, regions, lines, order)
        trees.save_layout(folio, tree, by=alice, reason="drawn")
        return Page.objects.select_related("document__project", "image").get(pk=folio.pk)

    return make


@pytest.fixture
def two_columns(save):
    """A heading over two columns, everything the wrong way round, and a free line at the foot."""
    left, right = (
        [line(f"{c}{y}", x, y) for y in (300, 200, 100)] for c, x in (("a", 50), ("b", 600))
    )
    return save(
        TreeRegion("right", frame(590, 80, 1010, 320), lines=tuple(right)),
        TreeRegion("left", frame(40, 80, 460, 320), lines=tuple(left)),
        TreeRegion("head", frame(40, 10, 1010, 60), lines=(line("head1", 50, 40, 1000),)),
        lines=(line("foot", 50, 900, 1000),),
    )


IN_ORDER = ["head1", "a100", "a200", "a300", "b100", "b200", "b300", "foot"]


def order(page, alice, scope="page", direction=None, version=None):
    return arranging.order(page, direction, scope, version=version, by=alice)


def test_a_page_is_put_into_reading_order(two_columns, alice):
    found = order(two_columns, alice)

    assert read(two_columns) == IN_ORDER
    assert found["version"] == two_columns.version
    keys = dict(Line.objects.values_list("pk", "key"))
    assert [keys[pk] for pk in found["order"]] == IN_ORDER
    assert two_columns.order is None  # the tree has it
    assert list(Region.objects.values_list("key", flat=True)) == ["head", "left", "right"]
    assert set(Line.objects.values_list("version", flat=True)) == {1}  # a place is no version


def test_from_right_to_left_the_right_column_comes_first(two_columns, alice):
    order(two_columns, alice, direction="horizontal-rl")

    assert [key[0] for key in read(two_columns)] == list("hbbbaaaf")


def test_only_the_regions_or_only_their_lines(two_columns, alice):
    order(two_columns, alice, "lines")
    assert read(two_columns) == [
        "b100",
        "b200",
        "b300",
        "a100",
        "a200",
        "a300",
        "head1",
        "foot",
    ]
    Line.objects.filter(key="a100").update(position=99)

    order(two_columns, alice, "regions")
    assert [key[0] for key in read(two_columns)] == list("haaabbbf")
    assert read(two_columns)[1] == "a200"


def test_a_free_line_between_regions_makes_an_explicit_order(save, alice):
    page = save(
        TreeRegion("low", frame(0, 500, 900, 700), lines=(line("z", 10, 600),)),
        TreeRegion("top", frame(0, 0, 900, 200), lines=(line("a", 10, 100),)),
        lines=(line("m", 10, 300),),
    )

    order(page, alice)

    assert read(page) == ["a", "m", "z"]
    assert page.order == {"members": ["a", "m", "z"]}


def test_columns_of_vertical_writing_are_read_as_lines(save, alice):
    """Two blocks one above the other; Chinese from right to left, Mongolian from left to right."""
    lines = [
        upright(f"{b}{x}", x, top, top + 300)
        for b, top in (("u", 0), ("w", 400))
        for x in (10, 60, 110)
    ]
    page = save(lines=tuple(random.Random(1).sample(lines, 6)))

    order(page, alice, direction="vertical-rl")
    assert read(page) == ["u110", "u60", "u10", "w110", "w60", "w10"]
    order(page, alice, direction="vertical-lr")
    assert read(page) == ["u10", "u60", "u110", "w10", "w60", "w110"]


def test_regions_inside_regions_and_shapes_without_a_place(save, alice):
    inner = TreeRegion("inner", frame(0, 50, 300, 90), lines=(line("i", 10, 60),))
    outer = TreeRegion(
        "outer", (), lines=(TreeLine("none"), line("o", 10, 20)), regions=(inner,)
    )
    page = save(TreeRegion("empty"), outer)

    order(page, alice)

    assert read(page) == ["o", "none", "i"]


def test_a_page_without_shapes_stays_as_it_is(folio, alice):
    assert order(folio, alice)["order"] == []
    assert folio.version == 1


def test_somebody_elses_change_is_seen(two_columns, alice):
    for act in (order, link):
        with pytest.raises(Conflict):
            act(two_columns, alice, version=two_columns.version + 1)


def link(page, alice, *keys, version=None, **more):
    ids = [Line.objects.get(key=key).pk for key in keys] or None
    return arranging.link(page, ids, version=version, by=alice, **more)


def homes():
    return dict(Line.objects.values_list("key", "region__key"))


def test_lines_go_into_the_smallest_region_that_holds_half_of_them(save, alice):
    page = save(
        TreeRegion("whole", frame(0, 0, 1000, 1000), lines=(line("in_part", 10, 110),)),
        TreeRegion("part", frame(0, 100, 500, 200)),
        lines=(line("half", 310, 120), line("out", 1500, 50), line("most", 200, 50)),
    )

    found = link(page, alice)

    assert homes() == {"in_part": "part", "half": "whole", "most": "whole", "out": None}
    assert {one["key"]: one["version"] for one in found["lines"]} == {
        "in_part": 2, "half": 2, "most": 2,
    }  # fmt: skip
    assert len(found["order"]) == 4


def test_lines_can_be_taken_out_and_those_in_a_region_left_alone(two_columns, alice):
    link(two_columns, alice, "a100", unlink=True)
    assert homes()["a100"] is None
    Line.objects.filter(key="a200").update(region=Region.objects.get(key="head"))

    found = link(two_columns, alice, only_free=True)

    assert (homes()["a100"], homes()["a200"]) == ("left", "head")
    assert [one["key"] for one in found["lines"]] == ["a100"]
    before = two_columns.version
    assert link(two_columns, alice, only_free=True)["version"] == before
    with pytest.raises(BadInput, match="no line"):
        arranging.link(two_columns, [0], version=None, by=alice)


def test_the_number_of_queries_does_not_grow(save, alice, django_assert_max_num_queries):
    def many(n):
        return save(
            TreeRegion(
                "r",
                frame(0, 0, 900, 9 * n),
                lines=tuple(line(f"l{i}", 5, 9 * i) for i in range(n)),
            )
        )

    page = many(300)
    with django_assert_max_num_queries(20):
        order(page, alice)
    with django_assert_max_num_queries(22):
        link(page, alice, unlink=True)
