"""Many texts of a layer at once, written by a model, a file or a restored snapshot.

These writers replace what is there, with its history kept; people's edits go through
`editing`, which asks for the version that was seen.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from armarius.errors import BadInput
from armarius.models import AtrModel, LineText, LineTextVersion, User
from armarius.ops import copying

_UNFIT = re.compile("[\x00\ud800-\udfff]")
LONGEST = 10_000  # characters of one line


@dataclass(frozen=True, slots=True)
class Given:
    """A text for a line; `words` as `LineText.words` holds them."""

    line: int
    content: str
    confidence: float | None = None
    confidences: bytes = b""
    words: dict[str, Any] | None = None


def check(content: str) -> None:
    """Refuse what cannot be stored, or cannot be the text of a line.

    Raises:
        BadInput: too long, NUL, or half of a surrogate pair.
    """
    if len(content) > LONGEST:
        raise BadInput(f"A line of {len(content)} characters; the limit is {LONGEST}.")
    if _UNFIT.search(content):
        raise BadInput("A line holds a control character that cannot be stored. Remove it.")


def write(
    layer_id: int,
    given: Sequence[Given],
    *,
    by: User | None,
    model: AtrModel | None,
    source: str,
    fresh: bool = False,
) -> int:
    """Store the texts, each as a new version; texts that stay as they are get none.

    Three queries. The caller holds the page's lock and the transaction; `fresh` where it has
    made the lines itself, so that there is no text yet. A model never writes over a text of a
    person, also where that came this very moment. Returns how many texts have changed.

    Raises:
        BadInput: a text cannot be stored; nothing was written.
    """
    for one in given:
        check(one.content)
    there = LineText.objects.select_for_update().filter(
        transcription_id=layer_id, line_id__in=[one.line for one in given]
    )
    now_there = {} if fresh else {text.line_id: text for text in there}
    rows = [
        LineText(
            line_id=one.line,
            transcription_id=layer_id,
            content=one.content,
            confidence=one.confidence,
            confidences=one.confidences,
            words=one.words,
            version=now_there[one.line].version + 1 if one.line in now_there else 1,
            author=by,
            model=model,
            updated_at=timezone.now(),
        )
        for one in given
        if _differs(one, now_there.get(one.line))
        and not (model and _is_a_persons(now_there.get(one.line)))
    ]
    copying.insert([row for row in rows if row.line_id not in now_there])
    LineText.objects.bulk_create(
        [row for row in rows if row.line_id in now_there],
        update_conflicts=True,
        unique_fields=["line", "transcription"],
        update_fields=[
            "content", "confidence", "confidences", "words", "version", "checked", "author",
            "model", "updated_at",
        ],
    )  # fmt: skip
    versions = [
        LineTextVersion(
            text_id=row.pk,
            version=row.version,
            content=row.content,
            confidence=row.confidence,
            author=by,
            model=model,
            source=source,
        )
        for row in rows
    ]
    copying.insert(versions)
    return len(rows)


def _is_a_persons(text: LineText | None) -> bool:
    return text is not None and text.author_id is not None


def _differs(given: Given, there: LineText | None) -> bool:
    return there is None or (
        there.content,
        there.confidence,
        bytes(there.confidences),
        there.words,
    ) != (
        given.content,
        given.confidence,
        given.confidences,
        given.words,
    )
