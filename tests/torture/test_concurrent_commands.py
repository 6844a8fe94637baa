"""Commands of several processes at once that must not all succeed: circles, names, endings."""

import pytest

from okr_events.domain.alignment import Kind
from tests.torture.command_runners import THREE
from tests.torture.log_invariants import no_circle, nothing_after_an_end

CIRCLE = "circular-contribution"

pytestmark = pytest.mark.slow


def around(things):
    return list(zip(things, [*things[1:], things[0]], strict=True))


def links(objectives):
    pairs = around(objectives)
    return [{"command": "link", "child_id": child, "parent_id": parent, "kind": "vertical"} for child, parent in pairs]


def test_three_links_that_close_a_circle_are_two(organisation, teams, in_processes, store):
    command = in_processes(*teams)
    for round in range(15):
        objectives = [organisation.objective(f"Aim {round}", team) for team in teams]
        assert sorted(command.at_once(*links(objectives))) == [CIRCLE, "done", "done"]
    no_circle(store.log)


def test_three_units_that_move_below_each_other_are_two(organisation, teams, in_processes, store):
    command = in_processes()
    for _ in range(10):
        moves = [{"command": "move_unit", "id": unit, "parent_id": parent} for unit, parent in around(teams)]
        assert sorted(command.at_once(*moves)) == ["circular-units", "done", "done"]
        for team in teams:
            organisation.okrs.move_unit(organisation.intent, team, parent_id=organisation.company)
    no_circle(store.log)


def test_links_and_moves_do_not_close_a_circle_together(organisation, teams, in_processes, store):
    """Team 0 is below team 1 and links to it, while it moves out and team 1 moves below it and links back."""
    command, (first, second, _) = in_processes(), teams
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


def test_a_name_is_taken_once(organisation, in_processes):
    command = in_processes()
    for round in range(10):
        said = {"command": "create_unit", "name": f"New {round}", "level": "team", "parent_id": organisation.company}
        assert sorted(command.at_once(said, said, said)) == ["done", "name-taken", "name-taken"]


def test_an_objective_is_cancelled_once(organisation, in_processes):
    command = in_processes()
    for round in range(10):
        said = {"command": "cancel_objective", "id": organisation.objective(f"Aim {round}")}
        told = command.at_once(said, said, said)
        assert told.count("done") == 1
        assert set(told) <= {"done", "objective-ended", "version-conflict"}


def test_nothing_happens_to_what_was_cancelled(organisation, teams, in_processes, store):
    """Whoever comes first: no link, title or check-in follows an objective's end."""
    command = in_processes(*teams)
    for round in range(10):
        one, other = (organisation.objective(f"Aim {round}", team) for team in teams[:2])
        measured = organisation.key_result(f"KR {round}", of=other)
        cancel, link = {"command": "cancel_objective", "id": other}, links([one, other])[0]
        title = {"command": "change_objective", "id": other, "title": "New"}
        value = {"command": "check_in", "key_result_id": measured, "value": "1"}
        told = command.at_once(link, cancel, value if round % 2 else title)
        assert set(told) <= {"done", "objective-ended", "version-conflict"}
    nothing_after_an_end(store.log)


def test_a_link_ends_once(organisation, teams, in_processes):
    command = in_processes()
    for round in range(5):
        low, high = (organisation.objective(f"Aim {round}", unit) for unit in (teams[0], organisation.company))
        kind = {"child_id": low, "parent_id": high}
        link = organisation.okrs.link(organisation.intent, kind=Kind.VERTICAL, **kind).id
        told = command.at_once(*[{"command": "end_alignment", "id": link}] * THREE)
        assert told.count("done") == 1
        assert set(told) <= {"done", "alignment-ended", "version-conflict"}
        assert organisation.okrs.link(organisation.intent, kind=Kind.VERTICAL, **kind).events == 1
