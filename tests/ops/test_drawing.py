"""Regions and lines drawn by people: together or not at all, and nothing is lost."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from armarius.errors import BadInput, Conflict
from armarius.models import Line, LineText, Page, Region, User
from armarius.ops import drawing, sharing, trees, viewing
from armarius.ops.drawing import Changes
from armarius.page import Order

HERE = [[0, 0], [100, 0]]
NOTHING = Changes()


@pytest.fixture
def page(folio, tree, layer, alice):
    """The folio with lines l1, l2 in region r1 and l3 in r2."""
    trees.save_layout(folio, tree, by=alice, reason="import")
    trees.save_texts(folio, tree, layer, source="import")
    return Page.objects.select_related("document", "image").get(pk=folio.pk)


@pytest.fixture
def draw(page, alice):
    def change(lines=NOTHING, regions=NOTHING, order=None):
        return drawing.draw(page, regions, lines, order, by=alice)

    return change


def read(page):
    """Keys of the lines in reading order, as the API gives them."""
    return [line["key"] for line in whole(page, [])["lines"]]


def whole(page: Any, layers: list[int]) -> Any:
    """The page as the API gives it."""
    view = sharing.page_view(User(is_superuser=True, pk=0), page.pk)
    return json.loads(viewing.whole(view, layers, characters=False))


def line(key):
    return Line.everything.get(key=key)


def test_a_line_is_made_changed_removed_and_brought_back(draw, page):
    region = Region.objects.get(key="r1")
    made = draw(
        Changes(create=[{"baseline": HERE, "region": region.pk, "type": "HeadingLine#1"}])
    )
    (new,) = made["lines"]
    assert made["version"] == page.version
    assert read(page) == ["l1", "l2", new["key"], "l3"]

    draw(Changes(update=[{"id": new["id"], "version": 1, "mask": [[0, 0], [1, 0], [1, 1.5]]}]))
    stored = Line.objects.get(pk=new["id"])
    assert (stored.version, stored.mask, stored.baseline) == (
        2,
        [[0, 0], [1, 0], [1, 1.5]],
        HERE,
    )
    assert stored.type is not None
    assert (stored.type.name, stored.type_detail) == ("HeadingLine", "#1")

    draw(Changes(delete=[{"id": new["id"], "version": 2}]))
    assert read(page) == ["l1", "l2", "l3"]
    assert page.lines_count == 3

    draw(Changes(restore=[new["id"]]))
    assert read(page) == ["l1", "l2", new["key"], "l3"]


def test_a_removed_line_keeps_its_text_and_its_history(draw, page, layer):
    gone = line("l2")

    draw(Changes(delete=[{"id": gone.pk, "version": 1}]))
    assert LineText.objects.get(line_id=gone.pk).versions.count() == 1
    assert len(whole(page, [layer.pk])["texts"]) == 1

    draw(Changes(restore=[gone.pk]))
    assert [x.text for x in trees.load_page(page, layer).all_lines()] == [
        "En nom dieu",
        "amen",
        None,
    ]


def test_one_old_version_and_nothing_is_stored(draw, page):
    first, second = line("l1"), line("l2")
    draw(Changes(update=[{"id": second.pk, "version": 1, "baseline": HERE}]))

    with pytest.raises(Conflict) as refused:
        draw(
            Changes(
                create=[{"baseline": HERE}],
                update=[{"id": first.pk, "version": 1, "baseline": HERE}],
                delete=[{"id": second.pk, "version": 1}],
            )
        )

    assert refused.value.items == [
        {
            "kind": "line",
            "id": second.pk,
            "why": "changed",
            "version": 2,
            "baseline": HERE,
            "mask": [],
            "region": second.region_id,
            "type": "DefaultLine",
            "direction": "",
        }
    ]
    assert Line.objects.get(pk=first.pk).version == 1
    assert Line.objects.count() == 3


def test_a_change_of_a_line_that_is_gone_says_so(draw):
    gone = line("l1").pk
    draw(Changes(delete=[{"id": gone, "version": 1}]))

    for pk in (gone, 10**12):
        with pytest.raises(Conflict) as refused:
            draw(Changes(update=[{"id": pk, "version": 1, "baseline": HERE}]))
        assert refused.value.items == [{"kind": "line", "id": pk, "why": "gone"}]
    draw(Changes(delete=[{"id": gone, "version": 1}]))  # what is gone may be removed again


def test_a_new_line_can_stand_in_a_new_region(draw, page):
    draw(
        Changes(create=[{"baseline": HERE, "region": "mine"}]),
        Changes(create=[{"key": "mine", "polygon": HERE, "type": "MainZone"}]),
    )

    assert Line.objects.get(region__key="mine")
    with pytest.raises(BadInput, match="no region “nobody's”"):
        draw(Changes(create=[{"region": "nobody's"}]))


def test_lines_of_a_removed_region_stay_on_the_page(draw, page):
    region = Region.objects.get(key="r1")

    draw(regions=Changes(delete=[{"id": region.pk, "version": 1}]))

    assert sorted(read(page)) == ["l1", "l2", "l3"]
    assert line("l1").region is None
    assert line("l1").version == 2


def test_a_region_cannot_stand_inside_itself(draw):
    outer, inner = Region.objects.get(key="r1"), Region.objects.get(key="r2")
    draw(regions=Changes(update=[{"id": inner.pk, "version": 1, "parent": outer.pk}]))

    with pytest.raises(BadInput, match="inside itself"):
        draw(regions=Changes(update=[{"id": outer.pk, "version": 1, "parent": inner.pk}]))
    assert Region.objects.get(pk=outer.pk).parent is None


def test_a_new_line_takes_its_place_in_the_reading_order(draw, page):
    region = Region.objects.get(key="r1")

    draw(Changes(create=[{"key": "new", "region": region.pk, "position": 1}]))

    assert read(page) == ["l1", "new", "l2", "l3"]
    assert page.order is None  # the tree's own order does


def test_an_order_across_regions_is_kept_explicitly(draw, page, layer):
    wanted = [line("l3").pk, line("l1").pk]

    draw(order=wanted)

    assert read(page) == ["l3", "l1", "l2"]
    loaded = trees.load_page(Page.objects.get(pk=page.pk), layer)
    assert loaded.order == Order(("l3", "l1", "l2"))
    assert [one.id for one in loaded.reading_order()] == ["l3", "l1", "l2"]
    draw(order=[line("l1").pk, line("l2").pk, line("l3").pk])
    assert page.order is None


def test_a_removed_line_leaves_the_explicit_order(draw, page, layer):
    draw(order=[line("l3").pk, line("l1").pk, line("l2").pk])

    draw(Changes(delete=[{"id": line("l1").pk, "version": line("l1").version}]))

    assert trees.load_page(Page.objects.get(pk=page.pk), layer).order == Order(("l3", "l2"))


def test_an_order_with_a_foreign_or_repeated_line_is_refused(draw):
    for order in ([10**12], [line("l1").pk] * 2):
        with pytest.raises(BadInput, match="order"):
            draw(order=order)


def test_a_nested_order_of_a_file_is_the_order_of_the_answer(page, alice, tree):
    nested = Order((Order(("l3",), id="g", ref="r2"), Order((), ref="r1")))
    trees.save_layout(page, replace(tree, order=nested), by=alice, reason="import")

    assert read(Page.objects.select_related("document", "image").get(pk=page.pk)) == [
        "l3",
        "l1",
        "l2",
    ]


def test_the_number_of_queries_does_not_grow(draw, page, django_assert_max_num_queries):
    with django_assert_max_num_queries(19):
        draw(
            Changes(
                create=[{"baseline": HERE, "region": "r0", "type": "X"} for _ in range(100)]
            ),
            Changes(create=[{"key": f"r{i}", "polygon": HERE} for i in range(20)]),
        )


def test_many_lines_are_moved_at_once_to_where_they_are_said_to_be(draw, page):
    made = draw(Changes(create=[{"key": f"n{i}"} for i in range(6)]))["lines"]
    ids = [one["id"] for one in made]
    places = {ids[5]: 0, ids[0]: 3, ids[2]: 1}

    draw(
        Changes(update=[{"id": pk, "version": 1, "position": at} for pk, at in places.items()])
    )

    found = [one["id"] for one in whole(page, [])["lines"]]
    assert {pk: found.index(pk) for pk in places} == places
    assert [pk for pk in found if pk in ids and pk not in places] == [ids[1], ids[3], ids[4]]


def test_regions_are_ordered_with_their_lines(draw, page, alice):
    draw(order=[line("l3").pk, line("l2").pk, line("l1").pk])
    wanted = [Region.objects.get(key=key).pk for key in ("r2", "r1")]

    drawing.draw(page, NOTHING, NOTHING, None, by=alice, region_order=wanted)

    assert read(page) == ["l3", "l2", "l1"]
    assert page.order is None
    with pytest.raises(BadInput, match="shape twice"):
        drawing.draw(page, NOTHING, NOTHING, None, by=alice, region_order=[1, 1])


def join(page, alice, layer, *, seen=1):
    gone = [line(key) for key in ("l1", "l2")]
    texts = [{"layer": layer.pk, "content": "En nom dieu amen", "checked": True}]
    changes = Changes(
        create=[{"key": "both", "baseline": HERE, "position": 0, "texts": texts}],
        update=[
            {
                "id": line("l3").pk,
                "version": line("l3").version,
                "texts": [
                    {"layer": layer.pk, "content": "x", "version": seen, "checked": False}
                ],
            }
        ],
        delete=[{"id": row.pk, "version": row.version} for row in gone],
    )
    return drawing.draw(page, NOTHING, changes, None, by=alice, source="join")


def test_joined_lines_bring_their_texts_in_the_same_step(page, alice, layer):
    found = join(page, alice, layer, seen=0)

    new = line("both")
    text = LineText.objects.get(line=new)
    assert {"line": new.pk, "layer": layer.pk, "version": 1} in found["texts"]
    assert (text.content, text.checked, text.author) == ("En nom dieu amen", True, alice)
    assert text.versions.get().source == "join"
    assert read(page) == ["both", "l3"]
    assert LineText.objects.get(line=line("l1")).content == "En nom dieu"  # for undoing


def test_a_text_that_somebody_changed_stops_the_whole_batch(page, alice, layer):
    with pytest.raises(Conflict) as refused:
        join(page, alice, layer, seen=7)

    assert refused.value.items[0]["kind"] == "text"
    assert refused.value.items[0]["line"] == line("l3").pk
    assert read(page) == ["l1", "l2", "l3"]
    assert not Line.everything.filter(key="both").exists()
