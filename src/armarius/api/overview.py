"""How far a project or a document is, for the cards and rows that show it."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, QuerySet, Subquery
from django.db.models.functions import Coalesce
from ninja import Schema

from armarius.images import addresses
from armarius.models import Page


class Overview(Schema):
    """Numbers of pages; `thumbnail` shows the first one."""

    pages: int
    pages_segmented: int
    pages_recognised: int
    thumbnail: str | None


def overview(pages: QuerySet[Page], owner: str) -> dict[str, Coalesce | Subquery]:
    """Annotations that count the pages of each row: subqueries, since joins would multiply.

    Args:
        pages: the pages of the outer row.
        owner: the field of a page that names the outer row.
    """
    first = pages.order_by("document__name", "document_id", "position")

    def count(field: str) -> Coalesce:
        rows = pages.order_by().values(owner).annotate(n=Count(field))
        return Coalesce(Subquery(rows.values("n")), 0)

    return {
        "pages_count": count("pk"),
        "pages_segmented": count("segmented_at"),
        "pages_recognised": count("recognised_at"),
        "first_page": Subquery(first.values("pk")[:1]),
        "first_image": Subquery(first.values("image__sha256")[:1]),
    }


def overview_shape(row: Any) -> dict[str, Any]:
    """What `overview` has found."""
    shown = None
    if row.first_page is not None:
        base = addresses.PREFIX + addresses.identifier(row.first_page, row.first_image)
        shown = thumbnail(base)
    return {
        "pages": row.pages_count,
        "pages_segmented": row.pages_segmented,
        "pages_recognised": row.pages_recognised,
        "thumbnail": shown,
    }


def thumbnail(base: str) -> str:
    """The address of a small image, from that of its IIIF service."""
    return f"{base}/full/!300,300/0/default.jpg"
