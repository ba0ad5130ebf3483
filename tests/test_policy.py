"""Which work comes first."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from armarius import policy
from armarius.errors import BadInput
from armarius.policy import Class

use = st.floats(0, 1e9)
age = st.floats(0, 1e9)
lanes = st.sampled_from(policy.LANES)


def test_the_number_is_what_the_design_says():
    # 3 × 1,000,000 + 5 × 10,000 + 7,000 (has used nothing) + 0 (just came)
    assert policy.priority(Class.INTERACTIVE, "gpu-5") == 3_057_000
    # 2 × 1,000,000 + 0 + 7,000 / (1 + 1) + 2,999 / 2 = 2,004,999.5
    assert policy.priority(Class.BATCH, "cpu", used_s=3_600, age_s=12 * 3_600) == 2_004_999


@given(lanes, lanes, use, age, use, age)
def test_a_class_never_overtakes_a_higher_one(one, other, used, aged, used2, aged2):
    low = policy.priority(Class.BATCH, one, used_s=used, age_s=aged)
    high = policy.priority(Class.INTERACTIVE, other, used_s=used2, age_s=aged2)
    assert low < high


@given(use, age, use, age)
def test_share_and_age_never_reach_the_next_slice(used, aged, used2, aged2):
    small = policy.priority(Class.BATCH, "gpu-1", used_s=used, age_s=aged)
    large = policy.priority(Class.BATCH, "gpu-5", used_s=used2, age_s=aged2)
    assert small < large


@given(use, use, age)
def test_who_has_used_less_comes_first(one, other, aged):
    less, more = sorted((one, other))
    assert policy.priority(Class.BATCH, "cpu", used_s=less, age_s=aged) >= policy.priority(
        Class.BATCH, "cpu", used_s=more, age_s=aged
    )


@given(use, age, age)
def test_who_has_waited_longer_comes_first(used, one, other):
    short, long = sorted((one, other))
    assert policy.priority(Class.BATCH, "cpu", used_s=used, age_s=long) >= policy.priority(
        Class.BATCH, "cpu", used_s=used, age_s=short
    )


def test_use_is_forgotten_by_half_in_a_week():
    assert policy.decayed(100, 0) == 100
    assert policy.decayed(100, 7 * 24 * 3600) == 50
    assert policy.decayed(100, 14 * 24 * 3600) == 25


@pytest.mark.parametrize(
    ("kind", "items", "expected"),
    [
        ("train", 1, Class.TRAINING),
        ("segment", 1, Class.INTERACTIVE),
        ("segment", 8, Class.INTERACTIVE),
        ("transcribe", 9, Class.BATCH),
    ],
)
def test_somebody_waits_for_a_few_pages(kind, items, expected):
    assert policy.class_of(kind, items) == expected


@pytest.mark.parametrize(
    ("memory", "training", "lanes"),
    [
        (0, False, ("cpu",)),
        (0, True, ("cpu", "cpu-train")),
        (4_864, False, ("gpu-1", "gpu-5")),
        (
            9_856,
            True,
            ("gpu-1", "gpu-5", "gpu-10", "gpu-1-train", "gpu-5-train", "gpu-10-train"),
        ),
        (40_000, False, ("gpu-1", "gpu-5", "gpu-10", "gpu-20", "gpu-40")),
    ],
)
def test_a_worker_hears_what_its_slice_can_hold(memory, training, lanes):
    assert policy.heard(memory, training=training) == lanes


def test_work_goes_to_the_smallest_slice_that_holds_it():
    assert policy.smallest_lane(900) == "gpu-1"
    assert policy.smallest_lane(4_864) == "gpu-5"
    assert policy.smallest_lane(5_000, training=True) == "gpu-10-train"


def test_what_is_not_there_is_said():
    with pytest.raises(BadInput, match="the largest lane has 40 GB"):
        policy.smallest_lane(90_000)
    with pytest.raises(BadInput, match="no lane “gpu-6”"):
        policy.size_of("gpu-6")
