"""Scores: the final judgement of a key result, 0 to 1, with a decision about its future."""

from collections.abc import Callable
from decimal import Decimal

from eventsourcing.domain import Aggregate

from okr_events.domain.baseline import TriggerEvent
from okr_events.domain.errors import Invalid
from okr_events.domain.values import AuthoredText, EncryptedText


class NoSuggestedScore(Invalid):
    code = "no-suggestion"
    title = "There is no progress to suggest a score from. Give a score."


class ScoreEvent(Aggregate.Event):
    """`suggested` is the clamped progress at the log position `suggested_at`."""

    score: Decimal
    suggested: Decimal | None
    suggested_at: int | None
    decision: str | None
    root_cause: AuthoredText | EncryptedText | None

    def apply(self, aggregate: "ScoringMixin") -> None:
        aggregate.score = self.score


class ScoringMixin:
    score: Decimal | None
    check_open: Callable[[], None]
    trigger_event: TriggerEvent

    class Scored(ScoreEvent):
        TOPIC = "KeyResult.Scored"

    class ScoreCorrected(ScoreEvent):
        TOPIC = "KeyResult.ScoreCorrected"

    def record_score(
        self,
        *,
        score: Decimal | None = None,
        suggested: Decimal | None = None,
        suggested_at: int | None = None,
        decision: str | None = None,
        root_cause: AuthoredText | None = None,
    ) -> None:
        """Record the score, or the suggested one when none is given; raises `NoSuggestedScore` without either."""
        final = suggested if score is None else score
        if final is None:
            raise NoSuggestedScore("/score")
        self.check_open()
        self.trigger_event(
            self.Scored if self.score is None else self.ScoreCorrected,
            score=final,
            suggested=suggested,
            suggested_at=suggested_at,
            decision=decision,
            root_cause=root_cause,
        )
