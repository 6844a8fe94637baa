"""Commands about key results, and about who works on them."""

from decimal import Decimal
from functools import partial
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from okr_events.domain.values import ContributorRole
from tests.model_based.model_comparison import ModelComparison
from tests.model_based.number_model import cycle_id_of
from tests.model_based.strategies import (
    CommandOptions,
    as_request_metric,
    command_options,
    days,
    metrics,
    names,
    picks,
    rarely,
    roles,
    targets,
    values,
    weights,
    without_nulls,
)


class KeyResultRules(ModelComparison):
    def needs_reason(self, key_result: Any) -> bool:
        """Whether changes of a key result need a reason."""
        return self.model.needs_reason(self.model.world["key_results"][key_result]["objective"])

    @rule(objective=picks, metric=metrics, weight=weights, due=days, owner=picks, how=command_options)
    def define(
        self, objective: int, metric: dict[str, Any], weight: Decimal, due: int | None, owner: int, how: CommandOptions
    ) -> None:
        on, day, said = self.pick("objectives", objective), self.day(due), {"weight": weight, "owner": self.owner(owner)}
        form = {"title": "KR", "metric": as_request_metric(metric), "due_on": day}
        command = partial(self.okrs.define_key_result, objective_id=on, **form, **said)
        self.run_command(how, command, partial(self.model.define, objective=on, metric=metric, due=day, **said), on)

    @rule(key_result=picks, objective=picks, goal=st.none() | values, how=command_options)
    def carry_over(self, key_result: int, objective: int, goal: Decimal | None, how: CommandOptions) -> None:
        origin = self.pick("key_results", key_result)
        own = cycle_id_of(self.model.world, origin)
        on = self.pick("objectives", objective, lambda found: found["cycle"] != own)
        command = partial(self.okrs.carry_over, id=origin, objective_id=on, target=goal)
        self.run_command(how, command, partial(self.model.carry_over, origin=origin, objective=on, target=goal), origin)

    @rule(key_result=picks, title=st.none() | names, weight=st.none() | weights, due=days, how=command_options)
    def change_key_result(self, key_result: int, due: int | None, how: CommandOptions, **said: Any) -> None:
        id, day = self.pick("key_results", key_result), self.day(due)
        command = partial(self.okrs.change_key_result, id=id, **without_nulls({"due_on": day, **said}))
        self.run_command(how, command, partial(self.model.change_key_result, due=day, reasoned=how.with_reason, **said), id)

    @rule(key_result=picks, said=targets, how=command_options)
    def revise_target(self, key_result: int, said: dict[str, Decimal], how: CommandOptions) -> None:
        id = self.pick("key_results", key_result)
        command = partial(self.okrs.revise_target, id=id, **said)
        self.run_command(how, command, partial(self.model.revise, **said), id, because=self.needs_reason(id))

    @rule(key_result=picks, owner=picks, how=command_options)
    def reassign_key_result(self, key_result: int, owner: int, how: CommandOptions) -> None:
        id, to = self.pick("key_results", key_result), self.owner(owner)
        command = partial(self.okrs.reassign_key_result, id=id, owner=to)
        self.run_command(how, command, partial(self.model.reassign_key_result, owner=to), id, because=self.needs_reason(id))

    @rule(key_result=picks, how=command_options, sure=rarely)
    def cancel_key_result(self, key_result: int, how: CommandOptions, *, sure: bool) -> None:
        id = self.pick("key_results", key_result)
        if sure:
            because = self.needs_reason(id)
            self.run_command(
                how, partial(self.okrs.cancel_key_result, id=id), self.model.cancel_key_result, id, because=because
            )

    @rule(key_result=picks, score=st.sampled_from([None, Decimal(0), Decimal("0.7"), Decimal(1)]), how=command_options)
    def score(self, key_result: int, score: Decimal | None, how: CommandOptions) -> None:
        id = self.pick("key_results", key_result)
        said = {"score": score, "suggested": self.suggested_score(id)}
        command = partial(self.okrs.score_key_result, id=id, root_cause="It rained", **said)
        self.run_command(how, command, partial(self.model.score, reasoned=how.with_reason, **said), id)

    @rule(key_result=picks, person=picks, role=roles, due=days, how=command_options)
    def name_contributor(self, key_result: int, person: int, role: str, due: int | None, how: CommandOptions) -> None:
        id, said = self.pick("key_results", key_result), {"due_on": self.day(due), "contribution": "Time"}
        command = partial(self.okrs.name_contributor, id=id, person_id=self.person(person), role=ContributorRole(role), **said)
        follow = partial(self.model.name_contributor, person=self.person(person), role=role, due=said["due_on"])
        self.run_command(how, command, follow, id)

    @rule(key_result=picks, person=picks, how=command_options)
    def release_contributor(self, key_result: int, person: int, how: CommandOptions) -> None:
        id = self.pick("key_results", key_result, lambda found: bool(found["contributors"]))
        contributing = [*self.model.world["key_results"][id]["contributors"], self.person(person)]
        named = contributing[person % len(contributing)]
        command = partial(self.okrs.release_contributor, id=id, person_id=named)
        self.run_command(how, command, partial(self.model.release_contributor, person=named), id)

    @rule(key_result=picks, owner=picks, due=days, how=command_options)
    def start_initiative(self, key_result: int, owner: int, due: int | None, how: CommandOptions) -> None:
        on, by, day = self.pick("key_results", key_result), self.owner(owner), self.day(due)
        command = partial(self.okrs.start_initiative, key_result_id=on, title="Try it", owner=by, due_on=day)
        self.run_command(how, command, partial(self.model.start_initiative, key_result=on, owner=by, due=day), on)

    @precondition(lambda self: self.model.world["initiatives"])
    @rule(initiative=picks, how=command_options)
    def complete_initiative(self, initiative: int, how: CommandOptions) -> None:
        id = self.pick("initiatives", initiative, lambda work: not work["done"])
        self.run_command(how, partial(self.okrs.complete_initiative, id=id), self.model.complete_initiative, id)
