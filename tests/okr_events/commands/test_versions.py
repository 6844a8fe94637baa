"""Expected versions: invalid (422) comes before stale (412), and stale before refused (409)."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from okr_events.domain.alignment import AlignmentEnded
from okr_events.domain.check_ins import AlreadyRetracted
from okr_events.domain.cycle import CycleActive
from okr_events.domain.errors import Invalid, KeyResultClosed, ObjectiveEnded, StaleVersion
from okr_events.domain.unit import CompanyNotMovable

pytestmark = pytest.mark.parametrize("store", ["sqlite"], indirect=True)  # the store makes no difference here

D = Decimal
LAUNCHES = {"kind": "increase", "baseline": "0", "target": "3"}
VALID_COMMANDS = {
    "unit": lambda okrs, i, w: okrs.change_unit(i, w.team, name="Design"),
    "move": lambda okrs, i, w: okrs.move_unit(i, w.team, parent_id=w.company),
    "cycle": lambda okrs, i, w: okrs.activate_cycle(i, w.cycle),
    "policy": lambda okrs, i, w: okrs.change_policy(i, w.cycle, policy={"bottleneck": 5}),
    "objective": lambda okrs, i, w: okrs.change_objective(i, w.build, title="Build it"),
    "objective's owner": lambda okrs, i, w: okrs.reassign_objective(i, w.build, owner=i.actor),
    "objective's end": lambda okrs, i, w: okrs.cancel_objective(i, w.build),
    "weights": lambda okrs, i, w: okrs.set_weights(i, w.build, key_results={w.launch: D(2)}),
    "key result": lambda okrs, i, w: okrs.change_key_result(i, w.launch, title="Sell"),
    "target": lambda okrs, i, w: okrs.revise_target(i, w.launch, target=D(4)),
    "key result's owner": lambda okrs, i, w: okrs.reassign_key_result(i, w.launch, owner=i.actor),
    "key result's end": lambda okrs, i, w: okrs.cancel_key_result(i, w.launch),
    "score": lambda okrs, i, w: okrs.score_key_result(i, w.launch, score=D(1)),
    "check-in": lambda okrs, i, w: okrs.check_in(i, w.launch, value=D(2)),
    "correction": lambda okrs, i, w: okrs.correct_check_in(i, w.launch, w.check_in, value=D(2)),
    "retraction": lambda okrs, i, w: okrs.retract_check_in(i, w.launch, w.check_in),
    "link's weight": lambda okrs, i, w: okrs.change_alignment(i, w.link, weight=D(2)),
    "link's end": lambda okrs, i, w: okrs.end_alignment(i, w.link),
}
INVALID_COMMANDS = {
    "unit": lambda okrs, i, w: okrs.change_unit(i, w.team),
    "move": lambda okrs, i, w: okrs.move_unit(i, w.team, parent_id=w.cycle),
    "policy": lambda okrs, i, w: okrs.change_policy(i, w.cycle, policy={"bottleneck": -1}),
    "objective": lambda okrs, i, w: okrs.change_objective(i, w.build),
    "owner": lambda okrs, i, w: okrs.reassign_objective(i, w.build, owner=w.cycle),
    "weights": lambda okrs, i, w: okrs.set_weights(i, w.build, key_results={w.link: D(2)}),
    "definition": lambda okrs, i, w: okrs.define_key_result(i, w.build, title="Sell", metric=LAUNCHES | {"target": "0"}),
    "key result": lambda okrs, i, w: okrs.change_key_result(i, w.launch, due_on=date(1999, 1, 1)),
    "target": lambda okrs, i, w: okrs.revise_target(i, w.launch, low=D(4)),
    "score": lambda okrs, i, w: okrs.score_key_result(i, w.launch),
    "check-in": lambda okrs, i, w: okrs.check_in(i, w.launch, note="Hello"),
    "correction": lambda okrs, i, w: okrs.correct_check_in(i, w.launch, w.check_in, milestones=["launch"]),
    "link": lambda okrs, i, w: okrs.change_alignment(i, w.link),
}
COMMANDS_AFTER_END = {
    "company": (CompanyNotMovable, lambda okrs, i, w: okrs.move_unit(i, w.company, parent_id=w.team)),
    "cycle": (CycleActive, lambda okrs, i, w: okrs.activate_cycle(i, w.cycle)),
    "objective": (ObjectiveEnded, VALID_COMMANDS["objective"]),
    "definition": (ObjectiveEnded, lambda okrs, i, w: okrs.define_key_result(i, w.build, title="Sell", metric=LAUNCHES)),
    "key result": (KeyResultClosed, VALID_COMMANDS["key result"]),
    "target": (KeyResultClosed, VALID_COMMANDS["target"]),
    "check-in": (KeyResultClosed, VALID_COMMANDS["check-in"]),
    "link": (AlignmentEnded, VALID_COMMANDS["link's weight"]),
}


@pytest.fixture
def ended_organisation(okrs, intent_with_reason, world):
    """The organisation after every goal and link has ended."""
    okrs.activate_cycle(intent_with_reason, world.cycle)
    okrs.cancel_key_result(intent_with_reason, world.launch)
    okrs.end_alignment(intent_with_reason, world.link)
    okrs.cancel_objective(intent_with_reason, world.build)
    return world


@pytest.mark.parametrize("command", VALID_COMMANDS.values(), ids=VALID_COMMANDS)
def test_a_stale_client_gets_the_current_version(okrs, intent_with_reason, world, store, command):
    before = store.log.head()
    with pytest.raises(StaleVersion) as refused:
        command(okrs, replace(intent_with_reason, expected=99), world)
    assert store.log.head() == before
    assert command(okrs, replace(intent_with_reason, expected=refused.value.version), world).events > 0


@pytest.mark.parametrize("command", INVALID_COMMANDS.values(), ids=INVALID_COMMANDS)
def test_an_invalid_request_is_reported_before_a_stale_version(okrs, intent_with_reason, world, command):
    with pytest.raises(Invalid):
        command(okrs, replace(intent_with_reason, expected=99), world)


@pytest.mark.parametrize("command", INVALID_COMMANDS.values(), ids=INVALID_COMMANDS)
def test_an_invalid_request_is_reported_before_a_refusal(okrs, intent_with_reason, ended_organisation, command):
    with pytest.raises(Invalid):
        command(okrs, intent_with_reason, ended_organisation)


@pytest.mark.parametrize(("broken", "command"), COMMANDS_AFTER_END.values(), ids=COMMANDS_AFTER_END)
def test_a_stale_version_is_reported_before_a_refusal(okrs, intent_with_reason, ended_organisation, broken, command):
    with pytest.raises(StaleVersion) as refused:
        command(okrs, replace(intent_with_reason, expected=99), ended_organisation)
    with pytest.raises(broken):
        command(okrs, replace(intent_with_reason, expected=refused.value.version), ended_organisation)


def test_a_stale_version_of_a_retracted_check_in_is_reported_first(okrs, intent_with_reason, world):
    okrs.retract_check_in(intent_with_reason, world.launch, world.check_in)
    with pytest.raises(StaleVersion):
        okrs.retract_check_in(replace(intent_with_reason, expected=1), world.launch, world.check_in)
    with pytest.raises(AlreadyRetracted):
        okrs.retract_check_in(replace(intent_with_reason, expected=2), world.launch, world.check_in)


def test_a_cancelled_objective_refuses_changes_of_its_key_results_to_stale_clients_too(okrs, intent_with_reason, world):
    okrs.cancel_objective(intent_with_reason, world.build)
    with pytest.raises(StaleVersion):
        okrs.change_key_result(replace(intent_with_reason, expected=99), world.launch, title="Sell")
