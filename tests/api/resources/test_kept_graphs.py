"""Graphs that are kept: all forms of a position share one, and no reader changes it."""

import pytest

from projections.evaluation.goal_graph import GoalGraph

FORMS = (
    *(("/v1/alignment-tree", {"shape": shape}) for shape in ("tree", "graph")),
    *(("/v1/alignment-tree", {"format": form, "state": "all"}) for form in ("svg", "dot", "mermaid")),
    ("/v1/findings", {}),
    ("/v1/reports/weekly", {}),
)


@pytest.fixture
def loaded(monkeypatch):
    """The graphs that are evaluated, with their moments."""
    graphs, load = [], GoalGraph.for_cycle.__func__

    def load_counted(cls, connection, moment, *which):
        graphs.append((moment, load(cls, connection, moment, *which)))
        return graphs[-1][1]

    monkeypatch.setattr(GoalGraph, "for_cycle", classmethod(load_counted))
    return graphs


@pytest.fixture
def cycle(world):
    """A cycle with two linked objectives, a key result each, and a check-in."""
    cycle = world.create_active_cycle()
    below, above = (world.objective(unit, cycle_id=cycle) for unit in ("team", "company"))
    for objective in (below, above):
        path = f"/v1/key-results/{world.key_result(objective=objective)}/check-ins"
        assert world.admin.post(path, {"value": 2}).status_code == 201
    assert world.admin.post("/v1/alignments", {"child_id": below, "parent_id": above, "kind": "vertical"}).status_code == 201
    return cycle


def contents(graph):
    return repr((graph.objectives, graph.key_results, graph.heirs, graph.links, graph.side_links))


def test_all_forms_of_a_position_share_a_graph_that_none_of_them_changes(reader, cycle, loaded):
    first = reader.get("/v1/alignment-tree", {"cycle": cycle})
    [(moment, graph)] = loaded
    before = contents(graph)
    for path, query in FORMS:
        assert reader.get(path, {"cycle": cycle, **query}).status_code == 200
    assert [at for at, _ in loaded].count(moment) == 1
    assert contents(graph) == before
    assert reader.get("/v1/alignment-tree", {"cycle": cycle, "depth": 59}).json == first.json


def test_the_next_position_has_a_graph_of_its_own(world, reader, cycle, loaded):
    before = reader.get("/v1/alignment-tree", {"cycle": cycle}).json
    world.key_result(objective=world.objective(cycle_id=cycle))
    assert len(reader.get("/v1/alignment-tree", {"cycle": cycle}).json["roots"]) == len(before["roots"]) + 1
    assert len(loaded) == 2
