"""Run a batch of pages as a bundle, and hand over each page's result, or parts of it, as they appear.

Stage (write the bundle), launch, collect until the run has ended or is to end. The bundle lies in
`work/job-<id>/batch-<number>/attempt-<number>`; it is removed when all went well and kept for a week
where something did not.
"""

from __future__ import annotations

import contextlib
import logging
import os
import re
import shutil
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any, TypeVar, cast

from django.db import IntegrityError, transaction

from armarius import bundle, compute, config, early
from armarius.engines import (
    QUICK_ROWS,
    OutlineOptions,
    SegmentOptions,
    Steps,
    TranscribeOptions,
)
from armarius.errors import BadInput, Stopped, Superseded, Unavailable
from armarius.images import store as images
from armarius.models import AtrModel, Attempt, Job, JobItem, Line, Page
from armarius.ops import atr_models, attempts, loading, patience
from armarius.page import Direction, Region
from armarius.page import Page as Tree

log = logging.getLogger(__name__)

LOOK_S = 0.25
RIVALS = 3  # times that a text may come between our look and our write
LOG_TAIL = 8_000  # bytes of the run's log that are kept with the attempt
SECONDS_PER_PAGE = 1_800
# What `resident` notes of a page at which an engine died that nobody here has ended. It may have
# been the page, or the machine: it is tried again.
_DIED = re.compile(
    r"The engine was ended on this page: (it was ended by signal .*|it ended with .*)"
)


@dataclass(frozen=True, slots=True)
class Staged:
    """A page as it was when the work on it began.

    Attributes:
        item: its row of the report.
        page: with document and image.
        segments: its layout will be replaced, or the part of it that `steps` names.
        finder: name of the segmentation model.
    """

    item: JobItem
    page: Page
    segments: bool
    finder: str = ""
    steps: Steps = "both"

    @property
    def key(self) -> str:
        """Its name in the bundle."""
        return f"page-{self.page.pk}"


Store = Callable[[Attempt, Staged, Tree], None]
Result = TypeVar("Result")
# Gives back the page as it stands after the part.
StorePart = Callable[[Attempt, Staged, early.Part], Staged]


def run(attempt: Attempt, store: Store, store_part: StorePart | None = None) -> None:
    """Do the waiting items of the batch.

    Args:
        attempt: its job's parameters name the models, `segmentation` (with `steps` and `quick`),
            `model` (with `mode` and `bidi`), `precision` and `inference`, and `outline` what masks to
            draw.
        store: writes one page's result, in a transaction that begins with the fence.
        store_part: does so with what is known of a page before that; None where nobody looks on.

    Raises:
        Stopped, Superseded: as `attempts.check`; results that were ready are stored first.
        Crashed: the engine died, or it ended without having tried every page.
        Unavailable: this machine cannot run engines just now.
    """
    staged = _stage_items(attempt)
    if not staged:
        return
    folder = folder_of(attempt)
    shutil.rmtree(folder, ignore_errors=True)
    _write(attempt, staged, folder, looks_on=store_part is not None)
    collector = _Collector(attempt, staged, folder, store, store_part)
    where = compute.get("local")
    handle = where.launch(folder)
    try:
        _follow(attempt, where, handle, collector)
    except (Stopped, Superseded):
        where.stop(handle)
        with contextlib.suppress(Superseded):
            collector.collect()
        raise
    finally:
        where.stop(handle)
        attempt.log = _tail(folder / "log.txt")
    if not collector.failed:
        remove(folder)


def folder_of(attempt: Attempt) -> Path:
    """Where the attempt's bundle lies."""
    batch = attempt.batch
    work = config.home() / "work" / f"job-{batch.job_id}" / f"batch-{batch.number}"
    return work / f"attempt-{attempt.number}"


def remove(folder: Path) -> None:
    """Remove a bundle, and the folders of its batch and job where they are empty then."""
    shutil.rmtree(folder, ignore_errors=True)
    for parent in (folder.parent, folder.parent.parent):
        with contextlib.suppress(OSError):
            parent.rmdir()


def without_texts(tree: Tree, ids: Iterable[str]) -> Tree:
    """The tree with the texts of some lines taken out."""
    left_out = set(ids)

    def region(one: Region) -> Region:
        lines = tuple(replace(x, text=None) if x.id in left_out else x for x in one.lines)
        return replace(one, lines=lines, regions=tuple(region(x) for x in one.regions))

    lines = tuple(replace(x, text=None) if x.id in left_out else x for x in tree.lines)
    return replace(tree, lines=lines, regions=tuple(region(x) for x in tree.regions))


class _Collector:
    """Hands over results of pages as they appear in the bundle."""

    def __init__(
        self,
        attempt: Attempt,
        staged: Sequence[Staged],
        folder: Path,
        store: Store,
        store_part: StorePart | None,
    ) -> None:
        self.attempt, self.folder, self.store = attempt, folder, store
        self.store_part = store_part
        self.parts: dict[str, int] = {}  # key -> how many are stored
        self.pending = list(staged)
        self.died: dict[str, str] = {}  # key -> how
        self.failed = 0

    def collect(self) -> None:
        """Store what is ready by now."""
        for one in list(self.pending):
            result = bundle.state_of(self.folder, one.key)
            if result is None or result.file is not None:
                one = self._parts(one)  # noqa: PLW2901  # the page as it stands now
            if result is None:
                continue
            if died := _DIED.match(result.message):
                self.died[one.key] = died[1].rstrip(".")
                continue
            _do(partial(self._store, one, result))
            self.pending.remove(one)

    def fail(self, message: str) -> None:
        """Give up what is still pending, with a reason."""
        for one in self.pending:
            self._fail(one, message)
        self.pending = []

    def _parts(self, one: Staged) -> Staged:
        """Store what is known of a page by now."""
        if self.store_part is None:
            return one
        for part in early.parts(self.folder, one.key, self.parts.get(one.key, 0)):
            self.parts[one.key] = self.parts.get(one.key, 0) + 1
            now = _do(partial(self.store_part, self.attempt, one, part))
            self.pending[self.pending.index(one)] = now
            one = now
        return one

    def _store(self, one: Staged, result: bundle.PageResult) -> None:
        if result.file is None:
            self._fail(one, result.message)
            return
        try:
            self.store(self.attempt, one, result.page())
        except BadInput as error:
            self._fail(one, str(error))

    def _fail(self, one: Staged, message: str) -> None:
        self.failed += 1
        with transaction.atomic():
            attempts.fence(self.attempt)
            attempts.item_done(self.attempt, one.item, JobItem.State.FAILED, message)


def _do(store: Callable[[], Result]) -> Result:
    """Store something; again where a person has written into the same line this very moment."""
    for _ in range(RIVALS):
        with contextlib.suppress(IntegrityError):
            return patience.while_away(store)
    return patience.while_away(store)


def _follow(
    attempt: Attempt, where: compute.Compute, handle: str, collector: _Collector
) -> None:
    """Collect until the run has ended."""
    while True:
        look = where.look(handle)
        collector.collect()
        if not look.running:
            break
        attempts.check(attempt)
        where.wait(handle, LOOK_S)
    if not collector.pending:
        return
    left = len(collector.pending)
    if collector.died:
        raise attempts.Crashed(next(iter(collector.died.values())))
    if look.code == bundle.EXIT_REFUSED:
        collector.fail(look.message or "The engine refused the work.")
    elif look.code == bundle.EXIT_ELSEWHERE:
        raise Unavailable(look.message or "This machine cannot run the engine just now.")
    else:
        log.warning("%s: the engine ended with %s, %d pages left", attempt, look.code, left)
        raise attempts.Crashed(look.message or "it ended without a word")


def _stage_items(attempt: Attempt) -> list[Staged]:
    """The waiting items whose pages are still there; the others are told as skipped."""
    job = attempt.batch.job
    waiting = attempt.batch.items.filter(state=JobItem.State.WAITING)
    found = waiting.select_related("page__document__project", "page__image")
    finder = _model(job.parameters.get("segmentation"))
    steps: Steps = job.parameters.get("steps", "both")
    staged = []
    for item in found.order_by("position"):
        page = item.page
        if page is None or page.deleted_at or page.document.deleted_at:
            _skip(attempt, item, "The page was removed.")
            continue
        segments = finder is not None and (
            "model" not in job.parameters or not page.lines_count
        )
        if not segments and not page.lines_count:
            _skip(attempt, item, f"{page.name} has no lines yet. Segment it first.")
            continue
        staged.append(Staged(item, page, segments, finder.name if finder else "", steps))
    return staged


def _skip(attempt: Attempt, item: JobItem, message: str) -> None:
    with transaction.atomic():
        attempts.fence(attempt)
        attempts.item_done(attempt, item, JobItem.State.SKIPPED, message)


def _write(attempt: Attempt, staged: Sequence[Staged], folder: Path, *, looks_on: bool) -> None:
    job = attempt.batch.job
    finder, reader = (_model(job.parameters.get(name)) for name in ("segmentation", "model"))
    shared = {"threads": threads(), **_asked(job, ("precision", "inference"))}
    trees = dict(loading.load_pages([one.page for one in staged], None))
    pages = [
        bundle.BundlePage(
            one.key,
            _given(one, trees[one.page]),
            images.original(one.page.image.sha256),
            one.page.image.sha256,
        )
        for one in staged
    ]
    bundle.write(
        folder,
        bundle.Bundle(
            engine=(reader or finder or atr_models.built_in()).engine,
            pages=pages,
            segment=_segment(job, finder, shared) if finder else None,
            outline=_outline(job.parameters.get("outline")),
            transcribe=_transcribe(job, reader, shared) if reader else None,
            keep_lines=reader is not None,
            early=looks_on,
            limits=bundle.Limits(
                memory_mb=config.number("ARMARIUS_ENGINE_MEMORY_MB"),
                seconds=SECONDS_PER_PAGE * len(pages),
            ),
        ),
    )


def _segment(job: Job, finder: AtrModel, shared: Mapping[str, Any]) -> SegmentOptions:
    height = QUICK_ROWS if job.parameters.get("quick") else 0
    steps = job.parameters.get("steps", "both")
    return SegmentOptions(**_with(finder), **shared, steps=steps, height=height)


def _transcribe(job: Job, reader: AtrModel, shared: Mapping[str, Any]) -> TranscribeOptions:
    return TranscribeOptions(**_with(reader), **shared, **_asked(job, ("mode", "bidi")))


def _asked(job: Job, names: Iterable[str]) -> dict[str, Any]:
    """Parameters of the job by these names; the engines know what holds for the others."""
    return {name: job.parameters[name] for name in names if name in job.parameters}


def threads() -> int:
    """CPU threads for an engine's network. It is niced, so that the web server goes first."""
    try:
        cores = len(os.sched_getaffinity(0))
    except AttributeError:  # not on macOS
        cores = os.cpu_count() or 1
    return min(4, cores)


def _given(one: Staged, tree: Tree) -> Tree:
    """The page as an engine gets it: with the direction that counts for it.

    One that is segmented whole starts from nothing: its old lines stay in the snapshot.
    """
    page = one.page
    tree = replace(tree, direction=cast("Direction", page.direction or page.document.direction))
    if one.segments and one.steps == "both":
        return replace(tree, regions=(), lines=(), order=None)
    return tree


def _outline(asked: dict[str, Any] | None) -> OutlineOptions | None:
    """Which masks to draw, the lines by their keys; none where it is for all of the pages."""
    if asked is None:
        return None
    if asked["lines"] is None:
        return OutlineOptions(top=asked["top"])
    keys = Line.objects.filter(pk__in=[int(key) for key in asked["lines"]])
    return OutlineOptions(list(keys.values_list("key", flat=True)), asked["top"])


def _with(model: AtrModel) -> dict[str, Any]:
    return {
        "model": atr_models.checked(model),
        "model_name": model.name,
        "own": model.metadata.get("own", {}),
    }


def _model(key: int | None) -> AtrModel | None:
    if key is None:
        return None
    model = AtrModel.objects.filter(pk=key).first()
    if model is None or model.deleted_at:
        raise BadInput("The model was deleted. Choose another one and start again.")
    return model


def _tail(path: Path) -> str:
    try:
        with path.open("rb") as stream:
            stream.seek(max(0, path.stat().st_size - LOG_TAIL))
            return stream.read().decode("utf-8", "replace").replace("\0", "")
    except OSError:
        return ""
