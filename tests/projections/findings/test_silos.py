"""Units without a link to other units."""

import pytest

from projections.findings.silos import find_silos


@pytest.fixture
def two_units(scope):
    scope.objective("build", "Builders")
    scope.objective("sell", "Sellers")
    scope.key_result("sold", of="sell")
    return scope


def test_units_without_a_link_between_them_are_silos(two_units, find_subjects):
    assert find_subjects(find_silos, "silo") == ["Builders", "Sellers"]
    finding = next(find_silos(two_units.build()))
    assert finding.sentence == "Builders has 1 objective in Q1 and no link to any other unit."
    assert (finding.subject_type, finding.unit_id, finding.evidence) == ("unit", "Builders", (two_units.rows["build"].created,))


@pytest.mark.parametrize(
    ("parent", "kind", "state"),
    [
        ("sell", "vertical", "active"),
        ("sold", "explicit", "active"),
        ("sell", "horizontal", "proposed"),
        ("sell", "directional", "active"),
    ],
)
def test_any_link_joins_both_ends(two_units, find_subjects, parent, kind, state):
    two_units.link("build", parent, kind, state=state)
    assert find_subjects(find_silos, "silo") == []


def test_priorities_inner_links_and_ended_links_join_no_units(two_units, find_subjects):
    two_units.priority("grow")
    two_units.link("build", "grow", "strategic")
    two_units.objective("more", "Builders")
    two_units.link("more", "build")
    ended = two_units.link("build", "sell", "horizontal", state="declined", from_position=60)
    assert find_subjects(find_silos, "silo") == ["Builders", "Sellers"]
    assert ended.from_position in next(find_silos(two_units.build())).evidence


def test_one_unit_alone_is_no_silo(scope, find_subjects):
    scope.objective("build", "Builders")
    assert find_subjects(find_silos, "silo") == []


def test_each_cycle_is_checked_by_itself(two_units):
    two_units.cycle("Q2", "2024-04-01", "2024-06-30")
    two_units.objective("alone", "Builders", cycle="Q2")
    two_units.link("alone", "sell", "directional")
    assert [(each.subject_id, each.cycle_id) for each in find_silos(two_units.build())] == [("Builders", "Q1")]
