"""Links of all kinds, created concurrently with commands that exclude them."""

from itertools import product

import pytest

from okr_events.domain.alignment import AlignmentKind
from tests.torture.log_invariants import (
    assert_no_circle,
    assert_no_value_after_inheritance,
    assert_nothing_after_an_end,
    newest_stream,
)

CIRCLE = "circular-contribution"
AGAIN = "already-linked"
CLOSED = "key-result-closed"
WAYS = ("inherits", "contributes")

pytestmark = pytest.mark.slow


@pytest.fixture
def create_goal(organisation, teams):
    """Create an objective of a team with a key result; return both ids."""

    def make(title, team=0):
        objective = organisation.objective(title, teams[team])
        return objective, organisation.key_result(title, of=objective)

    return make


def link_command(kind, child, parent):
    return {"command": "link", "kind": kind, "child_id": child, "parent_id": parent}


def contribution_command(way, child, parent):
    """Link the child's objective to the parent's objective, or let it inherit the key result."""
    return link_command("explicit", child[0], parent[1]) if way == "inherits" else link_command("vertical", child[0], parent[0])


def test_three_links_that_close_a_circle_through_key_results_are_two(teams, create_goal, command_runner, rounds, store):
    command, ways = command_runner(*teams), list(product(WAYS, repeat=3))
    for round in rounds:
        one, two, three = (create_goal(f"Aim {round}", team) for team in range(3))
        pairs = [(one, two), (two, three), (three, one)]
        outcomes = command.run_concurrently(
            *(contribution_command(way, *pair) for way, pair in zip(ways[round % 8], pairs, strict=True))
        )
        assert sorted(outcomes) == [CIRCLE, "done", "done"]
    assert_no_circle(store.log)


def test_nobody_inherits_from_what_contributes_to_it(organisation, teams, create_goal, command_runner, rounds, store):
    """One objective inherits the other's key result, while the other contributes to it or inherits from it, once or twice."""
    command = command_runner(*teams)
    for round in rounds:
        one, other = create_goal(f"Aim {round}"), create_goal(f"Aim {round}", 1)
        back = contribution_command(WAYS[round % 2], other, one)
        outcomes = command.run_concurrently(contribution_command("inherits", one, other), back, back)
        assert sorted(outcomes) in ([CIRCLE, CIRCLE, "done"], [AGAIN, CIRCLE, "done"])
        if outcomes[0] == "done":
            organisation.okrs.cancel_key_result(organisation.intent, other[1])
            assert command.run_concurrently(back, back, back).count("done") == 1
    assert_no_circle(store.log)
    assert_nothing_after_an_end(store.log)


def test_no_value_is_recorded_after_an_inheritance(organisation, create_goal, command_runner, rounds, store):
    """The link is created among check-ins and corrections with a value, and ends among others."""
    command = command_runner()
    for round in rounds:
        (_, measured), (heir, _) = create_goal(f"Aim {round}"), create_goal(f"Heir {round}", 1)
        slip = organisation.check_in(measured, 1)
        value = {"command": "check_in", "key_result_id": measured, "value": 2}
        mended = {"command": "correct_check_in", "key_result_id": measured, "id": slip, "value": 3}
        commands = [link_command("explicit", heir, measured), value, mended]
        outcomes = command.run_concurrently(*commands[round % 3 :], *commands[: round % 3])
        assert (outcomes[-(round % 3)], set(outcomes)) in (("done", {"done"}), ("done", {"done", "inherited"}))
        inherited = {"command": "end_alignment", "id": newest_stream(store.log, "Alignment.Linked")}
        assert set(command.run_concurrently(value, inherited, mended)) <= {"done", "inherited"}
    assert assert_no_value_after_inheritance(store.log) > len(rounds)


def test_nothing_serves_a_retired_priority(organisation, create_goal, command_runner, rounds, store):
    command = command_runner()
    for round in rounds:
        priority, (one, _), (other, _) = (
            organisation.priority(f"Lead {round}"),
            create_goal(f"One {round}"),
            create_goal(f"Other {round}"),
        )
        retire = {"command": "retire_priority", "id": priority}
        outcomes = command.run_concurrently(
            link_command("strategic", one, priority), retire, link_command("strategic", other, priority)
        )
        assert outcomes[1] == "done"
        assert set(outcomes) <= {"done", "priority-retired"}
    assert_nothing_after_an_end(store.log)


def test_nothing_is_linked_to_a_cancelled_key_result(organisation, create_goal, command_runner, rounds, store):
    command = command_runner()
    for round in rounds:
        (objective, measured), (heir, _) = create_goal(f"Aim {round}"), create_goal(f"Heir {round}", 1)
        cancel = {"command": "cancel_key_result", "id": measured}
        whole = {"command": "cancel_objective", "id": objective}
        outcomes = command.run_concurrently(
            link_command("explicit", heir, measured), cancel, link_command("directional", heir, measured)
        )
        assert outcomes[1] == "done"
        assert set(outcomes) <= {"done", CLOSED}
        outcomes = command.run_concurrently(
            link_command("explicit", heir, organisation.key_result("KR", of=objective)), whole, cancel
        )
        assert set(outcomes) <= {"done", CLOSED, "objective-ended"}
    assert_nothing_after_an_end(store.log)


@pytest.mark.parametrize("command", ["cancel_key_result", "retire_priority"])
def test_an_end_comes_once(organisation, create_goal, command_runner, command, rounds):
    commanded = command_runner()
    for round in rounds:
        thing = create_goal(f"Aim {round}")[1] if command == "cancel_key_result" else organisation.priority(f"Lead {round}")
        outcomes = commanded.run_concurrently(*[{"command": command, "id": thing}] * 3)
        assert outcomes.count("done") == 1
        assert set(outcomes) <= {"done", CLOSED, "priority-retired", "version-conflict"}


def test_a_dependency_is_answered_once(organisation, create_goal, command_runner, rounds):
    command = command_runner()
    for round in rounds:
        (one, _), (other, _) = create_goal(f"Aim {round}"), create_goal(f"Aim {round}", 1)
        id = organisation.link(AlignmentKind.HORIZONTAL, one, other)
        outcomes = command.run_concurrently(
            *({"command": f"{answer}_alignment", "id": id} for answer in ("confirm", "decline", "end"))
        )
        assert outcomes[:2].count("done") <= 1
        assert set(outcomes) <= {"done", "dependency-answered", "alignment-ended", "version-conflict"}
