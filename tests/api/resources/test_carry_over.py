"""Key results carried over to another cycle, and the decision and root cause of a score."""

import pytest

from tests.api.command_catalog import REASON, UNKNOWN_ID


@pytest.fixture
def key_result(world, admin):
    """A key result of the member's at 1 of 4."""
    made = world.key_result(owner=world["member"], description="How", weight=2)
    assert admin.post(f"/v1/key-results/{made}/check-ins", {"value": 1}).status_code == 201
    return made


@pytest.fixture
def other_objective(world):
    return world.create_for_argument("elsewhere")


def carry(caller, part, objective, **fields):
    return caller.post(f"/v1/key-results/{part}/carry-over", {"objective_id": objective, **fields})


def test_the_answer_is_the_new_key_result(key_result, other_objective, admin, reader):
    answer = carry(admin, key_result, other_objective)
    new = answer.json
    assert (answer.status_code, answer.headers["Location"]) == (201, f"/v1/key-results/{new['id']}")
    assert (new["origin"], new["objective_id"], new["carried_over_to"], new["warnings"]) == (
        key_result,
        other_objective,
        [],
        [],
    )
    assert new["metric"] == {"kind": "increase", "baseline": "1", "target": "4", "measure": "products"}
    old = reader.get(f"/v1/key-results/{key_result}").json
    assert {new[name] == old[name] for name in ("title", "description", "weight", "owner")} == {True}
    assert (new["value"], new["progress"], new["score"], new["state"]) == (None, None, None, "open")


def test_both_ends_show_each_other_as_of_the_moment(key_result, other_objective, admin, reader):
    first, second = (carry(admin, key_result, other_objective).json for _ in range(2))
    path = f"/v1/key-results/{key_result}"
    for place, expected in (
        (first["position"] - 1, []),
        (first["position"], [first["id"]]),
        (second["position"], [first["id"], second["id"]]),
    ):
        read = reader.get(f"{path}?as_of=position:{place}").json
        assert (read["carried_over_to"], read["origin"]) == (expected, None)
    objective = reader.get(f"/v1/objectives/{other_objective}").json
    assert [each["origin"] for each in objective["key_results"]] == [key_result, key_result]


def test_the_history_of_its_origin_tells_where_it_went(key_result, other_objective, admin, reader):
    new = carry(admin, key_result, other_objective, title="Launch on", reason="There is more to do").json
    admin.post(f"/v1/key-results/{new['id']}/check-ins", {"value": 2})
    above = reader.get(f"/v1/key-results/{key_result}").json["objective_id"]
    for path in (f"/v1/key-results/{key_result}", f"/v1/objectives/{above}", f"/v1/key-results/{new['id']}"):
        body = [each for each in reader.get(f"{path}/history").json["items"] if each["subject_id"] == new["id"]]
        assert (body[0]["type"], body[0]["fields"]["origin"]) == ("KeyResult.Defined", key_result)
        assert body[0]["reason"] == "There is more to do"
        checked_in = "KeyResult.CheckedIn" in {each["type"] for each in body}
        assert checked_in is path.endswith(new["id"])


@pytest.mark.parametrize(
    ("fields", "status", "rule", "pointer"),
    [
        ({"objective_id": UNKNOWN_ID}, 422, "unknown", "/objective_id"),
        ({"objective_id": "{build}"}, 422, "own-cycle", "/objective_id"),
        ({"target": 1}, 422, "target-reached", "/target"),
        ({"owner": UNKNOWN_ID}, 422, "unknown", "/owner"),
        ({"due_on": "1999-12-31"}, 422, "due-outside-cycle", "/due_on"),
        ({"metric": {"kind": "binary"}}, 422, "invalid-fields", "/metric"),
        ({"title": ""}, 422, "invalid-fields", "/title"),
    ],
)
def test_an_invalid_carry_over_has_a_pointer(world, key_result, other_objective, admin, fields, status, rule, pointer):
    fields = {name: world["build"] if value == "{build}" else value for name, value in fields.items()}
    refused = carry(
        admin,
        key_result,
        **{"objective": other_objective}
        | ({"objective": fields.pop("objective_id")} if "objective_id" in fields else {})
        | fields,
    )
    assert (refused.status_code, refused.json["type"].rpartition(":")[2]) == (status, rule)
    assert refused.json["errors"][0]["pointer"] == pointer


def test_a_value_at_the_target_asks_for_a_new_one(key_result, other_objective, admin):
    admin.post(f"/v1/key-results/{key_result}/check-ins", {"value": 5})
    refused = carry(admin, key_result, other_objective)
    assert (refused.status_code, refused.json["errors"][0]["pointer"]) == (422, "/target")
    assert "Give a new target" in refused.json["detail"]
    assert carry(admin, key_result, other_objective, target="7.5").json["metric"]["target"] == "7.5"


def test_a_member_carries_anybodys_into_their_own_objective_alone(world, key_result, admin, member):
    own, anothers = (
        world.create_for_argument("elsewhere"),
        world.objective(cycle_id=world.create_for_argument("cycle_id"), owner=world["person"]),
    )
    admin.post(f"/v1/key-results/{key_result}/reassignment", {"owner": world["person"], "reason": REASON})
    assert carry(member, key_result, own).status_code == 201
    assert carry(member, key_result, anothers).status_code == 403


def test_many_carried_over_pass_the_limit_with_a_warning(key_result, other_objective, admin):
    answers = [carry(admin, key_result, other_objective).json for _ in range(4)]
    assert [each["code"] for answer in answers for each in answer["warnings"]] == ["too_many_key_results"]


def test_from_a_sealed_cycle_it_goes_on_and_the_seal_stays(world, other_objective, admin, reader):
    cycle = world.create_sealed_cycle()
    [part] = reader.get(f"/v1/key-results?cycle={cycle}").json["items"]
    sealed = reader.get(f"/v1/cycles/{cycle}/seal").json
    new = carry(admin, part["id"], other_objective).json
    assert new["metric"]["baseline"] == "2"
    assert reader.get(f"/v1/cycles/{cycle}/seal").json == sealed
    [again] = reader.get(f"/v1/key-results?cycle={cycle}").json["items"]
    assert again == part | {"carried_over_to": [new["id"]]}


def test_a_score_below_what_is_achieved_asks_for_its_root_cause(key_result, admin):
    path = f"/v1/key-results/{key_result}/score"
    response = admin.post(path, {"decision": "carry_over"}).json
    assert [each["code"] for each in response["warnings"]] == ["no_root_cause"]
    assert response["warnings"][0]["detail"].startswith("The score 0.25 is below 0.7:")
    body = admin.post(path, {"score": "0.25", "decision": "carry_over", "root_cause": "It rained", "reason": REASON}).json
    assert (body["warnings"], body["root_cause"]) == ([], "It rained")
    assert admin.post(path, {"score": "0.7", "reason": REASON}).json["warnings"] == []


def test_a_policy_says_what_is_achieved(world, admin):
    cycle = world.create(
        "cycles", name=world["name"], starts_on="2000-01-01", ends_on="2099-12-31", policy={"bands": {"achieved": "0.5"}}
    )
    part = world.key_result(objective=world.objective(cycle_id=cycle))
    for score, warned in (("0.5", False), ("0.49", True)):
        answer = admin.post(f"/v1/key-results/{part}/score", {"score": score, "reason": REASON})
        assert bool(answer.json["warnings"]) is warned


def test_one_key_result_shows_what_was_decided_and_why(key_result, admin, reader):
    path = f"/v1/key-results/{key_result}"
    before = reader.get(path).json
    assert (before["suggested"], before["decision"], before["root_cause"]) == (None, None, None)
    scored = admin.post(
        f"{path}/score", {"score": "0.4", "decision": "modify", "root_cause": "It rained", "reason": REASON}
    ).json
    serialized = (scored["score"], scored["suggested"], scored["decision"], scored["root_cause"])
    assert serialized == ("0.4", "0.25", "modify", "It rained")
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
        admin.post(f"/v1/key-results/{part}/score", {"score": score, "reason": REASON})
    assert reader.get(f"/v1/objectives/{objective}").json["score"] == "0.75"
