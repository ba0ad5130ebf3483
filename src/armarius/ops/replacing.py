"""Find and replace over many texts: looked at first, then done as one act that can be undone.

The pattern runs here and not in the database: people know one kind of regular expression,
`regex` can be stopped in time, and the places of the finds are needed, because what stays of a
text keeps its confidences. A replacement is a new version of each text, so every history says
it; a text that was checked stays checked, since its author has looked at the preview.
"""

from __future__ import annotations

import logging
import time
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final, Literal

import regex
from django.db import connection, transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from armarius.errors import BadInput, TooLarge
from armarius.models import LineText, Project, Replacement, User
from armarius.ops import news, texts, writing

Mode = Literal["plain", "word", "regex"]
MOST: Final = 20_000  # texts of one act
SHOWN: Final = 500  # texts of a preview
SECONDS: Final = 15
_LETTER: Final = r"[\w\p{M}\p{Co}]"  # scholars' letters of the private use area are letters
_NAMED: Final = (
    "id", "version", "content", "confidences", "checked", "line_id", "transcription_id",
    "transcription__name", "line__page_id", "line__page__name", "line__page__position",
    "line__page__document_id", "line__page__document__name",
)  # fmt: skip
_WRITE: Final = """
WITH asked AS (
    SELECT given.* FROM unnest(
        %(ids)s::bigint[], %(versions)s::int[], %(contents)s::text[], %(confidences)s::bytea[]
    ) AS given(id, version, content, confidences)
), held AS (
    SELECT text.id FROM armarius_linetext AS text JOIN asked ON text.id = asked.id
    ORDER BY text.id FOR UPDATE OF text
), changed AS (
    UPDATE armarius_linetext AS text SET
        content = asked.content, confidences = asked.confidences, version = text.version + 1,
        author_id = %(author)s, model_id = NULL, updated_at = now()
    FROM asked, held
    WHERE text.id = held.id AND text.id = asked.id AND text.version = asked.version
    RETURNING text.id, text.line_id, text.version, text.content, text.confidence
), history AS (
    INSERT INTO armarius_linetextversion
        (text_id, version, content, confidence, author_id, source, created_at)
    SELECT id, version, content, confidence, %(author)s, %(source)s, now() FROM changed
), told AS (
    INSERT INTO armarius_event (project_id, kind, payload, created_at)
    SELECT %(project)s, 'texts', jsonb_build_object('page', page.id,
        'document', page.document_id, 'author', %(author)s, 'lines', '[]'::jsonb), now()
    FROM armarius_page AS page WHERE page.id IN (
        SELECT page_id FROM armarius_line WHERE id IN (SELECT line_id FROM changed))
    RETURNING id
), notified AS (SELECT count(pg_notify(%(channel)s, id::text)) AS pages FROM told)
SELECT changed.id, changed.version FROM changed, notified WHERE notified.pages >= 0
"""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Question:
    r"""What to replace by what, and where.

    Attributes:
        find: the letters, a word, or a regular expression of Python's `regex`.
        replace: what comes instead; with a regular expression \1 and \g<name> are its groups.
        mode: which of the three.
        case: whether capitals matter.
        document, pages: only there; both None for the whole project.
        layer: only texts of this layer.
        layer_name: only texts of layers with this name.
        skip: ids of texts that are to stay as they are.
    """

    find: str
    replace: str
    mode: Mode = "plain"
    case: bool = True
    document: int | None = None
    pages: Sequence[int] | None = None
    layer: int | None = None
    layer_name: str = ""
    skip: Sequence[int] = ()


@dataclass(frozen=True, slots=True)
class Changed:
    """A text before and after; `matches` is how often something was found in it."""

    row: dict[str, Any]
    content: str
    confidences: bytes
    matches: int


@dataclass(frozen=True, slots=True)
class Done:
    """What was replaced; `left` are texts that somebody changed at the same moment."""

    id: int
    matches: int
    texts: int
    left: int


def preview(project: Project, question: Question) -> dict[str, Any]:
    """What would happen: numbers, and the first texts before and after.

    Raises:
        BadInput: no regular expression, or it takes too long.
        TooLarge: more than `MOST` texts.
    """
    found = list(_changes(project, question))
    return {
        "matches": sum(one.matches for one in found),
        "texts": len(found),
        "items": [_shape(one) for one in found[:SHOWN]],
    }


def replace(project: Project, question: Question, *, by: User) -> Done:
    """Do it, as one act; raises as `preview`."""
    found = list(_changes(project, question))
    for one in found:
        texts.check(one.content)
    with transaction.atomic():
        written = _write(
            project,
            [
                (one.row["id"], one.row["version"], one.content, one.confidences)
                for one in found
            ],
            by=by,
            source="replace",
        )
        act = Replacement.objects.create(
            project=project, author=by, asked=_asked(question), texts=written
        )
    stored = {pk for pk, _ in written}
    matches = sum(one.matches for one in found if one.row["id"] in stored)
    log.info("project %d: %d texts replaced by user %d", project.pk, len(written), by.pk)
    return Done(act.pk, matches, len(written), len(found) - len(written))


def undo(act: Replacement, *, by: User) -> dict[str, Any]:
    """Give the texts of a replacement back what they had before, but for those changed since.

    Returns how many, and the first of those that were left: who looks at them decides.

    Raises:
        BadInput: it was undone already.
    """
    with transaction.atomic():
        act = Replacement.objects.select_for_update().get(pk=act.pk)
        if act.undone_at is not None:
            raise BadInput("This replacement was undone already.")
        written = _write(act.project, _before(dict(act.texts)), by=by, source="undo")
        Replacement.objects.filter(pk=act.pk).update(undone_at=timezone.now())
    left = {pk for pk, _ in act.texts} - {pk for pk, _ in written}
    rows = _named(LineText.objects.filter(pk__in=left))[:SHOWN]
    log.info("replacement %d: undone by user %d", act.pk, by.pk)
    return {"texts": len(written), "left": len(left), "items": [_where(row) for row in rows]}


def _before(written: dict[int, int]) -> list[tuple[int, int, str, bytes]]:
    """For each text that still is what was written: its version, and the content before it."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT text.id, text.version, earlier.content, ''::bytea FROM unnest(%s::bigint[], %s::int[])
                AS given(id, version)
            JOIN armarius_linetext AS text ON text.id = given.id AND text.version = given.version
            JOIN armarius_linetextversion AS earlier
                ON earlier.text_id = text.id AND earlier.version = text.version - 1
            """,
            [list(written), list(written.values())],
        )
        return [(pk, version, content, bytes(raw)) for pk, version, content, raw in cursor]


def _write(
    project: Project, given: Sequence[tuple[int, int, str, bytes]], *, by: User, source: str
) -> list[tuple[int, int]]:
    """Store the contents where the versions are still those; returns (id, new version)."""
    if not given:
        return []
    values: dict[str, Any] = {
        "ids": [pk for pk, *_ in given],
        "versions": [version for _, version, *_ in given],
        "contents": [content for *_, content, _ in given],
        "confidences": [raw for *_, raw in given],
        "author": by.pk,
        "project": project.pk,
        "source": source,
        "channel": news.CHANNEL,
    }
    with connection.cursor() as cursor:
        cursor.execute(_WRITE, values)
        return [(pk, version) for pk, version in cursor]


def _changes(project: Project, question: Question) -> Iterator[Changed]:
    """All texts that the question changes, in the order of documents, pages and reading."""
    form = writing.normal_form(project.pk)
    pattern = _pattern(question)
    end = time.monotonic() + SECONDS
    skipped, count = set(question.skip), 0
    for row in _rows(project, question).iterator(2000):
        if row["id"] in skipped:
            continue
        try:
            made = _replaced(row, pattern, question, end - time.monotonic())
        except TimeoutError:
            raise BadInput(
                f"The replacement takes longer than {SECONDS} seconds. Narrow it to a document or some pages, or write a simpler expression."
            ) from None
        except (regex.error, IndexError) as error:
            raise BadInput(f"What is to come instead cannot be used: {error}.") from None
        if made is None:
            continue
        fit = writing.normal(made.content, form)
        if fit != made.content:  # its confidences are of other code points
            made = Changed(row, fit, b"", made.matches)
        count += 1
        if count > MOST:
            raise TooLarge(f"More than {MOST:,} texts would change. Narrow it to a document.")
        yield made


def _replaced(
    row: dict[str, Any], pattern: regex.Pattern[str], question: Question, seconds: float
) -> Changed | None:
    """The text after the replacement; None where it stays as it is."""
    if seconds <= 0:
        raise TimeoutError
    content: str = row["content"]
    sure = bytes(row["confidences"])
    known = len(sure) == len(content)
    parts: list[str] = []
    bytes_: list[bytes] = []
    at = matches = 0
    for found in pattern.finditer(content, timeout=seconds):
        come = found.expand(question.replace) if question.mode == "regex" else question.replace
        parts += [content[at : found.start()], come]
        bytes_ += [sure[at : found.start()], b"\xff" * len(come)]
        at = found.end()
        matches += 1
    parts.append(content[at:])
    bytes_.append(sure[at:])
    now = "".join(parts)
    if now == content:
        return None
    return Changed(row, now, b"".join(bytes_) if known else b"", matches)


def _pattern(question: Question) -> regex.Pattern[str]:
    """Accents are found in both their forms: layers may be in either."""
    if not question.find:
        raise BadInput("Say what is to be found.")
    forms = {
        unicodedata.normalize("NFC", question.find),
        unicodedata.normalize("NFD", question.find),
    }
    wanted = sorted(forms | {question.find})
    if question.mode != "regex":
        wanted = [regex.escape(one, special_only=True) for one in wanted]
    whole = wanted[0] if len(wanted) == 1 else "|".join(f"(?:{one})" for one in wanted)
    if question.mode == "regex" and len(wanted) > 1:
        whole = question.find  # groups would be counted twice
    if question.mode == "word":
        whole = f"(?<!{_LETTER})(?:{whole})(?!{_LETTER})"
    try:
        return regex.compile(whole, flags=0 if question.case else regex.IGNORECASE)
    except regex.error as error:
        raise BadInput(f"“{question.find[:100]}” is no regular expression: {error}.") from None
    except (OverflowError, RecursionError, MemoryError):
        raise BadInput("The regular expression is too large. Write a simpler one.") from None


def _rows(project: Project, question: Question) -> QuerySet[LineText, dict[str, Any]]:
    found = LineText.objects.filter(
        line__deleted_at=None,
        line__page__deleted_at=None,
        line__page__document__deleted_at=None,
        line__page__document__project=project,
        transcription__archived_at=None,
    )
    narrower = {
        "line__page__document": question.document,
        "line__page__in": question.pages,
        "transcription": question.layer,
        "transcription__name": question.layer_name or None,
    }
    found = found.filter(
        **{name: value for name, value in narrower.items() if value is not None}
    )
    if question.mode != "regex":
        lookup = "content__contains" if question.case else "content__icontains"
        wanted = Q()
        for form in ("NFC", "NFD"):
            wanted |= Q(**{lookup: unicodedata.normalize(form, question.find)})
        found = found.filter(wanted | Q(**{lookup: question.find}))
    return _named(found)


def _named(found: QuerySet[LineText]) -> QuerySet[LineText, dict[str, Any]]:
    rows: QuerySet[LineText, dict[str, Any]] = found.order_by(
        "line__page__document_id", "line__page__position", "line__position", "transcription_id"
    ).values(*_NAMED)
    return rows


def _where(row: dict[str, Any]) -> dict[str, Any]:
    return {
        "text": row["id"],
        "line": row["line_id"],
        "layer": row["transcription_id"],
        "layer_name": row["transcription__name"],
        "page": row["line__page_id"],
        "page_name": row["line__page__name"],
        "position": row["line__page__position"],
        "document": row["line__page__document_id"],
        "document_name": row["line__page__document__name"],
        "checked": row["checked"],
        "before": row["content"],
    }


def _shape(one: Changed) -> dict[str, Any]:
    return _where(one.row) | {"after": one.content}


def _asked(question: Question) -> dict[str, Any]:
    return asdict(question) | {"skip": len(question.skip)}
