"""Lists by health look at a bounded number of goals, and their cursors lead through all of them."""

import pytest

from api.representations import goal_lists
from tests.api.command_catalog import LAUNCHES


@pytest.fixture
def goals(monkeypatch, world, admin):
    """Seven objectives with a key result each, of which the last alone is at risk, looked at two by two."""
    monkeypatch.setattr(goal_lists, "EVALUATION_BATCH", 2)
    monkeypatch.setattr(goal_lists, "MAX_BATCHES", 2)
    unit = world.create("units", name=world["name"], level="team", parent_id=world["company"])
    for number in range(7):
        objective = world.objective(unit_id=unit, title=f"Aim {number}")
        result = admin.post(f"/v1/objectives/{objective}/key-results", {"title": f"Launch {number}", "metric": LAUNCHES}).json
    admin.post(f"/v1/key-results/{result['id']}/check-ins", {"status": "at_risk"})
    return unit


@pytest.mark.parametrize(("path", "last"), [("/v1/objectives", "Aim 6"), ("/v1/key-results", "Launch 6")])
def test_a_page_ends_after_so_many_goals_and_the_next_ones_go_on(admin, goals, path, last):
    pages, query = [], {"unit": goals, "health": "at_risk", "limit": 1}
    while True:
        page = admin.get(path, query)
        pages.append([item["title"] for item in page.json["items"]])
        assert ("Link" in page.headers) == (page.json["next"] is not None)
        if page.json["next"] is None:
            break
        query["after"] = page.json["next"]
    assert pages == [[], [last]]


def test_a_page_that_is_full_looks_no_further(admin, goals):
    page = admin.get("/v1/objectives", {"unit": goals, "health": "pending", "limit": 2}).json
    assert [item["title"] for item in page["items"]] == ["Aim 0", "Aim 1"]
    rest = admin.get("/v1/objectives", {"unit": goals, "health": "pending", "limit": 2, "after": page["next"]}).json
    assert [item["title"] for item in rest["items"]] == ["Aim 2", "Aim 3"]
