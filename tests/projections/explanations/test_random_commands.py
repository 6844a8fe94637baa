"""Whatever commands were run, in whatever zone: at any position every number is explained as the tree tells it."""

import pytest
from hypothesis import seed, settings
from hypothesis.stateful import run_state_machine_as_test

from projections.evaluation.goal_graph import Graph
from projections.explanations.explanation import explained
from projections.moment import at_position
from tests.model_based.test_model import BOUNDED, States
from tests.projections.explanations.explanation_assertions import check, check_facts, subjects


class Explaining(States):
    def compare(self, position):
        self.views.catch_up(60)
        with self.views.reading() as connection:
            graph = Graph.of_cycle(connection, at_position(self.log, position, self.zone), None)
            for thing in (*graph.objectives.values(), *graph.key_results.values()):
                found = explained(self.okrs.mapper, graph, thing)
                progress = thing.progress.as_dict() if thing.progress else None
                behind = check(found, progress, thing.health.as_dict(), found["score"]["value"])
                check_facts(connection, found, behind, subjects(graph), self.okrs.mapper)

    def _compare_all(self):
        head = self.log.head().position
        for position in {*range(1, head + 1, 9), head}:
            self.compare(position)


@pytest.mark.slow
def test_whatever_commands_were_run_every_number_is_explained():
    run_state_machine_as_test(seed(7)(Explaining), settings=settings(BOUNDED, max_examples=6))
