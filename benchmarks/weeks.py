"""The 13 weeks of a generated quarter: check-ins, corrections, reassignments, cancellations, comments and reviews."""

from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID, uuid4

from benchmarks.metrics import check_in_values
from benchmarks.quarter import ENDS_ON, SAMPLE_TEXT, STARTS_ON, OwnedKeyResult, Quarter
from okr_events.commands.application import OKRApplication
from okr_events.domain.conversation import CommentKind, Conversation, Subject
from okr_events.domain.metrics.directional import DirectionalMetric
from okr_events.domain.review import Review, ReviewKind
from okr_events.domain.unit import Unit
from okr_events.domain.values import AuthoredText, BlockerKind
from okr_events.json_types import JsonObject

WEEKS = 13
DAYS = (0, 1, 2, 2, 3, 4)
"""The weekdays of check-ins, mostly in the middle of the week."""
LATE_DAY, LAST_DAY = 8, 9
"""Days of the last week after the end of the quarter."""
STATUSES = ("on_track", "on_track", "at_risk", "off_track", None)


def record(okrs: OKRApplication, *, units: int = 1_000) -> UUID:
    """Record a quarter with this many units; return its cycle, which is closed but not sealed."""
    quarter = Quarter(okrs, units=units)
    quarter.plan()
    weeks = Weeks(quarter)
    for number in range(WEEKS):
        weeks.check_in_all(number)
        weeks.change(number)
    quarter.close()
    return quarter.cycle.id


class Weeks:
    def __init__(self, quarter: Quarter) -> None:
        self.quarter = quarter
        self.random = quarter.random
        self.one_in = quarter.one_in
        self.write = quarter.diary.write
        self.conversations: dict[UUID, Conversation] = {}

    def check_in_all(self, week: int) -> None:
        """Check in on every key result; in the last week one in fifty is late."""
        days: dict[int, list[OwnedKeyResult]] = {}
        for owned in self.quarter.key_results:
            late = week == WEEKS - 1 and self.one_in(50)
            days.setdefault(LATE_DAY if late else self.random.choice(DAYS), []).append(owned)
        for day in sorted(days):
            for owned in days[day]:
                self._check_in(owned, STARTS_ON + timedelta(weeks=week, days=day), week)

    def _check_in(self, owned: OwnedKeyResult, day: date, week: int) -> None:
        text = AuthoredText(owned.owner, SAMPLE_TEXT)
        owned.last_check_in = owned.result.check_in(
            today=day,
            **check_in_values(owned.result.parsed_metric, (week + self.random.random()) / WEEKS),
            confidence=None if self.one_in(4) else Decimal(self.random.randrange(3, 11)) / 10,
            status=self.random.choice(STATUSES),
            note=text if self.one_in(2) else None,
            wins=[text] if self.one_in(20) else None,
            blockers=self._blockers(text) if self.one_in(100) else None,
        )
        self.write(day, owned.owner, [owned.result])

    def _blockers(self, text: AuthoredText) -> list[JsonObject]:
        return [{"id": uuid4(), "kind": BlockerKind.DECISION.value, "text": text, "owner": self.quarter.random_person()}]

    def change(self, week: int) -> None:
        """Apply the changes of a week: corrections, reassignments, cancellations, comments and reviews."""
        day = STARTS_ON + timedelta(weeks=week, days=6 if week < WEEKS - 1 else LAST_DAY)
        for owned in self.quarter.key_results:
            self._correct_or_retract(owned, day)
            self._reassign_or_revise(owned)
            if week == WEEKS - 1 and self.one_in(50):
                owned.result.cancel()
            self.write(day, owned.owner, [owned.result], reason=SAMPLE_TEXT)
            self._resolve_or_celebrate(owned, day)
        for unit in self.quarter.units[week :: 5 * WEEKS]:
            self._hold_review(unit, day)

    def _correct_or_retract(self, owned: OwnedKeyResult, day: date) -> None:
        """Correct one in a hundred check-ins, or retract one in three hundred."""
        if owned.last_check_in and self.one_in(100):
            owned.result.correct_check_in(owned.last_check_in, today=day, confidence=Decimal("0.5"))
        elif owned.last_check_in and self.one_in(300):
            owned.result.retract_check_in(owned.last_check_in)

    def _reassign_or_revise(self, owned: OwnedKeyResult) -> None:
        """Over the quarter, reassign one in fifty key results and revise the target of one in thirty."""
        if self.one_in(50 * WEEKS):
            owned.owner = self.quarter.random_person()
            owned.result.reassign(owned.owner)
        metric = owned.result.parsed_metric
        if not self.one_in(30 * WEEKS) or not isinstance(metric, DirectionalMetric):
            return
        if metric.target is not None and metric.baseline is not None:
            owned.result.revise_target(target=(metric.target + metric.baseline) / 2)

    def _resolve_or_celebrate(self, owned: OwnedKeyResult, day: date) -> None:
        """Resolve one in five open blockers, and celebrate one in five hundred key results."""
        blockers, celebrated = sorted(owned.result.blocker_ids), self.one_in(500)
        if not blockers and not celebrated:
            return
        conversation = self.conversations.get(owned.result.id) or Conversation.open(Subject.KEY_RESULT, owned.result.id)
        self.conversations[owned.result.id] = conversation
        for id in blockers:
            if id not in conversation.resolved and self.one_in(5):
                conversation.resolve(UUID(id), day)
        if celebrated:
            conversation.comment(CommentKind.CELEBRATION, AuthoredText(owned.owner, SAMPLE_TEXT))
        self.write(day, owned.owner, [conversation])

    def _hold_review(self, unit: Unit, day: date) -> None:
        author = self.quarter.random_person()
        text = AuthoredText(author, SAMPLE_TEXT)
        decisions = [{"id": uuid4(), "text": text, "owner": self.quarter.random_person(), "due_on": ENDS_ON} for _ in range(2)]
        review = Review.hold(
            today=day,
            unit_id=unit.id,
            cycle_id=self.quarter.cycle.id,
            kind=ReviewKind.MONTHLY,
            participants=[self.quarter.random_person() for _ in range(5)],
            what_worked=[text, text],
            what_did_not=[text],
            lessons=[text],
            decisions=decisions,
        )
        self.write(day, author, [review])
