"""Explanations of what was told, by the things' names, checked for what holds of all of them."""

from uuid import UUID

import pytest

from projections.evaluation.goal_graph import Graph
from projections.explanations.explanation import explained
from projections.explanations.time_series import Series
from projections.store.lookups import one
from projections.store.tables import key_results
from tests.projections.event_recorder import id_of
from tests.projections.explanations.explanation_assertions import check, check_facts, subjects


@pytest.fixture
def graph_of(look):
    """The graph of a key result or an objective, and the thing in it."""

    def read(connection, name, position=None, **when):
        moment, id = look.moment(position, **when), str(id_of(name))
        part = connection.execute(key_results.select().where(key_results.c.id == id)).first()
        if part is None:
            graph = Graph.of_objectives(connection, moment, [id])
            return graph, graph.objectives[id]
        row = one(connection, key_results, UUID(id), moment.position)
        graph = Graph.of_key_results(connection, moment, [row])
        return graph, graph.key_results[id]

    return read


@pytest.fixture
def explain(views, okrs, graph_of):
    """Explain by name, and check that the explanation holds."""

    def told(name, position=None, **when):
        with views.reading() as connection:
            graph, thing = graph_of(connection, name, position, **when)
            found = explained(okrs.mapper, graph, thing)
            progress = thing.progress.as_dict() if thing.progress else None
            behind = check(found, progress, thing.health.as_dict(), found["score"]["value"])
            check_facts(connection, found, behind, subjects(graph), okrs.mapper)
        return found

    return told


@pytest.fixture
def series(views, graph_of):
    def drawn(name, every="change", position=None, **when):
        with views.reading() as connection:
            graph, thing = graph_of(connection, name, position, **when)
            return Series(views.log, graph, thing).as_dict(every)

    return drawn
