"""The actions of journal rows: each one turns a row into events with their constraints."""

from collections.abc import Mapping
from uuid import UUID, uuid4

from eventsourcing.domain import Aggregate, CanMutateAggregate

from okr_events.commands.application import OKRApplication
from okr_events.domain.cycle import Cycle
from okr_events.domain.key_result import KeyResult
from okr_events.domain.objective import Objective
from okr_events.domain.unit import Unit
from okr_events.domain.values import AuthoredText, Level
from okr_events.event_log.constraints import (
    Claim,
    Constraint,
    MarkEnded,
    count_key_result,
    count_objective,
    cycle_not_sealed,
    policy_limits,
)
from okr_events.event_log.envelope import Envelope
from okr_events.event_log.hash_chain import to_microseconds
from okr_events.event_log.scoring_constraints import MarkScored, RequireScore
from okr_events.journal.csv_rows import JournalError, JournalRow, parse_quarter

ACTIONS = (
    "define_key_result",
    "reassign_key_result",
    "rename_key_result",
    "drop_key_result",
    "check_in",
    "score",
    "correct_score",
)
COMPANY_NAME = "Imported"
SHARE_METRIC = {"kind": "increase", "baseline": "0", "target": "1"}


class RowActions:
    """Collects the events of all rows, each with its envelope and time, and the constraints of their append.

    `source` is the part of `Envelope.imported` that all events share.
    """

    def __init__(self, okrs: OKRApplication, *, actor: str, source: Mapping[str, str]) -> None:
        self.events: list[CanMutateAggregate[UUID]] = []
        self.envelopes: list[Envelope] = []
        self.times: list[int] = []
        self.constraints: list[Constraint] = []
        self.new_people: dict[str, UUID] = {}
        self.correlation_id = uuid4()
        self._okrs = okrs
        self._source = source
        self._people = {name: id for id, name in okrs.register.people.names().items()}
        self._actor = okrs.register.people.find_by_name(actor) or self._ensure_person(actor)
        self._company = okrs.log_recorder.claim_holder("company", "")
        self._zone = okrs.time_zone()
        self._cycles: dict[str, Cycle] = {}
        self._objectives: dict[tuple[str, str], Objective] = {}
        self._key_results: dict[tuple[str, str, str], KeyResult] = {}

    def run(self, row: JournalRow) -> None:
        """Run the row's action; raises `JournalError` or an error of the domain."""
        if row.action not in ACTIONS:
            raise JournalError(f"action must be one of {', '.join(ACTIONS)}, not {row.action!r}")
        getattr(self, row.action)(row)

    def define_key_result(self, row: JournalRow) -> None:
        place = (row.cycle, row.objective, row.key_result)
        if place in self._key_results:
            raise JournalError(f"{' '.join(place)} is already defined in an earlier row")
        objective, cycle = self._ensure_objective(row), self._ensure_cycle(row)
        title = _require(row.title, "title")
        owner = self._ensure_person(row.owner) if row.owner else None
        key_result = KeyResult.define(objective, cycle_span=cycle.span, title=title, metric=SHARE_METRIC, owner=owner)
        self._collect(row, key_result)
        self.constraints.append(count_key_result(objective.id, cycle.id, key_result.id))
        self.constraints.append(RequireScore(cycle.id, objective.id, key_result.id))
        self._key_results[place] = key_result

    def reassign_key_result(self, row: JournalRow) -> None:
        key_result = self._find_key_result(row)
        key_result.reassign(self._ensure_person(_require(row.owner, "owner")))
        self._collect(row, key_result, with_reason=True)

    def rename_key_result(self, row: JournalRow) -> None:
        key_result, cycle = self._find_key_result(row), self._ensure_cycle(row)
        key_result.change(cycle_span=cycle.span, title=_require(row.title, "title"))
        self._collect(row, key_result)

    def drop_key_result(self, row: JournalRow) -> None:
        key_result = self._find_key_result(row)
        key_result.cancel()
        self._collect(row, key_result, with_reason=True)
        self.constraints.append(MarkEnded(key_result.id))

    def check_in(self, row: JournalRow) -> None:
        key_result, local_time = self._find_key_result(row), row.recorded_at.astimezone(self._zone)
        key_result.check_in(today=local_time.date(), value=row.value, confidence=row.projected)
        self._collect(row, key_result)

    def score(self, row: JournalRow) -> None:
        key_result = self._find_key_result(row)
        if key_result.score is not None:
            raise JournalError("the key result already has a score: use correct_score to change it")
        self._record_score(row, key_result)

    def correct_score(self, row: JournalRow) -> None:
        key_result = self._find_key_result(row)
        if key_result.score is None:
            raise JournalError("the key result has no score to correct")
        self._record_score(row, key_result)

    def _record_score(self, row: JournalRow, key_result: KeyResult) -> None:
        if row.value is None:
            raise JournalError("value must not be blank: it is the score")
        key_result.record_score(score=row.value)
        self._collect(row, key_result, with_reason=True)
        self.constraints.append(MarkScored(key_result.id))

    def _collect(self, row: JournalRow, aggregate: Aggregate, *, with_reason: bool = False) -> None:
        reason = AuthoredText(self._actor, f"imported from {self._source['file']}") if with_reason else None
        imported = {**self._source, "recorded_at": row.recorded_at.isoformat()}
        events = aggregate.collect_events()
        self.events.extend(events)
        self.envelopes.extend([Envelope(self._actor, reason, self.correlation_id, imported)] * len(events))
        self.times.extend([to_microseconds(row.recorded_at)] * len(events))

    def _ensure_company(self, row: JournalRow) -> UUID:
        if self._company is None:
            company = Unit.create(name=COMPANY_NAME, level=Level.COMPANY)
            self._collect(row, company)
            self.constraints += [Claim("company", "", company.id), Claim("unit/", COMPANY_NAME.casefold(), company.id)]
            self._company = company.id
        return self._company

    def _ensure_cycle(self, row: JournalRow) -> Cycle:
        """The calendar quarter of the row, active; its first row creates or activates it."""
        if row.cycle not in self._cycles:
            span = parse_quarter(row.cycle)
            id = self._okrs.log_recorder.claim_holder("cycle", row.cycle.casefold())
            if id:
                cycle = self._okrs.load(Cycle, id)
                self.constraints.append(cycle_not_sealed(id))
            else:
                cycle = Cycle.create(name=row.cycle, starts_on=span[0], ends_on=span[1])
                self.constraints.append(Claim("cycle", row.cycle.casefold(), cycle.id))
                self.constraints += policy_limits(cycle.id, cycle.policy)
            if cycle.span != span:
                raise JournalError(f"the existing cycle {row.cycle} does not match this calendar quarter")
            if cycle.state == "draft":
                cycle.activate()
            self._collect(row, cycle)
            self._cycles[row.cycle] = cycle
        return self._cycles[row.cycle]

    def _ensure_objective(self, row: JournalRow) -> Objective:
        place = (row.cycle, row.objective)
        if not row.objective or not row.key_result:
            raise JournalError("objective and key_result must not be blank")
        if place not in self._objectives:
            company, cycle = self._ensure_company(row), self._ensure_cycle(row)
            objective = Objective.create(cycle_id=cycle.id, unit_id=company, title=row.objective)
            self._collect(row, objective)
            self.constraints.append(count_objective(company, cycle.id, objective.id))
            self._objectives[place] = objective
        return self._objectives[place]

    def _find_key_result(self, row: JournalRow) -> KeyResult:
        key_result = self._key_results.get((row.cycle, row.objective, row.key_result))
        if key_result is None:
            raise JournalError(f"no earlier row defines {row.cycle} {row.objective} {row.key_result}")
        return key_result

    def _ensure_person(self, name: str) -> UUID:
        """The person with this name; the import adds missing ones."""
        if name not in self._people:
            self._people[name] = self.new_people[name] = uuid4()
        return self._people[name]


def _require(text: str, column: str) -> str:
    if not text:
        raise JournalError(f"{column} must not be blank")
    return text
