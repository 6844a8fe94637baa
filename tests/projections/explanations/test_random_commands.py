"""After any commands in any time zone, every explanation has the numbers of the tree at any position."""

import pytest
from hypothesis import seed, settings
from hypothesis.stateful import run_state_machine_as_test

from projections.evaluation.goal_graph import GoalGraph
from projections.explanations.explanation import build_explanation
from projections.moment import moment_at_position
from tests.model_based.test_model import BOUNDED, BackendComparison
from tests.projections.explanations.explanation_assertions import assert_explanation_holds, assert_facts_fit, subjects_of


class ExplanationComparison(BackendComparison):
    def compare(self, position):
        self.views.catch_up(60)
        with self.views.connect() as connection:
            graph = GoalGraph.for_cycle(connection, moment_at_position(self.log, position, self.zone), None)
            for thing in (*graph.objectives.values(), *graph.key_results.values()):
                found = build_explanation(self.okrs.mapper, graph, thing)
                progress = thing.progress.as_dict() if thing.progress else None
                behind = assert_explanation_holds(found, progress, thing.health.as_dict(), found["score"]["value"])
                assert_facts_fit(connection, found, behind, subjects_of(graph), self.okrs.mapper)

    def _compare_all(self):
        head = self.log.head().position
        for position in {*range(1, head + 1, 9), head}:
            self.compare(position)


@pytest.mark.slow
def test_whatever_commands_were_run_every_number_is_explained():
    run_state_machine_as_test(seed(7)(ExplanationComparison), settings=settings(BOUNDED, max_examples=6))
