"""Effects: what single facts did to the progress of their objectives and of everything above these."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, select

from okr_events.domain.decimals import format_decimal_or_null
from okr_events.domain.progress import Progress
from projections.changes.affected_rows import AffectedRows
from projections.changes.change import Change, Effect
from projections.changes.change_kinds import PROGRESS_EVENTS
from projections.changes.incremental_rollup import IncrementalRollup
from projections.evaluation.cadences import has_unit_cadences
from projections.moment import Moment
from projections.store.links import CONTRIBUTING_KINDS
from projections.store.lookups import fetch_unit_subtree
from projections.store.tables import objectives, valid_at


class EffectCalculator:
    """A fact's effect is the difference between the log right before it and right after it, as of the fact's own day; with an
    effective day that lies before, check-ins count that were measured up to that day.
    """

    def __init__(self, connection: Connection, moment: Moment, changes: Sequence[Change]) -> None:
        self.connection = connection
        self.moment = moment
        self.changes = changes
        self.affected_by_position = {change.position: found for change in changes if (found := self._find_affected(change))}

    def changes_with_effects(self) -> Iterator[Change]:
        """The changes in their order, with their effects."""
        if not self.affected_by_position:
            yield from self.changes
            return
        ids = {id for found in self.affected_by_position.values() for id in found}
        early = self.moment.effective_on < self.moment.today
        rolling = IncrementalRollup(
            AffectedRows(
                self.connection, min(self.affected_by_position) - 1, max(self.affected_by_position), ids, reported=early
            ),
            self.moment,
        )
        for change in self.changes:
            found = self.affected_by_position.get(change.position)
            yield self._add_effects(rolling, change, found) if found else change

    def _find_affected(self, change: Change) -> Collection[str]:
        """The objectives that feel a fact first; none when it can move no number."""
        if change.fact["type"] not in PROGRESS_EVENTS:
            return ()
        if change.subject.type == "cycle":
            return (
                self._objectives_in_cycle(change) if any(name.startswith("policy.cadence.") for name in change.fields) else ()
            )
        if change.subject.type == "unit":
            return self._objectives_below_unit(change)
        if change.subject.type == "alignment" and change.subject.link_kind not in CONTRIBUTING_KINDS:
            return ()
        return (change.subject.objective_id,) if change.subject.objective_id else ()

    def _objectives_in_cycle(self, change: Change) -> Collection[str]:
        """Where periods end, and so what is met in each, rests on the cadence."""
        theirs = (objectives.c.cycle_id == change.subject.id) & valid_at(objectives, change.position)
        return set(self.connection.scalars(select(objectives.c.id).where(theirs)))

    def _objectives_below_unit(self, change: Change) -> Collection[str]:
        if not has_unit_cadences(self.connection, change.position):
            return ()
        units = fetch_unit_subtree(self.connection, UUID(change.subject.id), change.position)
        theirs = objectives.c.unit_id.in_(units) & valid_at(objectives, change.position)
        return set(self.connection.scalars(select(objectives.c.id).where(theirs)))

    def _add_effects(self, rolling: IncrementalRollup, change: Change, starts: Collection[str]) -> Change:
        rolling.advance_to(change.position - 1)
        before, above = rolling.progress_by_objective(), rolling.ancestor_distances(starts)
        own_before = _key_result_value(rolling, change)
        rolling.advance_to(change.position)
        after, own_after = rolling.progress_by_objective(), _key_result_value(rolling, change)
        distances = rolling.ancestor_distances(starts) | above
        moved = [id for id in distances if _progress_value(before, id) != _progress_value(after, id)]
        rows = {id: rolling.objectives[id].row for id in moved}
        moved.sort(key=lambda each: (distances[each], rows[each].created))
        effects = [Effect(id, rows[id].title, _progress_value(before, id), _progress_value(after, id)) for id in moved]
        own = {"before": own_before, "after": own_after} if own_before != own_after else None
        return replace(change, effects=effects, progress=own)


def _progress_value(values: Mapping[str, Progress | None], id: str) -> str | None:
    progress = values.get(id)
    return format_decimal_or_null(progress.value) if progress else None


def _key_result_value(rolling: IncrementalRollup, change: Change) -> Any:
    part = rolling.key_results.get(change.subject.key_result_id or "")
    return _progress_value({part.row.id: part.progress}, part.row.id) if part else None
