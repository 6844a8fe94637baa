"""Commands of several processes at once that must not all succeed: circles, names, endings."""

import json

import pytest

from okr_events.alignment import Kind
from tests.torture.opened import place_of
from tests.torture.processes import processes

THREE = 3
CIRCLE = "circular-contribution"

pytestmark = pytest.mark.slow


class Commanders:
    """Three processes that take commands: `at_once` hands each of them one, then waits for what became of all."""

    def __init__(self, running, place, actor, everywhere=()):
        self.processes = [running.start("commander", place, actor, *everywhere) for _ in range(THREE)]
        assert [self.told(process) for process in self.processes] == ["ready"] * THREE

    def at_once(self, *commands):
        for process, command in zip(self.processes, commands, strict=True):
            process.stdin.write(json.dumps({name: str(said) for name, said in command.items()}) + "\n")
        for process in self.processes:
            process.stdin.flush()
        return [self.told(process) for process in self.processes]

    def told(self, process):
        return process.stdout.readline().strip()


@pytest.fixture
def commanders(store, organisation):
    with processes() as running:
        yield lambda *everywhere: Commanders(running, place_of(store), organisation.intent.actor, everywhere)


@pytest.fixture
def teams(organisation):
    return [organisation.team(f"Team {number}") for number in range(THREE)]


def around(things):
    return list(zip(things, [*things[1:], things[0]], strict=True))


def links(objectives):
    pairs = around(objectives)
    return [{"command": "link", "child_id": child, "parent_id": parent, "kind": "vertical"} for child, parent in pairs]


def no_circle(log):
    """Follow the log's facts: nothing ever contributes to itself, neither units nor objectives."""
    above = {}
    for event in log.recorded(after=0, limit=100_000):
        state = json.loads(event.state)
        if event.topic == "Alignment.Linked":
            above[event.originator_id.hex] = (state["child_id"]["_data_"], state["parent_id"]["_data_"])
        if event.topic == "Alignment.Ended":
            del above[event.originator_id.hex]
        if event.topic in {"Unit.Created", "Unit.Moved"} and state["parent_id"]:
            above[event.originator_id.hex] = (event.originator_id.hex, state["parent_id"]["_data_"])
        left = set(above.values())
        while leaves := {pair for pair in left if pair[1] not in {child for child, _ in left}}:
            left -= leaves
        assert not left, f"a circle at {event.position}"


def test_three_links_that_close_a_circle_are_two(organisation, teams, commanders, store):
    command = commanders(*teams)
    for round in range(15):
        objectives = [organisation.objective(f"Aim {round}", team) for team in teams]
        assert sorted(command.at_once(*links(objectives))) == [CIRCLE, "done", "done"]
    no_circle(store.log)


def test_three_units_that_move_below_each_other_are_two(organisation, teams, commanders, store):
    command = commanders()
    for _ in range(10):
        moves = [{"command": "move_unit", "id": unit, "parent_id": parent} for unit, parent in around(teams)]
        assert sorted(command.at_once(*moves)) == ["circular-units", "done", "done"]
        for team in teams:
            organisation.okrs.move_unit(organisation.intent, team, parent_id=organisation.company)
    no_circle(store.log)


def test_links_and_moves_do_not_close_a_circle_together(organisation, teams, commanders, store):
    """Team 0 is below team 1 and links to it, while it moves out and team 1 moves below it and links back."""
    command, (first, second, _) = commanders(), teams
    for round in range(10):
        organisation.okrs.move_unit(organisation.intent, first, parent_id=second)
        one, other = (organisation.objective(f"Aim {round}", team) for team in (first, second))
        there, back, _ = links([one, other, one])
        out = {"command": "move_unit", "id": first, "parent_id": organisation.company}
        under = {"command": "move_unit", "id": second, "parent_id": first}
        told = [command.at_once(there, out, under), command.at_once(under, there, back), command.at_once(back, under, back)]
        linked = [told[0][0], told[1][1], told[1][2], told[2][0], told[2][2]]
        assert linked.count("done") <= 1
        assert set(linked) <= {"done", CIRCLE, "not-above", "already-linked"}
        organisation.okrs.move_unit(organisation.intent, second, parent_id=organisation.company)
    no_circle(store.log)


def test_a_name_is_taken_once(organisation, commanders):
    command = commanders()
    for round in range(10):
        said = {"command": "create_unit", "name": f"New {round}", "level": "team", "parent_id": organisation.company}
        assert sorted(command.at_once(said, said, said)) == ["done", "name-taken", "name-taken"]


def test_an_objective_is_cancelled_once(organisation, commanders):
    command = commanders()
    for round in range(10):
        said = {"command": "cancel_objective", "id": organisation.objective(f"Aim {round}")}
        told = command.at_once(said, said, said)
        assert told.count("done") == 1
        assert set(told) <= {"done", "objective-ended", "version-conflict"}


def test_nothing_happens_to_what_was_cancelled(organisation, teams, commanders, store):
    """Whoever comes first: no link, title or check-in follows an objective's end."""
    command = commanders(*teams)
    for round in range(10):
        one, other = (organisation.objective(f"Aim {round}", team) for team in teams[:2])
        measured = organisation.key_result(f"KR {round}", of=other)
        cancel, link = {"command": "cancel_objective", "id": other}, links([one, other])[0]
        title = {"command": "change_objective", "id": other, "title": "New"}
        value = {"command": "check_in", "key_result_id": measured, "value": "1"}
        told = command.at_once(link, cancel, value if round % 2 else title)
        assert set(told) <= {"done", "objective-ended", "version-conflict"}
    nothing_after_an_end(store.log)


def nothing_after_an_end(log):
    ended, objective_of = set(), {}
    for event in log.recorded(after=0, limit=100_000):
        state = json.loads(event.state)
        if event.topic == "KeyResult.Defined":
            objective_of[event.originator_id.hex] = state["objective_id"]["_data_"]
        touched = {objective_of.get(event.originator_id.hex, event.originator_id.hex)}
        touched |= {state[name]["_data_"] for name in ("child_id", "parent_id") if event.topic == "Alignment.Linked"}
        assert not ended & touched, f"{event.topic} at {event.position}"
        if event.topic == "Objective.Cancelled":
            ended.add(event.originator_id.hex)


def test_a_link_ends_once(organisation, teams, commanders):
    command = commanders()
    for round in range(5):
        low, high = (organisation.objective(f"Aim {round}", unit) for unit in (teams[0], organisation.company))
        kind = {"child_id": low, "parent_id": high}
        link = organisation.okrs.link(organisation.intent, kind=Kind.VERTICAL, **kind).id
        told = command.at_once(*[{"command": "end_alignment", "id": link}] * THREE)
        assert told.count("done") == 1
        assert set(told) <= {"done", "alignment-ended", "version-conflict"}
        assert organisation.okrs.link(organisation.intent, kind=Kind.VERTICAL, **kind).events == 1
