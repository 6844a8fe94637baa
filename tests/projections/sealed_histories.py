"""Histories of goals in several cycles that are closed on the way, and their numbers worked out apart from the views."""

from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

from hypothesis import strategies as st

from okr_events.domain.policy import DEFAULT
from tests.projections.event_recorder import id_of
from tests.projections.graph_strategies import VALUES, WEIGHTS, Batch, Drawn, Link, Worked, called, rounded

Way = tuple[int, int | None]
Numbers = tuple[Fraction, int, int] | None
SPANS = ((0, 90), (0, 365), (3, 30))
"""The first and the last day of each cycle, counted from the first day: they overlap, and lie within each other."""
BACK = 6
"""What was measured is said so many days later at most."""
ENDED = {"position": 1, "format": 1, "digest": "0" * 64}
JUDGED = dict.fromkeys(("suggested", "suggested_at", "decision", "root_cause"))

acts = st.tuples(
    st.sampled_from(
        ["say"] * 5
        + ["correct", "retract", "score", "remark", "close", "close"]
        + ["weigh", "cancel", "drop", "link", "unlink", "reweigh", "rename", "move"]
    ),
    st.integers(0, 99),
    st.integers(0, 99),
    st.integers(0, 6),
)
histories = st.lists(acts, min_size=3, max_size=14)


@dataclass(frozen=True)
class Said:
    name: str
    day: date
    value: Decimal | None
    retracted: bool = False


@dataclass(frozen=True)
class Closing:
    """A cycle's closing: all that had been told by then, on that day, at that position."""

    cycle: int
    book: "Book"
    day: date
    position: int


@dataclass(frozen=True)
class Book:
    """All that was told: the graph, the cycle of each goal, what was said of each key result in order, the closings."""

    drawn: Drawn
    homes: tuple[int, ...]
    said: dict[Way, tuple[Said, ...]] = field(default_factory=dict)
    closings: tuple[Closing, ...] = ()

    def open(self, *goals: int) -> bool:
        return not {closing.cycle for closing in self.closings} & {self.homes[n] for n in goals}

    def ways(self, cycle: int) -> list[Way]:
        return [way for way in self.drawn.names() if self.homes[way[0]] == cycle]

    def goal(self, n: int, **changed: Any) -> "Book":
        goals = list(self.drawn.goals)
        goals[n] = replace(goals[n], **changed)
        return replace(self, drawn=replace(self.drawn, goals=tuple(goals)))

    def part(self, n: int, k: int, **changed: Any) -> "Book":
        parts = list(self.drawn.goals[n].parts)
        parts[k] = replace(parts[k], **changed)
        return self.goal(n, parts=tuple(parts))

    def linked(self, link: Link, *others: Link) -> "Book":
        return replace(self, drawn=self.drawn.replaced(link, *others))

    def value(self, way: Way, day: date) -> Decimal | None:
        """What is in force on a day: of what is measured by then, the last by day and order."""
        stated = [said for said in self.said.get(way, ()) if not said.retracted and said.day <= day and said.value is not None]
        return max(reversed(stated), key=lambda said: said.day).value if stated else None

    def numbers(self, day: date) -> "WithEnds":
        """All numbers on a day: what belongs to a closed cycle has those of its closing, or of an earlier day."""
        told, ends = self, dict[Way, Numbers]()
        for n, k in self.drawn.names():
            if k is not None:
                told = told.part(n, k, value=self.value((n, k), day))
        for closing in self.closings:
            then = closing.book.numbers(min(day, closing.day))
            ends |= {way: then(*way) for way in closing.book.ways(closing.cycle)}
        return WithEnds(told.drawn, rounded, ends)


@dataclass(frozen=True)
class WithEnds(Worked):
    """Some numbers are given: they are not worked out."""

    ends: dict[Way, Numbers]

    def _goal(self, n: int) -> Numbers:
        return self.ends[n, None] if (n, None) in self.ends else super()._goal(n)

    def _part(self, n: int, k: int) -> Numbers:
        return self.ends[n, k] if (n, k) in self.ends else super()._part(n, k)


class Scattered(Batch):
    """Draws the goals of a graph into several cycles."""

    homes: tuple[int, ...]

    def cycle(self, name: str = "quarter", **_: Any) -> int:
        for number, (first, last) in enumerate(SPANS):
            start = self.now.date()
            span = {"starts_on": start + timedelta(first), "ends_on": start + timedelta(last)}
            super().cycle(f"{name} cycle {number}", policy=DEFAULT, **span)
        return 0

    def objective(self, name: str, **said: Any) -> int:
        return super().objective(name, **said | {"cycle": self.home(name)})

    def key_result(self, name: str, *, of: str, **said: Any) -> int:
        return super().key_result(name, of=of, **said | {"cycle": self.home(of)})

    def home(self, objective: str) -> str:
        name, _, number = objective.rpartition(" ")
        return f"{name} cycle {self.homes[int(number)]}"


class History:
    """Tells a graph, then act by act what happens to it, as far as that is allowed."""

    def __init__(self, batch: Scattered, name: str, drawn: Drawn, homes: tuple[int, ...]) -> None:
        self.tell, self.name = batch, name
        self.first = batch.now.date()
        batch.homes = homes
        silent = replace(
            drawn, goals=tuple(replace(g, parts=tuple(replace(p, value=None) for p in g.parts)) for g in drawn.goals)
        )
        batch.draw(name, silent)
        self.book = Book(silent, homes)

    @property
    def today(self) -> date:
        return self.tell.now.date()

    def act(self, what: str, one: int, two: int, days: int) -> int | None:
        """Wait some days, then do it; gives its position, or nothing where it is not allowed."""
        self.tell.on(self.today + timedelta(days))
        position: int | None = getattr(self, f"_{what}")(one, two)
        self._record()
        return position

    def close(self, cycle: int) -> Closing:
        name, book = f"{self.name} cycle {cycle}", self.book
        self.tell("Cycle.Activated", name)
        self._record()
        self.tell("Cycle.Closed", name, policy=DEFAULT)
        position = self._record()
        closing = Closing(cycle, book, self.today, position)
        self.book = replace(book, closings=(*book.closings, closing))
        self.tell("Cycle.Sealed", name, **ENDED)
        self._record()
        return closing

    def _record(self) -> int:
        kept, self.tell.kept = self.tell.kept, []
        return super(Batch, self.tell).record(kept) if kept else 0

    def _way(self, one: int, two: int) -> Way | None:
        """A live key result."""
        live = [(n, k) for n, k in self.book.drawn.names() if k is not None]
        live = [(n, k) for n, k in live if self.book.drawn.goals[n].live and self.book.drawn.goals[n].parts[k].live]
        return live[(one * 7 + two) % len(live)] if live else None

    def _say(self, one: int, two: int) -> None:
        if way := self._way(one, two):
            said = Said(f"{self.name} {len(self.book.said.get(way, ()))} of {way}", self._measured(one), _of(VALUES, two))
            status = ("on_track", "off_track", None)[one % 3] or "at_risk"
            self.tell.check_in(called(self.name, *way), said.name, on=said.day, value=said.value, status=status)
            self._note(way, *self.book.said.get(way, ()), said)

    def _measured(self, one: int) -> date:
        return max(self.today - timedelta(one % BACK), self.first)

    def _note(self, way: Way, *said: Said) -> None:
        self.book = replace(self.book, said={**self.book.said, way: said})

    def _correct(self, one: int, two: int) -> None:
        way = self._way(one, two)
        if way and (said := self.book.said.get(way)) and not said[-1].retracted:
            new = replace(said[-1], day=self._measured(two), value=_of(VALUES[1:], one))
            self.tell.correct(called(self.name, *way), new.name, measured_on=new.day, value=new.value)
            self._note(way, *said[:-1], new)

    def _retract(self, one: int, two: int) -> None:
        way = self._way(one, two)
        if way and (said := self.book.said.get(way)) and not said[0].retracted:
            self.tell.retract(called(self.name, *way), said[0].name)
            self._note(way, replace(said[0], retracted=True), *said[1:])

    def _score(self, one: int, two: int) -> None:
        if way := self._way(one, two):
            self.tell("KeyResult.ScoreCorrected", called(self.name, *way), score=Decimal(two) / 100, **JUDGED)

    def _remark(self, one: int, _: int) -> None:
        name = called(self.name, one % len(self.book.drawn.goals))
        if not self.tell.versions[id_of(f"about {name}")]:
            self.tell.conversation(name, "objective")
        self.tell.comment(name, f"{name} {self.tell.versions[id_of(f'about {name}')]}")

    def _close(self, one: int, _: int) -> None:
        if one % len(SPANS) not in {closing.cycle for closing in self.book.closings}:
            self.close(one % len(SPANS))

    def _weigh(self, one: int, two: int) -> None:
        way = self._way(one, two)
        if way and self.book.open(way[0]):
            self.tell("KeyResult.Reweighted", called(self.name, *way), weight=_of(WEIGHTS, two))
            self.book = self.book.part(*way, weight=_of(WEIGHTS, two))

    def _cancel(self, one: int, _: int) -> None:
        n = one % len(self.book.drawn.goals)
        if self.book.drawn.goals[n].live and self.book.open(n):
            self.tell("Objective.Cancelled", called(self.name, n))
            self.book = self.book.goal(n, live=False)

    def _drop(self, one: int, two: int) -> None:
        way = self._way(one, two)
        if way and self.book.open(way[0]):
            self.tell("KeyResult.Cancelled", called(self.name, *way))
            self.book = self.book.part(*way, live=False)

    def _link(self, one: int, two: int) -> None:
        goals, taken = self.book.drawn.goals, {(link.child, link.parent, link.part) for link in self.book.drawn.links}
        ways = [(c, p, k) for c in range(len(goals)) for p in range(c) for k in (None, *range(len(goals[p].parts)))]
        free = [way for way in ways if way not in taken and self.book.open(*way[:2])]
        if free:
            link = Link(*_of(free, one), _of(WEIGHTS, two), live=True)
            child, parent = called(self.name, link.child), called(self.name, link.parent, link.part)
            (self.tell.link if link.part is None else self.tell.inherit)(child, parent, link.weight)
            self.book = replace(self.book, drawn=replace(self.book.drawn, links=(*self.book.drawn.links, link)))

    def _unlink(self, one: int, _: int) -> None:
        self._change_link(one, "Alignment.Ended", live=False)

    def _reweigh(self, one: int, two: int) -> None:
        self._change_link(one, "Alignment.Reweighted", weight=_of(WEIGHTS, two))

    def _change_link(self, one: int, topic: str, **changed: Any) -> None:
        """A link is its upper end's matter: the cycle of that is open."""
        mine = [link for link in self.book.drawn.links if link.live and self.book.open(link.parent)]
        if mine:
            link = _of(mine, one)
            name = f"{called(self.name, link.child)}>{called(self.name, link.parent, link.part)}"
            self.tell(topic, name, **{field: value for field, value in changed.items() if field != "live"})
            self.book = self.book.linked(link, replace(link, **changed))

    def _rename(self, one: int, _: int) -> None:
        self.tell("Unit.Renamed", self.name, name=f"{self.name} {one}")

    def _move(self, _one: int, _two: int) -> None:
        self.tell("Unit.Moved", self.name, parent_id=id_of("tech"))


def _of(some: Any, number: int) -> Any:
    return some[number % len(some)]
