"""Milestones in histories over HTTP: each follows the check-in that reached it first."""

import pytest

from tests.api.command_catalog import REASON

HUNDRED = {"kind": "increase", "baseline": 0, "target": 100}
CHECKED_IN, CROSSED = "KeyResult.CheckedIn", "Milestone.Crossed"


@pytest.fixture
def launch(world):
    return world.key_result(metric=HUNDRED)


@pytest.fixture
def check_in(admin):
    return lambda key_result, **fields: admin.post(f"/v1/key-results/{key_result}/check-ins", fields).json


@pytest.fixture
def history(reader):
    def body(of, **query):
        answer = reader.get(f"/v1/{of}/history", query)
        assert answer.status_code == 200, answer.text
        return answer.json["items"]

    return body


def reached_thresholds(entries):
    return [(e["position"], e["fields"]["share"], e["fields"]["shares"]) for e in entries if e["type"] == CROSSED]


def test_a_milestone_follows_its_check_in_with_its_position_time_and_author(launch, member, admin, history, reader):
    fields = {"value": 60, "reason": REASON}
    made = member.post(f"/v1/key-results/{launch}/check-ins", fields).json
    admin.post(f"/v1/key-results/{launch}/comments", {"kind": "celebration", "text": "Well done"})
    objective = reader.get(f"/v1/key-results/{launch}").json["objective_id"]
    for of in (f"key-results/{launch}", f"objectives/{objective}"):
        entries = history(of)
        [place] = [n for n, entry in enumerate(entries) if entry["type"] == CROSSED]
        fact, crossing = entries[place - 1], entries[place]
        assert (fact["type"], fact["position"]) == (CHECKED_IN, made["position"])
        assert crossing == {
            **fact,
            "type": CROSSED,
            "kind": "celebration",
            "reason": None,
            "fields": {"check_in_id": made["id"], "share": "0.5", "shares": ["0.25"], "progress": "0.6"},
        }
        assert (crossing["actor"], crossing["actor_name"]) == (member.person, "Member")
        assert crossing["recorded_at"] == made["recorded_at"]
        assert [entry["type"] for entry in entries[place + 1 :]] == ["Conversation.Opened", "Conversation.Commented"]


def test_a_correction_takes_it_back_from_then_on_and_the_past_keeps_it(launch, admin, check_in, history):
    first, second = check_in(launch, value=100), check_in(launch, value=30)
    of = f"key-results/{launch}"
    corrected = admin.post(f"/v1/check-ins/{first['id']}/correction", {"value": 10, "reason": REASON})
    assert corrected.status_code == 200
    assert reached_thresholds(history(of)) == [(second["position"], "0.25", [])]
    assert reached_thresholds(history(of, as_of=f"position:{second['position']}")) == [
        (first["position"], "1", ["0.25", "0.5", "0.7"])
    ]
    admin.post(f"/v1/check-ins/{second['id']}/retraction", {"reason": REASON})
    assert reached_thresholds(history(of)) == []
    assert [entry["type"] for entry in history(of)].count(CHECKED_IN) == 2


def test_pages_count_facts_alone_and_never_part_a_milestone_from_its_check_in(world, reader, check_in, history):
    objective = world.objective()
    parts = [world.key_result(objective=objective, metric=HUNDRED) for _ in range(2)]
    for value in (30, 60, 100):
        for part in parts:
            check_in(part, value=value)
    path = f"/v1/objectives/{objective}/history"
    whole = history(f"objectives/{objective}", limit=200)
    assert len(reached_thresholds(whole)) == 6
    for limit in (1, 2, 5):
        seen, page = [], reader.get(f"{path}?limit={limit}")
        while True:
            items = page.json["items"]
            assert items[0]["type"] != CROSSED
            facts = [entry for entry in items if entry["type"] != CROSSED]
            assert len(facts) == limit or not page.json["next"]
            seen += items
            if not page.json["next"]:
                break
            page = reader.get(page.headers["Link"].removeprefix("<").partition(">")[0])
        assert seen == whole


def test_a_relative_target_counts_from_the_baseline_that_was_captured(world, admin, check_in, history):
    grow = world.key_result(metric={"kind": "increase", "relative": "0.2"})
    first, second = check_in(grow, value=100), check_in(grow, value=110)
    assert reached_thresholds(history(f"key-results/{grow}")) == [(second["position"], "0.5", ["0.25"])]
    admin.post(f"/v1/check-ins/{first['id']}/correction", {"value": 109, "reason": REASON})
    assert reached_thresholds(history(f"key-results/{grow}")) == []


def test_the_feed_tells_events_alone(launch, check_in, auditor):
    check_in(launch, value=100)
    page = auditor.get("/v1/events", {"subject": launch, "limit": 200}).json["items"]
    assert [event["type"] for event in page] == ["KeyResult.Defined", CHECKED_IN]


def test_the_description_explains_milestones(reader):
    paths = reader.get("/openapi.json").json["paths"]
    for thing in ("objectives/{objective_id}", "key-results/{key_result_id}"):
        assert "does not count towards `limit`" in paths[f"/v1/{thing}/history"]["get"]["description"]
