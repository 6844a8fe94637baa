"""Importing a journal: its rows become events, recorded together or not at all."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from hashlib import sha256
from pathlib import Path
from uuid import UUID, uuid4

from eventsourcing.domain import Aggregate, CanMutateAggregate

from okr_events.commands.application import OKRs
from okr_events.domain.cycle import Cycle
from okr_events.domain.decimals import ONE
from okr_events.domain.errors import OKRError, Refused
from okr_events.domain.key_result import KeyResult
from okr_events.domain.objective import Objective
from okr_events.domain.unit import Unit
from okr_events.domain.values import Level, Words
from okr_events.event_log.constraints import (
    Claim,
    Constraint,
    End,
    Run,
    key_result_of,
    limits_of,
    objective_of,
    open_cycle,
)
from okr_events.event_log.envelope import Envelope
from okr_events.event_log.hash_chain import microseconds
from okr_events.event_log.scoring_constraints import Scored, Unscored
from okr_events.journal.csv_rows import JournalError, Row, lines, quarter

COMPANY = "Imported"
SHARE = {"kind": "increase", "baseline": "0", "target": "1"}


class ImportedBefore(Refused):
    code = "imported-before"
    title = "A file with these very bytes was imported before."


class LogNotEmpty(Refused):
    code = "log-not-empty"
    title = "Times are taken from a journal only into an empty log: this one has witnessed its own."


@dataclass(frozen=True, slots=True)
class EmptyLog:
    """Nothing has been recorded yet."""

    def enforce(self, run: Run) -> None:
        if run("SELECT position FROM head", ())[0][0]:
            raise LogNotEmpty


class Import:
    """A journal on its way into the log: take its rows one by one, then record all of them or none.

    `faults` says what is wrong, row by row; nothing is recorded while there are any. With `trust_times` the log takes
    `recorded_at` from the journal. Raises `JournalError` when the file is not a journal, `ImportedBefore`, `LogNotEmpty`.
    """

    def __init__(self, okrs: OKRs, path: Path, *, actor: str, trust_times: bool = False) -> None:
        data = path.read_bytes()
        self.okrs = okrs
        self.file = path.name
        self.sha256 = sha256(data).hexdigest()
        self.trust_times = trust_times
        self.lines = lines(data)
        self.faults: list[str] = []
        self._started_at = datetime.now(UTC)
        self._correlation_id = uuid4()
        self._events: list[CanMutateAggregate[UUID]] = []
        self._envelopes: list[Envelope] = []
        self._times: list[int] = []
        self._constraints: list[Constraint] = [Claim("import", self.sha256, self._correlation_id, ImportedBefore)]
        self._people = {name: id for id, name in okrs.register.people.names().items()}
        self._new_people: dict[str, UUID] = {}
        self.actor = okrs.register.people.called(actor) or self._person(actor)
        self._company = okrs.log_recorder.holder("company", "")
        self._zone = okrs.time_zone()
        self._cycles: dict[str, Cycle] = {}
        self._objectives: dict[tuple[str, str], Objective] = {}
        self._key_results: dict[tuple[str, str, str], KeyResult] = {}
        self._check_place()

    def _check_place(self) -> None:
        log = self.okrs.log_recorder
        if log.holder("import", self.sha256):
            raise ImportedBefore
        if self.trust_times and log.head().position:
            raise LogNotEmpty
        if self.trust_times:
            self._constraints.append(EmptyLog())

    def take(self, number: int, cells: dict[str, str]) -> None:
        """Turn line `number` of the file into events; what is wrong with it is added to `faults`."""
        try:
            row = Row.parse(number, cells)
            self._check_time(row)
            _action(row)(self, row)
        except (JournalError, OKRError) as error:
            self.faults.append(f"line {number}: {error}")

    def record(self, *, rehearse: bool = False) -> int:
        """Append all events in one transaction and give their number. Raises `ImportedBefore`, `LogNotEmpty`."""
        register = self.okrs.register
        if not rehearse:
            with register.changing() as connection:
                for name, id in self._new_people.items():
                    register.people.add(connection, name=name, id=id)
        self.okrs.append(
            self._events,
            envelopes=self._envelopes,
            constraints=self._constraints,
            times=self._times if self.trust_times else None,
            rehearse=rehearse,
        )
        return len(self._events)

    def _check_time(self, row: Row) -> None:
        if row.recorded_at > self._started_at:
            raise JournalError("recorded_at lies in the future")
        if self.trust_times and self._times and microseconds(row.recorded_at) < self._times[-1]:
            raise JournalError("recorded_at is earlier than the row before: trusted times only rise")

    def _day(self, row: Row) -> date:
        return row.recorded_at.astimezone(self._zone).date()

    def _collect(self, row: Row, aggregate: Aggregate, *, reason: bool = False) -> None:
        words = Words(self.actor, f"imported from {self.file}") if reason else None
        imported = {
            "file": self.file,
            "sha256": self.sha256,
            "imported_at": self._started_at.isoformat(),
            "recorded_at": row.recorded_at.isoformat(),
            "times": "claimed" if self.trust_times else "witnessed",
        }
        events = aggregate.collect_events()
        self._events.extend(events)
        self._envelopes.extend([Envelope(self.actor, words, self._correlation_id, imported)] * len(events))
        self._times.extend([microseconds(row.recorded_at)] * len(events))

    def _company_of(self, row: Row) -> UUID:
        if self._company is None:
            company = Unit.create(name=COMPANY, level=Level.COMPANY)
            self._collect(row, company)
            self._constraints += [Claim("company", "", company.id), Claim("unit/", COMPANY.casefold(), company.id)]
            self._company = company.id
        return self._company

    def _cycle_of(self, row: Row) -> Cycle:
        """The calendar quarter that the row names, made and activated by the first row about it."""
        if row.cycle not in self._cycles:
            starts_on, ends_on = quarter(row.cycle)
            known = self.okrs.log_recorder.holder("cycle", row.cycle.casefold())
            if known:
                cycle = self.okrs.load(Cycle, known)
                self._constraints.append(open_cycle(known))
            else:
                cycle = Cycle.create(name=row.cycle, starts_on=starts_on, ends_on=ends_on)
                self._constraints.append(Claim("cycle", row.cycle.casefold(), cycle.id))
                self._constraints += limits_of(cycle.id, cycle.policy)
            if (cycle.starts_on, cycle.ends_on) != (starts_on, ends_on):
                raise JournalError(f"the cycle {row.cycle} is there and is not the calendar quarter")
            if cycle.state == "draft":
                cycle.activate()
            self._collect(row, cycle)
            self._cycles[row.cycle] = cycle
        return self._cycles[row.cycle]

    def _objective_of(self, row: Row) -> Objective:
        place = (row.cycle, row.objective)
        if not row.objective or not row.key_result:
            raise JournalError("objective and key_result name what the row is about")
        if place not in self._objectives:
            company, cycle = self._company_of(row), self._cycle_of(row)
            objective = Objective.create(cycle_id=cycle.id, unit_id=company, title=row.objective)
            self._collect(row, objective)
            self._constraints.append(objective_of(company, cycle.id, objective.id))
            self._objectives[place] = objective
        return self._objectives[place]

    def _key_result_of(self, row: Row) -> KeyResult:
        found = self._key_results.get((row.cycle, row.objective, row.key_result))
        if found is None:
            raise JournalError(f"{row.cycle} {row.objective} {row.key_result} was not defined above")
        return found

    def _owner(self, row: Row) -> UUID:
        if not row.owner:
            raise JournalError("owner is blank")
        return self._person(row.owner)

    def _person(self, name: str) -> UUID:
        """The person of this name; one that nobody has is added when the journal is recorded."""
        if name not in self._people:
            self._people[name] = self._new_people[name] = uuid4()
        return self._people[name]

    def define_key_result(self, row: Row) -> None:
        place = (row.cycle, row.objective, row.key_result)
        if place in self._key_results:
            raise JournalError(f"{' '.join(place)} was defined above already")
        objective, cycle = self._objective_of(row), self._cycle_of(row)
        key_result = KeyResult.define(
            objective,
            cycle_span=(cycle.starts_on, cycle.ends_on),
            title=_named(row),
            metric=SHARE,
            weight=ONE,
            owner=self._owner(row) if row.owner else None,
        )
        self._collect(row, key_result)
        self._constraints.append(key_result_of(objective.id, cycle.id, key_result.id))
        self._constraints.append(Unscored(cycle.id, objective.id, key_result.id))
        self._key_results[place] = key_result

    def reassign_key_result(self, row: Row) -> None:
        key_result = self._key_result_of(row)
        key_result.reassign(self._owner(row))
        self._collect(row, key_result, reason=True)

    def rename_key_result(self, row: Row) -> None:
        key_result, cycle = self._key_result_of(row), self._cycle_of(row)
        key_result.change(cycle_span=(cycle.starts_on, cycle.ends_on), title=_named(row))
        self._collect(row, key_result)

    def drop_key_result(self, row: Row) -> None:
        key_result = self._key_result_of(row)
        key_result.cancel()
        self._collect(row, key_result, reason=True)
        self._constraints.append(End(key_result.id))

    def check_in(self, row: Row) -> None:
        key_result, today = self._key_result_of(row), self._day(row)
        key_result.check_in(today=today, value=row.value, confidence=row.projected)
        self._collect(row, key_result)

    def score(self, row: Row) -> None:
        key_result = self._key_result_of(row)
        if key_result.score is not None:
            raise JournalError("it has a score: correct_score changes that")
        self._score(row, key_result)

    def correct_score(self, row: Row) -> None:
        key_result = self._key_result_of(row)
        if key_result.score is None:
            raise JournalError("it has no score to correct")
        self._score(row, key_result)

    def _score(self, row: Row, key_result: KeyResult) -> None:
        if row.value is None:
            raise JournalError("value is blank: it is the score")
        key_result.score_it(score=row.value)
        self._collect(row, key_result, reason=True)
        self._constraints.append(Scored(key_result.id))


ACTIONS: dict[str, Callable[["Import", Row], None]] = {
    name: getattr(Import, name)
    for name in (
        "define_key_result",
        "reassign_key_result",
        "rename_key_result",
        "drop_key_result",
        "check_in",
        "score",
        "correct_score",
    )
}


def _action(row: Row) -> Callable[[Import, Row], None]:
    if row.action not in ACTIONS:
        raise JournalError(f"no action is called {row.action!r}: there are {', '.join(ACTIONS)}")
    return ACTIONS[row.action]


def _named(row: Row) -> str:
    if not row.title:
        raise JournalError("title is blank")
    return row.title
