"""Errors: each broken rule has a stable code, which clients compare, and a title, which people read."""

from typing import ClassVar
from uuid import UUID


class OKRError(Exception):
    """A broken rule. `code` never changes: clients compare it. `detail` is the title unless there is more to say."""

    code: ClassVar[str]
    title: ClassVar[str]

    def __init__(self, detail: str | None = None) -> None:
        self.detail = detail or self.title
        super().__init__(self.detail)


class Invalid(OKRError):
    code = "invalid"
    title = "The value is wrong whatever the state of things."

    def __init__(self, pointer: str, detail: str | None = None) -> None:
        super().__init__(detail)
        self.pointer = pointer


class Refused(OKRError):
    code = "refused"
    title = "The present state of things does not allow it."


class NotFound(OKRError):
    code = "not-found"
    title = "There is nothing with this id."


class Forbidden(OKRError):
    code = "forbidden"
    title = "Your role does not allow this."


class Unavailable(OKRError):
    code = "unavailable"
    title = "Not now: try again in a moment."


class StaleVersion(OKRError):
    code = "stale"
    title = "It has moved on since you read it: the version in If-Match is not the current one."

    def __init__(self, id: UUID, version: int) -> None:
        super().__init__(f"{self.title} The current version of {id} is {version}.")
        self.version = version


class VersionConflict(Refused):
    code = "version-conflict"
    title = "Somebody else changed it at the same moment: read it again and decide anew."


class IdempotencyKeyReused(Invalid):
    code = "key-reused"
    title = "This Idempotency-Key was used for another request."


class ReasonRequired(Invalid):
    code = "reason-required"
    title = "This change needs a reason."

    def __init__(self) -> None:
        super().__init__("/reason")


class UnknownId(Invalid):
    code = "unknown"
    title = "The id names nothing."


class EmptyInput(Invalid):
    code = "nothing-said"
    title = "Say at least one thing."


class TooLong(Invalid):
    code = "too-long"
    title = "The text is too long."


class ClockBehind(Unavailable):
    code = "clock-behind"
    title = "The clock of this host is more than five seconds behind the newest event: nothing is recorded until it is right."


class LogBusy(Unavailable):
    code = "log-busy"
    title = "The log is busy: ask again in a moment."


class LogUnwritable(Unavailable):
    code = "log-unwritable"
    title = "The log cannot be written: its disk is full, failing or read-only. Nothing was recorded."


class LogDamaged(Unavailable):
    code = "log-damaged"
    title = "A row of the log was damaged and cannot be read: `okr doctor` says where."


class LogUnreachable(Unavailable):
    code = "log-unreachable"
    title = "The log cannot be reached: whether the request was recorded is not known. Send it again with its Idempotency-Key."


class PersonErased(Refused):
    code = "person-erased"
    title = "The person was erased: nothing is said in their name, and nothing brings them back."


class CircularContribution(Refused):
    code = "circular-contribution"
    title = "The link would close a circle: an objective would contribute to itself."


class CircularUnits(Refused):
    code = "circular-units"
    title = "A unit cannot be moved below itself."


class NameTaken(Refused):
    code = "name-taken"
    title = "The name is taken in this place."


class AlreadyLinked(Refused):
    code = "already-linked"
    title = "This child serves this parent in this way already."


class CycleSealed(Refused):
    code = "cycle-sealed"
    title = (
        "The cycle is sealed: its goals and the links to them take no more changes; what is said about them is still recorded."
    )


class UnscoredKeyResults(Refused):
    code = "unscored-key-results"
    title = "Some key results have no score: score them, or close with `allow_unscored`."


class ObjectiveEnded(Refused):
    code = "objective-ended"
    title = "The objective was cancelled or closed: it and its key results take no more changes."


class PriorityRetired(Refused):
    code = "priority-retired"
    title = "The priority was retired: nothing new serves it, and it takes no more changes."


class KeyResultClosed(Refused):
    code = "key-result-closed"
    title = "The key result is cancelled or closed: it takes no more changes."


class KeyResultInherited(Refused):
    code = "inherited"
    title = "Objectives have inherited the key result: their progress is its own, so it takes check-ins without a value only."


class TooManyObjectives(Refused):
    code = "too-many-objectives"
    title = "The unit has as many objectives in this cycle as the policy allows."


class TooManyKeyResults(Refused):
    code = "too-many-key-results"
    title = "The objective has as many key results as the policy allows."


class WrongMetric(Invalid):
    code = "wrong-metric"
    title = "The metric does not hold together."


class WrongValue(Invalid):
    code = "wrong-value"
    title = "The value does not fit the metric."


class NotRevisable(Invalid):
    code = "not-revisable"
    title = "This kind of metric has no such target to revise."
