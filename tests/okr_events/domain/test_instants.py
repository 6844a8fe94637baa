"""Instants as RFC 3339 writes them."""

from datetime import UTC, datetime, timedelta

import pytest

from okr_events.domain.instants import parse_instant

NOON = datetime(2026, 6, 30, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    "text", ["2026-06-30T12:00:00Z", "2026-06-30t12:00:00z", "2026-06-30T14:00:00+02:00", "2026-06-30t12:00:00.000000-00:00"]
)
def test_an_instant_may_be_written_with_small_letters(text):
    assert parse_instant(text) == NOON


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("2016-12-31T23:59:60Z", datetime(2017, 1, 1, tzinfo=UTC)),
        ("2017-01-01T00:59:60.5+01:00", datetime(2017, 1, 1, microsecond=500_000, tzinfo=UTC)),
        ("2026-06-30t11:59:60z", NOON),
    ],
)
def test_second_60_is_the_next_second(text, instant):
    assert parse_instant(text) == instant


@pytest.mark.parametrize(
    "text", ["2026-06-30T12:00:00", "2026-06-30", "2026-06-30T12:00:61Z", "now", "", "2026-06-30T12:60:60Z"]
)
def test_what_is_no_instant_is_refused(text):
    with pytest.raises(ValueError, match=r"\w"):
        parse_instant(text)


def test_a_leap_second_at_the_end_of_time_overflows():
    with pytest.raises(OverflowError):
        parse_instant("9999-12-31T23:59:60Z") + timedelta()
