"""The numbers of sealed cycles never change; later check-ins and comments are kept beside them."""

import json
from hashlib import sha256

import pytest
import rfc8785
from eventsourcing.persistence import InternalError
from structlog.testing import capture_logs

from api.operations import cycle_sealing
from api.operations.follower import Follower
from okr_events.domain.errors import LogBusy
from tests.api.command_catalog import CENTURY, LAUNCHES, REASON
from tests.examination import find_faults

CHECK_IN = {"value": 1, "note": "Quillback", "status": "at_risk"}


@pytest.fixture
def quarter(module_world):
    """An active cycle with an objective and a key result at 1 of 4 with the suggested score, and their ids."""
    return Quarter(module_world)


class Quarter:
    def __init__(self, world, **fields):
        self.world, self.admin = world, world.admin
        self.cycle = world.create("cycles", name=world["name"], **CENTURY | fields)
        self.admin.post(f"/v1/cycles/{self.cycle}/activation")
        self.objective = world.objective(cycle_id=self.cycle)
        self.key_result = world.key_result(objective=self.objective)
        self.check_in = world.create(f"key-results/{self.key_result}/check-ins", **CHECK_IN)
        assert self.admin.post(f"/v1/key-results/{self.key_result}/score", {"root_cause": "Ostrakine"}).json["score"] == "0.25"

    def close(self, **said):
        answer = self.admin.post(f"/v1/cycles/{self.cycle}/closing", {"reason": REASON, **said})
        assert answer.status_code == 200, answer.text
        return answer.json

    def numbers(self, **query):
        tree = self.admin.get("/v1/alignment-tree", {"cycle": self.cycle, "state": "all", **query}).json["roots"]
        listed = self.admin.get("/v1/key-results", {"cycle": self.cycle, **query}).json["items"]
        one = self.admin.get(f"/v1/objectives/{self.objective}", query).json
        return without_versions([tree, listed, one["progress"], one["health"], one["score"], one["key_results"]])


def without_versions(value):
    """Return the value without versions, which rise with later events."""
    if isinstance(value, dict):
        return {name: without_versions(part) for name, part in value.items() if name != "version"}
    return [without_versions(part) for part in value] if isinstance(value, list) else value


def sealed_rule(answer):
    return answer.json["type"].rpartition(":")[2]


def test_a_closed_cycle_says_where_it_was_sealed_and_by_which_digest(quarter, module_world):
    closed = quarter.close()
    assert (closed["state"], closed["seal"]["position"]) == ("closed", closed["position"])
    read = quarter.admin.get(f"/v1/cycles/{quarter.cycle}").json
    sealed = quarter.admin.get(f"/v1/cycles/{quarter.cycle}/seal")
    assert {**sealed.json, "report": None} == {"cycle_id": quarter.cycle, **read["seal"], "report": None}
    canonical = rfc8785.dumps(sealed.json["report"])
    assert canonical in sealed.data, "it is kept and told in its canonical form"
    assert sha256(canonical).hexdigest() == read["seal"]["digest"]
    facts = quarter.admin.get(f"/v1/cycles/{quarter.cycle}/history").json["items"]
    assert [fact["type"] for fact in facts] == ["Cycle.Created", "Cycle.Activated", "Cycle.Closed", "Cycle.Sealed"]
    assert facts[2]["fields"]["policy"] == read["policy"]
    assert facts[3]["fields"] == {"position": facts[2]["position"], "format": 3, "rules": 2, "digest": read["seal"]["digest"]}
    assert (facts[3]["actor"], facts[3]["correlation_id"]) == (facts[2]["actor"], facts[2]["correlation_id"])
    assert not any(fact["after_seal"] for fact in facts)
    assert module_world.installation.stores.log.compute_root(closed["position"]).hex() == sealed.json["report"]["ledger_root"]


def test_the_report_says_what_the_tree_said_and_holds_no_name_and_no_word(quarter, module_world):
    person = module_world.create("people", name="Zanzitum", email="z@example.com")
    quarter.admin.post(f"/v1/objectives/{quarter.objective}/reassignment", {"owner": person, "reason": "Vosmeric"})
    unscored = module_world.key_result(objective=quarter.objective, title="Late")
    position = quarter.close(allow_unscored=True)["position"]
    report = quarter.admin.get(f"/v1/cycles/{quarter.cycle}/seal").json["report"]
    graph = quarter.admin.get(
        "/v1/alignment-tree", {"cycle": quarter.cycle, "shape": "graph", "state": "all", "as_of": f"position:{position}"}
    ).json
    assert report["objectives"] == graph["objectives"]
    assert report["unscored"] == [unscored]
    [score] = report["scores"]
    assert (score["key_result_id"], score["score"], score["suggested"]) == (quarter.key_result, "0.25", "0.25")
    assert len(score["root_cause_sha256"]) == 64
    text = json.dumps(report)
    assert person in text
    assert not [word for word in ("Zanzitum", "Vosmeric", "Quillback", "Ostrakine", "z@example.com", REASON) if word in text]


def test_what_is_said_afterwards_is_recorded_marked_and_listed_and_changes_no_number(quarter, module_world):
    quarter.close()
    before = quarter.numbers()
    admin, part = quarter.admin, f"/v1/key-results/{quarter.key_result}"
    late = admin.post(f"{part}/check-ins", {"value": 4, "confidence": 1, "status": "on_track"})
    assert (late.status_code, late.json["after_seal"]) == (201, True)
    corrected = admin.post(f"/v1/check-ins/{quarter.check_in}/correction", {"value": 3, "reason": REASON})
    assert [corrected.json["after_seal"], corrected.json["corrections"][-1]["after_seal"]] == [False, True]
    assert admin.post(f"/v1/check-ins/{quarter.check_in}/retraction", {"reason": REASON}).status_code == 200
    assert admin.post(f"{part}/score", {"score": "0.9", "reason": REASON}).json["score"] == "0.25"
    assert admin.post(f"{part}/comments", {"kind": "feedback", "text": "Well done"}).status_code == 201
    batch = admin.post("/v1/check-ins/batch", {"check_ins": [{"key_result_id": quarter.key_result, "value": 2}]}).json
    assert batch["items"][0]["after_seal"]
    assert quarter.numbers() == before
    listed = admin.get(f"/v1/cycles/{quarter.cycle}/after-seal").json["items"]
    assert [fact["type"] for fact in listed] == [
        "KeyResult.CheckedIn",
        "KeyResult.CheckInCorrected",
        "KeyResult.CheckInRetracted",
        "KeyResult.ScoreCorrected",
        "Conversation.Opened",
        "Conversation.Commented",
        "KeyResult.CheckedIn",
    ]
    assert all(fact["after_seal"] for fact in listed)
    history = admin.get(f"{part}/history").json["items"]
    assert [fact for fact in history if fact["after_seal"]] == listed
    page = admin.get(f"/v1/cycles/{quarter.cycle}/after-seal", {"limit": 2}).json
    rest = admin.get(f"/v1/cycles/{quarter.cycle}/after-seal", {"limit": 2, "after": page["next"]}).json
    assert page["items"] + rest["items"] == listed[:4]
    other = admin.get(f"/v1/cycles/{module_world['cycle']}/after-seal").json["items"]
    assert other == []


def test_goals_of_a_sealed_cycle_take_no_more_changes(quarter, module_world):
    child = module_world.objective()
    up = module_world.create("alignments", child_id=child, parent_id=quarter.objective, kind="directional")
    quarter.close()
    admin, head = quarter.admin, module_world.installation.head
    goal, part = f"/v1/objectives/{quarter.objective}", f"/v1/key-results/{quarter.key_result}"
    linking = {"child_id": child, "parent_id": quarter.objective, "kind": "directional"}
    refused = [
        admin.post("/v1/objectives", {"cycle_id": quarter.cycle, "unit_id": module_world["team"], "title": "More"}),
        admin.post(f"{goal}/key-results", {"title": "More", "metric": LAUNCHES}),
        admin.patch(goal, {"title": "Other"}),
        admin.post(f"{goal}/reassignment", {"owner": module_world["company"], "reason": REASON}),
        admin.post(f"{goal}/cancellation", {"reason": REASON}),
        admin.put(f"{goal}/weights", {"key_results": {quarter.key_result: 2}, "reason": REASON}),
        admin.patch(part, {"weight": 3, "reason": REASON}),
        admin.post(f"{part}/target", {"target": 9, "reason": REASON}),
        admin.post(f"{part}/reassignment", {"owner": module_world["company"], "reason": REASON}),
        admin.post(f"{part}/cancellation", {"reason": REASON}),
        admin.post(f"{part}/contributors", {"person_id": module_world["person"]}),
        admin.post(f"{part}/initiatives", {"title": "More"}),
        admin.post("/v1/alignments", linking | {"child_id": module_world["lead"]}),
        admin.post("/v1/alignments", linking | {"child_id": quarter.objective, "parent_id": module_world["lead"]}),
        admin.post(f"/v1/alignments/{up}/ending", {"reason": REASON}),
        admin.patch(f"/v1/cycles/{quarter.cycle}/policy", {"policy": {"overlap": 1}, "reason": REASON}),
        admin.post(f"/v1/cycles/{quarter.cycle}/activation"),
        admin.post(f"/v1/cycles/{quarter.cycle}/closing", {"reason": REASON}),
    ]
    assert {(answer.status_code, sealed_rule(answer)) for answer in refused} == {(409, "cycle-sealed")}
    assert module_world.installation.head == head


def test_the_number_of_a_sealed_goal_stays_while_those_around_it_move(module_world):
    """A sealed parent keeps its open child's progress at sealing; an open parent uses the final progress of a sealed child."""
    above, below = Quarter(module_world), Quarter(module_world)
    parent = module_world.objective("company", cycle_id=above.cycle, progress_driver="alignments")
    child, part = module_world.objective(), None
    part = module_world.key_result(objective=child)
    module_world.create("alignments", child_id=child, parent_id=parent, kind="vertical")
    open_parent = module_world.objective("company", progress_driver="alignments")
    module_world.create("alignments", child_id=below.objective, parent_id=open_parent, kind="vertical")
    module_world.create(f"key-results/{part}/check-ins", value=1)
    above.close()
    below.close()
    module_world.create(f"key-results/{part}/check-ins", value=4)
    module_world.create(f"key-results/{below.key_result}/check-ins", value=4)

    def progress(id):
        return module_world.admin.get(f"/v1/objectives/{id}").json["progress"]["value"]

    assert [progress(id) for id in (parent, child, open_parent, below.objective)] == ["0.25", "1", "0.25", "0.25"]


def test_goals_are_closed_with_their_cycle_and_open_when_asked_about_before(quarter):
    position = quarter.world.installation.head
    before = quarter.numbers(as_of=f"position:{position}")
    quarter.close()
    part = quarter.admin.get(f"/v1/key-results/{quarter.key_result}").json
    goal = quarter.admin.get(f"/v1/objectives/{quarter.objective}").json
    assert (part["state"], part["health"]["effective"], part["health"]["reported"]) == ("closed", "closed", "at_risk")
    assert (goal["state"], goal["health"]["effective"], goal["score"]) == ("closed", "closed", "0.25")
    assert quarter.numbers(as_of=f"position:{position}") == before
    for what in ("objectives", "key-results"):
        found = quarter.admin.get(f"/v1/{what}", {"cycle": quarter.cycle, "state": "closed"}).json["items"]
        assert len(found) == 1
    assert quarter.admin.get("/v1/cycles", {"state": "closed", "limit": 200}).json["items"][-1]["id"] == quarter.cycle


def test_a_cycle_with_unscored_key_results_is_sealed_only_when_told_so(quarter, module_world):
    unscored = module_world.key_result(objective=quarter.objective)
    path = f"/v1/cycles/{quarter.cycle}/closing"
    refused = quarter.admin.post(path, {"reason": REASON})
    assert (refused.status_code, sealed_rule(refused)) == (409, "unscored-key-results")
    assert "Missing scores: 1." in refused.json["detail"]
    assert quarter.admin.post(f"{path}?dry_run=true", {"reason": REASON}).status_code == 409
    told = quarter.admin.post(f"{path}?dry_run=true", {"reason": REASON, "allow_unscored": True})
    assert (told.status_code, told.json["state"], told.json["position"]) == (200, "closed", None)
    assert quarter.admin.get(f"/v1/cycles/{quarter.cycle}").json["state"] == "active"
    quarter.admin.post(f"/v1/key-results/{unscored}/cancellation", {"reason": REASON})
    gone = module_world.objective(cycle_id=quarter.cycle)
    module_world.key_result(objective=gone)
    quarter.admin.post(f"/v1/objectives/{gone}/cancellation", {"reason": REASON})
    assert quarter.close()["state"] == "closed", "what was cancelled wants no score"


def test_closing_needs_a_reason_and_an_active_cycle(module_world):
    made = module_world.create("cycles", name=module_world["name"], **CENTURY)
    refused = module_world.admin.post(f"/v1/cycles/{made}/closing")
    assert (refused.status_code, refused.json["errors"][0]["pointer"]) == (422, "/reason")
    assert sealed_rule(module_world.admin.post(f"/v1/cycles/{made}/closing", {"reason": REASON})) == "cycle-not-active"
    assert module_world.admin.get(f"/v1/cycles/{made}/seal").status_code == 404


@pytest.fixture
def unsealed(quarter, monkeypatch):
    """The quarter, closed while nothing could be sealed."""

    def fail(*_, **__):
        raise LogBusy

    with monkeypatch.context() as failing:
        failing.setattr(type(quarter.world.installation.stores.okrs), "seal_cycle", fail)
        closed = quarter.close()
    assert (closed["state"], closed["seal"]["digest"]) == ("closed", None)
    return quarter


def follow(quarter):
    stores = quarter.world.installation.stores
    Follower(stores, stores.settings, None).run_once(0)


def close_again(quarter):
    refused = quarter.admin.post(f"/v1/cycles/{quarter.cycle}/closing", {"reason": REASON})
    assert sealed_rule(refused) == "cycle-sealed"


@pytest.mark.parametrize("complete", [follow, close_again])
def test_a_seal_that_failed_is_completed_by_the_follower_or_by_closing_again(unsealed, complete):
    quarter = unsealed
    part = quarter.admin.post(f"/v1/key-results/{quarter.key_result}/check-ins", {"value": 4})
    assert part.json["after_seal"]
    assert any("was closed here and is not sealed" in fault for fault in find_faults(quarter.world.installation.stores))
    complete(quarter)
    assert find_faults(quarter.world.installation.stores) == []
    seal = quarter.admin.get(f"/v1/cycles/{quarter.cycle}").json["seal"]
    assert len(seal["digest"]) == 64
    report = quarter.admin.get(f"/v1/cycles/{quarter.cycle}/seal").json["report"]
    assert report["objectives"][0]["progress"]["value"] == "0.25"
    cycle_sealing.seal_closed_cycles(quarter.world.installation.stores)
    facts = quarter.admin.get(f"/v1/cycles/{quarter.cycle}/history").json["items"]
    assert [fact["type"] for fact in facts].count("Cycle.Sealed") == 1


def test_no_read_and_no_other_command_seals(unsealed):
    unsealed.admin.post("/v1/units", {"name": unsealed.world["name"], "level": "team", "parent_id": unsealed.world["company"]})
    assert unsealed.admin.get(f"/v1/cycles/{unsealed.cycle}/seal").status_code == 404
    follow(unsealed)


def test_the_pace_of_a_cycle_closed_early_stays_that_of_its_last_day(module_world, monkeypatch):
    quarter = Quarter(module_world)
    quarter.close()
    before = quarter.numbers()
    from datetime import datetime, timedelta  # noqa: PLC0415

    from projections import moment  # noqa: PLC0415

    class Later(datetime):
        @classmethod
        def now(cls, tz=None):
            return super().now(tz) + timedelta(days=20_000)

    monkeypatch.setattr(moment, "datetime", Later)
    assert quarter.numbers() == before


@pytest.mark.parametrize("said", ["yes", "true", 2, []])
def test_only_true_lets_a_cycle_be_sealed_with_unscored_key_results(quarter, module_world, said):
    module_world.key_result(objective=quarter.objective)
    refused = quarter.admin.post(f"/v1/cycles/{quarter.cycle}/closing", {"reason": REASON, "allow_unscored": said})
    assert (refused.status_code, refused.json["errors"][0]["pointer"]) == (422, "/allow_unscored")


def test_a_closing_sent_again_is_answered_as_of_its_own_position(quarter):
    path, body = f"/v1/cycles/{quarter.cycle}/closing", {"reason": REASON}
    first = quarter.admin.post(path, body, Idempotency_Key=quarter.cycle)
    quarter.admin.post(f"/v1/key-results/{quarter.key_result}/check-ins", {"value": 4})
    again = quarter.admin.post(path, body, Idempotency_Key=quarter.cycle)
    assert (again.status_code, again.json, again.headers["ETag"]) == (200, first.json, first.headers["ETag"])
    assert again.headers["Idempotency-Replayed"] == "true"
    other = quarter.admin.post(path, body | {"allow_unscored": True}, Idempotency_Key=quarter.cycle)
    assert (other.status_code, sealed_rule(other)) == (422, "key-reused")
    assert sealed_rule(quarter.admin.post(path, body)) == "cycle-sealed"


@pytest.mark.parametrize(
    "error", [LogBusy(), InternalError("a standby takes no writes"), OSError("disk"), ValueError("a mistake")]
)
def test_no_answer_needs_the_seal_and_it_is_tried_again_though_nothing_new_is_recorded(quarter, monkeypatch, error):
    def fails(*_, **__):
        raise error

    with monkeypatch.context() as failing:
        failing.setattr(type(quarter.world.installation.stores.okrs), "seal_cycle", fails)
        assert quarter.close()["seal"]["digest"] is None
        assert quarter.admin.get(f"/v1/cycles/{quarter.cycle}").json["seal"]["digest"] is None
    follow(quarter)
    assert quarter.admin.get(f"/v1/cycles/{quarter.cycle}").json["seal"]["digest"]


EVERY_KIND = [
    ({"kind": "increase", "baseline": 0, "target": 4}, {"value": 1}, {"value": 3}),
    ({"kind": "decrease", "baseline": 9, "target": 4}, {"value": 7}, {"value": 10}),
    ({"kind": "increase", "relative": "0.5"}, {"value": 2}, {"value": 8}),
    ({"kind": "at_least", "target": 4}, {"value": 5}, {"value": 1}),
    ({"kind": "at_most", "target": 4}, {"value": 3}, {"value": 5}),
    ({"kind": "between", "low": 1, "high": 2}, {"value": 1}, {"value": 3}),
    (
        {"kind": "milestones", "steps": [{"name": "a", "weight": 1}, {"name": "b", "weight": 2}]},
        *({"milestones": [n]} for n in "ab"),
    ),
    ({"kind": "binary"}, {"value": 0}, {"value": 1}),
]


def test_a_key_result_of_any_kind_keeps_what_it_ended_with(module_world):
    """Also when the check-in that set its baseline is corrected or retracted; on PostgreSQL, for two metric kinds."""
    quarter, admin, said = Quarter(module_world), module_world.admin, {}
    kinds = EVERY_KIND if module_world.installation.engine == "sqlite" else EVERY_KIND[2:7:4]
    for metric, first, _ in kinds:
        part = module_world.key_result(objective=quarter.objective, title="More", metric=metric)
        said[part] = module_world.create(f"key-results/{part}/check-ins", measured_on="2026-01-05", **first)
        module_world.create(f"key-results/{part}/check-ins", confidence="0.5")
    day, before = "2026-01-07", module_world.installation.head
    quarter.close(allow_unscored=True)
    numbers, earlier = quarter.numbers(), quarter.numbers(effective_on=day)
    for (part, check_in), (_, _, later) in zip(said.items(), kinds, strict=True):
        assert admin.post(f"/v1/key-results/{part}/check-ins", later).json["after_seal"]
        assert admin.post(f"/v1/check-ins/{check_in}/correction", later | {"reason": REASON}).status_code == 200
        assert quarter.numbers() == numbers
        assert admin.post(f"/v1/check-ins/{check_in}/retraction", {"reason": REASON}).status_code == 200
        assert (quarter.numbers(), quarter.numbers(effective_on=day)) == (numbers, earlier)
    facts = admin.get(f"/v1/cycles/{quarter.cycle}/after-seal", {"limit": 200}).json["items"]
    assert "KeyResult.BaselineCaptured" in {fact["type"] for fact in facts}
    told = quarter.numbers(as_of=f"position:{before}")
    assert [part["progress"] for part in told[1]] == [part["progress"] for part in numbers[1]]


def test_without_a_closed_cycle_no_log_line_says_that_one_is_not_sealed(installation, monkeypatch):
    def fail(*_):
        raise LogBusy

    monkeypatch.setattr(cycle_sealing, "find_unsealed_cycles", fail)
    with capture_logs() as lines:
        assert not cycle_sealing.seal_closed_cycles(installation.stores)
    assert [line["event"] for line in lines] == ["could not look for closed cycles"]
