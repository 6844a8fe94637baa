"""Every error is a problem that a program can read (RFC 9457), and reveals no internals."""

import gzip
import re

import pytest

from okr_events.register.register import Register
from tests.api.command_catalog import REASON, UNKNOWN_ID
from tests.api.problem_assertions import assert_problem


@pytest.mark.parametrize(
    "body", [b"{", b"\xff", b"[]", b'"x"', b"{'a': 1}", b"\xef\xbb\xbf{}", b'{"a": NaN}', b'{"a": 1, "a": 2}']
)
def test_400_is_not_a_json_object(admin, body):
    assert_problem(admin.post("/v1/units", body), 400, "not-json")


@pytest.mark.parametrize("number", [b"1e99", b"-1e-40", b"1.000000000000000000000000000001", b"1" * 70])
def test_400_names_the_number_that_is_out_of_bounds(world, admin, number):
    refused = admin.post(f"/v1/key-results/{world['launch']}/check-ins", b'{"value": %s}' % number)
    assert_problem(refused, 400, "not-json")
    assert refused.json["detail"] == "value must lie between 10^-28 and 10^28, with at most 28 significant digits."


@pytest.mark.parametrize("body", [b'{"\\ud800": 1e99}', b'{"\\u0000": [1e99]}'])
def test_400_shows_no_name_that_cannot_be_written(admin, body):
    refused = admin.post("/v1/units", body)
    assert_problem(refused, 400, "not-json")
    assert "surrogate" in refused.json["detail"]


def test_404_names_the_unknown_cycle_and_unit(admin):
    for parameter, value in (("cycle", "2026-Q5"), ("unit", UNKNOWN_ID)):
        for path in ("objectives", "findings", "alignment-tree"):
            refused = admin.get(f"/v1/{path}?{parameter}={value}")
            assert_problem(refused, 404, "not-found")
            assert value in refused.json["detail"]


@pytest.mark.parametrize("query", ["limit=\xff", "\xc3=1"])
def test_400_is_an_address_that_is_not_utf_8(admin, query):
    named = {"Authorization": f"Bearer {admin.token}"}
    assert_problem(admin.client.get("/v1/units", headers=named, environ_overrides={"QUERY_STRING": query}), 400, "bad-request")


def test_401_says_how_to_sign_in(admin):
    refused = admin.client.get("/v1/units")
    assert_problem(refused, 401, "unauthorized")
    assert refused.headers["WWW-Authenticate"].startswith("Bearer")


def test_403_is_a_role_or_a_thing_of_others(world, reader, member):
    assert_problem(reader.post("/v1/units"), 403, "forbidden")
    assert_problem(member.patch(f"/v1/objectives/{world.objective(owner=world['team'])}", {}), 403, "not-yours")
    assert_problem(member.post("/v1/objectives", {}), 403, "not-your-name")


@pytest.mark.parametrize("path", ["/v1", "/v1/nothing", "/v1/units/7", f"/v1/units/{UNKNOWN_ID}", "/docs/nothing.js"])
def test_404_is_an_address_of_nothing(admin, path):
    assert_problem(admin.get(path), 404, "not-found")


def test_405_says_which_methods_there_are(world, admin):
    refused = admin.call("DELETE", f"/v1/units/{world['team']}")
    assert_problem(refused, 405, "method-not-allowed")
    assert {"GET", "PATCH"} <= set(refused.headers["Allow"].split(", "))
    assert admin.put("/v1/units").json["detail"] == "This address accepts GET and POST."


def test_405_of_a_deletion_says_what_to_do_instead(installation, admin):
    rules = {rule.rule: rule for rule in installation.app.url_map.iter_rules() if rule.rule.startswith("/v1/")}
    told = {}
    for rule in rules:
        path = re.sub(r"<\w+:\w+>", UNKNOWN_ID, rule)
        refused = admin.call("DELETE", path)
        assert_problem(refused, 405, "method-not-allowed")
        assert refused.json["detail"].startswith("Nothing is ever deleted")
        told[rule] = set(re.findall(rf"POST {path}/(\w+)", refused.json["detail"]))
        assert all(f"{rule}/{word}" in rules for word in told[rule])
    assert told["/v1/objectives/<uuid:objective_id>"] == {"cancellation", "closing"}
    assert told["/v1/key-results/<uuid:key_result_id>"] == {"cancellation"}
    assert told["/v1/check-ins/<uuid:check_in_id>"] == {"retraction"}
    assert told["/v1/people/<uuid:person_id>"] == {"erasure"}
    assert told["/v1/tokens/<uuid:token_id>"] == told["/v1/calendars/<uuid:calendar_id>"] == {"revocation"}
    assert told["/v1/units/<uuid:unit_id>"] == set()


def test_409_is_refused_by_the_state(world, admin):
    path = f"/v1/cycles/{world.create_for_argument('cycle_id')}/activation"
    admin.post(path)
    assert_problem(admin.post(path), 409, "cycle-active")


def test_412_says_the_version_there_is(world, admin):
    refused = admin.patch(f"/v1/units/{world.create_for_argument('unit_id')}", {"name": world["name"]}, If_Match='"7"')
    assert_problem(refused, 412, "stale")
    assert refused.json["version"] == 1


def test_413_says_how_much_may_come(installation, admin):
    limit = installation.settings.largest_body
    refused = admin.post("/v1/units", b" " * (limit + 1))
    assert_problem(refused, 413, "request-entity-too-large")
    assert str(limit) in refused.json["detail"]
    assert_problem(admin.post("/v1/units", b"{}".ljust(limit)), 422, "invalid-fields")


@pytest.mark.parametrize("kind", ["text/plain", "application/json; charset=latin-1", "multipart/form-data", "", "json"])
def test_415_is_a_body_of_another_kind(admin, kind):
    assert_problem(admin.post("/v1/units", b"{}", Content_Type=kind), 415, "unsupported-media-type")


@pytest.mark.parametrize("encoding", ["gzip", "br", "deflate", "x-gzip", "gzip, identity"])
def test_415_is_a_compressed_body(admin, encoding):
    body = gzip.compress(b"{}") if "gzip" in encoding else b"{}"
    assert_problem(admin.post("/v1/units", body, Content_Encoding=encoding), 415, "unsupported-media-type")
    assert_problem(admin.post("/v1/units", b"{}", Content_Encoding="identity"), 422, "invalid-fields")


@pytest.mark.parametrize("kind", ["application/json", 'application/json; charset="UTF-8"', "application/merge-patch+json"])
def test_json_is_known_by_any_of_its_names(admin, kind):
    assert_problem(admin.post("/v1/units", b"{}", Content_Type=kind), 422, "invalid-fields")


def test_422_points_at_every_field_that_is_wrong(world, admin):
    body = {"title": 7, "metric": {"kind": "increase", "steps": [{"x/y~": 1}]}, "weight": -1, "due_on": "tomorrow"}
    refused = admin.post(f"/v1/objectives/{world['build']}/key-results", body)
    assert_problem(refused, 422, "invalid-fields")
    pointers = {error["pointer"]: error["code"] for error in refused.json["errors"]}
    assert pointers == {
        "/title": "invalid-value",
        "/metric/steps/0/name": "required",
        "/metric/steps/0/x~1y~0": "unknown-field",
        "/weight": "invalid-value",
        "/due_on": "invalid-value",
    }


def test_422_names_a_header_or_a_parameter(world, admin):
    for answer, place, name in (
        (admin.post("/v1/units", {}, Idempotency_Key="x" * 256), "header", "Idempotency-Key"),
        (admin.post(f"/v1/cycles/{world['cycle']}/activation", If_Match="3"), "header", "If-Match"),
        (admin.get("/v1/events?format=sse", Last_Event_ID="x"), "header", "Last-Event-ID"),
        (admin.get("/v1/events?format=sse", Last_Event_ID="9" * 9), "header", "Last-Event-ID"),
        (admin.get("/v1/events?after=999999999"), "parameter", "after"),
        (admin.post("/v1/units?dry_run=maybe", {}), "parameter", "dry_run"),
        (admin.post("/v1/units?dry-run=true", {}), "parameter", "dry-run"),
        (admin.get("/v1/units?limit=201"), "parameter", "limit"),
        (admin.get("/v1/units?nonsense=1"), "parameter", "nonsense"),
        (admin.get("/v1/people?as_of=now"), "parameter", "as_of"),
    ):
        assert_problem(answer, 422, answer.json["type"].rpartition(":")[2])
        assert [error[place] for error in answer.json["errors"]] == [name]


def test_the_root_leads_to_the_documentation(admin):
    leads = admin.client.get("/")
    assert (leads.status_code, leads.headers["Location"]) == (302, "/docs/")
    assert admin.client.get(leads.headers["Location"]).status_code == 200


def test_503_says_when_to_come_back(fresh_installation, fresh_admin):
    company = fresh_admin.post("/v1/units", {"name": "Tech", "level": "company"}).json["id"]
    with fresh_installation.stores.log.append_transaction() as run:
        run("UPDATE head SET recorded_at = recorded_at + %s", (3_600_000_000,))
    refused = fresh_admin.patch(f"/v1/units/{company}", {"name": "Later", "reason": REASON}, Idempotency_Key="k")
    assert_problem(refused, 503, "clock-behind")
    assert fresh_installation.head == 1


def test_503_is_a_store_that_others_keep_busy(installation, admin):
    with Register(installation.stores.register.engine).write_transaction():
        assert_problem(admin.post("/v1/people", {"name": "Ada"}), 503, "busy")
    assert admin.post("/v1/people", {"name": "Ada"}).status_code == 201


def test_an_unexpected_error_is_a_problem_without_details(monkeypatch, capsys, installation, admin):
    def fail(**_):
        raise RuntimeError("the password is swordfish")

    monkeypatch.setattr(installation.stores.views, "catch_up", fail)
    refused = admin.get("/v1/units")
    assert_problem(refused, 500, "unexpected")
    assert "swordfish" not in refused.text
    assert "swordfish" in capsys.readouterr().err


def test_422_lists_the_first_errors_and_counts_the_others(admin):
    refused = admin.post("/v1/units", {"name": "x", "level": "team", **{f"member {n}": n for n in range(9_000)}})
    assert_problem(refused, 422, "invalid-fields")
    assert (len(refused.json["errors"]), refused.json["more_errors"]) == (20, 8_980)
    assert len(refused.data) < 10_000


def test_422_repeats_no_long_name_and_no_long_value(world, admin):
    key_result = world.key_result(metric={"kind": "milestones", "steps": [{"name": "Open"}]})
    for body, path in (
        ({"x" * 500_000: 1}, "/v1/units"),
        ({"milestones": ["x" * 500_000]}, f"/v1/key-results/{key_result}/check-ins"),
    ):
        refused = admin.post(path, body)
        assert refused.status_code == 422
        assert len(refused.data) < 5_000
