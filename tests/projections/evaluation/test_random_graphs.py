"""Roll-ups of any graph: those worked out in fractions, in whatever order things were recorded and however they are read."""

from fractions import Fraction
from itertools import count

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from projections.evaluation.goal_graph import GoalGraph
from projections.impact.affected_objectives import find_affected_objectives
from projections.store.tables import key_results, valid_at
from tests.projections.event_recorder import id_of
from tests.projections.graph_strategies import BatchRecorder, ExpectedRollUps, graphs, name_of, round_to_28_digits

pytestmark = [pytest.mark.slow, pytest.mark.parametrize("store", ["sqlite"], indirect=True)]

random_examples = settings(
    max_examples=25,
    deadline=None,
    database=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
orders = st.integers(0, 10**6)


@pytest.fixture
def record_graph(okrs, intent, record):
    """Record a graph and give the name of its cycle and unit."""
    batch, number = BatchRecorder(okrs, intent), count()

    def record(drawn, order=0):
        name = f"graph {next(number)}"
        batch.record_graph(name, drawn, order)
        return name

    return record


@pytest.fixture
def evaluate_graph(record_graph, reader):
    """What is said of each objective and key result of a graph, by their numbers."""

    def found(drawn, order=0):
        name = record_graph(drawn, order)
        graph = reader.graph(cycle=name)
        return {way: _find_part(graph, name_of(name, *way), way[1]) for way in drawn.iterate_numbers()}

    return found


def _find_part(graph, name, part):
    return (graph.objectives if part is None else graph.key_results)[str(id_of(name))]


def progress_numbers(found):
    return found.progress and (Fraction(found.progress.value), found.progress.drivers, found.progress.not_started)


def evaluation_of(found):
    return found.progress, found.health, getattr(found, "score", None)


@random_examples
@given(drawn=graphs(), order=orders)
def test_every_roll_up_is_the_one_worked_out_in_fractions(evaluate_graph, drawn, order):
    by_rule, exactly = ExpectedRollUps(drawn, round_to_28_digits), ExpectedRollUps(drawn, lambda fraction: fraction)
    for way, found in evaluate_graph(drawn, order).items():
        assert progress_numbers(found) == by_rule(*way)
        if found.progress:
            assert 0 <= found.progress.value <= 1
            assert abs(Fraction(found.progress.value) - exactly(*way)[0]) < Fraction(1, 10**26)


@random_examples
@given(drawn=graphs(), order=orders)
def test_the_order_in_which_things_were_recorded_changes_nothing(evaluate_graph, drawn, order):
    one, other = evaluate_graph(drawn, 0), evaluate_graph(drawn, order)
    for way in drawn.iterate_numbers():
        assert evaluation_of(one[way]) == evaluation_of(other[way])


def remaining_drivers(drawn, link):
    """What is left below the link's upper end without it, that counts: an inherited key result has no progress of its own."""
    beside = [each for each in drawn.links if each != link and (each.parent, each.part) == (link.parent, link.part)]
    return link.part is None or any(drawn.is_live(each) for each in beside)


@random_examples
@given(drawn=graphs().filter(lambda drawn: drawn.links), chosen=st.integers(0, 13), order=orders)
def test_a_childs_weight_of_0_changes_nothing_above(evaluate_graph, drawn, chosen, order):
    link = drawn.links[chosen % len(drawn.links)]
    assume(remaining_drivers(drawn, link))
    weightless = drawn.replace_link(link, type(link)(link.child, link.parent, link.part, 0, link.live))
    one, other = evaluate_graph(weightless, order), evaluate_graph(drawn.replace_link(link), order)
    for way in drawn.iterate_numbers():
        assert progress_numbers(one[way]) == progress_numbers(other[way])


@random_examples
@given(drawn=graphs(), chosen=st.integers(0, 6), order=orders)
def test_nor_do_numbers_depend_on_what_else_is_read(record_graph, reader, views, drawn, chosen, order):
    """A cycle, a unit, one objective with what stands below it, its key results with what these inherit."""
    name = record_graph(drawn, order)
    whole, id = reader.graph(cycle=name), str(id_of(name_of(name, chosen % len(drawn.goals))))
    with views.connect() as connection:
        moment = reader.moment()
        own = select(key_results).where(valid_at(key_results, moment.position), key_results.c.objective_id == id)
        found = [
            GoalGraph.for_units(connection, moment, [str(id_of(name))], None),
            GoalGraph.for_objectives(connection, moment, [id]),
            GoalGraph.for_key_results(connection, moment, connection.execute(own).all()),
        ]
    assert found[0].objectives.keys() == whole.objectives.keys()
    for graph in found:
        for things, all_things in ((graph.objectives, whole.objectives), (graph.key_results, whole.key_results)):
            assert {each: evaluation_of(things[each]) for each in things} == {
                each: evaluation_of(all_things[each]) for each in things
            }


@random_examples
@given(drawn=graphs(), chosen=st.integers(0, 6), order=orders)
def test_impact_reaches_what_contributions_lead_to_by_the_shortest_way(record_graph, views, drawn, chosen, order):
    start = chosen % len(drawn.goals)
    assume(drawn.goals[start].live)
    name, head = record_graph(drawn, order), views.catch_up(60)
    with views.connect() as connection:
        affected = find_affected_objectives(connection, str(id_of(name_of(name, start))), [head.position])
    edges = {(link.child, link.parent) for link in drawn.links if drawn.is_counted(link)}
    for way, steps in (("up", edges), ("down", {(parent, child) for child, parent in edges})):
        reached = {str(id_of(name_of(name, n))): distance for n, distance in distances(start, steps).items() if n != start}
        assert {each["id"]: each["distance"] for each in affected[way]} == reached


def distances(start, steps):
    found, level = {start: 0}, [start]
    while level:
        level = [far for near, far in steps if near in level and far not in found]
        found |= dict.fromkeys(level, max(found.values()) + 1)
    return found
