"""Names of files from outside."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from armarius.ops import naming


def test_numbers_in_names_are_sorted_as_numbers():
    names = ["f10.jpg", "f2.jpg", "F1.jpg", "b/f1.jpg", "f2a.jpg", "f002b.jpg"]

    assert sorted(names, key=naming.natural) == [
        "b/f1.jpg",
        "F1.jpg",
        "f2.jpg",
        "f2a.jpg",
        "f002b.jpg",
        "f10.jpg",
    ]


def test_a_number_of_ten_thousand_digits_is_sorted_too():
    long = "9" * 10_000

    assert sorted([f"f{long}.jpg", "f8.jpg"], key=naming.natural)[0] == "f8.jpg"


@pytest.mark.parametrize(
    ("given_name", "expected"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\scans\\f1.jpg", "f1.jpg"),
        ("photo\u202egpj.exe", "photo[U+202E]gpj.exe"),
        ("a\x00b\n.jpg", "a[U+0000]b[U+000A].jpg"),
        ("کتاب\u200cها.jpg", "کتاب\u200cها.jpg"),
        ("...", "..."),
        ("  ", "unnamed"),
        ("folder/", "folder"),
    ],
)
def test_a_page_is_named_by_the_last_part_with_hidden_characters_shown(given_name, expected):
    assert naming.of_page(given_name) == expected


def test_a_name_of_4000_characters_keeps_its_beginning_and_suffix():
    name = naming.of_page("x" * 4000 + ".jpg")

    assert len(name) == naming.LONGEST
    assert name.startswith("xxx")
    assert name.endswith("….jpg")


@given(st.text(max_size=300))
def test_a_file_we_hand_out_has_a_name_every_system_accepts(name):
    safe = naming.of_file(name)

    assert safe
    assert len(safe) <= naming.LONGEST
    assert not set(safe) & set('<>:"|?*\\/\x00')
    assert safe == safe.strip(" .")
    safe.encode("utf-8")


def test_devices_of_windows_are_not_used_as_names():
    assert naming.of_file("CON.jpg") == "_CON.jpg"


def test_a_taken_name_gets_a_number_before_its_suffix():
    assert naming.free("f1.jpg", {"f1.jpg", "f1 (2).jpg"}) == "f1 (3).jpg"
    assert naming.free("f2.jpg", {"f1.jpg"}) == "f2.jpg"
