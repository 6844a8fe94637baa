"""Strategic priorities: facts in, command, facts out."""

from datetime import date
from uuid import UUID

import pytest

from okr_events.domain.errors import EmptyInput, PriorityRetired
from okr_events.domain.priority import HorizonEndsEarly, Priority
from okr_events.domain.values import Perspective

STARTS_ON, ENDS_ON = date(2026, 1, 1), date(2030, 12, 31)
SET = (
    "Priority.Set",
    {
        "title": "Be first",
        "description": None,
        "perspective": "customer",
        "starts_on": STARTS_ON,
        "ends_on": ENDS_ON,
        "owner": None,
    },
)
RETIRED = ("Priority.Retired", {})


def test_a_priority_is_set(facts):
    priority = Priority.set(title="Be first", perspective=Perspective.CUSTOMER, horizon=(STARTS_ON, ENDS_ON))
    assert (priority.state, facts(priority)) == ("active", [SET])


def test_each_revised_field_records_an_event(given, facts):
    priority, later = given(SET), date(2031, 12, 31)
    priority.revise(
        title="Be early", description="Why", perspective=Perspective.FINANCIAL, horizon=(STARTS_ON, later), owner=UUID(int=5)
    )
    assert facts(priority) == [
        ("Priority.Renamed", {"title": "Be early"}),
        ("Priority.Described", {"description": "Why"}),
        ("Priority.PerspectiveChanged", {"perspective": "financial"}),
        ("Priority.HorizonMoved", {"starts_on": STARTS_ON, "ends_on": later}),
        ("Priority.Reassigned", {"owner": UUID(int=5)}),
    ]


def test_unchanged_fields_record_no_event(given, facts):
    priority = given(SET)
    priority.revise(title="Be first", perspective=Perspective.CUSTOMER, horizon=(STARTS_ON, ENDS_ON))
    assert facts(priority) == []


def test_a_revision_needs_a_field(given):
    with pytest.raises(EmptyInput):
        given(SET).revise()


def given_set(horizon=(STARTS_ON, ENDS_ON)):
    return Priority.set(title="Be first", perspective=Perspective.CUSTOMER, horizon=horizon)


@pytest.mark.parametrize("command", [lambda horizon: given_set().revise(horizon=horizon), given_set])
def test_a_horizon_ends_on_its_first_day_or_later(command):
    command((STARTS_ON, STARTS_ON))
    with pytest.raises(HorizonEndsEarly):
        command((ENDS_ON, STARTS_ON))


def test_a_retired_priority_accepts_no_changes(given, facts):
    priority = given(SET)
    priority.retire()
    assert facts(priority) == [RETIRED]
    for command in (Priority.retire, lambda retired: retired.revise(title="Be early")):
        with pytest.raises(PriorityRetired):
            command(given(SET, RETIRED))
