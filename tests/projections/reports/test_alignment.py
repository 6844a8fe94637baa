"""Alignment and findings at the start and at the end, and what is carried over."""

from datetime import date
from decimal import Decimal

import pytest

from tests.projections.event_recorder import id_of

pytestmark = pytest.mark.parametrize("store", ["sqlite"], indirect=True)
D = Decimal


@pytest.fixture
def changed_alignment(record):
    """Two linked goals before the start of the cycle; then the link ended, and goals were added and cancelled."""
    record.cycle("next", starts_on=date(2024, 4, 1), ends_on=date(2024, 6, 30))
    record.at_day(date(2024, 3, 20))
    for name, unit in (("lead", "tech"), ("build", "builders"), ("sell", "sellers")):
        record.objective(name, cycle="next", unit=unit, owner=record.intent.actor)
        for n in (1, 2):
            record.key_result(f"{name} {n}", of=name, cycle="next", owner=record.intent.actor, due_on=date(2024, 6, 30))
    record.link("build", "lead")
    record("Cycle.Activated", "next")
    record.at_day(date(2024, 4, 10))
    record("Alignment.Ended", "build>lead", reason="Not so")
    record.link("sell", "lead")
    record.link_as_guide("sell", "build")
    record.link_as_guide("sell", "lead")
    record("Alignment.Ended", "sell~lead", reason="It says nothing")
    record.check_in("lead 1", value=5)
    record.objective("grow", cycle="next", unit="builders")
    record("Objective.Cancelled", "build", reason="Not now")
    return record


@pytest.mark.usefixtures("changed_alignment")
def test_the_goals_with_their_progress_and_the_links_are_listed_at_the_start_and_at_the_end(report):
    maps = report(cycle="next")["alignment"]
    goals = {
        when: [(each["title"], each["progress"], each["key_results"]) for each in maps[when]["objectives"]] for when in maps
    }
    assert goals == {
        "start": [("lead", "0", 2), ("build", "0", 2), ("sell", "0", 2)],
        "end": [("lead", "0.25", 2), ("sell", "0", 2), ("grow", None, 0)],
    }
    assert {when: [_link_ends(link) for link in maps[when]["alignments"]] for when in maps} == {
        "start": [("build", "lead", "vertical")],
        "end": [("sell", "lead", "vertical"), ("sell", "build", "directional")],
    }


def _link_ends(link):
    names = {str(id_of(name)): name for name in ("lead", "build", "sell")}
    return names[link["child_id"]], names[link["parent_id"]], link["kind"]


@pytest.mark.usefixtures("changed_alignment")
def test_a_unit_has_its_own_goals_and_the_links_from_them(report):
    maps = report(cycle="next", unit="sellers")["alignment"]
    assert [each["title"] for each in maps["end"]["objectives"]] == ["sell"]
    assert [_link_ends(link)[1] for link in maps["end"]["alignments"]] == ["lead", "build"]


@pytest.mark.usefixtures("changed_alignment")
def test_opened_and_resolved_findings_are_listed_and_all_are_counted(report):
    findings = report(cycle="next", today=date(2024, 4, 11))["findings"]
    turned = {way: [(each["code"], each["subject"]["id"]) for each in findings[way]["items"]] for way in ("opened", "resolved")}
    ids = {name: str(id_of(name)) for name in ("lead", "grow", "sell", "sell~build", "sellers", "tech", "builders")}
    assert ("no_key_results", ids["grow"]) in turned["opened"]
    assert ("orphan", ids["grow"]) in turned["opened"]
    assert ("dangling", str(id_of("sell~build"))) in turned["opened"]
    assert ("orphan", ids["sell"]) in turned["resolved"]
    assert not set(turned["opened"]) & set(turned["resolved"])
    [orphans] = [each for each in findings["codes"] if each["code"] == "orphan"]
    assert orphans == {"code": "orphan", "severity": "high", "at_start": 1, "at_end": 1}
    opened, resolved = findings["opened"], findings["resolved"]
    grown = sum(each["at_end"] - each["at_start"] for each in findings["codes"])
    assert (grown, opened["more"], resolved["more"]) == (opened["count"] - resolved["count"], 0, 0)


@pytest.mark.usefixtures("changed_alignment")
def test_a_unit_has_its_own_findings(report):
    opened = report(cycle="next", unit="builders", today=date(2024, 4, 11))["findings"]["opened"]["items"]
    assert {each["unit_id"] for each in opened} == {str(id_of("builders"))}


@pytest.fixture
def scored_decisions(goal, score, record):
    """A key result for each decision and one undecided; one of two with `carry_over` has a successor."""
    goal("lead", *[None] * 6)
    for n, decision in enumerate(("keep", "modify", "abandon", "carry_over", "carry_over"), 1):
        score(f"lead {n}", D(1), decision=decision)
    record.cycle("next", starts_on=date(2024, 4, 1), ends_on=date(2024, 6, 30))
    record.objective("lead on", cycle="next")
    record.key_result("lead 4 on", of="lead on", cycle="next", origin=id_of("lead 4"))
    return record


@pytest.mark.usefixtures("scored_decisions")
def test_successors_are_listed_with_their_origins(report):
    carried = report()["carried_over"]
    assert carried["items"] == [
        {
            "origin": str(id_of("lead 4")),
            "origin_title": "lead 4",
            "key_result_id": str(id_of("lead 4 on")),
            "title": "lead 4 on",
            "objective_id": str(id_of("lead on")),
            "cycle_id": str(id_of("next")),
        }
    ]
    assert [each["title"] for each in carried["wanted"]] == ["lead 5"]


@pytest.mark.usefixtures("scored_decisions")
def test_decisions_are_counted(report):
    carried = report()["carried_over"]
    counted = {each["decision"]: each["count"] for each in carried["decisions"]}
    assert counted == {"keep": 1, "modify": 1, "abandon": 1, "carry_over": 2}
    assert carried["undecided"] == 1


@pytest.mark.usefixtures("scored_decisions")
def test_another_unit_carries_nothing_over(report):
    assert report(unit="sellers")["carried_over"]["items"] == []
