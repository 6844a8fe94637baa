"""Importing a journal: its rows become events, recorded together or not at all."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from hashlib import sha256
from pathlib import Path
from uuid import UUID, uuid4

from eventsourcing.domain import Aggregate, CanMutateAggregate

from okr_events.commands.application import OKRApplication
from okr_events.domain.cycle import Cycle
from okr_events.domain.decimals import ONE
from okr_events.domain.errors import OKRError, Refused
from okr_events.domain.key_result import KeyResult
from okr_events.domain.objective import Objective
from okr_events.domain.unit import Unit
from okr_events.domain.values import AuthoredText, Level
from okr_events.event_log.constraints import (
    Claim,
    Constraint,
    MarkEnded,
    RunStatement,
    count_key_result,
    count_objective,
    cycle_not_sealed,
    policy_limits,
)
from okr_events.event_log.envelope import Envelope
from okr_events.event_log.hash_chain import to_microseconds
from okr_events.event_log.scoring_constraints import MarkScored, RequireScore
from okr_events.journal.csv_rows import JournalError, JournalRow, parse_csv, parse_quarter

COMPANY_NAME = "Imported"
SHARE_METRIC = {"kind": "increase", "baseline": "0", "target": "1"}


class ImportedBefore(Refused):
    code = "imported-before"
    title = "This file was already imported."


class LogNotEmpty(Refused):
    code = "log-not-empty"
    title = "Times can be taken from a journal only while the log is empty."


@dataclass(frozen=True, slots=True)
class EmptyLog:
    """Nothing has been recorded yet."""

    def enforce(self, run: RunStatement) -> None:
        if run("SELECT position FROM head", ())[0][0]:
            raise LogNotEmpty


class JournalImport:
    """A journal on its way into the log: take its rows one by one, then record all of them or none.

    `faults` says what is wrong, row by row; nothing is recorded while there are any. With `trust_times` the log takes
    `recorded_at` from the journal. Raises `JournalError` when the file is not a journal, `ImportedBefore`, `LogNotEmpty`.
    """

    def __init__(self, okrs: OKRApplication, path: Path, *, actor: str, trust_times: bool = False) -> None:
        data = path.read_bytes()
        self.okrs = okrs
        self.file = path.name
        self.sha256 = sha256(data).hexdigest()
        self.trust_times = trust_times
        self.lines = parse_csv(data)
        self.row_errors: list[str] = []
        self._started_at = datetime.now(UTC)
        self._correlation_id = uuid4()
        self._events: list[CanMutateAggregate[UUID]] = []
        self._envelopes: list[Envelope] = []
        self._times: list[int] = []
        self._constraints: list[Constraint] = [Claim("import", self.sha256, self._correlation_id, ImportedBefore)]
        self._people = {name: id for id, name in okrs.register.people.names().items()}
        self._new_people: dict[str, UUID] = {}
        self.actor = okrs.register.people.find_by_name(actor) or self._ensure_person(actor)
        self._company = okrs.log_recorder.claim_holder("company", "")
        self._zone = okrs.time_zone()
        self._cycles: dict[str, Cycle] = {}
        self._objectives: dict[tuple[str, str], Objective] = {}
        self._key_results: dict[tuple[str, str, str], KeyResult] = {}
        self._check_log()

    def _check_log(self) -> None:
        log = self.okrs.log_recorder
        if log.claim_holder("import", self.sha256):
            raise ImportedBefore
        if self.trust_times and log.head().position:
            raise LogNotEmpty
        if self.trust_times:
            self._constraints.append(EmptyLog())

    def add_row(self, number: int, cells: dict[str, str]) -> None:
        """Turn line `number` of the file into events; what is wrong with it is added to `faults`."""
        try:
            row = JournalRow.parse(number, cells)
            self._check_time(row)
            _find_action(row)(self, row)
        except (JournalError, OKRError) as error:
            self.row_errors.append(f"line {number}: {error}")

    def record(self, *, rehearse: bool = False) -> int:
        """Append all events in one transaction and give their number. Raises `ImportedBefore`, `LogNotEmpty`."""
        register = self.okrs.register
        if not rehearse:
            with register.write_transaction() as connection:
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

    def _check_time(self, row: JournalRow) -> None:
        if row.recorded_at > self._started_at:
            raise JournalError("recorded_at lies in the future")
        if self.trust_times and self._times and to_microseconds(row.recorded_at) < self._times[-1]:
            raise JournalError("recorded_at is earlier than the row before: trusted times only rise")

    def _local_day(self, row: JournalRow) -> date:
        return row.recorded_at.astimezone(self._zone).date()

    def _collect(self, row: JournalRow, aggregate: Aggregate, *, reason: bool = False) -> None:
        words = AuthoredText(self.actor, f"imported from {self.file}") if reason else None
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
        self._times.extend([to_microseconds(row.recorded_at)] * len(events))

    def _ensure_company(self, row: JournalRow) -> UUID:
        if self._company is None:
            company = Unit.create(name=COMPANY_NAME, level=Level.COMPANY)
            self._collect(row, company)
            self._constraints += [Claim("company", "", company.id), Claim("unit/", COMPANY_NAME.casefold(), company.id)]
            self._company = company.id
        return self._company

    def _ensure_cycle(self, row: JournalRow) -> Cycle:
        """The calendar quarter that the row names, made and activated by the first row about it."""
        if row.cycle not in self._cycles:
            starts_on, ends_on = parse_quarter(row.cycle)
            known = self.okrs.log_recorder.claim_holder("cycle", row.cycle.casefold())
            if known:
                cycle = self.okrs.load(Cycle, known)
                self._constraints.append(cycle_not_sealed(known))
            else:
                cycle = Cycle.create(name=row.cycle, starts_on=starts_on, ends_on=ends_on)
                self._constraints.append(Claim("cycle", row.cycle.casefold(), cycle.id))
                self._constraints += policy_limits(cycle.id, cycle.policy)
            if (cycle.starts_on, cycle.ends_on) != (starts_on, ends_on):
                raise JournalError(f"the cycle {row.cycle} is there and is not the calendar quarter")
            if cycle.state == "draft":
                cycle.activate()
            self._collect(row, cycle)
            self._cycles[row.cycle] = cycle
        return self._cycles[row.cycle]

    def _ensure_objective(self, row: JournalRow) -> Objective:
        place = (row.cycle, row.objective)
        if not row.objective or not row.key_result:
            raise JournalError("objective and key_result name what the row is about")
        if place not in self._objectives:
            company, cycle = self._ensure_company(row), self._ensure_cycle(row)
            objective = Objective.create(cycle_id=cycle.id, unit_id=company, title=row.objective)
            self._collect(row, objective)
            self._constraints.append(count_objective(company, cycle.id, objective.id))
            self._objectives[place] = objective
        return self._objectives[place]

    def _find_key_result(self, row: JournalRow) -> KeyResult:
        found = self._key_results.get((row.cycle, row.objective, row.key_result))
        if found is None:
            raise JournalError(f"{row.cycle} {row.objective} {row.key_result} was not defined above")
        return found

    def _ensure_owner(self, row: JournalRow) -> UUID:
        if not row.owner:
            raise JournalError("owner is blank")
        return self._ensure_person(row.owner)

    def _ensure_person(self, name: str) -> UUID:
        """The person of this name; one that nobody has is added when the journal is recorded."""
        if name not in self._people:
            self._people[name] = self._new_people[name] = uuid4()
        return self._people[name]

    def define_key_result(self, row: JournalRow) -> None:
        place = (row.cycle, row.objective, row.key_result)
        if place in self._key_results:
            raise JournalError(f"{' '.join(place)} was defined above already")
        objective, cycle = self._ensure_objective(row), self._ensure_cycle(row)
        key_result = KeyResult.define(
            objective,
            cycle_span=(cycle.starts_on, cycle.ends_on),
            title=_require_title(row),
            metric=SHARE_METRIC,
            weight=ONE,
            owner=self._ensure_owner(row) if row.owner else None,
        )
        self._collect(row, key_result)
        self._constraints.append(count_key_result(objective.id, cycle.id, key_result.id))
        self._constraints.append(RequireScore(cycle.id, objective.id, key_result.id))
        self._key_results[place] = key_result

    def reassign_key_result(self, row: JournalRow) -> None:
        key_result = self._find_key_result(row)
        key_result.reassign(self._ensure_owner(row))
        self._collect(row, key_result, reason=True)

    def rename_key_result(self, row: JournalRow) -> None:
        key_result, cycle = self._find_key_result(row), self._ensure_cycle(row)
        key_result.change(cycle_span=(cycle.starts_on, cycle.ends_on), title=_require_title(row))
        self._collect(row, key_result)

    def drop_key_result(self, row: JournalRow) -> None:
        key_result = self._find_key_result(row)
        key_result.cancel()
        self._collect(row, key_result, reason=True)
        self._constraints.append(MarkEnded(key_result.id))

    def check_in(self, row: JournalRow) -> None:
        key_result, today = self._find_key_result(row), self._local_day(row)
        key_result.check_in(today=today, value=row.value, confidence=row.projected)
        self._collect(row, key_result)

    def score(self, row: JournalRow) -> None:
        key_result = self._find_key_result(row)
        if key_result.score is not None:
            raise JournalError("it has a score: correct_score changes that")
        self._record_score(row, key_result)

    def correct_score(self, row: JournalRow) -> None:
        key_result = self._find_key_result(row)
        if key_result.score is None:
            raise JournalError("it has no score to correct")
        self._record_score(row, key_result)

    def _record_score(self, row: JournalRow, key_result: KeyResult) -> None:
        if row.value is None:
            raise JournalError("value is blank: it is the score")
        key_result.record_score(score=row.value)
        self._collect(row, key_result, reason=True)
        self._constraints.append(MarkScored(key_result.id))


ACTIONS: dict[str, Callable[["JournalImport", JournalRow], None]] = {
    name: getattr(JournalImport, name)
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


def _find_action(row: JournalRow) -> Callable[[JournalImport, JournalRow], None]:
    if row.action not in ACTIONS:
        raise JournalError(f"no action is called {row.action!r}: there are {', '.join(ACTIONS)}")
    return ACTIONS[row.action]


def _require_title(row: JournalRow) -> str:
    if not row.title:
        raise JournalError("title is blank")
    return row.title
