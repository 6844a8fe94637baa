"""The 13 weeks of a made-up quarter: check-ins, what is put right, handed on and dropped, and what is said of it."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

from benchmarks.metrics import check_in_values
from benchmarks.quarter import ENDS_ON, SAMPLE_TEXT, STARTS_ON, OwnedKeyResult, Quarter
from okr_events.commands.application import OKRApplication
from okr_events.domain.conversation import CommentKind, Conversation, Subject
from okr_events.domain.metrics.directional import DirectionalMetric
from okr_events.domain.review import Review, ReviewKind
from okr_events.domain.unit import Unit
from okr_events.domain.values import AuthoredText, BlockerKind

WEEKS = 13
DAYS = (0, 1, 2, 2, 3, 4)
"""Check-ins come on five days of a week, most of them in its middle."""
LATE_DAY, LAST_DAY = 8, 9
"""Days of the last week that lie behind the quarter's end."""
STATUSES = ("on_track", "on_track", "at_risk", "off_track", None)


def record(okrs: OKRApplication, *, units: int = 1_000) -> UUID:
    """Record a quarter of so many units, each thing on its day, and give its cycle: closed, not sealed."""
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
        """Every key result's check-in; of the last ones a few come late."""
        days: dict[int, list[OwnedKeyResult]] = {}
        for each in self.quarter.key_results:
            late = week == WEEKS - 1 and self.one_in(50)
            days.setdefault(LATE_DAY if late else self.random.choice(DAYS), []).append(each)
        for day in sorted(days):
            for each in days[day]:
                self._check_in(each, STARTS_ON + timedelta(weeks=week, days=day), week)

    def _check_in(self, each: OwnedKeyResult, day: date, week: int) -> None:
        said = AuthoredText(each.owner, SAMPLE_TEXT)
        each.last_check_in = each.result.check_in(
            today=day,
            **check_in_values(each.result.parsed_metric, (week + self.random.random()) / WEEKS),
            confidence=None if self.one_in(4) else Decimal(self.random.randrange(3, 11)) / 10,
            status=self.random.choice(STATUSES),
            note=said if self.one_in(2) else None,
            wins=[said] if self.one_in(20) else None,
            blockers=self._blockers(said) if self.one_in(100) else None,
        )
        self.write(day, each.owner, [each.result])

    def _blockers(self, said: AuthoredText) -> list[dict[str, Any]]:
        return [{"id": uuid4(), "kind": BlockerKind.DECISION.value, "text": said, "owner": self.quarter.random_person()}]

    def change(self, week: int) -> None:
        """What becomes of key results when a week is over."""
        day = STARTS_ON + timedelta(weeks=week, days=6 if week < WEEKS - 1 else LAST_DAY)
        for each in self.quarter.key_results:
            self._correct_or_retract(each, day)
            self._reassign_or_revise(each)
            if week == WEEKS - 1 and self.one_in(50):
                each.result.cancel()
            self.write(day, each.owner, [each.result], why=SAMPLE_TEXT)
            self._resolve_or_celebrate(each, day)
        for unit in self.quarter.units[week :: 5 * WEEKS]:
            self._hold_review(unit, day)

    def _correct_or_retract(self, each: OwnedKeyResult, day: date) -> None:
        """Of a hundred check-ins one is corrected; of three hundred one is retracted."""
        if each.last_check_in and self.one_in(100):
            each.result.correct_check_in(each.last_check_in, today=day, confidence=Decimal("0.5"))
        elif each.last_check_in and self.one_in(300):
            each.result.retract_check_in(each.last_check_in)

    def _reassign_or_revise(self, each: OwnedKeyResult) -> None:
        """Within the quarter one key result in fifty is handed on, and one in thirty has its target revised."""
        if self.one_in(50 * WEEKS):
            each.owner = self.quarter.random_person()
            each.result.reassign(each.owner)
        metric = each.result.parsed_metric
        if (
            self.one_in(30 * WEEKS)
            and isinstance(metric, DirectionalMetric)
            and metric.target is not None
            and metric.baseline is not None
        ):
            each.result.revise_target(target=(metric.target + metric.baseline) / 2)

    def _resolve_or_celebrate(self, each: OwnedKeyResult, day: date) -> None:
        """What stands in the way does so for some weeks; now and then a key result is praised."""
        waiting, praised = sorted(each.result.blocker_ids), self.one_in(500)
        if not waiting and not praised:
            return
        talk = self.conversations.get(each.result.id) or Conversation.open(Subject.KEY_RESULT, each.result.id)
        self.conversations[each.result.id] = talk
        for id in waiting:
            if id not in talk.resolved and self.one_in(5):
                talk.resolve(UUID(id), day)
        if praised:
            talk.comment(CommentKind.CELEBRATION, AuthoredText(each.owner, SAMPLE_TEXT))
        self.write(day, each.owner, [talk])

    def _hold_review(self, unit: Unit, day: date) -> None:
        author = self.quarter.random_person()
        said = AuthoredText(author, SAMPLE_TEXT)
        decisions = [{"id": uuid4(), "text": said, "owner": self.quarter.random_person(), "due_on": ENDS_ON} for _ in range(2)]
        review = Review.hold(
            today=day,
            unit_id=unit.id,
            cycle_id=self.quarter.cycle.id,
            kind=ReviewKind.MONTHLY,
            participants=[self.quarter.random_person() for _ in range(5)],
            what_worked=[said, said],
            what_did_not=[said],
            lessons=[said],
            decisions=decisions,
        )
        self.write(day, author, [review])
