"""Which pages of a document: by number, name, state, tag, and by what stands on them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal, cast

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet

from armarius.errors import BadInput, NotFound
from armarius.models import Document, Line, LineText, Page, Region, User
from armarius.ops import news
from armarius.ops.tagging import Match, tagged

State = Literal["", "imported", "segmented", "recognised", "checked", "unchecked"]


@dataclass(frozen=True, slots=True)
class Filter:
    """What the pages must have; an empty value asks for nothing.

    Attributes:
        numbers: pages as people count them, ``1-20,25``.
        name: part of the name; with ``*`` the whole name, where ``*`` stands for anything.
        state: how far the page is; ``checked``: every text that it has in some layer.
        tags: ids of tags, see `match`.
        holds: a text with these very letters is on it, in `layer` or in any layer.
        type: it has the type with this name, or a region or line of it is on it.
    """

    numbers: str = ""
    name: str = ""
    state: State = ""
    tags: tuple[int, ...] = ()
    match: Match = "any"
    holds: str = ""
    layer: int | None = None
    type: str = ""

    def __bool__(self) -> bool:
        return self != Filter()


def found(document: Document, wanted: Filter, *, removed: bool = False) -> QuerySet[Page]:
    """The pages in their order.

    Raises:
        BadInput: the numbers cannot be understood.
    """
    rows = Page.everything.filter(document=document, deleted_at__isnull=not removed)
    if wanted.numbers:
        last = rows.count()
        rows = rows.filter(position__in=[n - 1 for n in numbers(wanted.numbers, last)])
    if wanted.name:
        rows = rows.filter(**_named(wanted.name))
    rows = _in_state(rows, wanted.state)
    if wanted.tags or wanted.match == "none":
        links = Page.tags.through._default_manager.all()
        rows = cast("QuerySet[Page]", tagged(rows, links, "page", wanted.tags, wanted.match))
    if wanted.holds:
        rows = rows.filter(Exists(_texts(wanted)))
    if wanted.type:
        typed = Q(type__name=wanted.type, page=OuterRef("pk"))
        rows = rows.filter(
            Q(type__name=wanted.type)
            | Exists(Line.objects.filter(typed))
            | Exists(Region.objects.filter(typed))
        )
    return rows.order_by("position")


def progress(page_ids: Sequence[int]) -> dict[int, tuple[int, int]]:
    """For each page how many of its lines have a text, and how many of these are checked."""
    rows = (
        LineText.objects.filter(
            line__page__in=page_ids, line__deleted_at=None, transcription__archived_at=None
        )
        .order_by()
        .values(page=F("line__page"))
        .annotate(
            read=Count("line", distinct=True),
            checked=Count("line", distinct=True, filter=Q(checked=True)),
        )
    )
    return {row["page"]: (row["read"], row["checked"]) for row in rows}


def tags_of(page_ids: Sequence[int]) -> dict[int, list[dict[str, Any]]]:
    """The tags of pages, by page."""
    links = Page.tags.through._default_manager.filter(page__in=page_ids).order_by("tag__name")
    tags: dict[int, list[dict[str, Any]]] = {}
    for page, pk, name, colour in links.values_list("page", "tag", "tag__name", "tag__colour"):
        tags.setdefault(page, []).append({"id": pk, "name": name, "colour": colour})
    return tags


def numbers(text: str, last: int) -> set[int]:
    """``1-20,25`` as numbers; open ends are the first and the last page.

    Raises:
        BadInput: it is something else.
    """
    chosen: set[int] = set()
    for part in text.split(","):
        begin, dash, end = (x.strip() for x in part.partition("-"))
        first, final = begin or "1", (end or str(last)) if dash else begin
        if not (_is_number(first) and _is_number(final)) or not part.strip(" -"):
            raise BadInput(f"“{text[:80]}” are no page numbers. Write them like 1-20,25.")
        chosen.update(range(int(first), min(int(final), last) + 1))
    return chosen


def rename(document: Document, names: dict[int, str], *, by: User) -> None:
    """Give many pages their names at once; two queries and a few statements.

    Raises:
        NotFound: a page is not in this document.
    """
    rows = list(Page.objects.filter(document=document, pk__in=names).only("id", "name"))
    if missing := names.keys() - {page.pk for page in rows}:
        raise NotFound(f"Page {min(missing)} is not in this document.")
    for page in rows:
        page.name = names[page.pk].strip()
    Page.objects.bulk_update(rows, ["name"], batch_size=1000)
    news.tell(document.project_id, "document", {"document": document.pk})


def _named(pattern: str) -> dict[str, str]:
    if "*" not in pattern:
        return {"name__icontains": pattern}
    escaped = "".join(f"\\{x}" if not (x.isalnum() or x in " _-") else x for x in pattern)
    return {"name__iregex": f"^{escaped.replace(chr(92) + '*', '.*')}$"}


def _in_state(rows: QuerySet[Page], state: State) -> QuerySet[Page]:
    if state == "imported":
        return rows.filter(segmented_at=None)
    if state == "segmented":
        return rows.exclude(segmented_at=None).filter(recognised_at=None)
    if state == "recognised":
        return rows.exclude(recognised_at=None)
    if state in ("checked", "unchecked"):
        open_ = Line.objects.filter(page=OuterRef("pk")).exclude(texts__checked=True)
        rows = rows.filter(lines_count__gt=0)
        return rows.filter(~Exists(open_) if state == "checked" else Exists(open_))
    return rows


def _texts(wanted: Filter) -> QuerySet[LineText]:
    texts = LineText.objects.filter(
        line__page=OuterRef("pk"),
        line__deleted_at=None,
        transcription__archived_at=None,
        content__contains=wanted.holds,
    )
    return texts if wanted.layer is None else texts.filter(transcription=wanted.layer)


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 9
