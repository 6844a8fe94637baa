"""Outdated reports, reports better than the numbers, and divergence from children."""

import pytest

from projections.findings.reporting_quality import find_diverging, find_stale, find_watermelons
from tests.projections.findings.scope_builder import ScopeBuilder, health

STANDING = {"value_at": 48, "status_at": 50, "latest_on": "2024-01-12", "latest": '{"position":45}'}


def test_an_outdated_key_result_is_stale(scope, find_subjects):
    scope.objective("build")
    scope.key_result("late", of="build", health=health("outdated"), standing=STANDING)
    scope.key_result("never", of="build", health=health("outdated"))
    scope.key_result("well", of="build")
    assert find_subjects(find_stale, "stale") == ["late", "never"]
    late, never = find_stale(scope.build())
    assert late.sentence == "“late” of “build” is outdated: last reported for 2024-01-12."
    assert late.evidence == (scope.rows["late"].created, 45)
    assert never.sentence.endswith("never reported.")


@pytest.mark.parametrize(
    ("reported", "computed", "effective", "count"),
    [
        ("on_track", "off_track", "on_track", 1),
        ("on_track", "off_track", "outdated", 1),
        ("on_track", "off_track", "closed", 0),
        ("on_track", "at_risk", "on_track", 0),
        ("on_track", "pending", "on_track", 0),
        ("at_risk", "off_track", "at_risk", 0),
        (None, "off_track", "off_track", 0),
    ],
)
def test_reported_on_track_and_computed_off_track_is_a_watermelon(scope, find_subjects, reported, computed, effective, count):
    scope.objective("build")
    scope.key_result("launch", of="build", at="0.1", health=health(effective, reported=reported, computed=computed))
    assert len(find_subjects(find_watermelons, "watermelon")) == count


def test_a_watermelon_shows_its_numbers(scope):
    scope.objective("build")
    rosy = health("on_track", reported="on_track", computed="off_track")
    scope.key_result("launch", of="build", at="0.1", health=rosy, standing=STANDING)
    [finding] = find_watermelons(scope.build())
    assert finding.sentence.endswith("is reported on track, but its progress of 0.10 is off track at 0.50 of the cycle.")


def add_family(stage, own, *children):
    stage.objective("lead", "Tech", at=own)
    for number, (at, weight) in enumerate(children):
        stage.objective(f"child {number}", at=at)
        stage.link(f"child {number}", "lead", weight=weight)
    return list(find_diverging(stage.build()))


@pytest.mark.parametrize(
    ("own", "children", "count"),
    [
        ("0.8", [("0.5", 1)], 1),
        ("0.2", [("0.5", 1)], 1),
        ("0.79", [("0.5", 1)], 0),
        ("0.6", [("0.2", 3), ("0.6", 1)], 1),
        ("0.6", [("0.2", 1), ("0.6", 1)], 0),
        ("0.3", [(None, 1)], 1),
        ("0.3", [(None, 0)], 0),
        ("0.8", [("0.5", 1), (None, 0)], 1),
        (None, [("0.5", 1)], 0),
        ("0.5", [], 0),
        ("0.3333333333333333333333333333", [("0.03333333333333333333333333333", 1)], 1),
    ],
)
def test_a_parent_stays_near_the_mean_of_its_children(scope, own, children, count):
    assert len(add_family(scope, own, *children)) == count


def test_the_policy_says_how_near():
    assert add_family(ScopeBuilder(diverging="0.31"), "0.8", ("0.5", 1)) == []


def test_children_cancelled_or_unlinked_do_not_count(scope):
    scope.objective("lead", "Tech", at="0.8")
    scope.objective("gone", at="0.1", state="cancelled")
    scope.objective("left", at="0.1")
    scope.link("gone", "lead")
    scope.link("left", "lead", state="ended")
    assert list(find_diverging(scope.build())) == []


def test_the_evidence_of_divergence_is_links_and_last_reports(scope):
    scope.objective("lead", "Tech", at="0.8")
    scope.key_result("lead it", of="lead", standing=STANDING)
    scope.objective("child", at="0.5")
    link = scope.link("child", "lead")
    [finding] = find_diverging(scope.build())
    assert finding.evidence == (scope.rows["lead"].created, link.created, 48)
    assert finding.sentence == "“lead” of Tech is at 0.80, the objectives that contribute to it at 0.50: 0.3 or more apart."
