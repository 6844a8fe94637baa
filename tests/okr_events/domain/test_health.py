"""Health, derived from reports, pace and overdue check-ins."""

from datetime import date
from decimal import Decimal
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from okr_events.domain.decimals import divide
from okr_events.domain.health import (
    WORST_FIRST,
    Health,
    elapsed_share,
    key_result_health,
    objective_health,
    pace_status,
    worst_status,
)

D = Decimal
QUARTER = {"starts_on": date(2026, 10, 1), "ends_on": date(2026, 12, 31)}
SHARES = st.decimals(allow_nan=False, allow_infinity=False, places=4, min_value=0, max_value=1)


def build_health(effective, reported=None, computed="pending", *, mismatch=False):
    return Health(reported, computed, effective, mismatch)


def computed_pace(progress, share):
    return pace_status(None if progress is None else D(progress), D(share), on_track=D("0.7"), at_risk=D("0.5"))


@pytest.mark.parametrize(
    ("day", "share"),
    [
        (date(2026, 9, 1), "0"),
        (date(2026, 10, 1), "0"),
        (date(2026, 10, 2), "0.01098901098901098901098901099"),
        (date(2026, 12, 31), "1"),
        (date(2027, 1, 1), "1"),
    ],
)
def test_time_elapses_in_whole_days(day, share):
    assert elapsed_share(**QUARTER, day=day) == D(share)


@pytest.mark.parametrize("day", [date(2026, 9, 30), date(2026, 10, 1), date(2026, 10, 2)])
def test_a_one_day_cycle_is_over_at_once(day):
    assert elapsed_share(starts_on=date(2026, 10, 1), ends_on=date(2026, 10, 1), day=day) == 1


@pytest.mark.parametrize(
    ("progress", "share", "word"),
    [
        ("0.35", "0.5", "on_track"),
        ("0.3499", "0.5", "at_risk"),
        ("0.25", "0.5", "at_risk"),
        ("0.2499", "0.5", "off_track"),
        ("0", "0.0001", "off_track"),
        ("1", "1", "on_track"),
        ("0.7", "1", "on_track"),
        ("0", "0", "pending"),
        (None, "1", "pending"),
    ],
)
def test_pace_compares_progress_with_time(progress, share, word):
    assert computed_pace(progress, share) == word


@given(st.integers(1, 400), st.data())
def test_progress_exactly_on_pace_is_on_track(length, data):
    """7/30 is 0.7 of 30/90, although neither quotient is finite."""
    day = data.draw(st.integers(1, length))
    assert computed_pace(divide(D(7 * day), D(10 * length)), divide(D(day), D(length))) == "on_track"
    assert computed_pace(divide(D(5 * day), D(10 * length)), divide(D(day), D(length))) == "at_risk"


@given(SHARES, SHARES, SHARES)
def test_more_progress_never_worsens_the_pace(share, less, more):
    less, more = sorted((less, more))
    words = ("off_track", "at_risk", "on_track")
    if share:
        assert words.index(computed_pace(less, share)) <= words.index(computed_pace(more, share))


@pytest.mark.parametrize(
    ("closed", "outdated", "reported", "computed", "effective"),
    [
        (True, True, "off_track", "at_risk", "closed"),
        (False, True, "off_track", "at_risk", "outdated"),
        (False, False, "on_track", "off_track", "on_track"),
        (False, False, None, "off_track", "off_track"),
        (False, False, None, "pending", "pending"),
    ],
)
def test_closed_comes_before_outdated_before_the_report_before_the_pace(closed, outdated, reported, computed, effective):
    health = key_result_health(closed=closed, outdated=outdated, reported=reported, computed=computed)
    assert (health.reported, health.computed, health.effective) == (reported, computed, effective)


@pytest.mark.parametrize(
    ("reported", "computed", "mismatch"),
    [
        ("on_track", "off_track", True),
        ("on_track", "on_track", False),
        ("on_track", "pending", False),
        (None, "off_track", False),
    ],
)
def test_a_report_that_the_pace_contradicts_is_flagged(reported, computed, mismatch):
    health = key_result_health(closed=False, outdated=False, reported=reported, computed=computed)
    assert health.as_dict()["mismatch"] is mismatch


def test_the_worst_status_comes_first():
    assert WORST_FIRST[:5] == ("off_track", "outdated", "at_risk", "pending", "on_track")
    for words in permutations(WORST_FIRST, 2):
        assert worst_status(words) == min(words, key=WORST_FIRST.index)


def test_an_objective_has_the_health_of_its_worst_part():
    assert (
        objective_health([build_health("on_track"), build_health("outdated"), build_health("at_risk")]).effective == "outdated"
    )


def test_closed_parts_do_not_count():
    assert objective_health(
        [build_health("closed", "off_track", "off_track"), build_health("on_track", "on_track", "on_track")]
    ) == Health("on_track", "on_track", "on_track", mismatch=False)


def test_an_objective_with_closed_parts_only_is_closed():
    assert objective_health([build_health("closed"), build_health("closed")]).effective == "closed"


def test_an_objective_without_parts_is_pending():
    assert objective_health([]) == Health(None, "pending", "pending", mismatch=False)


def test_one_mismatch_makes_the_objective_a_mismatch():
    assert objective_health([build_health("on_track"), build_health("on_track", mismatch=True)]).mismatch
