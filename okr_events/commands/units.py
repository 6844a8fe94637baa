"""Commands about units."""

from datetime import UTC, date, datetime
from uuid import UUID

from okr_events.commands.base import RecordingApplication
from okr_events.commands.intent import Intent
from okr_events.domain.errors import CircularUnits, NameTaken, Refused
from okr_events.domain.names import name_key
from okr_events.domain.policy import validate_own_cadence
from okr_events.domain.unit import Unit
from okr_events.domain.values import Level
from okr_events.event_log.constraints import AddEdge, Claim, Constraint, Release, RemoveEdges
from okr_events.event_log.idempotency import CommandResult
from okr_events.json_types import Json


class CompanyExists(Refused):
    code = "company-exists"
    title = "A company already exists, and there can be only one."


class UnitCommands(RecordingApplication):
    def create_unit(self, intent: Intent, *, parent_id: UUID | None = None, level: Level, **fields: Json) -> CommandResult:
        parent = self.load_referenced(Unit, parent_id, "/parent_id") if parent_id else None
        unit = Unit.create(level=level, parent=parent, **fields)
        return self._commit(intent, unit, status=201, constraints=placement_constraints(unit))

    def change_unit(
        self,
        intent: Intent,
        id: UUID,
        *,
        time_zone: str | None = None,
        time_zone_from: date | None = None,
        **fields: object,
    ) -> CommandResult:
        unit, rezoned = self.load(Unit, id), bool(time_zone or time_zone_from)
        if time_zone:
            intent.require_reason()
        with self._check_version(intent, unit):
            if rezoned:
                unit.change_time_zone(now=datetime.now(UTC), time_zone=time_zone, time_zone_from=time_zone_from)
            if fields or not rezoned:
                unit.change(**fields)
        named: list[Constraint] = [Release("unit/", id), _name_claim(unit)] if "name" in fields else []
        result = self._commit(intent, unit, constraints=named)
        self.company_zone.forget()
        return result

    def move_unit(self, intent: Intent, id: UUID, *, parent_id: UUID) -> CommandResult:
        unit = self.load(Unit, id)
        intent.require_reason()
        parent = self.load_referenced(Unit, parent_id, "/parent_id")
        with self._check_version(intent, unit):
            unit.move(parent)
        return self._commit(intent, unit, constraints=[Release("unit/", id), RemoveEdges(id), *placement_constraints(unit)])

    def set_unit_cadence(self, intent: Intent, id: UUID, **parts: Json) -> CommandResult:
        unit = self.load(Unit, id)
        with self._check_version(intent, unit):
            unit.set_cadence(validate_own_cadence(**parts))
        return self._commit(intent, unit)


def placement_constraints(unit: Unit) -> list[Constraint]:
    """One company at the top, unique names below each parent, no cycles."""
    if unit.parent_id is None:
        return [Claim("company", "", unit.id, CompanyExists), _name_claim(unit)]
    return [_name_claim(unit), AddEdge("units", unit.id, unit.parent_id, unit.id, CircularUnits)]


def _name_claim(unit: Unit) -> Claim:
    scope = f"unit/{unit.parent_id.hex if unit.parent_id else ''}"
    taken = NameTaken(f"A unit called {unit.name} exists already below this parent.")
    return Claim(scope, name_key(unit.name), unit.id, taken)
