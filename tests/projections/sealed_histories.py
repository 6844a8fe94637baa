"""Histories of goals in several cycles that are closed on the way, and their numbers worked out apart from the views."""

from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

from hypothesis import strategies as st

from okr_events.domain.policy import DEFAULT_POLICY
from tests.projections.event_recorder import id_of
from tests.projections.graph_strategies import (
    VALUES,
    WEIGHTS,
    BatchRecorder,
    ExpectedRollUps,
    GraphSpec,
    LinkSpec,
    name_of,
    round_to_28_digits,
)

NodeNumber = tuple[int, int | None]
Numbers = tuple[Fraction, int, int] | None
CYCLE_SPANS = ((0, 90), (0, 365), (3, 30))
"""The first and the last day of each cycle, counted from the first day: they overlap, and lie within each other."""
MAX_DAYS_BACK = 6
"""What was measured is said so many days later at most."""
SEAL_FIELDS = {"position": 1, "format": 1, "rules": 1, "digest": "0" * 64}
EMPTY_SCORE = dict.fromkeys(("suggested", "suggested_at", "decision", "root_cause"))

actions = st.tuples(
    st.sampled_from(
        ["say"] * 5
        + ["correct", "retract", "score", "remark", "close", "close"]
        + ["weigh", "cancel", "drop", "link", "unlink", "reweigh", "rename", "move"]
    ),
    st.integers(0, 99),
    st.integers(0, 99),
    st.integers(0, 6),
)
histories = st.lists(actions, min_size=3, max_size=14)


@dataclass(frozen=True)
class RecordedCheckIn:
    name: str
    day: date
    value: Decimal | None
    retracted: bool = False


@dataclass(frozen=True)
class CycleClosing:
    """The closing of a cycle: all that was recorded by then, the day and the position."""

    cycle: int
    state: "HistoryState"
    day: date
    position: int


@dataclass(frozen=True)
class HistoryState:
    """All that was recorded: the graph, the cycle of each goal, the check-ins of each key result in order, the closings."""

    graph: GraphSpec
    cycle_numbers: tuple[int, ...]
    check_ins: dict[NodeNumber, tuple[RecordedCheckIn, ...]] = field(default_factory=dict)
    closings: tuple[CycleClosing, ...] = ()

    def is_open(self, *goals: int) -> bool:
        return not {closing.cycle for closing in self.closings} & {self.cycle_numbers[n] for n in goals}

    def numbers_in_cycle(self, cycle: int) -> list[NodeNumber]:
        return [way for way in self.graph.iterate_numbers() if self.cycle_numbers[way[0]] == cycle]

    def with_goal(self, n: int, **changed: Any) -> "HistoryState":
        goals = list(self.graph.goals)
        goals[n] = replace(goals[n], **changed)
        return replace(self, graph=replace(self.graph, goals=tuple(goals)))

    def with_key_result(self, n: int, k: int, **changed: Any) -> "HistoryState":
        parts = list(self.graph.goals[n].parts)
        parts[k] = replace(parts[k], **changed)
        return self.with_goal(n, parts=tuple(parts))

    def with_links(self, link: LinkSpec, *others: LinkSpec) -> "HistoryState":
        return replace(self, graph=self.graph.replace_link(link, *others))

    def value_on(self, way: NodeNumber, day: date) -> Decimal | None:
        """What is in force on a day: of what is measured by then, the last by day and order."""
        stated = [
            said for said in self.check_ins.get(way, ()) if not said.retracted and said.day <= day and said.value is not None
        ]
        return max(reversed(stated), key=lambda said: said.day).value if stated else None

    def expected_numbers(self, day: date) -> "FrozenRollUps":
        """All numbers on a day: what belongs to a closed cycle has those of its closing, or of an earlier day."""
        state, ends = self, dict[NodeNumber, Numbers]()
        for n, k in self.graph.iterate_numbers():
            if k is not None:
                state = state.with_key_result(n, k, value=self.value_on((n, k), day))
        for closing in self.closings:
            then = closing.state.expected_numbers(min(day, closing.day))
            ends |= {way: then(*way) for way in closing.state.numbers_in_cycle(closing.cycle)}
        return FrozenRollUps(state.graph, round_to_28_digits, ends)


@dataclass(frozen=True)
class FrozenRollUps(ExpectedRollUps):
    """Some numbers are given: they are not worked out."""

    frozen_numbers: dict[NodeNumber, Numbers]

    def _goal(self, n: int) -> Numbers:
        return self.frozen_numbers[n, None] if (n, None) in self.frozen_numbers else super()._goal(n)

    def _part(self, n: int, k: int) -> Numbers:
        return self.frozen_numbers[n, k] if (n, k) in self.frozen_numbers else super()._part(n, k)


class MultiCycleRecorder(BatchRecorder):
    """Draws the goals of a graph into several cycles."""

    cycle_numbers: tuple[int, ...]

    def cycle(self, name: str = "quarter", **_: Any) -> int:
        for number, (first, last) in enumerate(CYCLE_SPANS):
            start = self.now.date()
            span = {"starts_on": start + timedelta(first), "ends_on": start + timedelta(last)}
            super().cycle(f"{name} cycle {number}", policy=DEFAULT_POLICY, **span)
        return 0

    def objective(self, name: str, **said: Any) -> int:
        return super().objective(name, **said | {"cycle": self.cycle_name(name)})

    def key_result(self, name: str, *, of: str, **said: Any) -> int:
        return super().key_result(name, of=of, **said | {"cycle": self.cycle_name(of)})

    def cycle_name(self, objective: str) -> str:
        name, _, number = objective.rpartition(" ")
        return f"{name} cycle {self.cycle_numbers[int(number)]}"


class RecordedHistory:
    """Tells a graph, then act by act what happens to it, as far as that is allowed."""

    def __init__(self, batch: MultiCycleRecorder, name: str, drawn: GraphSpec, homes: tuple[int, ...]) -> None:
        self.recorder, self.name = batch, name
        self.first_day = batch.now.date()
        batch.cycle_numbers = homes
        silent = replace(
            drawn, goals=tuple(replace(g, parts=tuple(replace(p, value=None) for p in g.parts)) for g in drawn.goals)
        )
        batch.record_graph(name, silent)
        self.state = HistoryState(silent, homes)

    @property
    def today(self) -> date:
        return self.recorder.now.date()

    def run_action(self, what: str, one: int, two: int, days: int) -> int | None:
        """Wait some days, then do it; gives its position, or nothing where it is not allowed."""
        self.recorder.at_day(self.today + timedelta(days))
        position: int | None = getattr(self, f"_{what}")(one, two)
        self._record()
        return position

    def close_cycle(self, cycle: int) -> CycleClosing:
        name, book = f"{self.name} cycle {cycle}", self.state
        self.recorder("Cycle.Activated", name)
        self._record()
        self.recorder("Cycle.Closed", name, policy=DEFAULT_POLICY)
        position = self._record()
        closing = CycleClosing(cycle, book, self.today, position)
        self.state = replace(book, closings=(*book.closings, closing))
        self.recorder("Cycle.Sealed", name, **SEAL_FIELDS)
        self._record()
        return closing

    def _record(self) -> int:
        kept, self.recorder.pending = self.recorder.pending, []
        return super(BatchRecorder, self.recorder).append_events(kept) if kept else 0

    def _pick_key_result(self, one: int, two: int) -> NodeNumber | None:
        """A live key result."""
        live = [(n, k) for n, k in self.state.graph.iterate_numbers() if k is not None]
        live = [(n, k) for n, k in live if self.state.graph.goals[n].live and self.state.graph.goals[n].parts[k].live]
        return live[(one * 7 + two) % len(live)] if live else None

    def _say(self, one: int, two: int) -> None:
        if way := self._pick_key_result(one, two):
            said = RecordedCheckIn(
                f"{self.name} {len(self.state.check_ins.get(way, ()))} of {way}", self._measured_on(one), _pick(VALUES, two)
            )
            status = ("on_track", "off_track", None)[one % 3] or "at_risk"
            self.recorder.check_in(name_of(self.name, *way), said.name, on=said.day, value=said.value, status=status)
            self._set_check_ins(way, *self.state.check_ins.get(way, ()), said)

    def _measured_on(self, one: int) -> date:
        return max(self.today - timedelta(one % MAX_DAYS_BACK), self.first_day)

    def _set_check_ins(self, way: NodeNumber, *said: RecordedCheckIn) -> None:
        self.state = replace(self.state, check_ins={**self.state.check_ins, way: said})

    def _correct(self, one: int, two: int) -> None:
        way = self._pick_key_result(one, two)
        if way and (said := self.state.check_ins.get(way)) and not said[-1].retracted:
            new = replace(said[-1], day=self._measured_on(two), value=_pick(VALUES[1:], one))
            self.recorder.correct(name_of(self.name, *way), new.name, measured_on=new.day, value=new.value)
            self._set_check_ins(way, *said[:-1], new)

    def _retract(self, one: int, two: int) -> None:
        way = self._pick_key_result(one, two)
        if way and (said := self.state.check_ins.get(way)) and not said[0].retracted:
            self.recorder.retract(name_of(self.name, *way), said[0].name)
            self._set_check_ins(way, replace(said[0], retracted=True), *said[1:])

    def _score(self, one: int, two: int) -> None:
        if way := self._pick_key_result(one, two):
            self.recorder("KeyResult.ScoreCorrected", name_of(self.name, *way), score=Decimal(two) / 100, **EMPTY_SCORE)

    def _remark(self, one: int, _: int) -> None:
        name = name_of(self.name, one % len(self.state.graph.goals))
        if not self.recorder.versions[id_of(f"about {name}")]:
            self.recorder.conversation(name, "objective")
        self.recorder.comment(name, f"{name} {self.recorder.versions[id_of(f'about {name}')]}")

    def _close(self, one: int, _: int) -> None:
        if one % len(CYCLE_SPANS) not in {closing.cycle for closing in self.state.closings}:
            self.close_cycle(one % len(CYCLE_SPANS))

    def _weigh(self, one: int, two: int) -> None:
        way = self._pick_key_result(one, two)
        if way and self.state.is_open(way[0]):
            self.recorder("KeyResult.Reweighted", name_of(self.name, *way), weight=_pick(WEIGHTS, two))
            self.state = self.state.with_key_result(*way, weight=_pick(WEIGHTS, two))

    def _cancel(self, one: int, _: int) -> None:
        n = one % len(self.state.graph.goals)
        if self.state.graph.goals[n].live and self.state.is_open(n):
            self.recorder("Objective.Cancelled", name_of(self.name, n))
            self.state = self.state.with_goal(n, live=False)

    def _drop(self, one: int, two: int) -> None:
        way = self._pick_key_result(one, two)
        if way and self.state.is_open(way[0]):
            self.recorder("KeyResult.Cancelled", name_of(self.name, *way))
            self.state = self.state.with_key_result(*way, live=False)

    def _link(self, one: int, two: int) -> None:
        goals, taken = self.state.graph.goals, {(link.child, link.parent, link.part) for link in self.state.graph.links}
        ways = [(c, p, k) for c in range(len(goals)) for p in range(c) for k in (None, *range(len(goals[p].parts)))]
        free = [way for way in ways if way not in taken and self.state.is_open(*way[:2])]
        if free:
            link = LinkSpec(*_pick(free, one), _pick(WEIGHTS, two), live=True)
            child, parent = name_of(self.name, link.child), name_of(self.name, link.parent, link.part)
            (self.recorder.link if link.part is None else self.recorder.inherit)(child, parent, link.weight)
            self.state = replace(self.state, graph=replace(self.state.graph, links=(*self.state.graph.links, link)))

    def _unlink(self, one: int, _: int) -> None:
        self._change_link(one, "Alignment.Ended", live=False)

    def _reweigh(self, one: int, two: int) -> None:
        self._change_link(one, "Alignment.Reweighted", weight=_pick(WEIGHTS, two))

    def _change_link(self, one: int, topic: str, **changed: Any) -> None:
        """A link is its upper end's matter: the cycle of that is open."""
        mine = [link for link in self.state.graph.links if link.live and self.state.is_open(link.parent)]
        if mine:
            link = _pick(mine, one)
            name = f"{name_of(self.name, link.child)}>{name_of(self.name, link.parent, link.part)}"
            self.recorder(topic, name, **{field: value for field, value in changed.items() if field != "live"})
            self.state = self.state.with_links(link, replace(link, **changed))

    def _rename(self, one: int, _: int) -> None:
        self.recorder("Unit.Renamed", self.name, name=f"{self.name} {one}")

    def _move(self, _one: int, _two: int) -> None:
        self.recorder("Unit.Moved", self.name, parent_id=id_of("tech"))


def _pick(some: Any, number: int) -> Any:
    return some[number % len(some)]
