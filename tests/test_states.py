"""Any commands in any order leave what a plain model holds, at every position, now and in the past."""

from datetime import date, timedelta
from decimal import Decimal
from functools import partial
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import initialize, precondition, rule, run_state_machine_as_test

from okr_events.alignment import Kind
from okr_events.values import Commitment, Level, ProgressDriver
from tests.states.beside import Beside
from tests.states.drawn import (
    METRICS,
    PLAIN,
    How,
    as_form,
    as_parts,
    confidences,
    days,
    drivers,
    hows,
    metrics,
    names,
    picks,
    policies,
    rarely,
    sound_policies,
    statuses,
    steps,
    targets,
    values,
    weights,
)
from tests.states.model import DAY

STARTS = date(2024, 1, 1)
UNSAID = {"confidence": None, "status": None}
reports = st.tuples(picks, st.integers(1, 80), values, steps, confidences, statuses)
slips = st.tuples(picks, days, st.none() | values, steps, st.booleans())


class States(Beside):
    @initialize(
        zone=st.sampled_from(["UTC", "Pacific/Auckland", "America/Havana"]),
        policy=sound_policies,
        measures=st.lists(metrics, min_size=2, max_size=4),
    )
    def begin(self, zone: str, policy: dict[str, Any], measures: list[dict[str, Any]]) -> None:
        """A company with a team, a quarter, an objective of each with a key result, and a link between them."""
        self.zone = ZoneInfo(zone)
        create = partial(self.okrs.create_unit, name="Tech", level=Level.COMPANY, time_zone=zone)
        self.do(PLAIN, create, partial(self.model.create_unit, name="Tech", level="company", parent=None))
        self.create_unit("A", "team", 0, PLAIN)
        self.create_cycle("A", 0, 90, policy, PLAIN)
        for unit in (0, 1):
            self.create_objective(0, unit, "Aim", 0, "both", PLAIN)
            self.define(unit, METRICS[0], Decimal(1), None, 0, PLAIN)
        for number, metric in enumerate(measures):
            self.define(number, metric, Decimal(1), None, 0, PLAIN)
        self.link(1, 0, Decimal(1), PLAIN)

    @rule(hours=st.sampled_from([1, 13, 24, 72, 168, 500]))
    def time_passes(self, hours: int) -> None:
        self.clock.now += timedelta(hours=hours)

    @rule(number=st.integers(1, 200))
    def look(self, number: int) -> None:
        head = self.log.head().position
        for position in {1 + number % head, head}:
            self.compare(position)

    @rule(name=names, level=st.sampled_from(["department", "team", "individual", "company"]), parent=picks, how=hows)
    def create_unit(self, name: str, level: str, parent: int, how: How) -> None:
        above = self.pick("units", parent)
        command = partial(self.okrs.create_unit, parent_id=above, name=name, level=Level(level))
        self.do(how, command, partial(self.model.create_unit, name=name, level=level, parent=above))

    @rule(unit=picks, name=st.none() | names, vision=st.sampled_from([None, None, "Far"]), how=hows)
    def change_unit(self, unit: int, how: How, **said: str | None) -> None:
        id = self.pick("units", unit)
        self.do(how, partial(self.okrs.change_unit, id=id, **said), partial(self.model.change_unit, **said), id)

    @rule(unit=picks, parent=picks, how=hows)
    def move_unit(self, unit: int, parent: int, how: How) -> None:
        id, above = self.pick("units", unit), self.pick("units", parent)
        command = partial(self.okrs.move_unit, id=id, parent_id=above)
        self.do(how, command, partial(self.model.move_unit, parent=above), id, because=True)

    @rule(unit=picks, parent=picks)
    def make_room(self, unit: int, parent: int) -> None:
        """A unit moves away, and another of its name takes its place."""
        left = self.model.world["units"][self.pick("units", unit)].copy()
        self.move_unit(unit, parent, PLAIN)
        if left["parent"]:
            place = list(self.model.world["units"]).index(left["parent"])
            self.create_unit(left["name"], left["level"], place, PLAIN)

    @rule(name=names, begins=st.integers(-100, 100), length=st.sampled_from([90, 0, 13, 365, -1]), policy=policies, how=hows)
    def create_cycle(self, name: str, begins: int, length: int, policy: dict[str, Any], how: How) -> None:
        starts, ends = STARTS + begins * DAY, STARTS + (begins + length) * DAY
        command = partial(self.okrs.create_cycle, name=name, starts_on=starts, ends_on=ends, policy=as_parts(policy))
        self.do(how, command, partial(self.model.create_cycle, name=name, starts=starts, ends=ends, policy=policy))

    @rule(cycle=picks, how=hows)
    def activate_cycle(self, cycle: int, how: How) -> None:
        id = self.pick("cycles", cycle)
        self.do(how, partial(self.okrs.activate_cycle, id=id), self.model.activate_cycle, id)

    @rule(cycle=picks, policy=policies, how=hows)
    def change_policy(self, cycle: int, policy: dict[str, Any], how: How) -> None:
        id = self.pick("cycles", cycle)
        command = partial(self.okrs.change_policy, id=id, policy=as_parts(policy))
        self.do(how, command, partial(self.model.change_policy, policy=policy, reasoned=how.reasoned), id)

    @rule(cycle=picks, unit=picks, title=names, owner=picks, driver=drivers, how=hows)
    def create_objective(self, cycle: int, unit: int, title: str, owner: int, driver: str, how: How) -> None:
        span, place, said = self.pick("cycles", cycle), self.pick("units", unit), {"title": title, "owner": self.owner(owner)}
        driven = ProgressDriver(driver)
        command = partial(self.okrs.create_objective, cycle_id=span, unit_id=place, progress_driver=driven, **said)
        self.do(how, command, partial(self.model.create_objective, cycle=span, unit=place, driver=driver, **said))

    @rule(
        objective=picks,
        title=st.none() | names,
        description=st.sampled_from([None, None, "Why"]),
        commitment=st.sampled_from([None, None, *Commitment]),
        urgent=st.none() | st.booleans(),
        important=st.none() | st.booleans(),
        driver=st.none() | drivers,
        how=hows,
    )
    def change_objective(self, objective: int, driver: str | None, how: How, **said: Any) -> None:
        id = self.pick("objectives", objective)
        command = partial(self.okrs.change_objective, id=id, progress_driver=driver, **said)
        self.do(how, command, partial(self.model.change_objective, driver=driver, **said), id)

    @rule(objective=picks, owner=picks, how=hows)
    def reassign_objective(self, objective: int, owner: int, how: How) -> None:
        id, to = self.pick("objectives", objective), self.owner(owner)
        command = partial(self.okrs.reassign_objective, id=id, owner=to)
        self.do(how, command, partial(self.model.reassign_objective, owner=to), id, because=True)

    @rule(objective=picks, how=hows, sure=st.booleans())
    def cancel_objective(self, objective: int, how: How, *, sure: bool) -> None:
        id = self.pick("objectives", objective)
        if sure:
            self.do(how, partial(self.okrs.cancel_objective, id=id), self.model.cancel_objective, id, because=True)

    @rule(
        objective=picks, key_results=st.dictionaries(picks, weights, max_size=2), links=st.lists(weights, max_size=2), how=hows
    )
    def set_weights(self, objective: int, key_results: dict[int, Decimal], links: list[Decimal], how: How) -> None:
        id = self.pick("objectives", objective)
        measured = {self.pick("key_results", number): weight for number, weight in key_results.items()}
        below = [key for key, link in self.model.world["links"].items() if link["parent"] == id]
        linked = dict(zip(below, links, strict=False))
        command = partial(self.okrs.set_weights, id=id, key_results=measured, alignments=linked)
        self.do(how, command, partial(self.model.set_weights, key_results=measured, links=linked), id, because=True)

    @rule(objective=picks, metric=metrics, weight=weights, due=days, owner=picks, how=hows)
    def define(self, objective: int, metric: dict[str, Any], weight: Decimal, due: int | None, owner: int, how: How) -> None:
        goal, day, said = self.pick("objectives", objective), self.day(due), {"weight": weight, "owner": self.owner(owner)}
        form = {"title": "KR", "metric": as_form(metric), "due_on": day}
        command = partial(self.okrs.define_key_result, objective_id=goal, **form, **said)
        self.do(how, command, partial(self.model.define, objective=goal, metric=metric, due=day, **said), goal)

    @rule(key_result=picks, title=st.none() | names, weight=st.none() | weights, due=days, how=hows)
    def change_key_result(self, key_result: int, due: int | None, how: How, **said: Any) -> None:
        id, day = self.pick("key_results", key_result), self.day(due)
        command = partial(self.okrs.change_key_result, id=id, due_on=day, **said)
        self.do(how, command, partial(self.model.change_key_result, due=day, reasoned=how.reasoned, **said), id)

    @rule(key_result=picks, said=targets, how=hows)
    def revise_target(self, key_result: int, said: dict[str, Decimal], how: How) -> None:
        id = self.pick("key_results", key_result)
        command = partial(self.okrs.revise_target, id=id, **said)
        self.do(how, command, partial(self.model.revise, **said), id, because=True)

    @rule(key_result=picks, owner=picks, how=hows)
    def reassign_key_result(self, key_result: int, owner: int, how: How) -> None:
        id, to = self.pick("key_results", key_result), self.owner(owner)
        command = partial(self.okrs.reassign_key_result, id=id, owner=to)
        self.do(how, command, partial(self.model.reassign_key_result, owner=to), id, because=True)

    @rule(key_result=picks, how=hows, sure=rarely)
    def cancel_key_result(self, key_result: int, how: How, *, sure: bool) -> None:
        id = self.pick("key_results", key_result)
        if sure:
            self.do(how, partial(self.okrs.cancel_key_result, id=id), self.model.cancel_key_result, id, because=True)

    @rule(key_result=picks, score=st.sampled_from([None, Decimal(0), Decimal("0.7"), Decimal(1)]), how=hows)
    def score(self, key_result: int, score: Decimal | None, how: How) -> None:
        id = self.pick("key_results", key_result)
        said = {"score": score, "suggested": self.suggested(id)}
        command = partial(self.okrs.score_key_result, id=id, root_cause="It rained", **said)
        self.do(how, command, partial(self.model.score, reasoned=how.reasoned, **said), id)

    def fitting(self, key_result: Any, value: Decimal | None, done: list[str] | None, *, wrong: bool) -> dict[str, Any]:
        """A value or milestones, whichever the metric takes, or when it shall be wrong the other."""
        kind = self.model.world["key_results"][key_result]["metric"]["kind"]
        if kind == "binary" and value is not None and not wrong:
            value = Decimal(value > 1)
        named = (kind == "milestones") != wrong
        return {"value": None, "milestones": done} if named else {"value": value, "milestones": None}

    @rule(
        key_result=picks,
        day=days,
        value=st.none() | values,
        done=st.none() | steps,
        confidence=confidences,
        status=statuses,
        wrong=rarely,
        how=hows,
    )
    def check_in(self, key_result: int, day: int | None, value: Any, done: Any, *, wrong: bool, how: How, **more: Any) -> None:
        on, measured = self.pick("key_results", key_result), self.day(day)
        said = self.fitting(on, value, done, wrong=wrong) | more
        command = partial(self.okrs.check_in, key_result_id=on, measured_on=measured, note="So it goes", **said)
        self.do(how, command, partial(self.model.check_in, key_result=on, day=measured, **said), on)

    @rule(rows=st.lists(reports, min_size=2, max_size=6))
    def weeks_go_by(self, rows: list[tuple[int, int, Any, Any, Any, Any]]) -> None:
        """Reports come in, hours apart."""
        for number, hours, value, done, confidence, status in rows:
            self.time_passes(hours)
            self.check_in(number, None, value, done, confidence=confidence, status=status, wrong=False, how=PLAIN)

    @rule(rows=st.lists(st.tuples(picks, days, values, steps), min_size=1, max_size=3), how=hows)
    def check_in_batch(self, rows: list[tuple[int, int | None, Any, Any]], how: How) -> None:
        parts = [(self.pick("key_results", number), self.day(day), value, done) for number, day, value, done in rows]
        batch = [(on, day, self.fitting(on, value, done, wrong=False)) for on, day, value, done in parts]

        def follow(_: Any) -> None:
            new = self.new_check_ins()
            with self.all_or_none():
                for on, day, said in batch:
                    self.model.check_in(next(new, uuid4()), key_result=on, day=day, **said, **UNSAID)

        sent = [{"key_result_id": on, "measured_on": day, **said} for on, day, said in batch]
        self.do(how, partial(self.okrs.check_in_batch, check_ins=sent), follow)

    @precondition(lambda self: self.model.world["check_ins"])
    @rule(
        check_in=picks,
        day=days,
        value=st.none() | values,
        done=st.none() | steps,
        confidence=confidences,
        status=statuses,
        wrong=rarely,
        how=hows,
    )
    def correct(self, check_in: int, day: int | None, value: Any, done: Any, *, wrong: bool, how: How, **more: Any) -> None:
        id, measured = self.pick("check_ins", check_in), self.day(day)
        on = self.model.world["check_ins"][id]["key_result"]
        said = self.fitting(on, value, done, wrong=wrong) | more
        command = partial(self.okrs.correct_check_in, key_result_id=on, id=id, measured_on=measured, **said)
        self.do(how, command, partial(self.model.correct, day=measured, **said), id, because=True)

    @precondition(lambda self: self.model.world["check_ins"])
    @rule(check_in=picks, how=hows)
    def retract(self, check_in: int, how: How) -> None:
        id = self.pick("check_ins", check_in)
        on = self.model.world["check_ins"][id]["key_result"]
        command = partial(self.okrs.retract_check_in, key_result_id=on, id=id)
        self.do(how, command, self.model.retract, id, because=True)

    @precondition(lambda self: self.model.world["check_ins"])
    @rule(rows=st.lists(slips, min_size=1, max_size=4))
    def slips_are_mended(self, rows: list[tuple[int, int | None, Any, Any, bool]]) -> None:
        """Corrections and retractions of what was reported last."""
        for number, day, value, done, withdrawn in rows:
            newest = max(len(self.model.world["check_ins"]) - 1 - number % 4, 0)
            if withdrawn:
                self.retract(newest, PLAIN)
            else:
                self.correct(newest, day, value, done, wrong=False, how=PLAIN, confidence=Decimal("0.5"), status=None)

    @rule(child=picks, parent=picks, weight=weights, how=hows)
    def link(self, child: int, parent: int, weight: Decimal, how: How) -> None:
        one, other = self.pick("objectives", child), self.pick("objectives", parent)
        command = partial(self.okrs.link, child_id=one, parent_id=other, kind=Kind.VERTICAL, weight=weight)
        self.do(how, command, partial(self.model.link, child=one, parent=other, weight=weight))

    @precondition(lambda self: self.model.world["links"])
    @rule(link=picks, weight=weights, how=hows)
    def reweight(self, link: int, weight: Decimal, how: How) -> None:
        id = self.pick("links", link)
        command = partial(self.okrs.change_alignment, id=id, weight=weight)
        self.do(how, command, partial(self.model.reweight, weight=weight, reasoned=how.reasoned), id)

    @precondition(lambda self: self.model.world["links"])
    @rule(link=picks, how=hows)
    def end_link(self, link: int, how: How) -> None:
        id = self.pick("links", link)
        self.do(how, partial(self.okrs.end_alignment, id=id), self.model.end_link, id, because=True)


BOUNDED = settings(
    max_examples=16, stateful_step_count=50, deadline=None, database=None, suppress_health_check=list(HealthCheck)
)
LONG = settings(BOUNDED, max_examples=300, stateful_step_count=120)


@pytest.mark.slow
def test_any_commands_leave_what_the_model_holds():
    run_state_machine_as_test(seed(4)(States), settings=BOUNDED)


@pytest.mark.torture
def test_very_many_commands_leave_what_the_model_holds():
    run_state_machine_as_test(States, settings=LONG)
