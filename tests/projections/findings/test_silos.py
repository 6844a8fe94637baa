"""Silos."""

import pytest

from projections.findings.silos import silos


@pytest.fixture
def two(stage):
    stage.objective("build", "Builders")
    stage.objective("sell", "Sellers")
    stage.key_result("sold", of="sell")
    return stage


def test_units_without_a_link_between_them_are_silos(two, found):
    assert found(silos, "silo") == ["Builders", "Sellers"]
    finding = next(silos(two.scene()))
    assert finding.sentence == "Builders has 1 objective in Q1 and no link to any other unit."
    assert (finding.subject_type, finding.unit_id, finding.evidence) == ("unit", "Builders", (two.rows["build"].created,))


@pytest.mark.parametrize(
    ("parent", "kind", "state"),
    [
        ("sell", "vertical", "active"),
        ("sold", "explicit", "active"),
        ("sell", "horizontal", "proposed"),
        ("sell", "directional", "active"),
    ],
)
def test_any_link_joins_both_ends(two, found, parent, kind, state):
    two.link("build", parent, kind, state=state)
    assert found(silos, "silo") == []


def test_a_priority_a_link_inside_or_one_that_ended_joins_nobody(two, found):
    two.priority("grow")
    two.link("build", "grow", "strategic")
    two.objective("more", "Builders")
    two.link("more", "build")
    ended = two.link("build", "sell", "horizontal", state="declined", from_position=60)
    assert found(silos, "silo") == ["Builders", "Sellers"]
    assert ended.from_position in next(silos(two.scene())).evidence


def test_one_unit_alone_is_no_silo(stage, found):
    stage.objective("build", "Builders")
    assert found(silos, "silo") == []


def test_each_cycle_is_looked_at_by_itself(two):
    two.cycle("Q2", "2024-04-01", "2024-06-30")
    two.objective("alone", "Builders", cycle="Q2")
    two.link("alone", "sell", "directional")
    assert [(each.subject_id, each.cycle_id) for each in silos(two.scene())] == [("Builders", "Q1")]
