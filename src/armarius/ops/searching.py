"""Search the texts of all lines that somebody may see."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final, Literal

import psycopg
from django.contrib.postgres.search import SearchQuery, SearchVector
from django.db import DataError, OperationalError, connection, transaction
from django.db.models import Q, QuerySet

from armarius import geometry
from armarius.errors import BadInput
from armarius.images import addresses
from armarius.models import LineText, OntologyType, Transcription, User
from armarius.ops import sharing

Mode = Literal["words", "exact", "regex"]
MOST: Final = 1000  # counted; who has more to go through narrows the search
SECONDS: Final = 10
CHOICES: Final = 200  # names of one kind to choose from
MARGIN: Final = 12  # pixels of the page around the line in its cut-out
CUTOUT: Final = (1200, 160)  # pixels that a cut-out fits into
CONFIG: Final = "simple"  # of PostgreSQL's text search: no language's endings, no stop words
_ROW: Final = (
    "line_id", "content", "checked", "transcription_id", "transcription__name", "line__baseline",
    "line__mask", "line__type__name", "line__page_id", "line__page__name",
    "line__page__position", "line__page__image__sha256", "line__page__image__width",
    "line__page__image__height", "line__page__document_id", "line__page__document__name",
    "line__page__document__project_id", "line__page__document__project__name",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Question:
    """What to look for, and where.

    Attributes:
        text: words (all must be in the line; “quoted” ones in that order; -word must not), the
            exact letters, or a regular expression of PostgreSQL.
        mode: which of the three.
        project, document, layer: only in this one; None everywhere.
        type: only lines of the type with this name; empty for all.
        region_type: only lines in a region of the type with this name; empty for all.
        layer_name: only in layers of this name, in whatever document; empty for all.
    """

    text: str
    mode: Mode = "words"
    project: int | None = None
    document: int | None = None
    layer: int | None = None
    type: str = ""
    region_type: str = ""
    layer_name: str = ""


def search(user: User, question: Question) -> QuerySet[LineText, dict[str, Any]]:
    """Lines in the order of documents, pages and reading; ask for them in `patient`, see `shape`."""
    rows = LineText.objects.filter(
        _matches(question),
        line__deleted_at=None,
        line__page__deleted_at=None,
        line__page__document__in=sharing.visible_documents(user).order_by().values("pk"),
        transcription__archived_at=None,
    )
    if question.mode == "words":
        rows = with_words(rows, question.text)
    narrower = {
        "line__page__document__project": question.project,
        "line__page__document": question.document,
        "transcription": question.layer,
        "transcription__name": question.layer_name or None,
        "line__type__name": question.type or None,
        "line__region__type__name": question.region_type or None,
    }
    rows = rows.filter(**{name: value for name, value in narrower.items() if value is not None})
    found: QuerySet[LineText, dict[str, Any]] = rows.order_by(
        "line__page__document_id", "line__page__position", "line__position", "transcription_id"
    ).values(*_ROW)
    return found


def choices(user: User, project: int | None) -> dict[str, list[str]]:
    """Names of layers, and of types of lines and regions, by which a search can be narrowed.

    Args:
        user: who asks.
        project: only of this one; None of all that they see.
    """
    documents, homes = sharing.visible_documents(user), sharing.visible_projects(user)
    if project is not None:
        documents, homes = documents.filter(project=project), homes.filter(pk=project)
    layers = Transcription.objects.filter(
        document__in=documents.order_by().values("pk"), archived_at=None
    )
    types = OntologyType.objects.filter(
        project__in=homes.order_by().values("pk"), deleted_at=None
    )
    return {
        "layers": _names(layers),
        "types": _names(types.filter(kind=OntologyType.Kind.LINE)),
        "region_types": _names(types.filter(kind=OntologyType.Kind.REGION)),
    }


def _names(rows: QuerySet[Any]) -> list[str]:
    return list(rows.order_by("name").values_list("name", flat=True).distinct()[:CHOICES])


def with_words(rows: QuerySet[LineText], text: str) -> QuerySet[LineText]:
    """The texts that have these words, by way of the index `words_of_texts`."""
    return rows.annotate(known=SearchVector("content", config=CONFIG)).filter(
        known=SearchQuery(text, config=CONFIG, search_type="websearch")
    )


def _matches(question: Question) -> Q:
    """Both ways of writing an accented letter are looked for: layers may be in either."""
    if question.mode == "words":
        return Q()
    lookup = "content__regex" if question.mode == "regex" else "content__contains"
    forms = {unicodedata.normalize(form, question.text) for form in ("NFC", "NFD")}
    wanted = Q()
    for form in forms:
        wanted |= Q(**{lookup: form})
    return wanted


@contextmanager
def patient(question: Question) -> Iterator[None]:
    """Give up in time, and say why.

    Raises:
        BadInput: no regular expression, or it takes longer than `SECONDS`.
    """
    try:
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute(f"SET LOCAL statement_timeout = '{SECONDS}s'")
            yield
    except DataError as error:
        if isinstance(error.__cause__, psycopg.errors.InvalidRegularExpression):
            why = re.sub(r"^invalid regular expression: ", "", str(error).split("\n")[0])
            raise BadInput(
                f"“{question.text[:100]}” is no regular expression: {why}."
            ) from None
        raise
    except OperationalError as error:
        if isinstance(error.__cause__, psycopg.errors.QueryCanceled):
            raise BadInput(
                f"The search takes longer than {SECONDS} seconds. Search in one project or document, or for words."
            ) from None
        raise


def shape(row: dict[str, Any]) -> dict[str, Any]:
    """A row of `search` as the API gives it."""
    return {
        "line": row["line_id"],
        "content": row["content"],
        "checked": row["checked"],
        "type": row["line__type__name"] or "",
        "layer": row["transcription_id"],
        "layer_name": row["transcription__name"],
        "page": row["line__page_id"],
        "page_name": row["line__page__name"],
        "position": row["line__page__position"],
        "document": row["line__page__document_id"],
        "document_name": row["line__page__document__name"],
        "project": row["line__page__document__project_id"],
        "project_name": row["line__page__document__project__name"],
        "cutout": _cutout(row),
    }


def _cutout(row: dict[str, Any]) -> str:
    """Address of the line's part of the image; empty for a line without a shape."""
    points: Sequence[Sequence[float]] = row["line__mask"] or row["line__baseline"] or ()
    if not points:
        return ""
    left, top, right, bottom = geometry.box([(x, y) for x, y in points])
    if not row["line__mask"]:
        top -= 60  # a baseline says nothing about the height of its letters
    left, top = max(0, int(left) - MARGIN), max(0, int(top) - MARGIN)
    right = min(row["line__page__image__width"], int(right) + MARGIN)
    bottom = min(row["line__page__image__height"], int(bottom) + MARGIN)
    if right <= left or bottom <= top:
        return ""
    name = addresses.identifier(row["line__page_id"], row["line__page__image__sha256"])
    region = f"{left},{top},{right - left},{bottom - top}"
    return f"{addresses.PREFIX}{name}/{region}/!{CUTOUT[0]},{CUTOUT[1]}/0/default.jpg"
