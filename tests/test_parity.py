"""docs/parity.md says what works and which test shows it; here it is held to that."""

from __future__ import annotations

import re
from typing import NamedTuple

import pytest

from tests.live import TOP

PAGE = TOP / "docs" / "parity.md"
NUMBERS = {
    *range(1, 28), *range(30, 34), 35, 36, *range(38, 93), *range(103, 107), *range(108, 117),
    118, *range(120, 126), 128, 129, *range(134, 137),
}  # fmt: skip
STATES = {"works", "in the API", "not yet"}
_ROW = re.compile(
    r"^\| (\d+) \| (.+) \| (must|should|nice) \| ([^|]+) \| (.*) \|$", re.MULTILINE
)
_LINK = re.compile(r"\[([^\]]+)\]\(\.\./([^)]+)\)")


class Row(NamedTuple):
    """One thing that people of the field expect."""

    number: int
    what: str
    weight: str
    state: str
    shown: str


def rows() -> list[Row]:
    """The table."""
    found = _ROW.findall(PAGE.read_text("utf-8"))
    return [Row(int(number), *rest) for number, *rest in found]


def test_every_number_has_one_row():
    found = [row.number for row in rows()]
    assert sorted(found) == sorted(NUMBERS)
    assert {row.state for row in rows()} <= STATES


@pytest.mark.parametrize("row", rows(), ids=lambda row: str(row.number))
def test_what_works_is_shown_by_a_test_and_what_does_not_has_a_reason(row):
    links = _LINK.findall(row.shown)
    reason = _LINK.sub("", row.shown).strip(" ,;")

    if row.state != "not yet":
        assert links, "name the test that shows it"
    else:
        assert len(reason) > 10, "say why it does not work yet"
    for name, path in links:
        file = TOP / path
        assert file.is_file(), f"there is no {path}"
        source = file.read_text("utf-8")
        assert f"def {name}(" in source or f"test('{name}'" in source, f"{path} has no {name}"
