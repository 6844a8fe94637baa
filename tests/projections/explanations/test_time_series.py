"""Series: each point by what was known by the end of its day."""

from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

import pytest

from okr_events.domain.policy import DEFAULT_POLICY
from projections.explanations import time_series as drawing
from tests.projections.event_recorder import FIRST_DAY, LAST_DAY

DAYS = [date(2024, 1, day) for day in (5, 12, 19, 26)]


@pytest.fixture
def launch(record):
    record.objective("lead")
    record.key_result("launch", of="lead")
    return record


def point_values(told, *names):
    return [tuple(point[name] for name in names) for point in told["series"]]


def progress_values(told):
    return {point["on"]: point["progress"] and point["progress"]["value"] for point in told["series"]}


def test_points_stand_where_something_changed_and_weekly_in_between(launch, time_series):
    launch.at_day(date(2024, 1, 3)).check_in("launch", value=1)
    launch.at_day(date(2024, 1, 11)).check_in("launch", value=2, status="at_risk", confidence="0.5")
    launch.at_day(date(2024, 1, 17))("Objective.Renamed", "lead", title="Lead")
    told = time_series("launch")
    assert (told["every"], told["every_days"]) == ("change", None)
    assert point_values(told, "on", "value", "status", "confidence") == [
        ("2024-01-01", None, None, None),
        ("2024-01-03", "1", None, None),
        ("2024-01-08", "1", None, None),
        ("2024-01-11", "2", "at_risk", "0.5"),
        ("2024-01-15", "2", "at_risk", "0.5"),
        ("2024-01-17", "2", "at_risk", "0.5"),
    ]
    assert progress_values(told)["2024-01-11"] == "0.2"


def test_a_point_knows_what_the_log_knew_by_the_end_of_its_day(launch, time_series):
    launch.at_day(DAYS[0]).check_in("launch", "first", value=1)
    launch.at_day(DAYS[1]).check_in("launch", value=5, on=DAYS[0])
    launch.at_day(DAYS[2]).correct("launch", "first", value=9)
    target = {"kind": "increase", "baseline": "0", "target": "20", "measure": None}
    launch.at_day(DAYS[3])("KeyResult.TargetRevised", "launch", metric=target)
    told = progress_values(time_series("launch"))
    assert [told[day.isoformat()] for day in DAYS] == ["0.1", "0.5", "0.5", "0.25"]


def test_every_point_is_what_the_tree_said_at_the_end_of_that_day(launch, time_series, reader):
    launch.objective("build")
    launch.link("build", "lead")
    launch("Objective.ProgressDriverChanged", "lead", progress_driver="both")
    launch.key_result("dig", of="build")
    for n, day in enumerate(DAYS):
        launch.at_day(day).check_in("launch", value=n, status="on_track")
        launch.at_day(day + timedelta(2)).check_in("dig", value=2 * n)
    for name in ("launch", "lead"):
        for point in time_series(name)["series"]:
            day = date.fromisoformat(point["on"])
            thing = (reader.key_result if name == "launch" else reader.objective)(name, point["position"], today=day)
            progress = thing.progress.as_dict() if thing.progress else None
            assert (point["progress"], point["health"]) == (progress, thing.health.effective)
            assert point["status"] == thing.health.reported
            assert Decimal(point["elapsed"]) == min(Decimal((day - FIRST_DAY).days) / 90, 1).normalize()


def test_the_last_point_is_the_answers_own_moment(launch, time_series):
    first = launch.at_day(DAYS[0]).check_in("launch", value=1)
    launch.at_day(DAYS[1]).check_in("launch", value=2)
    told = time_series("launch", on=DAYS[0])
    assert point_values(told, "on", "value", "position")[-1] == ("2024-01-05", "1", first + 1)
    told = time_series("launch", position=first)
    assert point_values(told, "on", "value", "position")[-1] == ("2024-01-05", "1", first)
    assert [point["on"] for point in time_series("launch", on=date(2023, 1, 1))["series"]] == ["2023-01-01"]


def test_it_begins_with_the_definition_and_ends_with_the_cycle_but_for_what_changes_later(record, time_series):
    record.objective("lead")
    record.at_day(date(2024, 3, 20)).key_result("launch", of="lead")
    record.check_in("launch", value=1, on=date(2023, 12, 1))
    record.at_day(LAST_DAY + timedelta(9)).check_in("launch", value=3, on=LAST_DAY)
    record.at_day(LAST_DAY + timedelta(40))("Objective.Renamed", "lead", title="Lead")
    told = point_values(time_series("launch"), "on", "value")
    assert told == [("2024-03-20", "1"), ("2024-03-27", "1"), ("2024-04-09", "3"), ("2024-05-10", "3")]


def test_long_after_its_end_a_cycle_is_drawn_as_finely_as_at_its_end(launch, time_series, monkeypatch):
    launch.at_day(FIRST_DAY).check_in("launch", value=1)
    monkeypatch.setattr(drawing, "MAX_POINTS", 15)
    then, later = (time_series("launch", "day", today=LAST_DAY + timedelta(n), on=LAST_DAY + timedelta(n)) for n in (1, 999))
    assert then["every_days"] == later["every_days"] == 7
    assert then["series"][:-1] == later["series"][:-1]


def test_a_closing_is_a_change(launch, time_series):
    launch.check_in("launch", value=1, status="at_risk")
    closed = launch.at_day(date(2024, 1, 11))("Cycle.Closed", "quarter", policy=DEFAULT_POLICY)
    launch.at_day(date(2024, 1, 13))("KeyResult.Renamed", "launch", title="Launch")
    told = time_series("launch")
    assert point_values(told, "on", "position", "health")[-3:] == [
        ("2024-01-08", closed - 1, "at_risk"),
        ("2024-01-11", closed, "closed"),
        ("2024-01-13", closed + 1, "closed"),
    ]


def test_every_day_or_every_week_when_asked(launch, time_series):
    launch.at_day(date(2024, 1, 10)).check_in("launch", value=1)
    daily, weekly = time_series("launch", "day"), time_series("launch", "week")
    assert ([point["on"][-2:] for point in daily["series"]], daily["every_days"]) == ([f"{n:02}" for n in range(1, 11)], 1)
    assert ([point["on"][-2:] for point in weekly["series"]], weekly["every_days"]) == (["01", "08", "10"], 7)


@pytest.mark.parametrize(("every", "most", "given", "apart"), [("day", 20, "week", 7), ("change", 8, "days", 13)])
def test_too_many_points_are_drawn_further_apart_and_that_is_said(launch, time_series, monkeypatch, every, most, given, apart):
    monkeypatch.setattr(drawing, "MAX_POINTS", most)
    monkeypatch.setattr(drawing, "MIN_POINTS", most)
    for n in range(90):
        launch.at_day(FIRST_DAY + timedelta(n)).check_in("launch", value=n)
    told = time_series("launch", every)
    assert (told["every"], told["every_days"]) == (given, apart)
    assert len(told["series"]) <= most
    days = [date.fromisoformat(point["on"]) for point in told["series"]]
    assert {(later - day).days for day, later in pairwise(days[:-1])} == {apart}


def test_a_graph_of_many_things_has_fewer_points(launch, time_series, monkeypatch):
    monkeypatch.setattr(drawing, "READ_BUDGET", 30 * 51)
    for n in range(30):
        launch.at_day(FIRST_DAY + timedelta(n)).check_in("launch", value=n)
    assert len(time_series("launch", "day")["series"]) > len(time_series("lead", "day")["series"]) > 1


def test_what_else_happens_adds_no_point(launch, time_series):
    launch.objective("other")
    launch.key_result("sell", of="other")
    launch.at_day(date(2024, 1, 4)).check_in("sell", value=1)
    launch.at_day(date(2024, 1, 7))("Objective.Renamed", "lead", title="Lead")
    assert [point["on"] for point in time_series("launch")["series"]] == ["2024-01-01", "2024-01-07"]
