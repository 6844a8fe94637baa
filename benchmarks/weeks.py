"""The 13 weeks of a made-up quarter: check-ins, what is put right, handed on and dropped, and what is said of it."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

from benchmarks.metrics import reported
from benchmarks.quarter import ENDS_ON, STARTS_ON, WORDS, Measure, Quarter
from okr_events.commands.application import OKRs
from okr_events.domain.conversation import CommentKind, Conversation, Subject
from okr_events.domain.metrics.directional import Scale
from okr_events.domain.review import Review, ReviewKind
from okr_events.domain.unit import Unit
from okr_events.domain.values import BlockerKind, Words

WEEKS = 13
DAYS = (0, 1, 2, 2, 3, 4)
"""Check-ins come on five days of a week, most of them in its middle."""
LATE, LAST = 8, 9
"""Days of the last week that lie behind the quarter's end."""
STATUSES = ("on_track", "on_track", "at_risk", "off_track", None)


def record(okrs: OKRs, *, units: int = 1_000) -> UUID:
    """Record a quarter of so many units, each thing on its day, and give its cycle: closed, not sealed."""
    quarter = Quarter(okrs, units=units)
    quarter.plan()
    weeks = Weeks(quarter)
    for number in range(WEEKS):
        weeks.report(number)
        weeks.change(number)
    quarter.close()
    return quarter.cycle.id


class Weeks:
    def __init__(self, quarter: Quarter) -> None:
        self.quarter = quarter
        self.random = quarter.random
        self.one_in = quarter.one_in
        self.write = quarter.diary.write
        self.talks: dict[UUID, Conversation] = {}

    def report(self, week: int) -> None:
        """Every key result's check-in; of the last ones a few come late."""
        days: dict[int, list[Measure]] = {}
        for each in self.quarter.measures:
            late = week == WEEKS - 1 and self.one_in(50)
            days.setdefault(LATE if late else self.random.choice(DAYS), []).append(each)
        for day in sorted(days):
            for each in days[day]:
                self._check_in(each, STARTS_ON + timedelta(weeks=week, days=day), week)

    def _check_in(self, each: Measure, day: date, week: int) -> None:
        said = Words(each.owner, WORDS)
        each.last = each.result.check_in(
            today=day,
            **reported(each.result.measured_by, (week + self.random.random()) / WEEKS),
            confidence=None if self.one_in(4) else Decimal(self.random.randrange(3, 11)) / 10,
            status=self.random.choice(STATUSES),
            note=said if self.one_in(2) else None,
            wins=[said] if self.one_in(20) else None,
            blockers=self._blockers(said) if self.one_in(100) else None,
        )
        self.write(day, each.owner, [each.result])

    def _blockers(self, said: Words) -> list[dict[str, Any]]:
        return [{"id": uuid4(), "kind": BlockerKind.DECISION.value, "text": said, "owner": self.quarter.person()}]

    def change(self, week: int) -> None:
        """What becomes of key results when a week is over."""
        day = STARTS_ON + timedelta(weeks=week, days=6 if week < WEEKS - 1 else LAST)
        for each in self.quarter.measures:
            self._put_right(each, day)
            self._move(each)
            if week == WEEKS - 1 and self.one_in(50):
                each.result.cancel()
            self.write(day, each.owner, [each.result], why=WORDS)
            self._talk(each, day)
        for unit in self.quarter.units[week :: 5 * WEEKS]:
            self._look_back(unit, day)

    def _put_right(self, each: Measure, day: date) -> None:
        """Of a hundred check-ins one is corrected; of three hundred one is retracted."""
        if each.last and self.one_in(100):
            each.result.correct_check_in(each.last, today=day, confidence=Decimal("0.5"))
        elif each.last and self.one_in(300):
            each.result.retract_check_in(each.last)

    def _move(self, each: Measure) -> None:
        """Within the quarter one key result in fifty is handed on, and one in thirty has its target revised."""
        if self.one_in(50 * WEEKS):
            each.owner = self.quarter.person()
            each.result.reassign(each.owner)
        metric = each.result.measured_by
        if self.one_in(30 * WEEKS) and isinstance(metric, Scale) and metric.target is not None and metric.baseline is not None:
            each.result.revise_target(target=(metric.target + metric.baseline) / 2)

    def _talk(self, each: Measure, day: date) -> None:
        """What stands in the way does so for some weeks; now and then a key result is praised."""
        waiting, praised = sorted(each.result.blockers), self.one_in(500)
        if not waiting and not praised:
            return
        talk = self.talks.get(each.result.id) or Conversation.open(Subject.KEY_RESULT, each.result.id)
        self.talks[each.result.id] = talk
        for id in waiting:
            if id not in talk.resolved and self.one_in(5):
                talk.resolve(UUID(id), day)
        if praised:
            talk.comment(CommentKind.CELEBRATION, Words(each.owner, WORDS))
        self.write(day, each.owner, [talk])

    def _look_back(self, unit: Unit, day: date) -> None:
        author = self.quarter.person()
        said = Words(author, WORDS)
        decisions = [{"id": uuid4(), "text": said, "owner": self.quarter.person(), "due_on": ENDS_ON} for _ in range(2)]
        review = Review.hold(
            today=day,
            unit_id=unit.id,
            cycle_id=self.quarter.cycle.id,
            kind=ReviewKind.MONTHLY,
            participants=[self.quarter.person() for _ in range(5)],
            what_worked=[said, said],
            what_did_not=[said],
            lessons=[said],
            decisions=decisions,
        )
        self.write(day, author, [review])
