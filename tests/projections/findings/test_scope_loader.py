"""Findings from recorded facts, at any position, for one cycle and for all."""

from datetime import date, timedelta

import pytest

from okr_events.domain.policy import DEFAULT_POLICY
from projections.findings import scope_loader
from projections.findings.registry import find_all
from tests.projections.event_recorder import FIRST_DAY, ZERO_TO_TEN, id_of

REASON = "It was too much"
HORIZON = {"starts_on": FIRST_DAY, "ends_on": date(2026, 12, 31)}
NAMES = ("tech", "team", "sales", "lead", "build", "sell", "build>lead", "build it", "lead it", "sell it")


@pytest.fixture
def find_by_code(views, reader):
    """The names of the subjects of the findings at a position, by code."""

    def find(position=None, *, cycle=None, names=(), **when):
        moment = reader.moment(position, **when)
        with views.connect() as connection:
            scene = scope_loader.load_scope(connection, moment, str(id_of(cycle)) if cycle else None)
        told = {str(id_of(name)): name for name in names}
        found = {}
        for finding in find_all(scene):
            found.setdefault(finding.code, []).append(told.get(finding.subject_id, finding.subject_id))
        return found

    return find


@pytest.fixture
def goals(record):
    record.unit("team", below="tech")
    record.unit("sales", below="tech")
    for name, unit in (("lead", "tech"), ("build", "team"), ("sell", "sales")):
        record.objective(name, unit=unit)
    return record


def test_findings_of_an_earlier_position_stay_the_same(goals, find_by_code):
    alone = goals.okrs.log_recorder.head().position
    linked = goals.link("build", "lead")
    goals("Alignment.Ended", "build>lead", reason=REASON)
    assert find_by_code(alone, names=NAMES)["orphan"] == ["build", "sell"]
    assert find_by_code(linked, names=NAMES)["orphan"] == ["sell"]
    assert "unsupported" not in find_by_code(linked)
    assert find_by_code(names=NAMES)["orphan"] == ["build", "sell"]
    assert find_by_code(linked, names=NAMES)["silo"] == ["sales"]


def test_every_kind_of_link_is_read(goals, find_by_code):
    goals("Priority.Set", "grow", title="grow", description=None, perspective="financial", owner=None, **HORIZON)
    goals.key_result("lead it", of="lead")
    goals.inherit("build", "lead it")
    goals.link("sell", "grow", parent_type="priority", kind="strategic", weight=0)
    goals.link("sell", "build", kind="horizontal", weight=0)
    found = find_by_code(names=[*NAMES, "sell>build"])
    assert found.keys().isdisjoint({"orphan", "unsupported", "silo", "dangling"})
    assert found["unconfirmed_dependency"] == ["sell>build"]
    goals("Priority.Retired", "grow", reason=REASON)
    goals("KeyResult.Cancelled", "lead it", reason=REASON)
    assert find_by_code(names=["sell>grow", "build>lead it"])["dangling"] == ["build>lead it", "sell>grow"]


def test_a_target_eased_after_the_start_is_found_a_captured_baseline_is_not(goals, find_by_code):
    relative = {"kind": "increase", "baseline": None, "target": None, "relative": "0.2", "measure": None}
    goals.key_result("build it", of="build")
    goals.key_result("sell it", of="sell", metric=relative)
    assert find_by_code(names=NAMES)["not_smart"] == ["sell it"]
    goals("KeyResult.BaselineCaptured", "sell it", metric=relative | {"baseline": "10", "target": "12"}, check_in_id=None)
    goals("KeyResult.Renamed", "build it", title="Build it")
    goals("KeyResult.TargetRevised", "build it", metric=ZERO_TO_TEN | {"target": "12"}, reason=REASON)
    before = goals(
        "KeyResult.BaselineCaptured", "sell it", metric=relative | {"baseline": "5", "target": "6"}, check_in_id=None
    )
    goals("KeyResult.TargetRevised", "build it", metric=ZERO_TO_TEN | {"target": "8"}, reason=REASON)
    assert "goalposts_moved" not in find_by_code(before)
    assert find_by_code(names=NAMES)["goalposts_moved"] == ["build it"]


def test_a_target_eased_before_the_start_is_not(goals, find_by_code):
    goals.cycle("next", starts_on=date(2024, 4, 1), ends_on=date(2024, 6, 30))
    goals.objective("later", cycle="next")
    goals.key_result("its", of="later", cycle="next")
    goals("KeyResult.TargetRevised", "its", metric=ZERO_TO_TEN | {"target": "8"}, reason=REASON)
    goals.at_day(date(2024, 4, 2))
    goals("KeyResult.Renamed", "its", title="Its")
    assert "goalposts_moved" not in find_by_code(cycle="next")
    goals("KeyResult.TargetRevised", "its", metric=ZERO_TO_TEN | {"target": "7"}, reason=REASON)
    assert find_by_code(cycle="next", names=["its"])["goalposts_moved"] == ["its"]


def test_key_results_inherited_from_another_cycle_are_read(goals, find_by_code):
    goals.cycle("year", ends_on=date(2024, 12, 31))
    goals.objective("yearly", unit="tech", cycle="year")
    goals.key_result("its", of="yearly", cycle="year")
    goals.inherit("build", "its")
    assert find_by_code(cycle="quarter", names=NAMES)["orphan"] == ["sell"]
    goals("Objective.Cancelled", "yearly", reason=REASON)
    assert find_by_code(cycle="quarter", names=["build>its"])["dangling"] == ["build>its"]


def test_findings_that_depend_on_time_are_those_of_the_requested_day(goals, find_by_code):
    goals.key_result("build it", of="build")
    goals.check_in("build it", value=1, status="on_track")
    assert "stale" not in find_by_code(today=FIRST_DAY)
    assert find_by_code(today=FIRST_DAY + timedelta(weeks=4), names=NAMES)["stale"] == ["build it"]
    assert find_by_code(today=FIRST_DAY + timedelta(weeks=12), names=NAMES)["watermelon"] == ["build it"]


def test_children_of_another_cycle_count_in_what_diverges(goals, find_by_code):
    goals.cycle("year", ends_on=date(2024, 12, 31))
    goals.objective("yearly", cycle="year")
    goals.key_result("its", of="yearly", cycle="year")
    goals.check_in("its", value=5)
    goals.link("build", "yearly")
    assert find_by_code(cycle="year", names=["yearly"])["diverging"] == ["yearly"]
    assert find_by_code(cycle="year")["no_owner"] == [str(id_of("yearly")), str(id_of("its"))]
    assert "diverging" not in find_by_code(cycle="quarter")


def test_one_cycle_has_the_findings_it_has_among_all(goals, find_by_code):
    goals.cycle("year", ends_on=date(2024, 12, 31), policy=DEFAULT_POLICY)
    goals.objective("yearly", unit="tech", cycle="year")
    goals.objective("gone", unit="team", cycle="year")
    for child, parent in (("build", "yearly"), ("yearly", "sell"), ("sell", "build"), ("gone", "build")):
        goals.link(child, parent, kind="horizontal", weight=0)
    goals.link("yearly", "lead")
    goals("Objective.Cancelled", "gone", reason=REASON)
    apart = [find_by_code(cycle=cycle) for cycle in ("quarter", "year")]
    together = find_by_code()
    assert {code: sorted(ids) for code, ids in together.items()} == {
        code: sorted(id for found in apart for id in found.get(code, ())) for code in apart[0].keys() | apart[1].keys()
    }
    assert find_by_code(names=["build", "yearly"])["dependency_loop"] == ["build", "yearly"]
    assert find_by_code(names=["yearly>lead"])["cycle_mismatch"] == ["yearly>lead"]


def test_an_empty_log_has_no_findings(views, reader):
    with views.connect() as connection:
        assert find_all(scope_loader.load_scope(connection, reader.moment(), None)) == []
