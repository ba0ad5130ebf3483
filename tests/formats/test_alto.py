"""ALTO as other programs write it, and as we do."""

from __future__ import annotations

from dataclasses import replace

import pytest
from lxml import etree

from armarius import formats
from armarius.errors import FormatError
from armarius.formats import alto as format_alto
from armarius.page import Extra, Glyph, Line, Page, Reading, Region, Step, Word
from tests.formats.samples import LINE, alto
from tests.formats.schemas import ALTO, faults

TAGS = (
    '<OtherTag ID="BT1" LABEL="MainZone" DESCRIPTION="block type MainZone"/>'
    '<OtherTag ID="LT1" LABEL="DefaultLine" DESCRIPTION="line type DefaultLine"/>'
    '<OtherTag ID="LT2" LABEL="MainZone" DESCRIPTION="line type MainZone"/>'
)


def read(data: bytes) -> Page:
    return formats.read(data, "f1.xml").page


def again(page: Page) -> Page:
    data = formats.write(page, "alto")
    assert faults(data, "alto") == []
    return read(data)


def elements(page: Page, name: str) -> list[etree._Element]:
    return list(etree.fromstring(formats.write(page, "alto")).iter(f"{{{ALTO}}}{name}"))


def with_lines(*lines: Line) -> Page:
    return Page("f1.jpg", 200, 300, regions=(Region("r1", lines=lines),))


@pytest.mark.parametrize("namespace", [
    "http://www.loc.gov/standards/alto/ns-v4#", "http://www.loc.gov/standards/alto/ns-v3#",
    "http://www.loc.gov/standards/alto/ns-v2#", "",
])  # fmt: skip
def test_every_namespace_of_alto_is_read(namespace):
    line = read(alto(namespace=namespace)).regions[0].lines[0]

    assert line.text == "Ci commence"
    assert line.baseline == ((10, 50), (190, 50))


def test_types_come_from_the_tags_and_keep_them():
    page = read(
        alto(
            blocks=f'<TextBlock ID="b1" TAGREFS="BT1">{LINE.replace("<TextLine", "<TextLine TAGREFS=" + chr(34) + "LT1" + chr(34))}</TextBlock>',
            tags=TAGS,
        )
    )

    assert (page.regions[0].type, page.regions[0].lines[0].type) == ("MainZone", "DefaultLine")
    assert again(page) == page
    assert [tag.get("ID") for tag in elements(page, "OtherTag")] == ["BT1", "LT1", "LT2"]


def test_a_changed_type_takes_the_tag_of_its_role_or_a_new_one():
    page = read(alto(LINE.replace("<TextLine", '<TextLine TAGREFS="LT1"'), tags=TAGS))

    def typed(name: str) -> Page:
        region = page.regions[0]
        line = replace(region.lines[0], type=name)
        return replace(page, regions=(replace(region, lines=(line,)),))

    assert elements(typed("MainZone"), "TextLine")[0].get("TAGREFS") == "LT2"
    assert again(typed("HeadingLine")).regions[0].lines[0].type == "HeadingLine"
    assert again(typed("")).regions[0].lines[0].type == ""


def test_escriptoriums_dummy_block_is_dropped():
    page = read(alto(blocks=f'<TextBlock ID="eSc_dummyblock_">{LINE}</TextBlock>'))

    assert page.regions == ()
    assert [line.id for line in page.lines] == ["l1"]
    assert again(page) == page


def test_one_string_is_the_text_of_the_line_and_several_are_words():
    box = 'HPOS="10" VPOS="20" WIDTH="180" HEIGHT="40"'
    one = LINE.replace("<TextLine", f"<TextLine {box}").replace("<String", f"<String {box}")
    words = '<String ID="s1" CONTENT="Ci" WC="0.5"/><SP WIDTH="4"/><String CONTENT="com" WC="1"/><HYP CONTENT="-"/>'

    plain, several = (
        read(alto(x)).regions[0].lines[0]
        for x in (one, LINE.replace('<String CONTENT="Ci commence"/>', words))
    )

    assert (plain.text, plain.words) == ("Ci commence", ())
    assert several.text == "Ci com-"
    assert [(word.text, word.id, word.confidence) for word in several.words] == [
        ("Ci", "s1", 0.5),
        ("com", "", 1),
        ("-", "", None),
    ]
    assert again(with_lines(several)).regions[0].lines[0] == several


def test_a_line_read_from_print_has_a_box_for_a_mask():
    line = (
        read(
            alto(
                '<TextLine HPOS="1" VPOS="2" WIDTH="30" HEIGHT="4"><String CONTENT="a"/></TextLine>'
            )
        )
        .regions[0]
        .lines[0]
    )

    assert (line.mask, line.baseline) == (((1, 2), (31, 2), (31, 6), (1, 6)), ())


def test_the_baseline_of_alto_4_0_is_a_height():
    line = read(alto(LINE.replace("10 50 190 50", "50.5"))).regions[0].lines[0]

    assert line.baseline == ((10, 50.5), (190, 50.5))


def test_tenths_of_millimetres_become_pixels_by_the_resolution():
    unit = "<MeasurementUnit>mm10</MeasurementUnit>"

    page = formats.read(alto(unit=unit), "f1.xml", dpi=254).page
    twice = formats.read(alto(unit=unit), "f1.xml", dpi=508).page

    assert (page.width, page.regions[0].lines[0].baseline) == (200, ((10, 50), (190, 50)))
    assert (twice.width, twice.regions[0].lines[0].baseline) == (400, ((20, 100), (380, 100)))


@pytest.mark.parametrize("line", [
    Line("l1"), Line("l1", text=""), Line("l1", text="a"), Line("l1", text=" a  b "),
    Line("l1", baseline=((1, 2), (3, 4)), text="a"), Line("l1", mask=((0, 0), (9, 0), (9, 9.5)), text="a"),
    Line("l1", text="ab", confidence=0.5, confidences=(1.0, 1 - 4 / 9)),
    Line("l1", text="x y", words=(Word("a"), Word("b", ((0, 0), (5, 0), (5, 5))))),
    Line("l1", text=None, words=(Word("a"),)),
    Line("l1", text="a", words=(Word("a", glyphs=(Glyph("e\u0301\u0302", ((0, 0), (2, 0), (2, 2)), 0.25), Glyph("b"))),)),
    Line("l1", text="a", readings=(Reading("b"), Reading("c", 0.5))),
    Line("l1", text="a b", words=(Word("a"), Word("b")), readings=(Reading("c"),)),
    *(Line("l1", text="a", direction=d) for d in ("horizontal-lr", "horizontal-rl", "vertical-lr", "vertical-rl")),
    *(Line("l1", text="a", language=x) for x in ("fr", "fro-Latn", "langue d’oïl")),
    Line("l1", type="DefaultLine:a#2", text="a"),
])  # fmt: skip
def test_every_kind_of_line_is_valid_and_comes_back(line):
    page = Page("f1.jpg", 200, 300, regions=(Region("r1", lines=(line,)),))
    free = Page("f1.jpg", 200, 300, lines=(line,))

    assert again(page) == page
    assert again(free) == free


@pytest.mark.parametrize("kind", ["text", "image", "table", "separator", "music", "Ex libris"])
def test_every_kind_of_region_holds_lines_and_regions(kind):
    inner = Region("r2", ((1, 1), (5, 1), (5, 5)), kind="image")
    regions = [Region("r1", kind=kind), Region("r1", kind=kind, lines=(Line("l1", text="a"),))]
    regions += [replace(region, regions=(inner,)) for region in regions]

    for region in regions:
        page = Page("f1.jpg", 200, 300, regions=(region,))
        assert again(page) == page


def test_margins_keep_their_blocks():
    data = alto().replace(
        b"<PrintSpace>", b'<TopMargin HPOS="0"><TextBlock ID="b0"/></TopMargin><PrintSpace>'
    )

    page = read(data)

    assert [region.id for region in page.regions] == ["b0", "b1"]
    assert elements(page, "TopMargin")[0][0].get("ID") == "b0"
    assert again(page) == page


def test_a_rectangle_that_is_not_the_shapes_is_kept_until_the_shape_changes():
    page = read(
        alto(LINE.replace("<TextLine", '<TextLine HPOS="9" VPOS="19" WIDTH="182" HEIGHT="42"'))
    )
    line = page.regions[0].lines[0]
    moved = with_lines(replace(line, mask=((0, 0), (9, 0), (9, 9))))

    assert elements(page, "TextLine")[0].get("HPOS") == "9"
    assert elements(moved, "TextLine")[0].get("HPOS") == "0"


def test_provenance_goes_into_processing():
    step = Step(
        "recognition",
        "kraken",
        "7.1.1",
        "EPHE",
        "2026-03-01T10:00:00Z",
        "cremma",
        "ab" * 32,
        "read",
        {"pad": "16", "a=b\\n": "x\ny"},
    )
    page = Page(
        "f1.jpg",
        1,
        1,
        steps=(step, Step("correction", creator="alice", date="last week", id="s2")),
    )

    assert again(page) == page
    assert elements(page, "processingCategory")[0].text == "contentGeneration"
    assert elements(page, "softwareName")[0].text == "kraken"


def test_foreign_processing_is_kept():
    description = (
        '<OCRProcessing ID="O1"><ocrProcessingStep/></OCRProcessing><Processing ID="P1"><processingDateTime>2020</processingDateTime>'
        "<processingStepSettings>--fast, really</processingStepSettings><processingSoftware><softwareCreator>ABC</softwareCreator>"
        "<softwareName>Reader</softwareName></processingSoftware></Processing>"
    )

    page = read(alto(description=description))

    assert (page.steps[0].software, page.steps[0].date, page.steps[0].id) == (
        "Reader",
        "2020",
        "P1",
    )
    assert elements(page, "processingStepSettings")[0].text == "--fast, really"
    assert elements(page, "softwareCreator")[0].text == "ABC"
    assert elements(page, "OCRProcessing")[0].get("ID") == "O1"
    assert again(page) == page


def test_reading_order_keeps_nesting_references_and_their_ids():
    order = (
        '<UnorderedGroup ID="u"><OrderedGroup ID="o" REF="b1"><ElementRef ID="e1" REF="l1"/></OrderedGroup></UnorderedGroup>'
        '<OrderedGroup ID="o2"><ElementRef ID="e2" REF="l1 b1"/></OrderedGroup>'
    )

    page = read(alto(order=order))

    assert again(page) == page
    assert [x.get("REF") for x in elements(page, "ElementRef")] == ["l1", "l1 b1"]
    assert [x.get("ID") for x in elements(page, "OrderedGroup")] == ["o", "o2"]


def test_ids_that_are_no_xml_names_are_written_as_such_and_reported():
    page = Page("f1.jpg", 1, 1, regions=(Region("1 <b>", lines=(Line("1 <b>"), Line("l2"))),))

    assert faults(formats.write(page, "alto"), "alto") == []
    assert any("“1 <b>” is no XML name" in loss for loss in formats.losses(page, "alto"))
    assert any("stands twice" in loss for loss in formats.losses(page, "alto"))


@pytest.mark.parametrize("extra", [
    Extra("alto", "@HUE", "red"), Extra("alto", "@CS", "maybe"), Extra("alto", "@STYLEREFS", "gone"),
    Extra("page", "@custom", "x"),
])  # fmt: skip
def test_extras_without_a_valid_place_are_reported_not_written(extra):
    page = with_lines(Line("l1", text="a", extra=(extra,)))

    assert formats.losses(page, "alto")
    assert again(page) == with_lines(Line("l1", text="a"))


@pytest.mark.parametrize(
    "content",
    ["<TextStyle ID='s'><x/></TextStyle>", "no XML", "<!DOCTYPE x><TextStyle/>", "<Evil/>"],
)
def test_kept_elements_that_do_not_fit_are_reported_not_written(content):
    page = Page("f1.jpg", 1, 1, extra=(Extra("alto", "Styles/TextStyle", content),))

    assert formats.losses(page, "alto")
    assert again(page) == Page("f1.jpg", 1, 1)


def test_characters_that_xml_forbids_are_replaced_and_reported():
    page = with_lines(Line("l1", text="a\x00b\ud800"))

    assert again(page).regions[0].lines[0].text == "a\ufffdb\ufffd"
    assert "forbids" in formats.losses(page, "alto")[0]


def test_another_format_is_named():
    with pytest.raises(FormatError, match="ALTO expected, found “PcGts”"):
        format_alto.read(b"<PcGts/>", "f1.xml")
