"""Explained roll-ups: drivers, weights, exclusions, and the events behind them."""

from decimal import Decimal

import pytest

from tests.projections.event_recorder import id_of


@pytest.fixture
def lead(record):
    """An objective with two key results at .40 and .20, of weights 2 and 3."""
    record.objective("lead")
    for name, weight, value in (("launch", 2, 4), ("sell", 3, 2)):
        record.key_result(name, of="lead", weight=weight)
        record.check_in(name, value=value)
    return record


def part_ids(parts):
    return [part["id"] for part in parts]


def expected_ids(*names):
    return [str(id_of(name)) for name in names]


def test_weights_2_and_3_with_40_and_20_give_28(lead, explain):
    created = lead.okrs.log_recorder.head().position - 4
    found = explain("lead")
    assert found["progress"]["formula"] == "(w1 * p1 + w2 * p2) / (w1 + w2)"
    assert found["progress"]["with_numbers"] == "(2 * 0.4 + 3 * 0.2) / (2 + 3)"
    assert found["progress"]["value"] == "0.28"
    assert found["progress"]["positions"] == list(range(created, created + 5))
    assert found["progress_driver"] == {"value": "key_results", "asked": "key_results", "positions": [created]}
    assert part_ids(found["drivers"]) == expected_ids("launch", "sell")
    assert found["drivers"][0]["weight"] == {"value": "2", "positions": [created + 1]}


def test_the_event_that_set_a_weight_is_behind_it(lead, explain):
    reweighted = lead("KeyResult.Reweighted", "sell", weight=Decimal(0))
    found = explain("lead")
    assert found["progress"]["with_numbers"] == "(2 * 0.4 + 0 * 0.2) / (2 + 0)"
    assert found["drivers"][1]["weight"] == {"value": "0", "positions": [reweighted]}
    assert reweighted in found["progress"]["positions"]
    lead("KeyResult.Reweighted", "launch", weight=Decimal(0))
    assert explain("lead")["progress"]["because"] == "All weights are 0."


def test_a_driver_without_progress_counts_as_0(lead, explain):
    lead.key_result("grow", of="lead", weight=5)
    found = explain("lead")
    assert found["progress"]["with_numbers"] == "(2 * 0.4 + 3 * 0.2 + 5 * 0) / (2 + 3 + 5)"
    assert (found["progress"]["value"], found["progress"]["not_started"]) == ("0.14", 1)
    assert (found["drivers"][2]["not_started"], found["drivers"][2]["counts_as"]) == (True, "0")
    assert found["progress"]["inputs"]["p3"]["not_started"] is True


def test_an_objective_without_drivers_has_no_progress(record, explain):
    record.objective("lead")
    found = explain("lead")
    assert (found["progress"]["value"], found["progress"]["formula"], found["drivers"]) == (None, None, [])
    assert found["progress"]["because"].startswith("Nothing counts in the progress")
    assert found["progress_driver"]["value"] == "alignments"


def test_cancelled_goals_and_ended_links_are_left_out_with_their_events(lead, explain):
    cancelled = lead("KeyResult.Cancelled", "launch")
    lead("Objective.ProgressDriverChanged", "lead", progress_driver="both")
    for name in ("build", "mend"):
        lead.objective(name)
        lead.link(name, "lead")
    ended, over = lead("Alignment.Ended", "build>lead"), lead("Objective.Cancelled", "mend")
    found = explain("lead")
    assert part_ids(found["drivers"]) == expected_ids("sell")
    left = [(each["id"], each["alignment_id"], each["because"], each["positions"]) for each in found["left_out"]]
    links = expected_ids("build>lead", "mend>lead")
    assert left == [
        (*expected_ids("launch"), None, "cancelled", [cancelled]),
        (*expected_ids("build"), links[0], "ended", [ended]),
        (*expected_ids("mend"), links[1], "cancelled", [over]),
    ]


def test_goals_that_the_driver_excludes_are_left_out(lead, explain):
    lead.objective("build")
    linked = lead.link("build", "lead", "0.5")
    found = explain("lead")
    assert [(each["id"], each["because"]) for each in found["left_out"]] == [(*expected_ids("build"), "not_a_driver")]
    named = lead("Objective.ProgressDriverChanged", "lead", progress_driver="alignments")
    found = explain("lead")
    assert part_ids(found["drivers"]) == expected_ids("build")
    assert (found["drivers"][0]["kind"], found["drivers"][0]["alignment_id"]) == ("vertical", *expected_ids("build>lead"))
    assert found["drivers"][0]["weight"] == {"value": "0.5", "positions": [linked]}
    assert [(each["id"], each["because"], each["positions"]) for each in found["left_out"]] == [
        (*expected_ids("launch"), "not_a_driver", [named]),
        (*expected_ids("sell"), "not_a_driver", [named]),
    ]


def test_a_chain_of_objectives_depends_on_the_check_ins_at_its_end(record, explain):
    """Deep as it is: without recursion."""
    record.objective("goal 0")
    for n in range(1, 60):
        record.objective(f"goal {n}")
        record.link(f"goal {n}", f"goal {n - 1}")
    record.key_result("launch", of="goal 59")
    said = record.check_in("launch", value=5)
    found = explain("goal 0")
    assert (found["progress"]["value"], found["progress"]["with_numbers"]) == ("0.5", "(1 * 0.5) / (1)")
    assert said in found["progress"]["positions"]
    assert len(found["progress"]["positions"]) == 60 + 59 + 2


def test_a_diamond_is_walked_once(lead, explain):
    for name in ("left", "right", "below"):
        lead.objective(name)
    lead("Objective.ProgressDriverChanged", "lead", progress_driver="alignments")
    for child, parent in (("left", "lead"), ("right", "lead"), ("below", "left"), ("below", "right")):
        lead.link(child, parent)
    lead.key_result("dig", of="below")
    said = lead.check_in("dig", value=5)
    found = explain("lead")
    assert found["progress"]["with_numbers"] == "(1 * 0.5 + 1 * 0.5) / (1 + 1)"
    assert found["progress"]["positions"].count(said) == 1


def test_an_inherited_key_result_is_the_weighted_mean_of_its_heirs(lead, explain):
    for name, value, weight in (("one", 1, "2"), ("two", 6, "3")):
        lead.objective(name)
        lead.inherit(name, "launch", weight)
        lead.key_result(f"{name}'s", of=name)
        lead.check_in(f"{name}'s", value=value)
    found = explain("launch")
    assert found["progress"]["with_numbers"] == "(2 * 0.1 + 3 * 0.6) / (2 + 3)"
    assert (found["progress"]["value"], part_ids(found["drivers"])) == ("0.4", expected_ids("one", "two"))
    assert (found["value"]["counts"], found["value"]["value"]) == (False, "4")
    assert [each["because"] for each in found["value"]["uncounted"]["items"]] == ["inherited"]
    above = explain("lead")
    assert above["drivers"][0]["heirs"] == expected_ids("one", "two")
    assert set(found["progress"]["positions"]) <= set(above["progress"]["positions"])
    ended = lead("Alignment.Ended", "two>launch")
    found = explain("launch")
    assert found["progress"]["with_numbers"] == "(2 * 0.1) / (2)"
    assert [(each["id"], each["because"], each["positions"]) for each in found["left_out"]] == [
        (*expected_ids("two"), "ended", [ended])
    ]


@pytest.mark.usefixtures("lead")
def test_drivers_are_explained_at_the_same_moment(explain):
    found = explain("lead")
    assert found["drivers"][0]["href"] == f"/v1/key-results/{expected_ids('launch')[0]}/progress"
