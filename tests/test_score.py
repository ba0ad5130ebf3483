"""Error rates, checked against values worked out by hand."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from armarius.score import Rules, character_name, score


def test_rates_by_hand():
    # kitten → sitting: k→s, e→i, +g = 3 of 6; one word of one wrong
    found = score([("kitten", "sitting")])

    assert (found.errors, found.characters, found.cer) == (3, 6, 0.5)
    assert (found.substitutions, found.insertions, found.deletions) == (2, 1, 0)
    assert found.wer == 1.0
    assert found.confusions == {("k", "s"): 1, ("e", "i"): 1, ("", "g"): 1}


def test_the_average_is_over_characters_not_over_lines():
    # 1 error in 1 character and none in 9: 1/10, where the mean of lines would be 0.5
    assert score([("a", "b"), ("ci commen", "ci commen")]).cer == 0.1


def test_sums_of_pages_are_the_sum_of_their_lines():
    total = score([("ab", "a")])
    total += score([("cd ef", "cd xf")])

    assert (total.lines, total.characters, total.errors) == (2, 7, 2)
    assert (total.words, total.word_errors) == (3, 2)


@pytest.mark.parametrize(("rules", "errors"), [
    (Rules(), 0), (Rules(normalization="none"), 2), (Rules(normalization="NFD"), 0), (Rules(normalization="NFKC"), 0),
])  # fmt: skip
def test_normal_forms_make_equal_what_looks_equal(rules, errors):
    assert score([("e\u0301", "é")], rules).errors == errors


def test_compatibility_forms_are_only_joined_by_nfkc():
    assert score([("ſi", "si")]).errors == 1
    assert score([("ſi", "si")], Rules(normalization="NFKC")).errors == 0


def test_white_space_is_collapsed_unless_kept():
    assert score([(" a \t b\u00a0c", "a b c")]).errors == 0
    assert score([("a  b", "a b")], Rules(collapse=False)).errors == 1


def test_a_grapheme_is_one_character_however_many_marks_it_has():
    # q + COMBINING TILDE + COMBINING ACUTE against q: two code points missing, or one grapheme replaced
    pair = ("q\u0303\u0301a", "qa")

    assert (score([pair]).errors, score([pair]).characters) == (2, 4)
    assert (
        score([pair], Rules(unit="grapheme")).errors,
        score([pair], Rules(unit="grapheme")).characters,
    ) == (1, 2)


def test_lines_without_reference_text_are_left_out_or_count_as_insertions():
    pairs = [("ab", "ab"), (" ", "xy")]

    assert score(pairs).cer == 0
    assert score(pairs, Rules(empty="count")).cer == 1.0


def test_an_empty_reference_has_a_defined_rate():
    assert score([]).cer == 0.0
    assert score([("", "")], Rules(empty="count")).cer == 0.0
    assert score([("", "x")], Rules(empty="count")).cer == 1.0


def test_the_rules_are_stated():
    assert (
        Rules().stated()
        == "NFC, white space collapsed, code points, micro average, lines without reference text left out"
    )
    assert "grapheme clusters" in Rules(unit="grapheme", collapse=False).stated()


def test_characters_have_names_in_reports():
    assert character_name("q\u0303") == "U+0071 LATIN SMALL LETTER Q + U+0303 COMBINING TILDE"
    assert character_name("") == "nothing"


@given(st.text(max_size=20), st.text(max_size=20))
def test_the_distance_is_symmetric_bounded_and_zero_for_the_same(left, right):
    rules = Rules(empty="count")
    forward, back = score([(left, right)], rules), score([(right, left)], rules)
    longest = max(forward.characters, back.characters)

    assert forward.errors == back.errors <= longest
    assert forward.errors == forward.insertions + forward.deletions + forward.substitutions
    assert score([(left, left)], rules).errors == 0
