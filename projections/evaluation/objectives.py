"""Rolling up: an objective's progress, health and score from its key results and from what contributes to it."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

from okr_events.domain import health
from okr_events.domain.decimals import weighted_mean
from okr_events.domain.health import Health
from okr_events.domain.progress import Driver, Progress, rolled_up
from projections.evaluation.key_results import KeyResultAt

Below = list[tuple[Any, "ObjectiveAt"]]
"""Links with the objectives at their lower ends."""


@dataclass(slots=True)
class ObjectiveAt:
    """An objective at the moment, with its key results, the vertical links from its children, and what follows from them."""

    row: Any
    key_results: list[KeyResultAt] = field(default_factory=list)
    children: Below = field(default_factory=list)
    progress: Progress | None = None
    health: Health | None = None
    score: Decimal | None = None
    closed: bool = False

    @property
    def live(self) -> bool:
        return bool(self.row.state != "cancelled")

    @property
    def over(self) -> bool:
        """Whether it was cancelled, or closed before its cycle."""
        return self.row.state in {"cancelled", "closed"}

    @property
    def below(self) -> Below:
        """The links that count, with their children: together with those that ended they may close circles, alone never."""
        return counting(self.children)

    @property
    def measures(self) -> list[KeyResultAt]:
        """The live key results."""
        return [key_result for key_result in self.key_results if key_result.live]

    @property
    def driver(self) -> str:
        """What drives it: what its `progress_driver` names; without live key results what is aligned with it."""
        return str(self.row.progress_driver) if self.measures else "alignments"

    @property
    def driving(self) -> tuple[list[KeyResultAt], Below]:
        """The key results, and the links with their children, that its progress is the weighted mean of."""
        driver = self.driver
        return (self.measures if driver != "alignments" else []), (self.below if driver != "key_results" else [])

    @property
    def telling(self) -> "Sequence[KeyResultAt | ObjectiveAt]":
        """Those whose worst health is its own."""
        return self.measures or [child for _, child in self.below] or self.key_results

    def evaluate(self) -> None:
        """Roll up what stands below, which is evaluated already."""
        self.roll_up()
        self.health = health.of_objective([each.health for each in self.telling if each.health])
        if self.over:
            self.health = replace(self.health, effective="closed")
        self.score = _score(self.measures)

    def end_as(self, then: "ObjectiveAt") -> None:
        """Have the numbers that it had when its cycle was sealed."""
        self.progress, self.health, self.score = then.progress, then.health, then.score

    def roll_up(self) -> None:
        """The progress alone."""
        parts, below = self.driving
        self.progress = rolled_up([*(Driver(part.weight, part.progress) for part in parts), *drivers(below)])


def counting(links: Below) -> Below:
    return [(link, child) for link, child in links if link.state == "active" and child.live]


def drivers(below: Below) -> list[Driver]:
    return [Driver(Decimal(link.weight), child.progress) for link, child in below]


def leaves_first(objectives: Mapping[str, ObjectiveAt], heirs: Mapping[str, Below]) -> Iterator[ObjectiveAt]:
    """Every objective after what contributes to it and to its key results, without recursion: chains may be long."""
    waiting: dict[str, int] = {}
    parents: dict[str, list[str]] = {}
    for id, objective in objectives.items():
        below = objective.below + _heirs_of(objective.key_results, heirs)
        waiting[id] = len(below)
        for _, child in below:
            parents.setdefault(child.row.id, []).append(id)
    ready = [id for id, count in waiting.items() if not count]
    while ready:
        id = ready.pop()
        yield objectives[id]
        for parent in parents.get(id, ()):
            waiting[parent] -= 1
            if not waiting[parent]:
                ready.append(parent)


def _heirs_of(key_results: Sequence[KeyResultAt], heirs: Mapping[str, Below]) -> Below:
    if not heirs:
        return []
    return [heir for each in key_results if each.live for heir in counting(heirs.get(each.row.id, []))]


def inherit(key_results: Collection[KeyResultAt], heirs: Mapping[str, Below]) -> Iterator[KeyResultAt]:
    """Give inherited key results the progress of their heirs, who are evaluated already; gives those that changed."""
    for each in key_results if heirs else ():
        if each.live and (inheriting := counting(heirs.get(each.row.id, []))):
            each.progress = rolled_up(drivers(inheriting))
            yield each


def _score(live: list[KeyResultAt]) -> Decimal | None:
    """The weighted mean of the key results' scores, once each of them has one."""
    scores = [(part.weight, Decimal(part.row.score)) for part in live if part.row.score is not None]
    return weighted_mean(scores) if len(scores) == len(live) else None
