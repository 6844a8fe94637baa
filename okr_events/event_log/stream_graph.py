"""Which streams belong together, read from the events that create them and from no table that could be edited apart."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Self
from uuid import UUID

from eventsourcing.domain import Aggregate
from eventsourcing.persistence import Mapper, StoredEvent

from okr_events.domain.alignment import Alignment, AlignmentKind
from okr_events.domain.cycle import Cycle
from okr_events.domain.initiative import Initiative
from okr_events.domain.key_result import KeyResult
from okr_events.domain.objective import Objective
from okr_events.domain.review import Review
from okr_events.domain.unit import Unit
from okr_events.event_log.appending import CHUNK
from okr_events.event_log.constraints import placeholders
from okr_events.event_log.recorder import LogRecorder

Ids = Iterable[UUID]
REFERENCES: dict[type[Aggregate], tuple[str, ...]] = {
    Unit: (),
    Cycle: (),
    Objective: ("cycle_id",),
    KeyResult: ("objective_id", "origin"),
    Initiative: ("key_result_id",),
    Alignment: ("child_id", "parent_id"),
    Review: ("cycle_id",),
}
"""The fields of an aggregate's first event that name the streams to which it belongs."""
CREATIONS = {vars(aggregate)["Created"].TOPIC: aggregate for aggregate in REFERENCES}


class StreamGraph:
    """The streams of a log up to a position, by what their first events name."""

    def __init__(self) -> None:
        self._ids: dict[type[Aggregate], set[UUID]] = defaultdict(set)
        self._naming: dict[tuple[type[Aggregate], str, UUID], set[UUID]] = defaultdict(set)
        self._children: dict[UUID, set[UUID]] = defaultdict(set)

    @classmethod
    def load(cls, log: LogRecorder, mapper: Mapper[UUID], upto: int) -> Self:
        graph, topics = cls(), list(CREATIONS)
        chosen = f"WHERE position <= %s AND topic IN ({placeholders(topics)})"
        with log.read_transaction() as run:
            query = f"SELECT originator_id, originator_version, topic, state FROM events {chosen}"  # noqa: S608 - placeholders
            rows = run(query, (upto, *topics))
        for id, version, topic, state in rows:
            graph._add(CREATIONS[topic], mapper.to_domain_event(StoredEvent(_parse_id(id), version, topic, bytes(state))))
        return graph

    def _add(self, aggregate: type[Aggregate], created: object) -> None:
        fields = vars(created)
        id = fields["originator_id"]
        self._ids[aggregate].add(id)
        for name in REFERENCES[aggregate]:
            self._naming[aggregate, name, fields[name]].add(id)
        if isinstance(created, Alignment.Created) and AlignmentKind(created.kind).contributes:
            self._children[created.parent_id].add(created.child_id)

    def goals_of_cycle(self, cycle: UUID) -> set[UUID]:
        """The objectives of a cycle and their key results."""
        objectives = self._find(Objective, "cycle_id", [cycle])
        return objectives | self._find(KeyResult, "objective_id", objectives)

    def reviews_of_cycle(self, cycle: UUID) -> set[UUID]:
        return self._find(Review, "cycle_id", [cycle])

    def contributing_streams(self, cycle: UUID) -> set[UUID]:
        """Everything that the numbers of a cycle depend on: its goals and those that ever contributed to them, links and
        initiatives, the key results that carry theirs over, every cycle and every unit.
        """
        return self._with_rules(self._goals_below(self._find(Objective, "cycle_id", [cycle])))

    def key_result_streams(self, key_result: UUID, objective: UUID) -> set[UUID]:
        """Everything that the progress of a key result depends on."""
        heirs = self._children.get(key_result, set())
        return {key_result, objective} | self._with_rules(self._goals_below(heirs) | {key_result})

    def _with_rules(self, goals: set[UUID]) -> set[UUID]:
        carried = self._find(KeyResult, "origin", goals)
        return goals | self.belongings(goals) | carried | self._ids[Cycle] | self._ids[Unit]

    def _goals_below(self, objectives: set[UUID]) -> set[UUID]:
        """The objectives, their key results, and whatever contributes to either."""
        found, new = set[UUID](), objectives
        while new:
            goals = new | self._find(KeyResult, "objective_id", new)
            found |= goals
            new = set[UUID]().union(*(self._children.get(goal, ()) for goal in goals)) - found
        return found

    def belongings(self, goals: Ids) -> set[UUID]:
        """The initiatives of goals, and the links that begin or end at one."""
        links = (self._find(Alignment, end, goals) for end in ("child_id", "parent_id"))
        return self._find(Initiative, "key_result_id", goals).union(*links)

    def _find(self, aggregate: type[Aggregate], name: str, ids: Ids) -> set[UUID]:
        return set[UUID]().union(*(self._naming.get((aggregate, name, id), ()) for id in ids))


def find_positions(log: LogRecorder, streams: Ids, upto: int, *, topic: str = "%") -> list[int]:
    """The positions of the events of these streams up to one, rising; of one topic if it is given."""
    ids, found = sorted(id.hex for id in streams), list[int]()
    for start in range(0, len(ids), CHUNK):
        batch = ids[start : start + CHUNK]
        query = (
            f"SELECT position FROM events WHERE originator_id IN ({placeholders(batch)})"  # noqa: S608 - placeholders only
            " AND position <= %s AND topic LIKE %s"
        )
        with log.read_transaction() as run:
            found += (position for (position,) in run(query, (*batch, upto, topic)))
    return sorted(found)


def _parse_id(id: UUID | str) -> UUID:
    return id if isinstance(id, UUID) else UUID(id)
