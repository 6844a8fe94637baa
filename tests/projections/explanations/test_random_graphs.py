"""Of any graph and any story of check-ins: the explanation says the tree's numbers, and its formulae give them."""

from datetime import timedelta
from decimal import Decimal
from itertools import count

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from okr_events.domain.policy import DEFAULT
from projections.evaluation.goal_graph import Graph
from projections.explanations.explanation import explained
from projections.handlers.goals import simple
from projections.queries.serializers import key_result, objective
from tests.projections.event_recorder import FIRST_DAY, id_of
from tests.projections.explanations.explanation_assertions import check, check_facts, subjects
from tests.projections.graph_strategies import Batch, called, graphs

pytestmark = [pytest.mark.slow, pytest.mark.parametrize("store", ["sqlite"], indirect=True)]

anything = settings(
    max_examples=18,
    deadline=None,
    database=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
KINDS = {
    "increase": {"kind": "increase", "baseline": "-3", "target": "7", "measure": None},
    "decrease": {"kind": "decrease", "baseline": "7", "target": "-3", "measure": None},
    "relative": {"kind": "increase", "baseline": None, "target": None, "relative": "0.3", "measure": None},
    "at_least": {"kind": "at_least", "baseline": None, "target": "1.5", "measure": None},
    "at_most": {"kind": "at_most", "baseline": None, "target": "1.5", "measure": None},
    "between": {"kind": "between", "low": "-1", "high": "1.5", "measure": None},
    "milestones": {
        "kind": "milestones",
        "steps": [{"name": n, "weight": w} for n, w in (("a", "0.1"), ("b", "7"), ("c", "0"))],
    },
    "binary": {"kind": "binary"},
}
TARGETS = ["-9", "-3", "0", "7", "7.5", "1e-9"]
numbers = st.sampled_from([Decimal(n) for n in ("-4", "-3", "0", "0.1", "1.5", "3.333333333333", "7", "8")])
steps = st.lists(st.sampled_from("abc"), unique=True)
days = st.integers(0, 100)
maybe = st.sampled_from([None, None, "on_track", "at_risk", "off_track"])
shares = st.sampled_from([None, None, Decimal("0.3"), Decimal(1)])
acts = st.lists(
    st.one_of(
        st.tuples(st.just("say"), days, numbers | st.none(), steps, maybe, shares),
        st.tuples(st.just("correct"), st.integers(0, 9), days | st.none(), numbers | st.none(), steps),
        st.tuples(st.just("retract"), st.integers(0, 9)),
        st.tuples(st.just("revise"), st.sampled_from(TARGETS)),
        st.tuples(st.just("rule"), st.sampled_from(["weekly", "biweekly", "monthly"]), st.sampled_from(["0.9", "0.2"])),
        st.tuples(st.just("weigh"), numbers.filter(lambda number: number >= 0)),
        st.tuples(st.just("wait"), st.integers(1, 20)),
    ),
    max_size=14,
)


class Story:
    """Tells what happens to one key result, in bounds that the rules set."""

    def __init__(self, tell, name, kind):
        self.tell, self.name, self.kind = tell, name, kind
        self.now = FIRST_DAY
        self.said, self.versions = [], count()
        self.metric = dict(KINDS[kind])
        tell.on(self.now)
        tell.cycle(f"{name} time")
        tell.objective(f"{name} lead", cycle=f"{name} time")
        tell.key_result(name, of=f"{name} lead", cycle=f"{name} time", metric=self.metric)

    def __call__(self, act, *said):
        getattr(self, act)(*said)

    def wait(self, days):
        self.now += timedelta(days=days)
        self.tell.on(self.now)

    def say(self, back, value, done, status, confidence):
        name, day = f"{self.name} said {len(self.said)}", self.now - timedelta(days=back % 30)
        self.tell.check_in(self.name, name, on=day, status=status, confidence=confidence, **self._stated(value, done))
        self.said.append([name, self._stated(value, done)["value"], True])
        self._capture()

    def correct(self, which, back, value, done):
        if which < len(self.said) and self.said[which][2]:
            day = None if back is None else self.now - timedelta(days=back % 30)
            stated = self._stated(value, done)
            self.tell.correct(self.name, self.said[which][0], measured_on=day, **stated)
            self.said[which][1] = self.said[which][1] if stated["value"] is None else stated["value"]

    def retract(self, which):
        if which < len(self.said) and self.said[which][2]:
            self.tell.retract(self.name, self.said[which][0])
            self.said[which][2] = False

    def revise(self, target):
        if self.kind in {"increase", "decrease", "at_least", "at_most"}:
            self.metric["target"] = target
            self.tell("KeyResult.TargetRevised", self.name, metric=dict(self.metric))

    def rule(self, every, pace):
        cadence, shares = {**DEFAULT["cadence"], "every": every}, {"on_track": pace, "at_risk": "0.1"}
        self.tell("Cycle.PolicyChanged", f"{self.name} time", policy={**DEFAULT, "cadence": cadence, "pace": shares})

    def weigh(self, weight):
        self.tell("KeyResult.Reweighted", self.name, weight=weight)

    def _stated(self, value, done):
        if self.kind == "milestones":
            return {"value": None, "milestones": done}
        if self.kind == "binary":
            return {"value": None if value is None else Decimal(value > 0), "milestones": None}
        return {"value": value, "milestones": None}

    def _capture(self):
        name, value, _ = self.said[-1]
        if self.kind == "relative" and self.metric["baseline"] is None and value:
            target = value + abs(value) * Decimal("0.3")
            self.metric |= {"baseline": simple(value), "target": simple(target)}
            self.tell("KeyResult.BaselineCaptured", self.name, metric=dict(self.metric), check_in_id=id_of(name))


@pytest.fixture
def numbered():
    return count()


@anything
@given(kind=st.sampled_from(sorted(KINDS)), acts=acts, back=st.integers(0, 40), place=st.integers(0, 30))
def test_whatever_happened_to_a_key_result_its_explanation_is_right(tell, explain, numbered, kind, acts, back, place):
    name = f"key result {next(numbered)}"
    story = Story(tell, name, kind)
    born = tell.okrs.log_recorder.head().position
    for act in acts:
        story(*act)
    head = tell.okrs.log_recorder.head().position
    moment = {"position": max(born, head - place), "on": story.now - timedelta(days=back)}
    told = explain(name, **moment)
    above = explain(f"{name} lead", **moment)
    if above["progress"]["because"] is None:
        assert set(told["progress"]["positions"]) <= set(above["progress"]["positions"])
    assert told["value"]["uncounted"]["left_out"] == 0
    assert told["health"]["positions"] or told["health"]["rule"] == "computed"


@anything
@given(drawn=graphs(), order=st.integers(0, 10**6))
def test_whatever_a_graph_its_explanations_say_what_the_tree_says(tell, look, views, explain, numbered, drawn, order):
    name = f"graph {next(numbered)}"
    Batch(tell.okrs, tell.intent).draw(name, drawn, order)
    moment = look.moment()
    with views.reading() as connection:
        tree = Graph.of_cycle(connection, moment, str(id_of(name)))
        for way in drawn.names():
            thing_id = str(id_of(called(name, *way)))
            thing = (tree.objectives if way[1] is None else tree.key_results)[thing_id]
            shape = objective(thing) if way[1] is None else key_result(thing)
            found = explained(tell.okrs.mapper, tree, thing)
            behind = check(found, shape["progress"], shape["health"], shape["score"])
            check_facts(connection, found, behind, subjects(tree), tell.okrs.mapper)
            again = explain(called(name, *way))
            assert (again["progress"], again["left_out"]) == (found["progress"], found["left_out"])
            check_parts(found)


def check_parts(found):
    """Drivers and inputs tell of the same, in the same order."""
    inputs = found["progress"]["inputs"]
    for number, driver in enumerate(found["drivers"], start=1):
        assert inputs[f"w{number}"]["value"] == driver["weight"]["value"]
        assert inputs[f"p{number}"]["value"] == driver["counts_as"]
        assert {inputs[f"{name}{number}"]["id"] for name in "wp"} == {driver["id"]}
