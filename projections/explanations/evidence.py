"""Evidence: the events behind the numbers of a graph, read once for all of its goals."""

from collections import defaultdict
from collections.abc import Collection
from uuid import UUID

from eventsourcing.persistence import Mapper, StoredEvent
from sqlalchemy import Connection, func, select

from okr_events.domain.cycle import Cycle
from okr_events.domain.key_result import KeyResult
from okr_events.row_types import fetch_rows
from projections.evaluation.goal_graph import GoalGraph
from projections.evaluation.key_results import EvaluatedKeyResult, parse_metric
from projections.evaluation.objectives import EvaluatedObjective
from projections.event_catalog import event_names
from projections.store.batching import batches
from projections.store.lookups import fetch_rows_at, fetch_rows_in
from projections.store.standings import fetch_reports_in_force
from projections.store.tables import CheckInRow, FactRow, check_ins, facts

Goal = EvaluatedKeyResult | EvaluatedObjective
KEY_RESULT_DEFINED = KeyResult.Created.TOPIC
BASELINE_CAPTURED = KeyResult.BaselineCaptured.TOPIC
TARGET_REVISED = KeyResult.TargetRevised.TOPIC
CYCLE_CREATED = Cycle.Created.TOPIC
WEIGHT_EVENTS = event_names(lambda entry: entry.evidence == "weight")
DRIVER_EVENTS = event_names(lambda entry: entry.evidence == "driver")
POLICY_EVENTS = event_names(lambda entry: entry.evidence == "policy")
CADENCE_EVENTS = event_names(lambda entry: entry.evidence == "cadence")
ENDING_EVENTS = event_names(lambda entry: entry.evidence == "end")
EVIDENCE_EVENTS = event_names(lambda entry: entry.evidence)


class Evidence:
    """Positions of the newest events of each kind, and the check-ins behind values, baselines and periods."""

    def __init__(self, connection: Connection, mapper: Mapper[UUID], graph: GoalGraph) -> None:
        self.connection = connection
        self.mapper = mapper
        self.moment = graph.moment
        key_results = graph.key_results
        above = {key_result.row.objective_id for key_result in key_results.values()}
        unit_ids = {key_result.unit_id for key_result in key_results.values()}
        self._cadences = graph.cadences
        units = {id for unit_id in unit_ids for id in graph.cadences.ancestor_ids(unit_id)}
        ids = {*graph.objectives, *key_results, *graph.links, *graph.rules, *above, *units}
        self._newest_by_type = self._read_newest_positions(ids)
        self._deciding_check_ins = self._read_deciding_check_ins(key_results.values())
        self._baseline_check_ins = self._read_baseline_check_ins(key_results)
        periodic = [id for id, key_result in key_results.items() if parse_metric(key_result.row.metric).periodic]
        self._check_ins_by_key_result = fetch_reports_in_force(connection, self.moment, periodic) if periodic else {}
        self._correction_positions = self._read_correction_positions()

    def newest_positions(self, id: str, *types: str) -> list[int]:
        """The position of the newest event of these types in a stream; empty without one."""
        positions = [position for type in types if (position := self._newest_by_type.get((id, type)))]
        return [max(positions)] if positions else []

    def cadence_positions(self, key_result: EvaluatedKeyResult) -> list[int]:
        """The events behind the cadence of a key result: the policy, its own and its units' cadences, and moves of units."""
        ids = (key_result.row.id, *self._cadences.ancestor_ids(key_result.unit_id))
        own = (position for id in ids for type in CADENCE_EVENTS for position in self.newest_positions(id, type))
        return [*self.newest_positions(key_result.row.cycle_id, *POLICY_EVENTS), *own]

    def baseline_check_in(self, id: str) -> CheckInRow | None:
        """The check-in from which the baseline of a key result was captured; null for a given or missing baseline."""
        return self._baseline_check_ins.get(id)

    def deciding_check_in(self, value_at: int | None) -> CheckInRow | None:
        """The check-in whose value was stated by the event at this position."""
        return self._deciding_check_ins.get(value_at or 0)

    def statement_positions(self, id: str, created: int) -> list[int]:
        """The positions of a check-in and of the corrections that changed its value or day."""
        return sorted({created, *self._correction_positions.get(id, ())})

    def check_ins_in_force(self, id: str) -> list[CheckInRow]:
        """The check-ins in force of a key result with a periodic metric, by day and position."""
        return list(self._check_ins_by_key_result.get(id, ()))

    def _read_newest_positions(self, ids: Collection[str]) -> dict[tuple[str, str], int]:
        newest: dict[tuple[str, str], int] = {}
        for batch in batches(ids):
            own = facts.c.stream_id.in_(batch) & facts.c.type.in_(EVIDENCE_EVENTS) & (facts.c.position <= self.moment.position)
            query = select(facts.c.stream_id, facts.c.type, func.max(facts.c.position)).where(own)
            for id, type, position in self.connection.execute(query.group_by(facts.c.stream_id, facts.c.type)):
                newest[id, type] = position
        return newest

    def _read_deciding_check_ins(self, key_results: Collection[EvaluatedKeyResult]) -> dict[int, CheckInRow]:
        value_at = {each.row.id: each.standing.value_at for each in key_results if each.standing.value_at}
        deciding: list[CheckInRow] = []
        for batch in batches(value_at):
            own = check_ins.c.key_result_id.in_(batch) & check_ins.c.value_at.in_([value_at[id] for id in batch])
            deciding += fetch_rows_at(self.connection, CheckInRow, self.moment.position, own)
        return {row.value_at: row for row in deciding if row.value_at}

    def _read_correction_positions(self) -> dict[str, set[int]]:
        """The positions at which corrected check-ins behind values and periods stated a value or a day."""
        reports = [report for reports in self._check_ins_by_key_result.values() for report in reports]
        ids = {row.id for row in self._deciding_check_ins.values() if row.version > 1}
        ids |= {report.id for report in reports if report.version > 1}
        positions: dict[str, set[int]] = defaultdict(set)
        for batch in batches(ids):
            known = check_ins.c.id.in_(batch) & (check_ins.c.from_position <= self.moment.position)
            for id, position in self.connection.execute(select(check_ins.c.id, check_ins.c.value_at).where(known)):
                positions[id].add(position)
        return positions

    def _read_baseline_check_ins(self, key_result_ids: Collection[str]) -> dict[str, CheckInRow]:
        """The check-ins from which baselines were captured, by key result."""
        captures = {
            position: id
            for (id, type), position in self._newest_by_type.items()
            if type == BASELINE_CAPTURED and id in key_result_ids
        }
        sources: dict[str, list[str]] = defaultdict(list)
        for batch in batches(captures):
            for fact in fetch_rows(self.connection, FactRow, select(facts).where(facts.c.position.in_(batch))):
                stored = StoredEvent(UUID(fact.stream_id), fact.version, fact.type, fact.state.encode())
                event = self.mapper.to_domain_event(stored)
                if isinstance(event, KeyResult.BaselineCaptured):
                    sources[str(event.check_in_id)].append(captures[fact.position])
        rows = fetch_rows_in(self.connection, CheckInRow, self.moment.position, check_ins.c.id, sources)
        return {id: row for row in rows for id in sources[row.id]}
