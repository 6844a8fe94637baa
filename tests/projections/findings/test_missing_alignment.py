"""Orphans, and what nothing below serves."""

import pytest

from projections.findings.missing_alignment import orphans, unsupported


@pytest.fixture
def goals(stage):
    stage.objective("lead", "Tech")
    stage.objective("make", "Products")
    stage.objective("build", "Builders")
    stage.key_result("launch", of="make")
    stage.priority("grow")
    return stage


@pytest.mark.usefixtures("goals")
def test_below_the_company_what_serves_nothing_is_an_orphan(found):
    assert found(orphans, "orphan") == ["make", "build"]


@pytest.mark.parametrize(("parent", "kind"), [("lead", "vertical"), ("launch", "explicit"), ("grow", "strategic")])
def test_one_link_upward_is_enough(goals, found, parent, kind):
    goals.link("build", parent, kind)
    assert found(orphans, "orphan") == ["make"]


@pytest.mark.parametrize("kind", ["horizontal", "directional"])
def test_dependencies_and_guides_are_no_links_upward(goals, found, kind):
    goals.link("build", "make", kind)
    assert found(orphans, "orphan") == ["make", "build"]


def test_an_orphan_is_proved_by_its_creation_and_the_ending_of_its_link(goals):
    goals.link("build", "make", state="ended", created=90, from_position=99)
    goals.link("build", "make", "horizontal", state="ended", created=91, from_position=98)
    build = next(each for each in orphans(goals.scene()) if each.subject_id == "build")
    assert build.evidence == (goals.rows["build"].created, 99)
    assert build.sentence == "“build” of Builders (team) serves nothing above it."
    assert (build.severity, build.unit_id, build.cycle_id) == ("high", "Builders", "Q1")


@pytest.mark.usefixtures("goals")
def test_the_company_and_departments_want_to_be_served(found):
    assert found(unsupported, "unsupported") == ["lead", "make"]


@pytest.mark.parametrize(("parent", "kind"), [("make", "vertical"), ("launch", "explicit")])
def test_one_child_or_heir_is_enough(goals, found, parent, kind):
    goals.link("build", parent, kind)
    assert found(unsupported, "unsupported") == ["lead"]


def test_a_child_that_was_cancelled_serves_no_more(goals, found):
    goals.objective("gone", "Builders", state="cancelled", from_position=88)
    goals.link("gone", "make")
    assert found(unsupported, "unsupported") == ["lead", "make"]
    make = list(unsupported(goals.scene()))[1]
    assert make.evidence == (goals.rows["make"].created, 88)
