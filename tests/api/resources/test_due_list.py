"""The due list and adherence over HTTP, of key results that were just defined."""

from datetime import date, timedelta

import pytest

from tests.api.command_catalog import REASON, UNKNOWN_ID


@pytest.fixture
def team(world):
    """A new team with one key result, owned by the member."""
    team = world.ids["own_team"] = world.create("units", name=world["name"], level="team", parent_id=world["company"])
    world.ids["own"] = world.key_result(objective=world.objective("own_team"), owner=world["member"])
    return team


def list_due(world, **query):
    answer = world.admin.get("/v1/check-ins/due", query)
    assert answer.status_code == 200, answer.text
    return answer.json["items"]


def next_friday():
    today = date.today()  # noqa: DTZ011 - the organisation's zone is UTC, and so is this machine's
    return (today + timedelta((4 - today.weekday()) % 7 or 7)).isoformat()


def test_each_open_key_result_is_one_row_with_what_its_check_in_needs(world, team):
    key_result = world.admin.get(f"/v1/key-results/{world['own']}").json
    row = {
        "key_result_id": world["own"],
        "title": "Launch",
        "objective_id": key_result["objective_id"],
        "owner": world["member"],
        "due_on": next_friday(),
        "state": "pending",
        "next_due_on": next_friday(),
        "missed_on": [],
        "owner_name": world.admin.get(f"/v1/people/{world['member']}").json["name"],
        "unit_id": team,
        "unit_name": world.admin.get(f"/v1/units/{team}").json["name"],
        "metric": key_result["metric"],
        "value": None,
        "measured_on": None,
        "milestones": None,
    }
    assert list_due(world, unit=team) == [row]
    check_in = world.admin.post(f"/v1/key-results/{world['own']}/check-ins", {"value": 1}).json
    row |= {"state": "done", "value": "1", "measured_on": check_in["measured_on"]}
    assert list_due(world, unit=team) == [row]


def test_an_owner_that_is_a_unit_is_named_too(world, team):
    world.key_result(objective=world.objective("own_team"), owner=team)
    names = [item["owner_name"] for item in list_due(world, unit=team, owner=team)]
    assert names == [world.admin.get(f"/v1/units/{team}").json["name"]]


def test_no_row_is_lost_while_others_leave_the_list_page_by_page(world, team):
    ids = {world["own"], *(world.key_result(objective=world.objective("own_team")) for _ in range(4))}
    seen, query = [], {"unit": team, "limit": 2}
    while query:
        page = world.admin.get("/v1/check-ins/due", query).json
        for item in page["items"]:
            seen.append(item["key_result_id"])
            world.admin.post(f"/v1/key-results/{item['key_result_id']}/score", {"score": 1, "reason": REASON})
        query = page["next"] and {**query, "after": page["next"]}
    assert (set(seen), len(seen)) == (ids, len(ids))


def test_what_has_a_score_is_not_due(world, team):
    assert world.admin.post(f"/v1/key-results/{world['own']}/score", {"score": 1, "reason": REASON}).status_code == 200
    assert list_due(world, unit=team) == []


@pytest.mark.parametrize("after", ["A", "x" * 201, "€"])
def test_a_cursor_that_no_page_gave_is_refused(world, after):
    refused = world.admin.get("/v1/check-ins/due", {"after": after})
    assert (refused.status_code, refused.json["errors"][0]["parameter"]) == (422, "after")


def test_a_day_ahead_that_a_check_in_answers_is_done(world, team):
    position = world.admin.post(f"/v1/key-results/{world['own']}/check-ins", {"value": 1}).json["position"]
    states = [list_due(world, unit=team, as_of=f"position:{position - back}")[0]["state"] for back in (1, 0)]
    assert states == ["pending", "done"]
    check_in = world.admin.get(f"/v1/key-results/{world['own']}/check-ins").json["items"][0]["id"]
    assert world.admin.post(f"/v1/check-ins/{check_in}/retraction", {"reason": REASON}).status_code == 200
    assert list_due(world, unit=team)[0]["state"] == "pending"


def test_its_own_cadence_says_when(world, team):
    weekday = (date.today() + timedelta(2)).strftime("%A").lower()  # noqa: DTZ011 - as above
    assert world.admin.post(f"/v1/key-results/{world['own']}/cadence", {"weekday": weekday}).status_code == 200
    assert list_due(world, unit=team)[0]["due_on"] == (date.today() + timedelta(2)).isoformat()  # noqa: DTZ011 - as above


def test_nothing_is_due_for_cancelled_key_results(world, team):
    assert world.admin.post(f"/v1/key-results/{world['own']}/cancellation", {"reason": REASON}).status_code == 200
    assert list_due(world, unit=team) == list_due(world, cycle=world["sealed"]) == []


def test_the_due_list_is_filtered_by_owner_and_comes_in_pages(world, team):
    other = world.key_result(objective=world.objective("own_team"), owner=world["company"])
    assert [item["key_result_id"] for item in list_due(world, unit=team, owner=world["company"])] == [other]
    first = world.admin.get("/v1/check-ins/due", {"unit": team, "limit": 1})
    rest = world.admin.get("/v1/check-ins/due", {"unit": team, "limit": 1, "after": first.json["next"]})
    assert {page.json["items"][0]["key_result_id"] for page in (first, rest)} == {world["own"], other}
    assert rest.json["next"] is None
    assert 'rel="next"' in first.headers["Link"]


def test_adherence_is_in_total_by_unit_and_by_owner(world, team):
    answer = world.admin.get("/v1/adherence", {"cycle": world["cycle"], "unit": team}).json
    ahead = answer["pending"]
    counts = {"on_time": 0, "late": 0, "missed": 0, "pending": ahead, "done": 0, "adherence": None}
    counts |= {"streak": {"current": 0, "longest": 0}}
    assert ahead > 3000
    assert {name: answer[name] for name in counts} == counts
    assert answer["units"] == [{"unit_id": team, **counts}]
    assert answer["owners"] == [{"owner": world["member"], **counts}]
    assert world.admin.get("/v1/adherence", {"unit": team, "owner": world["person"]}).json["owners"] == []


@pytest.mark.parametrize("path", ["/v1/adherence", "/v1/check-ins/due"])
def test_unknown_units_and_cycles_are_not_found(world, path):
    assert (
        world.admin.get(path, {"unit": UNKNOWN_ID}).status_code == world.admin.get(path, {"cycle": "Never"}).status_code == 404
    )
    assert world.admin.get(path, {"cycle": ""}).status_code == 404
    assert world.admin.get(path, {"owner": "Ada"}).status_code == 422
