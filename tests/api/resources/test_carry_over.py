"""Key results carried over into another cycle, and what a score asks for and shows."""

import pytest

from tests.api.command_catalog import NO_ID, WHY


@pytest.fixture
def part(world, admin):
    """A key result of the member's at 1 of 4."""
    made = world.key_result(owner=world["member"], description="How", weight=2)
    assert admin.post(f"/v1/key-results/{made}/check-ins", {"value": 1}).status_code == 201
    return made


@pytest.fixture
def elsewhere(world):
    return world.new("elsewhere")


def carry(caller, part, objective, **said):
    return caller.post(f"/v1/key-results/{part}/carry-over", {"objective_id": objective, **said})


def test_the_answer_is_the_new_key_result(part, elsewhere, admin, reader):
    answer = carry(admin, part, elsewhere)
    new = answer.json
    assert (answer.status_code, answer.headers["Location"]) == (201, f"/v1/key-results/{new['id']}")
    assert (new["origin"], new["objective_id"], new["carried_over_to"], new["warnings"]) == (part, elsewhere, [], [])
    assert new["metric"] == {"kind": "increase", "baseline": "1", "target": "4", "measure": "products"}
    old = reader.get(f"/v1/key-results/{part}").json
    assert {new[name] == old[name] for name in ("title", "description", "weight", "owner")} == {True}
    assert (new["value"], new["progress"], new["score"], new["state"]) == (None, None, None, "open")


def test_both_ends_show_each_other_as_of_the_moment(part, elsewhere, admin, reader):
    first, second = (carry(admin, part, elsewhere).json for _ in range(2))
    path = f"/v1/key-results/{part}"
    for place, expected in (
        (first["position"] - 1, []),
        (first["position"], [first["id"]]),
        (second["position"], [first["id"], second["id"]]),
    ):
        read = reader.get(f"{path}?as_of=position:{place}").json
        assert (read["carried_over_to"], read["origin"]) == (expected, None)
    objective = reader.get(f"/v1/objectives/{elsewhere}").json
    assert [each["origin"] for each in objective["key_results"]] == [part, part]


def test_the_history_of_its_origin_tells_where_it_went(part, elsewhere, admin, reader):
    new = carry(admin, part, elsewhere, title="Launch on", reason="There is more to do").json
    admin.post(f"/v1/key-results/{new['id']}/check-ins", {"value": 2})
    above = reader.get(f"/v1/key-results/{part}").json["objective_id"]
    for path in (f"/v1/key-results/{part}", f"/v1/objectives/{above}", f"/v1/key-results/{new['id']}"):
        told = [each for each in reader.get(f"{path}/history").json["items"] if each["subject_id"] == new["id"]]
        assert (told[0]["type"], told[0]["fields"]["origin"]) == ("KeyResult.Defined", part)
        assert told[0]["reason"] == "There is more to do"
        checked_in = "KeyResult.CheckedIn" in {each["type"] for each in told}
        assert checked_in is path.endswith(new["id"])


@pytest.mark.parametrize(
    ("said", "status", "rule", "pointer"),
    [
        ({"objective_id": NO_ID}, 422, "unknown", "/objective_id"),
        ({"objective_id": "{build}"}, 422, "own-cycle", "/objective_id"),
        ({"target": 1}, 422, "target-reached", "/target"),
        ({"owner": NO_ID}, 422, "unknown", "/owner"),
        ({"due_on": "1999-12-31"}, 422, "due-outside-cycle", "/due_on"),
        ({"metric": {"kind": "binary"}}, 422, "invalid-fields", "/metric"),
        ({"title": ""}, 422, "invalid-fields", "/title"),
    ],
)
def test_what_is_wrong_is_told_where(world, part, elsewhere, admin, said, status, rule, pointer):
    said = {name: world["build"] if value == "{build}" else value for name, value in said.items()}
    refused = carry(
        admin,
        part,
        **{"objective": elsewhere} | ({"objective": said.pop("objective_id")} if "objective_id" in said else {}) | said,
    )
    assert (refused.status_code, refused.json["type"].rpartition(":")[2]) == (status, rule)
    assert refused.json["errors"][0]["pointer"] == pointer


def test_a_value_at_the_target_asks_for_a_new_one(part, elsewhere, admin):
    admin.post(f"/v1/key-results/{part}/check-ins", {"value": 5})
    refused = carry(admin, part, elsewhere)
    assert (refused.status_code, refused.json["errors"][0]["pointer"]) == (422, "/target")
    assert "say a new one" in refused.json["detail"]
    assert carry(admin, part, elsewhere, target="7.5").json["metric"]["target"] == "7.5"


def test_a_member_carries_anybodys_into_their_own_objective_alone(world, part, admin, member):
    own, anothers = world.new("elsewhere"), world.objective(cycle_id=world.new("cycle_id"), owner=world["person"])
    admin.post(f"/v1/key-results/{part}/reassignment", {"owner": world["person"], "reason": WHY})
    assert carry(member, part, own).status_code == 201
    assert carry(member, part, anothers).status_code == 403


def test_many_carried_over_pass_the_limit_with_a_warning(part, elsewhere, admin):
    answers = [carry(admin, part, elsewhere).json for _ in range(4)]
    assert [each["code"] for answer in answers for each in answer["warnings"]] == ["too_many_key_results"]


def test_from_a_sealed_cycle_it_goes_on_and_the_seal_stays(world, elsewhere, admin, reader):
    cycle = world.sealed()
    [part] = reader.get(f"/v1/key-results?cycle={cycle}").json["items"]
    sealed = reader.get(f"/v1/cycles/{cycle}/seal").json
    new = carry(admin, part["id"], elsewhere).json
    assert new["metric"]["baseline"] == "2"
    assert reader.get(f"/v1/cycles/{cycle}/seal").json == sealed
    [again] = reader.get(f"/v1/key-results?cycle={cycle}").json["items"]
    assert again == part | {"carried_over_to": [new["id"]]}


def test_a_score_below_what_is_achieved_asks_for_its_root_cause(part, admin):
    path = f"/v1/key-results/{part}/score"
    asked = admin.post(path, {"decision": "carry_over"}).json
    assert [each["code"] for each in asked["warnings"]] == ["no_root_cause"]
    assert asked["warnings"][0]["detail"].startswith("The score 0.25 is below 0.7:")
    told = admin.post(path, {"score": "0.25", "decision": "carry_over", "root_cause": "It rained", "reason": WHY}).json
    assert (told["warnings"], told["root_cause"]) == ([], "It rained")
    assert admin.post(path, {"score": "0.7", "reason": WHY}).json["warnings"] == []


def test_a_policy_says_what_is_achieved(world, admin):
    cycle = world.make(
        "cycles", name=world["name"], starts_on="2000-01-01", ends_on="2099-12-31", policy={"bands": {"achieved": "0.5"}}
    )
    part = world.key_result(objective=world.objective(cycle_id=cycle))
    for score, warned in (("0.5", False), ("0.49", True)):
        answer = admin.post(f"/v1/key-results/{part}/score", {"score": score, "reason": WHY})
        assert bool(answer.json["warnings"]) is warned


def test_one_key_result_shows_what_was_decided_and_why(part, admin, reader):
    path = f"/v1/key-results/{part}"
    before = reader.get(path).json
    assert (before["suggested"], before["decision"], before["root_cause"]) == (None, None, None)
    scored = admin.post(f"{path}/score", {"score": "0.4", "decision": "modify", "root_cause": "It rained", "reason": WHY}).json
    shown = (scored["score"], scored["suggested"], scored["decision"], scored["root_cause"])
    assert shown == ("0.4", "0.25", "modify", "It rained")
    assert {name: reader.get(path).json[name] for name in ("suggested", "decision", "root_cause")} == {
        "suggested": "0.25",
        "decision": "modify",
        "root_cause": "It rained",
    }
    assert "root_cause" not in reader.get("/v1/key-results").json["items"][0]


def test_an_objective_scores_the_weighted_mean_of_its_key_results(world, admin, reader):
    objective = world.objective()
    for weight, score in ((1, "0.3"), (3, "0.9")):
        part = world.key_result(objective=objective, weight=weight)
        admin.post(f"/v1/key-results/{part}/score", {"score": score, "reason": WHY})
    assert reader.get(f"/v1/objectives/{objective}").json["score"] == "0.75"
