"""An objective is closed once, when all its key results are scored, despite concurrent check-ins and changes."""

import json
from collections import defaultdict

import pytest

from okr_events.domain.alignment import AlignmentKind
from okr_events.event_log.constraint_tables import rebuild_if_outdated
from okr_events.event_log.integrity_check import LogVerifier
from tests.torture.conftest import ZERO_TO_A_MILLION
from tests.torture.log_invariants import read_facts

pytestmark = pytest.mark.slow
ENDED = {"key-result-closed", "objective-ended", "version-conflict"}


@pytest.fixture
def create_scored_objectives(organisation):
    """Create objectives, each with a scored key result; return their ids."""

    def create(title):
        goal = organisation.objective(title)
        part = organisation.key_result("KR", of=goal)
        organisation.okrs.score_key_result(organisation.intent, part, score=1)
        return goal, part

    return create


def conflicting_commands(organisation, goal, part):
    """Return the commands that would change an objective or its key results."""
    beside = organisation.objective(f"Beside {goal}")
    link = organisation.link(AlignmentKind.DIRECTIONAL, beside, goal)
    return [
        {"command": "define_key_result", "objective_id": goal, "title": "KR", "metric": json.dumps(ZERO_TO_A_MILLION)},
        {"command": "check_in", "key_result_id": part, "value": 9},
        {"command": "score_key_result", "id": part, "score": "0.5"},
        {"command": "link", "child_id": beside, "parent_id": goal, "kind": "vertical"},
        {"command": "end_alignment", "id": link},
        {"command": "close_objective", "id": goal},
        {"command": "cancel_key_result", "id": part},
        {"command": "cancel_objective", "id": goal},
    ]


def test_what_changes_an_objective_comes_before_its_closing_or_is_refused(
    organisation, create_scored_objectives, command_runner, rounds, store
):
    rebuild_if_outdated(store.log, organisation.okrs.mapper)
    command, closed = command_runner(), 0
    for number in rounds:
        goal, part = create_scored_objectives(f"Aim {number}")
        some, close = conflicting_commands(organisation, goal, part), {"command": "close_objective", "id": goal}
        outcomes = command.run_concurrently(some[number % len(some)], close, some[(3 * number + 1) % len(some)])
        assert set(outcomes) <= {"done", "unscored-key-results", "not-above", *ENDED}
        closed += count_closings(store.log, goal)
    assert closed
    assert [fault.message for fault in LogVerifier(store.log, organisation.okrs.mapper).find_faults()] == []


def count_closings(log, goal):
    """Check that the objective is closed at most once, fully scored and unchanged afterwards; return the number of closings."""
    closed, above, unscored = 0, {}, defaultdict(set)
    for position, topic, id, fields, _ in read_facts(log):
        above[id] = str(fields.get("objective_id") or fields.get("parent_id") or above.get(id, id))
        if above[id] != goal.hex:
            continue
        assert not closed, f"{topic} at {position}"
        if topic == "KeyResult.Defined":
            unscored[goal].add(id)
        if topic in {"KeyResult.Scored", "KeyResult.Cancelled"}:
            unscored[goal].discard(id)
        closed += topic == "Objective.Closed"
        assert not closed or not unscored[goal], f"unscored at {position}"
    return closed
