"""The effects of one fact on the progress of its objective and of the objectives above."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from okr_events.domain.policy import DEFAULT_POLICY, merge
from tests.projections.event_recorder import FIRST_DAY, id_of

D = Decimal
AT_LEAST = {"kind": "at_least", "target": "5", "baseline": None, "measure": None}


@pytest.fixture
def goal_chain(record):
    """`build` contributes to `lead` alone; `build` on two key results of weights 1 and 1, at .40 and .20."""
    for name in ("lead", "build"):
        record.objective(name)
    for name, value in (("a", 4), ("b", 2)):
        record.key_result(name, of="build")
        record.check_in(name, value=value)
    record.link("build", "lead")
    return record


def test_a_weight_moves_the_objective_and_its_parents(goal_chain, effects):
    """Weights 2 and 1: (2 * .40 + .20) / 3; then 2 and 3: (2 * .40 + 3 * .20) / 5 = .28."""
    first = goal_chain("KeyResult.Reweighted", "a", weight=D(2), reason="It matters")
    second = goal_chain("KeyResult.Reweighted", "b", weight=D(3), reason="So does this")
    third = "0.3333333333333333333333333333"
    assert effects(first) == {"build": ("0.3", third), "lead": ("0.3", third)}
    assert effects(second) == {"build": (third, "0.28"), "lead": (third, "0.28")}


def test_a_revised_target_moves_the_key_result_itself(goal_chain, page):
    """4 of 5 instead of 4 of 10: (.80 + .20) / 2."""
    metric = {"kind": "increase", "baseline": "0", "target": "5", "measure": None}
    at = goal_chain("KeyResult.TargetRevised", "a", metric=metric, reason="Less")
    [change] = page(at - 1, at).items
    assert change.progress == {"before": "0.4", "after": "0.8"}
    assert [(each.title, each.before, each.after) for each in change.effects] == [
        ("build", "0.3", "0.5"),
        ("lead", "0.3", "0.5"),
    ]


def test_a_new_key_result_counts_as_0_and_a_dropped_one_no_more(goal_chain, effects):
    added = goal_chain.key_result("c", of="build")
    assert effects(added)["build"] == ("0.3", "0.2")
    assert effects(goal_chain("KeyResult.Cancelled", "c"))["lead"] == ("0.2", "0.3")
    assert effects(goal_chain("KeyResult.Cancelled", "b"))["build"] == ("0.3", "0.4")


def test_progress_that_was_missing_is_null(record, effects):
    record.objective("new")
    assert effects(record.key_result("first", of="new")) == {"new": (None, "0")}


def test_a_cancelled_objective_leaves_its_parents(goal_chain, effects):
    goal_chain.objective("sell")
    goal_chain.key_result("c", of="sell")
    goal_chain.check_in("c", value=9)
    linked = goal_chain.link("sell", "lead", weight=2)
    assert effects(linked) == {"lead": ("0.3", "0.7")}
    assert effects(goal_chain("Objective.Cancelled", "sell")) == {"sell": ("0.9", None), "lead": ("0.7", "0.3")}


def test_an_ended_or_reweighted_link_moves_the_parent(goal_chain, effects):
    goal_chain.objective("sell")
    goal_chain.key_result("c", of="sell")
    goal_chain.check_in("c", value=9)
    goal_chain.link("sell", "lead")
    assert effects(goal_chain("Alignment.Reweighted", "sell>lead", weight=D(5))) == {"lead": ("0.6", "0.8")}
    assert effects(goal_chain("Alignment.Ended", "build>lead")) == {"lead": ("0.8", "0.9")}


def test_an_heir_moves_the_key_result_and_its_objective(goal_chain, effects):
    """b is .20 by its own values and .90 once `sell` inherits it: (.40 + .90) / 2."""
    goal_chain.objective("sell")
    goal_chain.key_result("c", of="sell")
    goal_chain.check_in("c", value=9)
    assert effects(goal_chain.inherit("sell", "b")) == {"build": ("0.3", "0.65"), "lead": ("0.3", "0.65")}
    assert effects(goal_chain("KeyResult.Cancelled", "c")) == {
        "sell": ("0.9", None),
        "build": ("0.65", "0.2"),
        "lead": ("0.65", "0.2"),
    }
    assert effects(goal_chain("Alignment.Ended", "sell>b"))["lead"] == ("0.2", "0.3")


def test_links_that_only_guide_or_depend_move_nothing(goal_chain, effects):
    goal_chain.objective("sell")
    assert effects(goal_chain.link_as_guide("build", "sell")) == {}
    assert effects(goal_chain.link_as_guide("sell", "build", "horizontal")) == {}


def test_texts_move_no_number(goal_chain, effects):
    assert effects(goal_chain("KeyResult.Renamed", "a", title="A")) == {}
    assert effects(goal_chain("KeyResult.DeadlineMoved", "a", due_on=FIRST_DAY)) == {}
    assert effects(goal_chain("Objective.CommitmentChanged", "build", commitment="committed")) == {}


def test_the_progress_driver_decides_what_counts(goal_chain, effects):
    goal_chain.key_result("own", of="lead")
    goal_chain.check_in("own", value=10)
    assert effects(goal_chain("Objective.ProgressDriverChanged", "lead", progress_driver="both")) == {"lead": ("1", "0.65")}


def test_a_correction_and_a_retraction_count_from_then_on(goal_chain, effects):
    goal_chain.check_in("a", "late word", value=8)
    assert effects(goal_chain.correct("a", "late word", value=6)) == {"build": ("0.5", "0.4"), "lead": ("0.5", "0.4")}
    assert effects(goal_chain.retract("a", "late word"))["build"] == ("0.4", "0.3")


def test_the_nearest_come_first(record, page):
    record.objective("top")
    for name, above in (("middle", "top"), ("low", "middle")):
        record.objective(name)
        record.link(name, above)
    record.key_result("it", of="low")
    at = record.check_in("it", value=5)
    at = record.correct("it", "it 1", value=6)
    [change] = page(at - 1, at).items
    assert [each.title for each in change.effects] == ["low", "middle", "top"]


def test_many_effects_are_bounded_and_counted(record, changes):
    record.objective("low")
    record.key_result("it", of="low")
    for n in range(12):
        record.objective(f"above {n}")
        record.link("low", f"above {n}")
    record.check_in("it", value=5)
    at = record.correct("it", "it 1", value=6)
    [item] = changes(at - 1, at)["items"]
    assert (len(item["effects"]), item["more_effects"]) == (10, 3)
    assert item["effects"][0]["title"] == "low"


def test_two_events_in_a_row_each_have_their_own_effect_and_what_is_left_out_between_counts(goal_chain, page):
    before = goal_chain("KeyResult.Reweighted", "a", weight=D(3)) - 1
    goal_chain.check_in("a", value=8)
    goal_chain("KeyResult.Reweighted", "a", weight=D(1))
    told = [[(each.before, each.after) for each in change.effects] for change in page(before).items]
    assert told == [[("0.3", "0.35")] * 2, [("0.65", "0.5")] * 2]


def test_a_metric_of_periods_is_judged_by_the_periods_of_then(record, effects):
    """Four weeks on Fridays: met, missed, met, met; in months there is one period, met by its last value."""
    record.objective("keep")
    record.key_result("satisfied", of="keep", metric=AT_LEAST)
    for week, value in enumerate((6, 4, 7, 8)):
        record.at_day(FIRST_DAY + timedelta(weeks=week, days=3))
        record.check_in("satisfied", value=value)
    monthly = merge(DEFAULT_POLICY, {"cadence": {"every": "monthly"}})
    assert effects(record("Cycle.PolicyChanged", "quarter", policy=monthly)) == {"keep": ("0.75", "1")}
    eased = AT_LEAST | {"target": "9"}
    assert effects(record("KeyResult.TargetRevised", "satisfied", metric=eased)) == {"keep": ("1", "0")}


def test_the_cadence_of_a_unit_or_key_result_decides_periods_too(record, effects):
    record.unit("group", below="tech", level="department")
    record.unit("team", below="tech")
    record.objective("lead")
    record.objective("keep", unit="team")
    record.link("keep", "lead")
    record.key_result("satisfied", of="keep", metric=AT_LEAST)
    for week, value in enumerate((6, 4, 7, 8)):
        record.at_day(FIRST_DAY + timedelta(weeks=week, days=3)).check_in("satisfied", value=value)
    weekly, monthly = ({"cadence": {"every": every}} for every in ("weekly", "monthly"))
    to_one, back = (dict.fromkeys(("keep", "lead"), ends) for ends in (("0.75", "1"), ("1", "0.75")))
    assert effects(record("Unit.Moved", "team", parent_id=id_of("group"))) == {}
    assert effects(record("Unit.CadenceSet", "group", **monthly)) == to_one
    assert effects(record("Unit.Moved", "team", parent_id=id_of("tech"))) == back
    assert effects(record("Unit.CadenceSet", "tech", **monthly)) == to_one
    assert effects(record("KeyResult.CadenceSet", "satisfied", **weekly)) == back
    assert effects(record("Unit.CadenceSet", "tech", cadence={})) == {}
    assert effects(record("KeyResult.CadenceSet", "satisfied", **monthly)) == to_one
    assert effects(record("KeyResult.CadenceSet", "satisfied", cadence={})) == back


def test_another_policy_moves_nothing(record, effects):
    record.objective("keep")
    record.key_result("satisfied", of="keep", metric=AT_LEAST)
    record.check_in("satisfied", value=6)
    assert effects(record("Cycle.PolicyChanged", "quarter", policy=merge(DEFAULT_POLICY, {"overlap": 80}))) == {}


def test_an_effective_day_counts_what_was_measured_until_then(record, effects):
    record.objective("build")
    for name in ("a", "b"):
        record.key_result(name, of="build")
    record.at_day(date(2024, 2, 1))
    record.check_in("a", value=2, on=date(2024, 1, 10))
    record.check_in("a", value=6)
    at = record("KeyResult.Reweighted", "a", weight=D(3))
    assert effects(at) == {"build": ("0.3", "0.45")}
    assert effects(at, on=date(2024, 1, 20)) == {"build": ("0.1", "0.15")}
    assert effects(at, on=date(2024, 1, 2)) == {}
