"""Commands about reviews: a unit may review any cycle, including a sealed one."""

from collections.abc import Sequence
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
from okr_events.json_types import Json, JsonObject

TEXT_FIELDS = ("what_worked", "what_did_not", "lessons")


class ReviewCommands(RecordingApplication):
    def hold_review(
        self,
        intent: Intent,
        *,
        unit_id: UUID,
        cycle_id: UUID,
        participants: Sequence[UUID] = (),
        decisions: Sequence[JsonObject] = (),
        adjustments: Sequence[int] = (),
        **fields: Json,
    ) -> CommandResult:
        """Record a review meeting; `adjustments` are the log positions of the events that it caused."""
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
            decisions=[self._build_decision(intent, index, fields) for index, fields in enumerate(decisions)],
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
        """Mark a decision of a review as carried out today."""
        review = self.load(Review, review_id)
        with self._check_version(intent, review, ("decision", review.decision_version(id))):
            review.complete(id, self.today())
        return self._commit(intent, review, resource=(id, review.decision_version(id)))

    def _build_decision(self, intent: Intent, index: int, fields: JsonObject) -> JsonObject:
        self._check_owner(fields.get("owner"), f"/decisions/{index}/owner")
        return {"id": new_id(), "owner": None, "due_on": None, **fields, "text": intent.authored_text(fields["text"])}

    def _check_positions(self, positions: Sequence[int]) -> None:
        head = self.log_recorder.head().position
        for index, position in enumerate(positions):
            if not 1 <= position <= head:
                raise UnknownId(f"/adjustments/{index}", f"The log has no position {position}; its newest is {head}.")
