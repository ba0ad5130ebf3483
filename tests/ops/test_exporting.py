"""Hand out pages as files: what is in the archive, what it says is not, and how little it takes."""

from __future__ import annotations

import io
import tracemalloc
import zipfile
from dataclasses import replace

import pytest

from armarius import formats
from armarius.errors import BadInput, NotFound
from armarius.images import store
from armarius.models import Document, Image, Page, Transcription
from armarius.ops import exporting, loading, trees
from armarius.page import Glyph, Line, Order, Region, Step, Word
from armarius.page import Page as Tree

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _own_home(tmp_path, monkeypatch):
    monkeypatch.setenv("ARMARIUS_HOME", str(tmp_path / "home"))


@pytest.fixture
def many(codex, image, tree, layer, alice):
    """Pages of the codex with three lines each, one layer."""

    def make(count, name="f{}.jpg"):
        pages = []
        for n in range(count):
            page = Page.objects.create(
                document=codex, position=n, name=name.format(n), image=image
            )
            trees.save_layout(page, tree, by=alice, reason="import")
            trees.save_texts(page, tree, layer, source="import")
            pages.append(page)
        return pages

    return make


def unpacked(codex, format_name, **options):
    """The files of the archive by name."""
    data = b"".join(exporting.stream(exporting.choose(codex, format_name, **options)))
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


@pytest.mark.parametrize("name", formats.WRITERS)
def test_every_format_gives_a_file_per_page_and_a_list(many, codex, name):
    many(2)

    files = unpacked(codex, name)

    suffix = formats.WRITERS[name].suffix
    assert list(files) == [f"f0{suffix}", f"f1{suffix}", "README.txt"]
    assert b"En nom dieu" in files[f"f0{suffix}"]
    assert "Ms 3516: 2 pages, layer “manual”" in files["README.txt"].decode()


def test_what_comes_out_as_json_is_what_went_in(many, codex, tree):
    many(1)

    files = unpacked(codex, "json")

    assert formats.read(files["f0.json"], "f0.json").page == replace(tree, image="f0.jpg")


def test_a_tree_with_everything_in_it_is_loaded_as_the_single_page_is(folio, layer, alice):
    glyph = Glyph("é", ((0, 0), (1, 0), (1, 1)), 0.5)
    line = Line(
        "l1",
        ((10, 100), (800, 100)),
        ((10, 90), (800, 90), (800, 110)),
        "DefaultLine#2",
        "été",
        0.75,
        (1.0, 0.0, 1.0),
        (Word("été", ((10, 90), (800, 90), (800, 110)), 0.75, (glyph,)),),
        direction="horizontal-rl",
        language="fr",
    )
    inner = Region("r2", ((1, 1), (2, 1), (2, 2)), "MarginTextZone", lines=(line,))
    whole = Tree(
        "f1r.jpg",
        2000,
        3000,
        (Region("r1", ((0, 0), (900, 0), (900, 900)), "MainZone:column#1", regions=(inner,)),),
        (Line("free", ((0, 5), (9, 5))),),
        order=Order((Order(("r2",), ref="r1"), "free")),
        steps=(Step("import", "scanner", parameters={"a": "b"}),),
        id="p1",
    )
    trees.save_layout(folio, whole, by=alice, reason="import")
    trees.save_texts(folio, whole, layer, source="import")
    stored = Page.objects.select_related("image", "document").get(pk=folio.pk)

    [(page, tree)] = loading.load_pages([stored], layer)

    assert page == stored
    assert tree == trees.load_page(stored, layer)
    assert tree.regions[0].regions[0].lines[0].words[0].glyphs == (glyph,)
    assert [(x, t.lines) for x, t in loading.load_pages([stored], None)] == [
        (stored, trees.load_page(stored, None).lines)
    ]


def test_the_number_of_queries_grows_by_chunks_and_not_by_pages(
    many, codex, django_assert_num_queries, monkeypatch
):
    monkeypatch.setattr(exporting, "CHUNK", 4)
    many(12)
    choice = exporting.choose(codex, "alto")

    with django_assert_num_queries(3 * 6):
        list(exporting.stream(choice))


def test_the_archive_begins_before_the_last_page_is_loaded(many, codex, monkeypatch):
    monkeypatch.setattr(exporting, "CHUNK", 2)
    monkeypatch.setattr(exporting, "PIECE", 1)
    many(6)
    loaded = []
    load = loading.load_pages

    def watched(pages, layer):
        loaded.append(len(pages))
        return load(pages, layer)

    monkeypatch.setattr(loading, "load_pages", watched)

    stream = exporting.stream(exporting.choose(codex, "alto"))
    next(stream)

    assert loaded == [2]
    assert sum(map(len, stream)) > 1000
    assert loaded == [2, 2, 2]


def test_memory_does_not_grow_with_the_document(many, codex, monkeypatch):
    monkeypatch.setattr(exporting, "CHUNK", 5)
    many(60)

    def peak(choice):
        tracemalloc.start()
        for _ in exporting.stream(choice):
            pass
        most = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return most

    ids = list(Page.objects.values_list("pk", flat=True))
    peak(exporting.choose(codex, "alto", page_ids=ids[:5]))  # what is loaded once
    few, all_ = (
        peak(exporting.choose(codex, "alto", page_ids=ids[:10])),
        peak(exporting.choose(codex, "alto")),
    )

    assert all_ < few * 1.5


def test_images_go_along_unpacked_and_a_missing_one_is_named(many, codex, image):
    _, two = many(2)
    other = Image.objects.create(
        sha256="b" * 64, size=5, format="tiff", width=2000, height=3000
    )
    Page.objects.filter(pk=two.pk).update(image=other, name="f1.tiff")
    path = store.original(image.sha256)
    path.parent.mkdir(parents=True)
    path.write_bytes(b"the original, byte for byte")

    files = unpacked(codex, "alto", images=True)

    assert files["f0.jpg"] == b"the original, byte for byte"
    assert b"<fileName>f0.jpg</fileName>" in files["f0.xml"]
    assert b"<fileName>f1.tif</fileName>" in files["f1.xml"]
    assert "f1.tif" not in files
    assert "f1.tiff: its image is not on the server any more" in files["README.txt"].decode()


def test_names_are_safe_and_different_even_where_case_does_not_count(many, codex):
    pages = many(4)
    for page, name in zip(pages, ["A.jpg", "a.png", "../x<y>.jpg", "README.jpg"], strict=True):
        Page.objects.filter(pk=page.pk).update(name=name)

    assert list(unpacked(codex, "text")) == [
        "A.txt",
        "a (2).txt",
        "x_y_.txt",
        "README (2).txt",
        "README.txt",
    ]


def test_a_page_that_cannot_be_written_is_named_and_the_others_come(many, codex, monkeypatch):
    many(3)
    write = formats.written

    def failing(tree, name):
        if tree.image == "f1.jpg":
            raise ValueError("no")
        return write(tree, name)

    monkeypatch.setattr(formats, "written", failing)

    files = unpacked(codex, "alto")

    assert list(files) == ["f0.xml", "f2.xml", "README.txt"]
    assert "f1.jpg: it could not be written" in files["README.txt"].decode()


def test_the_list_says_what_the_format_cannot_hold_and_where(many, codex):
    many(8)

    said = unpacked(codex, "text")["README.txt"].decode()

    assert "What text cannot hold" in said
    assert "(f0.jpg, f1.jpg, f2.jpg, f3.jpg, f4.jpg and 3 more)" in said


def test_pages_are_chosen_by_id_or_by_the_numbers_that_people_see(many, codex):
    pages = many(6)

    by_id = exporting.choose(codex, "alto", page_ids=[pages[4].pk, pages[1].pk])
    by_number = exporting.choose(codex, "alto", numbers="2-3, 6")
    open_end = exporting.choose(codex, "alto", numbers="5-")

    assert list(by_id.page_ids) == [pages[1].pk, pages[4].pk]
    assert list(by_number.page_ids) == [pages[1].pk, pages[2].pk, pages[5].pk]
    assert list(open_end.page_ids) == [pages[4].pk, pages[5].pk]


def test_with_several_layers_one_must_be_chosen_and_it_must_be_of_the_document(
    many, codex, layer, project
):
    many(1)
    other = Document.objects.create(project=project, name="other")
    strange = Transcription.objects.create(document=other, name="x")
    assert exporting.choose(codex, "alto").layer == layer
    second = Transcription.objects.create(document=codex, name="corrected")

    with pytest.raises(BadInput, match=r"several layers.*“manual”.*“corrected”"):
        exporting.choose(codex, "alto")
    with pytest.raises(NotFound):
        exporting.choose(codex, "alto", layer_id=strange.pk)
    assert exporting.choose(codex, "alto", layer_id=second.pk).layer == second
