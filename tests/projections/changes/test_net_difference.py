"""The net difference: where a thing stands at both moments, whatever it went through."""

from decimal import Decimal

import pytest

from tests.projections.event_recorder import TO_TEN, id_of

D = Decimal


@pytest.fixture
def start(tell):
    """The position after a key result was defined."""
    tell.objective("build")
    return tell.key_result("it", of="build")


def revised(tell, target):
    return tell("KeyResult.TargetRevised", "it", metric=TO_TEN | {"target": target}, reason="The market moved")


def test_there_and_back_is_two_changes_and_no_net_difference(tell, changes, start):
    revised(tell, "5")
    revised(tell, "10")
    told = changes(start)
    assert [item["fields"] for item in told["items"]] == [
        {"metric.target": {"before": "10", "after": "5"}},
        {"metric.target": {"before": "5", "after": "10"}},
    ]
    assert [item["direction"] for item in told["items"]] == ["easier", "harder"]
    assert told["net"] == []


def test_moved_twice_is_one_net_difference(tell, changes, start):
    revised(tell, "5")
    tell("KeyResult.Renamed", "it", title="That")
    revised(tell, "20")
    [net] = changes(start)["net"]
    assert net["fields"] == {
        "metric.target": {"before": "10", "after": "20"},
        "title": {"before": "it", "after": "That"},
    }
    assert (net["direction"], net["subject"]["title"], net["subject"]["id"]) == ("harder", "That", str(id_of("it")))


def test_what_came_and_went_in_between_is_told_as_it_ended(tell, changes, start):
    tell.key_result("short", of="build")
    tell("KeyResult.Cancelled", "short")
    [net] = changes(start)["net"]
    assert net["fields"]["state"] == {"before": None, "after": "cancelled"}
    assert net["fields"]["title"] == {"before": None, "after": "short"}


@pytest.mark.usefixtures("start")
def test_a_check_in_that_was_corrected_differs_by_what_it_says(tell, changes):
    tell.check_in("it", "first", value=3)
    before = tell.check_in("it", "second", value=4)
    tell.correct("it", "second", value=5, reason="A slip")
    [item] = changes(before)["items"]
    [net] = changes(before)["net"]
    assert item["fields"] == net["fields"] == {"value": {"before": "4", "after": "5"}}
    assert (net["subject"]["type"], net["subject"]["key_result_id"]) == ("check_in", str(id_of("it")))


def test_plain_check_ins_are_in_no_net_difference(tell, changes, start):
    tell.check_in("it", value=3)
    told = changes(start)
    assert (told["items"], told["net"], told["summary"]["left_out"]["check_ins"]) == ([], [], 1)


def test_a_check_in_corrected_on_two_pages_is_told_on_the_first(tell, changes, start):
    for value in (4, 5, 6):
        tell.correct("it", "one", value=value) if value > 4 else tell.check_in("it", "one", value=value)
    first = changes(start, limit=1)
    second = changes(start, limit=1, after=int(first["next"]))
    assert (len(first["net"]), len(second["net"])) == (1, 0)
    assert first["net"][0]["fields"]["value"] == {"before": None, "after": "6"}


def test_a_contributor_is_a_subject_of_its_own(tell, changes, start):
    person = id_of("Ada")
    said = {"person_id": person, "contribution": None, "due_on": None}
    tell("KeyResult.ContributorNamed", "it", **said, role="support")
    tell("KeyResult.ContributorNamed", "it", **said, role="lead")
    told = changes(start)
    assert [item["fields"].get("role") for item in told["items"]] == [
        {"before": None, "after": "support"},
        {"before": "support", "after": "lead"},
    ]
    [net] = told["net"]
    subject = net["subject"]
    assert (subject["type"], subject["id"], subject["key_result_id"]) == ("contributor", str(person), str(id_of("it")))
    tell("KeyResult.ContributorReleased", "it", person_id=person)
    assert changes(start)["items"][-1]["fields"] == {"state": {"before": "active", "after": "ended"}}
