"""Commands about alignments."""

from datetime import date
from decimal import Decimal
from itertools import pairwise
from uuid import uuid4

import pytest

from okr_events.domain.alignment import (
    Alignment,
    AlignmentEnded,
    AlignmentKind,
    CyclesDoNotOverlap,
    ParentNotAbove,
    ServesItself,
)
from okr_events.domain.errors import AlreadyLinked, CircularContribution, EmptyInput, ObjectiveEnded, ReasonRequired, UnknownId
from okr_events.domain.values import Level


@pytest.fixture
def objective(okrs, intent, world):
    def make(unit, cycle=world.cycle):
        return okrs.create_objective(intent, cycle_id=cycle, unit_id=unit, title="Goal").id

    return make


@pytest.fixture
def link(okrs, intent):
    def make(child, parent, **terms):
        return okrs.link(intent, child_id=child, parent_id=parent, kind=AlignmentKind.VERTICAL, **terms)

    return make


@pytest.fixture
def teams(okrs, intent, world):
    """Three teams, each below the one before; the first is `world.team`."""
    ids = [world.team]
    for name in ("Middle", "Inner"):
        ids.append(okrs.create_unit(intent, name=name, level=Level.TEAM, parent_id=ids[-1]).id)
    return ids


def test_a_link_is_recorded_with_its_weight(okrs, link, objective, world, recorded_names):
    answer = link(objective(world.team), world.lead, weight=Decimal(2))
    assert (answer.status, answer.version, recorded_names(answer)) == (201, 1, ["Alignment.Linked"])
    assert okrs.load(Alignment, answer.id).weight == Decimal(2)


def test_an_objective_may_have_several_parents(link, objective, world):
    assert link(world.build, objective(world.company))


@pytest.mark.parametrize("end", ["child_id", "parent_id"])
def test_an_unknown_end_is_reported_with_its_pointer(okrs, intent, world, end):
    ends = {"child_id": world.build, "parent_id": world.lead} | {end: uuid4()}
    with pytest.raises(UnknownId) as refused:
        okrs.link(intent, **ends, kind=AlignmentKind.VERTICAL)
    assert refused.value.pointer == f"/{end}"


def test_the_same_two_are_linked_once_at_a_time(okrs, intent_with_reason, link, world):
    with pytest.raises(AlreadyLinked):
        link(world.build, world.lead)
    okrs.end_alignment(intent_with_reason, world.link)
    again = link(world.build, world.lead)
    with pytest.raises(AlreadyLinked):
        link(world.build, world.lead)
    assert again.id != world.link


def test_an_objective_never_serves_itself(link, world):
    with pytest.raises(ServesItself):
        link(world.lead, world.lead)


def test_a_link_goes_up_by_level(link, objective, world):
    with pytest.raises(ParentNotAbove):
        link(world.lead, objective(world.team))
    with pytest.raises(ParentNotAbove):
        link(world.build, objective(world.team))


def test_a_link_goes_to_an_ancestor_of_the_same_level(link, objective, teams):
    outer, _, inner = map(objective, teams)
    assert link(inner, outer)
    with pytest.raises(ParentNotAbove):
        link(outer, inner)


def test_the_present_ancestors_count(okrs, intent_with_reason, link, objective, world, teams):
    outer, _, inner = map(objective, teams)
    okrs.move_unit(intent_with_reason, teams[2], parent_id=world.company)
    with pytest.raises(ParentNotAbove):
        link(inner, outer)


def test_contribution_never_forms_a_cycle(okrs, intent_with_reason, link, objective, teams):
    outer, middle, inner = map(objective, teams)
    link(inner, middle)
    link(middle, outer)
    okrs.move_unit(intent_with_reason, teams[1], parent_id=okrs.lineage(teams[0])[-1].id)
    okrs.move_unit(intent_with_reason, teams[0], parent_id=teams[2])
    with pytest.raises(CircularContribution):
        link(outer, inner)


def test_an_ended_link_is_not_part_of_a_cycle(okrs, intent_with_reason, link, objective, teams, world):
    outer, middle, _ = map(objective, teams)
    up = link(middle, outer)
    okrs.move_unit(intent_with_reason, teams[1], parent_id=world.company)
    okrs.move_unit(intent_with_reason, teams[0], parent_id=teams[1])
    with pytest.raises(CircularContribution):
        link(outer, middle)
    okrs.end_alignment(intent_with_reason, up.id)
    assert link(outer, middle)


def test_a_link_of_a_cancelled_objective_is_not_part_of_a_cycle(okrs, intent_with_reason, link, objective, teams, world):
    outer, middle, inner = map(objective, teams)
    for child, parent in pairwise((inner, middle, outer)):
        link(child, parent)
    okrs.cancel_objective(intent_with_reason, middle)
    okrs.move_unit(intent_with_reason, teams[2], parent_id=world.company)
    okrs.move_unit(intent_with_reason, teams[0], parent_id=teams[2])
    assert link(outer, inner)


def test_the_cycles_of_both_share_a_day(okrs, intent, link, objective, world):
    past = okrs.create_cycle(intent, name="Past", starts_on=date(1999, 1, 1), ends_on=date(1999, 12, 31)).id
    with pytest.raises(CyclesDoNotOverlap):
        link(world.build, objective(world.company, past))


def test_nothing_links_to_a_cancelled_objective(okrs, intent_with_reason, link, objective, world):
    okrs.cancel_objective(intent_with_reason, world.lead)
    with pytest.raises(ObjectiveEnded):
        link(objective(world.team), world.lead)


def test_another_weight_needs_a_reason(okrs, intent, intent_with_reason, world, recorded_names):
    with pytest.raises(ReasonRequired):
        okrs.change_alignment(intent, world.link, weight=Decimal(3))
    assert okrs.change_alignment(intent, world.link, weight=Decimal(1)).events == 0
    assert recorded_names(okrs.change_alignment(intent_with_reason, world.link, weight=Decimal(3))) == ["Alignment.Reweighted"]
    with pytest.raises(EmptyInput):
        okrs.change_alignment(intent_with_reason, world.link)


def test_a_link_ends_once(okrs, intent_with_reason, world, recorded_names):
    assert recorded_names(okrs.end_alignment(intent_with_reason, world.link)) == ["Alignment.Ended"]
    with pytest.raises(AlignmentEnded):
        okrs.end_alignment(intent_with_reason, world.link)
