"""Export less than everything: types of regions, free lines, characters, paragraphs; and METS."""

from __future__ import annotations

import io
import zipfile

import pytest

from armarius.formats import mets, text
from armarius.images import store
from armarius.models import Page
from armarius.ops import narrowing, trees
from armarius.ops.narrowing import Extent
from armarius.page import Glyph, Line, Order, Region, Word
from armarius.page import Page as Tree

PAGE = Tree(
    "f1.jpg", 100, 100,
    regions=(
        Region("main", type="MainZone:column#1", lines=(
            Line("l1", text="en nom", words=(Word("en", glyphs=(Glyph("e"),)), Word("nom"))),
            Line("l2", text="dieu"),
        ), regions=(Region("stamp", type="StampZone"),)),
        Region("margin", type="MarginTextZone", lines=(Line("l3", text="nota"),), regions=(
            Region("inner", type="MainZone", lines=(Line("l4", text="amen"),)),
        )),
        Region("bare", lines=(Line("l5"),)),
    ),
    lines=(Line("l6", text="free"),),
    order=Order(("margin", Order(("stamp",)), "main", "l6")),
)  # fmt: skip


def ids(page):
    return [x.id for x in page.all_regions()], [x.id for x in page.all_lines()]


def test_only_regions_of_some_types_go_out_with_what_is_in_them():
    main = narrowing.narrowed(PAGE, Extent(types=["MainZone"], free_lines=False))
    untyped = narrowing.narrowed(PAGE, Extent(types=[""]))

    assert ids(main) == (["main", "inner"], ["l1", "l2", "l4"])
    assert main.order == Order(("main",))  # nothing that is not there
    assert ids(untyped) == (["bare"], ["l5", "l6"])
    assert narrowing.narrowed(PAGE, Extent()) == PAGE


def test_characters_stay_away_and_words_go_out():
    plain = narrowing.narrowed(PAGE, Extent(characters=False))

    line = plain.regions[0].lines[0]
    assert [(x.text, x.glyphs) for x in line.words] == [("en", ()), ("nom", ())]
    assert plain.order == PAGE.order


def test_the_lines_of_a_region_are_one_paragraph():
    assert text.paragraphs(PAGE).decode() == "nota\n\nen nom dieu\n\nfree\n\namen\n"


@pytest.mark.django_db
def test_mets_names_each_page_with_its_files_and_reads_back(
    client, codex, image, layer, alice, tmp_path, monkeypatch
):
    monkeypatch.setenv("ARMARIUS_HOME", str(tmp_path / "home"))
    for at in range(2):
        page = Page.objects.create(document=codex, position=at, name=f"f {at}.jpg", image=image)
        trees.save_layout(page, PAGE, by=alice, reason="import")
        trees.save_texts(page, PAGE, layer, source="import")
    path = store.original(image.sha256)
    path.parent.mkdir(parents=True)
    path.write_bytes(b"an image")

    query = "format=page&images=true&mets=true&types=MainZone&types=StampZone&free_lines=false"
    client.force_login(alice)
    answer = client.get(f"/api/documents/{codex.pk}/export?{query}")

    with zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content))) as archive:
        assert archive.namelist() == [
            "f 0.xml", "f 0.jpg", "f 1.xml", "f 1.jpg", "mets.xml", "README.txt",
        ]  # fmt: skip
        assert b"MarginTextZone" not in archive.read("f 0.xml")
        found = mets.read(archive.read("mets.xml"), "mets.xml")
    assert [(x.href, x.group, x.page) for x in found] == [
        ("f%200.xml", "PAGE", "P00001"), ("f%201.xml", "PAGE", "P00002"),
        ("f%200.jpg", "IMAGE", "P00001"), ("f%201.jpg", "IMAGE", "P00002"),
    ]  # fmt: skip
