"""Jobs that read lines in another way than the model was trained for."""

from __future__ import annotations

import io
from dataclasses import replace

import pytest
from PIL import Image

from armarius import bundle, sample
from armarius.geometry import box
from armarius.images import store
from armarius.models import AtrModel, LineText, Page
from armarius.ops import atr_models, batch_runs, jobs, recognising, trees
from tests.ops.test_jobs_recognising import _engines, work_all

__all__ = ["_engines"]


@pytest.fixture
def page(codex, alice):
    """A page with two printed lines."""
    printed = sample.small_page("Armarium librorum est cella\nubi codices servantur")
    jpeg = io.BytesIO(printed.jpeg)
    size = Image.open(io.BytesIO(printed.jpeg)).size
    row = Page.objects.create(
        document=codex, position=0, name=printed.name, image=store.add(jpeg, printed.name)
    )
    tree = replace(printed.page, width=size[0], height=size[1])
    trees.save_layout(row, tree, by=alice, reason="Import")
    return row


def test_what_is_asked_for_reaches_the_engine(codex, page, alice):
    reader = AtrModel.objects.create(name="echo", kind="recognition", engine="echo")

    def told(**asked):
        job = recognising.start_transcription(codex, [page], by=alice, model=reader, **asked)
        attempt = jobs.begin(job.batches.get().pk, "w")
        folder = batch_runs.folder_of(attempt)
        batch_runs._write(attempt, batch_runs._stage_items(attempt), folder, looks_on=False)
        found = bundle.read(folder).transcribe
        assert found is not None
        return found.mode, found.bidi, found.inference

    assert told() == ("auto", "auto", "auto")
    assert told(mode="bbox", bidi="L", inference="fast") == ("bbox", "L", "fast")


@pytest.mark.slow
def test_a_job_reads_boxes_where_it_is_told_to(codex, page, alice):
    reader = next(x for x in atr_models.offer_built_in() if x.kind == "recognition")

    def read(mode):
        recognising.start_transcription(
            codex, [page], by=alice, model=reader, mode=mode, layer_name=mode
        )
        work_all()
        texts = LineText.objects.filter(transcription__name=mode).order_by("line__position")
        return Page.objects.get(pk=page.pk).steps[-1]["parameters"]["mode"], list(texts)

    mode, boxes = read("bbox")
    assert mode == "bbox"
    edges = set()
    for word in boxes[0].words["words"]:
        left, top, right, bottom = box(word["polygon"])
        assert len(word["polygon"]) == 4
        assert {tuple(x) for x in word["polygon"]} == {
            (left, top), (right, top), (right, bottom), (left, bottom)
        }  # fmt: skip
        edges.add((top, bottom))
    assert len(edges) == 1  # every word is as high as the box of its line

    mode, along = read("baselines")
    assert mode == "baselines"
    assert [text.content for text in along][1] == "ubi codices servantur"
    assert [text.content for text in along] != [text.content for text in boxes]
