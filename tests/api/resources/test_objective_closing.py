"""Objectives closed before their cycle: their roll-up, what they refuse, and their past."""

import pytest

from tests.api.command_catalog import REASON, UNKNOWN_ID


@pytest.fixture
def goal(world, admin):
    """An objective above another, each with a key result half-way, in a cycle of their own."""
    cycle = world.create_active_cycle()
    above = world.objective("company", cycle_id=cycle, progress_driver="both", owner=None)
    below = world.objective(cycle_id=cycle)
    parts = [world.key_result(objective=objective) for objective in (above, below)]
    for part in parts:
        assert admin.post(f"/v1/key-results/{part}/check-ins", {"value": 2, "status": "at_risk"}).status_code == 201
    link = world.create("alignments", child_id=below, parent_id=above, kind="vertical")
    return {"cycle": cycle, "above": above, "below": below, "part": parts[1], "link": link}


@pytest.fixture
def closed(goal, admin):
    assert admin.post(f"/v1/key-results/{goal['part']}/score").status_code == 200
    answer = admin.post(f"/v1/objectives/{goal['below']}/closing", {"reason": REASON})
    assert answer.status_code == 200, answer.text
    return goal | {"answer": answer.json}


def broken_rule(answer):
    return answer.status_code, answer.json["type"].rpartition(":")[2]


def test_closing_wants_a_reason_every_score_and_the_version_that_was_seen(goal, admin):
    path = f"/v1/objectives/{goal['below']}/closing"
    assert admin.post(path).json["errors"][0]["pointer"] == "/reason"
    assert broken_rule(admin.post(path, {"reason": REASON})) == (409, "unscored-key-results")
    assert broken_rule(admin.post(path, {"reason": REASON}, If_Match='"9"')) == (412, "stale")
    assert admin.post(f"{path}?dry_run=true", {"reason": REASON, "allow_unscored": True}).json["state"] == "closed"
    assert admin.post(path, {"reason": REASON, "allow_unscored": True}).json["state"] == "closed"
    assert broken_rule(admin.post(path, {"reason": REASON, "allow_unscored": True})) == (409, "objective-ended")
    assert admin.post(f"/v1/objectives/{UNKNOWN_ID}/closing", {"reason": REASON}).status_code == 404


def test_a_draft_is_agreed_to_or_cancelled_and_not_closed(world, admin):
    draft = world.objective(draft=True)
    assert broken_rule(admin.post(f"/v1/objectives/{draft}/closing", {"reason": REASON})) == (409, "not-agreed")


def test_what_is_closed_shows_it_and_counts_as_before(closed, reader):
    answer = closed["answer"]
    assert (answer["state"], answer["health"]["effective"], answer["score"]) == ("closed", "closed", "0.5")
    assert [each["id"] for each in answer["touches"]["up"]] == [closed["above"]]
    part = reader.get(f"/v1/key-results/{closed['part']}").json
    assert (part["state"], part["health"]["effective"], part["progress"]["value"]) == ("closed", "closed", "0.5")
    above = reader.get(f"/v1/objectives/{closed['above']}").json
    assert (above["progress"]["value"], above["progress"]["drivers"]) == ("0.5", 2)
    assert [child["state"] for child in above["children"]] == ["closed"]
    assert above["health"]["effective"] == "at_risk"
    found = reader.get(f"/v1/objectives?cycle={closed['cycle']}&state=closed&health=closed").json["items"]
    assert [each["id"] for each in found] == [closed["below"]]
    found = reader.get(f"/v1/key-results?cycle={closed['cycle']}&state=closed").json["items"]
    assert [each["id"] for each in found] == [closed["part"]]


def test_before_it_was_closed_it_was_open_with_the_health_of_what_has_a_score(closed, reader):
    before = f"?as_of=position:{closed['answer']['position'] - 1}"
    was = reader.get(f"/v1/objectives/{closed['below']}{before}").json
    assert (was["state"], was["health"]["effective"], was["key_results"][0]["state"]) == ("agreed", "closed", "open")
    assert reader.get(f"/v1/key-results/{closed['part']}{before}").json["state"] == "open"


def test_nothing_changes_it_any_more(world, closed, admin):
    beside = world.objective(cycle_id=closed["cycle"])
    part, goal = f"/v1/key-results/{closed['part']}", f"/v1/objectives/{closed['below']}"
    link = {"child_id": beside, "parent_id": closed["below"], "kind": "directional"}
    for path, body in (
        (f"{part}/check-ins", {"value": 3}),
        (f"{part}/score", {"score": 1, "reason": REASON}),
        (f"{part}/target", {"target": 9, "reason": REASON}),
        (f"{goal}/key-results", {"title": "More", "metric": {"kind": "binary"}}),
        ("/v1/alignments", link),
        (f"/v1/alignments/{closed['link']}/ending", {"reason": REASON}),
    ):
        assert broken_rule(admin.post(path, body)) == (409, "objective-ended"), path
    assert admin.post(f"{goal}/comments", {"kind": "celebration", "text": "Done"}).status_code == 201


def test_a_closed_objective_leaves_responsibilities(closed, member):
    mine = member.get(f"/v1/people/{member.person}/responsibilities").json
    assert closed["below"] not in [each["id"] for each in mine["objectives"]]
    assert closed["above"] not in [each["id"] for each in mine["objectives"]]


def test_whoever_serves_it_still_is_found_to_dangle(world, closed, reader, admin):
    fresh = world.objective("company", cycle_id=closed["cycle"])
    child = world.objective(cycle_id=closed["cycle"])
    link = world.create("alignments", child_id=child, parent_id=fresh, kind="vertical")
    closing = admin.post(f"/v1/objectives/{fresh}/closing", {"reason": REASON}).json["position"]
    found = reader.get(f"/v1/findings?cycle={closed['cycle']}&code=dangling").json["items"]
    assert [(each["alignment_id"], closing in each["evidence"]) for each in map(flatten_finding, found)] == [(link, True)]


def flatten_finding(finding):
    subject = finding["subject"]
    return {"alignment_id": subject["id"], "evidence": finding["evidence"]}


def test_histories_and_explanations_tell_of_it(closed, reader):
    position = closed["answer"]["position"]
    for path in (f"/v1/objectives/{closed['below']}", f"/v1/key-results/{closed['part']}"):
        [last] = [each for each in reader.get(f"{path}/history").json["items"] if each["position"] == position]
        assert (last["type"], last["reason"]) == ("Objective.Closed", REASON)
    health = reader.get(f"/v1/objectives/{closed['below']}/progress").json["health"]
    assert (health["rule"], health["positions"]) == ("closed_early", [position])
    health = reader.get(f"/v1/key-results/{closed['part']}/progress").json["health"]
    assert (health["rule"], health["positions"]) == ("closed", [position - 1, position])


def test_the_closing_is_a_change_that_moves_no_progress(closed, reader):
    query = f"from=position:{closed['answer']['position'] - 1}&to=position:{closed['answer']['position']}"
    [change] = reader.get(f"/v1/changes?{query}").json["items"]
    assert (change["kind"], change["reason"], change["effects"]) == ("objective_closed", REASON, [])
    assert change["fields"] == {"state": {"before": "agreed", "after": "closed"}}
    assert "closed the objective" in change["sentence"]


def test_maps_and_roadmaps_show_it(world, closed, admin, reader):
    nodes = reader.get(f"/v1/alignment-tree?cycle={closed['cycle']}&shape=graph").json["objectives"]
    assert {each["id"]: each["state"] for each in nodes} == {closed["above"]: "agreed", closed["below"]: "closed"}
    drawn = reader.get(f"/v1/alignment-tree?cycle={closed['cycle']}&format=mermaid").text
    assert "closed" in drawn.lower()
    goal = world.objective(cycle_id=closed["cycle"])
    world.create("alignments", child_id=goal, parent_id=world["priority"], kind="strategic")
    assert admin.post(f"/v1/objectives/{goal}/closing", {"reason": REASON}).status_code == 200
    priorities = reader.get("/v1/roadmap").json["priorities"]
    served = [each for priority in priorities for cycle in priority["cycles"] for each in cycle["objectives"]]
    assert [each["state"] for each in served if each["id"] == goal] == ["closed"]


def test_sealed_with_its_cycle_it_keeps_its_numbers(closed, admin, reader):
    assert broken_rule(admin.post(f"/v1/cycles/{closed['cycle']}/closing", {"reason": REASON})) == (409, "unscored-key-results")
    sealing = admin.post(f"/v1/cycles/{closed['cycle']}/closing", {"reason": REASON, "allow_unscored": True})
    assert sealing.status_code == 200
    assert admin.post(f"/v1/key-results/{closed['part']}/check-ins", {"value": 4}).json["after_seal"] is True
    report = reader.get(f"/v1/cycles/{closed['cycle']}/seal").json["report"]
    assert {each["id"]: each["state"] for each in report["objectives"]}[closed["below"]] == "closed"
    assert reader.get(f"/v1/objectives/{closed['below']}").json["progress"]["value"] == "0.5"
