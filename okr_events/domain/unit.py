"""Units: the organisation from the company down to individuals."""

from uuid import UUID
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from eventsourcing.domain import Aggregate, event

from okr_events.domain import policy
from okr_events.domain.base_events import FieldsChanged, change_fields
from okr_events.domain.errors import EmptyInput, Invalid, Refused
from okr_events.domain.values import Level, new_id
from okr_events.json_types import JsonObject


class WrongParent(Invalid):
    code = "wrong-parent"
    title = "The company has no parent. Every other unit needs one of its own or a higher level that is not an individual."


class UnknownTimeZone(Invalid):
    code = "unknown-time-zone"
    title = "time_zone must be a name from the IANA time zone database, such as Europe/Berlin."


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
        vision: str

    class MissionStated(FieldsChanged):
        TOPIC = "Unit.MissionStated"
        mission: str

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

    def change(self, *, name: str | None = None, vision: str | None = None, mission: str | None = None) -> None:
        if all(field is None for field in (name, vision, mission)):
            raise EmptyInput("")
        if self.level != Level.COMPANY:
            _check_company_only(vision=vision, mission=mission)
        change_fields(self, self.Renamed, name=name)
        change_fields(self, self.VisionStated, vision=vision)
        change_fields(self, self.MissionStated, mission=mission)

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


def parse_time_zone(name: str) -> str:
    try:
        return ZoneInfo(name).key
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise UnknownTimeZone("/time_zone") from None


def _check_company_only(**fields: str | None) -> None:
    for name, value in fields.items():
        if value is not None:
            raise CompanyOnlyField(f"/{name}")
