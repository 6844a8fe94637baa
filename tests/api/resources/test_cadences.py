"""Cadences of units and key results, each part inherited from the nearest unit that sets it."""

import pytest

from tests.api.command_catalog import REASON

WEEKLY = {"every": "weekly", "weekday": "friday", "grace_days": 3}


@pytest.fixture
def key_result(world):
    """A key result of a team below its own department."""
    department = world.create("units", name=world["name"], level="department", parent_id=world["company"])
    team = world.create("units", name=world["name"], level="team", parent_id=department)
    world.ids |= {"own_department": department, "own_team": team}
    return world.key_result(objective=world.objective("own_team"))


def set_cadence(world, address, **parts):
    answer = world.admin.post(f"/v1/{address}/cadence", parts)
    assert answer.status_code == 200, answer.text
    return answer.json


def cadence_in_force(world, part, **query):
    return world.admin.get(f"/v1/key-results/{part}", query).json["cadence_in_force"]


def test_the_nearest_that_states_a_part_decides(world, key_result):
    assert cadence_in_force(world, key_result) == WEEKLY
    set_cadence(world, f"units/{world['own_department']}", every="monthly", weekday="monday")
    assert cadence_in_force(world, key_result) == WEEKLY | {"every": "monthly", "weekday": "monday"}
    set_cadence(world, f"units/{world['own_team']}", weekday="tuesday", grace_days=0)
    assert cadence_in_force(world, key_result) == {"every": "monthly", "weekday": "tuesday", "grace_days": 0}
    serialized = set_cadence(world, f"key-results/{key_result}", every="biweekly")
    assert serialized["cadence"] == {"every": "biweekly"}
    assert serialized["cadence_in_force"] == {"every": "biweekly", "weekday": "tuesday", "grace_days": 0}


def test_what_is_set_replaces_what_was_set_before(world, key_result):
    set_cadence(world, f"units/{world['own_team']}", every="monthly", grace_days=1)
    assert set_cadence(world, f"units/{world['own_team']}", weekday="monday")["cadence"] == {"weekday": "monday"}
    assert cadence_in_force(world, key_result) == WEEKLY | {"weekday": "monday"}


def test_inherited_gives_everything_back(world, key_result):
    for address in (f"units/{world['own_team']}", f"key-results/{key_result}"):
        set_cadence(world, address, every="monthly", grace_days=1)
        assert set_cadence(world, address, inherited=True)["cadence"] is None
    assert cadence_in_force(world, key_result) == WEEKLY


def test_a_team_that_moves_has_the_cadence_of_where_it_stands(world, key_result):
    set_cadence(world, f"units/{world['own_department']}", every="monthly")
    other = world.create("units", name=world["name"], level="department", parent_id=world["company"])
    set_cadence(world, f"units/{other}", every="biweekly")
    moved = world.admin.post(f"/v1/units/{world['own_team']}/move", {"parent_id": other, "reason": REASON})
    before, after = (
        cadence_in_force(world, key_result, as_of=f"position:{moved.json['position'] - back}")["every"] for back in (1, 0)
    )
    assert (before, after) == ("monthly", "biweekly")


def test_the_past_keeps_its_cadence(world, key_result):
    position = set_cadence(world, f"key-results/{key_result}", every="monthly")["position"]
    set_cadence(world, f"key-results/{key_result}", every="biweekly")
    assert cadence_in_force(world, key_result, as_of=f"position:{position - 1}")["every"] == "weekly"
    assert cadence_in_force(world, key_result, as_of=f"position:{position}")["every"] == "monthly"


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({}, ""),
        ({"every": None}, ""),
        ({"inherited": False}, ""),
        ({"inherited": True, "every": "weekly"}, "/inherited"),
        ({"every": "daily"}, "/every"),
        ({"weekday": "Friday"}, "/weekday"),
        ({"grace_days": 367}, "/grace_days"),
        ({"grace_days": "3"}, "/grace_days"),
        ({"hour": 9}, "/hour"),
    ],
)
def test_nonsense_is_refused_by_name(world, body, pointer):
    for address in (f"/v1/units/{world['team']}/cadence", f"/v1/key-results/{world['launch']}/cadence"):
        answer = world.admin.post(address, body)
        assert (answer.status_code, answer.json["errors"][0]["pointer"]) == (422, pointer), answer.text


def test_a_key_result_of_a_sealed_cycle_keeps_its_cadence(world):
    part = world.admin.get("/v1/key-results", {"cycle": world["sealed"]}).json["items"][0]
    refused = world.admin.post(f"/v1/key-results/{part['id']}/cadence", {"every": "monthly"})
    assert (refused.status_code, refused.json["type"].rpartition(":")[2]) == (409, "cycle-sealed"), refused.text


def test_a_member_sets_the_cadence_of_own_key_results_alone(world):
    assert world.member.post(f"/v1/units/{world['team']}/cadence", {"every": "monthly"}).status_code == 403
    mine = world.key_result(owner=world["member"])
    foreign = world.key_result(objective=world.objective(owner=world["person"]), owner=world["person"])
    result = [world.member.post(f"/v1/key-results/{id}/cadence", {"every": "monthly"}).status_code for id in (mine, foreign)]
    assert result == [200, 403]


@pytest.mark.usefixtures("key_result")
def test_changes_tell_of_it_in_words(world):
    position = set_cadence(world, f"units/{world['own_team']}", every="monthly")["position"]
    result = world.admin.get("/v1/changes", {"from": f"position:{position - 1}", "to": f"position:{position}"}).json["items"]
    assert [(each["kind"], each["fields"]) for each in result] == [
        ("unit_cadence_set", {"cadence.every": {"before": None, "after": "monthly"}})
    ]
    assert result[0]["sentence"].endswith("every monthly.")
