"""Concurrent commands of several processes that must not all succeed: cycles of links, names, endings."""

import pytest

from okr_events.domain.alignment import AlignmentKind
from tests.torture.command_runners import RUNNER_COUNT
from tests.torture.log_invariants import assert_no_circle, assert_nothing_after_an_end

CIRCLE = "circular-contribution"

pytestmark = pytest.mark.slow


def circle_pairs(things):
    return list(zip(things, [*things[1:], things[0]], strict=True))


def link_commands(objectives):
    pairs = circle_pairs(objectives)
    return [{"command": "link", "child_id": child, "parent_id": parent, "kind": "vertical"} for child, parent in pairs]


def test_three_links_that_close_a_circle_are_two(organisation, teams, command_runner, rounds, store):
    command = command_runner(*teams)
    for round in rounds:
        objectives = [organisation.objective(f"Aim {round}", team) for team in teams]
        assert sorted(command.run_concurrently(*link_commands(objectives))) == [CIRCLE, "done", "done"]
    assert_no_circle(store.log)


def test_three_units_that_move_below_each_other_are_two(organisation, teams, command_runner, rounds, store):
    command = command_runner()
    for _ in rounds:
        moves = [{"command": "move_unit", "id": unit, "parent_id": parent} for unit, parent in circle_pairs(teams)]
        assert sorted(command.run_concurrently(*moves)) == ["circular-units", "done", "done"]
        for team in teams:
            organisation.okrs.move_unit(organisation.intent, team, parent_id=organisation.company)
    assert_no_circle(store.log)


def test_links_and_moves_do_not_close_a_circle_together(organisation, teams, command_runner, rounds, store):
    """Team 0 is below team 1 and links to it; concurrently it moves out, and team 1 moves below it and links back."""
    command, (first, second, _) = command_runner(), teams
    for round in rounds:
        organisation.okrs.move_unit(organisation.intent, first, parent_id=second)
        one, other = (organisation.objective(f"Aim {round}", team) for team in (first, second))
        there, back, _ = link_commands([one, other, one])
        out = {"command": "move_unit", "id": first, "parent_id": organisation.company}
        under = {"command": "move_unit", "id": second, "parent_id": first}
        outcomes = [
            command.run_concurrently(there, out, under),
            command.run_concurrently(under, there, back),
            command.run_concurrently(back, under, back),
        ]
        linked = [outcomes[0][0], outcomes[1][1], outcomes[1][2], outcomes[2][0], outcomes[2][2]]
        assert linked.count("done") <= 1
        assert set(linked) <= {"done", CIRCLE, "not-above", "already-linked"}
        organisation.okrs.move_unit(organisation.intent, second, parent_id=organisation.company)
    assert_no_circle(store.log)


def test_a_name_is_taken_once(organisation, command_runner, rounds):
    command = command_runner()
    for round in rounds:
        command_line = {"command": "create_unit", "name": f"New {round}", "level": "team", "parent_id": organisation.company}
        assert sorted(command.run_concurrently(command_line, command_line, command_line)) == [
            "done",
            "name-taken",
            "name-taken",
        ]


def test_an_objective_is_cancelled_once(organisation, command_runner, rounds):
    command = command_runner()
    for round in rounds:
        command_line = {"command": "cancel_objective", "id": organisation.objective(f"Aim {round}")}
        outcomes = command.run_concurrently(command_line, command_line, command_line)
        assert outcomes.count("done") == 1
        assert set(outcomes) <= {"done", "objective-ended", "version-conflict"}


def test_nothing_happens_to_what_was_cancelled(organisation, teams, command_runner, rounds, store):
    """In any order, no link, title or check-in follows the end of an objective."""
    command = command_runner(*teams)
    for round in rounds:
        one, other = (organisation.objective(f"Aim {round}", team) for team in teams[:2])
        measured = organisation.key_result(f"KR {round}", of=other)
        cancel, link = {"command": "cancel_objective", "id": other}, link_commands([one, other])[0]
        title = {"command": "change_objective", "id": other, "title": "New"}
        value = {"command": "check_in", "key_result_id": measured, "value": "1"}
        outcomes = command.run_concurrently(link, cancel, value if round % 2 else title)
        assert set(outcomes) <= {"done", "objective-ended", "version-conflict"}
    assert_nothing_after_an_end(store.log)


def test_a_link_ends_once(organisation, teams, command_runner, rounds):
    command = command_runner()
    for round in rounds:
        low, high = (organisation.objective(f"Aim {round}", unit) for unit in (teams[0], organisation.company))
        kind = {"child_id": low, "parent_id": high}
        link = organisation.okrs.link(organisation.intent, kind=AlignmentKind.VERTICAL, **kind).id
        outcomes = command.run_concurrently(*[{"command": "end_alignment", "id": link}] * RUNNER_COUNT)
        assert outcomes.count("done") == 1
        assert set(outcomes) <= {"done", "alignment-ended", "version-conflict"}
        assert organisation.okrs.link(organisation.intent, kind=AlignmentKind.VERTICAL, **kind).events == 1
