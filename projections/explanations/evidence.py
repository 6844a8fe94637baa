"""Evidence: which events said what stands in a graph, looked up once for all of its things."""

from collections import defaultdict
from collections.abc import Collection
from typing import Any
from uuid import UUID

from eventsourcing.persistence import Mapper, StoredEvent
from sqlalchemy import Connection, func, select

from projections.evaluation.goal_graph import Graph
from projections.evaluation.key_results import KeyResultAt, batches, metric_of, reports_in_force
from projections.store.tables import at, check_ins, facts

DEFINED, CAPTURED, REVISED = "KeyResult.Defined", "KeyResult.BaselineCaptured", "KeyResult.TargetRevised"
WEIGHED = (DEFINED, "KeyResult.Reweighted")
LINKED = ("Alignment.Linked", "Alignment.Reweighted")
DRIVEN = ("Objective.Created", "Objective.ProgressDriverChanged")
RULED = ("Cycle.Created", "Cycle.PolicyChanged")
OVER = ("KeyResult.Cancelled", "Objective.Cancelled", "Objective.Closed", "Alignment.Ended", "Cycle.Closed")
CADENCED = ("KeyResult.CadenceSet", "Unit.CadenceSet", "Unit.Moved")
SCORED = ("KeyResult.Scored", "KeyResult.ScoreCorrected")
LOOKED_UP = (*WEIGHED, CAPTURED, REVISED, *LINKED, *DRIVEN, *RULED, *OVER, *CADENCED, *SCORED)


class Evidence:
    def __init__(self, connection: Connection, mapper: Mapper[UUID], graph: Graph) -> None:
        self.connection = connection
        self.mapper = mapper
        self.moment = graph.moment
        judged = graph.key_results
        above = {each.row.objective_id for each in judged.values()}
        self._cadences = graph.cadences
        units = {id for unit in {each.unit_id for each in judged.values()} for id in graph.cadences.lineage(unit)}
        self._newest = self._facts({*graph.objectives, *judged, *graph.links, *graph.rules, *above, *units})
        self._deciding = self._check_ins(list(judged.values()))
        self._lenders = self._lent(judged)
        periodic = [id for id, each in judged.items() if metric_of(each.row.metric).periodic]
        self._reports = reports_in_force(connection, self.moment, periodic) if periodic else {}
        self._corrected = self._corrections()

    def of(self, graph: Graph) -> "Evidence":
        """The evidence for another graph."""
        return Evidence(self.connection, self.mapper, graph)

    def newest(self, id: str, *types: str) -> list[int]:
        """The position of the last of such facts about a thing; nothing when there is none."""
        found = [place for place in (self._newest.get((id, type)) for type in types) if place]
        return [max(found)] if found else []

    def cadenced(self, each: KeyResultAt) -> list[int]:
        """What said the cadence of a key result: the policy, the units above it and where they stand, itself."""
        ids = (each.row.id, *self._cadences.lineage(each.unit_id))
        return [*self.newest(each.row.cycle_id, *RULED), *(p for id in ids for type in CADENCED for p in self.newest(id, type))]

    def lender(self, id: str) -> Any:
        """The check-in whose value became a key result's baseline; null when its baseline was given, or is not there yet."""
        return self._lenders.get(id)

    def said_by(self, said_at: int | None) -> Any:
        """The check-in whose value, said by the event at this position, is in force."""
        return self._deciding.get(said_at or 0)

    def said(self, id: str, created: int) -> list[int]:
        """Where a check-in, and each correction of it, said its value or of which day that speaks."""
        return sorted({created, *self._corrected.get(id, ())})

    def reports(self, id: str) -> list[Any]:
        """The check-ins in force of a key result that is judged period by period, rising by (measured on, position)."""
        return list(self._reports.get(id, ()))

    def _facts(self, ids: Collection[str]) -> dict[tuple[str, str], int]:
        found: dict[tuple[str, str], int] = {}
        for some in batches(ids):
            mine = facts.c.stream_id.in_(some) & facts.c.type.in_(LOOKED_UP) & (facts.c.position <= self.moment.position)
            query = select(facts.c.stream_id, facts.c.type, func.max(facts.c.position)).where(mine)
            for id, type, place in self.connection.execute(query.group_by(facts.c.stream_id, facts.c.type)):
                found[id, type] = place
        return found

    def _check_ins(self, judged: Collection[KeyResultAt]) -> dict[int, Any]:
        said_at = {each.row.id: each.standing["value_at"] for each in judged if each.standing["value_at"]}
        found: dict[int, Any] = {}
        for some in batches(said_at):
            deciding = check_ins.c.key_result_id.in_(some) & check_ins.c.value_at.in_([said_at[id] for id in some])
            for row in self.connection.execute(select(check_ins).where(at(check_ins, self.moment.position), deciding)):
                found[row.value_at] = row
        return found

    def _corrections(self) -> dict[str, set[int]]:
        """Where what was corrected of the check-ins behind values and periods said a value or a day."""
        reports = [report for each in self._reports.values() for report in each]
        ids = {row.id for row in self._deciding.values() if row.version > 1}
        ids |= {report["id"] for report in reports if report["version"] > 1}
        found: dict[str, set[int]] = defaultdict(set)
        for some in batches(ids):
            known = check_ins.c.id.in_(some) & (check_ins.c.from_position <= self.moment.position)
            for id, place in self.connection.execute(select(check_ins.c.id, check_ins.c.value_at).where(known)):
                found[id].add(place)
        return found

    def _lent(self, ids: Collection[str]) -> dict[str, Any]:
        """The check-ins that lent their value as a baseline, by the key results that took it."""
        captured = {place: id for (id, type), place in self._newest.items() if type == CAPTURED and id in ids}
        lent: dict[str, list[str]] = defaultdict(list)
        for some in batches([str(place) for place in captured]):
            for row in self.connection.execute(select(facts).where(facts.c.position.in_(map(int, some)))):
                event: Any = self.mapper.to_domain_event(
                    StoredEvent(UUID(row.stream_id), row.version, row.type, row.state.encode())
                )
                lent[str(event.check_in_id)].append(captured[row.position])
        found: dict[str, Any] = {}
        for some in batches(lent):
            chosen = at(check_ins, self.moment.position) & check_ins.c.id.in_(some)
            for row in self.connection.execute(select(check_ins).where(chosen)):
                found |= dict.fromkeys(lent[row.id], row)
        return found
