"""Concurrent requests: each key and each version is used once, and no check-in is lost."""

from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import pytest

from tests.api.command_catalog import COMMANDS
from tests.api.problem_assertions import assert_problem

pytestmark = pytest.mark.slow

THREADS = 6
LOG_CHANGES = [each for each in COMMANDS if "<" in each and not {"people", "tokens", "calendars"} & set(each.split("/"))]
"""The commands on existing resources whose version the log holds; the register checks and changes one in one transaction."""


def send_concurrently(caller, method, path, body, *, each=None, **headers):
    """The same request from several threads; `each` gives every one its own body."""

    def call(number):
        return caller.call(method, path, each(number) if each else body, **headers)

    with ThreadPoolExecutor(THREADS) as pool:
        return list(pool.map(call, range(THREADS)))


@pytest.mark.parametrize(
    "sent",
    [
        "POST /v1/units",
        "PATCH /v1/units/<uuid:unit_id>",
        "POST /v1/people",
        "PATCH /v1/people/<uuid:person_id>",
        "POST /v1/tokens",
        "POST /v1/cycles/<uuid:cycle_id>/activation",
        "POST /v1/objectives/<uuid:objective_id>/reassignment",
        "POST /v1/objectives/<uuid:objective_id>/cancellation",
        "POST /v1/key-results/<uuid:key_result_id>/check-ins",
        "POST /v1/check-ins/batch",
        "POST /v1/check-ins/<uuid:check_in_id>/retraction",
        "POST /v1/blockers/<uuid:blocker_id>/resolution",
        "POST /v1/objectives/<uuid:objective_id>/comments",
        "POST /v1/comments/<uuid:comment_id>/answers",
        "POST /v1/alignments",
    ],
)
def test_one_key_is_recorded_once(installation, world, admin, member, sent):
    caller = member if "reassignment" in sent else admin
    method, path, body = world.command(sent)
    before = installation.head, installation.stores.register.people.revision()
    conditions = {"If_Match": '"1"'} if "PATCH" in sent else {}
    answers = send_concurrently(caller, method, path, body, Idempotency_Key=uuid4().hex, **conditions)
    result = [answer.json for answer in answers]
    once = [each.pop("token") for each in result if "token" in each]
    assert len(once) == ("/tokens" in sent)
    assert {answer.status_code for answer in answers} <= {200, 201}, [answer.text for answer in answers]
    assert all(each == result[0] for each in result)
    assert sum("Idempotency-Replayed" not in answer.headers for answer in answers) == 1
    recorded = {
        "/people": (0, 1),
        "/tokens": (0, 0),
        "batch": (2, 0),
        "/answers": (1, 0),
        "/comments": (2, 0),
        "/blockers": (2, 0),
    }
    grown = next((grown for word, grown in recorded.items() if word in sent), (1, 0))
    assert (installation.head - before[0], installation.stores.register.people.revision() - before[1]) == grown


def test_no_check_in_is_lost(world, admin, reader):
    path = f"/v1/key-results/{world.key_result()}/check-ins"
    answers = send_concurrently(admin, "POST", path, None, each=lambda number: {"value": number})
    assert [answer.status_code for answer in answers] == [201] * THREADS
    result = reader.get(path).json["items"]
    assert {each["id"] for each in result} == {answer.json["id"] for answer in answers}


def test_no_comment_is_lost_not_even_of_those_that_come_first(installation, world, admin, reader):
    path, before = f"/v1/objectives/{world.objective()}/comments", installation.head
    answers = send_concurrently(admin, "POST", path, None, each=lambda number: {"kind": "feedback", "text": f"{number}"})
    assert [answer.status_code for answer in answers] == [201] * THREADS
    result = reader.get(path).json["items"]
    assert sorted(each["text"] for each in result) == [str(number) for number in range(THREADS)]
    assert installation.head == before + 1 + THREADS


def test_a_change_is_recorded_or_refused_never_lost(world, admin, reader):
    path = f"/v1/objectives/{world.objective()}"
    answers = send_concurrently(admin, "PATCH", path, None, each=lambda number: {"title": f"Title {number}"})
    done = [answer for answer in answers if answer.status_code == 200]
    assert {answer.json["type"] for answer in answers if answer not in done} <= {"urn:okr-events:problem:version-conflict"}
    assert {answer.status_code for answer in answers} <= {200, 409}
    facts = reader.get(f"{path}/history").json["items"][1:]
    assert {fact["fields"]["title"] for fact in facts} == {answer.json["title"] for answer in done}


def test_one_version_is_changed_once(world, admin):
    for path in (f"/v1/objectives/{world.objective()}", f"/v1/people/{world.create_for_argument('person_id')}"):
        field = "title" if "objectives" in path else "name"
        answers = send_concurrently(admin, "PATCH", path, None, each=lambda number: {field: f"x{number}"}, If_Match='"1"')  # noqa: B023
        done, *refused = sorted(answers, key=lambda answer: answer.status_code)
        assert done.status_code == 200
        for answer in refused:
            assert_problem(answer, 412, "stale")
            assert answer.json["version"] == 2


@pytest.mark.parametrize("log_change", LOG_CHANGES)
def test_the_loser_of_a_race_for_a_version_is_told_the_version_that_won(monkeypatch, installation, world, log_change):
    """Another command of the same kind is recorded between the check of the version and the append.

    Comments and others leave the version as it is: both are recorded.
    """
    method, path, body = world.command(log_change)
    seen = world.admin.call(method, path, body, If_Match='"99"').json["version"]
    recorder = installation.stores.log
    rivals = []

    def record(append):
        if not rivals:
            rivals.append(None)
            rivals[0] = world.admin.call(method, path, body)
        return type(recorder).record(recorder, append)

    monkeypatch.setattr(recorder, "record", record)
    lost = world.admin.call(method, path, body, If_Match=f'"{seen}"')
    assert rivals[0].status_code in {200, 201}, rivals[0].text
    if lost.status_code not in {200, 201}:
        assert_problem(lost, 412, "stale")
        assert lost.json["version"] > seen
    else:
        assert "PATCH" not in log_change


def test_a_name_is_taken_once(world, admin):
    name, parent = world["name"], world.create_for_argument("unit_id")
    body = {"name": name, "level": "team", "parent_id": parent}
    answers = send_concurrently(admin, "POST", "/v1/units", body)
    assert sorted(answer.status_code for answer in answers) == [201] + [409] * (THREADS - 1)


def test_links_made_at_once_close_no_circle(world, admin):
    first, second = world.objective(), world.objective()
    outer = world.create_for_argument("unit_id")
    inner = world.create("units", name="Inner", level="team", parent_id=outer)
    ends = [world.create("objectives", cycle_id=world["cycle"], unit_id=unit, title="x") for unit in (inner, outer)]
    both = [(ends[0], ends[1]), (ends[0], ends[1]), (first, second)]

    def link(number):
        child, parent = both[number % 2]
        return {"child_id": child, "parent_id": parent, "kind": "vertical"}

    answers = send_concurrently(admin, "POST", "/v1/alignments", None, each=link)
    assert sorted(answer.status_code for answer in answers) == [201] + [409] * (THREADS - 1)


@pytest.mark.parametrize(
    "sent",
    [
        "POST /v1/cycles/<uuid:cycle_id>/activation",
        "PATCH /v1/objectives/<uuid:objective_id>",
        "POST /v1/objectives/<uuid:objective_id>/reassignment",
        "POST /v1/key-results/<uuid:key_result_id>/cancellation",
    ],
)
def test_a_twin_that_is_faster_answers_both(monkeypatch, installation, world, admin, member, sent):
    """A concurrent request with the same key is recorded between the key's lookup and the check of what it changed."""
    caller = admin if "cycles" in sent else member
    method, path, body = world.command(sent)
    request = {"Idempotency_Key": uuid4().hex, "If_Match": '"1"'}
    okrs, twins = installation.stores.okrs, []

    def exists(*what):
        if not twins:
            twins.append(None)
            twins[0] = caller.call(method, path, body, **request)
        return type(okrs).exists(okrs, *what)

    monkeypatch.setattr(okrs, "exists", exists)
    answer = caller.call(method, path, body, **request)
    assert (answer.status_code, answer.json) == (200, twins[0].json)
    assert answer.headers["Idempotency-Replayed"] == "true"
