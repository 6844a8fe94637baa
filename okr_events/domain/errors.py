"""The errors that several aggregates raise. Each has a stable code for clients and a title for people."""

from typing import ClassVar


class OKRError(Exception):
    """A broken rule. `code` never changes, because clients compare it. `detail` defaults to the title.

    `pointer` names the part of the request that breaks it: `located_by` says whether that is a JSON pointer into the body
    (`pointer`), a query parameter (`parameter`) or a header (`header`), the latter two after a slash.
    """

    code: ClassVar[str]
    title: ClassVar[str]
    pointer: str | None = None
    located_by: str = "pointer"

    def __init__(self, detail: str | None = None) -> None:
        self.detail = detail or self.title
        super().__init__(self.detail)


class Invalid(OKRError):
    code = "invalid"
    title = "The request contains an invalid value."
    pointer: str

    def __init__(self, pointer: str, detail: str | None = None) -> None:
        super().__init__(detail)
        self.pointer = pointer


class Refused(OKRError):
    code = "refused"
    title = "The current state does not allow this change."


class NotFound(OKRError):
    code = "not-found"
    title = "The requested resource does not exist."


class Forbidden(OKRError):
    code = "forbidden"
    title = "Your role does not allow this."


class Unavailable(OKRError):
    code = "unavailable"
    title = "The service is temporarily unavailable. Try again in a moment."


class StaleVersion(OKRError):
    """The version in If-Match is not the current one."""

    code = "stale"
    title = "The resource has changed since you read it."

    def __init__(self, kind: str, version: int) -> None:
        super().__init__(f"This {kind} has changed since you read it; it is now version {version}.")
        self.version = version


class VersionConflict(Refused):
    code = "version-conflict"
    title = "Somebody else changed this resource at the same time. Read it again and retry."


class IdempotencyKeyReused(Invalid):
    code = "key-reused"
    title = "This Idempotency-Key was already used for a different request."
    located_by = "header"


class ReasonRequired(Invalid):
    code = "reason-required"
    title = "This change requires a reason."

    def __init__(self) -> None:
        super().__init__("/reason")


class UnknownId(Invalid):
    code = "unknown"
    title = "The id does not refer to an existing resource."


class EmptyInput(Invalid):
    code = "nothing-said"
    title = "At least one field must have a value."


class TooLong(Invalid):
    code = "too-long"
    title = "The text is too long."


class ClockBehind(Unavailable):
    code = "clock-behind"
    title = (
        "The server's clock is more than five seconds behind the newest event. Nothing is recorded until it is corrected. "
        "If the clock is right, an operator can run `okr accept-clock`."
    )


class ClockAhead(Unavailable):
    code = "clock-ahead"
    title = (
        "The server's clock has been set forward by more than a minute since the server started. Nothing is recorded until it "
        "is corrected or, if it is right now, until the server is restarted."
    )


class ClocksApart(Unavailable):
    code = "clocks-apart"
    title = "The clocks of the server and of its database differ by more than a minute. Nothing is recorded until they agree."


class NothingToAccept(Refused):
    code = "nothing-to-accept"
    title = "The newest event does not lead the clock, or the clock was accepted already: there is nothing to accept."


class StoreBusy(Unavailable):
    code = "busy"
    title = "The service is busy. Try again in a moment."

    def __init__(self) -> None:
        super().__init__("A store is busy or cannot be reached.")


class StoreReadOnly(Unavailable):
    code = "store-read-only"
    title = "A store accepts no writes: it is read-only, or a standby. Nothing was recorded. Try again in a moment."


class LogBusy(Unavailable):
    code = "log-busy"
    title = "The event log is busy. Try again in a moment."


class LogUnwritable(Unavailable):
    code = "log-unwritable"
    title = "The event log cannot be written: its disk is full, failing or read-only. Nothing was recorded."


class LogDamaged(Unavailable):
    code = "log-damaged"
    title = "A row of the event log is damaged and cannot be read. Run `okr doctor` to find it."


class LogUnreachable(Unavailable):
    code = "log-unreachable"
    title = (
        "The event log cannot be reached, so the request may or may not be recorded. Send it again with its Idempotency-Key."
    )


class PersonErased(Refused):
    code = "person-erased"
    title = "This person was erased: nothing can be recorded in their name, and they cannot be restored."


class CircularContribution(Refused):
    code = "circular-contribution"
    title = "This link would make an objective contribute to itself."


class CircularUnits(Refused):
    code = "circular-units"
    title = "A unit cannot be moved below itself."


class NameTaken(Refused):
    code = "name-taken"
    title = "This name is already in use."


class AlreadyLinked(Refused):
    code = "already-linked"
    title = "The child and the parent are already linked in this way."


class CycleSealed(Refused):
    code = "cycle-sealed"
    title = "The cycle is sealed: its goals and links cannot be changed. Check-ins and comments are still accepted."


class UnscoredKeyResults(Refused):
    code = "unscored-key-results"
    title = "Some key results have no score. Score them, or close with `allow_unscored`."


class ObjectiveEnded(Refused):
    code = "objective-ended"
    title = "The objective is cancelled or closed: it and its key results cannot be changed."


class PriorityRetired(Refused):
    code = "priority-retired"
    title = "The priority is retired: it cannot be changed, and no new objective can serve it."


class KeyResultClosed(Refused):
    code = "key-result-closed"
    title = "The key result is cancelled or closed: it cannot be changed."


class KeyResultInherited(Refused):
    code = "inherited"
    title = "Other objectives inherit this key result and provide its progress: it accepts check-ins without a value only."


class TooManyObjectives(Refused):
    code = "too-many-objectives"
    title = "The unit already has the most objectives that the cycle's policy allows."


class TooManyKeyResults(Refused):
    code = "too-many-key-results"
    title = "The objective already has the most key results that the cycle's policy allows."


class WrongMetric(Invalid):
    code = "wrong-metric"
    title = "The metric is not consistent."


class WrongValue(Invalid):
    code = "wrong-value"
    title = "The value does not fit the metric."


def refuse_milestones(milestones: list[str] | None) -> None:
    if milestones is not None:
        raise WrongValue("/milestones", "Only a milestones metric takes milestones.")


class NotRevisable(Invalid):
    code = "not-revisable"
    title = "This kind of metric has no target to revise."
