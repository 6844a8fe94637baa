"""Changes between two moments over HTTP: who changed what and why, the values before and after, and the effect on progress."""

import csv
import io
import json
import re
from datetime import date, datetime, timedelta

import pytest

from okr_events.register.tokens import Role
from projections.changes.csv_format import COLUMNS
from projections.event_catalog import CATALOG
from tests.api.command_catalog import COMMANDS, LAUNCHES, REASON
from tests.api.organisation import Organisation
from tests.api.problem_assertions import assert_problem

PATH = "/v1/changes"
RECORDED = {
    "POST /v1/units": ["unit_added"],
    "PATCH /v1/units/<uuid:unit_id>": ["unit_renamed"],
    "POST /v1/units/<uuid:unit_id>/move": ["unit_moved"],
    "POST /v1/units/<uuid:unit_id>/cadence": ["unit_cadence_set"],
    "POST /v1/people/<uuid:person_id>/erasure": ["person_erased"],
    "POST /v1/priorities": ["priority_added"],
    "PATCH /v1/priorities/<uuid:priority_id>": ["priority_renamed", "perspective_changed"],
    "POST /v1/priorities/<uuid:priority_id>/retirement": ["priority_retired"],
    "POST /v1/cycles": ["cycle_added"],
    "PATCH /v1/cycles/<uuid:cycle_id>/policy": ["policy_changed"],
    "POST /v1/cycles/<uuid:cycle_id>/activation": ["cycle_activated"],
    "POST /v1/cycles/<uuid:cycle_id>/closing": ["cycle_closed", "cycle_sealed"],
    "POST /v1/objectives": ["objective_added"],
    "POST /v1/objectives/<uuid:objective_id>/agreement": ["objective_agreed"],
    "PATCH /v1/objectives/<uuid:objective_id>": ["objective_renamed", "focus_changed"],
    "POST /v1/objectives/<uuid:objective_id>/reassignment": ["objective_reassigned"],
    "POST /v1/objectives/<uuid:objective_id>/cancellation": ["objective_dropped"],
    "POST /v1/objectives/<uuid:objective_id>/closing": ["objective_closed"],
    "PUT /v1/objectives/<uuid:objective_id>/weights": ["key_result_reweighted"],
    "POST /v1/objectives/<uuid:objective_id>/key-results": ["key_result_added"],
    "PATCH /v1/key-results/<uuid:key_result_id>": ["key_result_renamed"],
    "POST /v1/key-results/<uuid:key_result_id>/target": ["target_moved"],
    "POST /v1/key-results/<uuid:key_result_id>/cadence": ["key_result_cadence_set"],
    "POST /v1/key-results/<uuid:key_result_id>/reassignment": ["key_result_reassigned"],
    "POST /v1/key-results/<uuid:key_result_id>/score": ["scored"],
    "POST /v1/key-results/<uuid:key_result_id>/cancellation": ["key_result_dropped"],
    "POST /v1/key-results/<uuid:key_result_id>/carry-over": ["key_result_added"],
    "POST /v1/key-results/<uuid:key_result_id>/contributors": ["contributor_named"],
    "POST /v1/key-results/<uuid:key_result_id>/contributors/<uuid:contributor_id>/ending": ["contributor_released"],
    "POST /v1/key-results/<uuid:key_result_id>/initiatives": ["initiative_started"],
    "POST /v1/initiatives/<uuid:initiative_id>/completion": ["initiative_completed"],
    "POST /v1/key-results/<uuid:key_result_id>/check-ins": ["backdated_check_in"],
    "POST /v1/check-ins/<uuid:check_in_id>/correction": ["check_in_corrected"],
    "POST /v1/check-ins/<uuid:check_in_id>/retraction": ["check_in_retracted"],
    "POST /v1/alignments": ["linked"],
    "PATCH /v1/alignments/<uuid:alignment_id>": ["link_reweighted"],
    "POST /v1/alignments/<uuid:alignment_id>/confirmation": ["link_confirmed"],
    "POST /v1/alignments/<uuid:alignment_id>/declination": ["link_declined"],
    "POST /v1/alignments/<uuid:alignment_id>/ending": ["link_ended"],
}
"""The kinds of change of each command; other commands change no plan, or nothing in the log."""


@pytest.fixture
def list_changes(reader):
    """The changes after a position, up to now or another moment."""

    def read(position, **query):
        answer = reader.get(PATH, {"from": f"position:{position}", "limit": 200, **query})
        assert answer.status_code == 200, answer.text
        return answer.json

    return read


def test_every_command_shows_as_its_kinds_of_change_with_who_when_and_why(command, world, list_changes, admin):
    method, path, body = world.command(command)
    before = world.installation.head
    assert admin.call(method, path, body).status_code in {200, 201}
    result = list_changes(before)
    assert [item["kind"] for item in result["items"]] == RECORDED.get(command, [])
    assert result["summary"]["changes"] + sum(result["summary"]["left_out"].values()) == world.installation.head - before
    for item in result["items"]:
        assert (item["actor"], item["reason"]) == (admin.person, None if item["kind"] == "cycle_sealed" else body.get("reason"))
        assert item["sentence"].endswith(".")
        assert before < item["position"] <= world.installation.head


def test_every_recorded_command_is_in_the_catalogue():
    assert RECORDED.keys() <= COMMANDS.keys()


def test_the_kinds_that_no_catalogue_has(world, list_changes, admin):
    """One command for each change."""
    cycle, part = world.create_for_argument("cycle_id"), world.key_result()
    objective, link = world.create_for_argument("objective_id"), world.create_for_argument("dependency")
    relative = world.key_result(metric={"kind": "increase", "relative": "0.2"})
    horizon = {"starts_on": "2001-01-01", "ends_on": "2098-12-31"}
    priority = world.create_for_argument("priority_id")
    score = {"decision": "keep", "root_cause": "x", "reason": REASON}
    first = admin.post(f"/v1/key-results/{part}/score", {"score": "0.4", **score})
    assert first.status_code == 200
    result = [
        ("patch", f"/v1/units/{world['company']}", {"vision": world["name"], "mission": world["name"]}),
        ("patch", f"/v1/priorities/{priority}", {"description": "x", "horizon": horizon}),
        ("patch", f"/v1/priorities/{priority}", {"owner": world["member"], "reason": REASON}),
        ("patch", f"/v1/objectives/{objective}", {"description": "x", "commitment": "learning", "progress_driver": "both"}),
        ("patch", f"/v1/key-results/{part}", {"description": "x", "due_on": "2098-01-01"}),
        ("post", f"/v1/key-results/{relative}/check-ins", {"value": 5}),
        ("post", f"/v1/key-results/{part}/score", {"score": "0.6", **score}),
        ("patch", f"/v1/alignments/{link}", {"capacity": 8}),
        ("patch", f"/v1/cycles/{cycle}/policy", {"policy": {"pace": {"on_track": "0.8"}}}),
    ]
    before = world.installation.head
    for method, path, body in result:
        assert getattr(admin, method)(path, body).status_code in {200, 201}, path
    items = {item["kind"]: item["fields"] for item in list_changes(before)["items"]}
    assert items.keys() == {
        *("vision_stated", "mission_stated", "priority_described", "horizon_moved", "priority_reassigned"),
        *("objective_described", "commitment_changed", "progress_driver_changed", "key_result_described", "deadline_moved"),
        *("baseline_captured", "score_corrected", "capacity_asked", "policy_changed"),
    }
    assert items["policy_changed"] == {"policy.pace.on_track": {"before": "0.7", "after": "0.8"}}
    assert items["score_corrected"]["score"] == {"before": "0.4", "after": "0.6"}
    assert items["capacity_asked"] == {"capacity": {"before": "5", "after": "8"}}
    assert items["baseline_captured"] == {
        "metric.baseline": {"before": None, "after": "5"},
        "metric.target": {"before": None, "after": "6"},
    }
    assert items["priority_reassigned"] == {"owner": {"before": None, "after": world["member"]}}
    assert items["horizon_moved"].keys() == {"starts_on", "ends_on"}


def test_every_kind_there_is_can_be_made_by_a_command():
    others = {*("vision_stated", "mission_stated", "priority_described", "horizon_moved", "priority_reassigned")}
    others |= {"objective_described", "commitment_changed", "progress_driver_changed", "key_result_described", "deadline_moved"}
    others |= {"baseline_captured", "score_corrected", "capacity_asked", "time_zone_changed"}
    others |= {"clock_accepted", "clock_accepted_again"}
    kinds = {entry.change_kind for entry in CATALOG.values() if entry.change_kind}
    assert kinds <= others | {kind for kinds in RECORDED.values() for kind in kinds}


def test_a_weight_moves_what_stands_above_and_a_sentence_says_from_what_to_what(world, list_changes, admin):
    lead, build = (world.objective(unit, title=title) for unit, title in (("company", "Lead"), ("team", "Make")))
    admin.patch(f"/v1/objectives/{lead}", {"progress_driver": "alignments"})
    world.create("alignments", child_id=build, parent_id=lead, kind="vertical")
    metric = {"kind": "increase", "baseline": 0, "target": 10}
    parts = [world.key_result(objective=build, metric=metric, title=title) for title in ("a", "b")]
    for part, value in zip(parts, (4, 2), strict=True):
        world.create(f"key-results/{part}/check-ins", value=value)
    before = world.installation.head
    weights = {"key_results": dict(zip(parts, (2, 3), strict=True)), "reason": REASON}
    assert admin.put(f"/v1/objectives/{build}/weights", weights).status_code == 200
    result = list_changes(before)
    assert result["summary"]["kinds"] == {"key_result_reweighted": 2}
    last = result["items"][-1]
    assert last["effects"] == [
        {"objective_id": build, "title": "Make", "before": "0.3333333333333333333333333333", "after": "0.28"},
        {"objective_id": lead, "title": "Lead", "before": "0.3333333333333333333333333333", "after": "0.28"},
    ]
    assert 'changed the weight of "b" from 1 to 3.' in last["sentence"]
    assert (last["subject"]["unit_id"], last["subject"]["cycle_id"]) == (world["team"], world["cycle"])
    assert (last["actor_name"], last["subject"]["objective_id"]) == ("Admin", build)


@pytest.mark.parametrize(
    ("metric", "easier", "harder"),
    [
        ({"kind": "increase", "baseline": 0, "target": 10}, {"target": 8}, {"target": 12}),
        ({"kind": "decrease", "baseline": 20, "target": 10}, {"target": 12}, {"target": 8}),
        ({"kind": "at_least", "target": 10}, {"target": 8}, {"target": 12}),
        ({"kind": "at_most", "target": 10}, {"target": 12}, {"target": 8}),
        ({"kind": "between", "low": 5, "high": 10}, {"low": 4}, {"low": 6}),
    ],
)
def test_a_moved_target_is_easier_or_harder(metric, easier, harder, world, list_changes, admin):
    part = world.key_result(metric=metric)
    for revised, direction in ((easier, "easier"), (harder, "harder")):
        before = world.installation.head
        assert admin.post(f"/v1/key-results/{part}/target", {**revised, "reason": REASON}).status_code == 200
        [item] = list_changes(before)["items"]
        assert (item["direction"], list_changes(before)["net"][0]["direction"]) == (direction, direction)
        assert item["sentence"].endswith(f", which is {direction}.")
        assert len(item["fields"]) == 1


def test_there_and_back_are_two_changes_and_no_net_difference(world, list_changes, admin):
    part = world.key_result()
    before = world.installation.head
    for target in (9, 4):
        admin.post(f"/v1/key-results/{part}/target", {"target": target, "reason": REASON})
    result = list_changes(before)
    assert [item["fields"]["metric.target"] for item in result["items"]] == [
        {"before": "4", "after": "9"},
        {"before": "9", "after": "4"},
    ]
    assert result["net"] == []


def test_a_correction_says_whose_check_in_it_was_and_shows_the_words(world, list_changes, admin, member):
    part = world.key_result(owner=member.person)
    checked = member.post(f"/v1/key-results/{part}/check-ins", {"value": 1, "note": "A start"}).json["id"]
    before = world.installation.head
    admin.post(f"/v1/check-ins/{checked}/correction", {"value": 2, "note": "Miscounted", "reason": REASON})
    [item] = list_changes(before)["items"]
    assert item["fields"] == {
        "value": {"before": "1", "after": "2"},
        "note": {"before": "A start", "after": "Miscounted"},
    }
    assert (item["check_in"]["author"], item["check_in"]["author_name"]) == (member.person, "Member")
    assert (item["check_in"]["days_later"], item["check_in"]["days_after_cycle"]) == (0, 0)
    assert item["progress"] == {"before": "0.25", "after": "0.5"}
    assert item["subject"] == {
        "type": "check_in",
        "id": checked,
        "title": "Launch",
        "unit_id": world["team"],
        "cycle_id": world["cycle"],
        "key_result_id": part,
        "objective_id": item["subject"]["objective_id"],
        "link_kind": None,
    }


def test_check_ins_on_time_are_counted_and_old_ones_listed(world, list_changes):
    part = world.key_result()
    before, today = (
        world.installation.head,
        date.fromisoformat(list_changes(world.installation.head)["to"]["evaluated_at"][:10]),
    )
    for days in (0, 10, 11):
        world.create(f"key-results/{part}/check-ins", value=1, measured_on=(today - timedelta(days=days)).isoformat())
    result = list_changes(before)
    assert result["summary"]["left_out"] == {"blockers": 0, "check_ins": 2, "comments": 0, "markers": 0, "reviews": 0}
    [item] = result["items"]
    assert (item["kind"], item["check_in"]["days_back"]) == ("backdated_check_in", 11)
    assert "11 days before it was recorded" in item["sentence"]


def test_check_ins_after_a_cycles_end_or_seal_are_listed_apart(world, list_changes, admin):
    cycle = world.create("cycles", name=world["name"], starts_on="2020-01-01", ends_on="2020-03-31")
    admin.post(f"/v1/cycles/{cycle}/activation")
    part = world.key_result(objective=world.objective(cycle_id=cycle))
    before = world.installation.head
    late = world.create(f"key-results/{part}/check-ins", value=1)
    admin.post(f"/v1/key-results/{part}/score", {"score": "0.5", "decision": "keep", "root_cause": "x", "reason": REASON})
    assert admin.post(f"/v1/cycles/{cycle}/closing", {"reason": REASON}).status_code == 200
    world.create(f"key-results/{part}/check-ins", value=4)
    result = list_changes(before, cycle=cycle)["items"]
    assert [item["kind"] for item in result] == [
        "check_in_after_end",
        "scored",
        "cycle_closed",
        "cycle_sealed",
        "check_in_after_seal",
    ]
    assert (result[0]["subject"]["id"], result[0]["check_in"]["after_seal"]) == (late, False)
    assert result[0]["check_in"]["days_after_cycle"] > 2000
    assert [effect["after"] for effect in result[0]["effects"]] == ["0.25"]
    assert (result[4]["effects"], result[4]["progress"], result[4]["check_in"]["after_seal"]) == ([], None, True)


@pytest.mark.parametrize("first", ["before", "after"])
def test_what_was_sealed_counts_above_as_it_ended(first, world, list_changes, admin, reader):
    """A year's objective rests on one of a quarter (.25 at its end) and on one of its own (.75)."""
    quarter = world.create("cycles", name=world["name"], starts_on="2020-01-01", ends_on="2020-03-31")
    admin.post(f"/v1/cycles/{quarter}/activation")
    lead = world.objective("company", progress_driver="alignments")
    goals = [world.objective(cycle_id=cycle) for cycle in (quarter, world["cycle"])]
    links = [world.create("alignments", child_id=goal, parent_id=lead, kind="vertical") for goal in goals]
    parts = [world.key_result(objective=goal) for goal in goals]
    for part, value in zip(parts, (1, 3), strict=True):
        world.create(f"key-results/{part}/check-ins", value=value)
    before = world.installation.head
    assert admin.patch(f"/v1/alignments/{links[1]}", {"weight": 3, "reason": REASON}).status_code == 200
    closed = admin.post(f"/v1/cycles/{quarter}/closing", {"allow_unscored": True, "reason": REASON})
    assert closed.status_code == 200, closed.text
    world.create(f"key-results/{parts[0]}/check-ins", value=4)
    after = world.installation.head
    assert admin.post(f"/v1/key-results/{parts[1]}/target", {"target": 3, "reason": REASON}).status_code == 200
    result = list_changes(before if first == "before" else after)["items"]
    effects = [(each["before"], each["after"]) for item in result for each in item["effects"] if each["objective_id"] == lead]
    assert effects == [("0.5", "0.625")] * (first == "before") + [("0.625", "0.8125")]
    for position, value in ((before, "0.5"), (after, "0.625"), (world.installation.head, "0.8125")):
        assert reader.get(f"/v1/objectives/{lead}?as_of=position:{position}").json["progress"]["value"] == value


@pytest.fixture(scope="module")
def moved_team(world, admin):
    """Two departments; a team moves from the first to the second, its objective is renamed and cancelled."""
    parent = {"level": "department", "parent_id": world["company"]}
    ids = {name: world.create("units", name=world["name"], **parent) for name in "AB"}
    ids["team"] = world.create("units", name=world["name"], level="team", parent_id=ids["A"])
    ids["cycle"] = world.create_for_argument("cycle_id")
    goal = world.objective(cycle_id=ids["cycle"], unit_id=ids["team"])
    ids["from"] = world.installation.head
    admin.post(f"/v1/units/{ids['team']}/move", {"parent_id": ids["B"], "reason": REASON})
    admin.patch(f"/v1/objectives/{goal}", {"title": "Make"})
    admin.post(f"/v1/objectives/{goal}/cancellation", {"reason": REASON})
    world.create_for_argument("priority_id")
    ids["to"] = f"position:{world.installation.head}"
    return ids


class TestScope:
    def change_kinds(self, result):
        return [item["kind"] for item in result["items"]]

    def test_both_units_saw_the_team_that_moved(self, moved_team, list_changes):
        for name in ("A", "B", "team"):
            result = list_changes(moved_team["from"], to=moved_team["to"], unit=moved_team[name])
            assert self.change_kinds(result) == ["unit_moved", "objective_renamed", "objective_dropped"], name

    def test_once_it_is_gone_only_the_other_does(self, moved_team, list_changes):
        assert self.change_kinds(list_changes(moved_team["from"] + 1, to=moved_team["to"], unit=moved_team["A"])) == []
        assert self.change_kinds(list_changes(moved_team["from"] + 1, to=moved_team["to"], unit=moved_team["B"])) == [
            "objective_renamed",
            "objective_dropped",
        ]

    def test_a_cycle_holds_what_is_its_own(self, moved_team, list_changes):
        assert self.change_kinds(list_changes(moved_team["from"], to=moved_team["to"], cycle=moved_team["cycle"])) == [
            "objective_renamed",
            "objective_dropped",
        ]
        both = list_changes(moved_team["from"], to=moved_team["to"], cycle=moved_team["cycle"], unit=moved_team["B"])
        assert self.change_kinds(both) == ["unit_moved", "objective_renamed", "objective_dropped"]
        assert self.change_kinds(list_changes(moved_team["from"], to=moved_team["to"]))[-1] == "priority_added"

    def test_remarks_and_initiatives_are_those_of_what_they_are_about(self, moved_team, world, list_changes, admin):
        part = world.key_result()
        checked = world.create(f"key-results/{part}/check-ins", value=1)
        before = world.installation.head
        world.create(f"key-results/{part}/initiatives", title="Ask around")
        for subject in (f"check-ins/{checked}", f"key-results/{part}"):
            world.comment(subject)
        for unit, found in ((world["team"], (["initiative_started"], 2)), (moved_team["B"], ([], 0))):
            result = list_changes(before, unit=unit)
            assert (self.change_kinds(result), result["summary"]["left_out"]["comments"]) == found
        assert admin.get(PATH, {"from": "position:1", "unit": world["person"]}).status_code == 404
        assert admin.get(PATH, {"from": "position:1", "cycle": "no such"}).status_code == 404

    def test_a_unit_created_between_the_moments_is_scoped_as_it_is_now(self, moved_team, list_changes):
        result = list_changes(1, unit=moved_team["team"])
        assert self.change_kinds(result)[:3] == ["unit_added", "objective_added", "unit_moved"]


def test_pages_follow_each_other(world, list_changes, reader):
    before = world.installation.head
    for _ in range(3):
        world.key_result()
    whole, items, net, address = list_changes(before), [], [], f"{PATH}?from=position:{before}&limit=4"
    while address:
        answer = reader.get(address)
        items, net = items + answer.json["items"], net + answer.json["net"]
        assert answer.json["summary"] == whole["summary"]
        address = answer.headers["Link"].split(";")[0].strip("<>") if answer.json["next"] else None
    assert (items, net) == (whole["items"], whole["net"])
    assert len(items) == 6


def test_the_same_moments_give_the_same_bytes(world, reader, admin):
    before, part = world.installation.head, world.key_result()
    query = {"from": f"position:{before}", "to": f"position:{world.installation.head}"}
    answers = {form: reader.get(PATH, {**query, "format": form}) for form in ("json", "csv", "markdown")}
    admin.patch(f"/v1/key-results/{part}", {"title": "Another"})
    admin.patch(f"/v1/objectives/{answers['json'].json['items'][0]['subject']['id']}", {"title": "Another"})
    for form, answer in answers.items():
        again = reader.get(PATH, {**query, "format": form})
        assert (again.status_code, again.data) == (200, answer.data)
        tag = reader.get(PATH, {**query, "format": form}, If_None_Match=again.headers["ETag"])
        assert (tag.status_code, tag.data) == (304, b"")


def test_moments_are_written_like_as_of(world, reader, list_changes):
    now = list_changes(world.installation.head)
    assert (now["from"]["position"], now["to"]["position"], now["items"]) == (
        world.installation.head,
        world.installation.head,
        [],
    )
    today = now["to"]["evaluated_at"][:10]
    for earlier in (today, now["to"]["evaluated_at"].replace("+", "%2B"), "1969-07-20"):
        assert reader.get(f"{PATH}?from={earlier}").status_code == 200, earlier
    assert reader.get(f"{PATH}?from={today}&to={today}").json["items"] == []
    everything = reader.get(f"{PATH}?from=1969-07-20&limit=1").json
    assert (everything["from"]["position"], everything["items"][0]["position"]) == (0, 1)


@pytest.mark.parametrize(
    ("query", "rule", "parameter"),
    [
        ({}, "invalid-fields", "from"),
        ({"from": "yesterday"}, "unreadable-moment", "from"),
        ({"from": "2999-01-01"}, "moment-ahead", "from"),
        ({"from": "position:1", "to": "2999-01-01"}, "moment-ahead", "to"),
        ({"from": "position:1", "to": "soon"}, "unreadable-moment", "to"),
        ({"from": "position:2", "to": "position:1"}, "from-later", "from"),
        ({"from": "1969-07-20", "to": "1969-07-19"}, "from-later", "from"),
        ({"from": "position:1", "as_of": "position:1"}, "invalid-fields", "as_of"),
        ({"from": "position:1", "format": "pdf"}, "invalid-fields", "format"),
    ],
)
def test_what_is_no_span_is_refused_where_it_is_wrong(query, rule, parameter, reader):
    refused = reader.get(PATH, query)
    assert_problem(refused, 422, rule)
    assert refused.json["errors"][0]["parameter"] == parameter


def test_from_this_noon_to_now_is_a_span_whatever_was_recorded_last(reader, list_changes, world):
    """While nothing has been recorded today, now is the start of the day."""
    instant = list_changes(world.installation.head)["to"]["evaluated_at"]
    later = (datetime.fromisoformat(instant) + timedelta(microseconds=1)).isoformat()
    assert reader.get(PATH, {"from": later}).json["items"] == []
    assert_problem(reader.get(PATH, {"from": later, "to": instant}), 422, "from-later")


HOSTILE = "=cmd|' /C calc'!A0 *[x](y)* <b>_z_</b> `q`"


class TestForms:
    @pytest.fixture
    def hostile(self, fresh_installation, fresh_admin):
        """A small organisation whose words are formulae and markup."""
        world = Organisation(fresh_installation, fresh_admin, fresh_installation.caller(Role.MEMBER, "@SUM(A1)"))
        before = world.installation.head
        objective = world.objective(title=HOSTILE)
        why = "=1+1\n# Heading\n| a | b |\r\n<script>"
        fresh_admin.post(f"/v1/objectives/{objective}/cancellation", {"reason": why})
        return before

    def rows(self, admin, before):
        answer = admin.get(PATH, {"from": f"position:{before}"}, Accept="text/csv")
        assert (answer.status_code, answer.content_type) == (200, "text/csv; charset=utf-8")
        assert answer.text.startswith("\ufeffposition,recorded_at,kind,sentence,")
        assert answer.data.count(b"\r\n") >= 3
        return list(csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff"), newline="")))

    def test_csv_has_one_row_per_change_and_no_formula(self, hostile, fresh_admin):
        rows = self.rows(fresh_admin, hostile)
        assert [row["kind"] for row in rows] == ["objective_added", "objective_dropped"]
        assert rows[0].keys() == set(COLUMNS)
        assert rows[1]["subject_title"] == f"'{HOSTILE}"
        assert rows[1]["reason"] == "'=1+1 # Heading | a | b | <script>"
        assert not [cell for row in rows for cell in row.values() if cell.startswith(("=", "+", "-", "@", "\t", "\r"))]

    def test_control_characters_and_direction_marks_reach_no_table_and_no_text(self, fresh_installation, fresh_admin):
        world = Organisation(fresh_installation, fresh_admin, fresh_installation.caller(Role.MEMBER, "Eve\u202e"))
        before = world.installation.head
        objective = world.objective(title="Raise\u202e \x1b[31mred", description="\x07\u2066bell")
        fresh_admin.post(f"/v1/objectives/{objective}/cancellation", {"reason": "\x9bend\u2069"})
        unsafe = re.compile("[\x00-\x09\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
        rows = self.rows(fresh_admin, before)
        assert rows[0]["subject_title"] == "Raise [31mred"
        assert json.loads(rows[0]["after"])["title"] == "Raise\u202e \x1b[31mred"
        for form in ("csv", "markdown"):
            assert not unsafe.search(fresh_admin.get(PATH, {"from": f"position:{before}", "format": form}).text)

    def test_csv_says_what_was_and_what_is(self, hostile, fresh_admin):
        cancelled = self.rows(fresh_admin, hostile)[1]
        assert (cancelled["before"], cancelled["after"]) == ('{"state":"agreed"}', '{"state":"cancelled"}')

    def test_markdown_tells_by_kind_and_nothing_in_it_is_markup(self, hostile, fresh_admin):
        answer = fresh_admin.get(PATH, {"from": f"position:{hostile}"}, Accept="text/markdown")
        assert answer.content_type == "text/markdown; charset=utf-8"
        lines = answer.text.splitlines()
        assert [line for line in lines if line.startswith("#")] == [
            lines[0],
            "## Objective added",
            "## Objective dropped",
            "## Net difference",
        ]
        assert "<b>" not in answer.text
        assert "<script>" not in answer.text
        assert r"=cmd\|' /C calc'\!A0 \*\[x\](y)\* \<b\>\_z\_\</b\> \`q\`" in answer.text
        assert r"  — reason: =1+1 \# Heading \| a \| b \| \<script\>" in lines

    def test_a_span_without_changes_has_every_form(self, fresh_world, fresh_admin):
        now = f"position:{fresh_world.installation.head}"
        assert len(fresh_admin.get(PATH, {"from": now, "format": "csv"}).text.splitlines()) == 1
        assert "All changes" in fresh_admin.get(PATH, {"from": now, "format": "markdown"}).text


def test_owners_have_names_in_sentences_and_net_changes(world, list_changes, admin):
    part = world.key_result(owner=world["member"])
    before = world.installation.head
    admin.post(f"/v1/key-results/{part}/reassignment", {"owner": world["company"], "reason": REASON})
    result = list_changes(before)
    assert result["items"][0]["sentence"] == f'Admin reassigned "Launch" from Member to {result["names"][world["company"]]}.'
    assert result["net"][0]["fields"] == {"owner": {"before": world["member"], "after": world["company"]}}
    assert result["names"][world["member"]] == "Member"


def test_whoever_was_erased_is_a_mark(fresh_installation, fresh_admin):
    other = fresh_installation.caller(Role.ADMIN, "Grace")
    world = Organisation(fresh_installation, fresh_admin, fresh_installation.caller(Role.MEMBER))
    before = fresh_installation.head
    renamed = other.patch(f"/v1/objectives/{world['build']}", {"title": "Make", "reason": "Grace says so"})
    assert renamed.status_code == 200
    assert "Grace" in fresh_admin.get(PATH, {"from": f"position:{before}"}).text
    erased = fresh_admin.post(f"/v1/people/{other.person}/erasure", {"reason": REASON})
    assert erased.status_code == 200, erased.text
    for form in ("json", "csv", "markdown"):
        assert "Grace" not in fresh_admin.get(PATH, {"from": f"position:{before}", "format": form}).text
    [item] = fresh_admin.get(PATH, {"from": f"position:{before}", "to": f"position:{before + 1}"}).json["items"]
    assert (item["reason"], item["sentence"].startswith("[erased] renamed")) == ("[erased]", True)


def test_launches_are_the_metric_of_the_world(world, list_changes):
    """A change that adds a key result shows its metric."""
    before = world.installation.head
    world.key_result()
    added = list_changes(before)["items"][-1]
    assert added["fields"]["metric.target"] == {"before": None, "after": str(LAUNCHES["target"])}
    assert added["effects"][0]["before"] is None


def test_an_effective_day_leaves_later_measurements_out_of_the_effects(world, list_changes, admin):
    parts = [world.key_result(objective=objective) for objective in [world.objective()] * 2]
    for value, day in ((1, "2026-01-05"), (4, "2026-01-20")):
        world.create(f"key-results/{parts[0]}/check-ins", value=value, measured_on=day)
    before = world.installation.head
    admin.patch(f"/v1/key-results/{parts[0]}", {"weight": 3, "reason": REASON})
    for query, effect in (({}, ("0.5", "0.75")), ({"effective_on": "2026-01-10"}, ("0.125", "0.1875"))):
        [result] = list_changes(before, **query)["items"][0]["effects"]
        assert (result["before"], result["after"]) == effect
