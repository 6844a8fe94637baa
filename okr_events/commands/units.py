"""Commands about units."""

from typing import Any
from uuid import UUID

from okr_events.commands.base import RecordingApplication
from okr_events.commands.intent import Intent
from okr_events.domain.errors import CircularUnits, Refused
from okr_events.domain.policy import own_cadence
from okr_events.domain.unit import Unit
from okr_events.domain.values import Level
from okr_events.event_log.constraints import Claim, Constraint, Edge, Release, Unlink
from okr_events.event_log.idempotency import Answer


class CompanyExists(Refused):
    code = "company-exists"
    title = "There is a company already: it is the one at the top."


class UnitCommands(RecordingApplication):
    def create_unit(self, intent: Intent, *, parent_id: UUID | None = None, level: Level, **fields: Any) -> Answer:
        parent = self.named(Unit, parent_id, "/parent_id") if parent_id else None
        unit = Unit.create(level=level, parent=parent, **fields)
        return self._answer(intent, unit, status=201, constraints=_place(unit))

    def change_unit(self, intent: Intent, id: UUID, **fields: str | None) -> Answer:
        unit = self.load(Unit, id)
        with self._deciding(intent, unit):
            unit.change(**fields)
        return self._answer(intent, unit, constraints=[Release("unit/", id), *_named_unit(unit)])

    def move_unit(self, intent: Intent, id: UUID, *, parent_id: UUID) -> Answer:
        unit = self.load(Unit, id)
        intent.because()
        parent = self.named(Unit, parent_id, "/parent_id")
        with self._deciding(intent, unit):
            unit.move(parent)
        return self._answer(intent, unit, constraints=[Release("unit/", id), Unlink(id), *_place(unit)])

    def set_unit_cadence(self, intent: Intent, id: UUID, **parts: Any) -> Answer:
        unit = self.load(Unit, id)
        with self._deciding(intent, unit):
            unit.set_cadence(own_cadence(**parts))
        return self._answer(intent, unit)


def _place(unit: Unit) -> list[Constraint]:
    """A unit's place: one company at the top, a name once below a parent, no circles."""
    if unit.parent_id is None:
        return [Claim("company", "", unit.id, CompanyExists), *_named_unit(unit)]
    return [*_named_unit(unit), Edge("units", unit.id, unit.parent_id, unit.id, CircularUnits)]


def _named_unit(unit: Unit) -> list[Constraint]:
    place = unit.parent_id.hex if unit.parent_id else ""
    return [Claim(f"unit/{place}", unit.name.casefold(), unit.id)]
