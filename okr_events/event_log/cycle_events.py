"""The events of one cycle, selected by the log alone."""

from uuid import UUID

from eventsourcing.persistence import Mapper, StoredEvent

from okr_events.domain.conversation import Conversation
from okr_events.domain.key_result import KeyResult
from okr_events.event_log.appending import CHUNK
from okr_events.event_log.recorder import LogRecorder
from okr_events.event_log.stream_graph import StreamGraph, find_positions


def find_cycle_positions(log: LogRecorder, mapper: Mapper[UUID], cycle: UUID, upto: int) -> list[int]:
    """The positions of the events about a cycle, its goals, their initiatives and links, its reviews, and the comments on goals
    and check-ins.
    """
    graph = StreamGraph.load(log, mapper, upto)
    goals = graph.goals_of_cycle(cycle)
    conversations = {Conversation.create_id(subject) for subject in goals | _find_check_ins(log, mapper, goals, upto)}
    streams = {cycle} | goals | graph.belongings(goals) | graph.reviews_of_cycle(cycle) | conversations
    return find_positions(log, streams, upto)


def _find_check_ins(log: LogRecorder, mapper: Mapper[UUID], goals: set[UUID], upto: int) -> set[UUID]:
    """The ids of the check-ins on these goals."""
    found, positions = set[UUID](), find_positions(log, goals, upto, topic=KeyResult.CheckedIn.TOPIC)
    for start in range(0, len(positions), CHUNK):
        for recorded in log.events_at(positions[start : start + CHUNK]):
            id, version = recorded.originator_id, recorded.originator_version
            event = mapper.to_domain_event(StoredEvent(id, version, recorded.topic, recorded.state))
            found |= {event.check_in_id} if isinstance(event, KeyResult.CheckedIn) else set()
    return found
