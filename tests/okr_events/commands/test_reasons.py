"""Changes that need a reason, and how it is stored."""

from dataclasses import replace
from decimal import Decimal

import pytest

from okr_events.domain.errors import ReasonRequired
from okr_events.event_log.envelope import Envelope

D = Decimal
COMMANDS_NEEDING_REASONS = {
    "moving a unit": lambda okrs, i, w: okrs.move_unit(i, w.team, parent_id=w.company),
    "revising a target": lambda okrs, i, w: okrs.revise_target(i, w.launch, target=D(4)),
    "reassigning an objective": lambda okrs, i, w: okrs.reassign_objective(i, w.build, owner=i.actor),
    "reassigning a key result": lambda okrs, i, w: okrs.reassign_key_result(i, w.launch, owner=i.actor),
    "cancelling an objective": lambda okrs, i, w: okrs.cancel_objective(i, w.build),
    "cancelling a key result": lambda okrs, i, w: okrs.cancel_key_result(i, w.launch),
    "changing a weight": lambda okrs, i, w: okrs.change_key_result(i, w.launch, weight=D(2)),
    "changing a link's weight": lambda okrs, i, w: okrs.change_alignment(i, w.link, weight=D(2)),
    "setting weights": lambda okrs, i, w: okrs.set_weights(i, w.build, key_results={w.launch: D(2)}),
    "ending a link": lambda okrs, i, w: okrs.end_alignment(i, w.link),
    "correcting": lambda okrs, i, w: okrs.correct_check_in(i, w.launch, w.check_in, value=D(2)),
    "retracting": lambda okrs, i, w: okrs.retract_check_in(i, w.launch, w.check_in),
    "erasing": lambda okrs, i, _: okrs.erase_person(i, intent_without_reason(okrs)),
    "another score": lambda okrs, i, w: okrs.score_key_result(i, w.launch, score=D(1), suggested=D("0.3")),
}
SQLITE_ONLY = pytest.mark.parametrize("store", ["sqlite"], indirect=True)  # the store makes no difference here


def intent_without_reason(okrs):
    with okrs.register.write_transaction() as connection:
        return okrs.register.people.add(connection, name="Ben").id


@pytest.fixture(params=COMMANDS_NEEDING_REASONS)
def command(request):
    return COMMANDS_NEEDING_REASONS[request.param]


@SQLITE_ONLY
@pytest.mark.parametrize("reason", [None, "", " \n\t "])
def test_a_change_that_needs_a_reason_is_refused_without_one(okrs, intent, world, store, command, reason):
    before = store.log.head()
    with pytest.raises(ReasonRequired) as refused:
        command(okrs, replace(intent, reason=reason), world)
    assert refused.value.pointer == "/reason"
    assert store.log.head() == before


@SQLITE_ONLY
def test_a_change_with_a_reason_is_recorded(okrs, intent_with_reason, world, command):
    assert command(okrs, intent_with_reason, world).events > 0


def test_an_active_cycles_policy_changes_with_a_reason(okrs, intent, intent_with_reason, world):
    okrs.activate_cycle(intent, world.cycle)
    with pytest.raises(ReasonRequired):
        okrs.change_policy(intent, world.cycle, policy={"bottleneck": 5})
    assert okrs.change_policy(intent_with_reason, world.cycle, policy={"bottleneck": 5}).events == 1


def test_every_command_accepts_a_reason_and_encrypts_it(okrs, intent_with_reason, world, store):
    answer = okrs.check_in(intent_with_reason, world.launch, value=D(2))
    [event] = store.log.events_after(after=answer.position - 1)
    assert b"market" not in event.envelope
    envelope = Envelope.decode(event.envelope, event.originator_id, event.originator_version)
    assert (envelope.actor, envelope.correlation_id) == (intent_with_reason.actor, intent_with_reason.correlation_id)
    token = envelope.reason.token
    assert store.register.keys.decrypt([token]) == {token: "The market moved"}
