"""Objectives: progress, health and score rolled up from key results and contributing objectives."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal

from okr_events.domain import health
from okr_events.domain.decimals import weighted_mean
from okr_events.domain.health import Health
from okr_events.domain.progress import Driver, Progress, roll_up_progress
from projections.evaluation.key_results import EvaluatedKeyResult
from projections.store.tables import AlignmentRow, ObjectiveRow

ChildLinks = list[tuple[AlignmentRow, "EvaluatedObjective"]]
"""Links with their child objectives."""


@dataclass(slots=True)
class EvaluatedObjective:
    """An objective at the moment: its row, key results and children by vertical links, and the numbers that follow."""

    row: ObjectiveRow
    key_results: list[EvaluatedKeyResult] = field(default_factory=list)
    children: ChildLinks = field(default_factory=list)
    progress: Progress | None = None
    health: Health | None = None
    score: Decimal | None = None
    closed: bool = False

    @property
    def live(self) -> bool:
        return self.row.state != "cancelled"

    @property
    def ended(self) -> bool:
        """Whether it was cancelled, or closed ahead of its cycle."""
        return self.row.state in {"cancelled", "closed"}

    @property
    def active_children(self) -> ChildLinks:
        """The links that count in the roll-up; unlike ended ones they never form a circle."""
        return active_links(self.children)

    @property
    def live_key_results(self) -> list[EvaluatedKeyResult]:
        return [key_result for key_result in self.key_results if key_result.live]

    @property
    def driver(self) -> str:
        """Its `progress_driver`, or `alignments` when it has no live key results."""
        return self.row.progress_driver if self.live_key_results else "alignments"

    @property
    def progress_sources(self) -> tuple[list[EvaluatedKeyResult], ChildLinks]:
        """The key results and the child links whose weighted mean is its progress."""
        driver = self.driver
        key_results = self.live_key_results if driver != "alignments" else []
        return key_results, self.active_children if driver != "key_results" else []

    @property
    def health_sources(self) -> "Sequence[EvaluatedKeyResult | EvaluatedObjective]":
        """The goals whose worst health is its own."""
        return self.live_key_results or [child for _, child in self.active_children] or self.key_results

    def evaluate(self, *, in_retrospect: bool = False) -> None:
        """Set progress, health and score from the goals below, which are evaluated already."""
        self.roll_up()
        self.health = health.objective_health([goal.health for goal in self.health_sources if goal.health])
        if self.ended and not (self.live and in_retrospect):
            self.health = replace(self.health, effective="closed")
        self.score = _score(self.live_key_results)

    def freeze_at_seal(self, at_seal: "EvaluatedObjective") -> None:
        """Take the numbers that it had at the seal of its cycle."""
        self.progress, self.health, self.score = at_seal.progress, at_seal.health, at_seal.score

    def roll_up(self) -> None:
        """Set the progress alone."""
        key_results, children = self.progress_sources
        drivers = [Driver(key_result.weight, key_result.progress) for key_result in key_results]
        self.progress = roll_up_progress([*drivers, *link_drivers(children)])


def active_links(links: ChildLinks) -> ChildLinks:
    return [(link, child) for link, child in links if link.state == "active" and child.live]


def link_drivers(links: ChildLinks) -> list[Driver]:
    return [Driver(Decimal(link.weight), child.progress) for link, child in links if link.weight is not None]


def iterate_bottom_up(
    objectives: Mapping[str, EvaluatedObjective], heirs: Mapping[str, ChildLinks]
) -> Iterator[EvaluatedObjective]:
    """Yield every objective after those that contribute to it or its key results; no recursion, since chains may be long."""
    waiting: dict[str, int] = {}
    parents: dict[str, list[str]] = {}
    for id, objective in objectives.items():
        children = objective.active_children + _active_heirs(objective.key_results, heirs)
        waiting[id] = len(children)
        for _, child in children:
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
    return [heir for part in key_results if part.live for heir in active_links(heirs.get(part.row.id, []))]


def inherit_progress(
    key_results: Collection[EvaluatedKeyResult], heirs: Mapping[str, ChildLinks]
) -> Iterator[EvaluatedKeyResult]:
    """Set the progress of inherited key results from their heirs, which are evaluated already; yield those that changed."""
    for key_result in key_results if heirs else ():
        if key_result.live and (inheriting := active_links(heirs.get(key_result.row.id, []))):
            key_result.progress = roll_up_progress(link_drivers(inheriting))
            yield key_result


def _score(live: list[EvaluatedKeyResult]) -> Decimal | None:
    """The weighted mean of the key results' scores, once each has one."""
    scores = [(part.weight, Decimal(part.row.score)) for part in live if part.row.score is not None]
    return weighted_mean(scores) if len(scores) == len(live) else None
