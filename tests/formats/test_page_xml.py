"""PAGE with the dialects of Transkribus, OCR-D and eScriptorium."""

from __future__ import annotations

from dataclasses import replace

import pytest
from lxml import etree

from armarius import formats
from armarius.page import Glyph, Line, Order, Page, Reading, Region, Step, Word
from tests.formats.samples import PAGE_LINE, page
from tests.formats.schemas import PAGE, faults


def read(data: bytes) -> Page:
    return formats.read(data, "f1.xml").page


def again(tree: Page) -> Page:
    data = formats.write(tree, "page")
    assert faults(data, "page") == []
    return read(data)


def elements(tree: Page, name: str) -> list[etree._Element]:
    return list(etree.fromstring(formats.write(tree, "page")).iter(f"{{{PAGE}}}{name}"))


def region(attributes: str, *children: str, name: str = "TextRegion") -> str:
    return f'<{name} {attributes}><Coords points="0,0 200,0 200,300 0,300"/>{"".join(children)}</{name}>'


def line(key: str, custom: str = "", text: str = "") -> str:
    equiv = f"<TextEquiv><Unicode>{text}</Unicode></TextEquiv>"
    return f'<TextLine id="{key}" custom="{custom}"><Coords points="0,0 9,0 9,9"/>{equiv}</TextLine>'


@pytest.mark.parametrize(
    "version", ["2010-03-19", "2013-07-15", "2017-07-15", "2019-07-15", "2024-07-15"]
)
def test_every_version_is_read_and_written_as_2019(version):
    tree = read(page(version=version))

    assert tree.regions[0].lines[0].text == "Ci commence"
    assert again(tree) == tree


def test_transkribus_orders_by_custom_and_types_by_structure():
    lines = line("l2", "readingOrder {index:1;}", "b") + line(
        "l1", "readingOrder {index:0;} structure {type:Machine\\u0020Printed;}", "a"
    )
    regions = region('id="r2" custom="readingOrder {index:1;}"') + region(
        'id="r1" custom="readingOrder {index:0;} structure {type:marginalia;}"', lines
    )

    tree = read(page(regions=regions, version="2013-07-15"))

    assert [x.id for x in tree.regions] == ["r1", "r2"]
    assert tree.regions[0].type == "marginalia"
    assert [(x.id, x.type) for x in tree.regions[0].lines] == [
        ("l1", "Machine Printed"),
        ("l2", ""),
    ]
    assert again(tree) == tree
    assert "structure {type:Machine\\u0020Printed;}" in (
        elements(tree, "TextLine")[0].get("custom") or ""
    )


def test_other_custom_items_and_free_text_are_kept():
    tree = read(
        page(
            line(
                "l1",
                "readingOrder {index:0;} textStyle {offset:0; length:4; bold:true;} abbrev {offset:2;}",
            )
            + line("l2", "#cit")
        )
    )

    written = [x.get("custom") for x in elements(tree, "TextLine")]

    assert written == [
        "readingOrder {index:0;} textStyle {offset:0; length:4; bold:true;} abbrev {offset:2;}",
        "readingOrder {index:1;} #cit",
    ]
    assert again(tree) == tree


def test_transkribus_tables_become_regions_with_roles():
    cell = (
        '<TableCell id="c1" row="1" col="2" colSpan="1"><Coords points="0,0 9,0 9,9"/>'
        + line("l1", "", "7 fr.")
        + "</TableCell>"
    )

    tree = read(page(regions=region('id="t1"', cell, name="TableRegion"), version="2013-07-15"))

    assert [x.text for x in tree.all_lines()] == ["7 fr."]
    role = elements(tree, "TableCellRole")[0]
    assert (role.get("rowIndex"), role.get("columnIndex"), role.get("colSpan")) == (
        "1",
        "2",
        "1",
    )
    assert again(tree) == tree


def test_lines_without_baseline_are_lines():
    tree = read(page(PAGE_LINE.replace('<Baseline points="10,50 190,50"/>', "")))

    assert [(x.text, x.baseline) for x in tree.all_lines()] == [("Ci commence", ())]
    assert again(tree) == tree


def test_escriptoriums_dummy_block_is_dropped():
    tree = read(page(regions=region('id="eSc_dummyblock_"', PAGE_LINE)))

    assert tree.regions == ()
    assert [x.id for x in tree.lines] == ["l1"]
    assert again(tree) == tree


def test_an_outline_nobody_drew_is_marked_and_dropped():
    tree = Page(
        "f1.jpg",
        200,
        300,
        regions=(Region("r1", lines=(Line("l1", ((10, 50), (190, 50)), text="a"),)),),
    )

    written = elements(tree, "TextLine")[0]

    assert "armarius:derived {coords:true;}" in (written.get("custom") or "")
    points = [tuple(map(int, p.split(","))) for p in (written[0].get("points") or "").split()]
    assert min(y for _, y in points) < 50 < max(y for _, y in points)
    assert again(tree) == tree


@pytest.mark.parametrize("item", [
    Line("l1"), Line("l1", text=""), Line("l1", text="a"), Line("l1", text=" a  b "),
    Line("l1", baseline=((1, 2), (3, 4)), text="a"), Line("l1", mask=((0, 0), (9, 0), (9, 9)), text="a"),
    Line("l1", text="ab", confidence=0.5, confidences=(1.0, 51 / 255)),
    Line("l1", text="x y", words=(Word("a"), Word("b", ((0, 0), (5, 0), (5, 5)), 0.5))),
    Line("l1", text=None, words=(Word("a"),)),
    Line("l1", text="a", words=(Word("a", glyphs=(Glyph("e\u0301", ((0, 0), (2, 0), (2, 2)), 0.25, "g1"), Glyph("b"))),)),
    Line("l1", text="a", readings=(Reading("b"), Reading("c", 0.5))),
    *(Line("l1", text="a", direction=d) for d in ("horizontal-lr", "horizontal-rl", "vertical-lr", "vertical-rl")),
    *(Line("l1", text="a", language=x) for x in ("fr", "French", "cu", "Punjabi", "langue d’oïl")),
    Line("l1", type="DefaultLine:a#2", text="a"), Line("l1", type="; {x:y}", text="a"),
])  # fmt: skip
def test_every_kind_of_line_is_valid_and_comes_back(item):
    tree = Page("f1.jpg", 200, 300, regions=(Region("r1", lines=(item,)),))
    free = Page("f1.jpg", 200, 300, lines=(item,))

    assert again(tree) == tree
    assert again(free) == free


@pytest.mark.parametrize("kind", ["text", "image", "table", "graphic", "custom", "Ex libris"])
def test_every_kind_of_region_holds_lines_and_regions(kind):
    inner = Region("r2", ((1, 1), (5, 1), (5, 5)), kind="image")
    regions = [
        Region("r1", kind=kind, type="stamp"),
        Region("r1", kind=kind, lines=(Line("l1", text="a"),), direction="vertical-lr"),
    ]
    regions += [replace(x, regions=(inner,), language="fr") for x in regions]

    for item in regions:
        tree = Page("f1.jpg", 200, 300, regions=(item,), direction="vertical-lr", language="la")
        assert again(tree) == tree


def test_types_are_written_where_other_programs_look():
    tree = Page(
        "f1.jpg", 9, 9, regions=(Region("r1", type="heading"), Region("r2", type="MainZone"))
    )

    first, second = elements(tree, "TextRegion")

    assert (first.get("type"), second.get("type")) == ("heading", None)
    assert "structure {type:MainZone;}" in (second.get("custom") or "")


def test_languages_have_codes_in_the_tree_and_names_in_the_file():
    tree = Page("f1.jpg", 9, 9, language="fr")

    assert elements(tree, "Page")[0].get("primaryLanguage") == "French"
    assert again(tree).language == "fr"


def test_the_text_of_a_region_follows_its_lines():
    equiv = "<TextEquiv>\n <Unicode>{}</Unicode>\n</TextEquiv>"
    same = read(page(line("l1", "", "a") + line("l2", "", "b") + equiv.format("a\nb")))
    other = read(page(line("l1", "", "a") + equiv.format("something else")))

    corrected = replace(
        same,
        regions=(replace(same.regions[0], lines=(Line("l1", text="A"), Line("l2", text="b"))),),
    )

    assert elements(corrected, "Unicode")[-1].text == "A\nb"
    assert elements(other, "Unicode")[-1].text == "something else"
    assert again(same) == same
    assert again(other) == other


def test_readings_come_by_their_index():
    equivs = '<TextEquiv index="1"><Unicode>second</Unicode></TextEquiv><TextEquiv index="0" conf="0.5" comments="x"><Unicode>first</Unicode></TextEquiv>'

    tree = read(page(f'<TextLine id="l1"><Coords points="0,0 9,0 9,9"/>{equivs}</TextLine>'))

    item = tree.regions[0].lines[0]
    assert (item.text, item.confidence, item.readings) == ("first", 0.5, (Reading("second"),))
    assert again(tree) == tree


def test_reading_order_keeps_its_nesting_and_follows_the_index():
    order = (
        '<ReadingOrder><OrderedGroup id="g" caption="all"><UnorderedGroupIndexed index="1" id="u"><RegionRef regionRef="r1"/>'
        '</UnorderedGroupIndexed><RegionRefIndexed index="0" regionRef="l1"/></OrderedGroup></ReadingOrder>'
    )

    tree = read(page(before=order))

    assert tree.order is not None
    assert tree.order.members == ("l1", Order(("r1",), ordered=False, id="u"))
    assert again(tree) == tree


def test_provenance_goes_into_metadata_items():
    step = Step(
        "recognition",
        "kraken",
        "7.1.1",
        "EPHE",
        "2026-03-01T10:00:00Z",
        "cremma",
        "ab" * 32,
        "read",
        {"pad": "16", "": ""},
    )
    tree = Page(
        "f1.jpg",
        1,
        1,
        steps=(step, Step("correction", creator="alice", date="last week", id="s2")),
        id="p1",
    )

    assert again(tree) == tree
    item = elements(tree, "MetadataItem")[0]
    assert (item.get("type"), item.get("name"), item.get("value")) == (
        "processingStep",
        "recognition",
        "kraken",
    )


def test_the_metadata_of_others_is_kept_and_ours_is_not_taken_for_theirs():
    metadata = "<Creator>TRP</Creator><Created>2020-01-01T00:00:00</Created><LastChange>2020-01-01T00:00:00</LastChange><Comments>seen</Comments>"

    theirs, ours = read(page(metadata=metadata)), Page("f1.jpg", 1, 1)

    assert [elements(theirs, name)[0].text for name in ("Creator", "Comments")] == [
        "TRP",
        "seen",
    ]
    assert again(theirs) == theirs
    assert again(ours) == ours


def test_coordinates_are_rounded_and_that_is_said():
    tree = Page("f1.jpg", 9, 9, lines=(Line("l1", ((0.4, -1), (8.6, 3.0))),))

    assert again(tree).lines[0].baseline == ((0, 0), (9, 3))
    assert any("rounded" in loss for loss in formats.losses(tree, "page"))


def test_points_of_2010_are_read():
    coords = '<TextLine id="l1"><Coords><Point x="1" y="2"/><Point x="3" y="2"/><Point x="3" y="4"/></Coords></TextLine>'

    assert read(page(coords, version="2010-03-19")).regions[0].lines[0].mask == (
        (1, 2),
        (3, 2),
        (3, 4),
    )
