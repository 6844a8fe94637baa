"""The actions of journal rows: each one turns a row into events with their constraints."""

from collections.abc import Mapping
from uuid import UUID

from okr_events.commands.application import OKRApplication
from okr_events.domain.key_result import KeyResult
from okr_events.event_log.constraints import MarkEnded, count_key_result
from okr_events.event_log.looks import AcceptsCheckIns, NotEnded, NotInherited, cycle_not_sealed
from okr_events.event_log.scoring_constraints import MarkScored, RequireScore
from okr_events.journal.csv_rows import JournalError, JournalRow
from okr_events.journal.goals import JournalGoals
from okr_events.journal.journal_people import JournalPeople
from okr_events.journal.recording import Recording

ACTIONS = {
    "define_key_result": {"title", "owner"},
    "reassign_key_result": {"owner"},
    "rename_key_result": {"title"},
    "drop_key_result": set[str](),
    "check_in": {"value", "projected"},
    "score": {"value"},
    "correct_score": {"value"},
}
"""The actions, each with the cells that it reads beside those that all read."""
OPTIONAL_CELLS = ("title", "owner", "value", "projected")
SHARE_METRIC = {"kind": "increase", "baseline": "0", "target": "1"}


class RowActions:
    """Runs rows one after the other; `recording` has what they add to the log, `people` who is missing in the register."""

    def __init__(self, okrs: OKRApplication, *, actor: str, source: Mapping[str, str], time_zone: str | None = None) -> None:
        self.people = JournalPeople(okrs.register)
        self.recording = Recording(self.people.ensure(actor), source)
        self._goals = JournalGoals(okrs, self.recording, time_zone=time_zone)

    def run(self, row: JournalRow, digest: str) -> None:
        """Run the row's action; raises `JournalError` or an error of the domain."""
        _check_cells(row)
        self.recording.begin_row(row, digest)
        before = len(self.recording.events)
        getattr(self, row.action)(row)
        if len(self.recording.events) == before:
            raise JournalError("changes nothing: what it says is so already")

    def define_key_result(self, row: JournalRow) -> None:
        if self._goals.known_key_result(row):
            raise JournalError(f"{' '.join(row.place)} is already defined by an earlier row")
        objective, cycle = self._goals.ensure_objective(row), self._goals.ensure_cycle(row)
        title = _require(row.title, "title")
        key_result = KeyResult.define(
            objective, cycle_span=cycle.span, title=title, metric=SHARE_METRIC, owner=self._owner(row)
        )
        counted = count_key_result(objective.id, cycle.id, key_result.id)
        self.recording.require(NotEnded((objective.id,)))
        self.recording.collect(key_result, counted, RequireScore(cycle.id, objective.id, key_result.id))
        self._goals.add_key_result(row, key_result)

    def reassign_key_result(self, row: JournalRow) -> None:
        key_result = self._find_open_key_result(row)
        key_result.reassign(self.people.ensure(_require(row.owner, "owner")))
        self.recording.collect(key_result, with_reason=True)

    def rename_key_result(self, row: JournalRow) -> None:
        key_result, cycle = self._find_open_key_result(row), self._goals.ensure_cycle(row)
        key_result.change(cycle_span=cycle.span, title=_require(row.title, "title"))
        self.recording.collect(key_result)

    def drop_key_result(self, row: JournalRow) -> None:
        key_result = self._find_open_key_result(row)
        key_result.cancel()
        self.recording.collect(key_result, MarkEnded(key_result.id), with_reason=True)

    def check_in(self, row: JournalRow) -> None:
        key_result, local_time = self._goals.find_key_result(row), row.recorded_at.astimezone(self._goals.zone)
        key_result.check_in(today=local_time.date(), value=row.value, confidence=row.projected)
        self.recording.require(AcceptsCheckIns(key_result.objective_id, key_result.cycle_id))
        if row.value is not None:
            self.recording.require(NotInherited((key_result.id,)))
        self.recording.collect(key_result)

    def score(self, row: JournalRow) -> None:
        key_result = self._goals.find_key_result(row)
        if key_result.score is not None:
            raise JournalError("the key result already has a score: use correct_score to change it")
        self._record_score(row, key_result)

    def correct_score(self, row: JournalRow) -> None:
        key_result = self._goals.find_key_result(row)
        if key_result.score is None:
            raise JournalError("the key result has no score to correct")
        self._record_score(row, key_result)

    def _record_score(self, row: JournalRow, key_result: KeyResult) -> None:
        if row.value is None:
            raise JournalError("value must not be blank: it is the score")
        key_result.record_score(score=row.value)
        self.recording.require(NotEnded((key_result.objective_id,)))
        self.recording.collect(key_result, MarkScored(key_result.id), with_reason=True)

    def _owner(self, row: JournalRow) -> UUID | None:
        return self.people.ensure(row.owner) if row.owner else None

    def _find_open_key_result(self, row: JournalRow) -> KeyResult:
        """The key result, whose objective is live and whose cycle is open until the append."""
        key_result = self._goals.find_key_result(row)
        self.recording.require(NotEnded((key_result.objective_id,)), cycle_not_sealed(key_result.cycle_id))
        return key_result


def _check_cells(row: JournalRow) -> None:
    if row.action not in ACTIONS:
        raise JournalError(f"action must be one of {', '.join(ACTIONS)}, not {row.action!r}")
    unread = [name for name in OPTIONAL_CELLS if getattr(row, name) not in ("", None) and name not in ACTIONS[row.action]]
    if unread:
        raise JournalError(f"{' and '.join(unread)} must be blank: {row.action} does not read it")


def _require(text: str, column: str) -> str:
    if not text:
        raise JournalError(f"{column} must not be blank")
    return text
