"""When a request has several faults, the response names the first in this order: 401, 403 by role, 400/413/415, the key, 404,
403 by ownership, 422, 412, 409.
"""

import re
from uuid import uuid4

import pytest

from tests.api.command_catalog import ADMIN_ONLY_PATHS, REASON, UNKNOWN_ID
from tests.api.problem_assertions import broken_rule

LARGE = b" " * (1_048_576 + 1)


def path_of_missing_things(command):
    """The command on resources that do not exist."""
    method, rule = command.split(" ")
    return method, re.sub(r"<[^>]+>", UNKNOWN_ID, rule)


@pytest.mark.parametrize("body", [b"{", LARGE])
def test_401_comes_before_what_was_sent(admin, command, body):
    method, path = path_of_missing_things(command)
    assert admin.client.open(path, method=method, data=body, content_type="application/json").status_code == 401


@pytest.mark.parametrize("body", [b"{", LARGE])
def test_403_by_role_comes_before_what_was_sent(reader, command, body):
    assert reader.call(*path_of_missing_things(command), body).status_code == 403
    assert reader.call(*path_of_missing_things(command), body, Content_Type="text/plain").status_code == 403


@pytest.mark.parametrize(
    ("body", "kind", "status"), [(b"{", "application/json", 400), (b"{}", "text/plain", 415), (LARGE, "application/json", 413)]
)
def test_what_cannot_be_read_comes_before_the_key_and_before_404(admin, command, body, kind, status):
    assert (
        admin.call(*path_of_missing_things(command), body, Content_Type=kind, Idempotency_Key="x" * 256).status_code == status
    )


def test_a_key_of_another_request_comes_before_404(world, admin, command):
    register = any(kind in command for kind in ("/people", "/tokens", "/calendars")) and "erasure" not in command
    key, first = uuid4().hex, "POST /v1/people" if register else "POST /v1/units"
    assert world.run(first, Idempotency_Key=key).status_code == 201
    assert broken_rule(admin.call(*path_of_missing_things(command), {}, Idempotency_Key=key)) == (422, "key-reused")


def test_404_comes_before_422(admin, change):
    assert admin.call(*path_of_missing_things(change), {"nonsense": 1}, If_Match="nonsense").status_code == 404


def test_404_comes_before_403_by_ownership(member, change):
    if not change.split(" ")[1].startswith(ADMIN_ONLY_PATHS):
        assert member.call(*path_of_missing_things(change), {}).status_code == 404


@pytest.mark.parametrize(
    "path",
    ["objectives/{objective}", "objectives/{objective}/key-results", "key-results/{part}", "alignments/{link}"],
)
def test_403_by_ownership_comes_before_422(world, member, path):
    objective = world.objective(owner=world["team"])
    above = world.objective(unit_id=world["company"], owner=world["team"])
    link = world.create("alignments", child_id=objective, parent_id=above, kind="vertical")
    place = {"objective": objective, "part": world.key_result(objective=objective), "link": link}
    method = "POST" if path.endswith("key-results") else "PATCH"
    refused = member.call(method, "/v1/" + path.format(**place), {"nonsense": 1}, If_Match="nonsense")
    assert broken_rule(refused) == (403, "not-yours")


def test_403_for_another_name_comes_before_422(world, member):
    refused = member.post("/v1/objectives", {"owner": world["person"], "nonsense": 1})
    assert broken_rule(refused) == (403, "not-your-name")
    check_in = world.create(
        f"key-results/{world.key_result(objective=world.objective(owner=world['team']))}/check-ins", value=1
    )
    assert broken_rule(member.post(f"/v1/check-ins/{check_in}/correction", {"nonsense": 1})) == (403, "not-yours")


def test_422_comes_before_412(world, admin, change):
    method, path, body = world.command(change)
    assert broken_rule(admin.call(method, path, body | {"nonsense": 1}, If_Match='"99"')) == (422, "invalid-fields")


@pytest.mark.parametrize(
    ("path", "body", "rule"),
    [
        ("target", {"target": 5}, "reason-required"),
        ("target", {"low": 1, "reason": REASON}, "not-revisable"),
        ("reassignment", {"owner": UNKNOWN_ID, "reason": REASON}, "unknown"),
        ("check-ins", {"value": 1, "measured_on": "9999-12-31"}, "future-day"),
        ("check-ins", {"note": "Only words"}, "nothing-said"),
        ("check-ins", {"milestones": ["x"]}, "wrong-value"),
        ("check-ins", {"value": 1, "blockers": [{"kind": "other", "text": "x", "owner": UNKNOWN_ID}]}, "unknown"),
    ],
)
def test_422_of_the_domain_comes_before_412_and_409(world, admin, path, body, rule):
    key_result = f"/v1/key-results/{world.key_result()}"
    assert broken_rule(admin.post(f"{key_result}/{path}", body, If_Match='"99"')) == (422, rule)
    admin.post(f"{key_result}/cancellation", {"reason": REASON})
    assert broken_rule(admin.post(f"{key_result}/{path}", body)) == (422, rule)


def test_422_in_any_row_of_a_batch_comes_before_409_in_another(world, admin):
    open_one, cancelled = world.key_result(), world.key_result()
    admin.post(f"/v1/key-results/{cancelled}/cancellation", {"reason": REASON})
    rows = [{"key_result_id": cancelled, "value": 1}, {"key_result_id": open_one, "value": 1, "measured_on": "9999-12-31"}]
    refused = admin.post("/v1/check-ins/batch", {"check_ins": rows})
    assert broken_rule(refused) == (422, "future-day")
    assert refused.json["errors"][0]["pointer"] == "/check_ins/1/measured_on"


@pytest.mark.parametrize(
    ("ended", "method", "then", "body", "rule"),
    [
        ("objective_id", "PATCH", "", {"title": "x"}, "objective-ended"),
        ("objective_id", "POST", "/key-results", {"title": "x", "metric": {"kind": "binary"}}, "objective-ended"),
        ("key_result_id", "PATCH", "", {"title": "x"}, "key-result-closed"),
        ("key_result_id", "POST", "/check-ins", {"value": 1}, "key-result-closed"),
        ("alignment_id", "PATCH", "", {"weight": 2, "reason": REASON}, "alignment-ended"),
        ("check_in_id", "POST", "/retraction", {"reason": REASON}, "retracted-already"),
        ("cycle_id", "POST", "/activation", {}, "cycle-active"),
    ],
)
def test_412_comes_before_409(world, admin, ended, method, then, body, rule):
    kind, end = {
        "objective_id": ("objectives", "cancellation"),
        "key_result_id": ("key-results", "cancellation"),
        "alignment_id": ("alignments", "ending"),
        "check_in_id": ("check-ins", "retraction"),
        "cycle_id": ("cycles", "activation"),
    }[ended]
    path = f"/v1/{kind}/{world.create_for_argument(ended)}"
    assert admin.post(f"{path}/{end}", {"reason": REASON}).status_code == 200
    assert broken_rule(admin.call(method, path + then, body, If_Match='"99"')) == (412, "stale")
    assert broken_rule(admin.call(method, path + then, body, If_Match='"2"')) == (409, rule)
