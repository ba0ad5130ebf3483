"""A worker whose protection is off, for the control run: `python -m tests.faults.unprotected`.

The product has no switch for this. Here the fence is replaced by one that lets everybody through,
and results are stored without a look at what happened meanwhile.
"""

from __future__ import annotations

import os
import sys


def take_protection_off() -> None:
    """Replace fence and preconditions in this process."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "armarius.settings")
    import django

    django.setup()

    from armarius.models import Attempt, Batch, JobItem, Page
    from armarius.ops import attempts, batch_runs, beating, jobs, recognising, trees
    from armarius.page import Page as Tree

    def no_fence(attempt: Attempt) -> Batch:
        return attempt.batch

    def no_check(_: Attempt) -> None:
        return

    def store(attempt: Attempt, staged: batch_runs.Staged, tree: Tree) -> None:
        job = attempt.batch.job
        page = Page.objects.select_related("document__project", "image").get(pk=staged.page.pk)
        if staged.segments:
            trees.save_layout(page, tree, by=job.owner, reason="Unprotected")
        else:
            recognising._texts(page, tree, job)
        JobItem.objects.filter(pk=staged.item.pk).update(state="done")
        attempts.item_done(attempt, staged.item)

    for module in (attempts, jobs):
        module.fence = no_fence  # type: ignore[attr-defined]
        module.check = no_check  # type: ignore[attr-defined]
    beating.Beat.check = lambda self: None  # type: ignore[method-assign]
    recognising.store = store


if __name__ == "__main__":
    take_protection_off()
    from armarius.cli import main

    sys.exit(main(["worker"]))
