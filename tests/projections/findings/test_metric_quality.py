"""Key results without a number, baseline or deadline, and eased targets."""

from datetime import UTC, datetime

import pytest

from projections.findings.metric_quality import find_moved_goalposts, find_not_smart


@pytest.mark.parametrize(
    ("metric", "lacks"),
    [
        ({"kind": "increase", "baseline": "0", "target": "1"}, None),
        ({"kind": "increase", "baseline": None, "target": None, "relative": "0.2"}, "baseline"),
        ({"kind": "decrease", "baseline": None, "target": "1"}, "baseline"),
        ({"kind": "at_least", "baseline": None, "target": "1"}, None),
        ({"kind": "between", "low": "0", "high": "1"}, None),
        ({"kind": "milestones", "steps": []}, None),
        ({"kind": "binary"}, "number"),
    ],
)
def test_a_metric_has_a_number_and_a_baseline(scope, metric, lacks):
    scope.objective("build")
    scope.key_result("launch", of="build", metric=metric)
    found = [finding.sentence for finding in find_not_smart(scope.build())]
    assert found == ([f"“launch” of “build” has no {lacks}."] if lacks else [])


def test_a_key_result_has_a_deadline(scope):
    scope.objective("build")
    scope.key_result("launch", of="build", metric={"kind": "binary"}, due_on=None)
    [finding] = find_not_smart(scope.build())
    assert finding.sentence.endswith("has no deadline and no number.")


@pytest.fixture
def launch(scope):
    scope.objective("build")
    scope.key_result("launch", of="build")
    return scope


@pytest.mark.parametrize(("month", "day", "hour", "count"), [(12, 31, 22, 0), (12, 31, 23, 1), (2, 1, 12, 1), (5, 1, 12, 1)])
def test_a_target_eased_once_the_cycle_began_is_found(launch, find_subjects, month, day, hour, count):
    """In Berlin the year begins at 23 hours UTC."""
    launch.revise("launch", {"target": "10"}, {"target": "8"}, datetime(2024 - month // 12, month, day, hour, tzinfo=UTC))
    assert find_subjects(find_moved_goalposts, "goalposts_moved") == ["launch"] * count


@pytest.mark.parametrize("target", ["10", "12"])
def test_a_target_made_harder_or_the_same_is_not(launch, find_subjects, target):
    launch.revise("launch", {"target": "10"}, {"target": target})
    assert find_subjects(find_moved_goalposts, "goalposts_moved") == []


def test_repeated_easing_is_one_finding_with_all_positions(launch):
    first = launch.revise("launch", {"target": "10"}, {"target": "8"})
    launch.revise("launch", {"target": "8"}, {"target": "9"})
    last = launch.revise("launch", {"target": "9"}, {"target": "7.5"})
    [finding] = find_moved_goalposts(launch.build())
    assert finding.evidence == (launch.rows["launch"].created, first, last)
    assert finding.sentence == "The target of “launch” of “build” was eased from 9 to 7.5 on 2024-02-15, the last of 2 times."


def test_a_band_is_described_by_its_bounds(launch):
    ends = {"kind": "between", "low": "1", "high": "2"}
    launch.revise("launch", ends, ends | {"high": "3"})
    assert "from 1 to 2 to 1 to 3 on" in next(find_moved_goalposts(launch.build())).sentence
