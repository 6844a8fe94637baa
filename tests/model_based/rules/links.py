"""Commands about links."""

from decimal import Decimal
from functools import partial
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from okr_events.domain.alignment import Kind
from tests.model_based import number_model
from tests.model_based.model.links import CONTRIBUTING, OVER, PARENTS
from tests.model_based.rules.check_ins import ReportRules
from tests.model_based.rules.goals import GoalRules
from tests.model_based.rules.key_results import KeyResultRules
from tests.model_based.strategies import METRICS, PLAIN, How, capacities, hows, kinds, picks, rarely, values, weights


def is_live(link: dict[str, Any]) -> bool:
    return link["state"] not in OVER


class LinkRules(GoalRules, KeyResultRules, ReportRules):
    @rule(child=picks, parent=picks, kind=kinds, weight=st.none() | weights, capacity=capacities, astray=rarely, how=hows)
    def link(self, child: int, parent: int, kind: str, weight: Any, capacity: Any, how: How, *, astray: bool) -> None:
        """Two times out of three between two that may be linked; astray, to anything, with what the kind does not know."""
        pools = ["objectives", "key_results", "priorities"] if astray else PARENTS[kind]
        parents = [id for pool in pools for id in self.model.world[pool]]
        pairs = [(one, other) for one in self.model.world["objectives"] for other in parents]
        fitting = [pair for pair in pairs if parent % 3 == 0 or astray or self.model.may_link(*pair, kind)] or pairs
        said = {"weight": weight if astray or kind in CONTRIBUTING else None}
        said |= {"capacity": capacity if astray or kind == "horizontal" else None}
        self.connect(*fitting[(child * 61 + parent) % len(fitting)], kind, how, **said)

    def connect(self, child: Any, parent: Any, kind: str, how: How, *, weight: Any = None, capacity: Any = None) -> None:
        said = {"weight": weight, "capacity": capacity}
        command = partial(self.okrs.link, child_id=child, parent_id=parent, kind=Kind(kind), **said)
        self.do(how, command, partial(self.model.link, child=child, parent=parent, kind=kind, **said))

    @precondition(lambda self: self.model.world["links"])
    @rule(link=picks, weight=st.none() | weights, capacity=capacities, astray=rarely, how=hows)
    def change_link(self, link: int, weight: Any, capacity: Any, how: How, *, astray: bool) -> None:
        id = self.pick("links", link, is_live)
        weighed = self.model.world["links"][id]["weight"] is not None
        said = {"weight": weight if weighed or astray else None, "capacity": None if weighed and not astray else capacity}
        command = partial(self.okrs.change_alignment, id=id, **said)
        self.do(how, command, partial(self.model.change_link, reasoned=how.reasoned, **said), id)

    @precondition(lambda self: self.model.world["links"])
    @rule(link=picks, capacity=capacities, agreeing=st.booleans(), how=hows)
    def answer(self, link: int, capacity: Any, how: How, *, agreeing: bool) -> None:
        """The other side of a dependency, if there is one, confirms or declines it."""
        id = self.pick("links", link, lambda found: bool(found["state"] == "proposed"))
        if agreeing:
            command = partial(self.okrs.confirm_alignment, id=id, capacity=capacity, agreement="So be it")
            self.do(how, command, partial(self.model.confirm, capacity=capacity), id)
        else:
            self.do(how, partial(self.okrs.decline_alignment, id=id), self.model.decline, id, because=True)

    @precondition(lambda self: self.model.world["links"])
    @rule(link=picks, how=hows)
    def end_link(self, link: int, how: How) -> None:
        id = self.pick("links", link, is_live)
        found = self.model.world["links"][id]
        changed = [
            found["child"],
            *([number_model.goal(self.model.world, found["parent"])] if found["weight"] is not None else ()),
        ]
        because = any(map(self.model.settled, changed))
        self.do(how, partial(self.okrs.end_alignment, id=id), self.model.end_link, id, because=because)

    @rule(key_result=picks, unit=picks, value=values, weight=weights)
    def hand_down(self, key_result: int, unit: int, value: Decimal, weight: Decimal) -> None:
        """A new objective inherits a key result, and reports on one of its own."""
        world, inherited = self.model.world, self.pick("key_results", key_result)
        cycle = list(world["cycles"]).index(number_model.cycle_id_of(world, inherited))
        heir = len(world["objectives"])
        self.create_objective(cycle, unit, "Heir", 0, "key_results", PLAIN)
        if len(world["objectives"]) > heir:
            self.define(heir, METRICS[0], Decimal(1), None, 0, PLAIN)
            self.connect(self.pick("objectives", heir), inherited, "explicit", PLAIN, weight=weight)
            own = len(world["key_results"]) - 1
            self.check_in(own, None, value, None, wrong=False, how=PLAIN, confidence=None, status=None)
