"""Easier and harder revised targets."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from okr_events.domain.metrics.target_direction import classify_revision

NUMBERS = st.decimals(-1000, 1000, places=2).map(str)
BANDS = st.tuples(NUMBERS, NUMBERS).map(lambda ends: sorted(ends, key=float))
OPPOSITE = {"easier": "harder", "harder": "easier", "other": "other"}


@pytest.mark.parametrize(
    ("kind", "lower", "higher"),
    [
        ("increase", "easier", "harder"),
        ("at_least", "easier", "harder"),
        ("decrease", "harder", "easier"),
        ("at_most", "harder", "easier"),
    ],
)
def test_each_kind_has_an_easier_direction(kind, lower, higher):
    def moved(before, after):
        return classify_revision({"kind": kind, "target": before}, {"kind": kind, "target": after})

    assert (moved("10", "9.9"), moved("10", "10.1"), moved("10", "10.0")) == (lower, higher, "other")


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [
        ("1", "2", "other"),
        ("0.9", "2", "easier"),
        ("1", "2.1", "easier"),
        ("1.1", "2", "harder"),
        ("1.1", "1.9", "harder"),
        ("1.1", "2.1", "other"),
        ("3", "4", "other"),
    ],
)
def test_a_wider_range_is_easier(low, high, expected):
    assert (
        classify_revision({"kind": "between", "low": "1", "high": "2"}, {"kind": "between", "low": low, "high": high})
        == expected
    )


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ({"kind": "increase", "target": "1"}, {"kind": "at_least", "target": "0"}),
        ({"kind": "increase", "target": None}, {"kind": "increase", "target": "1"}),
        ({"kind": "increase", "target": "1"}, {"kind": "increase", "target": None}),
        ({"kind": "binary"}, {"kind": "binary"}),
        ({"kind": "milestones", "steps": []}, {"kind": "milestones", "steps": []}),
    ],
)
def test_targets_that_cannot_be_compared_are_other(before, after):
    assert classify_revision(before, after) == "other"


@given(st.sampled_from(("increase", "decrease", "at_least", "at_most")), NUMBERS, NUMBERS)
def test_the_opposite_revision_has_the_opposite_class(kind, one, other):
    before, after = {"kind": kind, "target": one}, {"kind": kind, "target": other}
    assert classify_revision(after, before) == OPPOSITE[classify_revision(before, after)]


@given(BANDS, BANDS)
def test_the_opposite_revision_of_a_range_has_the_opposite_class(one, other):
    before, after = ({"kind": "between", "low": low, "high": high} for low, high in (one, other))
    assert classify_revision(after, before) == OPPOSITE[classify_revision(before, after)]
