"""Commands about links."""

from decimal import Decimal
from functools import partial
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from okr_events.domain.alignment import AlignmentKind
from tests.model_based import number_model
from tests.model_based.model.links import CONTRIBUTING, ENDED_STATES, PARENT_KINDS
from tests.model_based.rules.check_ins import CheckInRules
from tests.model_based.rules.goals import GoalRules
from tests.model_based.rules.key_results import KeyResultRules
from tests.model_based.strategies import (
    DEFAULT_OPTIONS,
    METRICS,
    CommandOptions,
    capacities,
    command_options,
    kinds,
    picks,
    rarely,
    values,
    weights,
    without_nulls,
)


def is_live(link: dict[str, Any]) -> bool:
    return link["state"] not in ENDED_STATES


class LinkRules(GoalRules, KeyResultRules, CheckInRules):
    @rule(
        child=picks,
        parent=picks,
        kind=kinds,
        weight=st.none() | weights,
        capacity=capacities,
        astray=rarely,
        how=command_options,
    )
    def link(
        self, child: int, parent: int, kind: str, weight: Any, capacity: Any, how: CommandOptions, *, astray: bool
    ) -> None:
        """Two times out of three between two that may be linked; astray, to anything, with what the kind does not know."""
        pools = ["objectives", "key_results", "priorities"] if astray else PARENT_KINDS[kind]
        parents = [id for pool in pools for id in self.model.world[pool]]
        pairs = [(one, other) for one in self.model.world["objectives"] for other in parents]
        fitting = [pair for pair in pairs if parent % 3 == 0 or astray or self.model.may_link(*pair, kind)] or pairs
        said = {"weight": weight if astray or kind in CONTRIBUTING else None}
        said |= {"capacity": capacity if astray or kind == "horizontal" else None}
        self.connect(*fitting[(child * 61 + parent) % len(fitting)], kind, how, **said)

    def connect(
        self, child: Any, parent: Any, kind: str, how: CommandOptions, *, weight: Any = None, capacity: Any = None
    ) -> None:
        said = {"weight": weight, "capacity": capacity}
        command = partial(self.okrs.link, child_id=child, parent_id=parent, kind=AlignmentKind(kind), **said)
        self.run_command(how, command, partial(self.model.link, child=child, parent=parent, kind=kind, **said))

    @precondition(lambda self: self.model.world["links"])
    @rule(link=picks, weight=st.none() | weights, capacity=capacities, astray=rarely, how=command_options)
    def change_link(self, link: int, weight: Any, capacity: Any, how: CommandOptions, *, astray: bool) -> None:
        id = self.pick("links", link, is_live)
        weighed = self.model.world["links"][id]["weight"] is not None
        said = {"weight": weight if weighed or astray else None, "capacity": None if weighed and not astray else capacity}
        command = partial(self.okrs.change_alignment, id=id, **without_nulls(said))
        self.run_command(how, command, partial(self.model.change_link, reasoned=how.with_reason, **said), id)

    @precondition(lambda self: self.model.world["links"])
    @rule(link=picks, capacity=capacities, agreeing=st.booleans(), how=command_options)
    def answer_dependency(self, link: int, capacity: Any, how: CommandOptions, *, agreeing: bool) -> None:
        """The other side of a dependency, if there is one, confirms or declines it."""
        id = self.pick("links", link, lambda found: bool(found["state"] == "proposed"))
        if agreeing:
            command = partial(self.okrs.confirm_alignment, id=id, capacity=capacity, agreement="So be it")
            self.run_command(how, command, partial(self.model.confirm, capacity=capacity), id)
        else:
            self.run_command(how, partial(self.okrs.decline_alignment, id=id), self.model.decline, id, because=True)

    @precondition(lambda self: self.model.world["links"])
    @rule(link=picks, how=command_options)
    def end_link(self, link: int, how: CommandOptions) -> None:
        id = self.pick("links", link, is_live)
        found = self.model.world["links"][id]
        changed = [
            found["child"],
            *([number_model.objective_of_parent(self.model.world, found["parent"])] if found["weight"] is not None else ()),
        ]
        because = any(map(self.model.needs_reason, changed))
        self.run_command(how, partial(self.okrs.end_alignment, id=id), self.model.end_link, id, because=because)

    @rule(key_result=picks, unit=picks, value=values, weight=weights)
    def inherit_key_result(self, key_result: int, unit: int, value: Decimal, weight: Decimal) -> None:
        """A new objective inherits a key result, and reports on one of its own."""
        world, inherited = self.model.world, self.pick("key_results", key_result)
        cycle = list(world["cycles"]).index(number_model.cycle_id_of(world, inherited))
        heir = len(world["objectives"])
        self.create_objective(cycle, unit, "Heir", 0, "key_results", DEFAULT_OPTIONS)
        if len(world["objectives"]) > heir:
            self.define(heir, METRICS[0], Decimal(1), None, 0, DEFAULT_OPTIONS)
            self.connect(self.pick("objectives", heir), inherited, "explicit", DEFAULT_OPTIONS, weight=weight)
            own = len(world["key_results"]) - 1
            self.check_in(own, None, value, None, wrong=False, how=DEFAULT_OPTIONS, confidence=None, status=None)
