"""A run of every command, which changes the constraint tables in every possible way."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from inspect import getmembers, isfunction, signature
from pathlib import Path
from typing import Any
from uuid import UUID

from okr_events.commands.application import OKRApplication
from okr_events.commands.intent import Intent
from okr_events.domain.alignment import AlignmentKind
from okr_events.domain.conversation import CommentKind, Conversation
from okr_events.domain.key_result import KeyResult
from okr_events.domain.review import Review, ReviewKind
from okr_events.domain.unit import Unit
from okr_events.domain.values import Level, Perspective
from okr_events.event_log.hash_chain import to_microseconds
from okr_events.journal.importer import JournalImport

D = Decimal
YEAR = (date(2000, 1, 1), date(2099, 12, 31))
METRIC = {"kind": "increase", "baseline": "0", "target": "3"}
LIMITS = {"objectives_per_unit": {"max": 4, "enforce": "refuse"}, "key_results_per_objective": {"max": 3, "enforce": "refuse"}}
JOURNAL = """recorded_at,cycle,action,objective,key_result,title,owner,value,projected
2020-01-06T09:00:00Z,2020-Q1,define_key_result,O1,K1,First,Ada,,
2020-01-06T09:00:00Z,2020-Q1,define_key_result,O1,K2,Second,Ada,,
2020-02-03T09:00:00Z,2020-Q1,drop_key_result,O1,K2,,,,
"""


def every_command() -> set[str]:
    """Return the names of all methods that take an intent."""
    methods = getmembers(OKRApplication, isfunction)
    return {name for name, method in methods if list(signature(method).parameters)[1:2] == ["intent"] and name[0] != "_"}


class AllCommands:
    """An organisation that runs every command; `done` holds the commands that succeeded."""

    def __init__(self, okrs: OKRApplication, intent: Intent) -> None:
        self.okrs = okrs
        self.intent = intent
        self.executed: set[str] = set()

    def __getattr__(self, command: str) -> Callable[..., Any]:
        """Run a command with our intent; return the id of its subject."""

        def run(*about: Any, **fields: Any) -> Any:
            answer = getattr(self.okrs, command)(self.intent, *about, **fields)
            self.executed.add(command)
            return answer.id

        return run

    def run_all(self, folder: Path) -> None:
        self.run_structure()
        self.run_goals()
        self.run_links()
        self.run_check_ins()
        self.run_reviews()
        self.run_endings()
        self.run_erasures()
        self.import_journal(folder / "journal.csv")
        self.run_clock()

    def run_structure(self) -> None:
        self.company = self.create_unit(name="Tech", level=Level.COMPANY)
        self.team, self.other = (self.create_unit(name=n, level=Level.TEAM, parent_id=self.company) for n in ("A", "B"))
        self.change_unit(self.team, name="Products")
        self.move_unit(self.other, parent_id=self.team)
        self.set_unit_cadence(self.team, every="biweekly", grace_days=5)
        self.cycle = self.create_cycle(name="Century", starts_on=YEAR[0], ends_on=YEAR[1], policy={"limits": LIMITS})
        self.activate_cycle(self.cycle)
        self.change_policy(self.cycle, policy={"limits": {"objectives_per_unit": {"max": 5}}})
        self.free_cycle = self.create_cycle(name="Free", starts_on=YEAR[0], ends_on=YEAR[1], policy={"limits": LIMITS})
        self.change_policy(self.free_cycle, policy={"limits": {name: {"enforce": "warn"} for name in LIMITS}})
        fields = {"perspective": Perspective.CUSTOMER, "horizon": YEAR}
        self.priority, self.retired = (self.set_priority(title=title, **fields) for title in ("Lead", "Follow"))
        self.revise_priority(self.priority, title="Be first")

    def run_goals(self) -> None:
        self.lead = self.objective(self.company)
        self.build, self.spare_objective, self.cancelled_objective, self.draft, self.agreed_objective = (
            self.objective(self.team, draft=n > 2) for n in range(5)
        )
        self.sell = self.objective(self.other)
        self.agree_objective(self.agreed_objective, agreed_by=[self.intent.actor])
        self.change_objective(self.build, title="Build")
        self.reassign_objective(self.build, owner=self.intent.actor)
        self.open_key_result, self.inherited_key_result, self.dropped_key_result = (
            self.key_result(self.lead) for _ in range(3)
        )
        self.launch, self.lost_key_result, self.draft_key_result = map(
            self.key_result, (self.build, self.cancelled_objective, self.draft)
        )
        self.change_key_result(self.open_key_result, title="Kept")
        self.revise_target(self.open_key_result, target=D(4))
        self.set_key_result_cadence(self.open_key_result, weekday="monday")
        self.reassign_key_result(self.open_key_result, owner=self.team)
        self.score_key_result(self.open_key_result, score=D("0.7"))
        self.name_contributor(self.open_key_result, person_id=self.intent.actor)
        self.release_contributor(self.open_key_result, self.intent.actor)
        self.complete_initiative(self.start_initiative(self.open_key_result, title="Try it"))

    def objective(self, unit: UUID, **fields: Any) -> UUID:
        found: UUID = self.create_objective(cycle_id=self.cycle, unit_id=unit, title="Aim", **fields)
        return found

    def key_result(self, objective: UUID) -> UUID:
        found: UUID = self.define_key_result(objective, title="KR", metric=METRIC)
        return found

    def run_links(self) -> None:
        """Create links of every kind: some stay, some end or are declined, some lose one of their ends."""
        up, _, over = (
            self.create_link("vertical", child, self.lead)
            for child in (self.build, self.spare_objective, self.cancelled_objective)
        )
        self.set_weights(self.lead, key_results={self.open_key_result: D(2)}, alignments={up: D(3)})
        self.change_alignment(up, weight=D(1))
        self.end_alignment(over)
        self.create_link("vertical", self.cancelled_objective, self.lead)
        for child, part in (
            (self.build, self.inherited_key_result),
            (self.spare_objective, self.inherited_key_result),
            (self.spare_objective, self.dropped_key_result),
        ):
            self.create_link("explicit", child, part)
        self.end_alignment(self.create_link("explicit", self.sell, self.inherited_key_result))
        proposed, declined = (
            self.create_link("horizontal", self.sell, goal) for goal in (self.build, self.cancelled_objective)
        )
        self.change_alignment(proposed, capacity=D(5))
        self.confirm_alignment(proposed)
        self.decline_alignment(declined)
        self.create_link("strategic", self.lead, self.priority)
        self.create_link("strategic", self.lead, self.retired)
        self.create_link("directional", self.sell, self.open_key_result)

    def create_link(self, kind: str, child: UUID, parent: UUID) -> UUID:
        found: UUID = self.link(kind=AlignmentKind(kind), child_id=child, parent_id=parent)
        return found

    def run_check_ins(self) -> None:
        check_in_id = self.check_in(self.launch, value=D(1))
        self.correct_check_in(self.launch, check_in_id, value=D(2))
        self.check_in_batch([{"key_result_id": self.inherited_key_result, "confidence": D("0.5")}])
        comment = self.comment_on_check_in(self.launch, check_in_id, kind=CommentKind.QUESTION, text="Why?")
        self.answer_comment(Conversation.create_id(check_in_id), comment, text="Because")
        self.comment_on_objective(self.build, kind=CommentKind.FEEDBACK, text="Well")
        self.comment_on_key_result(self.launch, kind=CommentKind.CELEBRATION, text="Well done")
        self.retract_check_in(self.launch, check_in_id)
        stopped = {"kind": "capacity", "text": "Two are ill", "owner": None}
        self.check_in(self.launch, status="at_risk", blockers=[stopped])
        [blocker] = self.okrs.load(KeyResult, self.launch).blocker_ids
        self.resolve_blocker(self.launch, UUID(blocker))

    def run_reviews(self) -> None:
        decision = {"text": "Ask first", "owner": self.team}
        place = {"unit_id": self.team, "cycle_id": self.cycle}
        held = self.hold_review(kind=ReviewKind.MONTHLY, lessons=["Ask earlier"], decisions=[decision], **place)
        self.link_adjustments(held, adjustments=[1, 2])
        [made] = self.okrs.load(Review, held).decisions
        self.complete_decision(held, UUID(made))

    def run_endings(self) -> None:
        self.cancel_key_result(self.dropped_key_result)
        for objective in (self.cancelled_objective, self.spare_objective):
            self.cancel_objective(objective)
        self.scored_objective, self.unscored_objective = self.objective(self.other), self.objective(self.other)
        self.score_key_result(self.key_result(self.scored_objective), score=D(1))
        self.close_objective(self.scored_objective)
        self.close_objective(self.unscored_objective, allow_unscored=bool(self.key_result(self.unscored_objective)))
        again = self.create_objective(cycle_id=self.free_cycle, unit_id=self.team, title="Aim")
        self.carry_over(self.open_key_result, objective_id=again)
        self.retire_priority(self.retired)
        self.past_cycle = self.create_cycle(name="Past", starts_on=date(1999, 1, 1), ends_on=date(1999, 12, 31))
        self.activate_cycle(self.past_cycle)
        old = self.create_objective(cycle_id=self.past_cycle, unit_id=self.team, title="Aim")
        for share in (D("0.5"), D("0.8")):
            self.score_key_result(self.key_result(old), score=share)
        self.close_cycle(self.past_cycle)
        head = self.okrs.log_recorder.head().position
        self.seal_cycle(self.past_cycle, position=head, format=1, rules=1, report=b"{}")

    def run_erasures(self) -> None:
        register = self.okrs.register
        with register.write_transaction() as connection:
            gone = register.people.add(connection, name="Ben").id
        self.erase_person(gone)
        self.okrs.finish_erasures()

    def run_clock(self) -> None:
        company: Any = self.okrs.load(Unit, self.company)
        company.change(vision="Ahead of time")
        in_2100 = to_microseconds(datetime(2100, 1, 1, tzinfo=UTC))
        self.okrs.append(company.collect_events(), envelopes=[self.intent.envelope], times=[in_2100])
        self.accept_clock()

    def import_journal(self, journal: Path) -> None:
        journal.write_text(JOURNAL)
        reading = JournalImport(self.okrs, journal, actor="Ada")
        for number, cells in reading.file.rows:
            reading.add_row(number, cells)
        assert not reading.row_errors
        reading.record()
