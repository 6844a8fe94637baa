"""The weights of an objective's parts: all or none."""

from decimal import Decimal
from uuid import uuid4

import pytest

from okr_events.domain.alignment import Alignment, AlignmentEnded
from okr_events.domain.errors import KeyResultClosed, Unknown
from okr_events.domain.key_result import KeyResult

D = Decimal
LAUNCHES = {"kind": "increase", "baseline": "0", "target": "3"}


@pytest.fixture
def sell(okrs, intent, world):
    return okrs.define_key_result(intent, world.build, title="Sell", metric=LAUNCHES).id


@pytest.fixture
def advertise(okrs, intent, world):
    return okrs.define_key_result(intent, world.lead, title="Advertise", metric=LAUNCHES).id


def test_key_results_are_weighed_together(okrs, reasoned, world, sell, recorded):
    answer = okrs.set_weights(reasoned, world.build, key_results={world.launch: D(2), sell: D(3)})
    assert (answer.id, answer.version, recorded(answer)) == (
        world.build,
        2,
        ["Objective.WeightsSet", *["KeyResult.Reweighted"] * 2],
    )
    assert [okrs.load(KeyResult, id).weight for id in (world.launch, sell)] == [D(2), D(3)]


def test_links_are_weighed_together_with_key_results(okrs, reasoned, world, advertise, recorded):
    answer = okrs.set_weights(reasoned, world.lead, key_results={advertise: D(0)}, alignments={world.link: D(2)})
    assert recorded(answer) == ["Objective.WeightsSet", "KeyResult.Reweighted", "Alignment.Reweighted"]
    assert okrs.load(Alignment, world.link).weight == D(2)


def test_the_weights_they_have_are_no_facts(okrs, reasoned, world):
    assert okrs.set_weights(reasoned, world.build, key_results={world.launch: D(1)}).events == 0


@pytest.mark.parametrize("part", ["key_results", "alignments"])
def test_a_part_of_something_else_is_told_and_none_is_weighed(okrs, reasoned, world, advertise, part):
    wrong = {"key_results": advertise, "alignments": world.link}[part]
    weights = {"key_results": {world.launch: D(2)}}
    with pytest.raises(Unknown) as refused:
        okrs.set_weights(reasoned, world.build, **weights | {part: weights.get(part, {}) | {wrong: D(2)}})
    assert refused.value.pointer == f"/{part}/{wrong}"
    assert okrs.load(KeyResult, world.launch).weight == D(1)


@pytest.mark.parametrize("part", ["key_results", "alignments"])
def test_an_unknown_part_is_told(okrs, reasoned, world, part):
    unknown = uuid4()
    with pytest.raises(Unknown) as refused:
        okrs.set_weights(reasoned, world.build, **{part: {unknown: D(2)}})
    assert refused.value.pointer == f"/{part}/{unknown}"


def test_what_has_ended_is_not_weighed_nor_is_the_rest(okrs, reasoned, world, sell):
    okrs.cancel_key_result(reasoned, sell)
    with pytest.raises(KeyResultClosed):
        okrs.set_weights(reasoned, world.build, key_results={world.launch: D(2), sell: D(3)})
    assert okrs.load(KeyResult, world.launch).weight == D(1)
    okrs.end_alignment(reasoned, world.link)
    with pytest.raises(AlignmentEnded):
        okrs.set_weights(reasoned, world.lead, alignments={world.link: D(2)})
