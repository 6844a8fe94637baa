"""Commands about alignments."""

from decimal import Decimal
from uuid import UUID

from okr_events.commands.base import RecordingApplication
from okr_events.commands.intent import Intent
from okr_events.domain.alignment import PARENTS, Alignment, Kind, Parent, check_cycles, check_vertical
from okr_events.domain.cycle import Cycle
from okr_events.domain.errors import CircularContribution, Unknown
from okr_events.domain.key_result import KeyResult
from okr_events.domain.objective import Objective
from okr_events.domain.priority import Priority
from okr_events.domain.unit import Unit
from okr_events.event_log.closing_constraints import Unclosed
from okr_events.event_log.constraints import Constraint, Edge, Live, Release, Unlink, live_parent, once, open_cycle
from okr_events.event_log.idempotency import Answer


class AlignmentCommands(RecordingApplication):
    def link(
        self,
        intent: Intent,
        *,
        child_id: UUID,
        parent_id: UUID,
        kind: Kind,
        weight: Decimal | None = None,
        capacity: Decimal | None = None,
    ) -> Answer:
        child = self.named(Objective, child_id, "/child_id")
        parent = self._parent(parent_id, kind)
        if not isinstance(parent, Priority):
            check_cycles(self.load(Cycle, child.cycle_id), self.load(Cycle, parent.cycle_id))
        alignment = Alignment.link(child, parent, kind=kind, weight=weight, capacity=capacity)
        if kind is Kind.VERTICAL and isinstance(parent, Objective):
            lineage = self.lineage(child.unit_id)
            check_vertical(lineage[0], self.load(Unit, parent.unit_id), {unit.id for unit in lineage[1:]})
        return self._answer(
            intent, alignment, status=201, constraints=[*self._open_ends(alignment, linking=True), *_linking(alignment, parent)]
        )

    def change_alignment(
        self, intent: Intent, id: UUID, *, weight: Decimal | None = None, capacity: Decimal | None = None
    ) -> Answer:
        alignment = self.load(Alignment, id)
        above = self._objective_above(alignment)
        reweighted = alignment.weight is not None and weight not in (None, alignment.weight)
        draft = self._because_agreed(intent, above) if reweighted else []
        with self._deciding(intent, alignment):
            alignment.change(weight=weight, capacity=capacity)
        live = [Live((alignment.child_id, above)), live_parent(alignment.parent_type, alignment.parent_id)]
        return self._answer(intent, alignment, constraints=[*self._open_ends(alignment), *draft, *live])

    def confirm_alignment(
        self, intent: Intent, id: UUID, *, capacity: Decimal | None = None, agreement: str | None = None
    ) -> Answer:
        """The other side agrees to a dependency: to so many person-days, and to what `agreement` says in words."""
        alignment = self.load(Alignment, id)
        with self._deciding(intent, alignment):
            alignment.confirm(capacity=capacity, agreement=intent.words(agreement))
        live = Live((alignment.child_id, alignment.parent_id))
        return self._answer(intent, alignment, constraints=[*self._open_ends(alignment), live])

    def decline_alignment(self, intent: Intent, id: UUID) -> Answer:
        alignment = self.load(Alignment, id)
        intent.because()
        with self._deciding(intent, alignment):
            alignment.decline()
        return self._answer(intent, alignment, constraints=[*self._open_ends(alignment), Release("link", id)])

    def end_alignment(self, intent: Intent, id: UUID) -> Answer:
        alignment = self.load(Alignment, id)
        drafts = self._because_agreed(intent, alignment.child_id)
        if Kind(alignment.kind).contributes:  # the number above changes with it
            drafts += self._because_agreed(intent, self._objective_above(alignment))
        with self._deciding(intent, alignment):
            alignment.end()
        return self._answer(
            intent, alignment, constraints=[*self._open_ends(alignment), *drafts, Release("link", id), Unlink(id)]
        )

    def _parent(self, id: UUID, kind: Kind) -> Parent:
        """What the body names; raises `Unknown` when it is nothing that this kind links to."""
        for cls in PARENTS[kind]:
            if self.exists(cls, id):
                return self.load(cls, id)
        names = " or ".join(cls.TOPIC for cls in PARENTS[kind])
        raise Unknown("/parent_id", f"There is no {names} with this id.")

    def _open_ends(self, alignment: Alignment, *, linking: bool = False) -> list[Constraint]:
        """A link is its upper end's matter: it changes while the cycle of that is open; a new one needs both to be.

        It stays as it is once either end was closed.
        """
        child = self.load(Objective, alignment.child_id).cycle_id
        if alignment.parent_type == "priority":
            return [open_cycle(child), Unclosed((alignment.child_id,))]
        objective = self._objective_above(alignment)
        above = self.load(Objective, objective).cycle_id
        return [open_cycle(above, child) if linking else open_cycle(above), Unclosed((alignment.child_id, objective))]

    def _objective_above(self, alignment: Alignment) -> UUID:
        if alignment.parent_type == "key_result":
            return self.load(KeyResult, alignment.parent_id).objective_id
        return alignment.parent_id


def _linking(alignment: Alignment, parent: Parent) -> list[Constraint]:
    """Both ends live, the same once at a time, and no circle of contribution: through a key result to its objective, too."""
    kind, child, id = Kind(alignment.kind), alignment.child_id, alignment.id
    found: list[Constraint] = [Live((child,)), live_parent(alignment.parent_type, parent.id)]
    found.append(once(child, parent.id, kind, id))
    if isinstance(parent, KeyResult):
        found.append(Live((parent.objective_id,)))
    if kind is Kind.EXPLICIT and isinstance(parent, KeyResult):
        found.append(Edge("contribution", parent.id, parent.objective_id, id, CircularContribution))
    if kind.contributes:
        found.append(Edge("contribution", child, parent.id, id, CircularContribution))
    return found
