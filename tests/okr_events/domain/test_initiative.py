"""Initiatives and contributors: facts in, command, facts out."""

from datetime import date
from uuid import UUID

import pytest

from okr_events.domain.contributors import NotAContributor
from okr_events.domain.errors import KeyResultClosed
from okr_events.domain.initiative import Initiative, InitiativeDone
from okr_events.domain.key_result import KeyResult
from okr_events.domain.objective import Objective
from okr_events.domain.values import ContributorRole

BEN = UUID(int=31)
TODAY = date(2026, 2, 1)
SPAN = (date(2026, 1, 1), date(2026, 3, 31))


@pytest.fixture
def key_result():
    objective = Objective.create(cycle_id=UUID(int=1), unit_id=UUID(int=2), title="Lead")
    defined = KeyResult.define(objective, cycle_span=SPAN, title="Sold", metric={"kind": "binary"})
    defined.collect_events()
    return defined


def test_an_initiative_is_started_and_done_on_a_day(key_result, facts):
    initiative = Initiative.start(key_result, title="Call them", owner=BEN, due_on=TODAY)
    initiative.complete(TODAY)
    fields = {"key_result_id": key_result.id, "title": "Call them", "owner": BEN, "due_on": TODAY}
    assert facts(initiative) == [("Initiative.Started", fields), ("Initiative.Completed", {"done_on": TODAY})]


def test_an_initiative_is_completed_once(key_result):
    initiative = Initiative.start(key_result, title="Call them")
    initiative.complete(TODAY)
    with pytest.raises(InitiativeDone):
        initiative.complete(TODAY)


def test_a_cancelled_key_result_accepts_no_initiatives_or_contributors(key_result):
    key_result.name_contributor(BEN)
    key_result.cancel()
    for command in (
        lambda: Initiative.start(key_result, title="Call them"),
        lambda: key_result.name_contributor(BEN),
        lambda: key_result.release_contributor(BEN),
    ):
        with pytest.raises(KeyResultClosed):
            command()


def test_contributors_are_named_renamed_and_released(key_result, facts):
    key_result.name_contributor(BEN, role=ContributorRole.LEAD, due_on=TODAY)
    key_result.name_contributor(BEN)
    key_result.release_contributor(BEN)
    named = {"person_id": BEN, "contribution": None, "role": "support", "due_on": None}
    assert facts(key_result) == [
        ("KeyResult.ContributorNamed", named | {"role": "lead", "due_on": TODAY}),
        ("KeyResult.ContributorNamed", named),
        ("KeyResult.ContributorReleased", {"person_id": BEN}),
    ]


def test_a_person_who_does_not_contribute_is_not_released(key_result):
    with pytest.raises(NotAContributor):
        key_result.release_contributor(BEN)
