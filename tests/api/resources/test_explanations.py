"""Explanations over HTTP: the numbers of the tree, at any moment, with the events behind them."""

from datetime import UTC, datetime, timedelta

import pytest

from projections.explanations import check_in_statements
from tests.api.command_catalog import CENTURY, LAUNCHES, REASON
from tests.projections.explanations.explanation_assertions import assert_explanation_holds

TODAY = datetime.now(UTC).date()
STEPS = [{"name": "Concept", "weight": 1}, {"name": "Launch", "weight": 3}]
METRICS = [
    ({"kind": "increase", "baseline": 0, "target": 4}, {"value": "1.5"}),
    ({"kind": "decrease", "baseline": 4, "target": 0}, {"value": 5}),
    ({"kind": "increase", "relative": "0.2"}, {"value": 50}),
    ({"kind": "at_least", "target": 90}, {"value": 91}),
    ({"kind": "at_most", "target": 90}, {"value": 91}),
    ({"kind": "between", "low": 1, "high": 2}, {"value": 1}),
    ({"kind": "milestones", "steps": STEPS}, {"milestones": ["Launch"]}),
    ({"kind": "binary"}, {"value": 1}),
]


@pytest.fixture
def explain(reader):
    """Fetch an explanation, and check it against the plain read of the goal."""

    def body(kind, id, **query):
        answer = reader.get(f"/v1/{kind}/{id}/progress", query)
        assert answer.status_code == 200, answer.text
        query.pop("series", None), query.pop("every", None)
        read = reader.get(f"/v1/{kind}/{id}", query).json
        assert_explanation_holds(answer.json, read["progress"], read["health"], read["score"])
        assert [int(answer.headers["OKR-Position"]), answer.json["position"]] == [answer.json["position"]] * 2
        return answer.json

    return body


@pytest.fixture
def quarter(world):
    """A cycle that is half over, with an objective of the team and one of the company above it."""
    span = {"starts_on": str(TODAY - timedelta(45)), "ends_on": str(TODAY + timedelta(45))}
    cycle = world.create("cycles", name=world["name"], **span)
    lead = world.objective("company", cycle_id=cycle, progress_driver="both")
    build = world.objective(cycle_id=cycle)
    link = world.create("alignments", child_id=build, parent_id=lead, kind="vertical", weight="0.5")
    return {"cycle": cycle, "lead": lead, "build": build, "link": link}


@pytest.mark.parametrize(("metric", "fields"), METRICS, ids=[metric["kind"] for metric, _ in METRICS])
def test_a_metric_of_every_kind_is_explained_before_and_after_its_first_check_in(world, admin, explain, metric, fields):
    id = world.key_result(metric=metric)
    before = explain("key-results", id)
    assert before["progress"]["because"]
    answer = admin.post(f"/v1/key-results/{id}/check-ins", fields).json
    after = explain("key-results", id)
    assert after["value"]["check_in"]["id"] == answer["id"]
    assert (after["value"]["check_in"]["author"], after["value"]["check_in"]["author_name"]) == (admin.person, "Admin")
    again = explain("key-results", id, as_of=f"position:{before['position']}")
    assert again["progress"] == before["progress"]


def test_an_objective_is_explained_down_to_the_check_ins_and_leads_there(world, admin, reader, quarter, explain):
    launch, sell = (world.key_result(objective=quarter[name], metric=LAUNCHES) for name in ("build", "lead"))
    admin.post(f"/v1/key-results/{launch}/check-ins", {"value": 1})
    fields = admin.post(f"/v1/key-results/{sell}/check-ins", {"value": 3, "status": "at_risk"}).json["position"]
    found = explain("objectives", quarter["lead"])
    assert found["progress"]["with_numbers"] == "(1 * 0.75 + 0.5 * 0.25) / (1 + 0.5)"
    assert [(each["type"], each["id"]) for each in found["drivers"]] == [("key_result", sell), ("objective", quarter["build"])]
    assert (found["health"]["rule"], found["health"]["positions"]) == ("worst_key_result", [fields])
    behind = set(found["progress"]["positions"])
    for driver in found["drivers"]:
        nested = reader.get(driver["href"]).json
        assert nested["progress"]["value"] == driver["progress"]["value"]
        assert set(nested["progress"]["positions"]) <= behind
    facts = {
        fact["position"]: fact["type"]
        for id in (quarter["lead"], quarter["build"])
        for fact in reader.get(f"/v1/objectives/{id}/history").json["items"]
        if fact["type"] != "Milestone.Crossed"
    }
    assert {facts[place] for place in behind} == {
        "Objective.Created",
        "KeyResult.Defined",
        "KeyResult.CheckedIn",
        "Alignment.Linked",
    }


def test_links_to_drivers_keep_the_requested_moment(world, admin, reader, quarter, explain):
    part = world.key_result(objective=quarter["build"])
    position = admin.post(f"/v1/key-results/{part}/check-ins", {"value": 1}).json["position"]
    admin.post(f"/v1/key-results/{part}/check-ins", {"value": 2})
    yesterday = str(TODAY - timedelta(1))
    then = explain("objectives", quarter["build"], as_of=f"position:{position}", effective_on=yesterday)
    [driver] = then["drivers"]
    assert driver["href"] == f"/v1/key-results/{part}/progress?as_of=position%3A{position}&effective_on={yesterday}"
    nested = reader.get(driver["href"]).json
    assert (nested["position"], nested["effective_on"]) == (position, yesterday)
    assert nested["progress"]["because"] == f"No check-in measured by {yesterday} states a value."
    assert [each["because"] for each in nested["value"]["uncounted"]["items"]] == ["measured_later"]


def test_the_words_of_a_score_are_opened_and_what_was_suggested_is_explained(world, admin, reader, explain, quarter):
    part = world.key_result(objective=quarter["build"])
    suggested_at = admin.post(f"/v1/key-results/{part}/check-ins", {"value": 1}).json["position"]
    body = {"score": "0.5", "decision": "keep", "root_cause": "Too few people", "reason": REASON}
    scored = admin.post(f"/v1/key-results/{part}/score", body).json["position"]
    score = explain("key-results", part)["score"]
    assert (score["root_cause"], score["decision"], score["positions"]) == ("Too few people", "keep", [scored])
    assert (score["suggested"], score["suggested_at"] >= suggested_at) == ("0.25", True)
    assert reader.get(score["href"]).json["progress"]["value"] == "0.25"


def test_a_series_is_optional_by_days_or_by_weeks(world, admin, reader, explain):
    part = world.key_result()
    admin.post(f"/v1/key-results/{part}/check-ins", {"value": 1, "confidence": "0.5", "status": "at_risk"})
    found = explain("key-results", part)
    last = found["series"][-1]
    assert (last["on"], last["position"]) == (found["effective_on"], found["position"])
    assert (last["value"], last["confidence"], last["status"], last["progress"]["value"]) == ("1", "0.5", "at_risk", "0.25")
    assert found["every"] == "change"
    without = explain("key-results", part, series="false")
    assert without.keys() == found.keys() - {"series", "every", "every_days"}
    for every, apart in (("day", 1), ("week", 7)):
        assert explain("key-results", part, every=every)["every_days"] == apart
    assert reader.get(f"/v1/key-results/{part}/progress?every=month").status_code == 422


def test_check_ins_that_do_not_count_say_why(world, admin, explain):
    part = world.key_result()
    path = f"/v1/key-results/{part}/check-ins"
    ids = [admin.post(path, {"value": n}).json["id"] for n in (1, 2, 3)]
    admin.post(f"/v1/check-ins/{ids[2]}/retraction", {"reason": REASON})
    corrected = admin.post(f"/v1/check-ins/{ids[1]}/correction", {"value": 4, "reason": REASON}).json["position"]
    value = explain("key-results", part)["value"]
    assert (value["value"], value["check_in"]["id"]) == ("4", ids[1])
    assert len(value["check_in"]["corrections"]) == 1
    assert value["check_in"]["corrections"][0] <= corrected + 1
    assert [(each["id"], each["because"]) for each in value["uncounted"]["items"]] == [
        (ids[2], "retracted"),
        (ids[0], "superseded"),
    ]
    assert value["uncounted"]["left_out"] == 0
    assert check_in_statements.MAX_UNCOUNTED == 50


def test_a_changed_policy_changes_the_health_and_says_where(world, admin, quarter, explain):
    part = world.key_result(objective=quarter["build"])
    admin.post(f"/v1/key-results/{part}/check-ins", {"value": 1})
    before = explain("key-results", part)
    pace = {"on_track": "0.4", "at_risk": "0.2"}
    admin.patch(f"/v1/cycles/{quarter['cycle']}/policy", {"policy": {"pace": pace}, "reason": REASON})
    after = explain("key-results", part)
    assert (before["health"]["effective"], after["health"]["effective"]) == ("at_risk", "on_track")
    assert (after["policy"]["pace"], after["policy"]["positions"]) == (pace, [world.installation.head])
    assert after["health"]["elapsed"]["with_numbers"] == "min(max(45, 0), 90) / 90"


def test_of_a_sealed_cycle_the_numbers_are_explained_as_of_the_seal(module_world):
    admin = module_world.admin
    cycle = module_world.create("cycles", name=module_world["name"], **CENTURY)
    admin.post(f"/v1/cycles/{cycle}/activation")
    lead, year = module_world.objective(cycle_id=cycle), module_world.objective("company", progress_driver="alignments")
    for child in (lead, module_world.objective(cycle_id=cycle)):
        module_world.create("alignments", child_id=child, parent_id=year, kind="vertical")
    part = module_world.key_result(objective=lead)
    first = admin.post(f"/v1/key-results/{part}/check-ins", {"value": 1}).json
    fields = first["position"]
    closing = admin.post(f"/v1/cycles/{cycle}/closing", {"reason": REASON, "allow_unscored": True}).json["position"]
    after = admin.post(f"/v1/key-results/{part}/check-ins", {"value": 4})
    assert after.status_code == 201, after.text
    corrected = admin.post(f"/v1/check-ins/{first['id']}/correction", {"value": 3, "reason": REASON})
    assert corrected.status_code == 200, corrected.text
    for kind, id in (("key-results", part), ("objectives", lead), ("objectives", year)):
        body, read = admin.get(f"/v1/{kind}/{id}/progress").json, admin.get(f"/v1/{kind}/{id}").json
        assert_explanation_holds(body, read["progress"], read["health"], read["score"])
        number = "0.125" if id == year else "0.25"
        assert (body["progress"]["value"], body["series"][-1]["progress"]["value"]) == (number, number)
        assert fields in body["progress"]["positions"]
        assert after.json["position"] not in body["progress"]["positions"]
        assert (body["sealed"] and body["sealed"]["position"]) == (None if id == year else closing)
    body = admin.get(f"/v1/key-results/{part}/progress").json
    assert (body["health"]["rule"], body["health"]["positions"]) == ("closed", [closing])
    assert [(each["value"], each["because"]) for each in body["value"]["uncounted"]["items"]] == [("4", "after_seal")]
    assert body["value"]["check_in"]["corrections"] == []
    [driver] = admin.get(f"/v1/objectives/{lead}/progress").json["drivers"]
    assert driver["href"] == f"/v1/key-results/{part}/progress?as_of=position%3A{closing}"
    assert admin.get(driver["href"]).json["progress"]["value"] == "0.25"


def test_what_is_not_there_is_not_explained(reader, world):
    part = world.key_result()
    before = world.installation.head - 1
    assert reader.get(f"/v1/key-results/{world['build']}/progress").status_code == 404
    assert reader.get(f"/v1/objectives/{part}/progress").status_code == 404
    assert reader.get(f"/v1/key-results/{part}/progress?as_of=position:{before}").status_code == 404


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
def test_any_day_can_be_explained(world, reader, day):
    answer = reader.get(f"/v1/objectives/{world['build']}/progress", {"effective_on": day})
    assert (answer.status_code, answer.json["series"][-1]["on"]) == (200, day)


def test_an_answer_that_a_client_has_is_not_sent_again(world, reader):
    address = f"/v1/key-results/{world.key_result()}/progress"
    tag = reader.get(address).headers["ETag"]
    assert reader.get(address, If_None_Match=tag).status_code == 304


def test_a_value_corrected_twice_names_every_event_behind_it(world, admin, explain):
    part = world.key_result(metric=LAUNCHES)
    check_in = admin.post(f"/v1/key-results/{part}/check-ins", {"value": 3, "confidence": "0.4", "status": "at_risk"}).json
    path = f"/v1/check-ins/{check_in['id']}/correction"
    numbers = admin.post(path, {"value": 2, "confidence": "0.5", "status": "on_track", "reason": "A slip"}).json
    day = admin.post(path, {"measured_on": "2020-01-01", "reason": "Another"}).json
    places = [check_in["position"], numbers["position"], day["position"]]
    found = explain("key-results", part)
    assert found["progress"]["inputs"]["v"]["positions"] == places
    assert found["confidence"]["positions"] == places
