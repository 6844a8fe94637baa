"""Validation of a backup's events: the hash chain, and the constraint tables derived from them."""

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
from okr_events.event_log.hash_chain import Head, RecordedEvent, extend_chain
from okr_events.event_log.integrity_check import find_encrypted
from okr_events.event_log.merkle_store import hash_event


class RefusingEncrypter:
    def encrypt(self, words: AuthoredText, binding: str) -> EncryptedText:
        raise AssertionError((words, binding))  # a backup holds only encrypted text


class EventValidator:
    """`head` is that of the events validated so far, `authors` are the people whose text they contain."""

    def __init__(self) -> None:
        self.mapper = EncryptingMapper(RefusingEncrypter())
        self.head = Head()
        self.derived_tables = DerivedTables()
        self.authors: set[UUID] = set()

    @property
    def erased(self) -> set[UUID]:
        """The people whom the events record as erased."""
        return {UUID(name) for scope, name in self.derived_tables.claims if scope == ERASED_SCOPE}

    def validate(self, line: bytes) -> RecordedEvent:
        """Return the event of a line, which must be the next one. Raises `BackupDamaged` with its position."""
        try:
            recorded = _parse_event(line)
            self._check_link(recorded)
            self._apply_event(recorded)
        except MalformedLine as error:
            raise self._damage_error(str(error)) from None
        except BackupDamaged:
            raise
        except Exception as error:
            raise self._damage_error(f"The event cannot be read: {error}") from error
        self.head = Head(recorded.position, recorded.recorded_at, recorded.chain)
        return recorded

    def _check_link(self, event: RecordedEvent) -> None:
        if event.position != self.head.position + 1:
            raise self._damage_error(f"Found position {event.position} instead.")
        if event.recorded_at <= self.head.recorded_at:
            raise self._damage_error("Its time is not later than the one before.")
        if event.chain != extend_chain(self.head.chain, hash_event(event)):
            raise self._damage_error("The event, its envelope or its chain link was changed.")

    def _apply_event(self, recorded: RecordedEvent) -> None:
        id, version = recorded.originator_id, recorded.originator_version
        event = self.mapper.to_domain_event(StoredEvent(id, version, recorded.topic, recorded.state))
        envelope = Envelope.decode(recorded.envelope, id, version)
        self.derived_tables.apply(event, envelope)
        self.authors |= {words.author for words in find_encrypted([envelope.reason, vars(event)])}

    def _damage_error(self, reason: str) -> BackupDamaged:
        return BackupDamaged(f"Position {self.head.position + 1}: {reason}")


def _parse_event(line: bytes) -> RecordedEvent:
    members = parse_line(line)
    if tuple(members) != EVENT_MEMBERS:
        raise MalformedLine(f"An event must have the members {', '.join(EVENT_MEMBERS)}.")
    chain, envelope, id, version, position, recorded_at, state, topic = members.values()
    check_event(envelope, id, version, position, recorded_at, state, topic)
    return RecordedEvent(
        position, recorded_at, UUID(id), version, topic, state.encode(), envelope.encode(), bytes.fromhex(chain)
    )
