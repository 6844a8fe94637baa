"""Commands about objectives."""

from dataclasses import replace
from uuid import uuid4

import pytest

from okr_events.domain.alignment import AlignmentKind
from okr_events.domain.errors import ObjectiveEnded, UnknownId
from okr_events.domain.objective import Objective

LAUNCHES = {"kind": "increase", "baseline": "0", "target": "3"}


@pytest.mark.parametrize("field", ["cycle_id", "unit_id"])
def test_an_unknown_cycle_or_unit_is_reported_with_its_pointer(okrs, intent, world, field):
    place = {"cycle_id": world.cycle, "unit_id": world.team} | {field: uuid4()}
    with pytest.raises(UnknownId) as refused:
        okrs.create_objective(intent, **place, title="Build")
    assert refused.value.pointer == f"/{field}"


def test_an_id_of_another_kind_is_unknown(okrs, intent, world):
    with pytest.raises(UnknownId):
        okrs.create_objective(intent, cycle_id=world.team, unit_id=world.team, title="Build")


def test_the_owner_is_a_person_or_a_unit(okrs, intent, world):
    for owner in (intent.actor, world.team):
        answer = okrs.create_objective(intent, cycle_id=world.cycle, unit_id=world.team, title="Build", owner=owner)
        assert okrs.load(Objective, answer.id).owner == owner


def test_an_unknown_owner_is_reported_with_its_pointer(okrs, intent_with_reason, world):
    with pytest.raises(UnknownId) as refused:
        okrs.create_objective(intent_with_reason, cycle_id=world.cycle, unit_id=world.team, title="Build", owner=uuid4())
    assert refused.value.pointer == "/owner"
    with pytest.raises(UnknownId):
        okrs.reassign_objective(intent_with_reason, world.build, owner=world.cycle)


def test_a_change_returns_the_new_version(okrs, intent, world, recorded_names):
    answer = okrs.change_objective(intent, world.build, title="Build it", urgent=True)
    assert (answer.status, answer.id, answer.version, answer.events) == (200, world.build, 3, 2)
    assert recorded_names(answer) == ["Objective.Renamed", "Objective.Prioritised"]


def test_a_change_that_changes_nothing_records_nothing(okrs, intent, world, store):
    before = store.log.head()
    answer = okrs.change_objective(intent, world.build, title="Build")
    assert (answer.version, answer.events, answer.position) == (1, 0, before.position)
    assert store.log.head() == before


def test_an_objective_is_reassigned(okrs, intent_with_reason, world, recorded_names):
    assert recorded_names(okrs.reassign_objective(intent_with_reason, world.build, owner=intent_with_reason.actor)) == [
        "Objective.Reassigned"
    ]


def test_a_cancelled_objective_ends_its_key_results_and_links(okrs, intent, intent_with_reason, world, recorded_names):
    assert recorded_names(okrs.cancel_objective(intent_with_reason, world.build)) == ["Objective.Cancelled"]
    for command in (
        lambda: okrs.change_objective(intent, world.build, title="Build"),
        lambda: okrs.cancel_objective(intent_with_reason, world.build),
        lambda: okrs.define_key_result(intent, world.build, title="Sell", metric=LAUNCHES),
        lambda: okrs.change_key_result(intent, world.launch, title="Sell"),
        lambda: okrs.check_in(intent, world.launch, value=2),
        lambda: okrs.correct_check_in(intent_with_reason, world.launch, world.check_in, value=2),
        lambda: okrs.retract_check_in(intent_with_reason, world.launch, world.check_in),
        lambda: okrs.check_in_batch(intent, [{"key_result_id": world.launch, "value": 2}]),
        lambda: okrs.score_key_result(intent_with_reason, world.launch, score=1),
        lambda: okrs.set_weights(intent_with_reason, world.build, key_results={world.launch: 2}),
        lambda: okrs.link(intent, child_id=world.build, parent_id=world.lead, kind=AlignmentKind.VERTICAL),
    ):
        with pytest.raises(ObjectiveEnded):
            command()


def test_all_events_of_a_command_have_the_same_envelope(okrs, intent_with_reason, world, store):
    answer = okrs.change_objective(replace(intent_with_reason, reason=None), world.build, title="Build it", urgent=True)
    first, second = store.log.events_after(after=answer.position - 2)
    assert first.envelope == second.envelope
