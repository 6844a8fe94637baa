"""Several processes compete for the last place under a limit and the last moment of a draft."""

import json

import pytest

from okr_events.domain.alignment import AlignmentKind
from tests.torture.conftest import ZERO_TO_A_MILLION
from tests.torture.log_invariants import assert_limit_held, assert_reasons_after_agreement

ENDED_RULES = {"objective-ended", "key-result-closed", "alignment-ended"}
LIMIT_OF_TWO = {"max": 2, "min": 0, "enforce": "refuse"}

pytestmark = pytest.mark.slow


def test_the_last_place_of_a_unit_is_taken_once(organisation, command_runner, rounds, store):
    """Afterwards one objective is cancelled while two others are created."""
    cycle = organisation.limited_cycle("Few", {"objectives_per_unit": {"max": 2, "enforce": "refuse"}})
    command, full = command_runner(), "too-many-objectives"
    for round in rounds:
        unit = organisation.team(f"Unit {round}")
        first = organisation.objective("Aim", unit, cycle_id=cycle)
        another = {"command": "create_objective", "title": "Aim", "cycle_id": cycle, "unit_id": unit}
        assert sorted(command.run_concurrently(*[another] * 3)) == ["done", full, full]
        outcomes = command.run_concurrently(another, {"command": "cancel_objective", "id": first}, another)
        assert outcomes[1] == "done"
        assert sorted(outcomes[::2]) in (["done", full], [full, full])
    assert max(assert_limit_held(2, store.log, "Objective.Created", "cycle_id", "unit_id").values()) in {1, 2}


def test_the_last_place_of_an_objective_is_taken_once(organisation, command_runner, rounds, store):
    cycle = organisation.limited_cycle("Few", {"key_results_per_objective": LIMIT_OF_TWO})
    command, full = command_runner(), "too-many-key-results"
    for round in rounds:
        objective = organisation.objective(f"Aim {round}", cycle_id=cycle)
        first = organisation.key_result("KR", of=objective)
        fields = {"objective_id": objective, "title": "KR", "metric": json.dumps(ZERO_TO_A_MILLION)}
        another = {"command": "define_key_result", **fields}
        assert sorted(command.run_concurrently(*[another] * 3)) == ["done", full, full]
        outcomes = command.run_concurrently(another, {"command": "cancel_key_result", "id": first}, another)
        assert outcomes[1] == "done"
        assert sorted(outcomes[::2]) in (["done", full], [full, full])
    assert max(assert_limit_held(2, store.log, "KeyResult.Defined", "objective_id").values()) == 2


def test_no_change_without_a_reason_follows_an_agreement(organisation, teams, command_runner, rounds, store):
    command, actor = command_runner(), organisation.intent.actor
    for round in rounds:
        draft = organisation.objective(f"Aim {round}", teams[0], draft=True)
        measured = organisation.key_result("KR", of=draft)
        link = organisation.link(AlignmentKind.VERTICAL, draft, organisation.objective(f"Above {round}"))
        agree = {"command": "agree_objective", "id": draft}
        changes = [
            {"command": "revise_target", "id": measured, "target": 7},
            {"command": "change_key_result", "id": measured, "weight": 7},
            {"command": "reassign_objective", "id": draft, "owner": actor},
            {"command": "end_alignment", "id": link},
            {"command": "cancel_key_result", "id": measured},
            {"command": "cancel_objective", "id": draft},
        ]
        pair = [changes[round % 6] | {"reason": ""}, changes[(round + 1 + round // 6) % 6] | {"reason": ""}]
        outcomes = command.run_concurrently(pair[0], agree, pair[1])
        assert set(outcomes) <= {"done", "reason-required", "version-conflict", *ENDED_RULES}
    assert_reasons_after_agreement(store.log)
