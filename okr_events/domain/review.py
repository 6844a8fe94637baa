"""Reviews: the records of review meetings, each of one unit about one cycle."""

from collections.abc import Mapping, Sequence
from datetime import date
from enum import StrEnum
from uuid import UUID

from eventsourcing.domain import Aggregate, event

from okr_events.domain.errors import EmptyInput, Invalid, NotFound, Refused
from okr_events.domain.values import AuthoredText, EncryptedText, new_id
from okr_events.json_types import JsonObject


class ReviewKind(StrEnum):
    WEEKLY = "weekly"
    MONTHLY = "monthly"
    QUARTERLY = "quarterly"
    HALF_YEARLY = "half_yearly"


class ReviewInFuture(Invalid):
    code = "review-ahead"
    title = "held_on must not lie in the future."


class DecisionDone(Refused):
    code = "decision-done"
    title = "The decision is already completed."


class Review(Aggregate):
    TOPIC = "Review"
    create_id = staticmethod(new_id)

    class Created(Aggregate.Created):
        """A decision has `id`, `text`, `owner` and `due_on`; `adjustments` are positions of events that the review caused."""

        TOPIC = "Review.Held"
        unit_id: UUID
        cycle_id: UUID
        kind: str
        held_on: date
        participants: list[UUID]
        what_worked: list[AuthoredText | EncryptedText]
        what_did_not: list[AuthoredText | EncryptedText]
        lessons: list[AuthoredText | EncryptedText]
        decisions: list[JsonObject]
        adjustments: list[int]

    class AdjustmentsLinked(Aggregate.Event):
        TOPIC = "Review.AdjustmentsLinked"
        adjustments: list[int]

    class DecisionCompleted(Aggregate.Event):
        TOPIC = "Review.DecisionCompleted"
        decision_id: UUID
        done_on: date

    @classmethod
    def hold(
        cls,
        *,
        today: date,
        unit_id: UUID,
        cycle_id: UUID,
        kind: ReviewKind,
        held_on: date | None = None,
        participants: Sequence[UUID] = (),
        what_worked: Sequence[AuthoredText] = (),
        what_did_not: Sequence[AuthoredText] = (),
        lessons: Sequence[AuthoredText] = (),
        decisions: Sequence[JsonObject] = (),
        adjustments: Sequence[int] = (),
    ) -> "Review":
        if not any((what_worked, what_did_not, lessons, decisions, adjustments)):
            raise EmptyInput("")
        _check_not_blank({"what_worked": what_worked, "what_did_not": what_did_not, "lessons": lessons}, decisions)
        if held_on and held_on > today:
            raise ReviewInFuture("/held_on")
        return cls._create(
            cls.Created,
            unit_id=unit_id,
            cycle_id=cycle_id,
            kind=kind.value,
            held_on=held_on or today,
            participants=list(dict.fromkeys(participants)),
            what_worked=list(what_worked),
            what_did_not=list(what_did_not),
            lessons=list(lessons),
            decisions=list(decisions),
            adjustments=sorted(set(adjustments)),
        )

    def link_adjustments(self, positions: Sequence[int]) -> None:
        """Add log positions of events that the review caused."""
        new = sorted(set(positions) - set(self.adjustments))
        if new:
            self._adjustments_linked(adjustments=new)

    def complete(self, decision_id: UUID, today: date) -> None:
        if self.decision_version(decision_id) > 1:
            raise DecisionDone
        self._decision_completed(decision_id=decision_id, done_on=today)

    def decision_version(self, decision_id: UUID) -> int:
        """1 while the decision is open, 2 once it is completed; raises `NotFound`."""
        if str(decision_id) not in self.decisions:
            raise NotFound(f"The review has no decision with the id {decision_id}.")
        return 2 if self.decisions[str(decision_id)] else 1

    def __init__(self, decisions: list[JsonObject], adjustments: list[int]) -> None:
        self.adjustments = list(adjustments)
        self.decisions = {str(decision["id"]): False for decision in decisions}
        """Whether each decision is completed, by its id."""

    @event(AdjustmentsLinked)
    def _adjustments_linked(self, adjustments: list[int]) -> None:
        self.adjustments += adjustments

    @event(DecisionCompleted)
    def _decision_completed(self, decision_id: UUID, done_on: date) -> None:
        self.decisions[str(decision_id)] = True


def _check_not_blank(texts: Mapping[str, Sequence[AuthoredText]], decisions: Sequence[JsonObject]) -> None:
    by_pointer = {f"/{name}/{index}": text for name, items in texts.items() for index, text in enumerate(items)}
    by_pointer |= {f"/decisions/{index}/text": decision["text"] for index, decision in enumerate(decisions)}
    for pointer, text in by_pointer.items():
        text.check_not_blank(pointer)
