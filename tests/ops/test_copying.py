"""Many rows at once."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction

from armarius.models import Line, LineText
from armarius.ops import copying

pytestmark = pytest.mark.django_db


def lines(folio, count):
    return [
        Line(
            page=folio,
            key=f"l{n}",
            position=n,
            baseline=((0, n), (10.5, n)),
            extra=[{"format": "alto", "place": "@X", "content": 'a\tb\\n"\n\u2028é'}],
        )
        for n in range(count)
    ]


@pytest.mark.parametrize("count", [0, 1, 4, 5, 300])
def test_rows_are_stored_as_they_are_given_and_know_their_ids(folio, count):
    given = lines(folio, count)

    copying.insert(given)

    found = list(Line.objects.filter(page=folio).order_by("position"))
    assert [x.pk for x in found] == [x.pk for x in given]
    assert [x.baseline for x in found] == [[[0, n], [10.5, n]] for n in range(count)]
    assert all(x.extra == given[0].extra and x.mask == [] and x.version == 1 for x in found)


def test_bytes_nothing_and_times_are_stored(folio, layer):
    rows = lines(folio, 6)
    copying.insert(rows)
    texts = [
        LineText(line=x, transcription=layer, content="\\N\t\\.", confidences=b"\x00\\\xff")
        for x in rows
    ]

    copying.insert(texts)

    text = LineText.objects.get(line=rows[3])
    assert (text.content, bytes(text.confidences)) == ("\\N\t\\.", b"\x00\\\xff")
    assert (text.words, text.confidence, text.author_id) == (None, None, None)
    assert text.updated_at is not None


def test_what_the_database_forbids_stays_forbidden(folio):
    copying.insert(lines(folio, 6))

    with pytest.raises(IntegrityError), transaction.atomic():
        copying.insert(lines(folio, 6))

    assert Line.objects.count() == 6
