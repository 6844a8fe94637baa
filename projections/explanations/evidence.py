"""Evidence: which events said what stands in a graph, looked up once for all of its things."""

from collections import defaultdict
from collections.abc import Collection
from typing import Any
from uuid import UUID

from eventsourcing.persistence import Mapper, StoredEvent
from sqlalchemy import Connection, func, select

from projections.evaluation.goal_graph import GoalGraph
from projections.evaluation.key_results import EvaluatedKeyResult, parse_metric
from projections.store.batching import batches
from projections.store.standings import fetch_reports_in_force
from projections.store.tables import check_ins, facts, valid_at

KEY_RESULT_DEFINED, BASELINE_CAPTURED, TARGET_REVISED = (
    "KeyResult.Defined",
    "KeyResult.BaselineCaptured",
    "KeyResult.TargetRevised",
)
WEIGHT_EVENTS = (KEY_RESULT_DEFINED, "KeyResult.Reweighted")
LINK_EVENTS = ("Alignment.Linked", "Alignment.Reweighted")
DRIVER_EVENTS = ("Objective.Created", "Objective.ProgressDriverChanged")
POLICY_EVENTS = ("Cycle.Created", "Cycle.PolicyChanged")
ENDING_EVENTS = ("KeyResult.Cancelled", "Objective.Cancelled", "Objective.Closed", "Alignment.Ended", "Cycle.Closed")
CADENCE_EVENTS = ("KeyResult.CadenceSet", "Unit.CadenceSet", "Unit.Moved")
SCORE_EVENTS = ("KeyResult.Scored", "KeyResult.ScoreCorrected")
EVIDENCE_EVENTS = (
    *WEIGHT_EVENTS,
    BASELINE_CAPTURED,
    TARGET_REVISED,
    *LINK_EVENTS,
    *DRIVER_EVENTS,
    *POLICY_EVENTS,
    *ENDING_EVENTS,
    *CADENCE_EVENTS,
    *SCORE_EVENTS,
)


class Evidence:
    def __init__(self, connection: Connection, mapper: Mapper[UUID], graph: GoalGraph) -> None:
        self.connection = connection
        self.mapper = mapper
        self.moment = graph.moment
        judged = graph.key_results
        above = {each.row.objective_id for each in judged.values()}
        self._cadences = graph.cadences
        units = {id for unit in {each.unit_id for each in judged.values()} for id in graph.cadences.ancestor_ids(unit)}
        self._newest_by_type = self._read_newest_positions(
            {*graph.objectives, *judged, *graph.links, *graph.rules, *above, *units}
        )
        self._deciding_check_ins = self._read_deciding_check_ins(list(judged.values()))
        self._baseline_check_ins = self._read_baseline_check_ins(judged)
        periodic = [id for id, each in judged.items() if parse_metric(each.row.metric).periodic]
        self._check_ins_by_key_result = fetch_reports_in_force(connection, self.moment, periodic) if periodic else {}
        self._correction_positions = self._read_correction_positions()

    def for_graph(self, graph: GoalGraph) -> "Evidence":
        """The evidence for another graph."""
        return Evidence(self.connection, self.mapper, graph)

    def newest_positions(self, id: str, *types: str) -> list[int]:
        """The position of the last of such facts about a thing; nothing when there is none."""
        found = [place for place in (self._newest_by_type.get((id, type)) for type in types) if place]
        return [max(found)] if found else []

    def cadence_positions(self, each: EvaluatedKeyResult) -> list[int]:
        """What said the cadence of a key result: the policy, the units above it and where they stand, itself."""
        ids = (each.row.id, *self._cadences.ancestor_ids(each.unit_id))
        return [
            *self.newest_positions(each.row.cycle_id, *POLICY_EVENTS),
            *(p for id in ids for type in CADENCE_EVENTS for p in self.newest_positions(id, type)),
        ]

    def baseline_check_in(self, id: str) -> Any:
        """The check-in whose value became a key result's baseline; null when its baseline was given, or is not there yet."""
        return self._baseline_check_ins.get(id)

    def deciding_check_in(self, said_at: int | None) -> Any:
        """The check-in whose value, said by the event at this position, is in force."""
        return self._deciding_check_ins.get(said_at or 0)

    def statement_positions(self, id: str, created: int) -> list[int]:
        """Where a check-in, and each correction of it, said its value or of which day that speaks."""
        return sorted({created, *self._correction_positions.get(id, ())})

    def check_ins_in_force(self, id: str) -> list[Any]:
        """The check-ins in force of a key result that is judged period by period, rising by (measured on, position)."""
        return list(self._check_ins_by_key_result.get(id, ()))

    def _read_newest_positions(self, ids: Collection[str]) -> dict[tuple[str, str], int]:
        found: dict[tuple[str, str], int] = {}
        for some in batches(ids):
            mine = facts.c.stream_id.in_(some) & facts.c.type.in_(EVIDENCE_EVENTS) & (facts.c.position <= self.moment.position)
            query = select(facts.c.stream_id, facts.c.type, func.max(facts.c.position)).where(mine)
            for id, type, place in self.connection.execute(query.group_by(facts.c.stream_id, facts.c.type)):
                found[id, type] = place
        return found

    def _read_deciding_check_ins(self, judged: Collection[EvaluatedKeyResult]) -> dict[int, Any]:
        said_at = {each.row.id: each.standing["value_at"] for each in judged if each.standing["value_at"]}
        found: dict[int, Any] = {}
        for some in batches(said_at):
            deciding = check_ins.c.key_result_id.in_(some) & check_ins.c.value_at.in_([said_at[id] for id in some])
            for row in self.connection.execute(select(check_ins).where(valid_at(check_ins, self.moment.position), deciding)):
                found[row.value_at] = row
        return found

    def _read_correction_positions(self) -> dict[str, set[int]]:
        """Where what was corrected of the check-ins behind values and periods said a value or a day."""
        reports = [report for each in self._check_ins_by_key_result.values() for report in each]
        ids = {row.id for row in self._deciding_check_ins.values() if row.version > 1}
        ids |= {report.id for report in reports if report.version > 1}
        found: dict[str, set[int]] = defaultdict(set)
        for some in batches(ids):
            known = check_ins.c.id.in_(some) & (check_ins.c.from_position <= self.moment.position)
            for id, place in self.connection.execute(select(check_ins.c.id, check_ins.c.value_at).where(known)):
                found[id].add(place)
        return found

    def _read_baseline_check_ins(self, ids: Collection[str]) -> dict[str, Any]:
        """The check-ins that lent their value as a baseline, by the key results that took it."""
        captured = {place: id for (id, type), place in self._newest_by_type.items() if type == BASELINE_CAPTURED and id in ids}
        lent: dict[str, list[str]] = defaultdict(list)
        for some in batches([str(place) for place in captured]):
            for row in self.connection.execute(select(facts).where(facts.c.position.in_(map(int, some)))):
                event: Any = self.mapper.to_domain_event(
                    StoredEvent(UUID(row.stream_id), row.version, row.type, row.state.encode())
                )
                lent[str(event.check_in_id)].append(captured[row.position])
        found: dict[str, Any] = {}
        for some in batches(lent):
            chosen = valid_at(check_ins, self.moment.position) & check_ins.c.id.in_(some)
            for row in self.connection.execute(select(check_ins).where(chosen)):
                found |= dict.fromkeys(lent[row.id], row)
        return found
