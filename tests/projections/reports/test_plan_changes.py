"""What moved after the start: goalposts, what was added and dropped, hands, weights and links, each with who, when and why."""

from datetime import date
from decimal import Decimal

import pytest

from tests.projections.event_recorder import ZERO_TO_TEN, id_of

pytestmark = pytest.mark.parametrize("store", ["sqlite"], indirect=True)
REASON = "The market turned"


@pytest.fixture
def planned_goals(record, person):
    """Goals of three units in the quarter, and in a later one."""
    for name, unit in (("lead", "tech"), ("build", "builders"), ("sell", "sellers")):
        record.objective(name, unit=unit, owner=person(f"{name}er"))
        record.key_result(f"{name} it", of=name, owner=person(f"{name}er"))
    record.link("build", "lead")
    record.cycle("later")
    for name in ("lead", "build", "sell"):
        record.objective(f"{name} later", cycle="later")
    record("Cycle.Activated", "later")
    return record


def test_nothing_moved_before_the_cycle_began(record, report):
    record.cycle("next")
    record.objective("lead", cycle="next")
    record.key_result("lead it", of="lead", cycle="next")
    record("KeyResult.Reweighted", "lead it", weight=Decimal(2), reason=REASON)
    record("Cycle.Activated", "next")
    assert report(cycle="next")["moved"] == {"count": 0, "kinds": [], "items": [], "more": 0}


@pytest.fixture
def plan_changes(planned_goals, report):
    """What a fact is told as, after the goals were agreed."""

    def read_section(topic, name, **said):
        position = planned_goals.at_day(date(2024, 2, 7))(topic, name, reason=REASON, **said)
        read_section = report()
        [item] = [item for item in read_section["moved"]["items"] if item["position"] == position]
        assert (item["reason"], read_section["names"][item["actor"]]) == (REASON, "Ada")
        assert item["recorded_at"].startswith("2024-02-07T12:00:00")
        assert item["kind"] in [each["kind"] for each in read_section["moved"]["kinds"]]
        return item["kind"], item["direction"], item["subject"]["title"], item["sentence"]

    return read_section


@pytest.mark.parametrize(("target", "direction"), [("7", "easier"), ("12", "harder")])
def test_goalposts_are_told_with_the_side_to_which_they_moved(plan_changes, target, direction):
    sentence = f'Ada moved the target of "build it" from 10 to {target}, which is {direction}.'
    moved = plan_changes("KeyResult.TargetRevised", "build it", metric=ZERO_TO_TEN | {"target": target})
    assert moved == ("target_moved", direction, "build it", sentence)


def test_what_changed_hands_is_told_with_both_names(plan_changes, person):
    new = person("Ben")
    sentence = 'Ada reassigned "build it" from builder to Ben.'
    assert plan_changes("KeyResult.Reassigned", "build it", owner=new) == ("key_result_reassigned", None, "build it", sentence)
    sentence = 'Ada reassigned "build" from builder to Ben.'
    assert plan_changes("Objective.Reassigned", "build", owner=new) == ("objective_reassigned", None, "build", sentence)


def test_what_was_dropped_is_told(plan_changes):
    sentence = 'Ada cancelled the key result "sell it".'
    assert plan_changes("KeyResult.Cancelled", "sell it") == ("key_result_dropped", None, "sell it", sentence)
    assert plan_changes("Objective.Cancelled", "sell") == (
        "objective_dropped",
        None,
        "sell",
        'Ada cancelled the objective "sell".',
    )


def test_weights_and_links_are_told(plan_changes):
    half = Decimal("0.5")
    assert plan_changes("KeyResult.Reweighted", "build it", weight=half)[0] == "key_result_reweighted"
    assert plan_changes("Alignment.Reweighted", "build>lead", weight=half)[0] == "link_reweighted"
    ended = plan_changes("Alignment.Ended", "build>lead")
    assert (ended[0], ended[3]) == ("link_ended", 'Ada ended the link from "build" to "lead".')
    link = {"child_id": id_of("sell"), "parent_id": id_of("lead"), "parent_type": "objective", "kind": "vertical"}
    linked = plan_changes("Alignment.Linked", "sell>lead", weight=half, capacity=None, **link)
    assert (linked[0], linked[3]) == ("linked", 'Ada linked "sell" to "lead" as a contribution with weight 0.5.')


def test_what_was_added_is_told_in_the_order_in_which_it_came(planned_goals, report):
    planned_goals.objective("grow", owner=planned_goals.intent.actor)
    planned_goals.key_result("grow it", of="grow")
    assert [(item["kind"], item["sentence"]) for item in report()["moved"]["items"]][-2:] == [
        ("objective_added", 'Ada created the aspirational objective "grow" for tech, owned by Ada.'),
        (
            "key_result_added",
            'Ada defined the key result "grow it" of "grow": from 0 to 10, deadline 2024-03-31, without an owner.',
        ),
    ]


def test_other_cycles_and_other_units_stay_out_of_it(planned_goals, report):
    planned_goals("KeyResult.Cancelled", "sell it", reason=REASON)
    planned_goals("Objective.Cancelled", "sell later", reason=REASON)
    dropped = [item["subject"]["title"] for item in report()["moved"]["items"] if item["kind"].endswith("dropped")]
    assert dropped == ["sell it"]
    assert report(unit="products")["moved"]["kinds"] == [
        {"kind": "key_result_added", "count": 1},
        {"kind": "linked", "count": 1},
        {"kind": "objective_added", "count": 1},
    ]


def test_of_more_than_500_the_newest_are_told_and_all_are_counted(record, report):
    record.objective("lead")
    record.key_result("lead it", of="lead")
    record.append_events([record.create_event("KeyResult.Reweighted", "lead it", weight=Decimal(n)) for n in range(501)])
    moved = report()["moved"]
    assert (moved["count"], len(moved["items"]), moved["more"]) == (503, 500, 3)
    assert moved["items"][-1]["fields"] == {"weight": {"before": "499", "after": "500"}}
