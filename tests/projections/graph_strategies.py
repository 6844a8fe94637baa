"""Graphs of objectives drawn at random, and their roll-ups worked out in fractions, apart from how the views do it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from decimal import Context, Decimal
from fractions import Fraction
from random import Random
from typing import Any

from hypothesis import strategies as st

from tests.projections.event_recorder import EventRecorder

D = Decimal
ZERO_TO_SEVEN = {"kind": "increase", "baseline": "0", "target": "7", "measure": None}
WEIGHTS = [D(n) for n in ("0", "0", "1", "2", "3", "0.7", "1e-9", "31415926535")]
VALUES = [None, *(D(n) for n in ("-1", "0", "1", "2.2", "3", "6.999999", "7", "9"))]


@dataclass(frozen=True)
class KeyResultSpec:
    """A key result from 0 to 7: its weight, the value reported, its score."""

    weight: Decimal
    value: Decimal | None
    score: Decimal | None
    live: bool


@dataclass(frozen=True)
class ObjectiveSpec:
    driver: str
    live: bool
    parts: tuple[KeyResultSpec, ...]


@dataclass(frozen=True)
class LinkSpec:
    """From a goal to one with a lower number, or to the key result of it that has this number."""

    child: int
    parent: int
    part: int | None
    weight: Decimal
    live: bool


@dataclass(frozen=True)
class GraphSpec:
    goals: tuple[ObjectiveSpec, ...]
    links: tuple[LinkSpec, ...]

    def replace_link(self, link: LinkSpec, *others: LinkSpec) -> "GraphSpec":
        return replace(self, links=(*(each for each in self.links if each != link), *others))

    def iterate_numbers(self) -> list[tuple[int, int | None]]:
        """Every objective and every key result by their numbers."""
        parts = [(n, k) for n, goal in enumerate(self.goals) for k in range(len(goal.parts))]
        return [*((n, None) for n in range(len(self.goals))), *parts]

    def is_live(self, link: LinkSpec) -> bool:
        """Whether it counts, if what it leads to does."""
        return link.live and self.goals[link.child].live

    def is_counted(self, link: LinkSpec) -> bool:
        upper = self.goals[link.parent]
        return self.is_live(link) and upper.live and (link.part is None or upper.parts[link.part].live)


mostly_true = st.sampled_from([True] * 5 + [False])
weights = st.sampled_from(WEIGHTS)
parts = st.builds(KeyResultSpec, weights, st.sampled_from(VALUES), st.sampled_from([None, D("0.3"), D(1)]), mostly_true)
goals = st.builds(
    ObjectiveSpec,
    st.sampled_from(["key_results", "alignments", "both", "both"]),
    mostly_true,
    st.lists(parts, max_size=3).map(tuple),
)


@st.composite
def graphs(draw: Any) -> GraphSpec:
    """Up to seven goals with links that close no circle."""
    size = draw(st.integers(1, 7))
    found = draw(st.lists(goals, min_size=size, max_size=size))
    ways = [(c, p, k) for c in range(size) for p in range(c) for k in (None, *range(len(found[p].parts)))]
    many = min(draw(st.integers(1, 14)), len(ways))
    chosen = draw(st.permutations(ways))[:many]
    return GraphSpec(tuple(found), tuple(LinkSpec(*way, draw(weights), draw(mostly_true)) for way in chosen))


class BatchRecorder(EventRecorder):
    """Keeps the facts of a graph until they are recorded all together."""

    def __init__(self, *how: Any) -> None:
        super().__init__(*how)
        self.pending: list[Any] = []

    def append_events(self, facts: list[Any], _reason: str | None = None) -> int:
        self.pending += facts
        return 0

    def record_graph(self, name: str, drawn: GraphSpec, order: int = 0) -> None:
        """Record a graph in one of the orders in which a thing's own facts follow each other.

        Its unit and its cycle have its name, everything else the name and a number.
        """
        chance = Random(order)  # noqa: S311 - no secret
        self.unit(name, below="tech")
        self.cycle(name)
        for n in chance.sample(range(len(drawn.goals)), len(drawn.goals)):
            self.objective(name_of(name, n), unit=name, cycle=name, progress_driver=drawn.goals[n].driver)
        stories = [self._part(name, n, k, part) for n, goal in enumerate(drawn.goals) for k, part in enumerate(goal.parts)]
        stories += [self._link(name, link) for link in drawn.links]
        stories += [self._end(name, n) for n, goal in enumerate(drawn.goals) if not goal.live]
        while stories:
            story = chance.choice(stories)
            if next(story, None) is None:
                stories.remove(story)
        super().append_events(self.pending)
        self.pending.clear()

    def _part(self, name: str, n: int, k: int, part: KeyResultSpec) -> Iterator[int]:
        own = name_of(name, n, k)
        yield self.key_result(own, of=name_of(name, n), cycle=name, weight=part.weight, metric=ZERO_TO_SEVEN)
        if part.value is not None:
            yield self.check_in(own, value=part.value)
        if part.score is not None:
            said = dict.fromkeys(("suggested", "suggested_at", "decision", "root_cause"))
            yield self("KeyResult.Scored", own, score=part.score, **said)
        if not part.live:
            yield self("KeyResult.Cancelled", own)

    def _link(self, name: str, link: LinkSpec) -> Iterator[int]:
        child, parent = name_of(name, link.child), name_of(name, link.parent, link.part)
        yield (self.link if link.part is None else self.inherit)(child, parent, link.weight)
        if not link.live:
            yield self("Alignment.Ended", f"{child}>{parent}")

    def _end(self, name: str, n: int) -> Iterator[int]:
        yield self("Objective.Cancelled", name_of(name, n))


def name_of(name: str, n: int, k: int | None = None) -> str:
    return f"{name} {n}" if k is None else f"{name} {n}.{k}"


@dataclass(frozen=True)
class ExpectedRollUps:
    """Roll-ups of a graph; `quotient` says what becomes of each: rounded, or left as it is."""

    graph: GraphSpec
    quotient: Callable[[Fraction], Fraction]

    def __call__(self, n: int, k: int | None = None) -> tuple[Fraction, int, int] | None:
        """The value, how many drive it, how many of them have not started."""
        return self._goal(n) if k is None else self._part(n, k)

    def _goal(self, n: int) -> tuple[Fraction, int, int] | None:
        goal = self.graph.goals[n]
        own = [(part.weight, self._part(n, k)) for k, part in enumerate(goal.parts) if part.live and goal.live]
        children = self._heirs(n, None)
        if not own or goal.driver == "alignments":
            return self._mean(children)
        return self._mean(own if goal.driver == "key_results" else own + children)

    def _part(self, n: int, k: int) -> tuple[Fraction, int, int] | None:
        goal, part = self.graph.goals[n], self.graph.goals[n].parts[k]
        heirs = self._heirs(n, k)
        if heirs and goal.live and part.live:
            return self._mean(heirs)
        if part.value is None:
            return None
        return min(max(self.quotient(Fraction(part.value) / 7), Fraction(0)), Fraction(1)), 0, 0

    def _heirs(self, n: int, k: int | None) -> list[tuple[Decimal, Any]]:
        links = [link for link in self.graph.links if (link.parent, link.part) == (n, k) and self.graph.is_live(link)]
        return [(link.weight, self._goal(link.child)) for link in links]

    def _mean(self, found: list[tuple[Decimal, Any]]) -> tuple[Fraction, int, int] | None:
        counted = [(Fraction(weight), part) for weight, part in found if weight]
        if not counted:
            return None
        total = sum(weight * (part[0] if part else 0) for weight, part in counted)
        mean = self.quotient(Fraction(total) / sum(weight for weight, _ in counted))
        return mean, len(counted), sum(part is None for _, part in counted)


def round_to_28_digits(exact: Fraction) -> Fraction:
    """28 significant digits, half even."""
    return Fraction(Context(prec=28).divide(D(exact.numerator), D(exact.denominator)))
