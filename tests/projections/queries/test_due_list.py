"""The due list: one item per key result, overdue ones first, with the days missed."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from projections.evaluation.key_results import CycleRules
from projections.queries import due_list
from projections.store.lookups import fetch_rows_at
from projections.store.tables import CycleRow
from tests.projections.event_recorder import LAST_DAY, id_of

pytestmark = pytest.mark.parametrize("store", ["sqlite"], indirect=True)
FIRST, SECOND, THIRD = (date(2024, 1, 5) + timedelta(weeks=week) for week in range(3))


@pytest.fixture
def launch(record):
    record.objective("lead")
    record.key_result("launch", of="lead")
    return record


@pytest.fixture
def due(reader):
    def on(today):
        moment = reader.moment(today=today)
        with reader.views.connect() as connection:
            rules = [CycleRules(row, moment) for row in fetch_rows_at(connection, CycleRow, moment.position)]
            return due_list.find_due_items(connection, moment, rules)

    return on


def summary(items):
    return [(item.due_on, item.state.value, item.overdue, item.next_due_on, item.missed_on) for item in items]


@pytest.mark.parametrize(
    ("reported_on", "today", "expected"),
    [
        (None, FIRST, (FIRST, "pending", False, FIRST, ())),
        (None, FIRST + timedelta(3), (FIRST, "pending", True, SECOND, ())),
        (None, FIRST + timedelta(4), (FIRST, "missed", True, SECOND, (FIRST,))),
        (None, SECOND + timedelta(4), (SECOND, "missed", True, THIRD, (FIRST, SECOND))),
        (FIRST - timedelta(1), FIRST - timedelta(1), (FIRST, "done", False, FIRST, ())),
        (FIRST - timedelta(1), FIRST, (FIRST, "on_time", False, FIRST, ())),
        (FIRST + timedelta(3), FIRST + timedelta(3), (SECOND, "pending", False, SECOND, ())),
        (FIRST + timedelta(4), FIRST + timedelta(4), (SECOND, "done", False, SECOND, (FIRST,))),
    ],
)
def test_an_item_is_the_overdue_day_or_else_the_next(launch, due, reported_on, today, expected):
    if reported_on:
        launch.at_day(reported_on).check_in("launch", value=1)
    assert summary(due(today)) == [expected]


@pytest.mark.usefixtures("launch")
def test_after_the_last_due_day_only_what_is_overdue_is_left(due):
    last = date(2024, 3, 29)
    [item] = due(LAST_DAY + timedelta(3))
    assert (item.due_on, item.overdue, item.next_due_on, len(item.missed_on)) == (last, True, None, 13)


def test_nothing_is_due_for_what_has_a_score(launch, due):
    no_more = dict.fromkeys(("suggested", "suggested_at", "decision", "root_cause"))
    launch("KeyResult.Scored", "launch", score=Decimal(1), **no_more)
    assert due(SECOND) == []


@pytest.mark.parametrize("days", range(5))
def test_a_check_in_never_moves_an_item_to_a_page_before(launch, due, days):
    today = SECOND + timedelta(days)
    [before] = due(today)
    launch.at_day(today).check_in("launch", value=1)
    [after] = due(today)
    assert after.sort_key >= before.sort_key


def test_overdue_items_come_first_each_by_day(launch, due):
    launch.key_result("sell", of="lead")
    launch.at_day(FIRST + timedelta(4)).check_in("launch", value=1)
    items = due(SECOND + timedelta(1))
    assert [item.key_result_id for item in items] == [str(id_of("sell")), str(id_of("launch"))]
    assert [item.sort_key for item in items] == sorted(item.sort_key for item in items)
