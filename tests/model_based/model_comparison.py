"""The backend beside the model: commands go to both, and both must agree on every position."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from unittest.mock import Mock
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import pytest
from eventsourcing.persistence import StoredEvent
from hypothesis.stateful import RuleBasedStateMachine

from api.operations.sealed_reports import make_report, read_report
from api.operations.stores import Stores
from api.operations.suggested_score import suggest_score
from okr_events.commands.application import OKRApplication
from okr_events.commands.intent import Intent
from okr_events.domain.errors import OKRError
from okr_events.event_log.append import Append
from okr_events.event_log.appending import DryRunCompleted
from okr_events.event_log.constraint_tables import rebuild_if_outdated
from okr_events.event_log.cycle_events import find_cycle_positions
from okr_events.event_log.hash_chain import to_microseconds
from okr_events.event_log.idempotency import CommandResult, DuplicateRequest
from okr_events.event_log.integrity_check import LogVerifier
from okr_events.event_log.sqlite import SQLiteLog
from okr_events.register.engine import open_sqlite
from okr_events.register.register import Register
from projections import moment
from projections.evaluation.goal_graph import GoalGraph
from projections.projector import Projector
from projections.queries.event_filters import iterate_cycle_positions
from projections.store.lookups import fetch_rows_at
from projections.store.tables import CycleRow, KeyResultRow
from tests.model_based.backend_answers import comparable_answers, fetch_answers
from tests.model_based.expected_answers import ExpectedAnswers
from tests.model_based.model.model_state import DAY, RuleBroken, require
from tests.model_based.model.whole_model import Model
from tests.model_based.strategies import CommandOptions
from tests.projections.log_prefix import LogPrefix
from tests.projections.view_reader import all_rows

NOBODY = UUID(int=0)
Command = Callable[[Intent], CommandResult]


class Clock:
    def __init__(self) -> None:
        self.now = datetime(2024, 1, 1, 12, tzinfo=UTC)


class ClockedLog(SQLiteLog):
    """A log that takes its time from a clock of ours."""

    clock: Clock

    def record(self, append: Append) -> Append:
        append.times = [to_microseconds(self.clock.now)] * len(append.events)
        return super().record(append)


class ClockedOKRs(OKRApplication):
    clock: Clock

    def today(self) -> date:
        return self.clock.now.astimezone(self.time_zone()).date()


class ModelComparison(RuleBasedStateMachine):
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
        rebuild_if_outdated(self.log, self.okrs.mapper)
        self.log.clock = self.okrs.clock = self.clock
        self.views = self._views("views", self.log, chunk=3)
        with self.register.write_transaction() as connection:
            self.people = [self.register.people.add(connection, name=name).id for name in ("Ada", "Ben")]
        self.model = Model(self.clock.now.date(), self.people)

    def _views(self, name: str, log: Any, **how: Any) -> Projector:
        return Projector(open_sqlite(Path(self.folder.name) / f"{name}.sqlite", durable=False), log, self.okrs.mapper, **how)

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

    def run_command(
        self, how: CommandOptions, command: Command, follow: Callable[[Any], None], about: Any = None, *, because: bool = False
    ) -> None:
        """Run a command and let the model follow: both refuse, or both go the same way, fact by fact.

        `about` is what exists already and has the version that the command may expect; `because` says that a reason is needed.
        """
        self._advance_clock()
        intent, head = self._intent(how, about), self.log.head()
        rehearsed = self._dry_run(command, intent) if how.dry_run_first else None
        answer, refused = self._outcome(command, intent)
        assert rehearsed in (None, refused is not None)
        try:
            require(how.with_reason or not because, about is None or how.expected != "stale")
            follow(answer.id if answer else about or uuid4())
        except RuleBroken:
            assert refused, f"taken, though the model refuses it: {answer}"
            assert self.log.head() == head
            return
        if refused or not answer:
            raise AssertionError("refused, though the model takes it") from refused
        self._compare_answer(answer, head.position)
        if how.repeated:
            self._check_repetition(command, intent, answer)

    def _advance_clock(self) -> None:
        self.clock.now += timedelta(seconds=1)
        self.model.today = self.clock.now.astimezone(self.zone).date()

    def _intent(self, how: CommandOptions, about: Any) -> Intent:
        version = {None: None, "right": self.model.versions[about], "stale": self.model.versions[about] + 1}[how.expected]
        key = (
            self.register.idempotency_key(self.people[0], uuid4().hex, method="POST", path="/", body=b"")
            if how.repeated
            else None
        )
        return Intent(self.people[0], "It had to be" if how.with_reason else None, version, key)

    def _outcome(self, command: Command, intent: Intent) -> tuple[CommandResult | None, OKRError | None]:
        try:
            return command(intent), None
        except OKRError as refused:
            return None, refused

    def _dry_run(self, command: Command, intent: Intent) -> bool:
        """Whether a rehearsal is refused; it can be shown, and leaves no trace."""
        head = self.log.head()
        try:
            _, refused = self._outcome(command, replace(intent, rehearse=True))
        except DryRunCompleted as rehearsal:
            refused = None
            with self.views.dry_run(rehearsal.recorded_events) as (connection, position):
                then = moment.dry_run_moment(position, rehearsal.recorded_events[-1].recorded_at, self.zone)
                GoalGraph.for_cycle(connection, then, None)
        assert self.log.head() == head
        return refused is not None

    def _compare_answer(self, answer: CommandResult, before: int) -> None:
        position = self.log.head().position
        assert position == len(self.model.saved_states) - 1
        assert (answer.position, answer.events) == (position, position - before)
        assert answer.version in (None, self.model.versions[answer.id])

    def _check_repetition(self, command: Command, intent: Intent, answer: CommandResult) -> None:
        with pytest.raises(DuplicateRequest) as before:
            command(intent)
        assert replace(before.value.result, replayed=False) == answer
        assert self.log.head().position == len(self.model.saved_states) - 1

    @contextmanager
    def all_or_none(self) -> Iterator[None]:
        """What the model did inside is undone when it refuses."""
        position = len(self.model.saved_states) - 1
        try:
            yield
        except RuleBroken:
            self.model.world, self.model.versions, _ = self.model.state_at(position)
            del self.model.saved_states[position + 1 :]
            raise

    def new_check_ins(self) -> Iterator[Any]:
        """The ids of the check-ins that the log has and the model does not."""
        for e in self.log.events_after(after=len(self.model.saved_states) - 1):
            if e.topic == "KeyResult.CheckedIn":
                stored = StoredEvent(e.originator_id, e.originator_version, e.topic, e.state)
                yield vars(self.okrs.mapper.to_domain_event(stored))["check_in_id"]

    def suggested_score(self, key_result: UUID) -> Any:
        """The progress of a key result as a client reads it before they score it."""
        head = self.views.catch_up(60)
        with self.views.connect() as connection:
            graph = GoalGraph.for_cycle(connection, moment.moment_at_position(self.views.log, head.position, self.zone), None)
        progress = graph.key_results[str(key_result)].progress
        return progress and progress.value

    def compare(self, position: int) -> None:
        assert (
            comparable_answers(fetch_answers(self.views, position, self.zone))
            == ExpectedAnswers(self.model, position).as_list()
        )

    def teardown(self) -> None:
        try:
            if self.log.head().position == len(self.model.saved_states) - 1:  # or it has failed already
                self._compare_all()
        finally:
            self.views.engine.dispose()
            self.register.close()
            self.log.close()
            self.folder.cleanup()

    def _compare_all(self) -> None:
        """At every position, the answers equal the model's and those of a log that ends there; the tables of the constraints
        follow from the log; a rebuild changes nothing.
        """
        prefix: Any = LogPrefix(self.log, 0)
        alone = self._views("alone", prefix)
        for prefix.position in range(1, self.log.head().position + 1):
            answer = fetch_answers(alone, prefix.position, self.zone)
            assert comparable_answers(answer) == ExpectedAnswers(self.model, prefix.position).as_list()
            if prefix.position % self.stride == 0:
                assert fetch_answers(self.views, prefix.position, self.zone) == answer
        assert not list(LogVerifier(self.log, self.okrs.mapper).find_faults())
        self._compare_replays()
        by_batches, one_by_one = (_read_all_rows(views) for views in (self.views, alone))
        alone.rebuild()
        assert by_batches == one_by_one == _read_all_rows(alone)
        alone.engine.dispose()

    def _compare_replays(self) -> None:
        """Sealed reports, suggested scores and the events of a cycle are the same from a replay of their streams."""
        stores, head = Stores(self.okrs, self.register, self.views, settings=Mock()), self.log.head().position
        with self.views.connect() as connection:
            rows, parts = fetch_rows_at(connection, CycleRow, head), fetch_rows_at(connection, KeyResultRow, head)
            chosen = {row.id: list(iterate_cycle_positions(connection, row.id, upto=head)) for row in rows}
        for row in rows:
            for position in (head, (row.created + head) // 2):
                assert make_report(stores, UUID(row.id), position) == read_report(stores, UUID(row.id), position)
            assert find_cycle_positions(self.log, self.okrs.mapper, UUID(row.id), head) == chosen[row.id]
        for part in parts:
            assert suggest_score(stores, UUID(part.id))[0] == self._served_progress(part)

    def _served_progress(self, row: KeyResultRow) -> Decimal | None:
        with self.views.connect() as connection:
            now = moment.moment_at_head(self.log.head(), self.zone, datetime.now(UTC))
            progress = GoalGraph.for_key_results(connection, now, [row]).key_results[row.id].progress
        return progress.value if progress else None


def _read_all_rows(views: Projector) -> dict[str, list[str]]:
    with views.connect() as connection:
        return all_rows(connection)
