"""Mean scores at and beside their limits."""

import pytest

from projections.findings.score_calibration import find_miscalibrated_scores


@pytest.mark.parametrize(
    ("scores", "code"),
    [
        (["0.9"], None),
        (["0.91"], "too_safe"),
        (["0.9", "0.8", "1"], None),
        (["0.9", "0.81", "1"], "too_safe"),
        (["0.4"], None),
        (["0.39"], "overreach"),
        (["0.3", "0.5"], None),
        ([], None),
        (["0.95", None], "too_safe"),
    ],
)
def test_a_units_mean_lies_between_out_of_reach_and_too_easy(scope, scores, code):
    scope.objective("build")
    for number, score in enumerate(scores):
        scope.key_result(f"result {number}", of="build", score=score)
    assert [finding.code for finding in find_miscalibrated_scores(scope.build())] == [code] * (code is not None)


def test_committed_work_is_expected_at_1(scope):
    scope.objective("kept", commitment="committed")
    scope.key_result("done", of="kept", score="1")
    assert list(find_miscalibrated_scores(scope.build())) == []


def test_all_objectives_of_a_unit_count_together_closed_ones_too(scope):
    for number, score in enumerate(("1", "0.9")):
        scope.objective(f"goal {number}", state="closed", commitment=("aspirational", "learning")[number])
        scope.key_result(f"result {number}", of=f"goal {number}", score=score, scored_at=80 + number)
    scope.key_result("dropped", of="goal 0", score="0", state="cancelled")
    [finding] = find_miscalibrated_scores(scope.build())
    assert finding.sentence == "The mean score of Builders in Q1 is 0.95, above 0.9, over 2 scored key results."
    assert (finding.subject_type, finding.evidence) == ("unit", (80, 81))
