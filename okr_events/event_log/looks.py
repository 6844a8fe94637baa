"""Looks: constraints that only look under the append lock. All looks of a transaction are read in one statement."""

from abc import ABC, abstractmethod
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from okr_events.domain import errors


class Kind(StrEnum):
    """What can be looked up by ids."""

    ENDED = "ended"
    CLOSED = "closed"
    DRAFT = "draft"
    ERASED = "erased"
    INHERITED = "inherited"
    VERSION = "version"


LOOK_UP_QUERIES: Mapping[Kind, str] = {
    Kind.ENDED: "SELECT 'ended', id, 0 FROM ended WHERE id {among}",
    **{
        kind: f"SELECT '{kind}', name, 0 FROM claims WHERE scope = '{kind}' AND name {{among}}"  # noqa: S608 - our own names
        for kind in (Kind.CLOSED, Kind.DRAFT, Kind.ERASED)
    },
    Kind.INHERITED: "SELECT 'inherited', parent, 0 FROM edges WHERE parent {among}",
    Kind.VERSION: (
        "SELECT 'version', value, (SELECT MAX(originator_version) FROM events WHERE originator_id = {stream}) FROM {each}"
    ),
}
"""The rows (kind, id, number) of what exists. `{among}` and `{each}` take a list of ids, as the engine writes it."""

Wanted = dict[Kind, set[str]]
"""The ids to look up, as hexadecimal text."""


class Found(defaultdict[Kind, dict[str, int]]):
    """What was looked up: the ids that exist, with the newest version of streams."""

    def __init__(self, rows: Iterable[tuple[str, UUID | str, int | None]] = ()) -> None:
        super().__init__(dict)
        for kind, id, number in rows:
            self[Kind(kind)][id.hex if isinstance(id, UUID) else id] = number or 0

    def has(self, kind: Kind, id: UUID) -> bool:
        return id.hex in self[kind]


class Look(ABC):
    """A constraint that changes nothing, so that its append can share a transaction with others."""

    @abstractmethod
    def wanted(self) -> Iterable[tuple[Kind, UUID]]:
        """What it looks up."""

    @abstractmethod
    def check(self, found: Found) -> None:
        """Raise the error of the broken constraint."""


def collect_wanted(looks: Iterable[Look]) -> Wanted:
    wanted: Wanted = defaultdict(set)
    for look in looks:
        for kind, id in look.wanted():
            wanted[kind].add(id.hex)
    return wanted


@dataclass(frozen=True, slots=True)
class NotEnded(Look):
    """None of these cycles, objectives, key results or priorities has ended. Raises `error`."""

    ids: tuple[UUID, ...]
    error: type[errors.OKRError] = errors.ObjectiveEnded

    def wanted(self) -> Iterable[tuple[Kind, UUID]]:
        return ((Kind.ENDED, id) for id in self.ids)

    def check(self, found: Found) -> None:
        if any(found.has(Kind.ENDED, id) for id in self.ids):
            raise self.error


@dataclass(frozen=True, slots=True)
class NotClosed(Look):
    """None of these objectives is closed, so their links can change. Raises `ObjectiveEnded`."""

    ids: tuple[UUID, ...]

    def wanted(self) -> Iterable[tuple[Kind, UUID]]:
        return ((Kind.CLOSED, id) for id in self.ids)

    def check(self, found: Found) -> None:
        if any(found.has(Kind.CLOSED, id) for id in self.ids):
            raise errors.ObjectiveEnded


@dataclass(frozen=True, slots=True)
class AcceptsCheckIns(Look):
    """The key results accept check-ins: the objective has not ended, or was closed and its cycle is sealed."""

    objective: UUID
    cycle: UUID

    def wanted(self) -> Iterable[tuple[Kind, UUID]]:
        return (Kind.ENDED, self.objective), (Kind.ENDED, self.cycle), (Kind.CLOSED, self.objective)

    def check(self, found: Found) -> None:
        sealed = found.has(Kind.ENDED, self.cycle) and found.has(Kind.CLOSED, self.objective)
        if found.has(Kind.ENDED, self.objective) and not sealed:
            raise errors.ObjectiveEnded


@dataclass(frozen=True, slots=True)
class VersionUnchanged(Look):
    """An aggregate that the command only read still has this version. Raises `VersionConflict`, which the command retries."""

    id: UUID
    version: int

    def wanted(self) -> Iterable[tuple[Kind, UUID]]:
        return ((Kind.VERSION, self.id),)

    def check(self, found: Found) -> None:
        if found[Kind.VERSION].get(self.id.hex) != self.version:
            raise errors.VersionConflict


@dataclass(frozen=True, slots=True)
class NotInherited(Look):
    """No objective inherits any of these key results. Raises `KeyResultInherited`."""

    ids: tuple[UUID, ...]

    def wanted(self) -> Iterable[tuple[Kind, UUID]]:
        return ((Kind.INHERITED, id) for id in self.ids)

    def check(self, found: Found) -> None:
        if any(found.has(Kind.INHERITED, id) for id in self.ids):
            raise errors.KeyResultInherited


@dataclass(frozen=True, slots=True)
class StillDraft(Look):
    """The objective is still a draft, so its changes need no reason. Raises `ReasonRequired`."""

    id: UUID

    def wanted(self) -> Iterable[tuple[Kind, UUID]]:
        return ((Kind.DRAFT, self.id),)

    def check(self, found: Found) -> None:
        if not found.has(Kind.DRAFT, self.id):
            raise errors.ReasonRequired


@dataclass(frozen=True, slots=True)
class NotErased(Look):
    """None of these people is erased. Raises `PersonErased`."""

    people: tuple[UUID, ...]

    def wanted(self) -> Iterable[tuple[Kind, UUID]]:
        return ((Kind.ERASED, id) for id in self.people)

    def check(self, found: Found) -> None:
        if any(found.has(Kind.ERASED, id) for id in self.people):
            raise errors.PersonErased


def cycle_not_sealed(*ids: UUID) -> NotEnded:
    return NotEnded(ids, errors.CycleSealed)


def parent_not_ended(parent_type: str, id: UUID) -> NotEnded:
    ended = {"objective": errors.ObjectiveEnded, "key_result": errors.KeyResultClosed, "priority": errors.PriorityRetired}
    return NotEnded((id,), ended[parent_type])
