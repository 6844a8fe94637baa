"""Alignments: facts in, command, facts out."""

from datetime import date
from decimal import Decimal
from uuid import UUID

import pytest

from okr_events.alignment import (
    Alignment,
    AlignmentEnded,
    CyclesApart,
    Kind,
    NotAbove,
    ServesItself,
    check_cycles,
    check_vertical,
)
from okr_events.cycle import Cycle
from okr_events.errors import NothingSaid, ObjectiveEnded
from okr_events.objective import Objective
from okr_events.unit import Unit
from okr_events.values import Level

CHILD, PARENT = UUID(int=50), UUID(int=51)
PLAIN = {"parent_type": "objective", "kind": "vertical", "weight": Decimal(1), "capacity": None}
LINKED = ("Alignment.Linked", {"child_id": CHILD, "parent_id": PARENT, **PLAIN})
ENDED = ("Alignment.Ended", {})


def objective(*, cancelled=False):
    made = Objective.create(cycle_id=UUID(int=1), unit_id=UUID(int=2), title="Lead")
    if cancelled:
        made.cancel()
    return made


def test_a_child_is_linked_to_its_parent_with_weight_1(facts):
    child, parent = objective(), objective()
    link = Alignment.link(child, parent, kind=Kind.VERTICAL)
    said = {"child_id": child.id, "parent_id": parent.id, **PLAIN}
    assert facts(link) == [("Alignment.Linked", said)]


def test_an_objective_never_serves_itself():
    lead = objective()
    with pytest.raises(ServesItself):
        Alignment.link(lead, lead, kind=Kind.VERTICAL)


@pytest.mark.parametrize("cancelled", [(True, False), (False, True)])
def test_what_is_cancelled_is_not_linked(cancelled):
    with pytest.raises(ObjectiveEnded):
        Alignment.link(*(objective(cancelled=end) for end in cancelled), kind=Kind.VERTICAL)


def test_a_link_gets_another_weight(given, facts):
    link = given(LINKED)
    link.reweight(Decimal(2))
    assert facts(link) == [("Alignment.Reweighted", {"weight": Decimal(2)})]


def test_the_same_weight_again_is_no_fact(given, facts):
    link = given(LINKED)
    link.reweight(Decimal("1.0"))
    assert facts(link) == []


def test_a_change_says_the_weight(given):
    with pytest.raises(NothingSaid):
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
    with pytest.raises(CyclesApart) as refused:
        check_cycles(october, november)
    assert refused.value.pointer == "/parent_id"


def test_a_vertical_link_goes_to_a_higher_level_or_to_an_ancestor():
    company = Unit.create(name="Tech", level=Level.COMPANY)
    outer = Unit.create(name="Product", level=Level.TEAM, parent=company)
    inner = Unit.create(name="Design", level=Level.TEAM, parent=outer)
    check_vertical(inner, company, set())
    check_vertical(inner, outer, {outer.id, company.id})
    for child, parent in ((outer, inner), (company, outer), (outer, outer)):
        with pytest.raises(NotAbove):
            check_vertical(child, parent, {company.id})
