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
from okr_events.domain.policy import DEFAULT
from projections.evaluation.goal_graph import Graph
from projections.queries import serializers
from projections.store.tables import at, key_results
from tests.projections.event_recorder import Teller, id_of
from tests.projections.graph_strategies import Drawn, Goal, Link, Part, called, graphs
from tests.projections.sealed_histories import SPANS, History, Scattered, histories
from tests.projections.view_reader import Looker

pytestmark = pytest.mark.slow
homes = st.lists(st.integers(0, len(SPANS) - 1), min_size=7, max_size=7).map(tuple)
days = st.integers(-9, 9)
usual = settings(
    max_examples=6,
    deadline=None,
    database=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
sqlite, postgres = (pytest.mark.parametrize("store", [engine], indirect=True) for engine in ("sqlite", "postgres"))


@pytest.fixture
def begun(okrs, intent):
    """Tell of a graph: what this gives tells what happens next. Each begins where the one before ended, long ago."""
    batch, number = Scattered(okrs, intent), count()
    batch.now = datetime(2001, 1, 1, 12, tzinfo=UTC)
    batch.unit("tech")
    return lambda drawn, homes: History(batch, f"graph {next(number)}", drawn, homes)


class Reader:
    """Reads the goals of a history, each as it is told in answers, but without its version."""

    def __init__(self, look, history):
        self.look, self.history = look, history
        self.names = {str(id_of(called(history.name, *way))): way for way in history.book.drawn.names()}

    def __call__(self, position=None, *, cycle=None, **when):
        """Of everything, or of a cycle."""
        moment = self.look.moment(position, **when)
        with self.look.views.reading() as connection:
            unit = str(id_of(self.history.name))
            if cycle is None:
                return self.told(Graph.of_units(connection, moment, [unit], None))
            return self.told(Graph.of_cycle(connection, moment, str(id_of(f"{self.history.name} cycle {cycle}"))))

    def singly(self, position=None, **when):
        """Everything, read one by one and as one list of key results."""
        moment = self.look.moment(position, **when)
        with self.look.views.reading() as connection:
            rows = connection.execute(select(key_results).where(at(key_results, moment.position))).all()
            mine = [row for row in rows if row.id in self.names]
            goals = [id for id, (_, part) in self.names.items() if part is None]
            found = [Graph.of_key_results(connection, moment, some) for some in (mine, *([row] for row in mine))]
            found += [Graph.of_objectives(connection, moment, [id]) for id in goals]
            return [self.told(graph) for graph in found]

    def graph(self):
        with self.look.views.reading() as connection:
            return Graph.of_units(connection, self.look.moment(), [str(id_of(self.history.name))], None)

    def told(self, graph):
        goals = {self.names[id]: _told(serializers.objective(each)) for id, each in graph.objectives.items()}
        return goals | {self.names[id]: _told(serializers.key_result(each)) for id, each in graph.key_results.items()}


def _told(shape):
    return orjson.dumps({name: said for name, said in shape.items() if name != "version"})


def numbers(told):
    progress = orjson.loads(told)["progress"]
    return progress and (Fraction(progress["value"]), progress["drivers"], progress["not_started"])


def only(told, ways):
    return {way: told[way] for way in ways if way in told}


def check(history, look, acts, later):
    """Go through the acts and hold every answer on the way and afterwards against what was worked out."""
    read, seen = Reader(look, history), {}
    for act in [*acts, ("close", later, 0, 1), ("say", later, later, 2), ("rename", later, 0, 0)]:
        history.act(*act)
        here = look.moment()
        seen[here.position] = told = read()
        worked = history.book.numbers(here.today)
        for way in history.book.drawn.names():
            assert numbers(told[way]) == worked(*way), (act, way)
        for objective in read.graph().objectives.values():
            if history.book.open(read.names[objective.row.id][0]) and objective.live:
                assert objective.health == health.of_objective([each.health for each in objective.telling])
    for position, told in seen.items():
        assert read(position) == told, "what is told of the past stays"
    for closing in history.book.closings:
        check_closing(read, closing, seen, later)
    return read


def check_closing(read, closing, seen, later):
    ways = closing.book.ways(closing.cycle)
    final = only(read(closing.position), ways)
    assert final.keys() == set(ways)
    assert all(orjson.loads(each)["state"] in {"closed", "cancelled"} for each in final.values())
    for position, told in seen.items():
        if position >= closing.position:
            assert only(told, ways) == final
    last = read.history.today
    for when in (
        {},
        {"today": last + timedelta(days=40)},
        {"on": closing.day},
        {"today": last, "on": closing.day + timedelta(1)},
    ):
        for cycle in (None, *range(len(SPANS))):
            told = only(read(cycle=cycle, **when), ways)
            assert told == only(final, told), (when, cycle)
            assert cycle not in (None, closing.cycle) or told == final
        for told in read.singly(**when):
            assert only(told, ways) == only(final, only(told, ways)), when
    earlier = closing.day - timedelta(days=1 + abs(later))
    then = only(read(closing.position, on=earlier), ways)
    worked = closing.book.numbers(earlier)
    for way in ways:
        assert numbers(then[way]) == worked(*way)
    assert only(read(on=earlier), ways) == then
    for told in read.singly(on=earlier):
        assert only(told, ways) == only(then, only(told, ways))


@sqlite
@usual
@given(drawn=graphs(), homes=homes, acts=histories, later=days)
def test_what_a_closed_cycle_ended_with_stays_and_open_ones_go_on_with_it(begun, look, drawn, homes, acts, later):
    check(begun(drawn, homes), look, acts, later)


@postgres
@settings(usual, max_examples=2)
@given(drawn=graphs(), homes=homes, acts=histories, later=days)
def test_also_on_postgres(begun, look, drawn, homes, acts, later):
    check(begun(drawn, homes), look, acts, later)


GOAL = Goal("both", parts=(Part(Decimal(1), Decimal(3), None, live=True),), live=True)


@sqlite
def test_what_stood_below_through_an_open_cycle_may_leave_it(begun, look):
    """A closed cycle's goal, below it one of an open cycle, below that one of the closed cycle again, whose link then ends."""
    links = (Link(1, 0, None, Decimal(1), live=True), Link(2, 1, None, Decimal(1), live=True))
    history = begun(Drawn((GOAL, GOAL, GOAL), links), (0, 1, 0))
    check(history, look, [("say", 2, 6, 0), ("close", 0, 0, 0), ("unlink", 1, 0, 1)], 1)


def test_views_built_anew_and_event_by_event_tell_the_same_of_closed_cycles(begun, look, open_views, everything):
    links = (Link(1, 0, 0, Decimal(1), live=True), Link(2, 1, None, Decimal(2), live=True))
    history = begun(Drawn((GOAL, GOAL, GOAL), links), (0, 1, 2))
    acts = [
        ("close", 2, 0, 1),
        ("say", 2, 6, 0),
        ("close", 1, 0, 3),
        ("correct", 2, 1, 0),
        ("close", 0, 0, 1),
        ("score", 0, 9, 1),
    ]
    for act in acts:
        history.act(*act)
    read, other = Reader(look, history), Reader(Looker(open_views("others", chunk=1)), history)
    told, rows = read(), everything(look.views)
    assert other() == told
    assert everything(other.look.views) == rows
    look.views.rebuild()
    assert (read(), everything(look.views)) == (told, rows)


@sqlite
def test_each_closed_cycle_is_read_once_however_they_hang_together(okrs, intent, look, monkeypatch):
    tell, read, cycles = Teller(okrs, intent), [], range(9)
    tell.unit("tech")
    for n in cycles:
        tell.cycle(f"cycle {n}")
        tell.objective(f"goal {n}", cycle=f"cycle {n}")
        tell.link(f"goal {n - 1}", f"goal {n}") if n else 0
    tell.key_result("it", of="goal 0", cycle="cycle 0")
    tell.check_in("it", value=3)
    for n in cycles[:-1]:
        tell("Cycle.Closed", f"cycle {n}", policy=DEFAULT)
        tell.check_in("it", value=n)
    begin = Graph.__init__
    monkeypatch.setattr(Graph, "__init__", lambda graph, *how: read.append(graph) or begin(graph, *how))
    for cycle in (None, "cycle 8"):
        read.clear()
        graph = look.graph(cycle=cycle)
        assert {each.progress.value for each in graph.objectives.values()} == {Decimal("0.3")}
        assert len(read) == len(cycles)
