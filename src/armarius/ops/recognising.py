"""Segment pages and read their lines: a job whose batches run as bundles.

Pages are stored one by one as their results appear, each in one transaction behind the fence. In jobs of
a few pages the lines come before their page is done, in the same way. What was there is kept: replaced layouts stay in a snapshot, texts go to a layer of their own, and a
text that a person has edited is never written over.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import replace

from django.db import transaction
from django.utils import timezone

from armarius import checkup, early, policy
from armarius.engines import Bidi, Inference, Mode, Precision, Steps, reference
from armarius.errors import BadInput
from armarius.models import (
    AtrModel,
    Attempt,
    Document,
    Job,
    JobItem,
    Line,
    LineText,
    Page,
    Region,
    Transcription,
    User,
)
from armarius.ops import atr_models, batch_runs, jobs, tree_parts, trees
from armarius.page import Page as Tree

log = logging.getLogger(__name__)

BATCH = 8  # pages that an engine takes together
_FOUND: Mapping[Steps, str] = {
    "both": "Segmented with",
    "lines": "Lines found with",
    "regions": "Regions found with",
}
_VERBS = {"both": "Segment", "lines": "Find the lines of", "regions": "Find the regions of"}


def start_segmentation(
    document: Document,
    pages: Sequence[Page],
    *,
    by: User,
    model: AtrModel | None = None,
    steps: Steps = "both",
    quick: bool = False,
    skip: bool = False,
    precision: Precision = "fp32",
) -> Job:
    """Create the job that finds the regions and lines of pages anew.

    Args:
        document: the pages' document.
        pages: in any order.
        by: who asks.
        model: a segmentation model; None takes the one that Kraken brings along.
        steps: find both, or keep the regions or the lines that are there.
        quick: look at smaller pages, see `engines.QUICK_ROWS`.
        skip: leave pages alone that have what would be found.
        precision: of the network.

    Raises:
        BadInput: no page, a page of another document, a model of the wrong kind, or a precision
            that this machine does not have.
        Busy: too many open jobs.
    """
    model = model or atr_models.built_in()
    atr_models.must_be(model, AtrModel.Kind.SEGMENTATION)
    _must_have(precision)
    parameters: dict[str, object] = {
        "segmentation": model.pk, "steps": steps, "quick": quick, "precision": precision
    }  # fmt: skip
    if skip and pages:
        pages = _without(steps, pages)
    return _start(Job.Kind.SEGMENT, document, pages, by=by, parameters=parameters)


def start_transcription(
    document: Document,
    pages: Sequence[Page],
    *,
    by: User,
    model: AtrModel,
    layer_name: str | None = None,
    segment: bool = False,
    segmentation_model: AtrModel | None = None,
    quick: bool = False,
    precision: Precision = "fp32",
    mode: Mode = "auto",
    bidi: Bidi = "auto",
    inference: Inference = "auto",
) -> Job:
    """Create the job that reads the lines of pages into a layer.

    Args:
        document: the pages' document.
        pages: in any order.
        by: who asks.
        model: a recognition model.
        layer_name: where the texts go; default is the model's name and the date. An existing layer is
            taken only if this model filled it and it has no text on these pages yet.
        segment: find the lines first on pages that have none.
        segmentation_model: with which model; default is the one that Kraken brings along.
        quick: as for `start_segmentation`.
        precision: of both networks.
        mode: how lines are cut out, as in `TranscribeOptions`.
        bidi: base direction of mixed scripts, as there.
        inference: what runs both networks.

    Raises:
        BadInput: no page, a page of another document, a model of the wrong kind, a precision or Kraken
            itself that this machine does not have, or a layer that has texts already.
        Busy: too many open jobs.
    """
    atr_models.must_be(model, AtrModel.Kind.RECOGNITION)
    _must_have(precision)
    if inference == "kraken" and (missing := reference.missing()):
        raise BadInput(f"Kraken itself is not installed on this machine ({missing}).")
    parameters: dict[str, object] = {
        "model": model.pk, "precision": precision, "mode": mode, "bidi": bidi, "inference": inference
    }  # fmt: skip
    if segment:
        finder = segmentation_model or _finder(model)
        atr_models.must_be(finder, AtrModel.Kind.SEGMENTATION)
        if finder.engine != model.engine:
            raise BadInput(
                f"“{finder}” and “{model}” belong to two engines. Segment first, in a job of its own."
            )
        parameters |= {"segmentation": finder.pk, "quick": quick}
    with transaction.atomic():
        layer = _layer(document, pages, model, (layer_name or "").strip(), by=by)
        parameters["layer"] = layer.pk
        return _start(Job.Kind.TRANSCRIBE, document, pages, by=by, parameters=parameters)


def run(attempt: Attempt) -> None:
    """Do the waiting pages of a batch.

    Raises:
        Stopped, Superseded: as `jobs.check`; pages that were ready are stored.
        Crashed: the engine died.
    """
    job = attempt.batch.job
    waits = policy.class_of(job.kind, job.items_total) == policy.Class.INTERACTIVE
    batch_runs.run(attempt, store, store_part if waits else None)


def store(attempt: Attempt, staged: batch_runs.Staged, tree: Tree) -> None:
    """Write the result of one page and its row of the report, all or nothing."""
    job = attempt.batch.job
    with transaction.atomic():
        jobs.fence(attempt)
        if not jobs.wanted(staged.item):
            return
        page = _locked(staged)
        if page is None:
            jobs.item_done(attempt, staged.item, JobItem.State.SKIPPED, "The page was removed.")
            return
        if page.image_id != staged.page.image_id:
            jobs.item_done(
                attempt, staged.item, JobItem.State.SKIPPED,
                "The page got another image meanwhile. Start again for it.",
            )  # fmt: skip
            return
        changed = page.version != staged.page.version
        if changed and staged.segments:
            # Somebody has drawn on the page since the work began; that is worth more than ours.
            jobs.item_done(
                attempt, staged.item, JobItem.State.SKIPPED,
                "The lines of the page were changed meanwhile and were kept. Segment it again if you want.",
            )  # fmt: skip
            return
        note = ""
        if staged.segments:
            _layout(page, staged, tree, job)
        if "layer" in job.parameters:
            note = _texts(page, tree, job)
        if changed:
            note = f"Lines were changed meanwhile; what no longer exists got no text. {note}"
        state = JobItem.State.NOTED if note else JobItem.State.DONE
        jobs.item_done(attempt, staged.item, state, note.strip())


def store_part(
    attempt: Attempt, staged: batch_runs.Staged, part: early.Part
) -> batch_runs.Staged:
    """Write what is known of a page before it is done; returns the page as it stands then.

    What cannot be stored now is passed over: `store` gets everything again, and says why.
    """
    job = attempt.batch.job
    with transaction.atomic():
        jobs.fence(attempt)
        page = _locked(staged)
        if page is None or page.image_id != staged.page.image_id:
            return staged
        if not jobs.wanted(staged.item):
            return staged
        if not part.layout:
            if not staged.segments:
                _texts(page, part.page, job, whole=False)
            return staged
        before = staged.page.version
        if page.version == before:
            _layout(page, staged, part.page, job)
        elif page.version != before + 1 or page.steps != tree_parts.plain(part.page.steps):
            return staged  # else they are ours, and only the answer to the commit was lost
    return replace(staged, page=page, segments=False)


def _locked(staged: batch_runs.Staged) -> Page | None:
    """The page as it is now, locked; None where it was removed."""
    found = Page.objects.select_for_update(of=("self",)).select_related(
        "document__project", "image"
    )
    return found.filter(pk=staged.page.pk, document__deleted_at=None).first()


def _layout(page: Page, staged: batch_runs.Staged, tree: Tree, job: Job) -> None:
    same = staged.steps == "regions"
    reason = f"{_FOUND[staged.steps]} {staged.finder}"[:200]
    # Its direction is what the engine was told; a page that says none goes on to say none.
    tree = replace(tree, direction=None)
    trees.save_layout(page, tree, by=job.owner, reason=reason, same_lines=same)


def _texts(page: Page, tree: Tree, job: Job, *, whole: bool = True) -> str:
    """Store the texts, but where a person has written; returns what to say of it."""
    layer = Transcription.objects.filter(pk=job.parameters["layer"]).first()
    if layer is None:
        raise BadInput("The layer for the texts was removed. Start the job again.")
    edited = set(
        LineText.objects.filter(
            transcription=layer, line__page=page, author__isnull=False
        ).values_list("line__key", flat=True)
    )
    if edited:
        tree = batch_runs.without_texts(tree, edited)
    model = AtrModel.objects.filter(pk=job.parameters["model"]).first()
    trees.save_texts(page, tree, layer, model=model, source="recognition", whole=whole)
    return (
        f"{len(edited)} lines that people have corrected were left as they are."
        if edited
        else ""
    )


def _must_have(precision: Precision) -> None:
    if precision not in checkup.precisions():
        offered = " and ".join(checkup.precisions())
        raise BadInput(f"Jobs cannot run in {precision} on this machine, only in {offered}.")


def _start(
    kind: Job.Kind,
    document: Document,
    pages: Sequence[Page],
    *,
    by: User,
    parameters: dict[str, object],
) -> Job:
    if not pages:
        raise BadInput("No page chosen. Choose one or more pages.")
    foreign = [page for page in pages if page.document_id != document.pk]
    if foreign:
        raise BadInput(f"Page {foreign[0].pk} is not of “{document}”.")
    steps = str(parameters.get("steps", ""))
    verb = _VERBS[steps] if kind == Job.Kind.SEGMENT else "Transcribe"
    what = f"{len(pages)} pages" if len(pages) > 1 else pages[0].name
    return jobs.create(
        kind,
        project=document.project,
        document=document,
        by=by,
        title=f"{verb} {what} of {document.name}",
        items=[JobItem(name=page.name, page=page) for page in pages],
        parameters=parameters,
        lane="cpu",
        batch_size=BATCH,
    )


def _without(steps: Steps, pages: Sequence[Page]) -> list[Page]:
    """The pages that have nothing yet of what would be found; BadInput where all have some."""
    kinds: list[type[Line | Region]] = [Region] if steps == "regions" else [Line]
    if steps == "both":
        kinds.append(Region)
    ids = [page.pk for page in pages]
    full: set[int] = set()
    for kind in kinds:
        full.update(kind.objects.filter(page__in=ids).values_list("page", flat=True))
    if left := [page for page in pages if page.pk not in full]:
        return left
    raise BadInput(
        "All pages chosen have been segmented already. Let them be replaced, or choose others."
    )


def _finder(model: AtrModel) -> AtrModel:
    """The segmentation model to take where none was named: one of the same engine."""
    if model.engine == "kraken":
        return atr_models.built_in()
    found = AtrModel.objects.filter(
        engine=model.engine, kind=AtrModel.Kind.SEGMENTATION, deleted_at=None, project=None
    ).first()
    if found is None:
        raise BadInput("Choose the segmentation model too.")
    return found


def _layer(
    document: Document, pages: Sequence[Page], model: AtrModel, name: str, *, by: User
) -> Transcription:
    """The layer that the texts go to; made here where it is new."""
    Document.objects.select_for_update().get(
        pk=document.pk
    )  # two starts at once are two layers
    wanted = name or f"{model.name[:180]} {timezone.now():%Y-%m-%d}"
    for candidate in (wanted, *(f"{wanted} ({number})" for number in range(2, 1000))):
        layer = document.transcriptions.filter(name=candidate).first()
        if layer is None:
            return Transcription.objects.create(
                document=document, name=candidate, kind=Transcription.Kind.RECOGNISED,
                model=model, created_by=by,
            )  # fmt: skip
        ours = layer.model_id == model.pk and layer.archived_at is None
        texts = LineText.objects.filter(
            transcription=layer, line__page__in=pages, line__deleted_at=None
        )
        if ours and not texts.exists():
            return layer
        if name:
            raise BadInput(
                f"The layer “{name}” exists already, with other texts. Choose another name."
            )
    raise BadInput("There are too many layers of that name. Choose another name.")
