"""Commands about units, cycles and priorities."""

from datetime import date
from functools import partial
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import rule

from okr_events.domain.values import Level, Perspective
from tests.model_based.model.model_state import DAY
from tests.model_based.model_comparison import ModelComparison
from tests.model_based.strategies import (
    DEFAULT_OPTIONS,
    CommandOptions,
    as_request_policy,
    command_options,
    horizons,
    names,
    perspectives,
    picks,
    policies,
    seldom,
    without_nulls,
)

STARTS = date(2024, 1, 1)


def horizon_of(days: tuple[int, int] | None) -> tuple[date, date] | None:
    return days and (STARTS + days[0] * DAY, STARTS + days[1] * DAY)


class StructureRules(ModelComparison):
    @rule(name=names, level=st.sampled_from(["department", "team", "individual", "company"]), parent=picks, how=command_options)
    def create_unit(self, name: str, level: str, parent: int, how: CommandOptions) -> None:
        above = self.pick("units", parent)
        command = partial(self.okrs.create_unit, parent_id=above, name=name, level=Level(level))
        self.run_command(how, command, partial(self.model.create_unit, name=name, level=level, parent=above))

    @rule(unit=picks, name=st.none() | names, vision=st.sampled_from([None, None, "Far"]), how=command_options)
    def change_unit(self, unit: int, how: CommandOptions, **said: str | None) -> None:
        id = self.pick("units", unit)
        self.run_command(
            how, partial(self.okrs.change_unit, id=id, **without_nulls(said)), partial(self.model.change_unit, **said), id
        )

    @rule(unit=picks, parent=picks, how=command_options)
    def move_unit(self, unit: int, parent: int, how: CommandOptions) -> None:
        id, above = self.pick("units", unit), self.pick("units", parent)
        command = partial(self.okrs.move_unit, id=id, parent_id=above)
        self.run_command(how, command, partial(self.model.move_unit, parent=above), id, because=True)

    @rule(unit=picks, parent=picks)
    def replace_unit(self, unit: int, parent: int) -> None:
        """A unit moves away, and another of its name takes its place."""
        left = self.model.world["units"][self.pick("units", unit)].copy()
        self.move_unit(unit, parent, DEFAULT_OPTIONS)
        if left["parent"]:
            place = list(self.model.world["units"]).index(left["parent"])
            self.create_unit(left["name"], left["level"], place, DEFAULT_OPTIONS)

    @rule(
        name=names,
        begins=st.integers(-100, 100),
        length=st.sampled_from([90, 0, 13, 365, -1]),
        policy=policies,
        how=command_options,
    )
    def create_cycle(self, name: str, begins: int, length: int, policy: dict[str, Any], how: CommandOptions) -> None:
        starts, ends = STARTS + begins * DAY, STARTS + (begins + length) * DAY
        command = partial(self.okrs.create_cycle, name=name, starts_on=starts, ends_on=ends, policy=as_request_policy(policy))
        self.run_command(how, command, partial(self.model.create_cycle, name=name, starts=starts, ends=ends, policy=policy))

    @rule(cycle=picks, how=command_options)
    def activate_cycle(self, cycle: int, how: CommandOptions) -> None:
        id = self.pick("cycles", cycle)
        self.run_command(how, partial(self.okrs.activate_cycle, id=id), self.model.activate_cycle, id)

    @rule(cycle=picks, policy=policies, how=command_options)
    def change_policy(self, cycle: int, policy: dict[str, Any], how: CommandOptions) -> None:
        id = self.pick("cycles", cycle)
        command = partial(self.okrs.change_policy, id=id, policy=as_request_policy(policy))
        self.run_command(how, command, partial(self.model.change_policy, policy=policy, reasoned=how.with_reason), id)

    @rule(title=names, perspective=perspectives, days=horizons, owner=picks, how=command_options)
    def set_priority(self, title: str, perspective: str, days: tuple[int, int], owner: int, how: CommandOptions) -> None:
        said = {"title": title, "owner": self.owner(owner), "horizon": horizon_of(days)}
        command = partial(self.okrs.set_priority, perspective=Perspective(perspective), **said)
        self.run_command(how, command, partial(self.model.set_priority, perspective=perspective, **said))

    @rule(
        priority=picks,
        title=st.none() | names,
        description=st.sampled_from([None, None, "Why"]),
        perspective=st.none() | perspectives,
        days=st.none() | horizons,
        owner=st.none() | picks,
        how=command_options,
    )
    def revise_priority(
        self, priority: int, days: tuple[int, int] | None, owner: int | None, how: CommandOptions, **said: Any
    ) -> None:
        id, to = self.pick("priorities", priority), None if owner is None else self.owner(owner)
        said |= {"horizon": horizon_of(days), "owner": to}
        follow = partial(self.model.revise_priority, reasoned=how.with_reason, **said)
        self.run_command(how, partial(self.okrs.revise_priority, id=id, **without_nulls(said)), follow, id)

    @rule(priority=picks, how=command_options, sure=seldom)
    def retire_priority(self, priority: int, how: CommandOptions, *, sure: bool) -> None:
        id = self.pick("priorities", priority)
        if sure:
            self.run_command(how, partial(self.okrs.retire_priority, id=id), self.model.retire_priority, id, because=True)
