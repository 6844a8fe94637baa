"""Loading: facts in, findings out, now and as of then; a cycle by itself and all cycles together."""

from datetime import date, timedelta

import pytest

from okr_events.domain.policy import DEFAULT
from projections.findings import scope_loader
from projections.findings.registry import findings
from tests.projections.event_recorder import FIRST_DAY, TO_TEN, id_of

WHY = "It was too much"
HORIZON = {"starts_on": FIRST_DAY, "ends_on": date(2026, 12, 31)}
NAMES = ("tech", "team", "sales", "lead", "build", "sell", "build>lead", "build it", "lead it", "sell it")


@pytest.fixture
def seen(views, look):
    """What is found at a position, by code: the names of the subjects."""

    def find(position=None, *, cycle=None, names=(), **when):
        moment = look.moment(position, **when)
        with views.reading() as connection:
            scene = scope_loader.scene(connection, moment, str(id_of(cycle)) if cycle else None)
        told = {str(id_of(name)): name for name in names}
        found = {}
        for finding in findings(scene):
            found.setdefault(finding.code, []).append(told.get(finding.subject_id, finding.subject_id))
        return found

    return find


@pytest.fixture
def goals(tell):
    tell.unit("team", below="tech")
    tell.unit("sales", below="tech")
    for name, unit in (("lead", "tech"), ("build", "team"), ("sell", "sales")):
        tell.objective(name, unit=unit)
    return tell


def test_what_was_found_then_is_found_of_then(goals, seen):
    alone = goals.okrs.log_recorder.head().position
    linked = goals.link("build", "lead")
    goals("Alignment.Ended", "build>lead", reason=WHY)
    assert seen(alone, names=NAMES)["orphan"] == ["build", "sell"]
    assert seen(linked, names=NAMES)["orphan"] == ["sell"]
    assert "unsupported" not in seen(linked)
    assert seen(names=NAMES)["orphan"] == ["build", "sell"]
    assert seen(linked, names=NAMES)["silo"] == ["sales"]


def test_every_kind_of_link_is_looked_at(goals, seen):
    goals("Priority.Set", "grow", title="grow", description=None, perspective="financial", owner=None, **HORIZON)
    goals.key_result("lead it", of="lead")
    goals.inherit("build", "lead it")
    goals.link("sell", "grow", parent_type="priority", kind="strategic", weight=0)
    goals.link("sell", "build", kind="horizontal", weight=0)
    found = seen(names=[*NAMES, "sell>build"])
    assert found.keys().isdisjoint({"orphan", "unsupported", "silo", "dangling"})
    assert found["unconfirmed_dependency"] == ["sell>build"]
    goals("Priority.Retired", "grow", reason=WHY)
    goals("KeyResult.Cancelled", "lead it", reason=WHY)
    assert seen(names=["sell>grow", "build>lead it"])["dangling"] == ["build>lead it", "sell>grow"]


def test_a_target_eased_after_the_start_is_found_a_captured_baseline_is_not(goals, seen):
    relative = {"kind": "increase", "baseline": None, "target": None, "relative": "0.2", "measure": None}
    goals.key_result("build it", of="build")
    goals.key_result("sell it", of="sell", metric=relative)
    assert seen(names=NAMES)["not_smart"] == ["sell it"]
    goals("KeyResult.BaselineCaptured", "sell it", metric=relative | {"baseline": "10", "target": "12"}, check_in_id=None)
    goals("KeyResult.Renamed", "build it", title="Build it")
    goals("KeyResult.TargetRevised", "build it", metric=TO_TEN | {"target": "12"}, reason=WHY)
    before = goals(
        "KeyResult.BaselineCaptured", "sell it", metric=relative | {"baseline": "5", "target": "6"}, check_in_id=None
    )
    goals("KeyResult.TargetRevised", "build it", metric=TO_TEN | {"target": "8"}, reason=WHY)
    assert "goalposts_moved" not in seen(before)
    assert seen(names=NAMES)["goalposts_moved"] == ["build it"]


def test_a_target_eased_before_the_start_is_not(goals, seen):
    goals.cycle("next", starts_on=date(2024, 4, 1), ends_on=date(2024, 6, 30))
    goals.objective("later", cycle="next")
    goals.key_result("its", of="later", cycle="next")
    goals("KeyResult.TargetRevised", "its", metric=TO_TEN | {"target": "8"}, reason=WHY)
    goals.on(date(2024, 4, 2))
    goals("KeyResult.Renamed", "its", title="Its")
    assert "goalposts_moved" not in seen(cycle="next")
    goals("KeyResult.TargetRevised", "its", metric=TO_TEN | {"target": "7"}, reason=WHY)
    assert seen(cycle="next", names=["its"])["goalposts_moved"] == ["its"]


def test_what_is_inherited_from_another_cycle_is_read_too(goals, seen):
    goals.cycle("year", ends_on=date(2024, 12, 31))
    goals.objective("yearly", unit="tech", cycle="year")
    goals.key_result("its", of="yearly", cycle="year")
    goals.inherit("build", "its")
    assert seen(cycle="quarter", names=NAMES)["orphan"] == ["sell"]
    goals("Objective.Cancelled", "yearly", reason=WHY)
    assert seen(cycle="quarter", names=["build>its"])["dangling"] == ["build>its"]


def test_what_depends_on_time_is_found_of_the_day_asked(goals, seen):
    goals.key_result("build it", of="build")
    goals.check_in("build it", value=1, status="on_track")
    assert "stale" not in seen(today=FIRST_DAY)
    assert seen(today=FIRST_DAY + timedelta(weeks=4), names=NAMES)["stale"] == ["build it"]
    assert seen(today=FIRST_DAY + timedelta(weeks=12), names=NAMES)["watermelon"] == ["build it"]


def test_children_of_another_cycle_count_in_what_diverges(goals, seen):
    goals.cycle("year", ends_on=date(2024, 12, 31))
    goals.objective("yearly", cycle="year")
    goals.key_result("its", of="yearly", cycle="year")
    goals.check_in("its", value=5)
    goals.link("build", "yearly")
    assert seen(cycle="year", names=["yearly"])["diverging"] == ["yearly"]
    assert seen(cycle="year")["no_owner"] == [str(id_of("yearly")), str(id_of("its"))]
    assert "diverging" not in seen(cycle="quarter")


def test_a_cycle_by_itself_is_found_as_among_all(goals, seen):
    goals.cycle("year", ends_on=date(2024, 12, 31), policy=DEFAULT)
    goals.objective("yearly", unit="tech", cycle="year")
    goals.objective("gone", unit="team", cycle="year")
    for child, parent in (("build", "yearly"), ("yearly", "sell"), ("sell", "build"), ("gone", "build")):
        goals.link(child, parent, kind="horizontal", weight=0)
    goals.link("yearly", "lead")
    goals("Objective.Cancelled", "gone", reason=WHY)
    apart = [seen(cycle=cycle) for cycle in ("quarter", "year")]
    together = seen()
    assert {code: sorted(ids) for code, ids in together.items()} == {
        code: sorted(id for found in apart for id in found.get(code, ())) for code in apart[0].keys() | apart[1].keys()
    }
    assert seen(names=["build", "yearly"])["dependency_loop"] == ["build", "yearly"]
    assert seen(names=["yearly>lead"])["cycle_mismatch"] == ["yearly>lead"]


def test_before_anything_nothing_is_found(views, look):
    with views.reading() as connection:
        assert findings(scope_loader.scene(connection, look.moment(), None)) == []
