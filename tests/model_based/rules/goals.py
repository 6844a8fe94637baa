"""Commands about objectives."""

from decimal import Decimal
from functools import partial
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import rule

from okr_events.domain.values import Commitment, ProgressDriver
from tests.model_based.model_comparison import ModelComparison
from tests.model_based.number_model import objective_of_parent
from tests.model_based.strategies import (
    CommandOptions,
    command_options,
    drivers,
    names,
    people,
    picks,
    seldom,
    weights,
    without_nulls,
)


def is_draft(objective: dict[str, Any]) -> bool:
    return bool(objective["state"] == "draft")


class GoalRules(ModelComparison):
    @rule(cycle=picks, unit=picks, title=names, owner=picks, driver=drivers, draft=seldom, how=command_options)
    def create_objective(
        self, cycle: int, unit: int, title: str, owner: int, driver: str, how: CommandOptions, *, draft: bool = False
    ) -> None:
        place = {"cycle_id": self.pick("cycles", cycle), "unit_id": self.pick("units", unit)}
        said = {"title": title, "owner": self.owner(owner), "draft": draft}
        command = partial(self.okrs.create_objective, progress_driver=ProgressDriver(driver), **place, **said)
        follow = partial(self.model.create_objective, cycle=place["cycle_id"], unit=place["unit_id"], driver=driver, **said)
        self.run_command(how, command, follow)

    @rule(objective=picks, agreed_by=people, how=command_options)
    def agree(self, objective: int, agreed_by: list[int], how: CommandOptions) -> None:
        id, named = self.pick("objectives", objective, is_draft), [self.person(number) for number in agreed_by]
        command = partial(self.okrs.agree_objective, id=id, agreed_by=named)
        self.run_command(how, command, partial(self.model.agree, people=named), id)

    @rule(
        objective=picks,
        title=st.none() | names,
        description=st.sampled_from([None, None, "Why"]),
        commitment=st.sampled_from([None, None, *Commitment]),
        urgent=st.none() | st.booleans(),
        important=st.none() | st.booleans(),
        driver=st.none() | drivers,
        how=command_options,
    )
    def change_objective(self, objective: int, driver: str | None, how: CommandOptions, **said: Any) -> None:
        id = self.pick("objectives", objective)
        command = partial(self.okrs.change_objective, id=id, **without_nulls({"progress_driver": driver, **said}))
        self.run_command(how, command, partial(self.model.change_objective, driver=driver, **said), id)

    @rule(objective=picks, owner=picks, how=command_options)
    def reassign_objective(self, objective: int, owner: int, how: CommandOptions) -> None:
        id, to = self.pick("objectives", objective), self.owner(owner)
        command = partial(self.okrs.reassign_objective, id=id, owner=to)
        self.run_command(
            how, command, partial(self.model.reassign_objective, owner=to), id, because=self.model.needs_reason(id)
        )

    @rule(objective=picks, how=command_options, sure=st.booleans())
    def cancel_objective(self, objective: int, how: CommandOptions, *, sure: bool) -> None:
        id = self.pick("objectives", objective)
        if sure:
            because = self.model.needs_reason(id)
            self.run_command(how, partial(self.okrs.cancel_objective, id=id), self.model.cancel_objective, id, because=because)

    @rule(objective=picks, how=command_options, unscored=st.booleans(), sure=seldom)
    def close_objective(self, objective: int, how: CommandOptions, *, unscored: bool, sure: bool) -> None:
        id = self.pick("objectives", objective)
        if sure:
            command = partial(self.okrs.close_objective, id=id, allow_unscored=unscored)
            self.run_command(how, command, partial(self.model.close_objective, unscored=unscored), id, because=True)

    @rule(
        objective=picks,
        key_results=st.dictionaries(picks, weights, max_size=2),
        links=st.lists(weights, max_size=2),
        sure=st.sampled_from([True] * 4 + [False]),
        how=command_options,
    )
    def set_weights(
        self, objective: int, key_results: dict[int, Decimal], links: list[Decimal], how: CommandOptions, *, sure: bool
    ) -> None:
        """Of its own key results, or of any, and of links that lead to it or to them."""
        id = self.pick("objectives", objective)
        own = [key for key, found in self.model.world["key_results"].items() if found["objective"] == id]
        pool = own if own and sure else list(self.model.world["key_results"])
        measured = {pool[number % len(pool)]: weight for number, weight in key_results.items()}
        below = [
            key
            for key, link in self.model.world["links"].items()
            if objective_of_parent(self.model.world, link["parent"]) == id
        ]
        linked = dict(zip(below, links, strict=False))
        command = partial(self.okrs.set_weights, id=id, key_results=measured, alignments=linked)
        follow = partial(self.model.set_weights, key_results=measured, links=linked)
        self.run_command(how, command, follow, id, because=self.model.needs_reason(id))
