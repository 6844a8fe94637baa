"""Calculates the effect of each change on the progress of its key result and of the objectives above it."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, select

from okr_events.domain.decimals import format_decimal_or_null
from okr_events.domain.progress import Progress
from projections.changes.affected_rows import AffectedRows
from projections.changes.change import Change, Effect
from projections.changes.incremental_rollup import IncrementalRollup
from projections.evaluation.cadences import has_unit_cadences
from projections.event_catalog import CATALOG
from projections.moment import Moment
from projections.store.link_conditions import CONTRIBUTING_KINDS
from projections.store.lookups import fetch_unit_subtree
from projections.store.tables import objectives, valid_at


class EffectCalculator:
    """Compares progress right before and right after each fact, as of the fact's own day.

    An effective day before today leaves out check-ins that were measured later.
    """

    def __init__(self, connection: Connection, moment: Moment, changes: Sequence[Change]) -> None:
        self.connection = connection
        self.moment = moment
        self.changes = changes
        self.affected_by_position = {change.position: ids for change in changes if (ids := self._find_affected(change))}

    def changes_with_effects(self) -> Iterator[Change]:
        """The changes in their order, with their effects."""
        if not self.affected_by_position:
            yield from self.changes
            return
        first, last = min(self.affected_by_position) - 1, max(self.affected_by_position)
        ids = {id for affected in self.affected_by_position.values() for id in affected}
        is_early = self.moment.effective_on < self.moment.today
        rows = AffectedRows(self.connection, first, last, ids, all_check_ins=is_early)
        rollup = IncrementalRollup(rows, self.moment)
        for change in self.changes:
            affected = self.affected_by_position.get(change.position)
            yield self._add_effects(rollup, change, affected) if affected else change

    def _find_affected(self, change: Change) -> Collection[str]:
        """The objectives that a change affects directly; empty when it can move no progress."""
        subject = change.subject
        if CATALOG[change.fact["type"]].moves != "progress":
            return ()
        if subject.type == "cycle":
            moves_due_days = any(name.startswith("policy.cadence.") for name in change.fields)
            return self._objective_ids(objectives.c.cycle_id == subject.id, change) if moves_due_days else ()
        if subject.type == "unit":
            return self._objectives_below_unit(change)
        if subject.type == "alignment" and subject.link_kind not in CONTRIBUTING_KINDS:
            return ()
        return (subject.objective_id,) if subject.objective_id else ()

    def _objectives_below_unit(self, change: Change) -> Collection[str]:
        if not has_unit_cadences(self.connection, change.position):
            return ()
        units = fetch_unit_subtree(self.connection, UUID(change.subject.id), change.position)
        return self._objective_ids(objectives.c.unit_id.in_(units), change)

    def _objective_ids(self, condition: ColumnElement[bool], change: Change) -> set[str]:
        return set(self.connection.scalars(select(objectives.c.id).where(condition, valid_at(objectives, change.position))))

    def _add_effects(self, rollup: IncrementalRollup, change: Change, ids: Collection[str]) -> Change:
        rollup.advance_to(change.position - 1)
        before, above = rollup.progress_by_objective(), rollup.ancestor_distances(ids)
        own_before = _key_result_value(rollup, change)
        rollup.advance_to(change.position)
        after, own_after = rollup.progress_by_objective(), _key_result_value(rollup, change)
        distances = rollup.ancestor_distances(ids) | above
        rows = {id: rollup.objectives[id].row for id in distances}
        values = {id: (_progress_value(before.get(id)), _progress_value(after.get(id))) for id in distances}
        nearest = sorted(distances, key=lambda each: (distances[each], rows[each].created))
        effects = [Effect(id, rows[id].title, *values[id]) for id in nearest if values[id][0] != values[id][1]]
        own = {"before": own_before, "after": own_after} if own_before != own_after else None
        return replace(change, effects=effects, progress=own)


def _progress_value(progress: Progress | None) -> str | None:
    return format_decimal_or_null(progress.value) if progress else None


def _key_result_value(rollup: IncrementalRollup, change: Change) -> str | None:
    key_result = rollup.key_results.get(change.subject.key_result_id or "")
    return _progress_value(key_result.progress) if key_result else None
