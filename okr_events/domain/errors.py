"""Broken rules. The docstring of each is the text that people read."""

import re
from uuid import UUID


class OKRError(Exception):
    """Something about OKRs went wrong."""

    def __init__(self, detail: str | None = None) -> None:
        self.detail = detail or " ".join((type(self).__doc__ or "").split())
        super().__init__(self.detail)

    @classmethod
    def code(cls) -> str:
        """The rule's stable name, such as `key-result-closed`."""
        return re.sub(r"(?<!^)(?=[A-Z])", "-", cls.__name__).lower()


class Invalid(OKRError):
    """The value is wrong whatever the state of things."""

    def __init__(self, pointer: str, detail: str | None = None) -> None:
        super().__init__(detail)
        self.pointer = pointer


class Refused(OKRError):
    """The present state of things does not allow it."""


class NotFound(OKRError):
    """There is nothing with this id."""


class Forbidden(OKRError):
    """Your role does not allow this."""


class Unavailable(OKRError):
    """Not now: try again in a moment."""


class Stale(OKRError):
    """It has moved on since you read it: the version in If-Match is not the current one."""

    def __init__(self, id: UUID, version: int) -> None:
        super().__init__(f"{type(self).__doc__} The current version of {id} is {version}.")
        self.version = version


class VersionConflict(Refused):
    """Somebody else changed it at the same moment: read it again and decide anew."""


class KeyReused(Invalid):
    """This Idempotency-Key was used for another request."""


class ReasonRequired(Invalid):
    """This change needs a reason."""

    def __init__(self) -> None:
        super().__init__("/reason")


class Unknown(Invalid):
    """The id names nothing."""


class NothingSaid(Invalid):
    """Say at least one thing."""


class TooLong(Invalid):
    """The text is too long."""


class ClockBehind(Unavailable):
    """The clock of this host is more than five seconds behind the newest event: nothing is recorded until it is right."""


class LogBusy(Unavailable):
    """The log is busy: ask again in a moment."""


class LogUnwritable(Unavailable):
    """The log cannot be written: its disk is full, failing or read-only. Nothing was recorded."""


class LogDamaged(Unavailable):
    """A row of the log was damaged and cannot be read: `okr doctor` says where."""


class LogUnreachable(Unavailable):
    """The log cannot be reached: whether the request was recorded is not known. Send it again with its Idempotency-Key."""


class PersonErased(Refused):
    """The person was erased: nothing is said in their name, and nothing brings them back."""


class CircularContribution(Refused):
    """The link would close a circle: an objective would contribute to itself."""


class CircularUnits(Refused):
    """A unit cannot be moved below itself."""


class NameTaken(Refused):
    """The name is taken in this place."""


class AlreadyLinked(Refused):
    """This child serves this parent in this way already."""


class CycleSealed(Refused):
    """The cycle is sealed: its goals and the links to them take no more changes; what is said about them is still recorded."""


class UnscoredKeyResults(Refused):
    """Some key results have no score: score them, or close with `allow_unscored`."""


class ObjectiveEnded(Refused):
    """The objective was cancelled or closed: it and its key results take no more changes."""


class PriorityRetired(Refused):
    """The priority was retired: nothing new serves it, and it takes no more changes."""


class KeyResultClosed(Refused):
    """The key result is cancelled or closed: it takes no more changes."""


class Inherited(Refused):
    """Objectives have inherited the key result: their progress is its own, so it takes check-ins without a value only."""


class TooManyObjectives(Refused):
    """The unit has as many objectives in this cycle as the policy allows."""


class TooManyKeyResults(Refused):
    """The objective has as many key results as the policy allows."""


class WrongMetric(Invalid):
    """The metric does not hold together."""


class WrongValue(Invalid):
    """The value does not fit the metric."""


class NotRevisable(Invalid):
    """This kind of metric has no such target to revise."""
