"""Moments: what `as_of` names, and the instant at which it is evaluated."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from okr_events.event_log.hash_chain import Head, from_microseconds, to_microseconds
from projections import moment
from projections.moment import InvalidMoment, MomentInFuture

UTC_ZONE, BERLIN, TOKYO = ZoneInfo("UTC"), ZoneInfo("Europe/Berlin"), ZoneInfo("Asia/Tokyo")
HAVANA, CAIRO, SAO_PAULO = ZoneInfo("America/Havana"), ZoneInfo("Africa/Cairo"), ZoneInfo("America/Sao_Paulo")
NEW_YEAR = date(2024, 1, 1)

pytestmark = [pytest.mark.parametrize("store", ["sqlite"], indirect=True), pytest.mark.usefixtures("store")]


@pytest.fixture
def read_moment(store):
    def parse(as_of=None, effective_on=None, zone=UTC_ZONE):
        return moment.parse(as_of, effective_on, log=store.log, head=store.log.head(), zone=zone)

    return parse


@pytest.fixture
def daily_events(recorder):
    """One fact at noon UTC of each of the first five days of 2024."""
    for day in range(5):
        recorder.at_day(NEW_YEAR + timedelta(day)).cycle(f"cycle {day}")


@pytest.mark.usefixtures("daily_events")
def test_a_position_is_evaluated_when_it_was_recorded_and_is_final(read_moment):
    found = read_moment("position:2")
    assert found.evaluated_at == datetime(2024, 1, 2, 12, tzinfo=UTC)
    assert (found.final, found.as_of, found.effective_on) == (True, "position:2", date(2024, 1, 2))


@pytest.mark.usefixtures("daily_events")
def test_an_instant_is_evaluated_at_itself(read_moment):
    found = read_moment("2024-01-02T18:00:00+02:00")
    assert found.evaluated_at == datetime(2024, 1, 2, 16, tzinfo=UTC)
    assert found.as_dict() == {
        "as_of": "2024-01-02T18:00:00+02:00",
        "position": 2,
        "evaluated_at": "2024-01-02T16:00:00Z",
        "final": True,
        "effective_on": "2024-01-02",
    }


@pytest.mark.usefixtures("daily_events")
def test_what_the_newest_event_does_not_cover_yet_is_not_final(read_moment):
    assert read_moment("2024-01-05T12:00:00Z").final
    assert not read_moment("2024-01-05T12:00:00.000001Z").final
    assert not read_moment("2024-01-05").final


@pytest.mark.usefixtures("daily_events")
def test_without_a_parameter_the_moment_is_now(read_moment):
    found, today = read_moment(), datetime.now(UTC).date()
    assert found.evaluated_at == datetime.combine(today, datetime.min.time(), UTC)
    assert (found.position, found.final, found.as_of, found.today) == (5, False, None, today)


def test_now_starts_today_in_the_organisations_zone(read_moment):
    found, now = read_moment(zone=TOKYO), datetime.now(TOKYO)
    assert found.evaluated_at == datetime.combine(now.date(), datetime.min.time(), TOKYO)
    assert found.effective_on == now.date()


def test_an_event_of_today_is_later_than_the_start_of_today(recorder, read_moment):
    recorder.now = datetime.now(UTC)
    position = recorder.unit("tech")
    found = read_moment(zone=UTC_ZONE)
    assert (found.position, found.evaluated_at) == (position, max(recorder.now, found.evaluated_at))


@pytest.mark.usefixtures("daily_events")
def test_today_means_now(read_moment):
    today = datetime.now(TOKYO).date().isoformat()
    found, now = read_moment(today, zone=TOKYO), read_moment(zone=TOKYO)
    assert (found.evaluated_at, found.final, found.as_of) == (now.evaluated_at, False, today)


@pytest.mark.parametrize("ahead", [timedelta(minutes=1), timedelta(days=40_000)])
def test_later_than_now_cannot_be_read(read_moment, ahead):
    with pytest.raises(MomentInFuture):
        read_moment((datetime.now(UTC) + ahead).isoformat())


@pytest.mark.usefixtures("daily_events")
def test_nor_can_a_day_after_today_or_a_position_that_the_log_lacks(read_moment):
    for as_of in ((datetime.now(UTC) + timedelta(days=2)).date().isoformat(), "position:6", "position:999999999999999999"):
        with pytest.raises(MomentInFuture):
            read_moment(as_of)


def test_the_newest_event_can_be_read_by_its_time_though_our_clock_is_behind_the_logs(recorder, read_moment):
    recorder.now = datetime.now(UTC) + timedelta(seconds=30)
    recorder.unit("tech")
    found = read_moment(recorder.now.isoformat())
    assert (found.position, found.final) == (1, True)


@pytest.mark.usefixtures("daily_events")
def test_an_event_recorded_since_the_views_caught_up_is_not_read(store):
    head, two = store.log.head_at(4), datetime(2024, 1, 5, 14, tzinfo=UTC).isoformat()
    found = moment.parse(two, None, log=store.log, head=head, zone=UTC_ZONE)
    assert (found.position, found.final) == (4, False)
    with pytest.raises(MomentInFuture):
        moment.parse("position:5", None, log=store.log, head=head, zone=UTC_ZONE)


@pytest.mark.parametrize(
    "as_of",
    ["", " ", "yesterday", "2024-02-30", "2024-13-01", "2024-01-01T12:00:00", "12:00", "position:0", "position:-1", "position:",
     "position:01", "position:1.5", "position:1000000000000000000", "Position:1", "2024-01-01T25:00:00Z", "9999-12-31",
     "0001-01-01T00:00:00+14:00", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59-12:00"],
)  # fmt: skip
def test_what_is_no_moment_is_refused(read_moment, as_of):
    with pytest.raises((InvalidMoment, MomentInFuture)):
        read_moment(as_of or "now", zone=HAVANA)


@pytest.mark.usefixtures("daily_events")
def test_the_first_day_of_all_can_be_read(read_moment):
    assert read_moment("0001-01-01", zone=TOKYO).position == 0


@pytest.mark.parametrize(
    ("day", "zone", "end"),
    [
        ("2024-01-02", UTC_ZONE, "2024-01-02T23:59:59.999999Z"),
        ("2024-01-02", TOKYO, "2024-01-02T14:59:59.999999Z"),
        ("2024-03-30", BERLIN, "2024-03-30T22:59:59.999999Z"),
        ("2024-03-31", BERLIN, "2024-03-31T21:59:59.999999Z"),
        ("2024-10-26", BERLIN, "2024-10-26T21:59:59.999999Z"),
        ("2024-10-27", BERLIN, "2024-10-27T22:59:59.999999Z"),
        pytest.param("2024-04-25", CAIRO, "2024-04-25T21:59:59.999999Z", id="the next day has no midnight"),
        pytest.param("2024-11-02", HAVANA, "2024-11-03T03:59:59.999999Z", id="the next day has two midnights"),
        pytest.param("2018-02-17", SAO_PAULO, "2018-02-18T02:59:59.999999Z", id="the day has its last hour twice"),
    ],
)
def test_a_day_means_its_end_where_the_organisation_is(read_moment, day, zone, end):
    found = read_moment(day, zone=zone)
    assert found.as_dict()["evaluated_at"] == end
    assert found.effective_on.isoformat() == day


@pytest.mark.usefixtures("daily_events")
def test_an_effective_day_of_its_own_leaves_the_evaluation_alone(read_moment):
    found = read_moment("2024-01-03", date(2024, 1, 1))
    assert (found.position, found.effective_on, found.today) == (3, date(2024, 1, 1), date(2024, 1, 3))


def test_a_rehearsal_is_evaluated_when_it_would_have_been_recorded():
    noon = datetime(2024, 1, 1, 12, tzinfo=UTC)
    found = moment.dry_run_moment(7, to_microseconds(noon), TOKYO)
    assert (found.position, found.evaluated_at, found.final, found.effective_on) == (7, noon, False, NEW_YEAR)


def test_days_are_those_of_the_organisations_zone():
    late = datetime(2024, 1, 1, 20, tzinfo=UTC)
    at_head = moment.moment_at_head(Head(1, to_microseconds(late)), TOKYO, late)
    assert at_head.today == date(2024, 1, 2)
    assert at_head.recorded_day(to_microseconds(late)) == date(2024, 1, 2)
    assert at_head.evaluated_at == from_microseconds(to_microseconds(late))


def test_a_time_far_ahead_settles_only_what_is_past(recorder, read_moment):
    """An accepted clock can record earlier than the newest event's time, but not earlier than now."""
    recorder.now = datetime.now(UTC) + timedelta(days=400)
    recorder.unit("tech")
    assert read_moment((datetime.now(UTC) + timedelta(days=1)).isoformat()).final is False
    assert read_moment((datetime.now(UTC) - timedelta(days=1)).isoformat()).final is True
