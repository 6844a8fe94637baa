"""The metric of a carried-over key result."""

from datetime import date
from decimal import Decimal

import pytest

from okr_events.domain.carry_over import NothingToCarryOver, TargetReached, TargetWithoutBaseline, carry_over_metric
from okr_events.domain.errors import NotRevisable
from okr_events.domain.metrics.metric import parse_metric, parse_new_metric
from okr_events.domain.progress import Measurement

D = Decimal
LAUNCHES = {"kind": "increase", "baseline": "0", "target": "3", "measure": "products"}
COSTS = {"kind": "decrease", "baseline": "30", "target": "25", "measure": None}
SHARE = {"kind": "increase", "baseline": None, "target": None, "relative": "0.2", "measure": "%"}
UPTIME = {"kind": "at_least", "baseline": None, "target": "99.9", "measure": "percent"}
WAIT = {"kind": "at_most", "baseline": None, "target": "5", "measure": None}
STOCK = {"kind": "between", "low": "10", "high": "20", "measure": None}
DONE = {"kind": "binary"}
STEPS = [("concept", "1"), ("polish", "0"), ("build", "3"), ("launch", "2")]


def steps(*names):
    return {"kind": "milestones", "steps": [{"name": name, "weight": weight} for name, weight in STEPS if name in names]}


PRODUCT = steps("concept", "polish", "build", "launch")


def check_in_fields(value=None, milestones=None):
    return Measurement(date(2026, 3, 31), None if value is None else D(value), milestones)


def continued_metric(form, last, target=None):
    """The metric of the new key result, checked to be definable."""
    return parse_new_metric(
        carry_over_metric(parse_metric(form), last, None if target is None else D(target)).as_dict()
    ).as_dict()


@pytest.mark.parametrize("form", [LAUNCHES, COSTS, SHARE, SHARE | {"baseline": "10"}, UPTIME, WAIT, STOCK, PRODUCT, DONE])
def test_a_metric_without_check_ins_continues_unchanged(form):
    assert continued_metric(form, None) == parse_new_metric(form).as_dict()


@pytest.mark.parametrize(
    ("form", "value", "target", "baseline", "goal"),
    [
        (LAUNCHES, 2, None, "2", "3"),
        (LAUNCHES, "-1.50", None, "-1.5", "3"),
        (LAUNCHES, 3, 5, "3", "5"),
        (LAUNCHES, 4, 5, "4", "5"),
        (COSTS, 27, None, "27", "25"),
        (COSTS, 33, None, "33", "25"),
        (COSTS, 25, "24.50", "25", "24.5"),
        (LAUNCHES, None, 7, "0", "7"),
    ],
)
def test_a_directional_metric_continues_from_its_last_value(form, value, target, baseline, goal):
    last = None if value is None else check_in_fields(value)
    assert continued_metric(form, last, target) == form | {"baseline": baseline, "target": goal}


def test_a_relative_target_with_a_baseline_becomes_absolute():
    captured = parse_metric(SHARE).with_baseline(D(15)).as_dict()
    absolute = {"kind": "increase", "baseline": "16", "target": "18", "measure": "%"}
    assert continued_metric(captured, check_in_fields(16)) == absolute
    assert continued_metric(captured, check_in_fields(16), 20) == absolute | {"target": "20"}


def test_a_relative_target_without_a_baseline_stays_relative():
    assert continued_metric(SHARE, check_in_fields(0)) == SHARE


def test_an_absolute_target_needs_a_baseline():
    with pytest.raises(TargetWithoutBaseline) as refused:
        continued_metric(SHARE, None, 20)
    assert refused.value.pointer == "/target"


@pytest.mark.parametrize(
    ("form", "value", "target"),
    [(LAUNCHES, 3, None), (LAUNCHES, 4, None), (LAUNCHES, 2, 2), (LAUNCHES, 2, 1), (COSTS, 25, None), (COSTS, 24, 26)],
)
def test_a_reached_target_needs_a_new_one(form, value, target):
    with pytest.raises(TargetReached) as refused:
        continued_metric(form, check_in_fields(value), target)
    assert refused.value.pointer == "/target"
    assert "Give a new target" in refused.value.detail


@pytest.mark.parametrize("form", [UPTIME, WAIT, STOCK])
def test_a_periodic_metric_continues_unchanged(form):
    assert continued_metric(form, check_in_fields(12)) == form


def test_a_new_target_replaces_a_threshold_only():
    assert continued_metric(UPTIME, check_in_fields(98), "99.5") == UPTIME | {"target": "99.5"}
    for form in (STOCK, PRODUCT, DONE):
        with pytest.raises(NotRevisable):
            continued_metric(form, check_in_fields(0), 1)


def test_the_remaining_steps_continue():
    assert continued_metric(PRODUCT, check_in_fields(milestones=("concept",))) == steps("polish", "build", "launch")
    assert continued_metric(PRODUCT, check_in_fields(milestones=())) == PRODUCT


@pytest.mark.parametrize("done", [("concept", "polish", "build", "launch"), ("concept", "build", "launch")])
def test_completed_steps_leave_nothing_to_carry_over(done):
    with pytest.raises(NothingToCarryOver):
        continued_metric(PRODUCT, check_in_fields(milestones=done))


def test_a_binary_metric_continues_while_it_is_not_done():
    assert continued_metric(DONE, check_in_fields(0)) == DONE
    with pytest.raises(NothingToCarryOver):
        continued_metric(DONE, check_in_fields(1))
