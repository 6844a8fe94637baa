"""The time zone of the company that an import creates, by which its check-ins have their days."""

import json
from zoneinfo import ZoneInfo

import pytest

from okr_events.domain.unit import UnknownTimeZone
from okr_events.journal.csv_rows import JournalError
from tests.okr_events.journal.conftest import HEADER, Journals

ROWS = (
    "2020-01-06T09:00:00Z,2020-Q1,define_key_result,O1,K1,First,Bea,,",
    "2020-02-03T18:00:00Z,2020-Q1,check_in,O1,K1,,,0.5,",
)
DATA = "\n".join([HEADER, *ROWS]).encode()


def measured_on(journals: Journals) -> str:
    states = [json.loads(event.state) for event in journals.events() if event.topic == "KeyResult.CheckedIn"]
    return str(states[0]["measured_on"]["_data_"])


@pytest.mark.parametrize(("zone", "day"), [(None, "2020-02-03"), ("Asia/Tokyo", "2020-02-04")])
def test_days_are_those_of_the_zone_that_the_import_names(journals: Journals, zone: str | None, day: str) -> None:
    assert journals.run_file(DATA, **({"time_zone": zone} if zone else {})).row_errors == []
    assert measured_on(journals) == day
    assert journals.okrs.time_zone() == ZoneInfo(zone or "UTC")


def test_an_import_does_not_change_the_zone_of_the_company(journals: Journals) -> None:
    journals.run_file(DATA, time_zone="Asia/Tokyo")
    assert journals.run_file(DATA, time_zone="Asia/Tokyo").recorded_before == 2
    with pytest.raises(JournalError, match="the company's time zone is not UTC"):
        journals.run_file(DATA, time_zone="UTC")


def test_the_zone_is_one_of_the_iana_database(journals: Journals) -> None:
    with pytest.raises(UnknownTimeZone):
        journals.run_file(DATA, time_zone="localtime")
