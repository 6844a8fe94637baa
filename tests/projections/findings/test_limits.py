"""Counts at and beside their limits."""

import pytest

from projections.findings.limits import find_everything_important, find_key_result_count_violations, find_too_many_objectives
from tests.projections.findings.scope_builder import ScopeBuilder


@pytest.mark.parametrize(
    ("count", "code"),
    [(0, "no_key_results"), (1, "too_few_key_results"), (2, None), (3, None), (4, "too_many_key_results")],
)
def test_two_or_three_key_results_are_fine(scope, count, code):
    scope.objective("build")
    for number in range(count):
        scope.key_result(f"result {number}", of="build")
    assert [finding.code for finding in find_key_result_count_violations(scope.build())] == [code] * (code is not None)


def test_the_cycles_policy_says_how_many():
    stage = ScopeBuilder(limits={"key_results_per_objective": {"min": 1, "max": 1}, "objectives_per_unit": {"max": 0}})
    stage.objective("build")
    for number in range(2):
        stage.key_result(f"result {number}", of="build")
    [finding] = find_key_result_count_violations(stage.build())
    assert finding.sentence == "“build” of Builders has 2 key results, more than 1."
    assert len(list(find_too_many_objectives(stage.build()))) == 1


def test_an_objective_driven_by_links_needs_no_key_results(scope):
    scope.objective("lead", progress_driver="alignments")
    assert list(find_key_result_count_violations(scope.build())) == []


def test_cancelled_key_results_do_not_count_and_are_evidence(scope):
    scope.objective("build")
    scope.key_result("gone", of="build", state="cancelled", from_position=70)
    [finding] = find_key_result_count_violations(scope.build())
    assert (finding.code, finding.evidence) == ("no_key_results", (scope.rows["build"].created, 70))


def test_three_objectives_are_fine_and_four_too_many_cycle_by_cycle(scope, find_subjects):
    scope.cycle("Q2", "2024-04-01", "2024-06-30")
    scope.objective("next", cycle="Q2")
    for number in range(3):
        scope.objective(f"goal {number}")
    scope.objective("gone", state="cancelled")
    assert find_subjects(find_too_many_objectives, "too_many_objectives") == []
    scope.objective("fourth", state="draft")
    [finding] = find_too_many_objectives(scope.build())
    assert (finding.subject_type, finding.subject_id, finding.cycle_id) == ("unit", "Builders", "Q1")
    assert finding.sentence == "Builders has 4 objectives in Q1, more than 3."
    assert len(finding.evidence) == 4


MUST_DO = {"urgent": 1, "important": 1}


@pytest.mark.parametrize(
    ("objectives", "count"),
    [
        ([MUST_DO], 0),
        ([MUST_DO, MUST_DO], 1),
        ([MUST_DO, {"important": 1}], 0),
        ([MUST_DO, MUST_DO, {}], 0),
        ([{"urgent": 1}] * 2, 0),
    ],
)
def test_not_everything_can_be_must_do(scope, find_subjects, objectives, count):
    for number, axes in enumerate(objectives):
        scope.objective(f"goal {number}", **axes)
    assert find_subjects(find_everything_important, "everything_important") == ["Builders"] * count
