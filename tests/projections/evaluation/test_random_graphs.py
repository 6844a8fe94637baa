"""Roll-ups of any graph: those worked out in fractions, in whatever order things were recorded and however they are read."""

from fractions import Fraction
from itertools import count

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from projections.evaluation.goal_graph import Graph
from projections.impact.links import touched
from projections.store.tables import at, key_results
from tests.projections.event_recorder import id_of
from tests.projections.graph_strategies import Batch, Worked, called, graphs, rounded

pytestmark = [pytest.mark.slow, pytest.mark.parametrize("store", ["sqlite"], indirect=True)]

anything = settings(
    max_examples=25,
    deadline=None,
    database=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
orders = st.integers(0, 10**6)


@pytest.fixture
def draw(okrs, intent, tell):  # noqa: ARG001 - it tells of the company
    """Record a graph and give the name of its cycle and unit."""
    batch, number = Batch(okrs, intent), count()

    def record(drawn, order=0):
        name = f"graph {next(number)}"
        batch.draw(name, drawn, order)
        return name

    return record


@pytest.fixture
def told(draw, look):
    """What is said of each objective and key result of a graph, by their numbers."""

    def found(drawn, order=0):
        name = draw(drawn, order)
        graph = look.graph(cycle=name)
        return {way: _found(graph, called(name, *way), way[1]) for way in drawn.names()}

    return found


def _found(graph, name, part):
    return (graph.objectives if part is None else graph.key_results)[str(id_of(name))]


def numbers(found):
    return found.progress and (Fraction(found.progress.value), found.progress.drivers, found.progress.not_started)


def judgement(found):
    return found.progress, found.health, getattr(found, "score", None)


@anything
@given(drawn=graphs(), order=orders)
def test_every_roll_up_is_the_one_worked_out_in_fractions(told, drawn, order):
    by_rule, exactly = Worked(drawn, rounded), Worked(drawn, lambda fraction: fraction)
    for way, found in told(drawn, order).items():
        assert numbers(found) == by_rule(*way)
        if found.progress:
            assert 0 <= found.progress.value <= 1
            assert abs(Fraction(found.progress.value) - exactly(*way)[0]) < Fraction(1, 10**26)


@anything
@given(drawn=graphs(), order=orders)
def test_the_order_in_which_things_were_recorded_changes_nothing(told, drawn, order):
    one, other = told(drawn, 0), told(drawn, order)
    for way in drawn.names():
        assert judgement(one[way]) == judgement(other[way])


def counting_elsewhere(drawn, link):
    """What is left below the link's upper end without it, that counts: an inherited key result has no progress of its own."""
    beside = [each for each in drawn.links if each != link and (each.parent, each.part) == (link.parent, link.part)]
    return link.part is None or any(drawn.living(each) for each in beside)


@anything
@given(drawn=graphs().filter(lambda drawn: drawn.links), chosen=st.integers(0, 13), order=orders)
def test_a_childs_weight_of_0_changes_nothing_above(told, drawn, chosen, order):
    link = drawn.links[chosen % len(drawn.links)]
    assume(counting_elsewhere(drawn, link))
    weightless = drawn.replaced(link, type(link)(link.child, link.parent, link.part, 0, link.live))
    one, other = told(weightless, order), told(drawn.replaced(link), order)
    for way in drawn.names():
        assert numbers(one[way]) == numbers(other[way])


@anything
@given(drawn=graphs(), chosen=st.integers(0, 6), order=orders)
def test_nor_do_numbers_depend_on_what_else_is_read(draw, look, views, drawn, chosen, order):
    """A cycle, a unit, one objective with what stands below it, its key results with what these inherit."""
    name = draw(drawn, order)
    whole, id = look.graph(cycle=name), str(id_of(called(name, chosen % len(drawn.goals))))
    with views.reading() as connection:
        moment = look.moment()
        own = select(key_results).where(at(key_results, moment.position), key_results.c.objective_id == id)
        found = [
            Graph.of_units(connection, moment, [str(id_of(name))], None),
            Graph.of_objectives(connection, moment, [id]),
            Graph.of_key_results(connection, moment, connection.execute(own).all()),
        ]
    assert found[0].objectives.keys() == whole.objectives.keys()
    for graph in found:
        for things, all_things in ((graph.objectives, whole.objectives), (graph.key_results, whole.key_results)):
            assert {each: judgement(things[each]) for each in things} == {each: judgement(all_things[each]) for each in things}


@anything
@given(drawn=graphs(), chosen=st.integers(0, 6), order=orders)
def test_impact_reaches_what_contributions_lead_to_by_the_shortest_way(draw, views, drawn, chosen, order):
    start = chosen % len(drawn.goals)
    assume(drawn.goals[start].live)
    name, head = draw(drawn, order), views.catch_up(60)
    with views.reading() as connection:
        told = touched(connection, str(id_of(called(name, start))), [head.position])
    edges = {(link.child, link.parent) for link in drawn.links if drawn.counts(link)}
    for way, steps in (("up", edges), ("down", {(parent, child) for child, parent in edges})):
        reached = {str(id_of(called(name, n))): distance for n, distance in distances(start, steps).items() if n != start}
        assert {each["id"]: each["distance"] for each in told[way]} == reached


def distances(start, steps):
    found, level = {start: 0}, [start]
    while level:
        level = [far for near, far in steps if near in level and far not in found]
        found |= dict.fromkeys(level, max(found.values()) + 1)
    return found
