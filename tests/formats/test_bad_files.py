"""Files with faults: one sentence with file, place and cure; the rest of the page is kept."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from armarius import formats
from armarius.errors import FormatError
from armarius.page import Page
from tests.formats.samples import LINE, PAGE_LINE, alto, page

SUBSETS = '<!DOCTYPE alto [<!ENTITY lol "lol"><!ENTITY lol2 "&lol;&lol;&lol;">]>'
EXTERNAL = '<!DOCTYPE alto SYSTEM "http://example.org/alto.dtd">'


def doctype(text: str) -> bytes:
    return alto().replace(b"?>\n", f"?>\n{text}\n".encode())


REFUSED = {
    "empty file": (b"", "the file is empty"),
    "only white space": (b" \n ", "the file is empty"),
    "26 not well-formed": (alto() + b"<", "line 2: it is not well-formed XML at column"),
    "27 DOCTYPE with entity": (doctype(SUBSETS), "a DTD is not allowed"),
    "28 external entity": (doctype(EXTERNAL), "a DTD is not allowed"),
    "29 DOCTYPE in UTF-16": (
        doctype(SUBSETS).decode().replace("UTF-8", "UTF-16").encode("utf-16"),
        "a DTD is not allowed",
    ),
    "29 DOCTYPE after a comment": (doctype(f"<!-- x --> {SUBSETS}"), "a DTD is not allowed"),
    "30 too deep": (b"<alto>" * 300 + b"</alto>" * 300, "nested more than 256 deep"),
    "31 too large": (b"<alto>" + b" " * 50_000_000 + b"</alto>", "50 MB; the limit is 50 MB"),
    "32 declared UTF-16": (alto().replace(b"UTF-8", b"UTF-16"), "encoding mismatch"),
    "33 Latin-1": (alto(LINE.replace("Ci", "é")).decode().encode("latin-1"), "ISO-8859-1"),
    "34 NUL": (alto(LINE.replace("Ci", "\0")), "NUL character. Remove"),
    "34 control character": (alto(LINE.replace("Ci", "\x02")), "control character"),
    "34 half a character": (alto(LINE.replace("Ci", "&#xD800;")), "control character"),
    "unknown entity": (alto(LINE.replace("Ci", "&eacute;")), "Replace the entity"),
    "36 another root": (b'<html xmlns="http://www.w3.org/1999/xhtml"/>', "found “hOCR”"),
    "36 another XML": (b"<TEI/>", "ALTO 2 to 4 or PAGE expected, found “TEI”"),
    "38 tenths of millimetres": (alto(unit="<MeasurementUnit>mm10</MeasurementUnit>"), "Give the resolution in dpi"),
    "unknown unit": (alto(unit="<MeasurementUnit>mm</MeasurementUnit>"), "MeasurementUnit is “mm”"),
    "49 too many lines": (alto(LINE.replace(' ID="l1"', "") * 5_001), "more than 5,000 lines"),
    "52 too long a line": (alto(LINE.replace("Ci", "x" * 10_001)), "10,010 characters, the limit is 10,000"),
    "no page": (b'<alto xmlns="http://www.loc.gov/standards/alto/ns-v4#"/>', "there is no Page in it"),
    "two pages": (
        alto().replace(b"</Layout>", b'<Page ID="p2" PHYSICAL_IMG_NR="2"/></Layout>'),
        "it holds 2 pages. Split it",
    ),
    "PAGE: too many lines": (page(PAGE_LINE.replace(' id="l1"', "") * 5_001), "more than 5,000 lines"),
    "PAGE: no page": (b"<PcGts/>", "there is no Page in it"),
    "JSON cut off": (b'{"version":1,', "it is not JSON"),
    "85 JSON too deep": (b'{"order":' * 100_000, "nested too deeply"),
    "35 half a character in JSON": (b'{"version":1,"image":"\\ud800","width":1,"height":1}', "lone surrogate"),
    "JSON of tomorrow": (b'{"version":2,"image":"","width":1,"height":1}', "reads version 1"),
    "JSON with NaN": (b'{"version":1,"image":"","width":NaN,"height":1}', "NaN is no number"),
    "control character in text": (b"Ci \x07 commence", "control character"),
    "Latin-1 text": ("Ci commence l’été\né".encode("cp1252"), "that is never guessed"),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_refuses_with_one_sentence(name):
    data, expected = REFUSED[name]

    with pytest.raises(FormatError) as caught:
        formats.read(data, "f1.xml" if data.lstrip()[:1] == b"<" else "f1")

    assert expected in str(caught.value)
    assert str(caught.value).startswith("f1")
    assert len(str(caught.value)) < 400
    assert "\n" not in str(caught.value)


BAD_SHAPE = LINE.replace("10 20 190 20", "NaN 20 1e9999 20")
NOTED = {
    "37 no unit": (alto(unit=""), "pixels are assumed"),
    "39 no image": (alto().replace(b"f1.jpg", b""), "choose the image it belongs to"),
    "39 PAGE without image": (page(image='imageFilename=""'), "choose the image it belongs to"),
    "42 duplicate id": (alto(LINE * 2), "the id “l1” stands more than once; the others are numbered now"),
    "43 id with markup": (alto(LINE.replace('"l1"', '"&lt;b>"')), "the id “<b>” is no XML name; it is kept as text"),
    "44 one point": (alto(LINE.replace("10 50 190 50", "10 50")), "has only one point and is left out"),
    "45 NaN": (alto(BAD_SHAPE), "is not a finite number) and is left out"),
    "45 no number": (alto(LINE.replace("10 20", "ten 20")), "is left out"),
    "45 odd": (alto(LINE.replace("10 20 ", "10 ")), "a coordinate is missing"),
    "46 negative": (alto(LINE.replace("10 20", "-10 20")), "is clipped to it"),
    "46 outside": (page(PAGE_LINE.replace("190,20", "900,20")), "is clipped to it"),
    "47 crossing": (alto(LINE.replace("10 60\"", "50 10\"")), "crosses itself; it is kept"),
    "51 order to nothing": (
        alto(order='<OrderedGroup ID="g"><ElementRef ID="e" REF="gone"/><ElementRef ID="f" REF="l1"/></OrderedGroup>'),
        "the reading order names “gone”, which is not in the file",
    ),
    "size": (alto(size='WIDTH="wide" HEIGHT="300"'), "WIDTH is “wide”; the size of the image counts"),
    "unknown element": (alto(LINE + "<Marginalia/>"), "“Marginalia” is not known to ALTO; left out"),
    "unknown attribute": (alto(LINE.replace("<TextLine", "<TextLine HUE='red'")), "HUE=“red” of TextLine is not in the schema"),
    "confidence": (alto(LINE.replace("<String", "<String WC='2'")), "WC is “2”, not a number from 0 to 1"),
    "tag that is not there": (alto(LINE.replace("<TextLine", "<TextLine TAGREFS='T9'")), "TAGREFS names “T9”, which is not in Tags"),
    "PAGE: unknown element": (page(PAGE_LINE + "<Doodle/>"), "the element Doodle in TextRegion is not in the schema"),
}  # fmt: skip


@pytest.mark.parametrize("name", NOTED)
def test_repairs_and_says_so(name):
    data, expected = NOTED[name]

    result = formats.read(data, "f1.xml")

    assert any(expected in note for note in result.notes), result.notes
    assert next(result.page.all_lines()).text == "Ci commence"


def test_repeats_are_counted_not_repeated():
    result = formats.read(
        alto(LINE.replace("10 50 190 50", "10 50").replace(' ID="l1"', "") * 30), "f1.xml"
    )

    assert result.notes == [
        "the baseline of a line has only one point and is left out (30 times, first at line 2)."
    ]


def test_coordinates_outside_the_page_end_at_its_edge():
    line = (
        formats.read(alto(LINE.replace("10 20 190 20", "-10 20 9000 20")), "f1.xml")
        .page.regions[0]
        .lines[0]
    )

    assert line.mask == ((0, 20), (200, 20), (190, 60), (10, 60))


CYCLES = {
    "by groups that name each other": alto(
        order='<OrderedGroup ID="g1"><ElementRef ID="e1" REF="g2"/><ElementRef ID="e3" REF="l1"/></OrderedGroup>'
        '<OrderedGroup ID="g2"><ElementRef ID="e2" REF="g1"/></OrderedGroup>'
    ),
    "by a region inside itself": page(
        before='<ReadingOrder><OrderedGroup id="g1" regionRef="r1"><RegionRefIndexed index="0" regionRef="l1"/>'
        '<RegionRefIndexed index="1" regionRef="r1"/></OrderedGroup></ReadingOrder>'
    ),
}


@pytest.mark.parametrize("name", CYCLES)
def test_50_a_cycle_of_the_reading_order_is_cut(name):
    result = formats.read(CYCLES[name], "f1.xml")

    assert any("the reading order is a cycle: " in note for note in result.notes)
    assert [line.id for line in result.page.reading_order()] == ["l1"]


def test_48_an_empty_page_is_a_page():
    page_ = formats.read(alto(blocks="<TextBlock ID='b1'/>"), "f1.xml").page

    assert [region.id for region in page_.regions] == ["b1"]
    assert list(page_.all_lines()) == []


def test_53_text_is_never_changed():
    text = "\u0301\u0303 \u202eabc\u202c \ue8b3 e\u0301 \ufb01"

    assert (
        formats.read(alto(LINE.replace("Ci commence", text)), "f1.xml")
        .page.regions[0]
        .lines[0]
        .text
        == text
    )


@pytest.mark.parametrize("value", [
    [], "page", 1, None, {}, {"version": True}, {"version": 1, "image": 1, "width": 1, "height": 1},
    {"version": 1, "image": "", "width": -1, "height": 1}, {"version": 1, "image": "", "width": 1, "height": 1, "hue": 1},
    {"version": 1, "image": "", "width": 1, "height": 1, "lines": [{"id": "a"}, {"id": "a"}]},
    {"version": 1, "image": "", "width": 1, "height": 1, "lines": [{}]},
    {"version": 1, "image": "", "width": 1, "height": 1, "lines": {"id": "a"}},
    {"version": 1, "image": "", "width": 1, "height": 1, "lines": [{"id": "a", "mask": [[1]]}]},
    {"version": 1, "image": "", "width": 1, "height": 1, "lines": [{"id": "a", "mask": [["1", 2]]}]},
    {"version": 1, "image": "", "width": 1, "height": 1, "lines": [{"id": "a", "confidence": 2}]},
    {"version": 1, "image": "", "width": 1, "height": 1, "lines": [{"id": "a", "confidences": ["x"]}]},
    {"version": 1, "image": "", "width": 1, "height": 1, "direction": "up"},
    {"version": 1, "image": "", "width": 1, "height": 1, "extra": [["a"]]},
    {"version": 1, "image": "", "width": 1, "height": 1, "order": {"members": [1]}},
    {"version": 1, "image": "", "width": 1, "height": 1, "annotations": [{"comments": [1]}]},
    {"version": 1, "image": "", "width": 1, "height": 1, "annotations": [{"values": {"a": 1}}]},
    {"version": 1, "image": "", "width": 1, "height": 1, "steps": [{"kind": "", "parameters": {"a": 1}}]},
])  # fmt: skip
def test_a_wrong_page_tree_is_refused_with_its_place(value):
    with pytest.raises(FormatError, match=r"^f1\.json: "):
        formats.read(json.dumps(value).encode(), "f1.json", form="json")


WHOLE = {
    "alto": alto(LINE * 3, tags='<OtherTag ID="T1" LABEL="MainZone"/>', order=(
        '<OrderedGroup ID="g"><ElementRef ID="e" REF="b1"/></OrderedGroup>')),
    "page": page(PAGE_LINE * 3, before=(
        '<ReadingOrder><OrderedGroup id="g"><RegionRefIndexed index="0" regionRef="r1"/></OrderedGroup></ReadingOrder>')),
    "json": formats.write(formats.read(alto(), "f1.xml").page, "json"),
    "text": b"Ci commence\nli livres\n",
}  # fmt: skip
PIECES = st.sampled_from([b"", b"<", b">", b'"', b"&", b"-", b"NaN", b"1e999", b"\0", b"\xff", b"9" * 400, b"{", b"</", b"id", b"ID"]) | st.binary(max_size=3)  # fmt: skip


def outcome(data: bytes, form: str) -> tuple[str, Page | None]:
    """The message, or the page."""
    try:
        return "", formats.read(data, "f1.xml", form=form).page
    except FormatError as error:
        return str(error), None


@pytest.mark.parametrize(
    ("form", "before"), [("alto", b'<Polygon POINTS="'), ("page", b'<Coords points="')]
)
def test_a_coordinate_of_400_digits_leaves_out_its_outline_only(form, before):
    place = WHOLE[form].rindex(before) + len(before)
    data = WHOLE[form][:place] + b"9" * 400 + WHOLE[form][place:]

    read = formats.read(data, "f1.xml", form=form)

    assert sum(len(line.mask) > 0 for line in read.page.all_lines()) == 2
    assert any("beyond any page" in note for note in read.notes)


@settings(max_examples=400, deadline=None)
@given(
    st.sampled_from(sorted(WHOLE)),
    st.lists(st.tuples(st.floats(0, 1), st.integers(0, 30), PIECES), min_size=1, max_size=4),
)
def test_a_damaged_file_is_read_or_refused_never_anything_else(form, damages):
    data = WHOLE[form]
    for place, length, piece in damages:
        at = int(place * len(data))
        data = data[:at] + piece + data[at + length :]

    told, page_ = outcome(data, form)

    assert told.startswith("f1.xml") or page_ is not None
    assert "report this as a fault" not in told
    for other in formats.WRITERS if page_ else ():
        assert page_ is not None
        formats.write(page_, other)
