"""The net difference between two moments, whatever happened in between."""

from decimal import Decimal

import pytest

from tests.projections.event_recorder import ZERO_TO_TEN, id_of

D = Decimal


@pytest.fixture
def start_position(record):
    """The position after a key result was defined."""
    record.objective("build")
    return record.key_result("it", of="build")


def revise_target(tell, target):
    return tell("KeyResult.TargetRevised", "it", metric=ZERO_TO_TEN | {"target": target}, reason="The market moved")


def test_there_and_back_is_two_changes_and_no_net_difference(record, changes, start_position):
    revise_target(record, "5")
    revise_target(record, "10")
    told = changes(start_position)
    assert [item["fields"] for item in told["items"]] == [
        {"metric.target": {"before": "10", "after": "5"}},
        {"metric.target": {"before": "5", "after": "10"}},
    ]
    assert [item["direction"] for item in told["items"]] == ["easier", "harder"]
    assert told["net"] == []


def test_moved_twice_is_one_net_difference(record, changes, start_position):
    revise_target(record, "5")
    record("KeyResult.Renamed", "it", title="That")
    revise_target(record, "20")
    [net] = changes(start_position)["net"]
    assert net["fields"] == {
        "metric.target": {"before": "10", "after": "20"},
        "title": {"before": "it", "after": "That"},
    }
    assert (net["direction"], net["subject"]["title"], net["subject"]["id"]) == ("harder", "That", str(id_of("it")))


def test_a_subject_created_in_between_has_its_last_state(record, changes, start_position):
    record.key_result("short", of="build")
    record("KeyResult.Cancelled", "short")
    [net] = changes(start_position)["net"]
    assert net["fields"]["state"] == {"before": None, "after": "cancelled"}
    assert net["fields"]["title"] == {"before": None, "after": "short"}


@pytest.mark.usefixtures("start_position")
def test_a_corrected_check_in_differs_by_its_fields(record, changes):
    record.check_in("it", "first", value=3)
    before = record.check_in("it", "second", value=4)
    record.correct("it", "second", value=5, reason="A slip")
    [item] = changes(before)["items"]
    [net] = changes(before)["net"]
    assert item["fields"] == net["fields"] == {"value": {"before": "4", "after": "5"}}
    assert (net["subject"]["type"], net["subject"]["key_result_id"]) == ("check_in", str(id_of("it")))


def test_plain_check_ins_are_in_no_net_difference(record, changes, start_position):
    record.check_in("it", value=3)
    told = changes(start_position)
    assert (told["items"], told["net"], told["summary"]["left_out"]["check_ins"]) == ([], [], 1)


def test_a_check_in_corrected_on_two_pages_is_on_the_first(record, changes, start_position):
    for value in (4, 5, 6):
        record.correct("it", "one", value=value) if value > 4 else record.check_in("it", "one", value=value)
    first = changes(start_position, limit=1)
    second = changes(start_position, limit=1, after=int(first["next"]))
    assert (len(first["net"]), len(second["net"])) == (1, 0)
    assert first["net"][0]["fields"]["value"] == {"before": None, "after": "6"}


def test_a_contributor_is_a_subject_of_its_own(record, changes, start_position):
    person = id_of("Ada")
    said = {"person_id": person, "contribution": None, "due_on": None}
    record("KeyResult.ContributorNamed", "it", **said, role="support")
    record("KeyResult.ContributorNamed", "it", **said, role="lead")
    told = changes(start_position)
    assert [item["fields"].get("role") for item in told["items"]] == [
        {"before": None, "after": "support"},
        {"before": "support", "after": "lead"},
    ]
    [net] = told["net"]
    subject = net["subject"]
    assert (subject["type"], subject["id"], subject["key_result_id"]) == ("contributor", str(person), str(id_of("it")))
    record("KeyResult.ContributorReleased", "it", person_id=person)
    assert changes(start_position)["items"][-1]["fields"] == {"state": {"before": "active", "after": "ended"}}
