"""The command that carries a key result over into another cycle."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from uuid import uuid4

import pytest

from okr_events.domain.carry_over import NothingToCarryOver, SameCycle, TargetReached
from okr_events.domain.errors import (
    CycleSealed,
    NotFound,
    ObjectiveEnded,
    PersonErased,
    StaleVersion,
    TooManyKeyResults,
    UnknownId,
)
from okr_events.domain.key_result import DueOutsideCycle, KeyResult
from okr_events.domain.objective import Objective

D = Decimal
NEXT_CYCLE = {"starts_on": date(2100, 1, 1), "ends_on": date(2100, 3, 31)}
LIMITS = {"key_results_per_objective": {"max": 2, "enforce": "refuse"}}


@pytest.fixture
def next_objective(okrs, intent_with_reason, world):
    """An objective in the next cycle."""
    cycle = okrs.create_cycle(intent_with_reason, name="Next", **NEXT_CYCLE, policy={"limits": LIMITS}).id
    okrs.activate_cycle(intent_with_reason, cycle)
    return okrs.create_objective(intent_with_reason, cycle_id=cycle, unit_id=world.team, title="Build on").id


def test_the_new_key_result_continues_from_the_last_value(okrs, intent, world, next_objective, recorded_names):
    okrs.change_key_result(replace(intent, reason="More"), world.launch, description="How", weight=D(2))
    okrs.reassign_key_result(replace(intent, reason="Hers"), world.launch, owner=intent.actor)
    answer = okrs.carry_over(intent, world.launch, objective_id=next_objective)
    assert (answer.status, recorded_names(answer)) == (201, ["KeyResult.Defined"])
    origin, carried = okrs.load(KeyResult, world.launch), okrs.load(KeyResult, answer.id)
    assert (carried.origin, carried.objective_id) == (origin.id, next_objective)
    assert (carried.title, carried.description, carried.weight, carried.owner) == ("Launch", "How", D(2), intent.actor)
    assert carried.metric == {"kind": "increase", "baseline": "1", "target": "3", "measure": None}
    assert (carried.due_on, carried.state, carried.score) == (NEXT_CYCLE["ends_on"], "open", None)
    assert (origin.version, origin.metric["baseline"]) == (5, "0")


def test_given_fields_replace_those_of_the_origin(okrs, intent, world, next_objective):
    fields = {"title": "Launch more", "target": D(9), "owner": world.team, "due_on": date(2100, 2, 1)}
    carried = okrs.load(KeyResult, okrs.carry_over(intent, world.launch, objective_id=next_objective, **fields).id)
    assert (carried.title, carried.metric["target"], carried.owner, carried.due_on) == (
        "Launch more",
        "9",
        *list(fields.values())[2:],
    )


def test_a_reached_target_needs_a_new_one(okrs, intent, world, next_objective):
    okrs.check_in(intent, world.launch, value=D(3))
    with pytest.raises(TargetReached):
        okrs.carry_over(intent, world.launch, objective_id=next_objective)
    assert okrs.carry_over(intent, world.launch, objective_id=next_objective, target=D(5)).events == 1


def test_a_completed_key_result_is_not_carried_over(okrs, intent, world, next_objective):
    part = okrs.define_key_result(intent, world.build, title="Sign", metric={"kind": "binary"}).id
    okrs.check_in(intent, part, value=D(1))
    with pytest.raises(NothingToCarryOver):
        okrs.carry_over(intent, part, objective_id=next_objective)


@pytest.mark.parametrize("over", ["cancelled", "objective closed", "objective cancelled", "sealed"])
def test_an_ended_key_result_is_carried_over_and_stays_unchanged(okrs, intent_with_reason, world, next_objective, over):
    ends = {
        "cancelled": lambda: okrs.cancel_key_result(intent_with_reason, world.launch),
        "objective closed": lambda: okrs.close_objective(intent_with_reason, world.build, allow_unscored=True),
        "objective cancelled": lambda: okrs.cancel_objective(intent_with_reason, world.build),
        "sealed": lambda: okrs.close_cycle(intent_with_reason, world.cycle, allow_unscored=True),
    }
    okrs.activate_cycle(intent_with_reason, world.cycle)
    ends[over]()
    before = okrs.load(KeyResult, world.launch).version
    for _ in range(2):
        assert okrs.carry_over(intent_with_reason, world.launch, objective_id=next_objective).events == 1
    assert okrs.load(KeyResult, world.launch).version == before


def test_a_carried_over_key_result_can_be_carried_over_again(okrs, intent, world, next_objective):
    cycle = okrs.create_cycle(intent, name="Last", starts_on=date(2101, 1, 1), ends_on=date(2101, 3, 31)).id
    last = okrs.create_objective(intent, cycle_id=cycle, unit_id=world.team, title="Build at last").id
    first = okrs.carry_over(intent, world.launch, objective_id=next_objective).id
    second = okrs.load(KeyResult, okrs.carry_over(intent, first, objective_id=last).id)
    assert (second.origin, second.metric["baseline"]) == (first, "1")


def test_a_wrong_field_is_reported_with_its_pointer(okrs, intent, world, next_objective):
    cases = {
        "/objective_id": (SameCycle, {"objective_id": world.lead}),
        "/owner": (UnknownId, {"objective_id": next_objective, "owner": uuid4()}),
        "/due_on": (DueOutsideCycle, {"objective_id": next_objective, "due_on": date(2099, 1, 1)}),
    }
    for pointer, (broken, fields) in cases.items():
        with pytest.raises(broken) as refused:
            okrs.carry_over(intent, world.launch, **fields)
        assert refused.value.pointer == pointer
    with pytest.raises(UnknownId):
        okrs.carry_over(intent, world.launch, objective_id=world.launch)
    with pytest.raises(NotFound):
        okrs.carry_over(intent, next_objective, objective_id=next_objective)


def test_an_erased_owner_receives_no_key_result(okrs, intent_with_reason, world, next_objective):
    with okrs.register.write_transaction() as connection:
        ben = okrs.register.people.add(connection, name="Ben").id
    okrs.reassign_key_result(intent_with_reason, world.launch, owner=ben)
    okrs.erase_person(intent_with_reason, ben)
    with pytest.raises(PersonErased):
        okrs.carry_over(intent_with_reason, world.launch, objective_id=next_objective)
    assert okrs.carry_over(intent_with_reason, world.launch, objective_id=next_objective, owner=world.team).events == 1


def test_carrying_over_counts_towards_the_limit(okrs, intent_with_reason, world, next_objective):
    for _ in range(2):
        okrs.carry_over(intent_with_reason, world.launch, objective_id=next_objective)
    with pytest.raises(TooManyKeyResults):
        okrs.carry_over(intent_with_reason, world.launch, objective_id=next_objective)
    with pytest.raises(StaleVersion):
        okrs.carry_over(replace(intent_with_reason, expected=1), world.launch, objective_id=next_objective)


def test_nothing_is_carried_over_to_an_ended_objective_or_cycle(okrs, intent_with_reason, world, next_objective):
    cycle = okrs.load(Objective, next_objective).cycle_id
    gone = okrs.create_objective(intent_with_reason, cycle_id=cycle, unit_id=world.team, title="Gone").id
    okrs.cancel_objective(intent_with_reason, gone)
    with pytest.raises(ObjectiveEnded):
        okrs.carry_over(intent_with_reason, world.launch, objective_id=gone)
    okrs.close_cycle(intent_with_reason, cycle)
    with pytest.raises(CycleSealed):
        okrs.carry_over(intent_with_reason, world.launch, objective_id=next_objective)
