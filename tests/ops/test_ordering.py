"""The order of pages stays without gaps, whoever changes it at once."""

from __future__ import annotations

import random
import threading

import pytest
from django.db import connection, transaction

from armarius.errors import BadInput, NotFound
from armarius.models import Page
from armarius.ops import ordering


@pytest.fixture
def add(codex, image):
    """Append pages to the codex."""

    def pages(*names):
        with transaction.atomic():
            positions = ordering.append(codex, len(names))
            return Page.objects.bulk_create(
                Page(document=codex, position=position, name=name, image=image)
                for position, name in zip(positions, names, strict=True)
            )

    return pages


def names(codex):
    rows = Page.objects.filter(document=codex).order_by("position")
    assert [row.position for row in rows] == list(range(len(rows)))
    return "".join(row.name for row in rows)


@pytest.mark.parametrize(
    ("moved", "to", "order"),
    [
        ("c", 0, "cabde"),
        ("a", 4, "bcdea"),
        ("a", 99, "bcdea"),
        ("db", 1, "adbce"),
        ("e", 4, "abcde"),
    ],
)
def test_pages_move_in_the_order_given(codex, add, moved, to, order):
    by_name = {page.name: page.pk for page in add(*"abcde")}

    ordering.move(codex, [by_name[name] for name in moved], to)

    assert names(codex) == order


def test_removed_pages_leave_no_gap_and_come_back_to_where_they_stood(codex, add):
    a, b, _, d, _ = add(*"abcde")

    ordering.remove(codex, [b.pk, d.pk])
    ordering.remove(codex, [a.pk])
    assert names(codex) == "ce"

    ordering.bring_back(codex, [a.pk])
    ordering.bring_back(codex, [d.pk, b.pk])
    assert names(codex) == "abcde"
    with pytest.raises(NotFound):
        ordering.bring_back(codex, [b.pk])


def test_foreign_pages_and_nonsense_are_refused(codex, add):
    (page,) = add("a")

    with pytest.raises(NotFound):
        ordering.move(codex, [page.pk, 10**9], 0)
    with pytest.raises(NotFound):
        ordering.remove(codex, [10**9])
    for ids, to in (([], 0), ([page.pk, page.pk], 0), ([page.pk], -1)):
        with pytest.raises(BadInput):
            ordering.move(codex, ids, to)


def test_the_number_of_queries_does_not_grow(codex, add, django_assert_num_queries):
    pages = add(*"abcdefghijklmnopqrstuvwxyz")

    with django_assert_num_queries(6):
        ordering.move(codex, [pages[0].pk], 20)


@pytest.mark.django_db(transaction=True)
def test_eight_people_adding_moving_and_removing_at_once_leave_no_gap(codex, add):
    add(*"abcdefgh")
    faults: list[Exception] = []

    def work(seed):
        dice = random.Random(seed)
        try:
            for _ in range(12):
                ids = list(Page.objects.filter(document=codex).values_list("pk", flat=True))
                act = dice.choice(["add", "move", "remove"])
                try:
                    if act == "add":
                        add("x", "y")
                    elif act == "move":
                        ordering.move(codex, dice.sample(ids, 2), dice.randrange(20))
                    else:
                        ordering.remove(codex, [dice.choice(ids)])
                except NotFound:
                    pass  # somebody else removed it just now
        except Exception as error:
            faults.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=work, args=(seed,)) for seed in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert not faults
    assert names(codex)
