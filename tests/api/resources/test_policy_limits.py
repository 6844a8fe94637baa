"""The policy's limits on objectives and key results, which warn or refuse."""

import pytest

from tests.api.command_catalog import CENTURY, LAUNCHES, REASON
from tests.api.problem_assertions import broken_rule

LIMIT_NAMES = {"objectives": "objectives_per_unit", "key results": "key_results_per_objective"}


@pytest.fixture
def limited_place(world):
    """A cycle with a limit of 2, and the request that adds one more: objectives of a unit, or key results of an objective."""

    def create(what, enforce):
        limits = {LIMIT_NAMES[what]: {"max": 2, **({"min": 1} if what == "key results" else {}), "enforce": enforce}}
        cycle = world.create("cycles", name=world["name"], **CENTURY, policy={"limits": limits})
        if what == "objectives":
            return (
                cycle,
                "/v1/objectives",
                {"cycle_id": cycle, "unit_id": world.create_for_argument("unit_id"), "title": "One more"},
            )
        return cycle, f"/v1/objectives/{world.objective(cycle_id=cycle)}/key-results", {"title": "More", "metric": LAUNCHES}

    return create


@pytest.mark.parametrize("what", LIMIT_NAMES)
def test_one_too_many_is_warned_of(admin, limited_place, what):
    _, path, body = limited_place(what, "warn")
    answers = [admin.post(path, body).json for _ in range(3)]
    assert [len(answer["warnings"]) for answer in answers] == [0, 0, 1]
    [warning] = answers[2]["warnings"]
    assert (warning["code"], warning["detail"].endswith("limit is 2.")) == (f"too_many_{what.replace(' ', '_')}", True)


@pytest.mark.parametrize("what", LIMIT_NAMES)
def test_one_too_many_is_refused_until_there_is_room(admin, limited_place, what):
    _, path, body = limited_place(what, "refuse")
    first, _ = admin.post(path, body).json["id"], admin.post(path, body)
    rule = "too-many-objectives" if what == "objectives" else "too-many-key-results"
    assert broken_rule(admin.post(path, body)) == (409, rule)
    kind = "objectives" if what == "objectives" else "key-results"
    assert admin.post(f"/v1/{kind}/{first}/cancellation", {"reason": REASON}).status_code == 200
    assert admin.post(path, body).status_code == 201


@pytest.mark.parametrize("what", LIMIT_NAMES)
def test_a_policy_that_changes_refuses_from_then_on(admin, limited_place, what):
    cycle, path, body = limited_place(what, "warn")
    for _ in range(3):
        assert admin.post(path, body).status_code == 201
    policy = {"policy": {"limits": {LIMIT_NAMES[what]: {"enforce": "refuse"}}}}
    assert admin.patch(f"/v1/cycles/{cycle}/policy", policy).status_code == 200
    assert admin.post(path, body).status_code == 409
    policy["policy"]["limits"][LIMIT_NAMES[what]] = {"enforce": "refuse", "max": 4}
    assert admin.patch(f"/v1/cycles/{cycle}/policy", policy).status_code == 200
    assert admin.post(path, body).status_code == 201


def test_a_units_objectives_come_by_focus(world, admin):
    unit = world.create_for_argument("unit_id")
    axes = {"must_do": (True, True), "should_do": (False, True), "could_do": (True, False)}
    made = {
        focus: world.objective(unit_id=unit, urgent=urgent, important=important) for focus, (urgent, important) in axes.items()
    }
    for focus, id in made.items():
        listed = admin.get("/v1/objectives", {"unit": unit, "focus": focus}).json["items"]
        assert [(each["id"], each["focus"]) for each in listed] == [(id, focus)]
