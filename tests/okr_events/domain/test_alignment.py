"""Alignments: facts in, command, facts out."""

from datetime import date
from decimal import Decimal
from uuid import UUID

import pytest

from okr_events.domain.alignment import (
    Alignment,
    AlignmentEnded,
    AlignmentKind,
    CapacityNotAllowed,
    CyclesDoNotOverlap,
    DependencyAnswered,
    NotADependency,
    ParentNotAbove,
    SameUnit,
    ServesItself,
    WeightNotAllowed,
    check_cycles,
    check_vertical,
)
from okr_events.domain.cycle import Cycle
from okr_events.domain.errors import EmptyInput, KeyResultClosed, ObjectiveEnded, PriorityRetired
from okr_events.domain.key_result import KeyResult
from okr_events.domain.objective import Objective
from okr_events.domain.priority import Priority
from okr_events.domain.unit import Unit
from okr_events.domain.values import Level, Perspective

CHILD, PARENT = UUID(int=50), UUID(int=51)
PLAIN = {"parent_type": "objective", "kind": "vertical", "weight": Decimal(1), "capacity": None}
LINKED = ("Alignment.Linked", {"child_id": CHILD, "parent_id": PARENT, **PLAIN})
ENDED = ("Alignment.Ended", {})


SPAN = (date(2026, 1, 1), date(2026, 3, 31))
PROPOSED = ("Alignment.Linked", LINKED[1] | {"kind": "horizontal", "weight": None, "capacity": Decimal(5)})
CONFIRMED = ("Alignment.Confirmed", {"agreed_capacity": Decimal(5), "agreement": None})
DECLINED = ("Alignment.Declined", {})


def objective(*, unit=2, cancelled=False):
    created = Objective.create(cycle_id=UUID(int=1), unit_id=UUID(int=unit), title="Lead")
    if cancelled:
        created.cancel()
    return created


def test_a_child_is_linked_to_its_parent_with_weight_1(facts):
    child, parent = objective(), objective()
    link = Alignment.link(child, parent, kind=AlignmentKind.VERTICAL)
    fields = {"child_id": child.id, "parent_id": parent.id, **PLAIN}
    assert facts(link) == [("Alignment.Linked", fields)]


def test_an_objective_never_serves_itself():
    lead = objective()
    with pytest.raises(ServesItself):
        Alignment.link(lead, lead, kind=AlignmentKind.VERTICAL)


@pytest.mark.parametrize("cancelled", [(True, False), (False, True)])
def test_a_cancelled_objective_is_not_linked(cancelled):
    with pytest.raises(ObjectiveEnded):
        Alignment.link(*(objective(cancelled=end) for end in cancelled), kind=AlignmentKind.VERTICAL)


def test_a_link_gets_another_weight(given, facts):
    link = given(LINKED)
    link.reweight(Decimal(2))
    assert facts(link) == [("Alignment.Reweighted", {"weight": Decimal(2)})]


def test_an_unchanged_weight_records_no_event(given, facts):
    link = given(LINKED)
    link.reweight(Decimal("1.0"))
    assert facts(link) == []


def test_a_change_needs_a_field(given):
    with pytest.raises(EmptyInput):
        given(LINKED).change()


def test_a_link_ends(given, facts):
    link = given(LINKED)
    link.end()
    assert facts(link) == [ENDED]


@pytest.mark.parametrize("command", [lambda link: link.end(), lambda link: link.reweight(Decimal(2))], ids=["end", "weight"])
def test_an_ended_link_takes_no_more_changes(given, command):
    with pytest.raises(AlignmentEnded):
        command(given(LINKED, ENDED))


def test_the_cycles_of_both_share_a_day():
    october = Cycle.create(name="October", starts_on=date(2026, 10, 1), ends_on=date(2026, 10, 31))
    november = Cycle.create(name="November", starts_on=date(2026, 11, 1), ends_on=date(2026, 11, 30))
    check_cycles(october, october)
    with pytest.raises(CyclesDoNotOverlap) as refused:
        check_cycles(october, november)
    assert refused.value.pointer == "/parent_id"


def test_a_vertical_link_goes_to_a_higher_level_or_to_an_ancestor():
    company = Unit.create(name="Tech", level=Level.COMPANY)
    outer = Unit.create(name="Product", level=Level.TEAM, parent=company)
    inner = Unit.create(name="Design", level=Level.TEAM, parent=outer)
    check_vertical(inner, company, set())
    check_vertical(inner, outer, {outer.id, company.id})
    for child, parent in ((outer, inner), (company, outer), (outer, outer)):
        with pytest.raises(ParentNotAbove):
            check_vertical(child, parent, {company.id})


def key_result(*, cancelled=False):
    created = KeyResult.define(objective(), cycle_span=SPAN, title="Sold", metric={"kind": "binary"})
    if cancelled:
        created.cancel()
    return created


def priority(*, retired=False):
    created = Priority.set(title="Be first", perspective=Perspective.CUSTOMER, horizon=SPAN)
    if retired:
        created.retire()
    return created


@pytest.mark.parametrize(
    ("kind", "parent", "parent_type", "weight", "state"),
    [
        (AlignmentKind.EXPLICIT, key_result, "key_result", Decimal(1), "active"),
        (AlignmentKind.HORIZONTAL, lambda: objective(unit=3), "objective", None, "proposed"),
        (AlignmentKind.STRATEGIC, priority, "priority", None, "active"),
        (AlignmentKind.DIRECTIONAL, objective, "objective", None, "active"),
        (AlignmentKind.DIRECTIONAL, key_result, "key_result", None, "active"),
    ],
)
def test_each_kind_has_a_parent_type_a_weight_and_a_state(kind, parent, parent_type, weight, state):
    link = Alignment.link(objective(), parent(), kind=kind)
    assert (link.parent_type, link.weight, link.state) == (parent_type, weight, state)
    assert kind.contributes == (weight is not None)


@pytest.mark.parametrize(
    ("kind", "parent", "ended"),
    [
        (AlignmentKind.EXPLICIT, lambda: key_result(cancelled=True), KeyResultClosed),
        (AlignmentKind.STRATEGIC, lambda: priority(retired=True), PriorityRetired),
        (AlignmentKind.DIRECTIONAL, lambda: objective(cancelled=True), ObjectiveEnded),
    ],
)
def test_no_link_goes_to_an_ended_parent(kind, parent, ended):
    with pytest.raises(ended):
        Alignment.link(objective(), parent(), kind=kind)


def test_a_dependency_is_on_another_unit():
    with pytest.raises(SameUnit):
        Alignment.link(objective(), objective(), kind=AlignmentKind.HORIZONTAL)


def test_an_objective_never_inherits_its_own_key_result():
    lead = objective()
    own = KeyResult.define(lead, cycle_span=SPAN, title="Sold", metric={"kind": "binary"})
    with pytest.raises(ServesItself):
        Alignment.link(lead, own, kind=AlignmentKind.EXPLICIT)


@pytest.mark.parametrize("kind", [AlignmentKind.HORIZONTAL, AlignmentKind.DIRECTIONAL])
def test_a_link_that_does_not_contribute_has_no_weight(kind):
    with pytest.raises(WeightNotAllowed):
        Alignment.link(objective(), objective(unit=3), kind=kind, weight=Decimal(1))


def test_only_a_dependency_has_a_capacity(given):
    with pytest.raises(CapacityNotAllowed):
        Alignment.link(objective(), objective(), kind=AlignmentKind.VERTICAL, capacity=Decimal(1))
    with pytest.raises(CapacityNotAllowed):
        given(LINKED).change(capacity=Decimal(1))
    with pytest.raises(WeightNotAllowed):
        given(PROPOSED).change(weight=Decimal(1))


@pytest.mark.parametrize("over", [ENDED, DECLINED])
def test_an_ended_dependency_refuses_even_an_unchanged_capacity(given, over):
    with pytest.raises(AlignmentEnded):
        given(PROPOSED, over).change(capacity=Decimal(5))


def test_the_requested_capacity_changes_until_it_is_answered(given, facts):
    link = given(PROPOSED)
    link.change(capacity=Decimal(5))
    link.change(capacity=Decimal(8))
    assert facts(link) == [("Alignment.CapacityAsked", {"capacity": Decimal(8)})]
    with pytest.raises(DependencyAnswered):
        given(PROPOSED, CONFIRMED).change(capacity=Decimal(8))


def test_a_dependency_is_confirmed_with_the_requested_capacity_or_another(given, facts):
    link = given(PROPOSED)
    link.confirm()
    assert facts(link) == [CONFIRMED]
    other = given(PROPOSED)
    other.confirm(capacity=Decimal(0))
    assert facts(other) == [("Alignment.Confirmed", {"agreed_capacity": Decimal(0), "agreement": None})]


def test_a_dependency_is_declined(given, facts):
    link = given(PROPOSED)
    link.decline()
    assert facts(link) == [DECLINED]


@pytest.mark.parametrize("command", [Alignment.confirm, Alignment.decline])
def test_a_dependency_is_answered_once(given, command):
    with pytest.raises(DependencyAnswered):
        command(given(PROPOSED, CONFIRMED))
    with pytest.raises(AlignmentEnded):
        command(given(PROPOSED, DECLINED))
    with pytest.raises(NotADependency):
        command(given(LINKED))


def test_a_declined_dependency_has_ended(given):
    with pytest.raises(AlignmentEnded):
        given(PROPOSED, DECLINED).end()
