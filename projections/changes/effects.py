"""Effects: what single facts did to the progress of their objectives and of everything above these."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, select

from okr_events.domain.decimals import plain_or_null
from okr_events.domain.progress import Progress
from projections.changes.affected_rows import Closure
from projections.changes.change import Change, Effect
from projections.changes.change_kinds import MOVING
from projections.changes.incremental_rollup import Rolling
from projections.evaluation.cadences import units_set_any
from projections.impact.links import CONTRIBUTES
from projections.moment import Moment
from projections.store.lookups import below
from projections.store.tables import at, objectives


class Effects:
    """A fact's effect is the difference between the log right before it and right after it, as of the fact's own day; with an
    effective day that lies before, check-ins count that were measured up to that day.
    """

    def __init__(self, connection: Connection, moment: Moment, changes: Sequence[Change]) -> None:
        self.connection = connection
        self.moment = moment
        self.changes = changes
        self.starts = {change.position: found for change in changes if (found := self._starts(change))}

    def told(self) -> Iterator[Change]:
        """The changes in their order, with their effects."""
        if not self.starts:
            yield from self.changes
            return
        ids = {id for found in self.starts.values() for id in found}
        early = self.moment.effective_on < self.moment.today
        rolling = Rolling(Closure(self.connection, min(self.starts) - 1, max(self.starts), ids, reported=early), self.moment)
        for change in self.changes:
            found = self.starts.get(change.position)
            yield self._with_effects(rolling, change, found) if found else change

    def _starts(self, change: Change) -> Collection[str]:
        """The objectives that feel a fact first; none when it can move no number."""
        if change.fact["type"] not in MOVING:
            return ()
        if change.subject.type == "cycle":
            return self._of_cycle(change) if any(name.startswith("policy.cadence.") for name in change.fields) else ()
        if change.subject.type == "unit":
            return self._of_unit(change)
        if change.subject.type == "alignment" and change.subject.link_kind not in CONTRIBUTES:
            return ()
        return (change.subject.objective_id,) if change.subject.objective_id else ()

    def _of_cycle(self, change: Change) -> Collection[str]:
        """Where periods end, and so what is met in each, rests on the cadence."""
        theirs = (objectives.c.cycle_id == change.subject.id) & at(objectives, change.position)
        return set(self.connection.scalars(select(objectives.c.id).where(theirs)))

    def _of_unit(self, change: Change) -> Collection[str]:
        if not units_set_any(self.connection, change.position):
            return ()
        units = below(self.connection, UUID(change.subject.id), change.position)
        theirs = objectives.c.unit_id.in_(units) & at(objectives, change.position)
        return set(self.connection.scalars(select(objectives.c.id).where(theirs)))

    def _with_effects(self, rolling: Rolling, change: Change, starts: Collection[str]) -> Change:
        rolling.roll(change.position - 1)
        before, above = rolling.values(), rolling.above(starts)
        own_before = _own(rolling, change)
        rolling.roll(change.position)
        after, own_after = rolling.values(), _own(rolling, change)
        distances = rolling.above(starts) | above
        moved = [id for id in distances if _value(before, id) != _value(after, id)]
        rows = {id: rolling.objectives[id].row for id in moved}
        moved.sort(key=lambda each: (distances[each], rows[each].created))
        effects = [Effect(id, rows[id].title, _value(before, id), _value(after, id)) for id in moved]
        own = {"before": own_before, "after": own_after} if own_before != own_after else None
        return replace(change, effects=effects, progress=own)


def _value(values: Mapping[str, Progress | None], id: str) -> str | None:
    progress = values.get(id)
    return plain_or_null(progress.value) if progress else None


def _own(rolling: Rolling, change: Change) -> Any:
    part = rolling.key_results.get(change.subject.key_result_id or "")
    return _value({part.row.id: part.progress}, part.row.id) if part else None
