"""Commands about key results."""

from decimal import Decimal
from uuid import uuid4

import pytest

from okr_events.domain.errors import NotFound, ReasonRequired, UnknownId
from okr_events.domain.key_result import KeyResult
from okr_events.domain.scoring import NoSuggestedScore

D = Decimal
LAUNCHES = {"kind": "increase", "baseline": "0", "target": "3"}


def test_a_key_result_is_defined_for_an_objective(okrs, intent, world, recorded_names):
    answer = okrs.define_key_result(intent, world.build, title="Sell", metric=LAUNCHES, weight=D(2), owner=intent.actor)
    assert (answer.status, answer.version, recorded_names(answer)) == (201, 1, ["KeyResult.Defined"])
    sell = okrs.load(KeyResult, answer.id)
    assert (sell.objective_id, sell.cycle_id, sell.weight, sell.owner) == (world.build, world.cycle, D(2), intent.actor)


def test_there_is_no_key_result_without_an_objective(okrs, intent, world):
    with pytest.raises(NotFound):
        okrs.define_key_result(intent, world.team, title="Sell", metric=LAUNCHES)


def test_an_unknown_owner_is_reported_with_its_pointer(okrs, intent_with_reason, world):
    with pytest.raises(UnknownId) as refused:
        okrs.define_key_result(intent_with_reason, world.build, title="Sell", metric=LAUNCHES, owner=uuid4())
    assert refused.value.pointer == "/owner"
    with pytest.raises(UnknownId):
        okrs.reassign_key_result(intent_with_reason, world.launch, owner=uuid4())


def test_a_title_changes_without_a_reason_a_weight_with_one(okrs, intent, intent_with_reason, world, recorded_names):
    assert recorded_names(okrs.change_key_result(intent, world.launch, title="Sell", weight=D(1))) == ["KeyResult.Renamed"]
    with pytest.raises(ReasonRequired):
        okrs.change_key_result(intent, world.launch, weight=D(2))
    assert recorded_names(okrs.change_key_result(intent_with_reason, world.launch, weight=D(2))) == ["KeyResult.Reweighted"]


def test_a_target_is_revised(okrs, intent_with_reason, world, recorded_names):
    assert recorded_names(okrs.revise_target(intent_with_reason, world.launch, target=D(4))) == ["KeyResult.TargetRevised"]
    assert okrs.load(KeyResult, world.launch).metric["target"] == "4"


def test_the_suggested_score_needs_no_reason(okrs, intent, world, recorded_names):
    answer = okrs.score_key_result(intent, world.launch, suggested=D("0.33"), suggested_at=8, decision="keep")
    assert recorded_names(answer) == ["KeyResult.Scored"]
    assert okrs.load(KeyResult, world.launch).score == D("0.33")


def test_a_score_equal_to_the_suggested_one_needs_no_reason(okrs, intent, world, recorded_names):
    answer = okrs.score_key_result(intent, world.launch, score=D("0.5"), suggested=D("0.50"), suggested_at=8)
    assert recorded_names(answer) == ["KeyResult.Scored"]


@pytest.mark.parametrize("suggested", [D("0.33"), None])
def test_another_score_needs_a_reason(okrs, intent, intent_with_reason, world, recorded_names, suggested):
    fields = {"score": D("0.7"), "suggested": suggested, "root_cause": "Too late"}
    with pytest.raises(ReasonRequired):
        okrs.score_key_result(intent, world.launch, **fields)
    assert recorded_names(okrs.score_key_result(intent_with_reason, world.launch, **fields)) == ["KeyResult.Scored"]


def test_a_score_is_corrected_with_a_reason(okrs, intent, intent_with_reason, world, recorded_names):
    okrs.score_key_result(intent, world.launch, suggested=D(0))
    with pytest.raises(ReasonRequired):
        okrs.score_key_result(intent, world.launch, suggested=D(0))
    answer = okrs.score_key_result(intent_with_reason, world.launch, suggested=D(0), score=D("0.1"))
    assert recorded_names(answer) == ["KeyResult.ScoreCorrected"]


def test_without_progress_there_is_no_score_to_suggest(okrs, intent, world):
    with pytest.raises(NoSuggestedScore):
        okrs.score_key_result(intent, world.launch, suggested=None)


def test_a_score_alone_does_not_close_a_key_result(okrs, intent, world):
    okrs.score_key_result(intent, world.launch, suggested=D(1))
    assert okrs.check_in(intent, world.launch, value=D(2))


def test_a_root_cause_is_encrypted(okrs, intent, world, store):
    answer = okrs.score_key_result(intent, world.launch, suggested=D(0), root_cause="Nobody called")
    [event] = store.log.events_after(after=answer.position - 1)
    assert b"Nobody" not in event.state
    token = okrs.mapper.to_domain_event(event).root_cause.token
    assert store.register.keys.decrypt([token]) == {token: "Nobody called"}


def test_a_key_result_is_cancelled(okrs, intent_with_reason, world, recorded_names):
    assert recorded_names(okrs.cancel_key_result(intent_with_reason, world.launch)) == ["KeyResult.Cancelled"]
