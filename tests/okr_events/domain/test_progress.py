"""Progress of one key result: the formulas with their published numbers."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from okr_events.domain.metrics.metric import parse_metric
from okr_events.domain.progress import Measurement, metric_progress

D = Decimal
DAY = date(2026, 10, 5)
NUMBERS = st.decimals(allow_nan=False, allow_infinity=False, places=4, min_value=-(10**8), max_value=10**8)


def scale(baseline, target):
    kind = "increase" if D(baseline) < D(target) else "decrease"
    return parse_metric({"kind": kind, "baseline": baseline, "target": target})


def progress_at(metric, value):
    return metric_progress(metric, Measurement(DAY, None if value is None else D(value)))


@pytest.mark.parametrize(
    ("baseline", "target", "value", "progress"),
    [
        ("0", "100", "50", "0.5"),
        ("30", "25", "27", "0.6"),
        ("-10", "10", "0", "0.5"),
        ("1000000", "1500000", "1350000", "0.7"),
        ("15", "35", "20", "0.25"),
        ("0.5", "0", "0.2", "0.6"),
        ("0", "0.5", "0.1", "0.2"),
        ("0", "3", "1", "0.3333333333333333333333333333"),
        ("0", "100", "0", "0"),
        ("0", "100", "100", "1"),
    ],
)
def test_progress_is_the_share_of_the_way_from_baseline_to_target(baseline, target, value, progress):
    done = progress_at(scale(baseline, target), value)
    assert (done.raw, done.value, done.flags) == (D(progress), D(progress), ())


@pytest.mark.parametrize(
    ("baseline", "target", "value", "raw", "clamped", "flag"),
    [
        ("30", "25", "23", "1.4", "1", "beyond_target"),
        ("30", "25", "33", "-0.6", "0", "below_baseline"),
        ("0", "100", "150", "1.5", "1", "beyond_target"),
        ("0", "100", "-50", "-0.5", "0", "below_baseline"),
    ],
)
def test_raw_progress_exceeds_the_bounds_of_the_clamped_value(baseline, target, value, raw, clamped, flag):
    done = progress_at(scale(baseline, target), value)
    assert (done.raw, done.value, done.flags) == (D(raw), D(clamped), (flag,))


@pytest.mark.parametrize(("value", "progress"), [("9", "0"), ("10", "1"), ("11", "1")])
def test_an_increase_revised_down_to_its_baseline_is_met_or_not(value, progress):
    revised = scale("10", "20").revise(target=D(10), low=None, high=None)
    assert progress_at(revised, value).value == D(progress)


@pytest.mark.parametrize(("value", "progress"), [("9", "1"), ("10", "1"), ("11", "0")])
def test_a_decrease_revised_up_to_its_baseline_is_met_or_not(value, progress):
    revised = scale("10", "5").revise(target=D(10), low=None, high=None)
    assert progress_at(revised, value).value == D(progress)


@pytest.mark.parametrize(("value", "progress"), [("19", "0"), ("20", "1"), ("25", "1"), ("26", "1")])
def test_a_baseline_captured_beyond_its_target_is_met_or_not(value, progress):
    met_before = parse_metric({"kind": "increase", "baseline": "25", "target": "20"})
    assert progress_at(met_before, value).value == D(progress)


def test_without_a_value_there_is_no_progress():
    assert metric_progress(scale("0", "100"), None) is None
    assert progress_at(scale("0", "100"), None) is None


def test_before_its_baseline_is_captured_a_relative_target_has_no_progress():
    waiting = parse_metric({"kind": "increase", "relative": "0.2"})
    assert progress_at(waiting, "15") is None
    assert progress_at(waiting.with_baseline(D(15)), "16.5").value == D("0.5")


@pytest.mark.parametrize(("done", "progress"), [([], "0"), (["concept"], "0.25"), (["launch", "launch"], "0.75")])
def test_milestones_count_by_their_weight(done, progress):
    steps = parse_metric({"kind": "milestones", "steps": [{"name": "concept"}, {"name": "launch", "weight": "3"}]})
    assert metric_progress(steps, Measurement(DAY, milestones=tuple(done))).value == D(progress)
    assert metric_progress(steps, Measurement(DAY)) is None


@pytest.mark.parametrize("value", ["0", "1"])
def test_binary_is_done_or_not(value):
    assert progress_at(parse_metric({"kind": "binary"}), value).value == D(value)


@given(NUMBERS, NUMBERS, NUMBERS)
def test_the_value_is_raw_clamped_to_0_and_1(baseline, target, value):
    if baseline == target:
        return
    done = progress_at(scale(baseline, target), value)
    assert done.value == max(D(0), min(D(1), done.raw))


@given(NUMBERS, NUMBERS)
def test_the_baseline_is_0_and_the_target_is_1(baseline, target):
    if baseline != target:
        assert progress_at(scale(baseline, target), baseline).raw == 0
        assert progress_at(scale(baseline, target), target).raw == 1


def test_progress_is_formatted_as_plain_numbers():
    assert progress_at(scale("30", "25"), "23").as_dict() == {
        "value": "1",
        "raw": "1.4",
        "flags": ["beyond_target"],
        "drivers": 0,
        "not_started": 0,
    }
