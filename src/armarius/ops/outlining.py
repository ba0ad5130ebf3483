"""Masks drawn anew round baselines: a job of its own, since the web server decodes no images.

Somebody waits for it, so it goes before everything else, and an engine that is awake needs about a
second. Only lines that nobody has changed since the job was started get their masks.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence

from django.db import transaction

from armarius.errors import BadInput, Conflict
from armarius.models import Attempt, Document, Job, JobItem, Line, Page, User
from armarius.ops import batch_runs, jobs, news, snapshots, tree_parts
from armarius.page import Page as Tree

MANY = 10  # lines; for more, the page as it was becomes a snapshot
NAMED = 20  # lines that the news names; of more listeners fetch the page

log = logging.getLogger(__name__)


def start(
    page: Page,
    line_ids: Sequence[int] | None,
    version: int | None,
    *,
    by: User,
    top: bool = False,
) -> Job:
    """Create the job that draws the masks of lines from their baselines.

    Args:
        page: with its document.
        line_ids: which lines, None for all that have a baseline.
        version: of the page, as it was seen; None where it does not matter.
        by: who asks.
        top: baselines run above their letters.

    Raises:
        Conflict: the page has changed since.
        BadInput: a line is not on this page, or none of them has a baseline.
        Busy: too many open jobs.
    """
    if version is not None and version != page.version:
        now = {"id": page.pk, "version": page.version}
        raise Conflict("Somebody changed this page meanwhile. Load it again.", [now])
    found = Line.objects.filter(page=page)
    if line_ids is not None:
        found = found.filter(pk__in=line_ids)
    rows = list(found.values_list("pk", "version", "baseline"))
    if missing := set(line_ids or ()) - {pk for pk, _, _ in rows}:
        raise BadInput(f"There is no line {min(missing)} on this page.")
    seen = {str(pk): version for pk, version, baseline in rows if len(baseline) > 1}
    if not seen:
        raise BadInput("No line has a baseline to draw a mask round. Draw one first.")
    what = f"{len(seen)} masks" if len(seen) > 1 else "A mask"
    return jobs.create(
        Job.Kind.MASKS,
        project=page.document.project,
        document=page.document,
        by=by,
        title=f"{what} on {page.name} of {page.document.name}",
        items=[JobItem(name=page.name, page=page)],
        parameters={"outline": {"lines": seen, "top": top}},
        lane="cpu",
    )


def start_pages(
    document: Document, pages: Sequence[Page], *, by: User, top: bool = False
) -> Job:
    """Create the job that draws the masks of all lines of pages from their baselines.

    Raises:
        BadInput: no page.
        Busy: too many open jobs.
    """
    what = f"{len(pages)} pages" if len(pages) > 1 else "".join(page.name for page in pages)
    return jobs.create(
        Job.Kind.MASKS,
        project=document.project,
        document=document,
        by=by,
        title=f"Draw the masks of {what} of {document.name}",
        items=[JobItem(name=page.name, page=page) for page in pages],
        parameters={"outline": {"lines": None, "top": top}},
        lane="cpu",
    )


def run(attempt: Attempt) -> None:
    """Do the waiting pages of a batch; raises as `batch_runs.run`."""
    batch_runs.run(attempt, store)


def store(attempt: Attempt, staged: batch_runs.Staged, tree: Tree) -> None:
    """Write the masks of one page and its row of the report, all or nothing."""
    job = attempt.batch.job
    named: dict[str, int] | None = job.parameters["outline"]["lines"]
    with transaction.atomic():
        jobs.fence(attempt)
        page = staged.page
        before = page.version
        snapshots.lock(page)
        if page.deleted_at or page.document.deleted_at:
            jobs.item_done(attempt, staged.item, JobItem.State.SKIPPED, "The page was removed.")
            return
        if named is None and page.version != before:
            jobs.item_done(
                attempt, staged.item, JobItem.State.SKIPPED,
                "The lines of the page were changed meanwhile and were kept. Draw its masks again if you want.",
            )  # fmt: skip
            return
        drawn = {line.id: line.mask for line in tree.all_lines()}
        seen = _all(page) if named is None else named
        present = Line.objects.filter(page=page, pk__in=[int(key) for key in seen])
        rows = [row for row in present if row.version == seen[str(row.pk)]]
        changed = [
            row
            for row in rows
            if tree_parts.compact(drawn.get(row.key, ())) not in ([], row.mask)
        ]
        if len(changed) > MANY:
            snapshots.take(page, "Before masks were drawn anew", by=job.owner)
        for row in changed:
            row.mask = tree_parts.compact(drawn[row.key])
            row.version += 1
        _write(page, changed)
        note = _note(len(seen) - len(rows), sum(not row.mask for row in rows))
        state = JobItem.State.NOTED if note else JobItem.State.DONE
        jobs.item_done(attempt, staged.item, state, note)
    log.info("page %d: %d masks drawn", page.pk, len(changed))


def _all(page: Page) -> dict[str, int]:
    """The versions of all lines of a page that have a baseline, by their ids."""
    rows = Line.objects.filter(page=page).values_list("pk", "version", "baseline")
    return {str(pk): version for pk, version, baseline in rows if len(baseline) > 1}


def _write(page: Page, rows: Sequence[Line]) -> None:
    snapshots.overwrite(Line, rows, ["mask", "version"])
    if rows:
        page.version += 1
        page.save(update_fields=["version", "updated_at"])
    told = [row.pk for row in rows] if len(rows) <= NAMED else []
    what = {"page": page.pk, "document": page.document_id, "masks": told}
    news.tell(page.document.project_id, "page", what)


def _note(passed: int, without: int) -> str:
    notes = []
    if passed:
        notes.append(f"{passed} lines were changed meanwhile and were left as they are.")
    if without:
        notes.append(f"{without} lines have no mask: nothing could be drawn round them.")
    return " ".join(notes)
