"""Effects: what one fact did to the progress of its objective and of all above it."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from okr_events.domain.policy import DEFAULT, merged
from tests.projections.event_recorder import FIRST_DAY, id_of

D = Decimal
AT_LEAST = {"kind": "at_least", "target": "5", "baseline": None, "measure": None}


@pytest.fixture
def cascade(tell):
    """`lead` rests on `build` alone; `build` on two key results of weights 1 and 1, at .40 and .20."""
    for name in ("lead", "build"):
        tell.objective(name)
    for name, value in (("a", 4), ("b", 2)):
        tell.key_result(name, of="build")
        tell.check_in(name, value=value)
    tell.link("build", "lead")
    return tell


def test_a_weight_moves_the_objective_and_what_rests_on_it(cascade, effects):
    """Weights 2 and 1: (2 * .40 + .20) / 3; then 2 and 3: (2 * .40 + 3 * .20) / 5 = .28."""
    first = cascade("KeyResult.Reweighted", "a", weight=D(2), reason="It matters")
    second = cascade("KeyResult.Reweighted", "b", weight=D(3), reason="So does this")
    third = "0.3333333333333333333333333333"
    assert effects(first) == {"build": ("0.3", third), "lead": ("0.3", third)}
    assert effects(second) == {"build": (third, "0.28"), "lead": (third, "0.28")}


def test_a_revised_target_moves_the_key_result_itself(cascade, page):
    """4 of 5 instead of 4 of 10: (.80 + .20) / 2."""
    metric = {"kind": "increase", "baseline": "0", "target": "5", "measure": None}
    at = cascade("KeyResult.TargetRevised", "a", metric=metric, reason="Less")
    [change] = page(at - 1, at).items
    assert change.progress == {"before": "0.4", "after": "0.8"}
    assert [(each.title, each.before, each.after) for each in change.effects] == [
        ("build", "0.3", "0.5"),
        ("lead", "0.3", "0.5"),
    ]


def test_a_new_key_result_counts_as_0_and_a_dropped_one_no_more(cascade, effects):
    added = cascade.key_result("c", of="build")
    assert effects(added)["build"] == ("0.3", "0.2")
    assert effects(cascade("KeyResult.Cancelled", "c"))["lead"] == ("0.2", "0.3")
    assert effects(cascade("KeyResult.Cancelled", "b"))["build"] == ("0.3", "0.4")


def test_what_had_no_progress_before_has_null(tell, effects):
    tell.objective("new")
    assert effects(tell.key_result("first", of="new")) == {"new": (None, "0")}


def test_an_objective_that_is_cancelled_leaves_what_is_above_it(cascade, effects):
    cascade.objective("sell")
    cascade.key_result("c", of="sell")
    cascade.check_in("c", value=9)
    linked = cascade.link("sell", "lead", weight=2)
    assert effects(linked) == {"lead": ("0.3", "0.7")}
    assert effects(cascade("Objective.Cancelled", "sell")) == {"sell": ("0.9", None), "lead": ("0.7", "0.3")}


def test_a_link_that_ends_or_weighs_otherwise_moves_what_is_above(cascade, effects):
    cascade.objective("sell")
    cascade.key_result("c", of="sell")
    cascade.check_in("c", value=9)
    cascade.link("sell", "lead")
    assert effects(cascade("Alignment.Reweighted", "sell>lead", weight=D(5))) == {"lead": ("0.6", "0.8")}
    assert effects(cascade("Alignment.Ended", "build>lead")) == {"lead": ("0.8", "0.9")}


def test_who_inherits_a_key_result_moves_it_and_its_objective(cascade, effects):
    """b is .20 by its own values and .90 once `sell` inherits it: (.40 + .90) / 2."""
    cascade.objective("sell")
    cascade.key_result("c", of="sell")
    cascade.check_in("c", value=9)
    assert effects(cascade.inherit("sell", "b")) == {"build": ("0.3", "0.65"), "lead": ("0.3", "0.65")}
    assert effects(cascade("KeyResult.Cancelled", "c")) == {
        "sell": ("0.9", None),
        "build": ("0.65", "0.2"),
        "lead": ("0.65", "0.2"),
    }
    assert effects(cascade("Alignment.Ended", "sell>b"))["lead"] == ("0.2", "0.3")


def test_links_that_only_guide_or_depend_move_nothing(cascade, effects):
    cascade.objective("sell")
    assert effects(cascade.guide("build", "sell")) == {}
    assert effects(cascade.guide("sell", "build", "horizontal")) == {}


def test_what_says_nothing_of_numbers_moves_none(cascade, effects):
    assert effects(cascade("KeyResult.Renamed", "a", title="A")) == {}
    assert effects(cascade("KeyResult.DeadlineMoved", "a", due_on=FIRST_DAY)) == {}
    assert effects(cascade("Objective.CommitmentChanged", "build", commitment="committed")) == {}


def test_a_driver_says_what_counts(cascade, effects):
    cascade.key_result("own", of="lead")
    cascade.check_in("own", value=10)
    assert effects(cascade("Objective.ProgressDriverChanged", "lead", progress_driver="both")) == {"lead": ("1", "0.65")}


def test_a_correction_and_a_retraction_count_from_then_on(cascade, effects):
    cascade.check_in("a", "late word", value=8)
    assert effects(cascade.correct("a", "late word", value=6)) == {"build": ("0.5", "0.4"), "lead": ("0.5", "0.4")}
    assert effects(cascade.retract("a", "late word"))["build"] == ("0.4", "0.3")


def test_the_nearest_come_first(tell, page):
    tell.objective("top")
    for name, above in (("middle", "top"), ("low", "middle")):
        tell.objective(name)
        tell.link(name, above)
    tell.key_result("it", of="low")
    at = tell.check_in("it", value=5)
    at = tell.correct("it", "it 1", value=6)
    [change] = page(at - 1, at).items
    assert [each.title for each in change.effects] == ["low", "middle", "top"]


def test_many_effects_are_bounded_and_counted(tell, changes):
    tell.objective("low")
    tell.key_result("it", of="low")
    for n in range(12):
        tell.objective(f"above {n}")
        tell.link("low", f"above {n}")
    tell.check_in("it", value=5)
    at = tell.correct("it", "it 1", value=6)
    [item] = changes(at - 1, at)["items"]
    assert (len(item["effects"]), item["more_effects"]) == (10, 3)
    assert item["effects"][0]["title"] == "low"


def test_two_events_in_a_row_each_have_their_own_effect_and_what_is_left_out_between_counts(cascade, page):
    before = cascade("KeyResult.Reweighted", "a", weight=D(3)) - 1
    cascade.check_in("a", value=8)
    cascade("KeyResult.Reweighted", "a", weight=D(1))
    told = [[(each.before, each.after) for each in change.effects] for change in page(before).items]
    assert told == [[("0.3", "0.35")] * 2, [("0.65", "0.5")] * 2]


def test_a_metric_of_periods_is_judged_by_the_periods_of_then(tell, effects):
    """Four weeks on Fridays: met, missed, met, met; in months there is one period, met by its last value."""
    tell.objective("keep")
    tell.key_result("satisfied", of="keep", metric=AT_LEAST)
    for week, value in enumerate((6, 4, 7, 8)):
        tell.on(FIRST_DAY + timedelta(weeks=week, days=3))
        tell.check_in("satisfied", value=value)
    monthly = merged(DEFAULT, {"cadence": {"every": "monthly"}})
    assert effects(tell("Cycle.PolicyChanged", "quarter", policy=monthly)) == {"keep": ("0.75", "1")}
    eased = AT_LEAST | {"target": "9"}
    assert effects(tell("KeyResult.TargetRevised", "satisfied", metric=eased)) == {"keep": ("1", "0")}


def test_so_is_it_when_a_unit_or_the_key_result_says_so(tell, effects):
    tell.unit("group", below="tech", level="department")
    tell.unit("team", below="tech")
    tell.objective("lead")
    tell.objective("keep", unit="team")
    tell.link("keep", "lead")
    tell.key_result("satisfied", of="keep", metric=AT_LEAST)
    for week, value in enumerate((6, 4, 7, 8)):
        tell.on(FIRST_DAY + timedelta(weeks=week, days=3)).check_in("satisfied", value=value)
    weekly, monthly = ({"cadence": {"every": every}} for every in ("weekly", "monthly"))
    to_one, back = (dict.fromkeys(("keep", "lead"), ends) for ends in (("0.75", "1"), ("1", "0.75")))
    assert effects(tell("Unit.Moved", "team", parent_id=id_of("group"))) == {}
    assert effects(tell("Unit.CadenceSet", "group", **monthly)) == to_one
    assert effects(tell("Unit.Moved", "team", parent_id=id_of("tech"))) == back
    assert effects(tell("Unit.CadenceSet", "tech", **monthly)) == to_one
    assert effects(tell("KeyResult.CadenceSet", "satisfied", **weekly)) == back
    assert effects(tell("Unit.CadenceSet", "tech", cadence={})) == {}
    assert effects(tell("KeyResult.CadenceSet", "satisfied", **monthly)) == to_one
    assert effects(tell("KeyResult.CadenceSet", "satisfied", cadence={})) == back


def test_another_policy_moves_nothing(tell, effects):
    tell.objective("keep")
    tell.key_result("satisfied", of="keep", metric=AT_LEAST)
    tell.check_in("satisfied", value=6)
    assert effects(tell("Cycle.PolicyChanged", "quarter", policy=merged(DEFAULT, {"overlap": 80}))) == {}


def test_an_effective_day_counts_what_was_measured_until_then(tell, effects):
    tell.objective("build")
    for name in ("a", "b"):
        tell.key_result(name, of="build")
    tell.on(date(2024, 2, 1))
    tell.check_in("a", value=2, on=date(2024, 1, 10))
    tell.check_in("a", value=6)
    at = tell("KeyResult.Reweighted", "a", weight=D(3))
    assert effects(at) == {"build": ("0.3", "0.45")}
    assert effects(at, on=date(2024, 1, 20)) == {"build": ("0.1", "0.15")}
    assert effects(at, on=date(2024, 1, 2)) == {}
