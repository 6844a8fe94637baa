"""The report of a closed cycle stays as it was at the closing, and every report can be repeated."""

from datetime import date, timedelta
from decimal import Decimal
from urllib.parse import parse_qs, urlsplit
from zoneinfo import ZoneInfo

import orjson
import pytest

from okr_events.commands.intent import Intent
from okr_events.domain.policy import DEFAULT_POLICY
from okr_events.domain.values import AuthoredText
from okr_events.register.encryption_keys import ERASED_TEXT
from projections import moment as moments
from tests.projections.event_recorder import ZERO_TO_TEN, id_of

D = Decimal
CLOSED_ON = date(2024, 4, 5)
SECTIONS_AFTER_CLOSING = {"reviews", "what_worked", "what_did_not", "lessons", "decisions", "celebrations", "carried_over"}
"""The members that are recorded after the closing of a cycle."""
HEADING = {"cycle", "position", "evaluated_at", "effective_on", "ledger_root", "again", "names"}


@pytest.fixture
def quarter(record, goal, score, person):
    """A quarter with content for every part of the report."""
    ben = person("Ben")
    for name, unit in (("lead", "tech"), ("build", "builders"), ("sell", "sellers")):
        goal(name, None, None, unit=unit, owner=ben)
    record.link("build", "lead")
    for week in range(12):
        record.at_day(date(2024, 1, 4) + timedelta(weeks=week))
        for name in ("lead 1", "build 1", "sell 2"):
            record.check_in(name, f"{name} in week {week}", value=week / 2, confidence="0.5", status="on_track")
    wins, by = [AuthoredText(record.intent.actor, "The first customer")], record.intent.actor
    blockers = [{"id": id_of("ill"), "kind": "capacity", "text": AuthoredText(by, "Two are ill"), "owner": ben}]
    record.check_in("build 2", "blocked", value=1, confidence="0.2", wins=wins, blockers=blockers)
    record.correct("build 1", "build 1 in week 3", confidence="0.9")
    record.retract("sell 2", "sell 2 in week 4")
    record("KeyResult.TargetRevised", "lead 2", metric=ZERO_TO_TEN | {"target": "8"}, reason="Too far")
    record.at_day(CLOSED_ON, 9)
    score("lead 1", D("0.5"), root_cause="We guessed", decision="carry_over")
    score("build 1", D("0.75"))
    return record


@pytest.fixture
def closing_position(quarter):
    """Closed on the 5th of April, at 10 o'clock."""
    quarter.at_day(CLOSED_ON, 10)
    quarter("Cycle.Closed", "quarter", policy=DEFAULT_POLICY, reason="It is over")
    return quarter


@pytest.fixture
def events_after_closing(closing_position):
    """Events after the closing."""

    def read_section():
        by = closing_position.intent.actor
        closing_position.at_day(date(2024, 5, 1))
        blockers = [{"id": id_of("late"), "kind": "capacity", "text": AuthoredText(by, "Never told"), "owner": by}]
        wins = [AuthoredText(by, "Never won")]
        closing_position.check_in("lead 1", "late", value=9, confidence=1, on=date(2024, 3, 31), wins=wins, blockers=blockers)
        closing_position.correct("build 1", "build 1 in week 3", confidence="0.1")
        closing_position.retract("lead 1", "lead 1 in week 11")
        closing_position.conversation("build 2", "key_result")
        closing_position("Conversation.BlockerResolved", "about build 2", blocker_id=id_of("ill"), resolved_on=date(2024, 5, 1))
        closing_position("Unit.Renamed", "builders", name="Makers")
        closing_position.cycle("next", starts_on=date(2024, 4, 1), ends_on=date(2024, 6, 30))
        closing_position.objective("lead on", cycle="next")
        closing_position("Unit.Moved", "builders", parent_id=id_of("sellers"), reason="Closer to them")

    return read_section


def report_numbers(report):
    return {name: part for name, part in report.items() if name not in SECTIONS_AFTER_CLOSING | HEADING}


@pytest.mark.usefixtures("closing_position")
@pytest.mark.parametrize("whose", [{}, {"unit": "products"}])
def test_events_after_the_closing_change_no_result(report, events_after_closing, whose):
    before = report(**whose)
    events_after_closing()
    after = report(today=date(2024, 5, 2), **whose)
    assert report_numbers(after) == report_numbers(before)
    assert [item["age_days"] for item in after["blockers"]["items"]] == [15]


def test_the_closing_changes_no_result(quarter, report):
    before = report(today=CLOSED_ON)
    quarter.at_day(CLOSED_ON, 10)
    quarter("Cycle.Closed", "quarter", policy=DEFAULT_POLICY, reason="It is over")
    after = report(today=CLOSED_ON)
    assert (after["cycle"]["state"], before["cycle"]["state"]) == ("closed", "active")
    spans = [read_section.pop("span")["end"]["position"] for read_section in (before, after)]
    assert spans == [before["position"], before["position"]]
    assert report_numbers(after) == report_numbers(before)


@pytest.mark.usefixtures("closing_position")
def test_reviews_and_celebrations_after_the_closing_are_listed(report, closing_position):
    closing_position.at_day(date(2024, 4, 9))
    by = closing_position.intent.actor
    place = {"unit_id": id_of("tech"), "cycle_id": id_of("quarter"), "held_on": date(2024, 4, 9), "participants": [by]}
    said = {
        "what_worked": [],
        "what_did_not": [],
        "lessons": [AuthoredText(by, "Ask first")],
        "decisions": [],
        "adjustments": [],
    }
    closing_position("Review.Held", "review", kind="quarterly", **place, **said)
    closing_position.conversation("lead", "objective")
    closing_position.comment("lead", "Hooray", "celebration")
    read_section = report()
    assert [each["text"] for each in (*read_section["lessons"], *read_section["celebrations"])] == ["Ask first", "Hooray"]


@pytest.mark.usefixtures("closing_position")
def test_a_unit_created_after_the_closing_has_its_name(report, closing_position):
    closing_position.unit("founders", below="tech")
    place = {"unit_id": id_of("founders"), "cycle_id": id_of("quarter"), "held_on": CLOSED_ON, "participants": []}
    said = {
        "what_worked": [],
        "what_did_not": [],
        "lessons": [AuthoredText(closing_position.intent.actor, "Ask")],
        "decisions": [],
    }
    closing_position("Review.Held", "review", kind="quarterly", adjustments=[], **place, **said)
    assert report()["names"][str(id_of("founders"))] == "founders"


@pytest.fixture
def current_report(report_builder, views):
    """The response to the permanent link of a report."""

    def context_of(read_section):
        query = {name: values[0] for name, values in parse_qs(urlsplit(read_section["again"]).query).items()}
        assert query["cycle"] == str(id_of("quarter"))
        day, head = date.fromisoformat(query["effective_on"]), views.catch_up(60)
        moment = moments.parse(query["as_of"], day, log=views.log, head=head, zone=ZoneInfo("UTC"))
        unit = {str(id_of(name)): name for name in ("products",)}.get(query.get("unit", ""))
        return report_builder.build_at(moment, unit=unit)

    return context_of


@pytest.mark.usefixtures("closing_position")
@pytest.mark.parametrize("whose", [{}, {"unit": "products"}])
def test_the_permanent_link_returns_the_same_bytes(report, current_report, events_after_closing, views, whose):
    head = views.catch_up(60).position
    read_section = [report(**whose), report(head - 1, **whose), report(head - 20, on=date(2024, 2, 20), **whose)]
    events_after_closing()
    assert [orjson.dumps(current_report(each)) for each in read_section] == [orjson.dumps(each) for each in read_section]


@pytest.mark.usefixtures("closing_position")
def test_an_erased_person_is_marked_and_no_number_changes(report, okrs, store, person, closing_position):
    before = report()
    admin = Intent(person("Admin"), reason="They asked for it")
    okrs.erase_person(admin, closing_position.intent.actor)
    okrs.finish_erasures()
    store.register.people.revision()
    after = report(before["position"])
    words = [*after["wins"]["items"], *after["blockers"]["items"]]
    assert {each["text"] for each in words} == {ERASED_TEXT}
    assert {item["root_cause"] for item in after["scores"]} == {ERASED_TEXT, None}
    [revised] = [item for item in after["moved"]["items"] if item["kind"] == "target_moved"]
    assert (revised["reason"], revised["sentence"].split(" moved ")[0]) == (ERASED_TEXT, ERASED_TEXT)
    assert after["names"] == before["names"] | {str(closing_position.intent.actor): ERASED_TEXT}
    assert "Ben" in after["names"].values()
    for name in ("counts", "commitments", "confidence", "entries", "health", "findings", "alignment", "ledger_root", "again"):
        assert after[name] == before[name]
    assert not {"Ada", "customer", "guessed", "Too far"} & set(orjson.dumps(after).decode().replace('"', " ").split())


@pytest.mark.usefixtures("closing_position")
def test_a_report_of_a_unit_is_the_companys_restricted_to_it(report):
    company, unit = report(), report(unit="products")
    whose, goals = {str(id_of(name)) for name in ("products", "builders")}, {str(id_of("build"))}
    parts = {str(id_of(f"build {n}")) for n in (1, 2)}
    assert unit["scores"] == [item for item in company["scores"] if item["unit_id"] in whose] != []
    assert unit["counts"]["units"] == [each for each in company["counts"]["units"] if each["unit_id"] in whose] != []
    assert unit["adherence"]["units"] == [each for each in company["adherence"]["units"] if each["unit_id"] in whose] != []
    for path in (("unscored",), ("blockers", "items"), ("wins", "items"), ("entries", "corrected", "items")):
        mine, all_of_it = (value_at_path(read_section, path) for read_section in (unit, company))
        assert mine == [item for item in all_of_it if item["key_result_id"] in parts] != [], path
    for path in (("findings", "opened", "items"), ("findings", "resolved", "items")):
        mine, all_of_it = (value_at_path(read_section, path) for read_section in (unit, company))
        assert mine == [item for item in all_of_it if item["unit_id"] in whose], path
    for when in ("start", "end"):
        mine, all_of_it = (read_section["alignment"][when] for read_section in (unit, company))
        assert mine["objectives"] == [each for each in all_of_it["objectives"] if each["id"] in goals]
        assert mine["alignments"] == [link for link in all_of_it["alignments"] if link["child_id"] in goals]
    about = goals | parts | {str(id_of("build>lead"))}
    assert unit["moved"]["items"] == [item for item in company["moved"]["items"] if item["subject"]["id"] in about] != []


def value_at_path(read_section, path):
    for name in path:
        read_section = read_section[name]
    return read_section
