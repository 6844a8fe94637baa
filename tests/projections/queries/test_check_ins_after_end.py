"""Check-ins after the end: recorded after the last day of their cycle, where the organisation is."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from projections.queries import check_in_source
from tests.projections.event_recorder import LAST_DAY, id_of

pytestmark = pytest.mark.parametrize("store", ["sqlite"], indirect=True)


@pytest.fixture
def is_after_end(record, reader):
    record.objective("lead")
    record.key_result("launch", of="lead")

    def of(name, zone="UTC"):
        reader.zone = ZoneInfo(zone)
        moment = reader.moment()
        with reader.views.connect() as connection:
            source = check_in_source.StoredCheckIns(connection, moment)
            original = source.versions(id_of(name))[0]
            return check_in_source.is_after_end(original, source.cycle_end(original), moment)

    return of


@pytest.mark.parametrize(("days", "expected"), [(-40, False), (0, False), (1, True), (100, True)])
def test_a_check_in_after_the_cycle_is_after_end(record, is_after_end, days, expected):
    record.at_day(LAST_DAY + timedelta(days)).check_in("launch", "a", value=1, on=LAST_DAY)
    assert is_after_end("a") is expected


def test_the_day_is_that_of_the_organisation(record, is_after_end):
    record.at_day(LAST_DAY, 20).check_in("launch", "a", value=1, on=LAST_DAY)
    assert [is_after_end("a", zone) for zone in ("UTC", "America/Lima", "Asia/Tokyo")] == [False, False, True]


def test_a_correction_after_the_last_day_marks_nothing(record, is_after_end):
    record.at_day(LAST_DAY).check_in("launch", "a", value=1)
    record.at_day(LAST_DAY + timedelta(9)).correct("launch", "a", value=2)
    assert not is_after_end("a")
