"""Units: the organisation from the company down to individuals."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta, tzinfo
from uuid import UUID
from zoneinfo import ZoneInfo

from eventsourcing.domain import Aggregate, event

from okr_events.domain import policy
from okr_events.domain.base_events import FieldsChanged, change_fields, given
from okr_events.domain.errors import EmptyInput, Invalid, Refused
from okr_events.domain.schedule.time_zones import ZoneChange, known_zones, zone_from
from okr_events.domain.values import Level, new_id
from okr_events.json_types import JsonObject

NOTICE = timedelta(minutes=1)


class WrongParent(Invalid):
    code = "wrong-parent"
    title = "The company has no parent. Every other unit needs one of its own or a higher level that is not an individual."


class UnknownTimeZone(Invalid):
    code = "unknown-time-zone"
    title = "time_zone must be a name from the IANA time zone database, such as Europe/Berlin."


class TimeZoneDay(Invalid):
    code = "time-zone-day"
    title = (
        "A time zone changes from a later day on: give time_zone and time_zone_from, a day that has not begun in either zone."
    )


class CompanyOnlyField(Invalid):
    code = "only-for-the-company"
    title = "Only the company has a vision, a mission and a time zone."


class CompanyNotMovable(Refused):
    code = "company-stays"
    title = "The company cannot be moved."


class Unit(Aggregate):
    TOPIC = "Unit"
    create_id = staticmethod(new_id)

    class Created(Aggregate.Created):
        TOPIC = "Unit.Created"
        name: str
        level: str
        parent_id: UUID | None
        vision: str | None
        mission: str | None
        time_zone: str | None

    class Renamed(FieldsChanged):
        TOPIC = "Unit.Renamed"
        name: str

    class VisionStated(FieldsChanged):
        TOPIC = "Unit.VisionStated"
        vision: str | None

    class MissionStated(FieldsChanged):
        TOPIC = "Unit.MissionStated"
        mission: str | None

    class TimeZoneChanged(Aggregate.Event):
        """From a day on, the company's days are those of another time zone; changes to later days lapse."""

        TOPIC = "Unit.TimeZoneChanged"
        time_zone: str
        time_zone_from: date

        def apply(self, aggregate: "Unit") -> None:
            change = {"day": self.time_zone_from, "zone": self.time_zone, "version": self.originator_version}
            aggregate.zone_changes.append(change)

    class Moved(FieldsChanged):
        TOPIC = "Unit.Moved"
        parent_id: UUID

    class CadenceSet(FieldsChanged):
        """`cadence` has only the parts that the unit sets itself; its ancestors and the cycle provide the others."""

        TOPIC = "Unit.CadenceSet"
        cadence: JsonObject

    @classmethod
    def create(
        cls,
        *,
        name: str,
        level: Level,
        parent: "Unit | None" = None,
        vision: str | None = None,
        mission: str | None = None,
        time_zone: str | None = None,
    ) -> "Unit":
        cls.check_parent(level, parent)
        if level is Level.COMPANY:
            time_zone = parse_time_zone(time_zone or "UTC")
        else:
            _check_company_only(vision=vision, mission=mission, time_zone=time_zone)
        parent_id = parent.id if parent else None
        return cls(name=name, level=level.value, parent_id=parent_id, vision=vision, mission=mission, time_zone=time_zone)

    @staticmethod
    def check_parent(level: Level, parent: "Unit | None") -> None:
        if (parent is None) != (level is Level.COMPANY):
            raise WrongParent("/parent_id")
        if parent and (level.is_above(Level(parent.level)) or parent.level == Level.INDIVIDUAL):
            raise WrongParent("/parent_id")

    def change(self, **fields: object) -> None:
        """Change the given fields; null clears the vision or the mission."""
        if not fields:
            raise EmptyInput("")
        if self.level != Level.COMPANY:
            _check_company_only(**given(fields, "vision", "mission"))
        change_fields(self, self.Renamed, **given(fields, "name"))
        change_fields(self, self.VisionStated, **given(fields, "vision"))
        change_fields(self, self.MissionStated, **given(fields, "mission"))

    def change_time_zone(self, *, now: datetime, time_zone: str | None, time_zone_from: date | None) -> None:
        """Change the zone of later days: days that have begun keep theirs.

        Other processes learn of the change within the notice that it takes.
        """
        if self.level != Level.COMPANY:
            _check_company_only(time_zone=time_zone, time_zone_from=time_zone_from)
        if time_zone is None or time_zone_from is None:
            raise TimeZoneDay("/time_zone" if time_zone is None else "/time_zone_from")
        zones = self.zone, ZoneInfo(parse_time_zone(time_zone))
        if time_zone_from <= max((now + NOTICE).astimezone(zone).date() for zone in zones):
            raise TimeZoneDay("/time_zone_from")
        self.trigger_event(self.TimeZoneChanged, time_zone=time_zone, time_zone_from=time_zone_from)

    @property
    def zone(self) -> tzinfo:
        """The company's time zones over time."""
        return zone_from(self.time_zone or "UTC", self._parsed_zone_changes)

    def zone_recorded_at(self, positions: Mapping[int, int]) -> tzinfo:
        """The same, which knows the positions of its changes: those of the company's events, by version."""
        changes = [replace(change, position=positions[change.version]) for change in self._parsed_zone_changes]
        return zone_from(self.time_zone or "UTC", changes)

    @property
    def _parsed_zone_changes(self) -> list[ZoneChange]:
        return [ZoneChange(**change) for change in self.zone_changes]

    def move(self, parent: "Unit") -> None:
        if self.level == Level.COMPANY:
            raise CompanyNotMovable
        self.check_parent(Level(self.level), parent)
        self.trigger_event(self.Moved, parent_id=parent.id)

    def set_cadence(self, parts: JsonObject) -> None:
        """Set the parts of the check-in cadence for the unit and all units below it; none means all are inherited."""
        change_fields(self, self.CadenceSet, cadence=policy.validate_cadence(parts))

    @event(Created)
    def __init__(
        self, name: str, level: str, parent_id: UUID | None, vision: str | None, mission: str | None, time_zone: str | None
    ) -> None:
        self.name = name
        self.level = level
        self.parent_id = parent_id
        self.vision = vision
        self.mission = mission
        self.time_zone = time_zone
        self.cadence: JsonObject = {}
        self.zone_changes: list[JsonObject] = []


def parse_time_zone(name: str) -> str:
    if name not in known_zones():
        raise UnknownTimeZone("/time_zone")
    return name


def _check_company_only(**fields: object) -> None:
    for name, value in fields.items():
        if value is not None:
            raise CompanyOnlyField(f"/{name}")
