"""An Idempotency-Key: the same key, caller and request gives the first response again."""

from decimal import Decimal
from threading import Event, Thread, current_thread
from uuid import UUID, uuid4

import orjson
import pytest

from okr_events.commands.intent import Intent
from okr_events.domain.key_result import KeyResult
from okr_events.event_log import idempotency
from tests.api.command_catalog import REASON
from tests.api.installation import Caller, Installation

REPLAYED = "Idempotency-Replayed"


def test_every_command_gives_its_first_answer_again(installation, world, admin, command):
    method, path, body = world.command(command)
    key = uuid4().hex
    first = admin.call(method, path, body, Idempotency_Key=key)
    kept = installation.read_state()
    again = admin.call(method, path, body, Idempotency_Key=key)
    assert again.headers[REPLAYED] == "true"
    assert REPLAYED not in first.headers
    assert installation.read_state() == kept
    result = first.json
    once = {name: result.pop(name) for name in ("token", "secret", "url") if name in result}
    assert list(once) == {"POST /v1/tokens": ["token"], "POST /v1/calendars": ["secret", "url"]}.get(command, [])
    assert (again.status_code, again.json) == (first.status_code, result)
    for header in ("Location", "OKR-Position", "ETag"):
        assert again.headers.get(header) == first.headers.get(header)


def test_a_repeated_request_is_answered_as_of_the_first_position(world, admin):
    path = f"/v1/key-results/{world.key_result()}"
    sent = [("POST", f"{path}/check-ins", {"value": 1}), ("PATCH", path, {"title": "First"}), ("POST", f"{path}/score", {})]
    first = [admin.call(*each, Idempotency_Key=f"{n}{path}") for n, each in enumerate(sent)]
    assert [answer.status_code for answer in first] == [201, 200, 200]
    admin.patch(path, {"title": "Second"})
    admin.post(f"{path}/target", {"target": 100, "reason": REASON})
    admin.post(f"/v1/check-ins/{first[0].json['id']}/retraction", {"reason": REASON})
    again = [admin.call(*each, Idempotency_Key=f"{n}{path}") for n, each in enumerate(sent)]
    assert [answer.data for answer in again] == [answer.data for answer in first]


def test_a_replay_needs_nothing_to_be_as_it_was(world, admin):
    path = f"/v1/objectives/{world.objective()}"
    first = admin.post(f"{path}/key-results", {"title": "Sell", "metric": {"kind": "binary"}}, Idempotency_Key=path)
    admin.post(f"{path}/cancellation", {"reason": REASON})
    again = admin.post(f"{path}/key-results", {"title": "Sell", "metric": {"kind": "binary"}}, Idempotency_Key=path)
    assert (again.status_code, again.json, again.headers[REPLAYED]) == (201, first.json, "true")


@pytest.mark.parametrize("other", ["body", "path", "method"])
@pytest.mark.parametrize("kind", ["units", "people"])
def test_another_request_under_the_same_key_is_refused(installation, world, admin, kind, other):
    one = {"units": "unit_id", "people": "person_id"}[kind]
    first, second, body, key = (
        world.create_for_argument(one),
        world.create_for_argument(one),
        {"name": world["name"]},
        uuid4().hex,
    )
    admin.patch(f"/v1/{kind}/{first}", body, Idempotency_Key=key)
    before = installation.head
    method, path, body = {
        "body": ("PATCH", f"/v1/{kind}/{first}", {"name": world["name"]}),
        "path": ("PATCH", f"/v1/{kind}/{second}", body),
        "method": ("POST", f"/v1/{kind}", body),
    }[other]
    refused = admin.call(method, path, body, Idempotency_Key=key)
    assert (refused.status_code, refused.json["errors"][0]["header"]) == (422, "Idempotency-Key")
    assert installation.head == before


@pytest.mark.parametrize("first", ["log", "register"])
def test_one_key_belongs_to_one_request_of_log_and_register_together(installation, world, admin, first):
    key = uuid4().hex
    sent = {
        "log": ("/v1/units", {"name": world["name"], "level": "team", "parent_id": world["company"]}),
        "register": ("/v1/people", {"name": world["name"]}),
    }
    second = ({*sent} - {first}).pop()
    assert admin.post(*sent[first], Idempotency_Key=key).status_code == 201
    before = installation.read_state()
    refused = admin.post(*sent[second], Idempotency_Key=key)
    assert (refused.status_code, refused.json["type"]) == (422, "urn:okr-events:problem:key-reused")
    assert installation.read_state() == before
    assert admin.post(*sent[first], Idempotency_Key=key).headers[REPLAYED] == "true"


@pytest.mark.parametrize("first", ["log", "register"])
def test_of_two_requests_with_one_key_at_once_one_is_recorded(installation, world, admin, monkeypatch, first):
    """The second arrives when the first one is about to commit, and gets as far as it can."""
    key, answers, has_gone_far = uuid4().hex, {}, Event()
    sent = {
        "log": ("/v1/units", {"name": world["name"], "level": "team", "parent_id": world["company"]}),
        "register": ("/v1/people", {"name": world["name"]}),
    }
    other = Caller(installation.app.test_client(), admin.token, admin.person)
    log, insert_result = installation.stores.log, idempotency.insert_result
    append_transaction = log.append_transaction

    def send_second():
        answers["second"] = other.post(*sent[({*sent} - {first}).pop()], Idempotency_Key=key)
        has_gone_far.set()

    second = Thread(target=send_second)

    def append_transaction_of_either():
        if current_thread() is second:
            has_gone_far.set()
        return append_transaction()

    def insert_first_result(*stored):
        insert_result(*stored)
        if current_thread() is not second:
            second.start()
            has_gone_far.wait()

    monkeypatch.setattr(log, "append_transaction", append_transaction_of_either)
    monkeypatch.setattr(idempotency, "insert_result", insert_first_result)
    answers["first"] = admin.post(*sent[first], Idempotency_Key=key)
    second.join()
    assert answers["first"].status_code == 201
    assert (answers["second"].status_code, answers["second"].json["type"]) == (422, "urn:okr-events:problem:key-reused")


def test_another_caller_with_the_same_key_is_another_matter(world, admin, member):
    path = f"/v1/key-results/{world['launch']}/check-ins"
    answers = [caller.post(path, {"value": 1}, Idempotency_Key="monday") for caller in (admin, member)]
    assert len({answer.json["id"] for answer in answers}) == 2
    assert [answer.json["author"] for answer in answers] == [admin.person, member.person]


@pytest.mark.parametrize("kind", ["units", "people"])
def test_a_refusal_is_not_kept(world, admin, kind):
    key, path = uuid4().hex, f"/v1/{kind}/{world.create_for_argument({'units': 'unit_id', 'people': 'person_id'}[kind])}"
    assert admin.patch(path, {"name": 7}, Idempotency_Key=key).status_code == 422
    assert admin.patch(path, {"name": world["name"]}, Idempotency_Key=key, If_Match='"7"').status_code == 412
    made = admin.patch(path, {"name": world["name"]}, Idempotency_Key=key)
    assert made.status_code == 200
    assert REPLAYED not in made.headers


def test_what_was_refused_may_be_allowed_later_under_the_same_key(world, admin):
    name = world["name"]
    taken = world.create("units", name=name, level="team", parent_id=world["company"])
    body = {"name": name, "level": "team", "parent_id": world["company"]}
    assert admin.post("/v1/units", body, Idempotency_Key=name).status_code == 409
    admin.patch(f"/v1/units/{taken}", {"name": world["name"]})
    assert admin.post("/v1/units", body, Idempotency_Key=name).status_code == 201


def test_a_rehearsal_is_not_kept_and_keeps_nothing(world, admin, command):
    method, path, body = world.command(command)
    key = uuid4().hex
    for _ in range(2):
        assert admin.call(method, f"{path}?dry_run=true", body, Idempotency_Key=key).json["position"] is None
    made = admin.call(method, path, body, Idempotency_Key=key)
    assert made.status_code in {200, 201}
    assert REPLAYED not in made.headers


def test_what_changes_nothing_is_kept_too(installation, world, admin):
    path = f"/v1/objectives/{world.objective(title='Same')}"
    before = installation.head
    first = admin.patch(path, {"title": "Same"}, Idempotency_Key=path)
    admin.patch(path, {"title": "Another"})
    again = admin.patch(path, {"title": "Same"}, Idempotency_Key=path)
    assert (first.json["position"], again.json, again.headers[REPLAYED]) == (before, first.json, "true")


def test_a_key_survives_a_restart(fresh_installation, fresh_world, fresh_admin):
    batch = {"check_ins": [{"key_result_id": fresh_world["launch"], "value": value} for value in (1, 2)]}
    sent = [("/v1/check-ins/batch", batch), ("/v1/people", {"name": "Ada"})]
    first = [fresh_admin.post(*each, Idempotency_Key=f"k{n}") for n, each in enumerate(sent)]
    fresh_installation.close()
    with_another_process = Installation.create(fresh_installation.engine, fresh_installation.settings)
    caller = Caller(with_another_process.app.test_client(), fresh_admin.token, fresh_admin.person)
    again = [caller.post(*each, Idempotency_Key=f"k{n}") for n, each in enumerate(sent)]
    assert [answer.json for answer in again] == [answer.json for answer in first]
    assert [answer.headers[REPLAYED] for answer in again] == ["true", "true"]
    with_another_process.close()


def test_a_crash_between_commit_and_answer_loses_nothing(installation, world, admin):
    key_result = world.key_result()
    path, body = f"/v1/key-results/{key_result}/check-ins", {"value": 1}
    key = installation.stores.register.idempotency_key(
        UUID(admin.person), "crash", method="POST", path=path, body=orjson.dumps(body, option=orjson.OPT_INDENT_2)
    )
    recorded = installation.stores.okrs.check_in(Intent(UUID(admin.person), key=key), UUID(key_result), value=Decimal(1))
    answer = admin.post(path, orjson.dumps(body, option=orjson.OPT_INDENT_2), Idempotency_Key="crash")
    assert (answer.status_code, answer.headers[REPLAYED]) == (201, "true")
    assert (answer.json["id"], answer.json["position"]) == (str(recorded.id), recorded.position)
    assert len(installation.stores.okrs.load(KeyResult, UUID(key_result)).check_ins) == 1
