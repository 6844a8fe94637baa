"""Following the events of a backup as they pass: the chain, and what derives from them."""

from uuid import UUID

from eventsourcing.persistence import StoredEvent

from okr_events.audit.export_format import Malformed, check, read
from okr_events.audit.full_export import MEMBERS
from okr_events.backup.manifest import BackupDamaged
from okr_events.commands.people import ERASED
from okr_events.domain.values import Sealed, Words
from okr_events.event_log.constraint_tables import Consequences
from okr_events.event_log.envelope import Envelope
from okr_events.event_log.event_mapper import SealingMapper
from okr_events.event_log.hash_chain import Head, Recorded, chained, leaf
from okr_events.event_log.integrity_check import sealed_in


class Nobody:
    """What a backup holds is sealed already."""

    def seal(self, words: Words, binding: str) -> Sealed:
        raise AssertionError((words, binding))


class Following:
    """`head` is where the events taken so far end, `authors` are the people whose words they hold."""

    def __init__(self) -> None:
        self.mapper = SealingMapper(Nobody())
        self.head = Head()
        self.follows = Consequences()
        self.authors: set[UUID] = set()

    @property
    def erased(self) -> set[UUID]:
        """People of whom the events say that they were erased."""
        return {UUID(name) for scope, name in self.follows.claims if scope == ERASED}

    def take(self, line: bytes) -> Recorded:
        """The event that a line tells, which must be the next one. Raises `BackupDamaged`, which says its position."""
        try:
            recorded = _recorded(line)
            self._link(recorded)
            self._read(recorded)
        except Malformed as malformed:
            raise self._damaged(str(malformed)) from None
        except BackupDamaged:
            raise
        except Exception as error:
            raise self._damaged(f"The event cannot be read: {error}") from error
        self.head = Head(recorded.position, recorded.recorded_at, recorded.chain)
        return recorded

    def _link(self, event: Recorded) -> None:
        if event.position != self.head.position + 1:
            raise self._damaged(f"In its place stands position {event.position}.")
        if event.recorded_at <= self.head.recorded_at:
            raise self._damaged("Its time is not later than the one before.")
        fields = (event.position, event.recorded_at, event.originator_id, event.originator_version)
        hashed = leaf(*fields, event.topic, event.state, event.envelope)
        if event.chain != chained(self.head.chain, hashed):
            raise self._damaged("The event, its envelope or its link in the chain was changed.")

    def _read(self, recorded: Recorded) -> None:
        id, version = recorded.originator_id, recorded.originator_version
        event = self.mapper.to_domain_event(StoredEvent(id, version, recorded.topic, recorded.state))
        envelope = Envelope.decoded(recorded.envelope, id, version)
        self.follows.take(event, envelope)
        self.authors |= {words.author for words in sealed_in([envelope.reason, vars(event)])}

    def _damaged(self, why: str) -> BackupDamaged:
        return BackupDamaged(f"Position {self.head.position + 1}: {why}")


def _recorded(line: bytes) -> Recorded:
    members = read(line)
    if tuple(members) != MEMBERS:
        raise Malformed(f"The members of an event are not {', '.join(MEMBERS)}.")
    chain, envelope, id, version, position, recorded_at, state, topic = members.values()
    check(envelope, id, version, position, recorded_at, state, topic)
    return Recorded(position, recorded_at, UUID(id), version, topic, state.encode(), envelope.encode(), bytes.fromhex(chain))
