"""Key results over HTTP: every kind of metric, with the progress that its check-ins give."""

from decimal import Decimal

import pytest

from tests.api.command_catalog import LAUNCHES, REASON

STEPS = [{"name": "Concept", "weight": "1"}, {"name": "Prototype", "weight": "3"}]


@pytest.mark.parametrize(
    ("metric", "fields", "progress"),
    [
        ({"kind": "increase", "baseline": 30, "target": "25.50e1", "measure": "%"}, {"value": "52.5"}, "0.1"),
        ({"kind": "decrease", "baseline": "30", "target": 25, "measure": "days"}, {"value": 33}, "0"),
        ({"kind": "increase", "relative": "0.20", "baseline": -10, "measure": "EUR"}, {"value": -9}, "0.5"),
        ({"kind": "at_least", "target": 90, "measure": "%"}, {"value": 91}, None),
        ({"kind": "between", "low": 1, "high": 2, "measure": "h"}, {"value": 1}, None),
        ({"kind": "milestones", "steps": STEPS}, {"milestones": ["Prototype"]}, "0.75"),
        ({"kind": "binary"}, {"value": 1}, "1"),
    ],
)
def test_a_metric_of_every_kind_is_kept_and_measured(world, admin, reader, metric, fields, progress):
    path = f"/v1/key-results/{world.key_result(metric=metric)}"
    kept = reader.get(path).json["metric"]
    assert kept["kind"] == metric["kind"]
    numbers = {"baseline", "target", "relative", "low", "high"} & metric.keys()
    assert all(Decimal(kept[name]) == Decimal(str(metric[name])) for name in numbers)
    assert kept.get("steps") == metric.get("steps")
    assert kept.get("measure") == metric.get("measure")
    assert admin.post(f"{path}/check-ins", fields).status_code == 201
    now = reader.get(path).json
    assert (now["value"], now["milestones"]) == (str(fields["value"]) if "value" in fields else None, fields.get("milestones"))
    if progress:
        assert now["progress"]["value"] == progress


@pytest.mark.parametrize(
    ("metric", "pointer"),
    [
        ({"kind": "increase", "target": 1}, "/metric/baseline"),
        ({"kind": "increase", "baseline": 1, "target": 1}, "/metric/target"),
        ({"kind": "decrease", "baseline": 1, "target": 2}, "/metric/target"),
        ({"kind": "increase", "baseline": 0, "relative": "0.1"}, "/metric/baseline"),
        ({"kind": "between", "low": 2, "high": 1}, "/metric/low"),
        ({"kind": "binary", "target": 1}, "/metric/target"),
        ({"kind": "milestones", "steps": []}, "/metric/steps"),
        ({"kind": "guess"}, "/metric/kind"),
        ({"kind": "increase", "baseline": True, "target": 1}, "/metric/baseline"),
    ],
)
def test_an_inconsistent_metric_has_a_pointer(world, admin, metric, pointer):
    refused = admin.post(f"/v1/objectives/{world['build']}/key-results", {"title": "Sell", "metric": metric})
    assert (refused.status_code, refused.json["errors"][0]["pointer"]) == (422, pointer)


def test_a_key_result_begins_with_the_defaults_of_the_domain(world, reader):
    read = reader.get(f"/v1/key-results/{world.key_result()}").json
    assert (read["weight"], read["owner"], read["due_on"], read["state"]) == ("1", None, "2099-12-31", "open")
    assert (read["progress"], read["confidence"], read["score"], read["latest_check_in"]) == (None, None, None, None)
    assert read["metric"] == {"kind": "increase", "baseline": "0", "target": "4", "measure": "products"}


def test_the_baseline_is_captured_from_the_first_value(world, admin):
    metric = {"kind": "increase", "relative": "0.2", "measure": "%"}
    path = f"/v1/key-results/{world.key_result(metric=metric)}"
    answer = admin.post(f"{path}/check-ins", {"value": 50}).json
    now = admin.get(path).json
    assert (now["metric"]["baseline"], now["metric"]["target"], now["progress"]["value"]) == ("50", "60", "0")
    assert now["version"] == 3
    assert answer["position"] == int(admin.get(path).headers["OKR-Position"])


def test_a_revised_target_changes_progress_but_not_the_past(world, admin, reader):
    path = f"/v1/key-results/{world.key_result()}"
    before = admin.post(f"{path}/check-ins", {"value": 2}).json["position"]
    revised = admin.post(f"{path}/target", {"target": "8", "reason": REASON})
    assert (revised.status_code, revised.json["progress"]["value"]) == (200, "0.25")
    assert reader.get(f"{path}?as_of=position:{before}").json["progress"]["value"] == "0.5"
    refused = admin.post(f"{path}/target", {"low": 1, "reason": REASON})
    assert (refused.status_code, refused.json["errors"][0]["pointer"]) == (422, "/target")


def test_the_suggested_score_is_the_progress(world, admin):
    path = f"/v1/key-results/{world.key_result()}"
    assert admin.post(f"{path}/score").json["type"] == "urn:okr-events:problem:no-suggestion"
    admin.post(f"{path}/check-ins", {"value": 3})
    assert admin.post(f"{path}/score", {"decision": "keep"}).json["score"] == "0.75"
    assert admin.post(f"{path}/score", {"score": 1}).json["errors"][0]["pointer"] == "/reason"
    assert admin.post(f"{path}/score", {"score": 1, "reason": REASON}).json["score"] == "1"
    assert admin.post(f"{path}/score", {"score": "1.1"}).json["errors"][0]["pointer"] == "/score"


def test_key_results_are_found_by_cycle_unit_owner_state_and_health(world, admin, reader):
    cycle, unit = world.create_for_argument("cycle_id"), world.create_for_argument("unit_id")
    objective = world.create("objectives", cycle_id=cycle, unit_id=unit, title="Sell")
    open_one = world.key_result(objective=objective, owner=unit)
    cancelled = world.key_result(objective=objective)
    admin.post(f"/v1/key-results/{cancelled}/cancellation", {"reason": REASON})
    admin.post(f"/v1/key-results/{open_one}/check-ins", {"status": "at_risk"})

    def found(query):
        return [each["id"] for each in reader.get(f"/v1/key-results?cycle={cycle}&{query}").json["items"]]

    assert found(f"unit={unit}") == found("limit=200") == [open_one, cancelled]
    assert found(f"owner={unit}") == found("state=open") == found("health=at_risk") == [open_one]
    assert found("state=cancelled") == found("health=closed") == [cancelled]


def test_plain_fields_change_and_a_weight_needs_a_reason(world, admin):
    path = f"/v1/key-results/{world.key_result()}"
    assert admin.patch(path, {"title": "Sell", "due_on": "2050-06-30"}).json["due_on"] == "2050-06-30"
    assert admin.patch(path, {"weight": 2}).json["errors"][0]["pointer"] == "/reason"
    assert admin.patch(path, {"weight": 2, "reason": REASON}).json["weight"] == "2"
    assert admin.patch(path, {"due_on": "2100-01-01"}).json["errors"][0]["pointer"] == "/due_on"
    assert admin.patch(path, {"metric": LAUNCHES}).json["errors"][0]["code"] == "unknown-field"
