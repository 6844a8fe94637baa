"""What moved after the start: goalposts, what was added and dropped, hands, weights and links, each with who, when and why."""

from datetime import date
from decimal import Decimal

import pytest

from tests.projections.event_recorder import TO_TEN, id_of

pytestmark = pytest.mark.parametrize("store", ["sqlite"], indirect=True)
WHY = "The market turned"


@pytest.fixture
def planned(tell, person):
    """Goals of three units in the quarter, and in a later one."""
    for name, unit in (("lead", "tech"), ("build", "builders"), ("sell", "sellers")):
        tell.objective(name, unit=unit, owner=person(f"{name}er"))
        tell.key_result(f"{name} it", of=name, owner=person(f"{name}er"))
    tell.link("build", "lead")
    tell.cycle("later")
    for name in ("lead", "build", "sell"):
        tell.objective(f"{name} later", cycle="later")
    tell("Cycle.Activated", "later")
    return tell


def test_nothing_moved_before_the_cycle_began(tell, report):
    tell.cycle("next")
    tell.objective("lead", cycle="next")
    tell.key_result("lead it", of="lead", cycle="next")
    tell("KeyResult.Reweighted", "lead it", weight=Decimal(2), reason=WHY)
    tell("Cycle.Activated", "next")
    assert report(cycle="next")["moved"] == {"count": 0, "kinds": [], "items": [], "more": 0}


@pytest.fixture
def moves(planned, report):
    """What a fact is told as, after the goals were agreed."""

    def told(topic, name, **said):
        position = planned.on(date(2024, 2, 7))(topic, name, reason=WHY, **said)
        told = report()
        [item] = [item for item in told["moved"]["items"] if item["position"] == position]
        assert (item["reason"], told["names"][item["actor"]]) == (WHY, "Ada")
        assert item["recorded_at"].startswith("2024-02-07T12:00:00")
        assert item["kind"] in [each["kind"] for each in told["moved"]["kinds"]]
        return item["kind"], item["direction"], item["subject"]["title"], item["sentence"]

    return told


@pytest.mark.parametrize(("target", "direction"), [("7", "easier"), ("12", "harder")])
def test_goalposts_are_told_with_the_side_to_which_they_moved(moves, target, direction):
    sentence = f'Ada moved the target of "build it" from 10 to {target}, which is {direction}.'
    moved = moves("KeyResult.TargetRevised", "build it", metric=TO_TEN | {"target": target})
    assert moved == ("target_moved", direction, "build it", sentence)


def test_what_changed_hands_is_told_with_both_names(moves, person):
    new = person("Ben")
    sentence = 'Ada handed "build it" from builder to Ben.'
    assert moves("KeyResult.Reassigned", "build it", owner=new) == ("key_result_reassigned", None, "build it", sentence)
    sentence = 'Ada handed "build" from builder to Ben.'
    assert moves("Objective.Reassigned", "build", owner=new) == ("objective_reassigned", None, "build", sentence)


def test_what_was_dropped_is_told(moves):
    sentence = 'Ada cancelled the key result "sell it".'
    assert moves("KeyResult.Cancelled", "sell it") == ("key_result_dropped", None, "sell it", sentence)
    assert moves("Objective.Cancelled", "sell") == ("objective_dropped", None, "sell", 'Ada cancelled the objective "sell".')


def test_weights_and_links_are_told(moves):
    half = Decimal("0.5")
    assert moves("KeyResult.Reweighted", "build it", weight=half)[0] == "key_result_reweighted"
    assert moves("Alignment.Reweighted", "build>lead", weight=half)[0] == "link_reweighted"
    ended = moves("Alignment.Ended", "build>lead")
    assert (ended[0], ended[3]) == ("link_ended", 'Ada ended the link from "build" to "lead".')
    link = {"child_id": id_of("sell"), "parent_id": id_of("lead"), "parent_type": "objective", "kind": "vertical"}
    linked = moves("Alignment.Linked", "sell>lead", weight=half, capacity=None, **link)
    assert (linked[0], linked[3]) == ("linked", 'Ada let "sell" contribute to "lead" with weight 0.5.')


def test_what_was_added_is_told_in_the_order_in_which_it_came(planned, report):
    planned.objective("grow", owner=planned.intent.actor)
    planned.key_result("grow it", of="grow")
    assert [(item["kind"], item["sentence"]) for item in report()["moved"]["items"]][-2:] == [
        ("objective_added", 'Ada created the aspirational objective "grow" for tech, owned by Ada.'),
        (
            "key_result_added",
            'Ada defined the key result "grow it" of "grow": from 0 to 10, due 2024-03-31, owned by nobody yet.',
        ),
    ]


def test_other_cycles_and_other_units_stay_out_of_it(planned, report):
    planned("KeyResult.Cancelled", "sell it", reason=WHY)
    planned("Objective.Cancelled", "sell later", reason=WHY)
    dropped = [item["subject"]["title"] for item in report()["moved"]["items"] if item["kind"].endswith("dropped")]
    assert dropped == ["sell it"]
    assert report(unit="products")["moved"]["kinds"] == [
        {"kind": "key_result_added", "count": 1},
        {"kind": "linked", "count": 1},
        {"kind": "objective_added", "count": 1},
    ]


def test_of_more_than_500_the_newest_are_told_and_all_are_counted(tell, report):
    tell.objective("lead")
    tell.key_result("lead it", of="lead")
    tell.record([tell.fact("KeyResult.Reweighted", "lead it", weight=Decimal(n)) for n in range(501)])
    moved = report()["moved"]
    assert (moved["count"], len(moved["items"]), moved["more"]) == (503, 500, 3)
    assert moved["items"][-1]["fields"] == {"weight": {"before": "499", "after": "500"}}
