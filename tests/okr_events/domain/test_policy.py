"""Policies: the default and replaced parts."""

import pytest

from okr_events.domain.policy import DEFAULT_POLICY, WrongPolicy, merge


def test_the_default_policy():
    assert DEFAULT_POLICY == {
        "limits": {
            "objectives_per_unit": {"max": 3, "enforce": "warn"},
            "key_results_per_objective": {"min": 2, "max": 3, "enforce": "warn"},
        },
        "cadence": {"every": "weekly", "weekday": "friday", "grace_days": 3},
        "pace": {"on_track": "0.7", "at_risk": "0.5"},
        "bands": {"achieved": "0.7", "partial": "0.4"},
        "aim": {"low": "0.7", "high": "0.8"},
        "too_safe": "0.9",
        "diverging": "0.3",
        "bottleneck": 3,
        "overlap": 90,
    }


def test_a_given_part_replaces_only_itself():
    whole = merge(DEFAULT_POLICY, {"cadence": {"every": "monthly"}, "too_safe": "0.950"})
    assert whole["cadence"] == {"every": "monthly", "weekday": "friday", "grace_days": 3}
    assert whole["too_safe"] == "0.95"
    assert whole | {"cadence": DEFAULT_POLICY["cadence"], "too_safe": "0.9"} == DEFAULT_POLICY


@pytest.mark.parametrize(
    ("parts", "pointer"),
    [({"cadence": None}, "/policy/cadence"), ({"pace": {"on_track": None}}, "/policy/pace/on_track")],
)
def test_no_part_can_be_cleared(parts, pointer):
    with pytest.raises(WrongPolicy) as refused:
        merge(DEFAULT_POLICY, parts)
    assert refused.value.pointer == pointer


def test_merging_leaves_the_default_alone():
    merge(DEFAULT_POLICY, {"limits": {"objectives_per_unit": {"max": 5}}})
    assert DEFAULT_POLICY["limits"]["objectives_per_unit"]["max"] == 3


@pytest.mark.parametrize(
    ("parts", "pointer"),
    [
        ({"colour": "red"}, "/policy/colour"),
        ({"cadence": "weekly"}, "/policy/cadence"),
        ({"cadence": {"hour": 9}}, "/policy/cadence/hour"),
        ({"cadence": {"every": "daily"}}, "/policy/cadence/every"),
        ({"cadence": {"weekday": "Friday"}}, "/policy/cadence/weekday"),
        ({"cadence": {"grace_days": -1}}, "/policy/cadence/grace_days"),
        ({"cadence": {"grace_days": 367}}, "/policy/cadence/grace_days"),
        ({"cadence": {"grace_days": True}}, "/policy/cadence/grace_days"),
        ({"cadence": {"grace_days": "3"}}, "/policy/cadence/grace_days"),
        ({"limits": {"objectives_per_unit": {"max": 1.5}}}, "/policy/limits/objectives_per_unit/max"),
        ({"limits": {"objectives_per_unit": {"enforce": "maybe"}}}, "/policy/limits/objectives_per_unit/enforce"),
        ({"limits": {"objectives_per_unit": {"enforce": ["warn"]}}}, "/policy/limits/objectives_per_unit/enforce"),
        ({"limits": {"objectives_per_unit": {"enforce": {}}}}, "/policy/limits/objectives_per_unit/enforce"),
        (
            {"limits": {"key_results_per_objective": {"min": 4}}},
            "/policy/limits/key_results_per_objective/min",
        ),
        ({"pace": {"on_track": "1.1"}}, "/policy/pace/on_track"),
        ({"pace": {"on_track": "NaN"}}, "/policy/pace/on_track"),
        ({"too_safe": True}, "/policy/too_safe"),
        ({"too_safe": {}}, "/policy/too_safe"),
        ({"overlap": 101}, "/policy/overlap"),
        ({"bottleneck": 1001}, "/policy/bottleneck"),
        ({"pace": {"at_risk": "0.8"}}, "/policy/pace/at_risk"),
        ({"bands": {"achieved": "0.3"}}, "/policy/bands/partial"),
        ({"aim": {"low": "0.9"}}, "/policy/aim/low"),
    ],
)
def test_a_wrong_part_is_refused_with_its_pointer(parts, pointer):
    with pytest.raises(WrongPolicy) as refused:
        merge(DEFAULT_POLICY, parts)
    assert refused.value.pointer == pointer


@pytest.mark.parametrize(
    "parts",
    [{"cadence": {"grace_days": 0}}, {"cadence": {"grace_days": 366}}, {"overlap": 100}, {"too_safe": "0"}, {"too_safe": "1"}],
)
def test_the_bounds_of_a_part_are_allowed(parts):
    merge(DEFAULT_POLICY, parts)


def test_a_lower_bound_may_equal_the_upper_one():
    assert merge(DEFAULT_POLICY, {"aim": {"low": "0.8"}})["aim"] == {"low": "0.8", "high": "0.8"}
