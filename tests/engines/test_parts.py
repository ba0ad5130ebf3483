"""What a page keeps of its lines or regions when only the others are found anew."""

from __future__ import annotations

from armarius.engines import parts
from armarius.page import Line, Order, Page, Region, Step


def row(name, y, left=10, text=None):
    return Line(name, ((left, y), (left + 30, y)), text=text)


def frame(left, top, right, bottom):
    return ((left, top), (right, top), (right, bottom), (left, bottom))


def page(*regions, lines=(), order=None, step="import"):
    return Page("f1.jpg", 100, 100, regions, tuple(lines), order, steps=(Step(step),))


LEFT, RIGHT = frame(0, 0, 48, 100), frame(52, 0, 100, 100)


def inside(made):
    return {region.id: [line.id for line in region.lines] for region in made.all_regions()}


def test_both_are_as_the_engine_found_them():
    found = page(Region("r", LEFT), step="segmentation")
    assert parts.joined(page(lines=[row("a", 5)]), found, "both") is found


def test_lines_with_their_texts_go_into_new_regions_and_keep_their_order():
    before = page(Region("old", RIGHT, lines=(row("b", 20, 60, "two"), row("a", 10, 60, "one"))),
                  lines=[row("c", 30, 10, "three")])  # fmt: skip
    found = page(Region("empty", frame(0, 90, 20, 99)), Region("c", LEFT, lines=(row("x", 5),)),
                 Region("new", RIGHT, "MainZone"), step="segmentation")  # fmt: skip

    made = parts.joined(before, found, "regions")

    assert inside(made) == {"new": ["b", "a"], "c_2": ["c"], "empty": []}
    assert [line.text for line in made.reading_order()] == ["two", "one", "three"]
    assert (made.lines, made.steps, made.regions[0].type) == ((), found.steps, "MainZone")


def test_a_line_between_new_regions_is_read_where_it_was():
    before = page(lines=[row("a", 10, 10), row("free", 60, 40), row("b", 10, 60)])
    found = page(Region("r1", frame(0, 0, 48, 40)), Region("r2", frame(52, 0, 100, 40)))

    made = parts.joined(before, found, "regions")

    assert inside(made) == {"r1": ["a"], "r2": ["b"]}
    assert [line.id for line in made.reading_order()] == ["a", "free", "b"]


def test_new_lines_go_into_the_regions_that_are_there():
    inner = Region("inner", frame(52, 50, 100, 100), "MarginTextZone")
    before = page(Region("two", RIGHT, regions=(inner,)), Region("line_1", LEFT),
                  lines=[row("old", 5)], order=Order(("line_1", "old", Order(("two",)))))  # fmt: skip
    found = page(Region("gone", LEFT, lines=(row("line_1", 10), row("line_2", 20, 60))),
                 lines=[row("line_3", 70, 60), row("line_4", 30, 35)])  # fmt: skip

    made = parts.joined(before, found, "lines")

    assert inside(made) == {"two": ["line_2"], "inner": ["line_3"], "line_1": ["line_1_2"]}
    assert [line.id for line in made.lines] == ["line_4"]
    assert made.order == Order(("line_1", Order(("two",))))
    assert made.regions[0].regions[0].type == "MarginTextZone"


def test_a_page_without_regions_gets_free_lines():
    found = page(Region("r", LEFT, lines=(row("a", 10),)))

    made = parts.joined(page(lines=[row("old", 5)], order=Order(("old",))), found, "lines")

    assert (inside(made), [line.id for line in made.lines], made.order) == ({}, ["a"], None)
