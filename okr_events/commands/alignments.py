"""Commands about alignments."""

from decimal import Decimal
from uuid import UUID

from okr_events.commands.base import RecordingApplication
from okr_events.commands.intent import Intent
from okr_events.commands.loading import resource_name
from okr_events.domain.alignment import PARENT_CLASSES, Alignment, AlignmentKind, Parent, check_cycles, check_vertical
from okr_events.domain.cycle import Cycle
from okr_events.domain.errors import CircularContribution, UnknownId
from okr_events.domain.key_result import KeyResult
from okr_events.domain.objective import Objective
from okr_events.domain.priority import Priority
from okr_events.domain.unit import Unit
from okr_events.event_log.constraints import AddEdge, Constraint, Release, RemoveEdges, unique_link
from okr_events.event_log.idempotency import CommandResult
from okr_events.event_log.looks import NotClosed, NotEnded, cycle_not_sealed, parent_not_ended


class AlignmentCommands(RecordingApplication):
    def link(
        self, intent: Intent, *, child_id: UUID, parent_id: UUID, kind: AlignmentKind, **terms: Decimal | None
    ) -> CommandResult:
        """Link two goals, or an objective and a priority; `terms` are `weight` and `capacity`."""
        child = self.load_referenced(Objective, child_id, "/child_id")
        parent = self._load_parent(parent_id, kind)
        if not isinstance(parent, Priority):
            check_cycles(self.load(Cycle, child.cycle_id), self.load(Cycle, parent.cycle_id))
        alignment = Alignment.link(child, parent, kind=kind, **terms)
        if kind is AlignmentKind.VERTICAL and isinstance(parent, Objective):
            lineage = self.lineage(child.unit_id)
            check_vertical(lineage[0], self.load(Unit, parent.unit_id), {unit.id for unit in lineage[1:]})
        constraints = [*self._open_constraints(alignment, linking=True), *_link_constraints(alignment, parent)]
        return self._commit(intent, alignment, status=201, constraints=constraints)

    def change_alignment(self, intent: Intent, id: UUID, **fields: Decimal | None) -> CommandResult:
        alignment = self.load(Alignment, id)
        parent_objective = self._parent_objective_id(alignment)
        reweighted = alignment.weight is not None and fields.get("weight") not in (None, alignment.weight)
        draft = self._reason_unless_draft(intent, parent_objective) if reweighted else []
        with self._check_version(intent, alignment):
            alignment.change(**fields)
        live = [NotEnded((alignment.child_id, parent_objective)), parent_not_ended(alignment.parent_type, alignment.parent_id)]
        return self._commit(intent, alignment, constraints=[*self._open_constraints(alignment), *draft, *live])

    def confirm_alignment(
        self, intent: Intent, id: UUID, *, capacity: Decimal | None = None, agreement: str | None = None
    ) -> CommandResult:
        """Confirm a dependency with a capacity in person-days and an agreement in words."""
        alignment = self.load(Alignment, id)
        with self._check_version(intent, alignment):
            alignment.confirm(capacity=capacity, agreement=intent.authored_text(agreement))
        live = NotEnded((alignment.child_id, alignment.parent_id))
        return self._commit(intent, alignment, constraints=[*self._open_constraints(alignment), live])

    def decline_alignment(self, intent: Intent, id: UUID) -> CommandResult:
        alignment = self.load(Alignment, id)
        intent.require_reason()
        with self._check_version(intent, alignment):
            alignment.decline()
        return self._commit(intent, alignment, constraints=[*self._open_constraints(alignment), Release("link", id)])

    def end_alignment(self, intent: Intent, id: UUID) -> CommandResult:
        alignment = self.load(Alignment, id)
        drafts = self._reason_unless_draft(intent, alignment.child_id)
        if AlignmentKind(alignment.kind).contributes:  # its progress changes with the link
            drafts += self._reason_unless_draft(intent, self._parent_objective_id(alignment))
        with self._check_version(intent, alignment):
            alignment.end()
        released: list[Constraint] = [Release("link", id), RemoveEdges(id)]
        return self._commit(intent, alignment, constraints=[*self._open_constraints(alignment), *drafts, *released])

    def _load_parent(self, id: UUID, kind: AlignmentKind) -> Parent:
        """The parent of a new link; raises `UnknownId` when this kind cannot link to it."""
        for cls in PARENT_CLASSES[kind]:
            if self.exists(cls, id):
                return self.load(cls, id)
        names = " or ".join(map(resource_name, PARENT_CLASSES[kind]))
        raise UnknownId("/parent_id", f"No {names} has the id {id}.")

    def _open_constraints(self, alignment: Alignment, *, linking: bool = False) -> list[Constraint]:
        """The parent's cycle must be open, for a new link the child's too, and neither end may be closed."""
        child = self.load(Objective, alignment.child_id).cycle_id
        if alignment.parent_type == "priority":
            return [cycle_not_sealed(child), NotClosed((alignment.child_id,))]
        objective = self._parent_objective_id(alignment)
        parent = self.load(Objective, objective).cycle_id
        cycles = (parent, child) if linking else (parent,)
        return [cycle_not_sealed(*cycles), NotClosed((alignment.child_id, objective))]

    def _parent_objective_id(self, alignment: Alignment) -> UUID:
        if alignment.parent_type == "key_result":
            return self.load(KeyResult, alignment.parent_id).objective_id
        return alignment.parent_id


def _link_constraints(alignment: Alignment, parent: Parent) -> list[Constraint]:
    """Both ends are live, the link is unique, and contributions, also through a key result to its objective, form no cycle."""
    kind, child, id = AlignmentKind(alignment.kind), alignment.child_id, alignment.id
    constraints: list[Constraint] = [NotEnded((child,)), parent_not_ended(alignment.parent_type, parent.id)]
    constraints.append(unique_link(child, parent.id, kind, id))
    if isinstance(parent, KeyResult):
        constraints.append(NotEnded((parent.objective_id,)))
        if kind is AlignmentKind.EXPLICIT:
            constraints.append(AddEdge("contribution", parent.id, parent.objective_id, id, CircularContribution))
    if kind.contributes:
        constraints.append(AddEdge("contribution", child, parent.id, id, CircularContribution))
    return constraints
