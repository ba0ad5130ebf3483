"""What a job will touch, and how long it may take: from what this instance has done before."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import Count, Q, Sum
from django.utils import timezone

from armarius.models import Document, Job, LineText, Page

PAST = 20  # jobs that an estimate rests on


def of_pages(
    document: Document,
    page_ids: Sequence[int],
    kind: str,
    model: int | None,
    *,
    quick: bool = False,
) -> dict[str, Any]:
    """What there is on the pages, and an estimate; three queries and those of the estimate.

    Args:
        document: theirs.
        page_ids: ids that are not of the document count nothing.
        kind: a `Job.Kind`.
        model: for the estimate; jobs with this one count, where there are any.
        quick: whether it is a quick segmentation; only jobs that are the same in this count.
    """
    pages = Page.objects.filter(document=document, pk__in=page_ids)
    counts = pages.aggregate(
        pages=Count("pk"), with_lines=Count("pk", filter=Q(lines_count__gt=0)),
        lines=Sum("lines_count", default=0),
    )  # fmt: skip
    checked = LineText.objects.filter(
        line__page__in=pages.order_by().values("pk"), line__deleted_at=None, checked=True
    )
    counts["checked"] = checked.values("line").distinct().count()
    seconds, based_on = per_page(kind, model, quick=quick)
    counts["seconds"] = None if seconds is None else round(seconds * counts["pages"])
    counts["based_on"] = based_on
    return counts


def per_page(
    kind: str, model: int | None = None, *, quick: bool = False
) -> tuple[float | None, int]:
    """Seconds that a page took in the last jobs of the kind, and how many jobs say so."""
    ended = Job.objects.filter(
        kind=kind, state__in=(Job.State.DONE, Job.State.DONE_WITH_PROBLEMS),
        started_at__isnull=False, items_done__gt=0,
    ).order_by("-ended_at")  # fmt: skip
    key = "segmentation" if kind == Job.Kind.SEGMENT else "model"
    fast = ended.filter(parameters__quick=True)
    alike = fast if quick else ended.exclude(pk__in=fast.order_by().values("pk"))
    same = alike.filter(**{f"parameters__{key}": model}) if model else alike
    for found in (same, alike):
        rows = list(found.values_list("started_at", "ended_at", "items_done")[:PAST])
        if rows:
            took = sum((end - start).total_seconds() for start, end, _ in rows if start and end)
            return took / sum(done for _, _, done in rows), len(rows)
    return None, 0


def seconds_left(job: Job) -> int | None:
    """How long a running job may still take, by what it has done so far; None where unknown."""
    done = job.items_done + job.items_failed
    if job.ended_at or job.started_at is None or not done:
        return None
    spent = (timezone.now() - job.started_at).total_seconds()
    return max(0, round(spent / done * (job.items_total - done)))
