"""Counts at and beside their limits."""

import pytest

from projections.findings.limits import everything_important, key_result_counts, too_many_objectives
from tests.projections.findings.scope_builder import Stage


@pytest.mark.parametrize(
    ("count", "code"),
    [(0, "no_key_results"), (1, "too_few_key_results"), (2, None), (3, None), (4, "too_many_key_results")],
)
def test_two_or_three_key_results_are_fine(stage, count, code):
    stage.objective("build")
    for number in range(count):
        stage.key_result(f"result {number}", of="build")
    assert [finding.code for finding in key_result_counts(stage.scene())] == [code] * (code is not None)


def test_the_cycles_policy_says_how_many():
    stage = Stage(limits={"key_results_per_objective": {"min": 1, "max": 1}, "objectives_per_unit": {"max": 0}})
    stage.objective("build")
    for number in range(2):
        stage.key_result(f"result {number}", of="build")
    [finding] = key_result_counts(stage.scene())
    assert finding.sentence == "“build” of Builders has 2 key results, more than 1."
    assert len(list(too_many_objectives(stage.scene()))) == 1


def test_what_links_drive_needs_no_key_results(stage):
    stage.objective("lead", progress_driver="alignments")
    assert list(key_result_counts(stage.scene())) == []


def test_cancelled_key_results_do_not_count_and_prove_it(stage):
    stage.objective("build")
    stage.key_result("gone", of="build", state="cancelled", from_position=70)
    [finding] = key_result_counts(stage.scene())
    assert (finding.code, finding.evidence) == ("no_key_results", (stage.rows["build"].created, 70))


def test_three_objectives_are_fine_and_four_too_many_cycle_by_cycle(stage, found):
    stage.cycle("Q2", "2024-04-01", "2024-06-30")
    stage.objective("next", cycle="Q2")
    for number in range(3):
        stage.objective(f"goal {number}")
    stage.objective("gone", state="cancelled")
    assert found(too_many_objectives, "too_many_objectives") == []
    stage.objective("fourth", state="draft")
    [finding] = too_many_objectives(stage.scene())
    assert (finding.subject_type, finding.subject_id, finding.cycle_id) == ("unit", "Builders", "Q1")
    assert finding.sentence == "Builders has 4 objectives in Q1, more than 3."
    assert len(finding.evidence) == 4


MUST = {"urgent": 1, "important": 1}


@pytest.mark.parametrize(
    ("objectives", "count"),
    [([MUST], 0), ([MUST, MUST], 1), ([MUST, {"important": 1}], 0), ([MUST, MUST, {}], 0), ([{"urgent": 1}] * 2, 0)],
)
def test_not_everything_can_be_must_do(stage, found, objectives, count):
    for number, axes in enumerate(objectives):
        stage.objective(f"goal {number}", **axes)
    assert found(everything_important, "everything_important") == ["Builders"] * count
