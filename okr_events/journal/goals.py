"""The goals that the rows of a journal name: found in the log, or created by the first row that needs them."""

from datetime import date, tzinfo
from uuid import UUID
from zoneinfo import ZoneInfo

from okr_events.commands.application import OKRApplication
from okr_events.domain.cycle import Cycle
from okr_events.domain.key_result import KeyResult
from okr_events.domain.names import name_key
from okr_events.domain.objective import Objective
from okr_events.domain.unit import Unit, parse_time_zone
from okr_events.domain.values import Level
from okr_events.event_log.constraints import Claim, count_objective, policy_limits
from okr_events.event_log.import_constraints import GOALS, goal_name
from okr_events.event_log.looks import cycle_not_sealed
from okr_events.journal.csv_rows import JournalError, JournalRow, parse_quarter
from okr_events.journal.recording import Recording

COMPANY_NAME = "Imported"


class JournalGoals:
    """`time_zone` is that of the company: of a new one, and otherwise the one that it must have."""

    def __init__(self, okrs: OKRApplication, recording: Recording, *, time_zone: str | None) -> None:
        self._okrs = okrs
        self._recording = recording
        self._company = okrs.log_recorder.claim_holder("company", "")
        self._time_zone = time_zone
        self.zone = self._check_zone()
        self._cycles: dict[str, Cycle] = {}
        self._objectives: dict[str, Objective] = {}
        self._key_results: dict[str, KeyResult] = {}

    def ensure_cycle(self, row: JournalRow) -> Cycle:
        """The calendar quarter of the row, active; its first row creates or activates it."""
        if row.cycle not in self._cycles:
            span = parse_quarter(row.cycle)
            id = self._okrs.log_recorder.claim_holder("cycle", name_key(row.cycle))
            cycle = self._open_cycle(id) if id else self._create_cycle(row.cycle, span)
            if cycle.span != span:
                raise JournalError(f"the existing cycle {row.cycle} does not match this calendar quarter")
            if cycle.state == "draft":
                cycle.activate()
            self._recording.collect(cycle)
            self._cycles[row.cycle] = cycle
        return self._cycles[row.cycle]

    def ensure_objective(self, row: JournalRow) -> Objective:
        if not row.objective or not row.key_result:
            raise JournalError("objective and key_result must not be blank")
        name = goal_name(row.cycle, row.objective)
        if name not in self._objectives:
            id = self._okrs.log_recorder.claim_holder(GOALS, name)
            self._objectives[name] = self._okrs.load(Objective, id) if id else self._create_objective(row)
        return self._objectives[name]

    def add_key_result(self, row: JournalRow, key_result: KeyResult) -> None:
        self._key_results[goal_name(*row.place)] = key_result

    def known_key_result(self, row: JournalRow) -> KeyResult | None:
        """The key result that an earlier row defined, in this or an earlier import."""
        name = goal_name(*row.place)
        if name not in self._key_results and (id := self._okrs.log_recorder.claim_holder(GOALS, name)):
            self._key_results[name] = self._okrs.load(KeyResult, id)
        return self._key_results.get(name)

    def find_key_result(self, row: JournalRow) -> KeyResult:
        key_result = self.known_key_result(row)
        if key_result is None:
            raise JournalError(f"no earlier row defines {' '.join(row.place)}")
        return key_result

    def _ensure_company(self) -> UUID:
        if self._company is None:
            company = Unit.create(name=COMPANY_NAME, level=Level.COMPANY, time_zone=self._time_zone)
            names = Claim("company", "", company.id), Claim("unit/", name_key(COMPANY_NAME), company.id)
            self._recording.collect(company, *names)
            self._company = company.id
        return self._company

    def _check_zone(self) -> tzinfo:
        """The zone of the company's days, also of one that the import creates."""
        named = ZoneInfo(parse_time_zone(self._time_zone)) if self._time_zone else None
        if self._company is None:
            return named or self._okrs.time_zone()
        if named not in (None, self._okrs.time_zone()):
            raise JournalError(f"the company's time zone is not {named}: change it from a later day on, or leave it out")
        return self._okrs.time_zone()

    def _open_cycle(self, id: UUID) -> Cycle:
        self._recording.require(cycle_not_sealed(id))
        return self._okrs.load(Cycle, id)

    def _create_cycle(self, name: str, span: tuple[date, date]) -> Cycle:
        cycle = Cycle.create(name=name, starts_on=span[0], ends_on=span[1])
        self._recording.collect(cycle, Claim("cycle", name_key(name), cycle.id), *policy_limits(cycle.id, cycle.policy))
        return cycle

    def _create_objective(self, row: JournalRow) -> Objective:
        company, cycle = self._ensure_company(), self.ensure_cycle(row)
        objective = Objective.create(cycle_id=cycle.id, unit_id=company, title=row.objective)
        self._recording.collect(objective, count_objective(company, cycle.id, objective.id))
        return objective
