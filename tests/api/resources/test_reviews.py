"""Reviews over HTTP: recorded, read with the events that followed, and their decisions completed."""

from datetime import date, timedelta

import pytest

from okr_events.register.encryption_keys import ERASED_TEXT
from okr_events.register.tokens import Role
from tests.api.command_catalog import CENTURY, REASON, UNKNOWN_ID
from tests.api.problem_assertions import broken_rule

REVIEW_TEXTS = {"what_worked": ["Asking early\nand often"], "what_did_not": ["Guessing"], "lessons": ["Ask"]}


@pytest.fixture
def unit_and_cycle(world):
    """A new unit, and a cycle of its own."""
    return {"unit_id": world.create_for_argument("unit_id"), "cycle_id": world.create_for_argument("cycle_id")}


@pytest.fixture
def hold_review(member, unit_and_cycle):
    def run(caller=member, **fields):
        return caller.post("/v1/reviews", {**unit_and_cycle, "kind": "quarterly", "lessons": ["Ask"]} | fields)

    return run


def item_ids(page):
    return [each["id"] for each in page.json["items"]]


def fetch_all_pages(reader, path):
    """The ids on all pages, and the size of each page."""
    found, sizes, page = [], [], reader.get(path)
    while True:
        found += item_ids(page)
        sizes.append(len(item_ids(page)))
        if not page.json["next"]:
            return found, sizes
        page = reader.get(page.headers["Link"].removeprefix("<").partition(">")[0])


def test_a_review_reads_as_it_was_recorded(hold_review, unit_and_cycle, member, admin, reader):
    made = [{"text": "Ask every week", "owner": admin.person, "due_on": "2026-02-01"}, {"text": "Guess less"}]
    held = hold_review(**REVIEW_TEXTS, held_on="2026-01-05", participants=[admin.person, member.person], decisions=made)
    assert (held.status_code, held.headers["Location"]) == (201, f"/v1/reviews/{held.json['id']}")
    result = reader.get(held.headers["Location"]).json
    assert result == held.json
    by = {"author": member.person, "author_name": "Member", "recorded_at": result["recorded_at"]}
    first, second = (each.pop("id") for each in result["decisions"])
    undone = {
        "review_id": result["id"],
        "state": "open",
        "done_on": None,
        "done_by": None,
        "version": 1,
        **by,
        **unit_and_cycle,
    }
    assert result["decisions"] == [
        made[0] | undone | {"overdue": True},
        undone | made[1] | {"owner": None, "due_on": None, "overdue": False},
    ]
    del result["id"], result["position"], result["decisions"]
    assert result == {
        **REVIEW_TEXTS,
        **by,
        **unit_and_cycle,
        "kind": "quarterly",
        "held_on": "2026-01-05",
        "participants": [admin.person, member.person],
        "adjustments": [],
        "version": 1,
    }
    assert [reader.get(f"/v1/decisions/{id}").json["text"] for id in (first, second)] == ["Ask every week", "Guess less"]


def test_adjustments_read_as_events(world, hold_review, member, reader):
    launch = world.key_result(title="Launch it")
    target = member.post(f"/v1/key-results/{launch}/target", {"target": 6, "reason": REASON}).json["position"]
    review = hold_review(adjustments=[target]).json["id"]
    renamed = member.patch(f"/v1/key-results/{launch}", {"title": "Ship it"}).json["position"]
    linked = member.post(f"/v1/reviews/{review}/adjustments", {"adjustments": [renamed, target]})
    assert (linked.status_code, linked.json["version"]) == (200, 2)
    result = reader.get(f"/v1/reviews/{review}").json
    assert result == {**linked.json, "position": result["position"]}
    by = {"subject_id": launch, "actor": member.person, "actor_name": "Member"}
    moved, named = result["adjustments"]
    assert moved.pop("recorded_at") < named.pop("recorded_at")
    revised = {"position": target, "type": "KeyResult.TargetRevised", "reason": REASON, **by}
    assert moved == {**revised, "sentence": 'Member moved the target of "Launch it" from 4 to 6.'}
    what = {"position": renamed, "type": "KeyResult.Renamed", "reason": None, **by}
    assert named == {**what, "sentence": 'Member renamed the key result from "Launch it" to "Ship it".'}


def test_an_adjustment_names_whom_a_goal_was_taken_from(world, hold_review, member, admin):
    launch = world.key_result(title="Launch it", owner=admin.person)
    body = {"owner": member.person, "reason": REASON}
    handed = member.post(f"/v1/key-results/{launch}/reassignment", body).json["position"]
    (result,) = hold_review(adjustments=[handed]).json["adjustments"]
    assert result["sentence"] == 'Member reassigned "Launch it" from Admin to Member.'


@pytest.mark.parametrize(
    ("fields", "pointer"),
    [
        ({"kind": "daily"}, "/kind"),
        ({"kind": None}, "/kind"),
        ({"unit_id": UNKNOWN_ID}, "/unit_id"),
        ({"cycle_id": UNKNOWN_ID}, "/cycle_id"),
        ({"held_on": "9999-12-31"}, "/held_on"),
        ({"held_on": "yesterday"}, "/held_on"),
        ({"participants": [UNKNOWN_ID]}, "/participants/0"),
        ({"what_worked": ["Asking", " \n"]}, "/what_worked/1"),
        ({"what_did_not": [""]}, "/what_did_not/0"),
        ({"lessons": ["x" * 10_001]}, "/lessons/0"),
        ({"lessons": ["x"] * 51}, "/lessons"),
        ({"lessons": None}, ""),
        ({"decisions": [{"text": "Ask"}, {"owner": UNKNOWN_ID}]}, "/decisions/1/text"),
        ({"decisions": [{"text": " "}]}, "/decisions/0/text"),
        ({"decisions": [{"text": "Ask", "owner": UNKNOWN_ID}]}, "/decisions/0/owner"),
        ({"decisions": [{"text": "Ask", "due_on": "soon"}]}, "/decisions/0/due_on"),
        ({"decisions": [{"text": "Ask", "done": True}]}, "/decisions/0/done"),
        ({"adjustments": [1, 10**9]}, "/adjustments/1"),
        ({"adjustments": [0]}, "/adjustments/0"),
        ({"adjustments": ["1"]}, "/adjustments/0"),
        ({"adjustments": [1] * 101}, "/adjustments"),
        ({"author": UNKNOWN_ID}, "/author"),
    ],
)
def test_an_invalid_field_has_a_pointer(installation, hold_review, fields, pointer):
    before = installation.head
    refused = hold_review(**fields)
    assert (refused.status_code, [error["pointer"] for error in refused.json["errors"]]) == (422, [pointer])
    assert installation.head == before


@pytest.mark.parametrize("fields", [{}, {"adjustments": []}, {"adjustments": [10**9]}, {"adjustments": [True]}])
def test_adjustments_are_positions_that_are_there(world, member, fields):
    refused = member.post(f"/v1/reviews/{world['review']}/adjustments", fields)
    assert refused.status_code == 422
    assert refused.json["errors"][0]["pointer"].startswith("/adjustments")


def test_a_decision_is_carried_out_and_was_open_until_then(hold_review, member, reader):
    held = hold_review(decisions=[{"text": "Ask", "due_on": "2026-02-01"}, {"text": "Guess less"}]).json
    path = f"/v1/decisions/{held['decisions'][0]['id']}"
    seen = reader.get(path)
    assert (seen.json["state"], seen.json["overdue"]) == ("open", True)
    done = member.post(f"{path}/completion", {}, If_Match=seen.headers["ETag"])
    today = {"done_on": done.json["done_on"], "done_by": member.person}
    assert date.fromisoformat(today["done_on"]) >= date.fromisoformat(held["recorded_at"][:10])
    assert (done.status_code, done.headers["Location"]) == (200, path)
    assert {**done.json, "position": None} == {
        **seen.json,
        **today,
        "state": "done",
        "overdue": False,
        "version": 2,
        "position": None,
    }
    assert reader.get(path, {"as_of": f"position:{held['position']}"}).json == seen.json
    review = reader.get(f"/v1/reviews/{held['id']}").json
    assert (review["version"], [each["state"] for each in review["decisions"]]) == (2, ["done", "open"])
    then = reader.get(f"/v1/reviews/{held['id']}", {"as_of": f"position:{held['position']}"}).json
    assert (then["version"], then["decisions"]) == (1, held["decisions"])
    assert broken_rule(member.post(f"{path}/completion", {}, If_Match=seen.headers["ETag"])) == (412, "stale")
    assert broken_rule(member.post(f"{path}/completion", {})) == (409, "decision-done")


def test_a_decision_is_overdue_from_the_day_after_it_was_due(hold_review, reader):
    today = reader.get("/v1/alignment-tree").json["effective_on"]
    due = [date.fromisoformat(today) + timedelta(days=days) for days in (-1, 0, 1)]
    held = hold_review(decisions=[{"text": "Ask", "due_on": day.isoformat()} for day in due]).json
    assert [each["overdue"] for each in held["decisions"]] == [True, False, False]


def test_who_recorded_a_review_or_took_part_links_adjustments(world, hold_review, member, admin):
    participant, stranger = (world.installation.caller(Role.MEMBER, name) for name in ("Participant", "Stranger"))
    path = f"/v1/reviews/{hold_review(participants=[participant.person]).json['id']}/adjustments"
    for caller in (member, participant, admin):
        assert caller.post(path, {"adjustments": [1]}).status_code == 200
    assert broken_rule(stranger.post(path, {"nonsense": 1})) == (403, "not-your-review")


def test_who_owns_a_decision_or_recorded_it_completes_it(world, hold_review, member, admin):
    owner, participant = (world.installation.caller(Role.MEMBER, name) for name in ("Owner", "Participant"))
    made = [{"text": "Ask", "owner": owner.person}] * 3
    held = hold_review(participants=[participant.person], decisions=made).json
    for caller, decision in zip((owner, member, admin), held["decisions"], strict=True):
        path = f"/v1/decisions/{decision['id']}/completion"
        assert broken_rule(participant.post(path, {"nonsense": 1})) == (403, "not-your-decision")
        assert caller.post(path).status_code == 200


def test_a_sealed_cycle_is_looked_back_on_all_the_same(world, member):
    held = member.post(
        "/v1/reviews",
        {
            "unit_id": world["team"],
            "cycle_id": world["sealed"],
            "kind": "weekly",
            "decisions": [{"text": "Ask"}],
            **REVIEW_TEXTS,
        },
    )
    assert held.status_code == 201
    assert member.post(f"/v1/decisions/{held.json['decisions'][0]['id']}/completion").status_code == 200
    after = member.get(f"/v1/cycles/{world['sealed']}/after-seal").json["items"]
    assert [fact["type"] for fact in after[-2:]] == ["Review.Held", "Review.DecisionCompleted"]


def test_a_review_sent_again_is_recorded_once(installation, unit_and_cycle, member):
    body = {**unit_and_cycle, "kind": "weekly", **REVIEW_TEXTS, "decisions": [{"text": "Ask"}]}
    first = member.post("/v1/reviews", body, Idempotency_Key=unit_and_cycle["unit_id"])
    path, head = f"/v1/decisions/{first.json['decisions'][0]['id']}/completion", installation.head
    done = member.post(path, Idempotency_Key=path)
    again = [
        member.post("/v1/reviews", body, Idempotency_Key=unit_and_cycle["unit_id"]),
        member.post(path, Idempotency_Key=path),
    ]
    assert [answer.json for answer in again] == [first.json, done.json]
    assert {answer.headers["Idempotency-Replayed"] for answer in again} == {"true"}
    assert installation.head == head + 1


def test_a_review_is_rehearsed_with_its_adjustments(installation, unit_and_cycle, member):
    body, before = {**unit_and_cycle, "kind": "weekly", "adjustments": [installation.head]}, installation.read_state()
    rehearsed = member.post("/v1/reviews?dry_run=true", body)
    assert (rehearsed.status_code, rehearsed.json["position"]) == (201, None)
    assert [each["position"] for each in rehearsed.json["adjustments"]] == body["adjustments"]
    assert installation.read_state() == before


def test_reviews_are_listed_by_cycle_unit_and_kind(world, hold_review, unit_and_cycle, reader):
    below = world.create("units", name=world["name"], level="team", parent_id=unit_and_cycle["unit_id"])
    other = world.create("cycles", name=world["name"], **CENTURY)
    made = [hold_review(), hold_review(kind="weekly"), hold_review(unit_id=below), hold_review(cycle_id=other)]
    mine, weekly, lower, later = (each.json["id"] for each in made)
    path, cycle = f"/v1/reviews?unit={unit_and_cycle['unit_id']}", f"cycle={unit_and_cycle['cycle_id']}"
    assert item_ids(reader.get(path)) == [mine, weekly, lower, later]
    assert item_ids(reader.get(f"{path}&{cycle}")) == [mine, weekly, lower]
    assert item_ids(reader.get(f"/v1/reviews?{cycle}&kind=weekly")) == [weekly]
    assert item_ids(reader.get(f"/v1/reviews?unit={below}")) == [lower]
    assert item_ids(reader.get(f"{path}&as_of=position:{made[1].json['position']}")) == [mine, weekly]
    assert fetch_all_pages(reader, f"{path}&limit=3") == ([mine, weekly, lower, later], [3, 1])
    assert reader.get(path).json["items"][0] == made[0].json
    for unknown in (f"unit={UNKNOWN_ID}", "cycle=nowhere"):
        assert reader.get(f"/v1/reviews?{unknown}").status_code == 404
    assert reader.get("/v1/reviews?kind=daily").status_code == 422


def test_decisions_are_listed_by_owner_and_state_a_page_at_a_time(hold_review, unit_and_cycle, member, admin, reader):
    texts = [[str(n) for n in range(start, start + 3)] for start in (0, 3)]
    held = [hold_review(decisions=[{"text": text, "owner": admin.person} for text in some]).json for some in texts]
    done = held[0]["decisions"][1]["id"]
    member.post(f"/v1/decisions/{done}/completion")
    made = [each["id"] for review in held for each in review["decisions"]]
    path = f"/v1/decisions?cycle={unit_and_cycle['cycle_id']}&unit={unit_and_cycle['unit_id']}"
    for limit, sizes in ((2, [2, 2, 2]), (4, [4, 2]), (6, [6])):
        assert fetch_all_pages(reader, f"{path}&limit={limit}") == (made, sizes)
    assert [each["text"] for each in reader.get(path).json["items"]] == [text for some in texts for text in some]
    assert item_ids(reader.get(f"{path}&state=done")) == [done]
    assert fetch_all_pages(reader, f"{path}&state=open&limit=2") == ([id for id in made if id != done], [2, 2, 1])
    assert item_ids(reader.get(f"{path}&state=done&as_of=position:{held[1]['position']}")) == []
    assert item_ids(reader.get(f"{path}&owner={admin.person}")) == made
    assert item_ids(reader.get(f"{path}&owner={member.person}")) == []
    assert reader.get(f"{path}&state=late").status_code == 422


def test_open_decisions_are_their_owners_responsibility(world, hold_review, unit_and_cycle, admin, reader):
    ben = world.create("people", name="Ben")
    held = hold_review(decisions=[{"text": text, "owner": ben, "due_on": "2026-02-01"} for text in ("Ask", "Guess less")]).json
    first, second = (each["id"] for each in held["decisions"])
    admin.post(f"/v1/decisions/{first}/completion")
    path, since = f"/v1/people/{ben}/responsibilities", held["recorded_at"]
    [mine] = reader.get(path).json["decisions"]
    due = {"due_on": "2026-02-01", "since": since, "review_id": held["id"], **unit_and_cycle}
    assert mine == {"id": second, "text": "Guess less", **due}
    then = reader.get(path, {"as_of": f"position:{held['position']}"}).json["decisions"]
    assert {each["id"]: each["text"] for each in then} == {first: "Ask", second: "Guess less"}


def test_the_feed_tells_what_is_about_a_decision(hold_review, member, auditor):
    held = hold_review(decisions=[{"text": "Ask"}, {"text": "Guess less"}]).json
    first, second = (each["id"] for each in held["decisions"])
    member.post(f"/v1/decisions/{second}/completion")
    for id, result in ((first, ["Review.Held"]), (second, ["Review.Held", "Review.DecisionCompleted"])):
        assert [event["type"] for event in auditor.get(f"/v1/events?subject={id}").json["items"]] == result


def test_whoever_is_erased_is_gone_from_reviews(fresh_installation, fresh_admin, fresh_world):
    victim = fresh_installation.caller(Role.MEMBER, "Tarmigant")
    launch = fresh_world.key_result(objective=fresh_world.objective(owner=victim.person))
    scored = victim.post(f"/v1/key-results/{launch}/score", {"score": "0.5", "reason": "Quillback said so"}).json["position"]
    body = {"unit_id": fresh_world["team"], "cycle_id": fresh_world["cycle"], "kind": "weekly", "adjustments": [scored]}
    made = [{"text": "Quillback", "owner": victim.person}]
    fields = {"participants": [victim.person], "decisions": made, "lessons": ["Quillback"]}
    held = victim.post("/v1/reviews", body | fields).json
    assert held["adjustments"][0]["sentence"].startswith("Tarmigant scored")
    assert fresh_admin.post(f"/v1/people/{victim.person}/erasure", {"reason": REASON}).status_code == 200
    result = fresh_admin.get(f"/v1/reviews/{held['id']}")
    assert not [trace for trace in ("Tarmigant", "Quillback") if trace in result.text]
    assert (result.json["author_name"], result.json["lessons"], result.json["participants"]) == (
        ERASED_TEXT,
        [ERASED_TEXT],
        [victim.person],
    )
    assert (result.json["decisions"][0]["text"], result.json["adjustments"][0]["reason"]) == (ERASED_TEXT, ERASED_TEXT)
    before = fresh_installation.head
    for named in ({"participants": [victim.person]}, {"decisions": [{"text": "Ask", "owner": victim.person}]}):
        assert broken_rule(fresh_admin.post("/v1/reviews", body | named)) == (422, "unknown")
    assert fresh_installation.head == before
