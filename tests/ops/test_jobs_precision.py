"""Jobs in another precision, where this machine has it."""

from __future__ import annotations

import io

import pytest

from armarius import bundle, checkup
from armarius.errors import BadInput
from armarius.images import store
from armarius.models import AtrModel, Page
from armarius.ops import batch_runs, jobs, recognising
from tests.scans import scan


@pytest.fixture
def pages(codex):
    """A small page."""
    image = store.add(io.BytesIO(scan(1)), "f1.jpg")
    return [Page.objects.create(document=codex, position=0, name="f1.jpg", image=image)]


@pytest.fixture
def finder(db):
    """The echo's segmentation."""
    return AtrModel.objects.create(name="echo lines", kind="segmentation", engine="echo")


@pytest.fixture
def reader(db):
    """The echo's reading."""
    return AtrModel.objects.create(name="echo", kind="recognition", engine="echo")


@pytest.mark.parametrize("offered", [("fp32",), ("fp32", "bf16")])
def test_a_precision_is_what_this_machine_has(
    codex, pages, alice, finder, reader, offered, monkeypatch
):
    monkeypatch.setattr(checkup, "precisions", lambda: offered)
    wanted = {"by": alice, "precision": "bf16"}
    if offered == ("fp32",):
        with pytest.raises(BadInput, match="cannot run in bf16 on this machine, only in fp32"):
            recognising.start_segmentation(codex, pages[:1], model=finder, **wanted)
        with pytest.raises(BadInput, match="cannot run in bf16 on this machine, only in fp32"):
            recognising.start_transcription(codex, pages[:1], model=reader, **wanted)
        return
    told = []
    for model, start in (
        (finder, recognising.start_segmentation),
        (reader, recognising.start_transcription),
    ):
        job = start(codex, pages[:1], model=model, **wanted)
        attempt = jobs.begin(job.batches.get().pk, "w")
        Page.objects.update(lines_count=1)
        folder = batch_runs.folder_of(attempt)
        batch_runs._write(attempt, batch_runs._stage_items(attempt), folder, looks_on=False)
        written = bundle.read(folder)
        told += [step.precision for step in (written.segment, written.transcribe) if step]
    assert told == ["bf16", "bf16"]
