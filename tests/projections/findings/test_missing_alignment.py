"""Orphans, and objectives without contributing objectives."""

import pytest

from projections.findings.missing_alignment import find_orphans, find_unsupported


@pytest.fixture
def goals(scope):
    scope.objective("lead", "Tech")
    scope.objective("make", "Products")
    scope.objective("build", "Builders")
    scope.key_result("launch", of="make")
    scope.priority("grow")
    return scope


@pytest.mark.usefixtures("goals")
def test_an_objective_below_the_company_without_a_link_is_an_orphan(find_subjects):
    assert find_subjects(find_orphans, "orphan") == ["make", "build"]


@pytest.mark.parametrize(("parent", "kind"), [("lead", "vertical"), ("launch", "explicit"), ("grow", "strategic")])
def test_one_link_upward_is_enough(goals, find_subjects, parent, kind):
    goals.link("build", parent, kind)
    assert find_subjects(find_orphans, "orphan") == ["make"]


@pytest.mark.parametrize("kind", ["horizontal", "directional"])
def test_dependencies_and_guides_are_no_links_upward(goals, find_subjects, kind):
    goals.link("build", "make", kind)
    assert find_subjects(find_orphans, "orphan") == ["make", "build"]


def test_the_evidence_of_an_orphan_is_its_creation_and_the_end_of_its_link(goals):
    goals.link("build", "make", state="ended", created=90, from_position=99)
    goals.link("build", "make", "horizontal", state="ended", created=91, from_position=98)
    build = next(each for each in find_orphans(goals.build()) if each.subject_id == "build")
    assert build.evidence == (goals.rows["build"].created, 99)
    assert build.sentence == "“build” of Builders (team) serves no goal above it."
    assert (build.severity, build.unit_id, build.cycle_id) == ("high", "Builders", "Q1")


@pytest.mark.usefixtures("goals")
def test_objectives_of_company_and_departments_need_contributions(find_subjects):
    assert find_subjects(find_unsupported, "unsupported") == ["lead", "make"]


@pytest.mark.parametrize(("parent", "kind"), [("make", "vertical"), ("launch", "explicit")])
def test_one_child_or_heir_is_enough(goals, find_subjects, parent, kind):
    goals.link("build", parent, kind)
    assert find_subjects(find_unsupported, "unsupported") == ["lead"]


def test_a_cancelled_child_does_not_contribute(goals, find_subjects):
    goals.objective("gone", "Builders", state="cancelled", from_position=88)
    goals.link("gone", "make")
    assert find_subjects(find_unsupported, "unsupported") == ["lead", "make"]
    make = list(find_unsupported(goals.build()))[1]
    assert make.evidence == (goals.rows["make"].created, 88)
