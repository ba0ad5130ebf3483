"""Two layers of a document beside each other: character error rates, and the lines that differ.

Rates are sums of errors over sums of characters (micro average) of lines that have a text in the
reference; a line without one in the other layer counts as empty. Normalised as `evaluate` does.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from armarius import score
from armarius.models import Line, LineText, Page, Transcription


def pages(
    reference: Transcription, other: Transcription, chosen: Sequence[Page]
) -> list[dict[str, Any]]:
    """One row per page that has texts in the reference; two queries.

    Args:
        reference: the layer that is taken for right.
        other: the layer that is measured.
        chosen: pages of their document.
    """
    by_page: dict[int, list[tuple[str, str]]] = {}
    for key, _, right, read in _pairs(reference, other, [page.pk for page in chosen]):
        by_page.setdefault(key, []).append((right, read))
    rows = []
    for page in chosen:
        pairs = by_page.get(page.pk)
        if pairs:
            rows.append(
                {"page": page.pk, "name": page.name, "position": page.position}
                | measured(pairs)
            )
    return rows


def lines(reference: Transcription, other: Transcription, page: Page) -> list[dict[str, Any]]:
    """The lines of a page whose texts differ, in their order."""
    found = _pairs(reference, other, [page.pk])
    places = {
        pk: place for place, pk in enumerate(
            Line.objects.filter(page=page).order_by("position", "id").values_list("pk", flat=True)
        )
    }  # fmt: skip
    rows = []
    for _, line, right, read in sorted(found, key=lambda x: places.get(x[1], 0)):
        if right != read:
            rows.append(
                {
                    "line": line,
                    "position": places.get(line, 0),
                    "reference": right,
                    "other": read,
                }
                | measured([(right, read)])
            )
    return rows


def measured(pairs: Sequence[tuple[str, str]]) -> dict[str, Any]:
    """Numbers of lines, characters and words with their errors; `cer` and `wer` from 0 upwards."""
    found = score.score(pairs)
    return {
        "lines": found.lines,
        "lines_equal": sum(right == read for right, read in pairs),
        "characters": found.characters,
        "errors": found.errors,
        "words": found.words,
        "word_errors": found.word_errors,
        "cer": found.cer,
        "wer": found.wer,
    }


def _pairs(
    reference: Transcription, other: Transcription, page_ids: Sequence[int]
) -> list[tuple[int, int, str, str]]:
    found = LineText.objects.filter(line__page__in=page_ids, line__deleted_at=None)
    read = dict(found.filter(transcription=other).values_list("line", "content"))
    right = found.filter(transcription=reference).values_list("line__page", "line", "content")
    return [(page, line, text, read.get(line, "")) for page, line, text in right if text]
