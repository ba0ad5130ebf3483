"""armarius evaluate: files in, rates out."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from armarius import formats
from armarius.cli import main
from armarius.page import Line, Order, Page, Region

TRUTH = Page(
    "f1.jpg",
    100,
    100,
    regions=(
        Region(
            "r1", lines=(Line("a", text="ci commence"), Line("b", text="li liures"), Line("c"))
        ),
    ),
)


def reading(**texts: str) -> Page:
    lines = tuple(replace(line, text=texts.get(line.id)) for line in TRUTH.all_lines())
    return replace(TRUTH, regions=(replace(TRUTH.regions[0], lines=lines),))


class Shelf:
    """Two folders of pages."""

    def __init__(self, top: Path) -> None:
        self.top = top

    def __call__(self, folder: str, name: str, page: Page, form: str) -> Path:
        """Put a page into a folder."""
        path = self.top / folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(formats.write(page, form))
        return path


@pytest.fixture
def shelf(tmp_path):
    """An empty shelf."""
    return Shelf(tmp_path)


@pytest.fixture
def evaluate(shelf, capsys):
    """Run the command; returns its exit code and JSON."""

    def run(*options):
        places = [
            "--reference",
            str(shelf.top / "truth"),
            "--hypothesis",
            str(shelf.top / "read"),
        ]
        code = main(["evaluate", *places, "--json", *options])
        return code, json.loads(capsys.readouterr().out)

    return run


def test_lines_are_matched_by_id_across_formats(shelf, evaluate):
    shelf("truth", "f1.xml", TRUTH, "alto")
    shelf(
        "read",
        "f1.xml",
        replace(reading(a="ci comence", b="li livres"), order=Order(("b", "a"))),
        "page",
    )

    code, report = evaluate()

    # one m missing and u read as v, of 11 + 9 characters; 2 of 4 words
    assert code == 0
    assert (report["total"]["cer"], report["total"]["wer"], report["total"]["lines"]) == (
        0.1,
        0.5,
        2,
    )
    assert report["pages"][0]["lines_matched_by"] == "id"
    assert {(x["reference"], x["hypothesis"]) for x in report["confusions"]} == {
        ("m", ""),
        ("u", "v"),
    }
    assert report["rules"].startswith("NFC, white space collapsed, code points")


def test_text_is_matched_by_reading_order(shelf, evaluate):
    shelf("truth", "deep/f1.chocomufin.xml", TRUTH, "page")
    shelf("read", "f1.txt", reading(a="ci commence", b="li liures"), "text")

    code, report = evaluate()

    assert (code, report["total"]["errors"]) == (0, 0)
    assert report["pages"][0]["lines_matched_by"] == "reading order"


def drawn(*lines):
    """A page with lines of 800 pixels below each other, each a pair of its height and text."""
    made = (
        Line(f"x{n}", text=text, baseline=((100, y), (900, y + 6)))
        for n, (y, text) in enumerate(lines)
    )
    return Page("f1.jpg", 1000, 1000, lines=tuple(made))


def test_lines_of_another_segmentation_are_matched_by_their_place(shelf, evaluate):
    truth = drawn((200, "ci commence"), (260, "li liures"), (320, "du roi"))
    read = drawn((90, "Table"), (193, "ci comence"), (316, "du roi"), (700, "42"))
    shelf("truth", "f1.xml", truth, "page")
    shelf("read", "f1.xml", read, "page")

    _, report = evaluate()

    # One m of 26 characters is missing, and the second line with 9.
    page = report["pages"][0]
    assert page["lines_matched_by"] == "place"
    assert (page["errors"], page["deletions"]) == (10, 10)
    assert (page["missing_lines"], page["extra_lines"]) == (1, 2)


def test_places_are_compared_on_images_of_other_sizes_too(shelf, evaluate):
    truth = drawn((200, "ci commence"), (260, "li liures"))
    half = tuple(
        replace(line, baseline=tuple((x / 2, y / 2) for x, y in line.baseline))
        for line in drawn((90, "Table"), (200, "ci commence"), (260, "li liures")).lines
    )
    shelf("truth", "f1.json", truth, "json")
    shelf("read", "f1.json", Page("f1.jpg", 500, 500, lines=half), "json")

    assert evaluate()[1]["total"]["errors"] == 0


def test_missing_lines_count_as_deletions_and_further_ones_do_not_count(shelf, evaluate):
    shelf("truth", "f1.json", TRUTH, "json")
    other = Page("f1.jpg", 1, 1, lines=(Line("a", text="ci commence"), Line("z", text="more")))
    shelf("read", "f1.json", other, "json")

    _, report = evaluate()

    page = report["pages"][0]
    assert (page["errors"], page["deletions"]) == (9, 9)
    assert (page["missing_lines"], page["extra_lines"]) == (1, 1)


def test_a_missing_or_broken_page_is_listed_and_the_others_count(shelf, evaluate):
    shelf("truth", "f1.xml", TRUTH, "alto")
    shelf("truth", "f2.xml", TRUTH, "alto")
    shelf("truth", "f3.xml", TRUTH, "alto")
    shelf("read", "f1.xml", TRUTH, "alto")
    shelf("read", "f2.xml", TRUTH, "alto").write_bytes(b"<alto>")

    code, report = evaluate()

    assert (code, report["total"]["pages"], report["total"]["cer"]) == (1, 1, 0)
    assert [problem.split(":")[0] for problem in report["problems"]] == ["f2", "f3"]


def test_where_no_page_can_be_compared_one_is_named_and_the_others_are_counted(shelf, capsys):
    for number in range(4):
        shelf("truth", f"f{number}.xml", TRUTH, "alto")
    shelf("read", "other.xml", TRUTH, "alto")
    places = ["--reference", str(shelf.top / "truth"), "--hypothesis", str(shelf.top / "read")]

    assert main(["evaluate", *places]) == 2

    said = capsys.readouterr().err
    assert "f0: there is no file of this name" in said
    assert said.endswith("3 more pages cannot be compared either.\n")
    assert "f1" not in said


def test_options_change_the_rules(shelf, evaluate):
    shelf("truth", "f1.txt", Page("", 0, 0, lines=(Line("a", text="ſi  a"),)), "text")
    shelf("read", "f1.txt", Page("", 0, 0, lines=(Line("a", text="si a"),)), "text")

    assert evaluate()[1]["total"]["errors"] == 1
    assert evaluate("--normalization", "NFKC")[1]["total"]["errors"] == 0
    assert evaluate("--keep-spaces", "--unit", "grapheme")[1]["total"]["errors"] == 2


def test_two_files_and_a_table_for_people(shelf, capsys):
    truth, read = (
        shelf("truth", "f1.xml", TRUTH, "alto"),
        shelf("read", "other.txt", TRUTH, "text"),
    )

    code = main(
        ["evaluate", "--reference", str(truth), "--hypothesis", str(read), "--confusions", "3"]
    )

    shown = capsys.readouterr().out
    assert code == 0
    assert "micro average" in shown
    assert "0.00%" in shown


@pytest.mark.parametrize("place", ["nowhere", ""])
def test_nothing_to_compare_is_one_sentence_and_code_2(shelf, capsys, place):
    code = main(
        ["evaluate", "--reference", str(shelf.top / place), "--hypothesis", str(shelf.top)]
    )

    assert code == 2
    assert capsys.readouterr().err.count("\n") == 1


def test_the_formats_need_no_framework():
    program = (
        "import sys, armarius.formats, armarius.score;"
        "assert not {'django', 'ninja', 'psycopg', 'torch', 'kraken', 'numpy'} & set(sys.modules)"
    )

    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
