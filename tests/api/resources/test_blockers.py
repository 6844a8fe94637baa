"""Blockers over HTTP: reported by check-ins, listed with their age, resolved."""

from datetime import UTC, datetime

import pytest

from tests.api.command_catalog import CENTURY, REASON, UNKNOWN_ID
from tests.api.problem_assertions import broken_rule

ILLNESS = {"kind": "capacity", "text": "Two are ill"}
DELAY = {"kind": "dependency", "text": "They are slow"}


@pytest.fixture
def launch(world):
    return world.key_result()


@pytest.fixture
def check_in_with_blockers(admin, launch):
    """A check-in on `launch` that reports two blockers."""
    return admin.post(f"/v1/key-results/{launch}/check-ins", {"status": "at_risk", "blockers": [ILLNESS, DELAY]}).json


@pytest.fixture
def list_blockers(reader):
    def ids(**query):
        answer = reader.get("/v1/blockers", query)
        assert answer.status_code == 200, answer.text
        return [item["id"] for item in answer.json["items"]]

    return ids


def blocker_ids(check_in):
    return [blocker["id"] for blocker in check_in["blockers"]]


def blocker_states(check_in):
    return [blocker["state"] for blocker in check_in["blockers"]]


def test_a_blocker_shows_its_check_in_and_its_age(check_in_with_blockers, launch, admin, reader):
    [first, _] = blocker_ids(check_in_with_blockers)
    blocker = reader.get(f"/v1/blockers/{first}")
    assert blocker.headers["ETag"].startswith('"1.')
    assert blocker.json == {
        "id": first,
        "key_result_id": launch,
        "check_in_id": check_in_with_blockers["id"],
        **ILLNESS,
        "owner": None,
        "author": admin.person,
        "author_name": "Admin",
        "opened_at": check_in_with_blockers["recorded_at"],
        "state": "open",
        "resolved_on": None,
        "resolved_by": None,
        "age_days": 0,
        "version": 1,
    }


def test_once_resolved_it_says_when_and_by_whom_and_was_open_before(check_in_with_blockers, admin, reader):
    first, second = blocker_ids(check_in_with_blockers)
    before = reader.get(f"/v1/blockers/{first}").json
    answer = admin.post(f"/v1/blockers/{first}/resolution", {"reason": REASON})
    assert (answer.status_code, answer.headers["Location"]) == (200, f"/v1/blockers/{first}")
    today = datetime.now(UTC).date().isoformat()
    gone = {"state": "resolved", "resolved_on": today, "resolved_by": admin.person, "version": 2}
    assert answer.json == {**before, **gone, "position": answer.json["position"]}
    assert reader.get(f"/v1/blockers/{first}").json == {**before, **gone}
    then = {"as_of": f"position:{check_in_with_blockers['position']}"}
    assert reader.get(f"/v1/blockers/{first}", then).json == before
    assert blocker_states(reader.get(f"/v1/check-ins/{check_in_with_blockers['id']}").json) == ["resolved", "open"]
    assert blocker_states(reader.get(f"/v1/check-ins/{check_in_with_blockers['id']}", then).json) == ["open", "open"]
    assert reader.get(f"/v1/blockers/{second}").json["state"] == "open"


def test_the_key_result_keeps_its_version_and_tells_it_in_its_history(check_in_with_blockers, launch, admin, reader):
    version = reader.get(f"/v1/key-results/{launch}").json["version"]
    resolved = admin.post(f"/v1/blockers/{blocker_ids(check_in_with_blockers)[0]}/resolution", {"reason": REASON}).json
    part = reader.get(f"/v1/key-results/{launch}").json
    assert part["version"] == version
    for goal in (f"key-results/{launch}", f"objectives/{part['objective_id']}"):
        last = reader.get(f"/v1/{goal}/history").json["items"][-1]
        assert (last["type"], last["position"], last["reason"]) == (
            "Conversation.BlockerResolved",
            resolved["position"],
            REASON,
        )
        assert last["fields"] == {"blocker_id": resolved["id"], "resolved_on": resolved["resolved_on"]}


def test_a_correction_withdraws_what_it_replaces_and_what_was_resolved_stays_so(
    check_in_with_blockers, admin, reader, list_blockers, launch
):
    first, second = blocker_ids(check_in_with_blockers)
    admin.post(f"/v1/blockers/{first}/resolution")
    corrected = admin.post(
        f"/v1/check-ins/{check_in_with_blockers['id']}/correction", {"blockers": [DELAY], "reason": REASON}
    ).json
    assert blocker_states(corrected["original"]) == ["resolved", "withdrawn"]
    assert blocker_states(corrected) == ["open"]
    assert reader.get(f"/v1/blockers/{second}").json["age_days"] is None
    [other] = blocker_ids(corrected)
    assert reader.get(f"/v1/blockers/{other}").json["opened_at"] == check_in_with_blockers["recorded_at"]
    admin.post(f"/v1/check-ins/{check_in_with_blockers['id']}/retraction", {"reason": REASON})
    by_state = [list_blockers(key_result=launch, state=state) for state in ("open", "resolved", "withdrawn")]
    assert by_state == [[], [first], [second, other]]
    for gone in (first, second, other):
        assert broken_rule(admin.post(f"/v1/blockers/{gone}/resolution")) == (409, "blocker-gone")


def test_412_comes_before_409(check_in_with_blockers, admin):
    [first, _] = blocker_ids(check_in_with_blockers)
    path = f"/v1/blockers/{first}/resolution"
    assert broken_rule(admin.post(path, If_Match='"2"')) == (412, "stale")
    assert admin.post(path, If_Match='"1"').status_code == 200
    refused = admin.post(path, If_Match='"1"')
    assert (broken_rule(refused), refused.json["version"]) == ((412, "stale"), 2)
    assert broken_rule(admin.post(path, If_Match='"2"')) == (409, "blocker-gone")


def test_there_is_none_of_another_kind_of_thing(check_in_with_blockers, admin, reader):
    for id in (UNKNOWN_ID, check_in_with_blockers["id"], check_in_with_blockers["key_result_id"]):
        assert reader.get(f"/v1/blockers/{id}").status_code == 404
        assert admin.post(f"/v1/blockers/{id}/resolution").status_code == 404


def test_a_member_resolves_what_is_theirs(world, admin, member):
    foreign = world.key_result(objective=world.objective(owner=world["team"]))
    theirs = member.post(f"/v1/key-results/{foreign}/check-ins", {"status": "at_risk", "blockers": [ILLNESS]}).json
    own = [
        blocker_ids(theirs)[0],
        world.blocker(foreign, owner=member.person),
        world.blocker(world.key_result(objective=world.objective(owner=world["team"]), owner=member.person)),
        world.blocker(world.key_result(), owner=None),
    ]
    for blocker in own:
        assert member.post(f"/v1/blockers/{blocker}/resolution").status_code == 200
    other = world.blocker(foreign, owner=admin.person)
    assert broken_rule(member.post(f"/v1/blockers/{other}/resolution", {"nonsense": 1})) == (403, "not-yours")


def test_blockers_are_filtered_by_cycle_unit_owner_key_result_and_state(world, admin, list_blockers):
    cycle = world.create("cycles", name=world["name"], **CENTURY)
    unit = world.create_for_argument("unit_id")
    owner = world.create("people", name="Ben")
    goal = world.objective(cycle_id=cycle, unit_id=unit, owner=admin.person)
    part, other = (world.key_result(objective=goal) for _ in range(2))
    first, second, third = world.blocker(part, owner=owner), world.blocker(part), world.blocker(other, owner=owner)
    admin.post(f"/v1/blockers/{third}/resolution")
    assert list_blockers(cycle=cycle) == list_blockers(unit=unit) == [first, second, third]
    assert list_blockers(owner=owner) == [first, third]
    assert list_blockers(key_result=part) == [first, second]
    assert (
        list_blockers(unit=unit, state="open") == list_blockers(cycle=cycle, state="open", key_result=part) == [first, second]
    )
    assert list_blockers(owner=owner, state="resolved", cycle=cycle) == [third]
    assert {first, second, third} <= set(list_blockers(unit=world["company"], limit=200))
    assert list_blockers(cycle=world["cycle"], unit=unit) == []


def test_pages_split_the_blockers_of_one_check_in(launch, admin, reader):
    made = [{**ILLNESS, "text": f"{n}"} for n in range(5)]
    for _ in range(2):
        admin.post(f"/v1/key-results/{launch}/check-ins", {"status": "at_risk", "blockers": made})
    seen, page = [], reader.get(f"/v1/blockers?key_result={launch}&limit=2")
    while page.json["next"]:
        assert len(page.json["items"]) == 2
        seen += page.json["items"]
        page = reader.get(page.headers["Link"].removeprefix("<").partition(">")[0])
    assert [each["text"] for each in seen + page.json["items"]] == [*"01234", *"01234"]


def test_unknown_filters_are_refused(reader):
    for wrong in ("state=closed", "owner=x", "key_result=x", "after=-1", "nonsense=1"):
        assert reader.get(f"/v1/blockers?{wrong}").status_code == 422, wrong
    for nothing in ("cycle=nonsense", f"unit={UNKNOWN_ID}"):
        assert reader.get(f"/v1/blockers?{nothing}").status_code == 404, nothing


def test_open_blockers_are_among_responsibilities(world, admin, reader, launch):
    ben = world.create("people", name="Ben")
    blocker, other = world.blocker(launch, owner=ben), world.blocker(launch, owner=ben, text="They are slow")
    admin.post(f"/v1/blockers/{other}/resolution")

    def held():
        return reader.get(f"/v1/people/{ben}/responsibilities").json["blockers"]

    [mine] = held()
    assert mine.pop("since") == reader.get(f"/v1/blockers/{blocker}").json["opened_at"]
    assert mine == {"id": blocker, "key_result_id": launch, **ILLNESS}
    admin.post(f"/v1/key-results/{launch}/cancellation", {"reason": REASON})
    assert held() == []


def test_its_words_are_erased_with_their_author(fresh_world, fresh_admin):
    stranger = fresh_world.member
    part = fresh_world.key_result()
    body = stranger.post(f"/v1/key-results/{part}/check-ins", {"status": "at_risk", "blockers": [ILLNESS]}).json
    assert fresh_admin.post(f"/v1/people/{stranger.person}/erasure", {"reason": REASON}).status_code == 200
    [blocker] = fresh_admin.get("/v1/blockers", {"key_result": part}).json["items"]
    assert blocker["id"] == blocker_ids(body)[0]
    assert "ill" not in blocker["text"] + blocker["author_name"]
    assert "Member" not in blocker["author_name"]


def test_the_feed_tells_of_one_blocker(check_in_with_blockers, auditor, admin):
    first, second = blocker_ids(check_in_with_blockers)
    for blocker in (second, first):
        admin.post(f"/v1/blockers/{blocker}/resolution")
    page = auditor.get("/v1/events", {"subject": first, "limit": 200}).json["items"]
    assert [event["type"] for event in page] == ["KeyResult.CheckedIn", "Conversation.BlockerResolved"]
    assert page[1]["data"]["blocker_id"] == first
