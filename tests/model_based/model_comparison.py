"""The backend beside the model: commands go to both, and both must agree on every position."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import pytest
from eventsourcing.persistence import StoredEvent
from hypothesis.stateful import RuleBasedStateMachine

from okr_events.commands.application import OKRs
from okr_events.commands.intent import Intent
from okr_events.domain.errors import OKRError
from okr_events.event_log.constraint_tables import renew
from okr_events.event_log.hash_chain import microseconds
from okr_events.event_log.idempotency import Answer, AnsweredBefore
from okr_events.event_log.integrity_check import Verifier
from okr_events.event_log.recorder import Rehearsed
from okr_events.event_log.sqlite import SQLiteLog
from okr_events.register.engine import open_sqlite
from okr_events.register.register import Register
from projections import moment
from projections.evaluation.goal_graph import Graph
from projections.projector import Views
from tests.model_based.backend_answers import answers, told
from tests.model_based.expected_answers import Expected
from tests.model_based.model.model_state import DAY, No, need
from tests.model_based.model.whole_model import Model
from tests.model_based.strategies import How
from tests.projections.log_prefix import Prefix
from tests.projections.view_reader import all_rows

NOBODY = UUID(int=0)
Command = Callable[[Intent], Answer]


class Clock:
    def __init__(self) -> None:
        self.now = datetime(2024, 1, 1, 12, tzinfo=UTC)


class ClockedLog(SQLiteLog):
    """A log that takes its time from a clock of ours."""

    clock: Clock

    def insert_events(self, stored_events: Any, **how: Any) -> Any:
        return super().insert_events(stored_events, times=[microseconds(self.clock.now)] * len(stored_events), **how)


class ClockedOKRs(OKRs):
    clock: Clock

    def today(self) -> date:
        return self.clock.now.astimezone(self.time_zone()).date()


class Beside(RuleBasedStateMachine):
    """Both sides with what every command goes through, and the comparison at the end."""

    zone = ZoneInfo("UTC")
    stride = 4
    """At the end every position is read while the log ends there, and every one of so many once more from the whole log."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = TemporaryDirectory()
        path = Path(self.folder.name)
        self.clock = Clock()
        self.log = ClockedLog(path / "log.sqlite")
        self.register = Register(open_sqlite(path / "register.sqlite", durable=False))
        self.okrs = ClockedOKRs(self.log, self.register)
        renew(self.log, self.okrs.mapper)
        self.log.clock = self.okrs.clock = self.clock
        self.views = self._views("views", self.log, chunk=3)
        with self.register.changing() as connection:
            self.people = [self.register.people.add(connection, name=name).id for name in ("Ada", "Ben")]
        self.model = Model(self.clock.now.date(), self.people)

    def _views(self, name: str, log: Any, **how: Any) -> Views:
        return Views(open_sqlite(Path(self.folder.name) / f"{name}.sqlite", durable=False), log, self.okrs.mapper, **how)

    def pick(self, kind: str, number: int, fits: Callable[[dict[str, Any]], bool] = lambda _: True) -> Any:
        """One of its kind, four times out of five one that fits if there is one."""
        things = self.model.world[kind]
        fitting = [id for id, thing in things.items() if number % 5 == 0 or fits(thing)] or list(things)
        return fitting[number % len(fitting)]

    def owner(self, number: int) -> Any:
        owners = [*self.people, *self.model.world["units"], NOBODY]
        return owners[number % len(owners)]

    def person(self, number: int) -> Any:
        people = [*self.people, NOBODY]
        return people[number % len(people)]

    def day(self, ahead: int | None) -> date | None:
        return None if ahead is None else self.model.today + ahead * DAY

    def do(
        self, how: How, command: Command, follow: Callable[[Any], None], about: Any = None, *, because: bool = False
    ) -> None:
        """Run a command and let the model follow: both refuse, or both go the same way, fact by fact.

        `about` is what exists already and has the version that the command may expect; `because` says that a reason is needed.
        """
        self._tick()
        intent, head = self._intent(how, about), self.log.head()
        rehearsed = self._rehearse(command, intent) if how.rehearsed else None
        answer, refused = self._outcome(command, intent)
        assert rehearsed in (None, refused is not None)
        try:
            need(how.reasoned or not because, about is None or how.expected != "stale")
            follow(answer.id if answer else about or uuid4())
        except No:
            assert refused, f"taken, though the model refuses it: {answer}"
            assert self.log.head() == head
            return
        if refused or not answer:
            raise AssertionError("refused, though the model takes it") from refused
        self._agree(answer, head.position)
        if how.twice:
            self._again(command, intent, answer)

    def _tick(self) -> None:
        self.clock.now += timedelta(seconds=1)
        self.model.today = self.clock.now.astimezone(self.zone).date()

    def _intent(self, how: How, about: Any) -> Intent:
        version = {None: None, "right": self.model.versions[about], "stale": self.model.versions[about] + 1}[how.expected]
        key = self.register.key(self.people[0], uuid4().hex, method="POST", path="/", body=b"") if how.twice else None
        return Intent(self.people[0], "It had to be" if how.reasoned else None, version, key)

    def _outcome(self, command: Command, intent: Intent) -> tuple[Answer | None, OKRError | None]:
        try:
            return command(intent), None
        except OKRError as refused:
            return None, refused

    def _rehearse(self, command: Command, intent: Intent) -> bool:
        """Whether a rehearsal is refused; it can be shown, and leaves no trace."""
        head = self.log.head()
        try:
            _, refused = self._outcome(command, replace(intent, rehearse=True))
        except Rehearsed as rehearsal:
            refused = None
            with self.views.rehearsing(rehearsal.recorded) as (connection, position):
                then = moment.rehearsed(position, rehearsal.recorded[-1].recorded_at, self.zone)
                Graph.of_cycle(connection, then, None)
        assert self.log.head() == head
        return refused is not None

    def _agree(self, answer: Answer, before: int) -> None:
        position = self.log.head().position
        assert position == len(self.model.past) - 1
        assert (answer.position, answer.events) == (position, position - before)
        assert answer.version in (None, self.model.versions[answer.id])

    def _again(self, command: Command, intent: Intent, answer: Answer) -> None:
        with pytest.raises(AnsweredBefore) as before:
            command(intent)
        assert replace(before.value.answer, replayed=False) == answer
        assert self.log.head().position == len(self.model.past) - 1

    @contextmanager
    def all_or_none(self) -> Iterator[None]:
        """What the model did inside is undone when it refuses."""
        position = len(self.model.past) - 1
        try:
            yield
        except No:
            self.model.world, self.model.versions, _ = self.model.at(position)
            del self.model.past[position + 1 :]
            raise

    def new_check_ins(self) -> Iterator[Any]:
        """The ids of the check-ins that the log has and the model does not."""
        for e in self.log.recorded(after=len(self.model.past) - 1):
            if e.topic == "KeyResult.CheckedIn":
                stored = StoredEvent(e.originator_id, e.originator_version, e.topic, e.state)
                yield vars(self.okrs.mapper.to_domain_event(stored))["check_in_id"]

    def suggested(self, key_result: UUID) -> Any:
        """The progress of a key result as a client reads it before they score it."""
        head = self.views.catch_up(60)
        with self.views.reading() as connection:
            graph = Graph.of_cycle(connection, moment.at_position(self.views.log, head.position, self.zone), None)
        progress = graph.key_results[str(key_result)].progress
        return progress and progress.value

    def compare(self, position: int) -> None:
        assert told(answers(self.views, position, self.zone)) == Expected(self.model, position).all()

    def teardown(self) -> None:
        try:
            if self.log.head().position == len(self.model.past) - 1:  # or it has failed already
                self._compare_all()
        finally:
            self.views.engine.dispose()
            self.register.close()
            self.log.close()
            self.folder.cleanup()

    def _compare_all(self) -> None:
        """Every position is told as the model held it and as a log that ends there tells it; the tables of the constraints
        follow from the log; a rebuild changes nothing.
        """
        prefix: Any = Prefix(self.log, 0)
        alone = self._views("alone", prefix)
        for prefix.position in range(1, self.log.head().position + 1):
            answer = answers(alone, prefix.position, self.zone)
            assert told(answer) == Expected(self.model, prefix.position).all()
            if prefix.position % self.stride == 0:
                assert answers(self.views, prefix.position, self.zone) == answer
        assert not list(Verifier(self.log, self.okrs.mapper).faults())
        by_batches, one_by_one = (_rows(views) for views in (self.views, alone))
        alone.rebuild()
        assert by_batches == one_by_one == _rows(alone)
        alone.engine.dispose()


def _rows(views: Views) -> dict[str, list[str]]:
    with views.reading() as connection:
        return all_rows(connection)
