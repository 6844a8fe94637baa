"""Days in documents are days of the report's time zone, whatever the day in UTC."""

from zoneinfo import ZoneInfo

import pytest

from projections.reports.presentation import digest, retrospective
from tests.projections.reports.presentation import sample_reports
from tests.projections.reports.presentation.document_texts import document_texts

TOKYO = {"zone": ZoneInfo("Asia/Tokyo"), "evaluated_at": "2026-12-30T23:30:00Z", "effective_on": "2026-12-31"}
LOS_ANGELES = {"zone": ZoneInfo("America/Los_Angeles"), "evaluated_at": "2027-01-01T01:30:00Z", "effective_on": "2026-12-31"}


@pytest.mark.parametrize("zone", [TOKYO, LOS_ANGELES])
@pytest.mark.parametrize("build", [digest.weekly_document, digest.monthly_document])
def test_a_digest_is_as_of_the_local_day(build, zone):
    assert build(sample_reports.digest() | zone).subtitle.endswith("as of 2026-12-31")


@pytest.mark.parametrize(
    ("zone", "day"), [("Asia/Tokyo", "2026-12-31"), ("America/Los_Angeles", "2026-12-30"), ("UTC", "2026-12-30")]
)
def test_what_was_recorded_and_opened_stands_on_its_local_day(zone, day):
    report = sample_reports.retrospective() | {"zone": ZoneInfo(zone)}
    instant = "2026-12-30T20:00:00Z"
    late = [item | {"recorded_at": instant} for item in report["entries"]["after_end"]["items"]]
    report["entries"] = report["entries"] | {"after_end": report["entries"]["after_end"] | {"items": late}}
    moved = [item | {"recorded_at": instant} for item in report["moved"]["items"]]
    report["moved"] = report["moved"] | {"items": moved}
    opened = [item | {"opened_at": instant} for item in report["blockers"]["items"]]
    report["blockers"] = report["blockers"] | {"items": opened}
    tables = {table.id: table for table in retrospective.retrospective_document(report, {}).tables}
    assert set(tables["entries-after_end"].cells("Recorded")) == {day}
    assert set(tables["blockers"].cells("Opened")) == {day}
    assert set(tables["targets"].cells("Day")) == {day}


def test_instants_in_a_document_are_local_times_with_their_offset():
    told = retrospective.retrospective_document(sample_reports.retrospective() | TOKYO, {})
    assert ("As of", "2026-12-31T08:30:00+09:00") in told.facts
    assert dict(told.facts)["Window from"].startswith("2026-01-01T09:00:01+09:00, position")


def test_a_day_stays_as_it_is():
    report = sample_reports.digest()
    days = [
        set(document_texts(digest.weekly_document(report | zone))) & {"2026-05-05", "2026-12-25"}
        for zone in (TOKYO, LOS_ANGELES)
    ]
    assert days[0] == days[1] != set()
