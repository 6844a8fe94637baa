"""The alignment tree in both shapes."""

import pytest

from tests.api.command_catalog import REASON

MOMENT = {"as_of", "position", "evaluated_at", "final", "effective_on"}
NODE = {"id", "title", "description", "unit_id", "cycle_id", "owner", "commitment", "focus", "state", "progress", "health"}
KEY_RESULT = {"id", "title", "description", "metric", "weight", "owner", "due_on", "state", "progress", "health", "score"}


@pytest.fixture(scope="module")
def small_cycle(world):
    """A cycle with a company's goal, two teams' goals below it, and one goal below both of these."""
    cycle, second = world.create_for_argument("cycle_id"), world.create_for_argument("unit_id")
    person = world.create("units", name="Ada's desk", level="individual", parent_id=world["team"])
    top = world.objective("company", cycle_id=cycle, progress_driver="alignments")
    left = world.objective(cycle_id=cycle)
    right = world.create("objectives", cycle_id=cycle, unit_id=second, title="Sell", progress_driver="both")
    low = world.create("objectives", cycle_id=cycle, unit_id=person, title="Code", owner=world["member"])
    for child, parent, weight in ((left, top, 2), (right, top, 3), (low, left, 1), (low, right, 1)):
        world.create("alignments", child_id=child, parent_id=parent, kind="vertical", weight=weight)
    done = {left: "1.6", right: "0.8", low: "0.8"}
    parts = {goal: world.key_result(objective=goal) for goal in done}
    for goal, value in done.items():
        world.create(f"key-results/{parts[goal]}/check-ins", value=value)
    return {"cycle": cycle, "second": second, "top": top, "left": left, "right": right, "low": low, "parts": parts}


def tree(reader, small, **query):
    return reader.get("/v1/alignment-tree", {"cycle": small["cycle"], **query}).json


def test_a_tree_says_what_it_is_about_and_nests_what_serves_what(world, reader, small_cycle):
    answer = tree(reader, small_cycle)
    assert answer.keys() > MOMENT
    assert {each["id"] for each in answer["priorities"]} >= {world["priority"]}
    assert [unit["id"] for unit in answer["units"]][:2] == [world["company"], world["team"]]
    [top] = answer["roots"]
    assert top.keys() > NODE
    left, right = top["children"]
    assert [top["id"], left["id"], right["id"]] == [small_cycle["top"], small_cycle["left"], small_cycle["right"]]
    assert KEY_RESULT | {"latest_check_in", "children"} < left["key_results"][0].keys()
    assert (left["weight"], left["children"][0]["id"]) == ("2", small_cycle["low"])
    assert right["children"][0].keys() == {"ref", "alignment_id", "weight"}
    assert right["children"][0]["ref"] == small_cycle["low"]
    assert {link["id"] for link in answer["alignments"]} == {
        each["alignment_id"] for node in (top, left, right) for each in node["children"]
    }


def test_progress_rolls_up_by_weight(reader, small_cycle):
    [top] = tree(reader, small_cycle)["roots"]
    left, right = top["children"]
    assert (left["progress"]["value"], right["progress"]["value"]) == ("0.4", "0.2")
    assert (top["progress"]["value"], top["progress"]["drivers"], top["progress"]["not_started"]) == ("0.28", 2, 0)


def test_a_goal_read_by_id_is_its_node_in_the_tree(reader, small_cycle):
    [top] = tree(reader, small_cycle)["roots"]
    assert reader.get(f"/v1/objectives/{small_cycle['top']}").json == top
    left = {name: value for name, value in top["children"][0].items() if name not in {"alignment_id", "weight"}}
    assert reader.get(f"/v1/objectives/{small_cycle['left']}").json == left
    part = small_cycle["parts"][small_cycle["left"]]
    alone = reader.get(f"/v1/key-results/{part}").json
    judged = {name: alone.pop(name) for name in ("suggested", "decision", "root_cause")}
    assert alone == left["key_results"][0]
    assert judged == dict.fromkeys(judged)
    listed = {name: value for name, value in left["key_results"][0].items() if name != "children"}
    assert reader.get("/v1/key-results", {"cycle": small_cycle["cycle"]}).json["items"][0] == listed


def test_a_graph_tells_the_same_flat(reader, small_cycle):
    nested, flat = tree(reader, small_cycle), tree(reader, small_cycle, shape="graph")
    assert flat["alignments"] == nested["alignments"]
    assert [each["id"] for each in flat["objectives"]] == [small_cycle[name] for name in ("top", "left", "right", "low")]
    [top] = nested["roots"]
    assert flat["objectives"][0] == {name: value for name, value in top.items() if name != "children"}
    assert "roots" not in flat


def test_a_tree_is_cut_by_root_depth_and_unit(reader, world, small_cycle):
    [left] = tree(reader, small_cycle, root=small_cycle["left"])["roots"]
    assert [left["id"], left["children"][0]["id"]] == [small_cycle["left"], small_cycle["low"]]
    [top] = tree(reader, small_cycle, depth=0)["roots"]
    assert [each.get("ref") for each in top["children"]] == [small_cycle["left"], small_cycle["right"]]
    below = tree(reader, small_cycle, unit=world["team"])
    assert [root["id"] for root in below["roots"]] == [small_cycle["left"]]
    assert {unit["parent_id"] for unit in below["units"]} == {world["company"], world["team"]}
    assert [root["id"] for root in tree(reader, small_cycle, unit=small_cycle["second"])["roots"]] == [small_cycle["right"]]


def test_cancelled_goals_and_ended_links_show_only_with_state_all(world, admin, reader):
    cycle = world.create_for_argument("cycle_id")
    small = {"cycle": cycle}
    top = world.objective("company", cycle_id=cycle)
    gone, child = world.objective(cycle_id=cycle), world.objective(cycle_id=cycle)
    link = world.create("alignments", child_id=child, parent_id=top, kind="vertical")
    part = world.key_result(objective=top)
    for path in (f"objectives/{gone}/cancellation", f"alignments/{link}/ending", f"key-results/{part}/cancellation"):
        assert admin.post(f"/v1/{path}", {"reason": REASON}).status_code == 200
    live, whole = tree(reader, small), tree(reader, small, state="all")
    assert [root["id"] for root in live["roots"]] == [top, child]
    assert (live["alignments"], live["roots"][0]["key_results"]) == ([], [])
    assert [root["id"] for root in whole["roots"]] == [top, gone]
    assert [each["state"] for each in whole["alignments"]] == ["ended"]
    assert whole["roots"][0]["key_results"][0]["state"] == "cancelled"


@pytest.mark.parametrize("query", ["cycle=nowhere", "unit=" + "0" * 32, "root=" + "0" * 32])
def test_nothing_grows_from_what_is_not_there(reader, query):
    assert reader.get(f"/v1/alignment-tree?{query}").status_code == 404
