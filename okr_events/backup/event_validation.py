"""Following the events of a backup as they pass: the chain, and what derives from them."""

from uuid import UUID

from eventsourcing.persistence import StoredEvent

from okr_events.audit.export_format import MalformedLine, check_event, parse_line
from okr_events.audit.full_export import EVENT_MEMBERS
from okr_events.backup.manifest import BackupDamaged
from okr_events.commands.people import ERASED_SCOPE
from okr_events.domain.values import AuthoredText, EncryptedText
from okr_events.event_log.constraint_tables import DerivedTables
from okr_events.event_log.envelope import Envelope
from okr_events.event_log.event_mapper import EncryptingMapper
from okr_events.event_log.hash_chain import Head, RecordedEvent, extend_chain, hash_leaf
from okr_events.event_log.integrity_check import find_encrypted


class RefusingEncrypter:
    """What a backup holds is sealed already."""

    def encrypt(self, words: AuthoredText, binding: str) -> EncryptedText:
        raise AssertionError((words, binding))


class EventValidator:
    """`head` is where the events taken so far end, `authors` are the people whose words they hold."""

    def __init__(self) -> None:
        self.mapper = EncryptingMapper(RefusingEncrypter())
        self.head = Head()
        self.derived_tables = DerivedTables()
        self.authors: set[UUID] = set()

    @property
    def erased(self) -> set[UUID]:
        """People of whom the events say that they were erased."""
        return {UUID(name) for scope, name in self.derived_tables.claims if scope == ERASED_SCOPE}

    def validate(self, line: bytes) -> RecordedEvent:
        """The event that a line tells, which must be the next one. Raises `BackupDamaged`, which says its position."""
        try:
            recorded = _parse_event(line)
            self._check_link(recorded)
            self._apply_event(recorded)
        except MalformedLine as malformed:
            raise self._damage_error(str(malformed)) from None
        except BackupDamaged:
            raise
        except Exception as error:
            raise self._damage_error(f"The event cannot be read: {error}") from error
        self.head = Head(recorded.position, recorded.recorded_at, recorded.chain)
        return recorded

    def _check_link(self, event: RecordedEvent) -> None:
        if event.position != self.head.position + 1:
            raise self._damage_error(f"In its place stands position {event.position}.")
        if event.recorded_at <= self.head.recorded_at:
            raise self._damage_error("Its time is not later than the one before.")
        fields = (event.position, event.recorded_at, event.originator_id, event.originator_version)
        hashed = hash_leaf(*fields, event.topic, event.state, event.envelope)
        if event.chain != extend_chain(self.head.chain, hashed):
            raise self._damage_error("The event, its envelope or its link in the chain was changed.")

    def _apply_event(self, recorded: RecordedEvent) -> None:
        id, version = recorded.originator_id, recorded.originator_version
        event = self.mapper.to_domain_event(StoredEvent(id, version, recorded.topic, recorded.state))
        envelope = Envelope.decode(recorded.envelope, id, version)
        self.derived_tables.apply(event, envelope)
        self.authors |= {words.author for words in find_encrypted([envelope.reason, vars(event)])}

    def _damage_error(self, why: str) -> BackupDamaged:
        return BackupDamaged(f"Position {self.head.position + 1}: {why}")


def _parse_event(line: bytes) -> RecordedEvent:
    members = parse_line(line)
    if tuple(members) != EVENT_MEMBERS:
        raise MalformedLine(f"The members of an event are not {', '.join(EVENT_MEMBERS)}.")
    chain, envelope, id, version, position, recorded_at, state, topic = members.values()
    check_event(envelope, id, version, position, recorded_at, state, topic)
    return RecordedEvent(
        position, recorded_at, UUID(id), version, topic, state.encode(), envelope.encode(), bytes.fromhex(chain)
    )
