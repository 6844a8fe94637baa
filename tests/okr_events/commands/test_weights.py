"""The weights of an objective's key results and links, set all or none."""

from decimal import Decimal
from uuid import uuid4

import pytest

from okr_events.domain.alignment import Alignment, AlignmentEnded
from okr_events.domain.errors import KeyResultClosed, UnknownId
from okr_events.domain.key_result import KeyResult

D = Decimal
LAUNCHES = {"kind": "increase", "baseline": "0", "target": "3"}


@pytest.fixture
def sales_key_result(okrs, intent, world):
    return okrs.define_key_result(intent, world.build, title="Sell", metric=LAUNCHES).id


@pytest.fixture
def advertising_key_result(okrs, intent, world):
    return okrs.define_key_result(intent, world.lead, title="Advertise", metric=LAUNCHES).id


def test_weights_of_key_results_are_set_together(okrs, intent_with_reason, world, sales_key_result, recorded_names):
    answer = okrs.set_weights(intent_with_reason, world.build, key_results={world.launch: D(2), sales_key_result: D(3)})
    assert (answer.id, answer.version, recorded_names(answer)) == (
        world.build,
        2,
        ["Objective.WeightsSet", *["KeyResult.Reweighted"] * 2],
    )
    assert [okrs.load(KeyResult, id).weight for id in (world.launch, sales_key_result)] == [D(2), D(3)]


def test_weights_of_links_and_key_results_are_set_together(
    okrs, intent_with_reason, world, advertising_key_result, recorded_names
):
    answer = okrs.set_weights(
        intent_with_reason, world.lead, key_results={advertising_key_result: D(0)}, alignments={world.link: D(2)}
    )
    assert recorded_names(answer) == ["Objective.WeightsSet", "KeyResult.Reweighted", "Alignment.Reweighted"]
    assert okrs.load(Alignment, world.link).weight == D(2)


def test_unchanged_weights_record_no_events(okrs, intent_with_reason, world):
    assert okrs.set_weights(intent_with_reason, world.build, key_results={world.launch: D(1)}).events == 0


@pytest.mark.parametrize("part", ["key_results", "alignments"])
def test_a_part_of_another_objective_is_reported_and_no_weight_is_set(
    okrs, intent_with_reason, world, advertising_key_result, part
):
    wrong = {"key_results": advertising_key_result, "alignments": world.link}[part]
    weights = {"key_results": {world.launch: D(2)}}
    with pytest.raises(UnknownId) as refused:
        okrs.set_weights(intent_with_reason, world.build, **weights | {part: weights.get(part, {}) | {wrong: D(2)}})
    assert refused.value.pointer == f"/{part}/{wrong}"
    assert okrs.load(KeyResult, world.launch).weight == D(1)


@pytest.mark.parametrize("part", ["key_results", "alignments"])
def test_an_unknown_part_is_reported(okrs, intent_with_reason, world, part):
    unknown = uuid4()
    with pytest.raises(UnknownId) as refused:
        okrs.set_weights(intent_with_reason, world.build, **{part: {unknown: D(2)}})
    assert refused.value.pointer == f"/{part}/{unknown}"


def test_an_ended_part_is_refused_and_no_weight_is_set(okrs, intent_with_reason, world, sales_key_result):
    okrs.cancel_key_result(intent_with_reason, sales_key_result)
    with pytest.raises(KeyResultClosed):
        okrs.set_weights(intent_with_reason, world.build, key_results={world.launch: D(2), sales_key_result: D(3)})
    assert okrs.load(KeyResult, world.launch).weight == D(1)
    okrs.end_alignment(intent_with_reason, world.link)
    with pytest.raises(AlignmentEnded):
        okrs.set_weights(intent_with_reason, world.lead, alignments={world.link: D(2)})
