"""What a document or project looks like in numbers: states, layers, characters, who did what."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterator
from datetime import date
from typing import Any

from django.db.models import Count, F, Q, QuerySet
from django.db.models.functions import TruncDate

from armarius.models import (
    Document,
    Line,
    LineText,
    LineTextVersion,
    Page,
    Project,
    Region,
    Transcription,
)

CHUNK = 5000  # texts read at once
BY_HAND = ("edit", "restore", "")  # sources of versions that a person wrote


def states(pages: QuerySet[Page]) -> dict[str, int]:
    """How many pages are how far; each counts once, as the farthest that it is."""
    read = Q(recognised_at__isnull=False)
    return pages.order_by().aggregate(
        pages=Count("pk"),
        imported=Count("pk", filter=Q(segmented_at=None)),
        segmented=Count("pk", filter=~Q(segmented_at=None) & ~read),
        recognised=Count("pk", filter=read),
    )


def layers(documents: QuerySet[Document, Any]) -> list[dict[str, Any]]:
    """The present layers with the numbers of their texts, checked ones and characters."""
    present = Q(texts__line__deleted_at=None, texts__line__page__deleted_at=None)
    found = Transcription.objects.filter(document__in=documents, archived_at=None)
    rows: Any = (
        found.annotate(
            amount=Count("texts", filter=present),
            checked=Count("texts", filter=present & Q(texts__checked=True)),
        )
        .order_by("document__name", "id")
        .values("id", "name", "amount", "checked", document_name=F("document__name"))
    )
    return list(rows)


def types(documents: QuerySet[Document, Any]) -> list[dict[str, Any]]:
    """How many regions and lines there are of each type; an empty name has none."""
    rows: list[dict[str, Any]] = []
    for kind, model in (("region", Region), ("line", Line)):
        found = model.objects.filter(page__document__in=documents, page__deleted_at=None)
        named = found.order_by().values(name=F("type__name")).annotate(amount=Count("pk"))
        rows += [
            {"kind": kind, "name": row["name"] or "", "amount": row["amount"]}
            for row in named.order_by("-amount", "name")
        ]
    return rows


def edits(documents: QuerySet[Document, Any]) -> list[dict[str, Any]]:
    """Texts that people wrote, per person and day, the newest day first."""
    found = LineTextVersion.objects.filter(
        text__line__page__document__in=documents, author__isnull=False, source__in=BY_HAND
    )
    rows: Any = (
        found.order_by()
        .annotate(day=TruncDate("created_at"))
        .values("day", name=F("author__username"))
        .annotate(edits=Count("pk"), lines=Count("text__line", distinct=True))
        .order_by("-day", "-edits")
    )
    return list(rows)


def characters(layer: Transcription) -> list[dict[str, Any]]:
    """Every character of a layer's present texts, the most frequent first."""
    found: Counter[str] = Counter()
    for content in _contents(layer):
        found.update(content)
    return [
        {"character": one, "code": f"U+{ord(one):04X}", "name": _name(one), "amount": amount}
        for one, amount in sorted(found.items(), key=lambda x: (-x[1], x[0]))
    ]


def document(one: Document) -> dict[str, Any]:
    """All of it but the characters, for one document: a constant number of queries."""
    alone = Document.objects.filter(pk=one.pk)
    return _report(alone, Page.objects.filter(document=one))


def project(one: Project) -> dict[str, Any]:
    """The same over all documents of a project."""
    all_ = Document.objects.filter(project=one, deleted_at=None).order_by()
    return _report(all_, Page.objects.filter(document__in=all_))


def people(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Sums over days, the busiest first."""
    sums: Counter[str] = Counter()
    days: dict[str, set[date]] = {}
    for row in rows:
        sums[row["name"]] += row["edits"]
        days.setdefault(row["name"], set()).add(row["day"])
    return [
        {"name": name, "edits": edits, "days": len(days[name])}
        for name, edits in sums.most_common()
    ]


def _report(documents: QuerySet[Document, Any], pages: QuerySet[Page]) -> dict[str, Any]:
    chosen = documents.values("pk")
    written = edits(chosen)
    return {
        "states": states(pages),
        "lines": Line.objects.filter(page__in=pages.order_by().values("pk")).count(),
        "layers": layers(chosen),
        "types": types(chosen),
        "edits": written,
        "people": people(written),
    }


def _contents(layer: Transcription) -> Iterator[str]:
    texts = LineText.objects.filter(
        transcription=layer, line__deleted_at=None, line__page__deleted_at=None
    )
    return texts.order_by().values_list("content", flat=True).iterator(CHUNK)


def _name(character: str) -> str:
    fallback = "private use" if unicodedata.category(character) == "Co" else ""
    return unicodedata.name(character, fallback)
