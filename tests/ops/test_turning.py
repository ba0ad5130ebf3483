"""Pages turned and cut with everything on them, and back again."""

from __future__ import annotations

import io
from dataclasses import replace

import numpy as np
import PIL.Image
import pytest

from armarius.engines.pixels import open_upright
from armarius.errors import BadInput
from armarius.images import store
from armarius.models import (
    Annotation,
    AtrModel,
    Image,
    JobItem,
    Line,
    LineText,
    Page,
    PageSnapshot,
    Taxonomy,
    Transcription,
)
from armarius.ops import (
    batch_runs,
    drawing,
    jobs,
    loading,
    page_images,
    recognising,
    snapshots,
    trees,
    turning,
)
from armarius.page import Glyph, Region, Word
from armarius.page import Line as TreeLine
from armarius.page import Page as Tree
from tests.ops.test_jobs_recognising import work_all

WIDTH, HEIGHT = 300, 200
BOX = ((20, 30), (120, 30), (120, 60), (20, 60))
WORD = Word("amen", BOX, glyphs=(Glyph("a", ((20, 30), (40, 30), (40, 60), (20, 60))),))
LEFT = TreeLine("left", ((20, 50), (120, 52)), BOX, text="amen", words=(WORD,))
RIGHT = TreeLine("right", ((200, 150), (290, 150)), ((200, 130), (290, 130), (290, 160)))


def spotted() -> bytes:
    """A dark spot at the start of the left line, on paper that is lighter to the right."""
    values = np.tile(np.linspace(150, 250, WIDTH, dtype=np.uint8), (HEIGHT, 1))
    values[40:50, 20:30] = 0
    file = io.BytesIO()
    PIL.Image.fromarray(values).save(file, "PNG")
    return file.getvalue()


@pytest.fixture
def layer(codex):
    return Transcription.objects.create(document=codex, name="manual")


@pytest.fixture
def page(codex, layer, alice):
    image = store.add(io.BytesIO(spotted()), "f1r.png")
    page = Page.objects.create(document=codex, position=0, name="f1r.png", image=image)
    frame = ((10, 10), (140, 10), (140, 90), (10, 90))
    tree = Tree("f1r.png", WIDTH, HEIGHT, (Region("r", frame, lines=(LEFT,)),), (RIGHT,))
    trees.save_layout(page, tree, by=alice, reason="drawn")
    trees.save_texts(page, tree, layer, source="recognition")
    return page


@pytest.fixture
def turn(codex, page, alice):
    """Turn the page; gives its tree and its pixels."""

    def act(degrees=0.0, crop=None):
        turning.start(codex, [page], degrees=degrees, crop=crop, by=alice)
        work_all()
        return look(page)

    return act


def look(page):
    page = Page.objects.select_related("image", "document").get(pk=page.pk)
    layer = Transcription.objects.get(name="manual")
    tree = loading.load_pages([page], layer)[0][1]
    return tree, np.asarray(open_upright(store.original(page.image.sha256)).convert("L"))


def dark(pixels):
    """Middle of the dark spot, (x, y)."""
    ys, xs = np.nonzero(pixels < 60)
    return float(xs.mean()), float(ys.mean())


def line(tree, key="left"):
    return next(one for one in tree.all_lines() if one.id == key)


def near(point, other, within=1.5):
    return all(abs(a - b) <= within for a, b in zip(point, other, strict=True))


@pytest.mark.parametrize(
    ("degrees", "size", "spot", "start"),
    [
        (90, (200, 300), (154.5, 24.5), (149, 20)),
        (180, (300, 200), (274.5, 154.5), (279, 149)),
        (-90, (200, 300), (44.5, 274.5), (50, 279)),
    ],
)
def test_everything_turns_with_the_image(turn, degrees, size, spot, start):
    tree, pixels = turn(degrees)

    assert pixels.shape == size[::-1]
    assert (tree.width, tree.height) == size
    assert dark(pixels) == spot
    assert line(tree).baseline[0] == start
    word = line(tree).words[0]
    assert word.polygon == line(tree).mask
    assert word.glyphs[0].polygon[0] == word.polygon[0]
    assert line(tree).text == "amen"
    assert (tree.steps[-1].kind, tree.steps[-1].parameters["degrees"]) == (
        "rotation", f"{degrees % 360}",
    )  # fmt: skip


def test_four_quarters_lead_back_to_the_same_pixels_and_shapes(turn, page):
    before, pixels = look(page)
    for _ in range(4):
        after, turned = turn(90)

    assert (turned == pixels).all()
    assert replace(after, steps=()) == before


def test_by_a_small_angle_the_line_stays_on_its_ink(turn):
    tree, pixels = turn(7.5)

    assert pixels.shape[0] > HEIGHT
    assert pixels.shape[1] > WIDTH
    x, y = dark(pixels)
    corner = line(tree).baseline[0]
    # The spot is 10 pixels wide and high, and ends one above the start of the line.
    assert near((x, y), (corner[0] + 5.1, corner[1] - 4.9), within=2)


def test_what_lies_outside_is_taken_away_and_what_crosses_is_cut(turn, page):
    tree, pixels = turn(crop=(15, 20, 100, 120))

    assert pixels.shape == (100, 85)
    assert dark(pixels) == (9.5, 24.5)
    assert [one.id for one in tree.all_lines()] == ["left"]
    assert line(tree).baseline[0] == (5, 30)
    assert line(tree).baseline[-1][0] == 85
    assert "1 regions and lines lay outside" in JobItem.objects.latest("pk").message
    assert Page.objects.get(pk=page.pk).lines_count == 1
    assert Line.everything.get(key="right").deleted_at is not None


def test_the_snapshot_brings_image_and_shapes_back(turn, page, alice):
    before, pixels = look(page)
    original = page.image_id
    turn(90, crop=(0, 0, 150, 200))
    assert LineText.objects.get(line__key="left").version == 1

    snapshots.restore(PageSnapshot.objects.get(), by=alice)

    after, now = look(page)
    assert Page.objects.get(pk=page.pk).image_id == original
    assert (now == pixels).all()
    assert after == before
    turned = page.former_images.get()
    assert turned.image_id != original
    page_images.bring_back(page, turned, by=alice)  # and forward again
    assert look(page)[1].shape == (150, 200)


def test_a_former_image_returns_with_its_shapes(turn, page, alice):
    before, pixels = look(page)
    turn(180)

    page_images.bring_back(page, page.former_images.get(), by=alice)

    after, now = look(page)
    assert (now == pixels).all()
    assert after == before


def test_a_line_that_was_removed_before_comes_back_in_its_place(turn, page, alice):
    gone = Line.objects.get(key="left")
    delete = drawing.Changes(delete=[{"id": gone.pk, "version": gone.version}])
    drawing.draw(page, drawing.Changes(), delete, None, by=alice)
    turn(90)

    drawing.draw(page, drawing.Changes(), drawing.Changes(restore=[gone.pk]), None, by=alice)

    assert line(look(page)[0]).baseline[0] == (149, 20)


def test_a_photograph_stays_one(codex, alice):
    file = io.BytesIO()
    PIL.Image.open(io.BytesIO(spotted())).convert("RGB").save(file, "JPEG", exif=_turned())
    file.seek(0)
    image = store.add(file, "photo.jpg")
    assert (image.width, image.height) == (HEIGHT, WIDTH)  # as its EXIF orientation says
    page = Page.objects.create(document=codex, position=0, name="photo.jpg", image=image)

    turning.start(codex, [page], degrees=-90, by=alice)
    work_all()

    made = Image.objects.latest("pk")
    assert (made.format, made.width, made.height, made.orientation) == (
        "jpeg", WIDTH, HEIGHT, 1,
    )  # fmt: skip
    assert near(
        dark(np.asarray(open_upright(store.original(made.sha256)).convert("L"))), (24.5, 44.5)
    )
    assert (
        PageSnapshot.objects.get().reason == "Before the page was turned"
    )  # though it is blank


def _turned():
    exif = PIL.Image.Exif()
    exif[0x0112] = 6
    return exif


def test_nothing_to_do_or_nothing_left_is_refused(codex, page, alice):
    for degrees, crop in ((360, None), (0, (290, 190, 300, 200)), (90, (400, 0, 500, 90))):
        with pytest.raises(BadInput):
            turning.start(codex, [page], degrees=degrees, crop=crop, by=alice)


def test_what_is_read_while_a_page_is_turned_is_not_stored(turn, codex, page, alice):
    """Its characters would have their places on the old image."""
    reader = AtrModel.objects.create(name="echo", kind="recognition", engine="echo")
    job = recognising.start_transcription(codex, [page], by=alice, model=reader)
    attempt = jobs.begin(job.batches.get().pk, "w")
    (staged,) = batch_runs._stage_items(attempt)
    turn(90)

    recognising.store(attempt, staged, Tree("f1r.png", WIDTH, HEIGHT))

    assert job.items.get().state == "skipped"
    assert "another image" in job.items.get().message
    assert not LineText.objects.filter(model=reader).exists()


def test_annotations_of_the_image_go_along_and_come_back(turn, page, project, alice):
    seal = Taxonomy.objects.create(
        project=project, name="Seal", marker="rectangle", colour="#0072b2"
    )
    corners = [list(point) for point in BOX]
    made = Annotation.objects.create(page=page, taxonomy=seal, polygon=corners)

    turn(90)
    made.refresh_from_db()
    assert made.polygon[0] == [HEIGHT - 1 - 30, 20]

    snapshots.restore(PageSnapshot.objects.get(), by=alice)
    made.refresh_from_db()
    assert (made.polygon, made.version) == (corners, 3)
