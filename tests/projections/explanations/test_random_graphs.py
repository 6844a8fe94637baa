"""For any graph and any check-ins, explanations have the numbers of the tree, and their formulas give them."""

from datetime import timedelta
from decimal import Decimal
from itertools import count

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from okr_events.domain.policy import DEFAULT_POLICY
from projections.evaluation.goal_graph import GoalGraph
from projections.explanations.explanation import build_explanation
from projections.queries.goal_serializers import serialize_key_result, serialize_objective
from projections.store.column_values import plain_value
from tests.projections.event_recorder import FIRST_DAY, id_of
from tests.projections.explanations.explanation_assertions import assert_explanation_holds, assert_facts_fit, subjects_of
from tests.projections.graph_strategies import BatchRecorder, graphs, name_of

pytestmark = [pytest.mark.slow, pytest.mark.parametrize("store", ["sqlite"], indirect=True)]

random_examples = settings(
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
optional_statuses = st.sampled_from([None, None, "on_track", "at_risk", "off_track"])
shares = st.sampled_from([None, None, Decimal("0.3"), Decimal(1)])
actions = st.lists(
    st.one_of(
        st.tuples(st.just("say"), days, numbers | st.none(), steps, optional_statuses, shares),
        st.tuples(st.just("correct"), st.integers(0, 9), days | st.none(), numbers | st.none(), steps),
        st.tuples(st.just("retract"), st.integers(0, 9)),
        st.tuples(st.just("revise"), st.sampled_from(TARGETS)),
        st.tuples(st.just("rule"), st.sampled_from(["weekly", "biweekly", "monthly"]), st.sampled_from(["0.9", "0.2"])),
        st.tuples(st.just("weigh"), numbers.filter(lambda number: number >= 0)),
        st.tuples(st.just("wait"), st.integers(1, 20)),
    ),
    max_size=14,
)


class KeyResultStory:
    """Records random events of one key result within the rules."""

    def __init__(self, tell, name, kind):
        self.record, self.name, self.kind = tell, name, kind
        self.now = FIRST_DAY
        self.check_ins, self.versions = [], count()
        self.metric = dict(KINDS[kind])
        tell.at_day(self.now)
        tell.cycle(f"{name} time")
        tell.objective(f"{name} lead", cycle=f"{name} time")
        tell.key_result(name, of=f"{name} lead", cycle=f"{name} time", metric=self.metric)

    def __call__(self, act, *said):
        getattr(self, act)(*said)

    def wait(self, days):
        self.now += timedelta(days=days)
        self.record.at_day(self.now)

    def say(self, back, value, done, status, confidence):
        name, day = f"{self.name} said {len(self.check_ins)}", self.now - timedelta(days=back % 30)
        self.record.check_in(self.name, name, on=day, status=status, confidence=confidence, **self._value_fields(value, done))
        self.check_ins.append([name, self._value_fields(value, done)["value"], True])
        self._capture_baseline()

    def correct(self, which, back, value, done):
        if which < len(self.check_ins) and self.check_ins[which][2]:
            day = None if back is None else self.now - timedelta(days=back % 30)
            stated = self._value_fields(value, done)
            self.record.correct(self.name, self.check_ins[which][0], measured_on=day, **stated)
            self.check_ins[which][1] = self.check_ins[which][1] if stated["value"] is None else stated["value"]

    def retract(self, which):
        if which < len(self.check_ins) and self.check_ins[which][2]:
            self.record.retract(self.name, self.check_ins[which][0])
            self.check_ins[which][2] = False

    def revise(self, target):
        if self.kind in {"increase", "decrease", "at_least", "at_most"}:
            self.metric["target"] = target
            self.record("KeyResult.TargetRevised", self.name, metric=dict(self.metric))

    def rule(self, every, pace):
        cadence, shares = {**DEFAULT_POLICY["cadence"], "every": every}, {"on_track": pace, "at_risk": "0.1"}
        self.record("Cycle.PolicyChanged", f"{self.name} time", policy={**DEFAULT_POLICY, "cadence": cadence, "pace": shares})

    def weigh(self, weight):
        self.record("KeyResult.Reweighted", self.name, weight=weight)

    def _value_fields(self, value, done):
        if self.kind == "milestones":
            return {"value": None, "milestones": done}
        if self.kind == "binary":
            return {"value": None if value is None else Decimal(value > 0), "milestones": None}
        return {"value": value, "milestones": None}

    def _capture_baseline(self):
        name, value, _ = self.check_ins[-1]
        if self.kind == "relative" and self.metric["baseline"] is None and value:
            target = value + abs(value) * Decimal("0.3")
            self.metric |= {"baseline": plain_value(value), "target": plain_value(target)}
            self.record("KeyResult.BaselineCaptured", self.name, metric=dict(self.metric), check_in_id=id_of(name))


@pytest.fixture
def numbered():
    return count()


@random_examples
@given(kind=st.sampled_from(sorted(KINDS)), acts=actions, back=st.integers(0, 40), place=st.integers(0, 30))
def test_whatever_happened_to_a_key_result_its_explanation_is_right(record, explain, numbered, kind, acts, back, place):
    name = f"key result {next(numbered)}"
    story = KeyResultStory(record, name, kind)
    born = record.okrs.log_recorder.head().position
    for act in acts:
        story(*act)
    head = record.okrs.log_recorder.head().position
    moment = {"position": max(born, head - place), "on": story.now - timedelta(days=back)}
    told = explain(name, **moment)
    above = explain(f"{name} lead", **moment)
    if above["progress"]["because"] is None:
        assert set(told["progress"]["positions"]) <= set(above["progress"]["positions"])
    assert told["value"]["uncounted"]["left_out"] == 0
    assert told["health"]["positions"] or told["health"]["rule"] == "computed"


@random_examples
@given(drawn=graphs(), order=st.integers(0, 10**6))
def test_the_explanations_of_any_graph_have_the_numbers_of_the_tree(record, reader, views, explain, numbered, drawn, order):
    name = f"graph {next(numbered)}"
    BatchRecorder(record.okrs, record.intent).record_graph(name, drawn, order)
    moment = reader.moment()
    with views.connect() as connection:
        tree = GoalGraph.for_cycle(connection, moment, str(id_of(name)))
        for way in drawn.iterate_numbers():
            thing_id = str(id_of(name_of(name, *way)))
            thing = (tree.objectives if way[1] is None else tree.key_results)[thing_id]
            shape = serialize_objective(thing) if way[1] is None else serialize_key_result(thing)
            found = build_explanation(record.okrs.mapper, tree, thing)
            behind = assert_explanation_holds(found, shape["progress"], shape["health"], shape["score"])
            assert_facts_fit(connection, found, behind, subjects_of(tree), record.okrs.mapper)
            again = explain(name_of(name, *way))
            assert (again["progress"], again["left_out"]) == (found["progress"], found["left_out"])
            assert_parts_agree(found)


def assert_parts_agree(found):
    """Drivers and inputs name the same goals in the same order."""
    inputs = found["progress"]["inputs"]
    for number, driver in enumerate(found["drivers"], start=1):
        assert inputs[f"w{number}"]["value"] == driver["weight"]["value"]
        assert inputs[f"p{number}"]["value"] == driver["counts_as"]
        assert {inputs[f"{name}{number}"]["id"] for name in "wp"} == {driver["id"]}
