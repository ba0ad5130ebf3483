"""Import page images and texts into a document: a job with one item per page or file.

A file that fails is a line of the report and nothing else: the others come in. An item's page,
lines, texts and its row of the report are one transaction, so an item that is done again after
a crash finds itself done.
"""

from __future__ import annotations

import errno
import logging
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Self
from uuid import UUID, uuid4

from django.db import DatabaseError, transaction
from django.utils import timezone

from armarius import config, formats
from armarius.errors import ArmariusError, BadInput, NotFound, Stopped, Superseded, Unavailable
from armarius.images import pdf, store
from armarius.models import (
    Attempt,
    Document,
    Image,
    Job,
    JobItem,
    Page,
    Transcription,
    Upload,
    User,
)
from armarius.ops import adopting, jobs, limits, naming, placing, tiling, unpacking, uploading
from armarius.ops.archives import Archive
from armarius.ops.intake import Intake
from armarius.page import Page as Tree

log = logging.getLogger(__name__)


def start(
    document: Document,
    uploads: Sequence[Upload],
    *,
    by: User,
    layer: Transcription | None = None,
    layer_name: str = "",
    intake: Intake | None = None,
) -> Job:
    """Create the job that imports complete uploads into a document.

    Args:
        document: where the pages go, at its end.
        uploads: images, TIFF and PDF of several pages, ZIP, ALTO, PAGE, JSON, text.
        by: who imports.
        layer: the layer that texts go to.
        layer_name: or the name of a new one; without both, “imported” and the date.
        intake: what else was chosen.

    Raises:
        BadInput: no upload, or nothing in them can be used.
        TooLarge: who owns the project may not use as much disk.
    """
    if not uploads:
        raise BadInput("No file chosen. Choose one or more files to import.")
    limits.check_import(document.project, uploads, by=by)
    pages = Page.objects.filter(document=document).values_list("pk", "name", "source")
    intake = intake or Intake()
    items = unpacking.plan(uploads, (unpacking.Existing(*x) for x in pages), intake)
    name = layer.name if layer else layer_name.strip() or f"imported {timezone.now():%Y-%m-%d}"
    what = naming.of_page(uploads[0].name)
    if len(uploads) > 1:
        what = f"{len(uploads)} files"
    return jobs.create(
        Job.Kind.IMPORT,
        project=document.project,
        document=document,
        by=by,
        title=f"Import {what} into {document.name}"[:300],
        parameters={
            "uploads": [str(x.pk) for x in uploads],
            "layer": name[:200],
            **asdict(intake),
            "import": uuid4().hex,  # the same in a job that tries again what failed in this one
            "items": len(items),
        },
        items=[
            JobItem(
                name=naming.shortened(x.name, 1000),
                source={**x.to_dict(), "place": place},
                page_id=x.page,
            )
            for place, x in enumerate(items)
        ],
        lane="io",
        batch_size=max(4, min(16, len(items) // 8), len(items) // 64),
    )


def layer_of(document: Document, layer_id: int) -> Transcription:
    """A layer of the document.

    Raises:
        NotFound: it has no such layer.
    """
    layer = Transcription.objects.filter(document=document, pk=layer_id).first()
    if layer is None:
        raise NotFound(f"{document.name} has no layer {layer_id}.")
    return layer


def run(attempt: Attempt) -> None:
    """Import the items of a batch that are not done yet.

    Raises:
        Stopped, Superseded: from `jobs.check`.
        Unavailable: the disk is full; what is done stays, the rest can be taken up again.
    """
    job = attempt.batch.job
    waiting = JobItem.objects.filter(batch=attempt.batch, state=JobItem.State.WAITING)
    with _Files(job) as files:
        for item in waiting.select_related("job").order_by("position"):
            jobs.check(attempt)
            _one(item, attempt, files)
    tiling.soon()
    left = JobItem.objects.filter(
        job=job, state__in=(JobItem.State.WAITING, JobItem.State.FAILED)
    )
    if not left.exists():
        uploading.remove(files.uploads)


@dataclass(slots=True)
class _Outcome:
    """What the report says of an item."""

    state: str = JobItem.State.DONE
    message: str = ""
    page: Page | None = None


@dataclass(slots=True)
class _Ready:
    """An item's files, stored and read, before anything is written to the document."""

    image: Image | None = None
    tree: Tree | None = None
    tree_name: str = ""
    plain: bool = False
    notes: list[str] = field(default_factory=list)
    problem: str = ""


class _ImageTaken(Exception):
    """Another item brought the same image while we were working."""


def _one(item: JobItem, attempt: Attempt, files: _Files) -> None:
    wanted = unpacking.Item.from_dict(item.source)
    try:
        if wanted.refused or wanted.left_out:
            state = JobItem.State.FAILED if wanted.refused else JobItem.State.NOTED
            _report(item, attempt, _Outcome(state, wanted.refused or wanted.left_out))
            return
        ready = _prepare(wanted, files)
        try:
            _write(item, wanted, ready, attempt)
        except _ImageTaken:  # then it is present now
            _write(item, wanted, ready, attempt)
    except (Stopped, Superseded, Unavailable, DatabaseError):
        raise
    except ArmariusError as error:
        _report(item, attempt, _Outcome(JobItem.State.FAILED, str(error)))
    except Exception as error:
        if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise Unavailable(
                "The server's disk is full. What is imported stays; free some space and try again."
            ) from error
        log.exception("job %d: item %d failed", item.job_id, item.pk)
        _report(item, attempt, _Outcome(JobItem.State.FAILED, _fault(item, error)))


def _fault(item: JobItem, error: Exception) -> str:
    return (
        f"{naming.shortened(item.name)} could not be imported ({type(error).__name__}). "
        f"This is a fault of the server; its log has the details under job {item.job_id}."
    )


def _report(item: JobItem, attempt: Attempt, outcome: _Outcome) -> None:
    with transaction.atomic():
        jobs.fence(attempt)
        jobs.item_done(attempt, item, outcome.state, outcome.message)


def _prepare(wanted: unpacking.Item, files: _Files) -> _Ready:
    """Keep the image and read the text; a text that cannot be read does not hold up its image."""
    ready = _Ready()
    if wanted.image:
        ready.image, notes = files.image(wanted.image)
        ready.notes += notes
    if wanted.tree:
        try:
            ready.tree, notes = files.tree(wanted.tree)
            ready.tree_name = naming.of_page(wanted.tree.path)
            ready.plain = wanted.tree.kind == "text"
            ready.notes += notes
        except BadInput as error:
            ready.problem = str(error)
    return ready


def _write(item: JobItem, wanted: unpacking.Item, ready: _Ready, attempt: Attempt) -> None:
    """Page, lines, texts and the row of the report, all or nothing."""
    job = attempt.batch.job
    notes, problem = list(ready.notes), ready.problem
    with transaction.atomic():
        jobs.fence(attempt)
        page, new, note = _page(item, wanted, ready, job)
        notes += [note] if note else []
        try:
            with transaction.atomic():
                notes += _texts(page, ready, job, new=new)
        except BadInput as error:
            problem = str(error)
        if new:
            placed = placing.settle(page, item, once=not job.parameters["again"])
            if placed is None:
                raise _ImageTaken
            notes += [placed.note] if placed.note else []
        item.page = page
        jobs.item_done(attempt, item, *_verdict(item, ready, notes, problem, new=new))


def _page(
    item: JobItem, wanted: unpacking.Item, ready: _Ready, job: Job
) -> tuple[Page, bool, str]:
    """The page that the item is for, whether it is new, and what to say about it."""
    document = job.document
    if document is None or document.deleted_at:
        raise NotFound("The document was removed meanwhile. Nothing was imported.")
    if ready.image is None:
        there = Page.objects.select_related("image").filter(pk=wanted.page or 0).first()
        if there is None:
            raise NotFound(f"The page for {naming.of_page(wanted.name)} was removed meanwhile.")
        return there, False, ""
    found = None if job.parameters["again"] else placing.present(document, ready.image)
    if found:
        return found.page, False, found.note
    source = wanted.image.place if wanted.image else ""
    return placing.aside(document, ready.image, item, source), True, ""


def _texts(page: Page, ready: _Ready, job: Job, *, new: bool) -> list[str]:
    if ready.tree is None:
        return []
    layer = adopting.Layer(job.parameters["layer"])
    if ready.plain:
        return adopting.adopt_text(page, ready.tree, layer, by=job.owner)
    said = f"importing {ready.tree_name}"
    return adopting.adopt(
        page, ready.tree, layer, new=new, by=job.owner, said=said,
        lines=job.parameters.get("lines", "replace"),
    )  # fmt: skip


def _verdict(
    item: JobItem, ready: _Ready, notes: Sequence[str], problem: str, *, new: bool
) -> tuple[str, str]:
    """State and sentence of the report."""
    name = naming.shortened(item.name)
    said = " ".join(f"{name}: {note.rstrip('.')}." for note in notes)
    if problem:
        lead = f"The image {name} came in, its text did not. " if new else ""
        return JobItem.State.FAILED, f"{lead}{problem} {said}".strip()
    if ready.tree is None and not new:
        return JobItem.State.SKIPPED, said
    return (JobItem.State.NOTED, said) if said else (JobItem.State.DONE, "")


class _Files:
    """The uploads of a job as one batch reads them: each archive is opened once."""

    def __init__(self, job: Job) -> None:
        self._open = ExitStack()
        self._archives: dict[str, Archive] = {}
        self.uploads = list(
            Upload.objects.filter(pk__in=[UUID(x) for x in job.parameters["uploads"]])
        )
        self._pdf_dpi: int | None = job.parameters.get("pdf_dpi")
        self._by_id = {str(x.pk): x for x in self.uploads}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._open.close()

    def image(self, source: unpacking.Source) -> tuple[Image, list[str]]:
        """Keep the image; returns its row and what was done to it, in words."""
        name = naming.of_page(source.path)
        if source.member is not None:
            limit = config.number("ARMARIUS_MAX_FILE_MB") * 1_000_000
            with self._archive(source).stream(source.member, limit) as stream:
                image = store.add(stream, name)
            return image, list(image.notes)
        path = self._path(source)
        if source.kind == "pdf":
            with _scratch() as folder:
                rendered = pdf.render(path, source.frame or 0, folder, name, dpi=self._pdf_dpi)
                image = store.add(rendered.path, source.name)
                return image, [*rendered.notes, *image.notes]
        image = store.add(path, name, frame=source.frame)
        return image, list(image.notes)

    def tree(self, source: unpacking.Source) -> tuple[Tree, list[str]]:
        """Read a text file; returns its page tree and what was repaired, in words."""
        name = naming.of_page(source.path)
        limit = config.number("ARMARIUS_MAX_XML_MB") * 1_000_000
        if source.member is not None:
            data = self._archive(source).read(source.member, limit)
        else:
            path = self._path(source)
            if path.stat().st_size > limit:
                raise BadInput(
                    f"{name} has {path.stat().st_size / 1e6:,.0f} MB; the limit is {limit / 1e6:,.0f} MB."
                )
            data = path.read_bytes()
        result = formats.read(data, name)
        return result.page, list(result.notes)

    def _path(self, source: unpacking.Source) -> Path:
        upload = self._by_id.get(source.upload)
        if upload is None or not uploading.path(upload).exists():
            raise NotFound(
                f"The upload of {naming.of_page(source.path)} is gone. Upload it again."
            )
        return uploading.path(upload)

    def _archive(self, source: unpacking.Source) -> Archive:
        if source.upload not in self._archives:
            archive = Archive(self._path(source), self._by_id[source.upload].name)
            self._archives[source.upload] = self._open.enter_context(archive)
        return self._archives[source.upload]


@contextmanager
def _scratch() -> Iterator[Path]:
    room = config.home() / "scratch"
    room.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=room) as folder:
        yield Path(folder)
