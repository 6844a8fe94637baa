"""Of any goals in several cycles: what a closed cycle ended with stays, whatever happens next and however it is read."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from itertools import count

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from okr_events.domain import health
from okr_events.domain.policy import DEFAULT_POLICY
from projections.evaluation.goal_graph import GoalGraph
from projections.queries import goal_serializers
from projections.store.tables import key_results, valid_at
from tests.projections.event_recorder import EventRecorder, id_of
from tests.projections.graph_strategies import GraphSpec, KeyResultSpec, LinkSpec, ObjectiveSpec, graphs, name_of
from tests.projections.sealed_histories import CYCLE_SPANS, MultiCycleRecorder, RecordedHistory, histories
from tests.projections.view_reader import ViewReader

pytestmark = pytest.mark.slow
cycle_numbers = st.lists(st.integers(0, len(CYCLE_SPANS) - 1), min_size=7, max_size=7).map(tuple)
days = st.integers(-9, 9)
usual_settings = settings(
    max_examples=6,
    deadline=None,
    database=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
sqlite_only, postgres_only = (pytest.mark.parametrize("store", [engine], indirect=True) for engine in ("sqlite", "postgres"))


@pytest.fixture
def begin_history(okrs, intent):
    """Tell of a graph: what this gives tells what happens next. Each begins where the one before ended, long ago."""
    batch, number = MultiCycleRecorder(okrs, intent), count()
    batch.now = datetime(2001, 1, 1, 12, tzinfo=UTC)
    batch.unit("tech")
    return lambda drawn, homes: RecordedHistory(batch, f"graph {next(number)}", drawn, homes)


class HistoryReader:
    """Reads the goals of a history as answers show them, without their versions."""

    def __init__(self, look, history):
        self.reader, self.history = look, history
        self.names = {str(id_of(name_of(history.name, *way))): way for way in history.state.graph.iterate_numbers()}

    def __call__(self, position=None, *, cycle=None, **when):
        """Of everything, or of a cycle."""
        moment = self.reader.moment(position, **when)
        with self.reader.views.connect() as connection:
            unit = str(id_of(self.history.name))
            if cycle is None:
                return self.serialize_graph(GoalGraph.for_units(connection, moment, [unit], None))
            return self.serialize_graph(
                GoalGraph.for_cycle(connection, moment, str(id_of(f"{self.history.name} cycle {cycle}")))
            )

    def read_one_by_one(self, position=None, **when):
        """Everything, read one by one and as one list of key results."""
        moment = self.reader.moment(position, **when)
        with self.reader.views.connect() as connection:
            rows = connection.execute(select(key_results).where(valid_at(key_results, moment.position))).all()
            mine = [row for row in rows if row.id in self.names]
            goals = [id for id, (_, part) in self.names.items() if part is None]
            found = [GoalGraph.for_key_results(connection, moment, some) for some in (mine, *([row] for row in mine))]
            found += [GoalGraph.for_objectives(connection, moment, [id]) for id in goals]
            return [self.serialize_graph(graph) for graph in found]

    def graph(self):
        with self.reader.views.connect() as connection:
            return GoalGraph.for_units(connection, self.reader.moment(), [str(id_of(self.history.name))], None)

    def serialize_graph(self, graph):
        goals = {
            self.names[id]: _serialize_without_version(goal_serializers.serialize_objective(each))
            for id, each in graph.objectives.items()
        }
        return goals | {
            self.names[id]: _serialize_without_version(goal_serializers.serialize_key_result(each))
            for id, each in graph.key_results.items()
        }


def _serialize_without_version(shape):
    return orjson.dumps({name: said for name, said in shape.items() if name != "version"})


def progress_numbers(answer):
    progress = orjson.loads(answer)["progress"]
    return progress and (Fraction(progress["value"]), progress["drivers"], progress["not_started"])


def select_nodes(answer, ways):
    return {way: answer[way] for way in ways if way in answer}


def check_history(history, look, acts, later):
    """Go through the acts and hold every answer on the way and afterwards against what was worked out."""
    read, seen = HistoryReader(look, history), {}
    for act in [*acts, ("close", later, 0, 1), ("say", later, later, 2), ("rename", later, 0, 0)]:
        history.run_action(*act)
        here = look.moment()
        seen[here.position] = answer = read()
        worked = history.state.expected_numbers(here.today)
        for way in history.state.graph.iterate_numbers():
            assert progress_numbers(answer[way]) == worked(*way), (act, way)
        for objective in read.graph().objectives.values():
            if history.state.is_open(read.names[objective.row.id][0]) and objective.live:
                assert objective.health == health.objective_health([each.health for each in objective.health_sources])
    for position, answer in seen.items():
        assert read(position) == answer, "the past stays the same"
    for closing in history.state.closings:
        check_closing(read, closing, seen, later)
    return read


def check_closing(read, closing, seen, later):
    ways = closing.state.numbers_in_cycle(closing.cycle)
    final = select_nodes(read(closing.position), ways)
    assert final.keys() == set(ways)
    assert all(orjson.loads(each)["state"] in {"closed", "cancelled"} for each in final.values())
    for position, answer in seen.items():
        if position >= closing.position:
            assert select_nodes(answer, ways) == final
    last = read.history.today
    for when in (
        {},
        {"today": last + timedelta(days=40)},
        {"on": closing.day},
        {"today": last, "on": closing.day + timedelta(1)},
    ):
        for cycle in (None, *range(len(CYCLE_SPANS))):
            answer = select_nodes(read(cycle=cycle, **when), ways)
            assert answer == select_nodes(final, answer), (when, cycle)
            assert cycle not in (None, closing.cycle) or answer == final
        for answer in read.read_one_by_one(**when):
            assert select_nodes(answer, ways) == select_nodes(final, select_nodes(answer, ways)), when
    earlier = closing.day - timedelta(days=1 + abs(later))
    then = select_nodes(read(closing.position, on=earlier), ways)
    worked = closing.state.expected_numbers(earlier)
    for way in ways:
        assert progress_numbers(then[way]) == worked(*way)
    assert select_nodes(read(on=earlier), ways) == then
    for answer in read.read_one_by_one(on=earlier):
        assert select_nodes(answer, ways) == select_nodes(then, select_nodes(answer, ways))


@sqlite_only
@usual_settings
@given(drawn=graphs(), homes=cycle_numbers, acts=histories, later=days)
def test_what_a_closed_cycle_ended_with_stays_and_open_ones_go_on_with_it(begin_history, reader, drawn, homes, acts, later):
    check_history(begin_history(drawn, homes), reader, acts, later)


@postgres_only
@settings(usual_settings, max_examples=2)
@given(drawn=graphs(), homes=cycle_numbers, acts=histories, later=days)
def test_also_on_postgres(begin_history, reader, drawn, homes, acts, later):
    check_history(begin_history(drawn, homes), reader, acts, later)


GOAL = ObjectiveSpec("both", parts=(KeyResultSpec(Decimal(1), Decimal(3), None, live=True),), live=True)


@sqlite_only
def test_what_stood_below_through_an_open_cycle_may_leave_it(begin_history, reader):
    """A closed cycle's goal, below it one of an open cycle, below that one of the closed cycle again, whose link then ends."""
    links = (LinkSpec(1, 0, None, Decimal(1), live=True), LinkSpec(2, 1, None, Decimal(1), live=True))
    history = begin_history(GraphSpec((GOAL, GOAL, GOAL), links), (0, 1, 0))
    check_history(history, reader, [("say", 2, 6, 0), ("close", 0, 0, 0), ("unlink", 1, 0, 1)], 1)


def test_views_rebuilt_and_caught_up_one_by_one_agree_on_closed_cycles(begin_history, reader, open_views, read_all_rows):
    links = (LinkSpec(1, 0, 0, Decimal(1), live=True), LinkSpec(2, 1, None, Decimal(2), live=True))
    history = begin_history(GraphSpec((GOAL, GOAL, GOAL), links), (0, 1, 2))
    acts = [
        ("close", 2, 0, 1),
        ("say", 2, 6, 0),
        ("close", 1, 0, 3),
        ("correct", 2, 1, 0),
        ("close", 0, 0, 1),
        ("score", 0, 9, 1),
    ]
    for act in acts:
        history.run_action(*act)
    read, other = HistoryReader(reader, history), HistoryReader(ViewReader(open_views("others", chunk=1)), history)
    answer, rows = read(), read_all_rows(reader.views)
    assert other() == answer
    assert read_all_rows(other.reader.views) == rows
    reader.views.rebuild()
    assert (read(), read_all_rows(reader.views)) == (answer, rows)


@sqlite_only
def test_each_closed_cycle_is_read_once_however_they_hang_together(okrs, intent, reader, monkeypatch):
    tell, read, cycles = EventRecorder(okrs, intent), [], range(9)
    tell.unit("tech")
    for n in cycles:
        tell.cycle(f"cycle {n}")
        tell.objective(f"goal {n}", cycle=f"cycle {n}")
        tell.link(f"goal {n - 1}", f"goal {n}") if n else 0
    tell.key_result("it", of="goal 0", cycle="cycle 0")
    tell.check_in("it", value=3)
    for n in cycles[:-1]:
        tell("Cycle.Closed", f"cycle {n}", policy=DEFAULT_POLICY)
        tell.check_in("it", value=n)
    begin = GoalGraph.__init__
    monkeypatch.setattr(GoalGraph, "__init__", lambda graph, *how, **more: read.append(graph) or begin(graph, *how, **more))
    for cycle in (None, "cycle 8"):
        read.clear()
        graph = reader.graph(cycle=cycle)
        assert {each.progress.value for each in graph.objectives.values()} == {Decimal("0.3")}
        assert len(read) == len(cycles)
