"""Commands that close objectives before their cycle, and the changes that are refused afterwards."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from okr_events.domain.alignment import AlignmentKind
from okr_events.domain.conversation import CommentKind
from okr_events.domain.cycle import Cycle
from okr_events.domain.errors import (
    CycleSealed,
    ObjectiveEnded,
    ReasonRequired,
    StaleVersion,
    TooManyObjectives,
    UnscoredKeyResults,
)
from okr_events.domain.objective import NotAgreed, Objective

LAUNCHES = {"kind": "increase", "baseline": "0", "target": "3"}
D = Decimal


@pytest.fixture
def scored_key_result(okrs, intent_with_reason, world):
    okrs.score_key_result(intent_with_reason, world.launch, score=D("0.8"))


@pytest.fixture
def closed_objective(okrs, intent_with_reason, world, scored_key_result):  # noqa: ARG001 - it is closed when all of it is scored
    """The objective `build`, closed."""
    okrs.close_objective(intent_with_reason, world.build)
    return world.build


@pytest.mark.usefixtures("scored_key_result")
def test_an_objective_is_closed_with_a_reason_once_its_key_results_are_scored(
    okrs, intent, intent_with_reason, world, recorded_names
):
    with pytest.raises(ReasonRequired):
        okrs.close_objective(intent, world.build)
    assert recorded_names(okrs.close_objective(intent_with_reason, world.build)) == ["Objective.Closed"]
    assert okrs.load(Objective, world.build).state == "closed"
    with pytest.raises(ObjectiveEnded):
        okrs.close_objective(intent_with_reason, world.build)


def test_an_unscored_key_result_needs_allow_unscored(okrs, intent_with_reason, world):
    with pytest.raises(UnscoredKeyResults):
        okrs.close_objective(intent_with_reason, world.build)
    assert okrs.close_objective(intent_with_reason, world.build, allow_unscored=True).events == 1


def test_a_cancelled_key_result_needs_no_score(okrs, intent_with_reason, world):
    okrs.cancel_key_result(intent_with_reason, world.launch)
    assert okrs.close_objective(intent_with_reason, world.build).events == 1


def test_key_results_of_other_objectives_need_no_score(okrs, intent_with_reason, world):
    assert okrs.close_objective(intent_with_reason, world.lead).events == 1


def test_a_draft_is_not_closed(okrs, intent_with_reason, world):
    draft = okrs.create_objective(intent_with_reason, cycle_id=world.cycle, unit_id=world.team, title="Build", draft=True).id
    with pytest.raises(NotAgreed):
        okrs.close_objective(intent_with_reason, draft)


@pytest.mark.usefixtures("scored_key_result")
def test_a_stale_client_closes_nothing(okrs, intent_with_reason, world):
    okrs.change_objective(intent_with_reason, world.build, title="Build it")
    with pytest.raises(StaleVersion):
        okrs.close_objective(replace(intent_with_reason, expected=1), world.build)


def test_no_objective_is_closed_in_a_sealed_cycle(okrs, intent_with_reason, world):
    okrs.activate_cycle(intent_with_reason, world.cycle)
    okrs.close_cycle(intent_with_reason, world.cycle, allow_unscored=True)
    with pytest.raises(CycleSealed):
        okrs.close_objective(intent_with_reason, world.build, allow_unscored=True)


def refused_commands(okrs, intent, world):
    """Commands that would change a closed objective, its key result or its links."""
    beside = okrs.create_objective(intent, cycle_id=world.cycle, unit_id=world.team, title="Beside").id
    return [
        lambda: okrs.check_in(intent, world.launch, value=D(2)),
        lambda: okrs.check_in_batch(intent, [{"key_result_id": world.launch, "status": "at_risk"}]),
        lambda: okrs.correct_check_in(intent, world.launch, world.check_in, value=D(2)),
        lambda: okrs.retract_check_in(intent, world.launch, world.check_in),
        lambda: okrs.score_key_result(intent, world.launch, score=D(1)),
        lambda: okrs.revise_target(intent, world.launch, target=D(4)),
        lambda: okrs.change_key_result(intent, world.launch, title="Launch it"),
        lambda: okrs.reassign_key_result(intent, world.launch, owner=world.team),
        lambda: okrs.cancel_key_result(intent, world.launch),
        lambda: okrs.name_contributor(intent, world.launch, person_id=intent.actor),
        lambda: okrs.start_initiative(intent, world.launch, title="More"),
        lambda: okrs.define_key_result(intent, world.build, title="More", metric=LAUNCHES),
        lambda: okrs.change_objective(intent, world.build, title="Build it"),
        lambda: okrs.reassign_objective(intent, world.build, owner=world.team),
        lambda: okrs.cancel_objective(intent, world.build),
        lambda: okrs.set_weights(intent, world.build, key_results={world.launch: D(2)}),
        lambda: okrs.link(intent, child_id=beside, parent_id=world.build, kind=AlignmentKind.DIRECTIONAL),
        lambda: okrs.link(intent, child_id=beside, parent_id=world.launch, kind=AlignmentKind.EXPLICIT),
        lambda: okrs.link(intent, child_id=world.build, parent_id=world.lead, kind=AlignmentKind.HORIZONTAL),
        lambda: okrs.change_alignment(intent, world.link, weight=D(2)),
        lambda: okrs.end_alignment(intent, world.link),
    ]


@pytest.mark.usefixtures("closed_objective")
def test_a_closed_objective_accepts_no_changes(okrs, intent_with_reason, world, store):
    changes = refused_commands(okrs, intent_with_reason, world)
    before = store.log.head().position
    for change in changes:
        with pytest.raises(ObjectiveEnded):
            change()
    assert store.log.head().position == before


@pytest.mark.usefixtures("closed_objective")
def test_a_closed_objective_accepts_comments(okrs, intent, world):
    assert okrs.comment_on_objective(intent, world.build, kind=CommentKind.CELEBRATION, text="Done").events
    assert okrs.comment_on_key_result(intent, world.launch, kind=CommentKind.FEEDBACK, text="Well done").events


@pytest.mark.usefixtures("closed_objective")
def test_a_closed_objective_accepts_check_ins_after_its_cycle_is_sealed(okrs, intent_with_reason, world):
    okrs.activate_cycle(intent_with_reason, world.cycle)
    okrs.close_cycle(intent_with_reason, world.cycle)
    assert okrs.check_in(intent_with_reason, world.launch, value=D(2)).events == 1
    assert okrs.check_in_batch(intent_with_reason, [{"key_result_id": world.launch, "value": D(3)}]).events == 1


def test_a_cancelled_objective_accepts_no_check_ins_even_then(okrs, intent_with_reason, world):
    okrs.cancel_objective(intent_with_reason, world.build)
    okrs.activate_cycle(intent_with_reason, world.cycle)
    okrs.close_cycle(intent_with_reason, world.cycle)
    with pytest.raises(ObjectiveEnded):
        okrs.check_in(intent_with_reason, world.launch, value=D(2))


def test_a_cycle_needs_the_scores_of_closed_objectives_but_not_of_cancelled_ones(okrs, intent_with_reason, world):
    okrs.activate_cycle(intent_with_reason, world.cycle)
    gone = okrs.create_objective(intent_with_reason, cycle_id=world.cycle, unit_id=world.team, title="Gone").id
    okrs.define_key_result(intent_with_reason, gone, title="Never", metric=LAUNCHES)
    okrs.cancel_objective(intent_with_reason, gone)
    okrs.close_objective(intent_with_reason, world.build, allow_unscored=True)
    with pytest.raises(UnscoredKeyResults) as left:
        okrs.close_cycle(intent_with_reason, world.cycle)
    assert left.value.detail.endswith("Missing scores: 1.")
    okrs.close_cycle(intent_with_reason, world.cycle, allow_unscored=True)
    assert okrs.load(Cycle, world.cycle).state == "closed"


def test_a_closed_objective_counts_towards_the_limits(okrs, intent_with_reason, world):
    most = {"objectives_per_unit": {"max": 1, "enforce": "refuse"}}
    span = {"starts_on": date(2026, 1, 1), "ends_on": date(2026, 3, 31)}
    place = {
        "cycle_id": okrs.create_cycle(intent_with_reason, name="Q1", **span, policy={"limits": most}).id,
        "unit_id": world.team,
    }
    first = okrs.create_objective(intent_with_reason, **place, title="Build").id
    okrs.close_objective(intent_with_reason, first)
    with pytest.raises(TooManyObjectives):
        okrs.create_objective(intent_with_reason, **place, title="Mend")
