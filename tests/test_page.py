"""Walking through a page and its reading order."""

from __future__ import annotations

import dataclasses

import pytest

from armarius.page import Line, Order, Page, Region

INNER = Region("r2", lines=(Line("l2"),))
PAGE = Page(
    "f1.jpg",
    100,
    100,
    regions=(
        Region("r1", lines=(Line("l1"),), regions=(INNER,)),
        Region("r3", lines=(Line("l3"),)),
    ),
    lines=(Line("l4"),),
)


def ordered(*members: str | Order) -> list[str]:
    page = dataclasses.replace(PAGE, order=Order(members))
    return [line.id for line in page.reading_order()]


def test_parents_come_before_children_and_free_lines_last():
    assert [region.id for region in PAGE.all_regions()] == ["r1", "r2", "r3"]
    assert [line.id for line in PAGE.all_lines()] == ["l1", "l2", "l3", "l4"]
    assert [line.id for line in PAGE.reading_order()] == ["l1", "l2", "l3", "l4"]


def test_an_order_may_name_regions_lines_and_groups():
    assert ordered("l4", Order(("r3",), ref="r2"), "r1") == ["l4", "l2", "l3", "l1"]


def test_every_line_comes_once_and_unnamed_ones_last():
    assert ordered("l3", "r3", "gone", "l3") == ["l3", "l1", "l2", "l4"]


def test_a_page_cannot_be_changed():
    with pytest.raises(dataclasses.FrozenInstanceError):
        PAGE.width = 5  # type: ignore[misc]
