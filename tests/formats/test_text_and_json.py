"""Plain text, the JSON page tree, and telling formats apart."""

from __future__ import annotations

import pytest

from armarius import formats
from armarius.errors import FormatError
from armarius.formats import json_tree
from armarius.page import Glyph, Line, Order, Page, Region, Word
from tests.formats.samples import alto, page

PAGE = Page(
    "f1.jpg",
    10,
    10,
    regions=(Region("r1", lines=(Line("l1", text="b"), Line("l2", text="a"))),),
    order=Order(("l2", "l1")),
)


def test_text_has_one_line_for_one_line_in_reading_order():
    assert formats.write(PAGE, "text") == b"a\nb\n"


@pytest.mark.parametrize(
    "data", [b"a\nb\n", b"a\r\nb", b"a\rb\r", b"\xef\xbb\xbfa\nb\n", "a\nb".encode("utf-16")]
)
def test_text_is_read_with_every_line_end_and_mark(data):
    assert [line.text for line in formats.read(data, "f1.txt").page.lines] == ["a", "b"]


def test_only_real_line_breaks_end_a_line_of_text():
    assert [
        line.text for line in formats.read("a\u2028b\x0bc\n\nd".encode(), "f1.txt").page.lines
    ] == ["a\u2028b\x0bc", "", "d"]


def test_text_says_what_it_cannot_hold():
    told = formats.losses(Page("", 0, 0, lines=(Line("l1"), Line("l2", text="a\nb"))), "text")

    assert told == [
        "Plain text holds only the texts of the lines in reading order.",
        "A line break inside a line is written as a space.",
        "A line without text is written as an empty line.",
    ]


@pytest.mark.parametrize(("data", "file", "form"), [
    (alto(), "f1.xml", "alto"), (page(), "f1.xml", "page"), (alto(), "f1", "alto"), (b'{"version":1}', "f1.json", "json"),
    (b"Ci commence", "f1.txt", "text"), (b"<no markup>", "f1.txt", "text"), (b'<a:alto xmlns:a="x"/>', "f1.xml", "alto"),
    (alto().decode().replace("UTF-8", "UTF-16").encode("utf-16"), "f1.xml", "alto"),
    (b"<!-- PcGts --><alto/>", "f1.xml", "alto"),
])  # fmt: skip
def test_formats_are_told_by_content(data, file, form):
    assert formats.detect(data, file) == form


@pytest.mark.parametrize("file", ["f1.xml", "f1.json"])
def test_text_under_another_name_is_refused(file):
    with pytest.raises(FormatError, match="its content is not what its name says"):
        formats.detect(b"Ci commence", file)


def test_json_leaves_out_what_is_empty():
    assert json_tree.to_dict(Page("f1.jpg", 1, 2, lines=(Line("l1", text=""), Line("l2")))) == {
        "version": 1, "image": "f1.jpg", "width": 1, "height": 2, "lines": [{"id": "l1", "text": ""}, {"id": "l2"}],
    }  # fmt: skip


def test_words_alone_can_be_stored_and_read():
    words = (Word("a", ((0, 0), (1, 0), (1, 1)), 0.5, (Glyph("a"),), "w1"), Word("b"))

    assert json_tree.words_from_list(json_tree.words_to_list(words)) == words


def test_every_format_reads_what_it_writes():
    for name, format_ in formats.FORMATS.items():
        again = formats.read(format_.write(PAGE), f"f1{format_.suffix}", form=name).page
        assert [line.text for line in again.reading_order()] == ["a", "b"]
