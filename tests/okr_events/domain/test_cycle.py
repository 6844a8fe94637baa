"""Cycles: facts in, command, facts out."""

from datetime import date, timedelta
from uuid import UUID

import pytest

from okr_events.domain.cycle import MAX_DURATION, Cycle, CycleActive, EndsBeforeStart, OutsideParent
from okr_events.domain.policy import DEFAULT_POLICY, WrongPolicy

YEAR = {"starts_on": date(2026, 1, 1), "ends_on": date(2026, 12, 31)}
QUARTER = {"starts_on": date(2026, 10, 1), "ends_on": date(2026, 12, 31)}
CREATED = ("Cycle.Created", {"name": "2026", **YEAR, "parent_id": None, "policy": DEFAULT_POLICY})
ACTIVATED = ("Cycle.Activated", {})
MONTHLY = DEFAULT_POLICY | {"cadence": {"every": "monthly", "weekday": "friday", "grace_days": 3}}


def test_a_cycle_begins_as_a_draft_with_the_default_policy(facts):
    year = Cycle.create(name="2026", **YEAR)
    assert year.state == "draft"
    assert facts(year) == [CREATED]


def test_a_cycle_may_bring_parts_of_a_policy(facts):
    [(_, fields)] = facts(Cycle.create(name="2026", **YEAR, policy_parts={"cadence": {"every": "monthly"}}))
    assert fields["policy"] == MONTHLY


def test_a_quarter_lies_within_its_year(given, facts):
    quarter = Cycle.create(name="2026-Q4", **QUARTER, parent=given(CREATED, id=UUID(int=7)))
    [(_, fields)] = facts(quarter)
    assert fields["parent_id"] == UUID(int=7)


@pytest.mark.parametrize("day", YEAR.values())
def test_a_day_lies_within_its_year(given, day):
    assert Cycle.create(name="Day", starts_on=day, ends_on=day, parent=given(CREATED))


@pytest.mark.parametrize(
    "span",
    [
        {"starts_on": date(2025, 12, 31), "ends_on": date(2026, 3, 31)},
        {"starts_on": date(2026, 12, 1), "ends_on": date(2027, 1, 1)},
        {"starts_on": date(2027, 1, 1), "ends_on": date(2027, 3, 31)},
    ],
)
def test_a_quarter_never_reaches_outside_its_year(given, span):
    with pytest.raises(OutsideParent) as refused:
        Cycle.create(name="2026-Q4", **span, parent=given(CREATED))
    assert refused.value.pointer == "/parent_id"


@pytest.mark.parametrize("ends_on", [YEAR["starts_on"] - timedelta(1), YEAR["starts_on"] + MAX_DURATION + timedelta(1)])
def test_a_cycle_ends_after_it_began_and_within_a_hundred_years(ends_on):
    with pytest.raises(EndsBeforeStart) as refused:
        Cycle.create(name="2026", starts_on=YEAR["starts_on"], ends_on=ends_on)
    assert refused.value.pointer == "/ends_on"


@pytest.mark.parametrize("length", [timedelta(0), MAX_DURATION])
def test_a_cycle_may_be_a_day_or_a_hundred_years_long(length):
    assert Cycle.create(name="2026", starts_on=YEAR["starts_on"], ends_on=YEAR["starts_on"] + length)


def test_a_draft_is_activated(given, facts):
    year = given(CREATED)
    year.activate()
    assert year.state == "active"
    assert facts(year) == [ACTIVATED]


def test_an_active_cycle_is_not_activated_again(given):
    with pytest.raises(CycleActive):
        given(CREATED, ACTIVATED).activate()


def test_a_changed_policy_is_recorded_whole(given, facts):
    year = given(CREATED)
    year.change_policy({"cadence": {"every": "monthly"}})
    assert facts(year) == [("Cycle.PolicyChanged", {"policy": MONTHLY})]


def test_a_later_policy_change_keeps_earlier_ones(given, facts):
    year = given(CREATED, ("Cycle.PolicyChanged", {"policy": MONTHLY}))
    year.change_policy({"bottleneck": 5})
    assert facts(year) == [("Cycle.PolicyChanged", {"policy": MONTHLY | {"bottleneck": 5}})]


def test_an_unchanged_policy_records_no_event(given, facts):
    year = given(CREATED)
    year.change_policy({"cadence": {"every": "weekly"}})
    assert facts(year) == []


def test_a_wrong_policy_is_refused(given):
    with pytest.raises(WrongPolicy):
        given(CREATED).change_policy({"cadence": {"every": "daily"}})


@pytest.mark.parametrize(
    ("starts_on", "ends_on", "together"),
    [
        (date(2026, 12, 31), date(2027, 1, 31), True),
        (date(2025, 1, 1), date(2026, 1, 1), True),
        (date(2026, 4, 1), date(2026, 4, 1), True),
        (date(2027, 1, 1), date(2027, 1, 31), False),
        (date(2025, 1, 1), date(2025, 12, 31), False),
    ],
)
def test_cycles_overlap_when_they_share_a_day(given, starts_on, ends_on, together):
    year, other = given(CREATED), Cycle.create(name="other", starts_on=starts_on, ends_on=ends_on)
    assert year.overlaps(other) is other.overlaps(year) is together
