"""Conversion between events and stored events: a closed registry of names, plain JSON, free text encrypted."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Protocol
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
from okr_events.json_types import Json, JsonObject

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


EventClass = type[CanMutateAggregate[UUID]] | type[Snapshot]
CLASSES_BY_NAME: dict[str, EventClass] = {
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


TEXTS = (AuthoredText, EncryptedText)
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

    def __init__(self, encrypter: Encrypter, names: Mapping[str, EventClass] = CLASSES_BY_NAME) -> None:
        super().__init__(transcoder=build_transcoder())
        self.encrypter = encrypter
        self.names = names

    def to_stored_event(self, domain_event: DomainEventProtocol[UUID]) -> StoredEvent:
        return self.serialize(self.with_encrypted_texts(domain_event))

    def with_encrypted_texts(self, domain_event: DomainEventProtocol[UUID]) -> DomainEventProtocol[UUID]:
        """Return the event as the log gives it back."""
        binding = f"{domain_event.originator_id.hex}/{domain_event.originator_version}"
        return _build_event(type(domain_event), _convert_texts(vars(domain_event), binding, self._encrypt))

    def serialize(self, domain_event: DomainEventProtocol[UUID]) -> StoredEvent:
        """Return the stored form of an event with encrypted texts."""
        cls, state = type(domain_event), dict(vars(domain_event))
        originator_id, version = state.pop("originator_id"), state.pop("originator_version")
        if getattr(cls, "class_version", 1) > 1:
            state["class_version"] = cls.class_version  # type: ignore[attr-defined]
        return StoredEvent(originator_id, version, get_topic(cls), self.transcoder.encode(state))

    def to_domain_event(self, stored_event: StoredEvent) -> DomainEventProtocol[UUID]:
        cls = self.names.get(stored_event.topic)
        if cls is None:
            raise UnreadableEvent(f"unknown event {stored_event.topic}")
        state: JsonObject = self.transcoder.decode(stored_event.state)
        originator_id = stored_event.originator_id
        originator_id = originator_id if isinstance(originator_id, UUID) else UUID(originator_id)
        if ENCRYPTED_MARKER in stored_event.state:
            state = _convert_texts(state, f"{originator_id.hex}/{stored_event.originator_version}", _bind_text)
        for topic in ("originator_topic", "topic"):
            if topic in state and state[topic] not in AGGREGATES:
                raise UnreadableEvent(f"unknown aggregate {state[topic]}")
        _upcast(cls, state)
        state |= {"originator_id": originator_id, "originator_version": stored_event.originator_version}
        return _build_event(cls, state)

    def _encrypt(self, text: AuthoredText | EncryptedText, binding: str) -> EncryptedText:
        return self.encrypter.encrypt(text, binding) if isinstance(text, AuthoredText) else text


def _build_event(cls: type[DomainEventProtocol[UUID]], state: JsonObject) -> DomainEventProtocol[UUID]:
    event = object.__new__(cls)
    event.__dict__.update(state)
    return event


def _bind_text(text: AuthoredText | EncryptedText, binding: str) -> AuthoredText | EncryptedText:
    return EncryptedText(text.author, text.ciphertext, binding) if isinstance(text, EncryptedText) else text


def _convert_texts(value: Json, binding: str, convert: Callable[[AuthoredText | EncryptedText, str], object]) -> Json:
    """Return the value with every text inside it converted, given the text's path."""
    if isinstance(value, TEXTS):
        return convert(value, binding)
    if isinstance(value, dict):
        return {name: _convert_texts(item, f"{binding}/{name}", convert) for name, item in value.items()}
    if isinstance(value, list):
        return [_convert_texts(item, f"{binding}/{index}", convert) for index, item in enumerate(value)]
    return value


def _upcast(cls: EventClass, state: JsonObject) -> None:
    """Upgrade the state of an older class version, one version at a time."""
    for version in range(state.pop("class_version", 1), getattr(cls, "class_version", 1)):
        getattr(cls, f"upcast_v{version}_v{version + 1}")(state)
