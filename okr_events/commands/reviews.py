"""Commands about reviews: a unit may look back on any cycle, also on one that is sealed."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from okr_events.commands.base import RecordingApplication
from okr_events.commands.intent import Intent
from okr_events.commands.retry import retry_on_conflict
from okr_events.domain.cycle import Cycle
from okr_events.domain.errors import UnknownId
from okr_events.domain.review import Review
from okr_events.domain.unit import Unit
from okr_events.domain.values import new_id
from okr_events.event_log.idempotency import CommandResult

TEXT_FIELDS = ("what_worked", "what_did_not", "lessons")


class ReviewCommands(RecordingApplication):
    def hold_review(
        self,
        intent: Intent,
        *,
        unit_id: UUID,
        cycle_id: UUID,
        participants: Sequence[UUID] = (),
        decisions: Sequence[dict[str, Any]] = (),
        adjustments: Sequence[int] = (),
        **fields: Any,
    ) -> CommandResult:
        """Record what a meeting said and decided; `adjustments` are positions of events that it brought about."""
        self.load_referenced(Unit, unit_id, "/unit_id")
        self.load_referenced(Cycle, cycle_id, "/cycle_id")
        for index, person in enumerate(participants):
            self._check_person(person, f"/participants/{index}")
        self._check_positions(adjustments)
        fields |= {name: [intent.authored_text(text) for text in fields[name]] for name in TEXT_FIELDS if fields.get(name)}
        review = Review.hold(
            today=self.today(),
            unit_id=unit_id,
            cycle_id=cycle_id,
            participants=participants,
            decisions=[self._build_decision(intent, index, said) for index, said in enumerate(decisions)],
            adjustments=adjustments,
            **fields,
        )
        return self._commit(intent, review, status=201)

    @retry_on_conflict
    def link_adjustments(self, intent: Intent, id: UUID, *, adjustments: Sequence[int]) -> CommandResult:
        review = self.load(Review, id)
        self._check_positions(adjustments)
        with self._check_version(intent, review):
            review.link_adjustments(adjustments)
        return self._commit(intent, review)

    @retry_on_conflict
    def complete_decision(self, intent: Intent, review_id: UUID, id: UUID) -> CommandResult:
        """Say that a decision of a review is carried out, today."""
        review = self.load(Review, review_id)
        with self._check_version(intent, review, (id, review.decision_version(id))):
            review.complete(id, self.today())
        return self._commit(intent, review, about=(id, review.decision_version(id)))

    def _build_decision(self, intent: Intent, index: int, said: dict[str, Any]) -> dict[str, Any]:
        self._check_owner(said.get("owner"), f"/decisions/{index}/owner")
        return {"id": new_id(), "owner": None, "due_on": None, **said, "text": intent.authored_text(said["text"])}

    def _check_positions(self, positions: Sequence[int]) -> None:
        head = self.log_recorder.head().position
        for index, position in enumerate(positions):
            if not 1 <= position <= head:
                raise UnknownId(f"/adjustments/{index}", "The log has no such position.")
