"""Metrics: consistency, accepted values and revised targets."""

from decimal import Decimal

import pytest

from okr_events.domain.errors import NotRevisable, WrongMetric, WrongValue
from okr_events.domain.metrics.metric import parse_metric, parse_new_metric

D = Decimal
LAUNCHES = {"kind": "increase", "baseline": "0", "target": "3", "measure": "products"}
COSTS = {"kind": "decrease", "baseline": "30", "target": "25", "measure": None}
SHARE = {"kind": "increase", "baseline": "15", "target": None, "relative": "0.2", "measure": None}
UPTIME = {"kind": "at_least", "baseline": None, "target": "99.9", "measure": "percent"}
WAIT = {"kind": "at_most", "baseline": None, "target": "5", "measure": None}
STOCK = {"kind": "between", "low": "10", "high": "20", "measure": None}
CONCEPT = {"kind": "milestones", "steps": [{"name": "concept", "weight": "1"}, {"name": "launch", "weight": "3"}]}
PAPER = {"kind": "milestones", "steps": [{"name": "draft", "weight": "0"}, {"name": "print", "weight": "1"}]}
DONE = {"kind": "binary"}


@pytest.mark.parametrize("form", [LAUNCHES, COSTS, UPTIME, WAIT, STOCK, CONCEPT, PAPER, DONE])
def test_a_metric_is_stored_as_it_was_defined(form):
    assert parse_new_metric(form).as_dict() == form
    assert parse_metric(form).as_dict() == form


@pytest.mark.parametrize(
    ("form", "pointer"),
    [
        (LAUNCHES | {"target": None}, "/metric/target"),
        (LAUNCHES | {"relative": "0.1"}, "/metric/target"),
        (LAUNCHES | {"baseline": None}, "/metric/baseline"),
        (LAUNCHES | {"target": "0"}, "/metric/target"),
        (LAUNCHES | {"target": "-1"}, "/metric/target"),
        (COSTS | {"target": "31"}, "/metric/target"),
        (SHARE | {"relative": "0"}, "/metric/relative"),
        (SHARE | {"relative": "-0.2"}, "/metric/relative"),
        (SHARE | {"kind": "decrease"}, "/metric/relative"),
        (SHARE | {"baseline": "0"}, "/metric/baseline"),
        (UPTIME | {"target": None}, "/metric/target"),
        (STOCK | {"low": None}, "/metric/low"),
        (STOCK | {"high": None}, "/metric/high"),
        (STOCK | {"low": "21"}, "/metric/low"),
        ({"kind": "milestones", "steps": []}, "/metric/steps"),
        ({"kind": "milestones"}, "/metric/steps"),
        ({"kind": "milestones", "steps": [{"name": "launch"}, {"name": "launch"}]}, "/metric/steps"),
        ({"kind": "milestones", "steps": [{"name": "launch", "weight": "0"}]}, "/metric/steps"),
        ({"kind": "milestones", "steps": [{"name": "launch", "weight": "-1"}]}, "/metric/steps"),
    ],
)
def test_an_inconsistent_metric_is_refused_with_a_pointer(form, pointer):
    with pytest.raises(WrongMetric) as refused:
        parse_new_metric(form)
    assert refused.value.pointer == pointer


@pytest.mark.parametrize(
    ("kind", "baseline", "relative", "target"),
    [
        ("increase", "15", "0.2", "18"),
        ("increase", "-10", "0.5", "-5"),
        ("decrease", "40", "-0.25", "30"),
        ("decrease", "-4", "-0.5", "-6"),
    ],
)
def test_a_relative_target_is_the_baseline_plus_a_share_of_it(kind, baseline, relative, target):
    metric = parse_new_metric({"kind": kind, "baseline": baseline, "relative": relative})
    assert metric.target == D(target)


def test_a_relative_target_waits_for_its_baseline():
    waiting = parse_new_metric(SHARE | {"baseline": None})
    assert waiting.target is None
    assert waiting.with_baseline(D(15)).target == D(18)
    assert waiting.with_baseline(D(15)).with_baseline(None) == waiting


@pytest.mark.parametrize(
    ("form", "value", "milestones"),
    [(LAUNCHES, D(-5), None), (SHARE, D(0), None), (CONCEPT, None, ["launch"]), (DONE, D(0), None), (DONE, D(1), None)],
)
def test_a_value_that_fits_the_metric_is_accepted(form, value, milestones):
    parse_metric(form).check_value(value, milestones)


@pytest.mark.parametrize(
    ("form", "value", "milestones", "pointer"),
    [
        (LAUNCHES, None, ["launch"], "/milestones"),
        (SHARE | {"baseline": None}, D(0), None, "/value"),
        (UPTIME, None, ["launch"], "/milestones"),
        (STOCK, None, ["launch"], "/milestones"),
        (CONCEPT, D(1), None, "/value"),
        (CONCEPT, None, ["sale"], "/milestones"),
        (DONE, D("0.5"), None, "/value"),
        (DONE, None, ["launch"], "/milestones"),
    ],
)
def test_a_value_that_does_not_fit_the_metric_is_refused(form, value, milestones, pointer):
    with pytest.raises(WrongValue) as refused:
        parse_metric(form).check_value(value, milestones)
    assert refused.value.pointer == pointer


@pytest.mark.parametrize(
    ("form", "revision", "revised"),
    [
        (LAUNCHES, {"target": D(4)}, {"target": "4"}),
        (LAUNCHES, {"target": D(0)}, {"target": "0"}),
        (COSTS, {"target": D(20)}, {"target": "20"}),
        (UPTIME, {"target": D(99)}, {"target": "99"}),
        (STOCK, {"low": D(12)}, {"low": "12"}),
        (STOCK, {"high": D(10)}, {"high": "10"}),
    ],
)
def test_a_target_is_revised(form, revision, revised):
    assert parse_metric(form).revise(**{"target": None, "low": None, "high": None} | revision).as_dict() == form | revised


def test_a_revised_relative_target_is_absolute_from_then_on():
    revised = parse_new_metric(SHARE).revise(target=D(20), low=None, high=None)
    assert revised.as_dict() == {"kind": "increase", "baseline": "15", "target": "20", "measure": None}


@pytest.mark.parametrize(
    ("form", "revision", "broken"),
    [
        (LAUNCHES, {"low": D(1)}, NotRevisable),
        (LAUNCHES, {"target": D(4), "high": D(1)}, NotRevisable),
        (LAUNCHES, {}, NotRevisable),
        (LAUNCHES, {"target": D(-1)}, WrongMetric),
        (COSTS, {"target": D(31)}, WrongMetric),
        (UPTIME, {"low": D(1)}, NotRevisable),
        (UPTIME, {"target": D(99), "high": D(1)}, NotRevisable),
        (STOCK, {"target": D(1)}, NotRevisable),
        (STOCK, {"low": D(21)}, WrongMetric),
        (CONCEPT, {"target": D(1)}, NotRevisable),
        (DONE, {"target": D(1)}, NotRevisable),
    ],
)
def test_a_metric_without_a_target_is_not_revisable(form, revision, broken):
    with pytest.raises(broken):
        parse_metric(form).revise(**{"target": None, "low": None, "high": None} | revision)
