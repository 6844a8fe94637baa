"""Which metric a key result goes on with in another cycle."""

from datetime import date
from decimal import Decimal

import pytest

from okr_events.domain.carry_over import NothingLeft, TargetReached, TargetWithoutBaseline, carried
from okr_events.domain.errors import NotRevisable
from okr_events.domain.metrics.metric import defined, parsed
from okr_events.domain.progress import Report

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


def said(value=None, milestones=None):
    return Report(date(2026, 3, 31), None if value is None else D(value), milestones)


def gone_on(form, last, target=None):
    """The metric of the new key result: one that can be defined."""
    return defined(carried(parsed(form), last, None if target is None else D(target)).as_dict()).as_dict()


@pytest.mark.parametrize("form", [LAUNCHES, COSTS, SHARE, SHARE | {"baseline": "10"}, UPTIME, WAIT, STOCK, PRODUCT, DONE])
def test_what_nobody_reported_on_goes_on_as_it_was(form):
    assert gone_on(form, None) == defined(form).as_dict()


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
def test_a_number_goes_on_from_its_last_value(form, value, target, baseline, goal):
    last = None if value is None else said(value)
    assert gone_on(form, last, target) == form | {"baseline": baseline, "target": goal}


def test_a_relative_target_stays_the_number_that_it_was():
    captured = parsed(SHARE).from_baseline(D(15)).as_dict()
    absolute = {"kind": "increase", "baseline": "16", "target": "18", "measure": "%"}
    assert gone_on(captured, said(16)) == absolute
    assert gone_on(captured, said(16), 20) == absolute | {"target": "20"}


def test_one_whose_values_could_not_be_its_baseline_stays_relative():
    assert gone_on(SHARE, said(0)) == SHARE


def test_without_any_baseline_no_absolute_target_is_set():
    with pytest.raises(TargetWithoutBaseline) as refused:
        gone_on(SHARE, None, 20)
    assert refused.value.pointer == "/target"


@pytest.mark.parametrize(
    ("form", "value", "target"),
    [(LAUNCHES, 3, None), (LAUNCHES, 4, None), (LAUNCHES, 2, 2), (LAUNCHES, 2, 1), (COSTS, 25, None), (COSTS, 24, 26)],
)
def test_a_target_that_was_reached_must_be_a_new_one(form, value, target):
    with pytest.raises(TargetReached) as refused:
        gone_on(form, said(value), target)
    assert refused.value.pointer == "/target"
    assert "say a new one" in refused.value.detail


@pytest.mark.parametrize("form", [UPTIME, WAIT, STOCK])
def test_what_stays_somewhere_goes_on_staying_there(form):
    assert gone_on(form, said(12)) == form


def test_a_bound_may_be_drawn_anew_and_nothing_else():
    assert gone_on(UPTIME, said(98), "99.5") == UPTIME | {"target": "99.5"}
    for form in (STOCK, PRODUCT, DONE):
        with pytest.raises(NotRevisable):
            gone_on(form, said(0), 1)


def test_the_steps_that_are_not_done_go_on():
    assert gone_on(PRODUCT, said(milestones=("concept",))) == steps("polish", "build", "launch")
    assert gone_on(PRODUCT, said(milestones=())) == PRODUCT


@pytest.mark.parametrize("done", [("concept", "polish", "build", "launch"), ("concept", "build", "launch")])
def test_of_steps_that_are_all_done_nothing_is_left(done):
    with pytest.raises(NothingLeft):
        gone_on(PRODUCT, said(milestones=done))


def test_what_is_done_or_not_goes_on_while_it_is_not():
    assert gone_on(DONE, said(0)) == DONE
    with pytest.raises(NothingLeft):
        gone_on(DONE, said(1))
