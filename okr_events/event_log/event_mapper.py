"""Conversion between events and stored events: a closed registry of names, plain JSON, free text encrypted."""

from collections.abc import Mapping
from datetime import date
from typing import Any, Protocol
from uuid import UUID

from eventsourcing.domain import Aggregate, CanMutateAggregate, DomainEventProtocol, Snapshot
from eventsourcing.persistence import DatetimeAsISO, DecimalAsStr, JSONTranscoder, Mapper, StoredEvent, Transcoding, UUIDAsHex
from eventsourcing.utils import get_topic

from okr_events.domain.alignment import Alignment
from okr_events.domain.clock import Clock
from okr_events.domain.conversation import Conversation
from okr_events.domain.cycle import Cycle
from okr_events.domain.initiative import Initiative
from okr_events.domain.key_result import KeyResult
from okr_events.domain.objective import Objective
from okr_events.domain.person import Person
from okr_events.domain.priority import Priority
from okr_events.domain.review import Review
from okr_events.domain.unit import Unit
from okr_events.domain.values import AuthoredText, EncryptedText

AGGREGATES: dict[str, type[Aggregate]] = {
    a.TOPIC: a
    for a in (Unit, Priority, Cycle, Objective, KeyResult, Initiative, Alignment, Conversation, Review, Person, Clock)
}


class UnreadableEvent(Exception):
    """The log holds an event or aggregate that this version does not know."""


class Encrypter(Protocol):
    def encrypt(self, words: AuthoredText, binding: str) -> EncryptedText: ...


def event_classes(aggregate: type[Aggregate]) -> dict[str, type[CanMutateAggregate[UUID]]]:
    """Return the event classes of an aggregate by stored name."""
    classes = (member for name, member in vars(aggregate).items() if isinstance(member, type) and name != "Event")
    return {get_topic(cls): cls for cls in classes if issubclass(cls, CanMutateAggregate)}


CLASSES_BY_NAME: dict[str, type[Any]] = {
    get_topic(Snapshot): Snapshot,
    **{name: event for aggregate in AGGREGATES.values() for name, event in event_classes(aggregate).items()},
}


class DateAsISO(Transcoding):
    type = date
    name = "date_iso"

    def encode(self, obj: date) -> str:
        return obj.isoformat()

    def decode(self, data: str) -> date:
        return date.fromisoformat(data)


class EncryptedTextTranscoding(Transcoding):
    type = EncryptedText
    name = "sealed"

    def encode(self, obj: EncryptedText) -> list[str]:
        return [obj.author.hex, obj.ciphertext]

    def decode(self, data: list[str]) -> EncryptedText:
        return EncryptedText(UUID(data[0]), data[1])


ENCRYPTED_MARKER = f'"{EncryptedTextTranscoding.name}"'.encode()


def build_transcoder() -> JSONTranscoder:
    coder = JSONTranscoder()
    for transcoding in (UUIDAsHex(), DecimalAsStr(), DatetimeAsISO(), DateAsISO(), EncryptedTextTranscoding()):
        coder.register(transcoding)
    return coder


class EncryptingMapper(Mapper[UUID]):
    """The library's mapper; it encrypts free text before storage and looks names up in the registry instead of importing them.

    Reading returns the text still encrypted, bound to its field: whoever displays it decrypts it.
    """

    def __init__(self, encrypter: Encrypter, names: Mapping[str, type[Any]] = CLASSES_BY_NAME) -> None:
        super().__init__(transcoder=build_transcoder())
        self.encrypter = encrypter
        self.names = names

    def to_stored_event(self, domain_event: DomainEventProtocol[UUID]) -> StoredEvent:
        cls = type(domain_event)
        state = dict(vars(domain_event))
        originator_id, version = state.pop("originator_id"), state.pop("originator_version")
        state = self._encrypt(state, f"{originator_id.hex}/{version}")
        if getattr(cls, "class_version", 1) > 1:
            state["class_version"] = cls.class_version  # type: ignore[attr-defined]
        return StoredEvent(originator_id, version, get_topic(cls), self.transcoder.encode(state))

    def to_domain_event(self, stored_event: StoredEvent) -> DomainEventProtocol[UUID]:
        cls = self.names.get(stored_event.topic)
        if cls is None:
            raise UnreadableEvent(f"unknown event {stored_event.topic}")
        state: dict[str, Any] = self.transcoder.decode(stored_event.state)
        originator_id = stored_event.originator_id
        originator_id = originator_id if isinstance(originator_id, UUID) else UUID(originator_id)
        if ENCRYPTED_MARKER in stored_event.state:
            state = _with_bindings(state, f"{originator_id.hex}/{stored_event.originator_version}")
        for topic in ("originator_topic", "topic"):
            if topic in state and state[topic] not in AGGREGATES:
                raise UnreadableEvent(f"unknown aggregate {state[topic]}")
        _upcast(cls, state)
        state |= {"originator_id": originator_id, "originator_version": stored_event.originator_version}
        event: DomainEventProtocol[UUID] = object.__new__(cls)
        event.__dict__.update(state)
        return event

    def _encrypt(self, value: Any, binding: str) -> Any:
        match value:
            case AuthoredText():
                return self.encrypter.encrypt(value, binding)
            case dict():
                return {name: self._encrypt(item, f"{binding}/{name}") for name, item in value.items()}
            case list():
                return [self._encrypt(item, f"{binding}/{index}") for index, item in enumerate(value)]
            case _:
                return value


def _with_bindings(value: Any, binding: str) -> Any:
    match value:
        case EncryptedText():
            return EncryptedText(value.author, value.ciphertext, binding)
        case dict():
            return {name: _with_bindings(item, f"{binding}/{name}") for name, item in value.items()}
        case list():
            return [_with_bindings(item, f"{binding}/{index}") for index, item in enumerate(value)]
        case _:
            return value


def _upcast(cls: type[Any], state: dict[str, Any]) -> None:
    """Upgrade the state of an older class version, one version at a time."""
    for version in range(state.pop("class_version", 1), getattr(cls, "class_version", 1)):
        getattr(cls, f"upcast_v{version}_v{version + 1}")(state)
