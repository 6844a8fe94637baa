"""Fixtures that explain goals by name and check what holds for every explanation."""

from uuid import UUID

import pytest

from projections.evaluation.goal_graph import GoalGraph
from projections.explanations.explanation import build_explanation
from projections.explanations.time_series import TimeSeries
from projections.store.lookups import fetch_row
from projections.store.tables import KeyResultRow, key_results
from tests.projections.event_recorder import id_of
from tests.projections.explanations.explanation_assertions import assert_explanation_holds, assert_facts_fit, subjects_of


@pytest.fixture
def graph_of(reader):
    """The graph of a key result or an objective, with the goal in it."""

    def read(connection, name, position=None, **when):
        moment, id = reader.moment(position, **when), str(id_of(name))
        part = connection.execute(key_results.select().where(key_results.c.id == id)).first()
        if part is None:
            graph = GoalGraph.for_objectives(connection, moment, [id])
            return graph, graph.objectives[id]
        row = fetch_row(connection, KeyResultRow, UUID(id), moment.position)
        graph = GoalGraph.for_key_results(connection, moment, [row])
        return graph, graph.key_results[id]

    return read


@pytest.fixture
def explain(views, okrs, graph_of):
    """Explains a goal by name and checks the explanation."""

    def read_explanation(name, position=None, **when):
        with views.connect() as connection:
            graph, thing = graph_of(connection, name, position, **when)
            found = build_explanation(okrs.mapper, graph, thing)
            progress = thing.progress.as_dict() if thing.progress else None
            behind = assert_explanation_holds(found, progress, thing.health.as_dict(), found["score"]["value"])
            assert_facts_fit(connection, found, behind, subjects_of(graph), okrs.mapper)
        return found

    return read_explanation


@pytest.fixture
def time_series(views, graph_of):
    def drawn(name, every="change", position=None, **when):
        with views.connect() as connection:
            graph, thing = graph_of(connection, name, position, **when)
            return TimeSeries(views.log, graph, thing).as_dict(every)

    return drawn
