"""Commands about alignments."""

from decimal import Decimal
from uuid import UUID

from okr_events.alignment import Alignment, Kind, check_cycles, check_vertical
from okr_events.commands.recording import RecordingApplication
from okr_events.cycle import Cycle
from okr_events.errors import CircularContribution
from okr_events.intent import Intent
from okr_events.log.answers import Answer
from okr_events.log.constraints import Constraint, Edge, Live, Release, Unlink, once
from okr_events.numbers import ONE
from okr_events.objective import Objective
from okr_events.unit import Unit


class AlignmentCommands(RecordingApplication):
    def link(self, intent: Intent, *, child_id: UUID, parent_id: UUID, kind: Kind, weight: Decimal | None = None) -> Answer:
        child = self.named(Objective, child_id, "/child_id")
        parent = self.named(Objective, parent_id, "/parent_id")
        check_cycles(self.load(Cycle, child.cycle_id), self.load(Cycle, parent.cycle_id))
        alignment = Alignment.link(child, parent, kind=kind, weight=ONE if weight is None else weight)
        lineage = self.lineage(child.unit_id)
        check_vertical(lineage[0], self.load(Unit, parent.unit_id), {unit.id for unit in lineage[1:]})
        constraints: list[Constraint] = [
            Live((child_id, parent_id)),
            once(child_id, parent_id, kind, alignment.id),
            Edge("contribution", child_id, parent_id, alignment.id, CircularContribution),
        ]
        return self._answer(intent, alignment, status=201, constraints=constraints)

    def change_alignment(self, intent: Intent, id: UUID, *, weight: Decimal | None = None) -> Answer:
        alignment = self.load(Alignment, id)
        if weight not in (None, alignment.weight):
            intent.because()
        with self._deciding(intent, alignment):
            alignment.reweight(weight)
        return self._answer(intent, alignment)

    def end_alignment(self, intent: Intent, id: UUID) -> Answer:
        alignment = self.load(Alignment, id)
        intent.because()
        with self._deciding(intent, alignment):
            alignment.end()
        return self._answer(intent, alignment, constraints=[Release("link", id), Unlink(id)])
