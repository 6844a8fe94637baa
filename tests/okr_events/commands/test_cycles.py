"""Commands about cycles."""

from datetime import date
from uuid import uuid4

import pytest

from okr_events.domain.cycle import Cycle, CycleActive, OutsideParent
from okr_events.domain.errors import NameTaken, UnknownId
from okr_events.domain.policy import WrongPolicy

QUARTER = {"starts_on": date(2026, 10, 1), "ends_on": date(2026, 12, 31)}


@pytest.fixture
def quarter(okrs, intent):
    return okrs.create_cycle(intent, name="2026-Q4", **QUARTER, policy={"bottleneck": 5}).id


def test_a_cycle_is_created_with_its_policy(okrs, quarter):
    assert okrs.load(Cycle, quarter).policy["bottleneck"] == 5


@pytest.mark.usefixtures("quarter")
def test_a_cycle_name_is_unique(okrs, intent):
    with pytest.raises(NameTaken):
        okrs.create_cycle(intent, name="2026-q4", **QUARTER)


def test_a_cycle_lies_within_its_parent(okrs, intent, quarter):
    assert okrs.create_cycle(intent, name="October", **QUARTER | {"ends_on": date(2026, 10, 31)}, parent_id=quarter)
    with pytest.raises(OutsideParent):
        okrs.create_cycle(intent, name="Winter", **QUARTER | {"ends_on": date(2027, 1, 1)}, parent_id=quarter)


def test_an_unknown_parent_is_reported_with_its_pointer(okrs, intent):
    with pytest.raises(UnknownId) as refused:
        okrs.create_cycle(intent, name="October", **QUARTER, parent_id=uuid4())
    assert refused.value.pointer == "/parent_id"


def test_a_cycle_is_activated_once(okrs, intent, quarter, recorded_names):
    assert recorded_names(okrs.activate_cycle(intent, quarter)) == ["Cycle.Activated"]
    with pytest.raises(CycleActive):
        okrs.activate_cycle(intent, quarter)


def test_a_drafts_policy_changes_without_a_reason(okrs, intent, quarter, recorded_names):
    assert recorded_names(okrs.change_policy(intent, quarter, policy={"overlap": 80})) == ["Cycle.PolicyChanged"]
    assert okrs.load(Cycle, quarter).policy["bottleneck"] == 5


def test_a_wrong_policy_changes_nothing(okrs, intent, quarter):
    with pytest.raises(WrongPolicy):
        okrs.change_policy(intent, quarter, policy={"overlap": 101})
    assert okrs.load(Cycle, quarter).version == 1
