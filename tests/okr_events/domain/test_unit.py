"""Units: facts in, command, facts out."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest

from okr_events.domain.errors import EmptyInput
from okr_events.domain.unit import CompanyNotMovable, CompanyOnlyField, TimeZoneDay, Unit, UnknownTimeZone, WrongParent
from okr_events.domain.values import Level

NOON, TODAY, DAY = datetime(2026, 6, 1, 12, tzinfo=UTC), date(2026, 6, 1), timedelta(days=1)
COMPANY_ID, DEPARTMENT_ID = UUID(int=10), UUID(int=11)


def created_event(level, name="Here", parent_id=COMPANY_ID):
    fields = {"name": name, "level": level, "parent_id": parent_id, "vision": None, "mission": None}
    return "Unit.Created", fields | {"time_zone": "UTC" if level == "company" else None}


@pytest.fixture
def unit(given):
    return lambda level: given(created_event(level, parent_id=None if level == "company" else COMPANY_ID), id=UUID(int=20))


def test_a_company_is_created_with_its_vision_mission_and_time_zone(facts):
    tech = Unit.create(name="Tech", level=Level.COMPANY, vision="Lead", mission="Build", time_zone="Europe/Berlin")
    fields = {"name": "Tech", "level": "company", "parent_id": None, "vision": "Lead", "mission": "Build"}
    assert facts(tech) == [("Unit.Created", fields | {"time_zone": "Europe/Berlin"})]


def test_the_default_time_zone_is_utc():
    assert Unit.create(name="Tech", level=Level.COMPANY).time_zone == "UTC"


@pytest.mark.parametrize("name", ["Europe/Atlantis", "/", "../../etc/passwd", "UTC\0"])
def test_a_time_zone_is_one_of_the_iana_database(name):
    with pytest.raises(UnknownTimeZone) as refused:
        Unit.create(name="Tech", level=Level.COMPANY, time_zone=name)
    assert refused.value.pointer == "/time_zone"


@pytest.mark.parametrize(
    ("level", "above"),
    [
        ("department", "company"),
        ("department", "department"),
        ("team", "company"),
        ("team", "department"),
        ("team", "team"),
        ("individual", "company"),
        ("individual", "team"),
    ],
)
def test_a_parent_is_of_the_same_level_or_above(unit, facts, level, above):
    created = Unit.create(name="Here", level=Level(level), parent=unit(above))
    assert facts(created) == [created_event(level, parent_id=UUID(int=20))]


@pytest.mark.parametrize(
    ("level", "above"),
    [
        ("company", "company"),
        ("department", "team"),
        ("team", "individual"),
        ("individual", "individual"),
        ("department", None),
        ("individual", None),
    ],
)
def test_a_wrong_parent_is_refused(unit, level, above):
    with pytest.raises(WrongParent) as refused:
        Unit.create(name="Here", level=Level(level), parent=unit(above) if above else None)
    assert refused.value.pointer == "/parent_id"


@pytest.mark.parametrize("field", ["vision", "mission", "time_zone"])
def test_only_the_company_has_vision_mission_and_time_zone(unit, field):
    with pytest.raises(CompanyOnlyField) as refused:
        Unit.create(name="Build", level=Level.TEAM, parent=unit("company"), **{field: "UTC"})
    assert refused.value.pointer == f"/{field}"


@pytest.mark.parametrize("field", ["vision", "mission"])
def test_another_unit_does_not_get_them_later(unit, field):
    with pytest.raises(CompanyOnlyField):
        unit("team").change(**{field: "Lead"})


def test_each_changed_field_records_an_event(unit, facts):
    tech = unit("company")
    tech.change(name="Tech", vision="Lead", mission="Build")
    assert facts(tech) == [
        ("Unit.Renamed", {"name": "Tech"}),
        ("Unit.VisionStated", {"vision": "Lead"}),
        ("Unit.MissionStated", {"mission": "Build"}),
    ]


def test_the_time_zone_changes_from_a_later_day_on(unit, facts):
    tech = unit("company")
    tech.change_time_zone(now=NOON, time_zone="Asia/Tokyo", time_zone_from=TODAY + 2 * DAY)
    assert facts(tech) == [("Unit.TimeZoneChanged", {"time_zone": "Asia/Tokyo", "time_zone_from": TODAY + 2 * DAY})]
    begins = datetime(2026, 6, 2, 15, tzinfo=UTC)
    days = [(begins - timedelta(microseconds=1)).astimezone(tech.zone).date(), begins.astimezone(tech.zone).date()]
    assert days == [TODAY + DAY, TODAY + 2 * DAY]


@pytest.mark.parametrize(
    ("now", "zone", "day", "pointer"),
    [
        ("2026-06-01T12:00:00Z", "Asia/Tokyo", TODAY, "/time_zone_from"),
        ("2026-06-01T12:00:00Z", "Asia/Tokyo", TODAY - DAY, "/time_zone_from"),
        ("2026-06-01T15:00:00Z", "Asia/Tokyo", TODAY + DAY, "/time_zone_from"),
        ("2026-06-01T14:59:30Z", "Asia/Tokyo", TODAY + DAY, "/time_zone_from"),
        ("2026-06-01T23:59:30Z", "America/Los_Angeles", TODAY + DAY, "/time_zone_from"),
        ("2026-06-01T12:00:00Z", "Asia/Tokyo", None, "/time_zone_from"),
        ("2026-06-01T12:00:00Z", None, TODAY + DAY, "/time_zone"),
    ],
)
def test_a_day_that_has_begun_in_either_zone_keeps_its_zone(unit, now, zone, day, pointer):
    with pytest.raises(TimeZoneDay) as refused:
        unit("company").change_time_zone(now=datetime.fromisoformat(now), time_zone=zone, time_zone_from=day)
    assert refused.value.pointer == pointer


@pytest.mark.parametrize("name", ["localtime", "Factory", "posixrules", "right/Europe/Berlin", "europe/berlin"])
def test_names_that_mean_another_zone_elsewhere_are_refused(unit, name):
    with pytest.raises(UnknownTimeZone):
        Unit.create(name="Tech", level=Level.COMPANY, time_zone=name)
    with pytest.raises(UnknownTimeZone):
        unit("company").change_time_zone(now=NOON, time_zone=name, time_zone_from=TODAY + 2 * DAY)


def test_only_the_company_changes_its_time_zone(unit):
    with pytest.raises(CompanyOnlyField):
        unit("team").change_time_zone(now=NOON, time_zone="UTC", time_zone_from=TODAY + 2 * DAY)


def test_null_clears_the_vision_and_the_mission(unit, facts):
    tech = unit("company")
    tech.change(vision="Lead")
    tech.change(vision=None, mission=None)
    assert facts(tech) == [("Unit.VisionStated", {"vision": "Lead"}), ("Unit.VisionStated", {"vision": None})]


def test_an_unchanged_name_records_no_event(unit, facts):
    here = unit("team")
    here.change(name="Here")
    assert facts(here) == []


def test_a_change_needs_a_field(unit):
    with pytest.raises(EmptyInput):
        unit("team").change()


def test_a_unit_moves_below_another(given, unit, facts):
    team, department = unit("team"), given(created_event("department"), id=DEPARTMENT_ID)
    team.move(department)
    assert facts(team) == [("Unit.Moved", {"parent_id": DEPARTMENT_ID})]
    assert team.parent_id == DEPARTMENT_ID


def test_a_unit_moves_only_below_its_own_level_or_above(unit):
    with pytest.raises(WrongParent):
        unit("department").move(unit("team"))


def test_the_company_cannot_be_moved(unit):
    with pytest.raises(CompanyNotMovable):
        unit("company").move(unit("company"))
