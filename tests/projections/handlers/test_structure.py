"""The structure: events in, versioned rows out."""

import json
from datetime import date
from decimal import Decimal
from uuid import UUID

import pytest

from okr_events.domain.policy import DEFAULT_POLICY
from okr_events.event_log.event_mapper import AGGREGATES, CLASSES_BY_NAME
from projections.event_processing import ViewsStopped
from projections.store.row_buffer import handlers
from projections.store.tables import OPEN_ENDED, alignments, cycles, key_results, objectives, standings, units
from tests.projections.event_recorder import FIRST_DAY, LAST_DAY, id_of

ADA = UUID(int=7)
CHANGE_POSITION = 9
"""The position of the change: after the eight facts of `organised` and what it rests on."""
BINARY = {"metric": '{"kind":"binary"}', "metric_at": CHANGE_POSITION}
EACH_CHANGE = [
    (units, "tech", "Unit.Renamed", {"name": "Technology"}, {"name": "Technology"}),
    (units, "tech", "Unit.VisionStated", {"vision": "Far"}, {"vision": "Far"}),
    (units, "tech", "Unit.MissionStated", {"mission": "Near"}, {"mission": "Near"}),
    (
        units,
        "team",
        "Unit.Moved",
        {"parent_id": id_of("other")},
        {"parent_id": str(id_of("other")), "moved_at": CHANGE_POSITION},
    ),
    (cycles, "quarter", "Cycle.Activated", {}, {"state": "active"}),
    (objectives, "lead", "Objective.Renamed", {"title": "Follow"}, {"title": "Follow"}),
    (objectives, "lead", "Objective.Described", {"description": "Why"}, {"description": "Why"}),
    (objectives, "lead", "Objective.CommitmentChanged", {"commitment": "learning"}, {"commitment": "learning"}),
    (
        objectives,
        "lead",
        "Objective.Prioritised",
        {"urgent": True, "important": False},
        {"urgent": 1, "important": 0, "prioritised_at": CHANGE_POSITION},
    ),
    (objectives, "lead", "Objective.ProgressDriverChanged", {"progress_driver": "both"}, {"progress_driver": "both"}),
    (objectives, "lead", "Objective.Reassigned", {"owner": ADA}, {"owner": str(ADA)}),
    (objectives, "lead", "Objective.Cancelled", {}, {"state": "cancelled"}),
    (objectives, "lead", "Objective.Closed", {}, {"state": "closed"}),
    (key_results, "launch", "KeyResult.Renamed", {"title": "Ship"}, {"title": "Ship"}),
    (key_results, "launch", "KeyResult.Described", {"description": "What"}, {"description": "What"}),
    (key_results, "launch", "KeyResult.DeadlineMoved", {"due_on": date(2024, 2, 1)}, {"due_on": "2024-02-01"}),
    (key_results, "launch", "KeyResult.Reweighted", {"weight": Decimal("2.50")}, {"weight": "2.5"}),
    (key_results, "launch", "KeyResult.Reassigned", {"owner": ADA}, {"owner": str(ADA)}),
    (key_results, "launch", "KeyResult.TargetRevised", {"metric": {"kind": "binary"}}, BINARY),
    (
        key_results,
        "launch",
        "KeyResult.BaselineCaptured",
        {"metric": {"kind": "binary"}, "check_in_id": ADA},
        BINARY,
    ),
    (key_results, "launch", "KeyResult.Cancelled", {}, {"state": "cancelled"}),
    (alignments, "team work>lead", "Alignment.Reweighted", {"weight": Decimal(0)}, {"weight": "0"}),
    (alignments, "team work>lead", "Alignment.Ended", {}, {"state": "ended"}),
]


@pytest.fixture
def organisation(record):
    record.unit("team", below="tech")
    record.unit("other", below="tech")
    record.objective("lead")
    record.objective("team work", unit="team")
    record.key_result("launch", of="lead", description="Soon", weight="1.0", owner=ADA)
    record.link("team work", "lead", weight="0.5")
    return record


def test_every_event_of_the_log_has_a_handler_but_those_of_the_clock_which_are_facts_alone():
    names = {name for name in CLASSES_BY_NAME if name.partition(".")[0] in AGGREGATES}
    assert names - set(handlers) == {"Clock.Accepted", "Clock.AcceptedAgain"}
    assert set(handlers) <= names


@pytest.mark.usefixtures("organisation")
def test_a_unit_begins_with_a_row(rows):
    (row,) = rows(units, "team")
    place = {"id": str(id_of("team")), "from_position": 3, "to_position": OPEN_ENDED, "created": 3, "version": 1}
    said = {"name": "team", "level": "team", "parent_id": str(id_of("tech"))}
    assert row == {
        **place,
        **said,
        "vision": None,
        "mission": None,
        "time_zone": None,
        "time_zone_from": None,
        "moved_at": 3,
        "cadence": None,
    }


@pytest.mark.usefixtures("organisation")
def test_a_cycle_begins_as_a_draft(rows):
    (row,) = rows(cycles, "quarter")
    days = {"starts_on": FIRST_DAY.isoformat(), "ends_on": LAST_DAY.isoformat(), "parent_id": None}
    assert json.loads(row["policy"]) == DEFAULT_POLICY
    assert {name: row[name] for name in (*days, "name", "state")} == {**days, "name": "quarter", "state": "draft"}


@pytest.mark.usefixtures("organisation")
def test_an_objective_begins_agreed(rows):
    (row,) = rows(objectives, "lead")
    place = {"cycle_id": str(id_of("quarter")), "unit_id": str(id_of("tech")), "state": "agreed"}
    said = {"title": "lead", "commitment": "aspirational", "urgent": 0, "important": 0, "progress_driver": "key_results"}
    assert {name: row[name] for name in (*place, *said)} == {**place, **said}


@pytest.mark.usefixtures("organisation")
def test_a_new_key_result_is_open_unscored_and_without_check_ins(rows):
    (row,) = rows(key_results, "launch")
    (standing,) = rows(standings, "launch")
    place = {"objective_id": str(id_of("lead")), "cycle_id": str(id_of("quarter")), "state": "open"}
    said = {"title": "launch", "description": "Soon", "weight": "1", "owner": str(ADA), "due_on": "2024-03-31"}
    unscored = dict.fromkeys(("score", "suggested", "suggested_at", "decision", "root_cause"))
    assert {name: row[name] for name in (*place, *said, *unscored)} == {**place, **said, **unscored}
    assert json.loads(row["metric"]) == {"kind": "increase", "baseline": "0", "target": "10", "measure": None}
    assert {standing[name] for name in ("value", "milestones", "confidence", "status", "latest", "reported_at")} == {None}


@pytest.mark.usefixtures("organisation")
def test_a_link_begins_active(rows):
    (row,) = rows(alignments, "team work>lead")
    said = {"child_id": str(id_of("team work")), "parent_id": str(id_of("lead")), "kind": "vertical", "weight": "0.5"}
    assert {name: row[name] for name in (*said, "state")} == {**said, "state": "active"}


@pytest.mark.parametrize(("table", "thing", "topic", "said", "changes"), EACH_CHANGE, ids=[change[2] for change in EACH_CHANGE])
@pytest.mark.parametrize("store", ["sqlite"], indirect=True)
def test_a_change_closes_a_row_and_opens_the_next(organisation, rows, table, thing, topic, said, changes):
    before = rows(table, thing)[-1]
    position = organisation(topic, thing, **said)
    *_, closed, opened = rows(table, thing)
    assert closed == {**before, "to_position": position}
    span = {"from_position": position, "to_position": OPEN_ENDED, "version": before["version"] + 1}
    assert opened == {**before, **span, **changes}


def test_a_policy_is_stored_whole(organisation, rows):
    organisation("Cycle.PolicyChanged", "quarter", policy={**DEFAULT_POLICY, "bottleneck": 5})
    assert json.loads(rows(cycles, "quarter")[-1]["policy"])["bottleneck"] == 5


@pytest.mark.parametrize("topic", ["KeyResult.Scored", "KeyResult.ScoreCorrected"])
def test_a_score_is_stored_with_the_suggested_one(organisation, rows, topic, okrs, intent):
    cause = okrs.register.keys.encrypt(intent.authored_text("Too late"), "elsewhere")
    said = {"score": Decimal("0.70"), "suggested": Decimal("0.5"), "suggested_at": 3, "decision": "keep", "root_cause": cause}
    organisation(topic, "launch", **said)
    row = rows(key_results, "launch")[-1]
    stored = {"score": "0.7", "suggested": "0.5", "suggested_at": 3, "decision": "keep"}
    assert {name: row[name] for name in stored} == stored
    assert "Too late" not in row["root_cause"]


def test_many_changes_of_one_thing_in_a_batch_are_a_row_each(organisation, rows):
    for number in range(5):
        organisation("Objective.Renamed", "lead", title=f"Lead {number}")
    found = rows(objectives, "lead")
    assert [row["title"] for row in found] == ["lead", *(f"Lead {number}" for number in range(5))]
    assert [row["to_position"] for row in found[:-1]] == [row["from_position"] for row in found[1:]]
    assert {row["created"] for row in found} == {found[0]["from_position"]}


def test_a_change_of_what_was_never_begun_stops_the_views(record, views):
    record("Objective.Renamed", "nothing", title="x")
    with pytest.raises(ViewsStopped):
        views.catch_up()
