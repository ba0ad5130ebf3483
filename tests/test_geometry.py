"""Lengths, boxes, bands and crossings."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from armarius.geometry import box, homes, length, ribbon, simple_rings, within

POINTS = st.lists(
    st.tuples(st.floats(-100, 5000), st.floats(-100, 5000)), min_size=2, max_size=8
)


def test_length_by_hand():
    # 3-4-5 triangle, then 10 down
    assert length([(0, 0), (3, 4), (3, 14)]) == 15
    assert length([(1, 1)]) == 0


def test_box_needs_a_point():
    assert box([(3, 1), (1, 4)]) == (1, 1, 3, 4)
    with pytest.raises(ValueError, match="not enough values"):
        box([])


@pytest.mark.parametrize("baseline", [((0, 50), (100, 50)), ((100, 50), (0, 50))])
def test_a_band_reaches_up_and_down_in_both_directions_of_writing(baseline):
    left, top, right, bottom = box(ribbon(baseline, 20, 5))

    assert (left, top, right, bottom) == (0, 30, 100, 55)


def test_a_band_of_a_vertical_line_has_its_width():
    assert box(ribbon([(50, 0), (50, 100)], 20, 5)) == (45, 0, 70, 100)


def test_a_band_needs_two_points():
    with pytest.raises(ValueError, match="two points"):
        ribbon([(1, 1)], 1, 1)
    assert box(ribbon([(5, 5), (5, 5)], 2, 1)) == (5, 3, 5, 6)


@given(POINTS)
def test_within_ends_at_the_edges_and_changes_nothing_inside(points):
    moved = within(points, 1000, 2000)

    assert all(0 <= x <= 1000 and 0 <= y <= 2000 for x, y in moved)
    assert within(moved, 1000, 2000) == moved


def test_an_unknown_size_is_no_edge():
    assert within([(9e9, -1)], 0, 0) == ((9e9, 0),)


def test_crossing_outlines_are_told_from_simple_ones():
    square = ((0, 0), (9, 0), (9, 9), (0, 9))
    bow_tie = ((0, 0), (9, 9), (9, 0), (0, 9))

    assert simple_rings([square, bow_tie, square]) == [True, False, True]
    assert simple_rings([]) == []


def test_a_line_is_at_home_in_the_smallest_area_that_holds_half_of_it():
    page = ((0, 0), (100, 0), (100, 100), (0, 100))
    column = ((0, 0), (50, 0), (50, 100), (0, 100))
    lines = [
        ((5, 10), (45, 10)),
        ((20, 20), (80, 20)),  # half of it is in the column
        ((30, 30), (99, 30)),
        ((120, 10), (180, 10)),
        ((7, 7),),
    ]

    assert homes(lines, [page, column, ((3, 3),)]) == [1, 1, 0, None, None]
    assert homes(lines[:1], []) == [None]
