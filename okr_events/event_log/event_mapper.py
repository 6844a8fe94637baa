"""Events as the log stores them: a closed registry of names, plain JSON, words sealed on the way in."""

from collections.abc import Mapping
from datetime import date
from typing import Any, Protocol
from uuid import UUID

from eventsourcing.domain import Aggregate, CanMutateAggregate, DomainEventProtocol, Snapshot
from eventsourcing.persistence import (
    DatetimeAsISO,
    DecimalAsStr,
    JSONTranscoder,
    Mapper,
    StoredEvent,
    Transcoding,
    UUIDAsHex,
)
from eventsourcing.utils import get_topic

from okr_events.domain.alignment import Alignment
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
    a.TOPIC: a for a in (Unit, Priority, Cycle, Objective, KeyResult, Initiative, Alignment, Conversation, Review, Person)
}


class UnreadableEvent(Exception):
    """The log holds an event that this version cannot read."""


class Encrypter(Protocol):
    """Whoever holds the word keys."""

    def encrypt(self, words: AuthoredText, binding: str) -> EncryptedText: ...


def event_classes(aggregate: type[Aggregate]) -> dict[str, type[CanMutateAggregate[UUID]]]:
    nested = (thing for name, thing in vars(aggregate).items() if isinstance(thing, type) and name != "Event")
    return {get_topic(event): event for event in nested if issubclass(event, CanMutateAggregate)}


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
    """The library's mapper, with words sealed before they are stored and names looked up, never imported.

    Reading gives sealed words bound to the place where they stand; opening them is the reader's business.
    """

    def __init__(self, sealer: Encrypter, names: Mapping[str, type[Any]] = CLASSES_BY_NAME) -> None:
        super().__init__(transcoder=build_transcoder())
        self.encrypter = sealer
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
            raise UnreadableEvent(f"{stored_event.topic} is not a name of this version")
        state: dict[str, Any] = self.transcoder.decode(stored_event.state)
        originator_id = stored_event.originator_id
        originator_id = originator_id if isinstance(originator_id, UUID) else UUID(originator_id)
        if ENCRYPTED_MARKER in stored_event.state:
            state = _with_bindings(state, f"{originator_id.hex}/{stored_event.originator_version}")
        for topic in ("originator_topic", "topic"):
            if topic in state and state[topic] not in AGGREGATES:
                raise UnreadableEvent(f"{state[topic]} is not an aggregate of this version")
        _upcast(cls, state)
        state |= {"originator_id": originator_id, "originator_version": stored_event.originator_version}
        event: DomainEventProtocol[UUID] = object.__new__(cls)
        event.__dict__.update(state)
        return event

    def _encrypt(self, part: Any, at: str) -> Any:
        match part:
            case AuthoredText():
                return self.encrypter.encrypt(part, at)
            case dict():
                return {name: self._encrypt(value, f"{at}/{name}") for name, value in part.items()}
            case list():
                return [self._encrypt(value, f"{at}/{index}") for index, value in enumerate(part)]
            case _:
                return part


def _with_bindings(part: Any, at: str) -> Any:
    match part:
        case EncryptedText():
            return EncryptedText(part.author, part.ciphertext, at)
        case dict():
            return {name: _with_bindings(value, f"{at}/{name}") for name, value in part.items()}
        case list():
            return [_with_bindings(value, f"{at}/{index}") for index, value in enumerate(part)]
        case _:
            return part


def _upcast(cls: type[Any], state: dict[str, Any]) -> None:
    """Bring an old version's state up to the present one, a version at a time."""
    for version in range(state.pop("class_version", 1), getattr(cls, "class_version", 1)):
        getattr(cls, f"upcast_v{version}_v{version + 1}")(state)
