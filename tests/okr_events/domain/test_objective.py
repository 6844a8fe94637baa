"""Objectives: facts in, command, facts out."""

from uuid import UUID

import pytest

from okr_events.domain.errors import EmptyInput, ObjectiveEnded
from okr_events.domain.objective import AlreadyAgreed, NotAgreed, Objective
from okr_events.domain.values import Commitment, ProgressDriver, focus

ADA, BEN, TEAM = UUID(int=30), UUID(int=32), UUID(int=31)
LOCATION = {"cycle_id": UUID(int=40), "unit_id": UUID(int=41)}
CREATED = (
    "Objective.Created",
    {
        **LOCATION,
        "title": "Lead the market",
        "description": None,
        "owner": None,
        "commitment": "aspirational",
        "urgent": False,
        "important": False,
        "progress_driver": "key_results",
        "draft": False,
    },
)
CANCELLED = ("Objective.Cancelled", {})
CLOSED = ("Objective.Closed", {})


def test_an_objective_is_agreed_and_aspirational_by_default(facts):
    lead = Objective.create(**LOCATION, title="Lead the market")
    assert lead.state == "agreed"
    assert facts(lead) == [CREATED]


def test_an_objective_is_created_with_all_fields(facts):
    fields = {
        "title": "Lead",
        "description": "Why",
        "owner": ADA,
        "commitment": Commitment.COMMITTED,
        "urgent": True,
        "important": True,
        "progress_driver": ProgressDriver.BOTH,
        "draft": True,
    }
    assert facts(Objective.create(**LOCATION, **fields)) == [("Objective.Created", LOCATION | fields)]


def test_each_changed_field_records_an_event(given, facts):
    lead = given(CREATED)
    lead.change(
        title="Lead", description="Why", commitment=Commitment.LEARNING, urgent=True, progress_driver=ProgressDriver.BOTH
    )
    assert facts(lead) == [
        ("Objective.Renamed", {"title": "Lead"}),
        ("Objective.Described", {"description": "Why"}),
        ("Objective.CommitmentChanged", {"commitment": "learning"}),
        ("Objective.Prioritised", {"urgent": True, "important": False}),
        ("Objective.ProgressDriverChanged", {"progress_driver": "both"}),
    ]


def test_unchanged_fields_record_no_event(given, facts):
    lead = given(CREATED)
    lead.change(title="Lead the market", commitment=Commitment.ASPIRATIONAL, urgent=False)
    assert facts(lead) == []


def test_one_axis_changes_and_the_other_stays(given, facts):
    lead = given(CREATED, ("Objective.Prioritised", {"urgent": True, "important": False}))
    lead.change(important=True)
    assert facts(lead) == [("Objective.Prioritised", {"urgent": True, "important": True})]


def test_a_change_needs_a_field(given):
    with pytest.raises(EmptyInput):
        given(CREATED).change()


def test_null_clears_the_description(given, facts):
    lead = given(CREATED, ("Objective.Described", {"description": "Why"}))
    lead.change(description=None)
    lead.change(description=None)
    assert facts(lead) == [("Objective.Described", {"description": None})]


def test_an_objective_gets_an_owner(given, facts):
    lead = given(CREATED)
    lead.reassign(TEAM)
    assert facts(lead) == [("Objective.Reassigned", {"owner": TEAM})]


def test_an_unchanged_owner_records_no_event(given, facts):
    lead = given(CREATED, ("Objective.Reassigned", {"owner": ADA}))
    lead.reassign(ADA)
    assert facts(lead) == []


def test_an_objective_is_cancelled(given, facts):
    lead = given(CREATED)
    lead.cancel()
    assert lead.state == "cancelled"
    assert facts(lead) == [CANCELLED]


@pytest.mark.parametrize(
    "command",
    [lambda o: o.change(title="Lead"), lambda o: o.reassign(ADA), lambda o: o.cancel()],
    ids=["change", "owner", "end"],
)
def test_a_cancelled_objective_accepts_no_changes(given, command):
    with pytest.raises(ObjectiveEnded):
        command(given(CREATED, CANCELLED))


@pytest.mark.parametrize(
    ("urgent", "important", "word"),
    [(True, True, "must_do"), (False, True, "should_do"), (True, False, "could_do"), (False, False, "could_do")],
)
def test_the_focus_follows_from_the_two_axes(urgent, important, word):
    assert focus(urgent=urgent, important=important) == word


DRAFT = ("Objective.Created", CREATED[1] | {"draft": True})


def test_people_agree_to_a_draft_once_each(given, facts):
    lead = given(DRAFT)
    assert lead.state == "draft"
    lead.agree([ADA, BEN, ADA])
    assert (lead.state, facts(lead)) == ("agreed", [("Objective.Agreed", {"agreed_by": [ADA, BEN]})])


@pytest.mark.parametrize(("before", "refusal"), [((CREATED,), AlreadyAgreed), ((DRAFT, CANCELLED), ObjectiveEnded)])
def test_only_a_draft_is_agreed(given, before, refusal):
    with pytest.raises(refusal):
        given(*before).agree([ADA])


def test_a_draft_is_cancelled(given, facts):
    lead = given(DRAFT)
    lead.cancel()
    assert facts(lead) == [CANCELLED]


def test_an_objective_is_closed_once_and_not_as_a_draft(given, facts):
    lead = given(CREATED)
    lead.close()
    assert facts(lead) == [CLOSED]
    for over in (CLOSED, CANCELLED):
        with pytest.raises(ObjectiveEnded):
            given(CREATED, over).close()
    with pytest.raises(NotAgreed):
        given((CREATED[0], CREATED[1] | {"draft": True})).close()


def test_a_closed_objective_accepts_no_changes(given):
    changes = (
        lambda lead: lead.change(title="Lead"),
        lambda lead: lead.reassign(TEAM),
        lambda lead: lead.agree([ADA]),
        Objective.set_weights,
        Objective.cancel,
    )
    for change in changes:
        with pytest.raises(ObjectiveEnded):
            change(given(CREATED, CLOSED))
