"""Rolling up: an objective's progress, health and score from its key results and from what contributes to it."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

from okr_events.domain import health
from okr_events.domain.decimals import weighted_mean
from okr_events.domain.health import Health
from okr_events.domain.progress import Driver, Progress, roll_up_progress
from projections.evaluation.key_results import EvaluatedKeyResult

ChildLinks = list[tuple[Any, "EvaluatedObjective"]]
"""Links with the objectives at their lower ends."""


@dataclass(slots=True)
class EvaluatedObjective:
    """An objective at the moment, with its key results, the vertical links from its children, and what follows from them."""

    row: Any
    key_results: list[EvaluatedKeyResult] = field(default_factory=list)
    children: ChildLinks = field(default_factory=list)
    progress: Progress | None = None
    health: Health | None = None
    score: Decimal | None = None
    closed: bool = False

    @property
    def live(self) -> bool:
        return bool(self.row.state != "cancelled")

    @property
    def ended(self) -> bool:
        """Whether it was cancelled, or closed before its cycle."""
        return self.row.state in {"cancelled", "closed"}

    @property
    def active_children(self) -> ChildLinks:
        """The links that count, with their children: together with those that ended they may close circles, alone never."""
        return active_links(self.children)

    @property
    def live_key_results(self) -> list[EvaluatedKeyResult]:
        """The live key results."""
        return [key_result for key_result in self.key_results if key_result.live]

    @property
    def driver(self) -> str:
        """What drives it: what its `progress_driver` names; without live key results what is aligned with it."""
        return str(self.row.progress_driver) if self.live_key_results else "alignments"

    @property
    def progress_sources(self) -> tuple[list[EvaluatedKeyResult], ChildLinks]:
        """The key results, and the links with their children, that its progress is the weighted mean of."""
        driver = self.driver
        return (self.live_key_results if driver != "alignments" else []), (
            self.active_children if driver != "key_results" else []
        )

    @property
    def health_sources(self) -> "Sequence[EvaluatedKeyResult | EvaluatedObjective]":
        """Those whose worst health is its own."""
        return self.live_key_results or [child for _, child in self.active_children] or self.key_results

    def evaluate(self) -> None:
        """Roll up what stands below, which is evaluated already."""
        self.roll_up()
        self.health = health.objective_health([each.health for each in self.health_sources if each.health])
        if self.ended:
            self.health = replace(self.health, effective="closed")
        self.score = _score(self.live_key_results)

    def freeze_at_seal(self, then: "EvaluatedObjective") -> None:
        """Have the numbers that it had when its cycle was sealed."""
        self.progress, self.health, self.score = then.progress, then.health, then.score

    def roll_up(self) -> None:
        """The progress alone."""
        parts, below = self.progress_sources
        self.progress = roll_up_progress([*(Driver(part.weight, part.progress) for part in parts), *link_drivers(below)])


def active_links(links: ChildLinks) -> ChildLinks:
    return [(link, child) for link, child in links if link.state == "active" and child.live]


def link_drivers(below: ChildLinks) -> list[Driver]:
    return [Driver(Decimal(link.weight), child.progress) for link, child in below]


def iterate_bottom_up(
    objectives: Mapping[str, EvaluatedObjective], heirs: Mapping[str, ChildLinks]
) -> Iterator[EvaluatedObjective]:
    """Every objective after what contributes to it and to its key results, without recursion: chains may be long."""
    waiting: dict[str, int] = {}
    parents: dict[str, list[str]] = {}
    for id, objective in objectives.items():
        below = objective.active_children + _active_heirs(objective.key_results, heirs)
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


def _active_heirs(key_results: Sequence[EvaluatedKeyResult], heirs: Mapping[str, ChildLinks]) -> ChildLinks:
    if not heirs:
        return []
    return [heir for each in key_results if each.live for heir in active_links(heirs.get(each.row.id, []))]


def inherit_progress(
    key_results: Collection[EvaluatedKeyResult], heirs: Mapping[str, ChildLinks]
) -> Iterator[EvaluatedKeyResult]:
    """Give inherited key results the progress of their heirs, who are evaluated already; gives those that changed."""
    for each in key_results if heirs else ():
        if each.live and (inheriting := active_links(heirs.get(each.row.id, []))):
            each.progress = roll_up_progress(link_drivers(inheriting))
            yield each


def _score(live: list[EvaluatedKeyResult]) -> Decimal | None:
    """The weighted mean of the key results' scores, once each of them has one."""
    scores = [(part.weight, Decimal(part.row.score)) for part in live if part.row.score is not None]
    return weighted_mean(scores) if len(scores) == len(live) else None
