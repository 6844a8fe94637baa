"""Entries: how many check-ins there are, which came after the end, were corrected or retracted, and the wins."""

from datetime import date

import pytest

from okr_events.domain.values import AuthoredText
from tests.projections.event_recorder import LAST_DAY, id_of

pytestmark = pytest.mark.parametrize("store", ["sqlite"], indirect=True)


@pytest.fixture
def launch(record):
    record.objective("lead")
    record.key_result("launch", of="lead")
    return record


@pytest.fixture
def check_in(launch):
    def read_section(name, *wins, **said):
        words = [AuthoredText(launch.intent.actor, win) for win in wins]
        return launch.check_in("launch", name, **{"confidence": "0.5"} | said, wins=words)

    return read_section


@pytest.fixture
def entry_positions(report):
    """The positions of each sort."""

    def read(**whose):
        entries = report(**whose)["entries"]
        sorts = ("after_end", "corrected", "retracted")
        assert [entries[sort]["count"] for sort in sorts] == [len(entries[sort]["items"]) for sort in sorts]
        return entries["check_ins"], *([item["position"] for item in entries[sort]["items"]] for sort in sorts)

    return read


def test_late_is_what_was_recorded_after_the_last_day(launch, check_in, entry_positions):
    launch.at_day(LAST_DAY, 23)
    check_in("on the last day")
    launch.at_day(date(2024, 4, 1), 0)
    late = check_in("on the day after", on=LAST_DAY)
    assert entry_positions() == (2, [late], [], [])


def test_what_was_corrected_and_what_was_retracted_are_told_once(launch, check_in, entry_positions):
    first, second, third = (check_in(name) for name in ("first", "second", "third"))
    launch.correct("launch", "first", confidence="0.6")
    launch.correct("launch", "first", confidence="0.7")
    launch.correct("launch", "third", confidence="0.7")
    launch.retract("launch", "third")
    assert entry_positions() == (2, [], [first], [third])
    assert second not in (first, third)


def test_each_is_told_with_its_key_result_its_author_and_its_times(launch, check_in, report):
    launch.at_day(date(2024, 1, 10))
    position = check_in("first", on=date(2024, 1, 8))
    launch.retract("launch", "first")
    read_section = report()
    [item] = read_section["entries"]["retracted"]["items"]
    assert (item["title"], read_section["names"][item["author"]], item["position"]) == ("launch", "Ada", position)
    assert (item["measured_on"], item["recorded_at"][:19]) == ("2024-01-08", "2024-01-10T12:00:00")


def test_check_ins_on_what_was_cancelled_count_and_those_of_other_units_and_cycles_do_not(launch, check_in, entry_positions):
    check_in("first")
    launch.cycle("other")
    launch.objective("later", cycle="other")
    launch.key_result("later it", of="later", cycle="other")
    launch.check_in("later it", value=1)
    launch.objective("sell", unit="sellers")
    launch.key_result("sell it", of="sell")
    launch.check_in("sell it", value=1)
    launch("KeyResult.Cancelled", "launch")
    assert entry_positions() == (2, [], [], [])
    assert entry_positions(unit="sellers") == (1, [], [], [])


def test_of_more_than_100_the_newest_are_told_and_all_are_counted(launch, check_in, report):
    for n in range(101):
        check_in(f"check-in {n}")
    facts = [
        launch.create_event("KeyResult.CheckInRetracted", "launch", check_in_id=id_of(f"check-in {n}")) for n in range(101)
    ]
    launch.append_events(facts)
    retracted = report()["entries"]["retracted"]
    assert (retracted["count"], len(retracted["items"]), retracted["more"]) == (101, 100, 1)
    places = [item["position"] for item in retracted["items"]]
    assert places == list(range(places[0], places[0] + 100))


def test_wins_are_told_in_the_order_in_which_they_came_with_who_told_of_them(launch, check_in, report):
    check_in("first", "The first customer", "The second")
    check_in("second")
    launch.at_day(date(2024, 1, 10))
    check_in("third", "A prize")
    check_in("fourth", "A slip")
    launch.retract("launch", "fourth")
    read_section = report()
    wins = [
        (win["text"], win["title"], win["measured_on"], read_section["names"][win["author"]])
        for win in read_section["wins"]["items"]
    ]
    assert wins == [
        ("The first customer", "launch", "2024-01-01", "Ada"),
        ("The second", "launch", "2024-01-01", "Ada"),
        ("A prize", "launch", "2024-01-10", "Ada"),
    ]
    assert (read_section["wins"]["check_ins"], read_section["wins"]["more"]) == (2, 0)


def test_celebrations_of_a_goal_of_its_key_results_and_of_their_check_ins_are_told(launch, check_in, report):
    check_in("first")
    launch.objective("sell", unit="sellers")
    subjects = {"lead": "objective", "launch": "key_result", "first": "check_in", "sell": "objective"}
    for subject, kind in subjects.items():
        launch.conversation(subject, kind)
        launch.comment(subject, f"Hooray for {subject}", "celebration")
        launch.comment(subject, f"Why {subject}?")
    read_section = report(unit="tech")["celebrations"]
    assert [(each["text"], each["title"]) for each in read_section] == [
        ("Hooray for lead", "lead"),
        ("Hooray for launch", "launch"),
        ("Hooray for first", "launch"),
        ("Hooray for sell", "sell"),
    ]
    assert [each["title"] for each in report(unit="sellers")["celebrations"]] == ["sell"]
