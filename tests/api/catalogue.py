"""Every command with a body that it takes."""

from typing import Any

WHY = "The market moved"
CENTURY = {"starts_on": "2000-01-01", "ends_on": "2099-12-31"}
LAUNCHES = {"kind": "increase", "baseline": 0, "target": 4, "measure": "products"}
NO_ID = "00000000-0000-4000-8000-000000000000"
ADMINS_ALONE = ("/v1/units", "/v1/people", "/v1/cycles", "/v1/tokens", "/v1/priorities")
COMMANDS: dict[str, dict[str, Any]] = {
    "POST /v1/units": {"name": "{name}", "level": "team", "parent_id": "{company}"},
    "PATCH /v1/units/<uuid:unit_id>": {"name": "{name}"},
    "POST /v1/units/<uuid:unit_id>/move": {"parent_id": "{team}", "reason": WHY},
    "POST /v1/units/<uuid:unit_id>/cadence": {"every": "monthly", "weekday": "monday", "grace_days": 5},
    "POST /v1/people": {"name": "{name}", "email": "ada@example.com"},
    "PATCH /v1/people/<uuid:person_id>": {"name": "{name}"},
    "POST /v1/people/<uuid:person_id>/erasure": {"reason": WHY},
    "POST /v1/tokens": {"person_id": "{person}", "role": "reader", "expires_at": "2099-12-31T00:00:00+02:00"},
    "POST /v1/tokens/<uuid:token_id>/revocation": {},
    "POST /v1/priorities": {
        "title": "{name}",
        "description": "Over five years",
        "perspective": "customer",
        "horizon": {"starts_on": "2020-01-01", "ends_on": "2029-12-31"},
        "owner": "{member}",
    },
    "PATCH /v1/priorities/<uuid:priority_id>": {"title": "{name}", "perspective": "financial"},
    "POST /v1/priorities/<uuid:priority_id>/retirement": {"reason": WHY},
    "POST /v1/cycles": {"name": "{name}", **CENTURY, "policy": {"bottleneck": 4, "cadence": {"weekday": "monday"}}},
    "PATCH /v1/cycles/<uuid:cycle_id>/policy": {"policy": {"overlap": 80}},
    "POST /v1/cycles/<uuid:cycle_id>/activation": {},
    "POST /v1/cycles/<uuid:cycle_id>/closing": {"allow_unscored": True, "reason": WHY},
    "POST /v1/objectives": {
        "cycle_id": "{cycle}",
        "unit_id": "{team}",
        "title": "{name}",
        "description": "Why",
        "owner": "{member}",
        "commitment": "committed",
        "urgent": True,
        "important": False,
        "progress_driver": "both",
        "draft": True,
    },
    "POST /v1/objectives/<uuid:objective_id>/agreement": {"agreed_by": ["{member}", "{person}"]},
    "PATCH /v1/objectives/<uuid:objective_id>": {"title": "{name}", "urgent": True},
    "POST /v1/objectives/<uuid:objective_id>/reassignment": {"owner": "{company}", "reason": WHY},
    "POST /v1/objectives/<uuid:objective_id>/cancellation": {"reason": WHY},
    "POST /v1/objectives/<uuid:objective_id>/closing": {"allow_unscored": True, "reason": WHY},
    "PUT /v1/objectives/<uuid:objective_id>/weights": {"key_results": {"{its_key_result}": "2.5"}, "reason": WHY},
    "POST /v1/objectives/<uuid:objective_id>/key-results": {
        "title": "{name}",
        "description": "How",
        "metric": LAUNCHES,
        "weight": 2,
        "owner": "{member}",
        "due_on": "2099-01-01",
    },
    "PATCH /v1/key-results/<uuid:key_result_id>": {"title": "{name}"},
    "POST /v1/key-results/<uuid:key_result_id>/target": {"target": 5, "reason": WHY},
    "POST /v1/key-results/<uuid:key_result_id>/reassignment": {"owner": "{company}", "reason": WHY},
    "POST /v1/key-results/<uuid:key_result_id>/cadence": {"every": "biweekly", "grace_days": 1},
    "POST /v1/key-results/<uuid:key_result_id>/score": {"score": "0.5", "decision": "keep", "root_cause": "x", "reason": WHY},
    "POST /v1/key-results/<uuid:key_result_id>/cancellation": {"reason": WHY},
    "POST /v1/key-results/<uuid:key_result_id>/carry-over": {
        "objective_id": "{elsewhere}",
        "title": "{name}",
        "target": 6,
        "owner": "{person}",
        "due_on": "2098-01-01",
    },
    "POST /v1/key-results/<uuid:key_result_id>/contributors": {
        "person_id": "{person}",
        "contribution": "Asks the customers",
        "role": "lead",
        "due_on": "2098-01-01",
    },
    "POST /v1/key-results/<uuid:key_result_id>/contributors/<uuid:contributor_id>/ending": {},
    "POST /v1/key-results/<uuid:key_result_id>/initiatives": {"title": "{name}", "owner": "{member}", "due_on": "2098-01-01"},
    "POST /v1/initiatives/<uuid:initiative_id>/completion": {},
    "POST /v1/key-results/<uuid:key_result_id>/check-ins": {
        "value": "1.5",
        "measured_on": "2026-01-05",
        "confidence": 0.7,
        "status": "at_risk",
        "note": "We go on",
        "wins": ["A first sale"],
        "blockers": [{"kind": "capacity", "text": "Two are ill", "owner": "{member}"}],
        "next_steps": ["Call them"],
    },
    "POST /v1/check-ins/batch": {
        "check_ins": [{"key_result_id": "{launch}", "value": 1}, {"key_result_id": "{launch}", "status": "at_risk"}]
    },
    "POST /v1/check-ins/<uuid:check_in_id>/correction": {"value": 2, "note": "Miscounted", "reason": WHY},
    "POST /v1/check-ins/<uuid:check_in_id>/retraction": {"reason": WHY},
    "POST /v1/blockers/<uuid:blocker_id>/resolution": {"reason": WHY},
    "POST /v1/objectives/<uuid:objective_id>/comments": {"kind": "feedback", "text": "Say for whom"},
    "POST /v1/key-results/<uuid:key_result_id>/comments": {"kind": "coaching", "text": "Ask the customers"},
    "POST /v1/check-ins/<uuid:check_in_id>/comments": {"kind": "celebration", "text": "Well done"},
    "POST /v1/comments/<uuid:comment_id>/answers": {"kind": "question", "text": "For whom?"},
    "POST /v1/reviews": {
        "unit_id": "{team}",
        "cycle_id": "{cycle}",
        "kind": "quarterly",
        "held_on": "2026-01-05",
        "participants": ["{member}", "{person}"],
        "what_worked": ["Asking early"],
        "what_did_not": ["Guessing"],
        "lessons": ["Ask"],
        "decisions": [{"text": "Ask every week", "owner": "{member}", "due_on": "2026-02-01"}, {"text": "Guess less"}],
        "adjustments": [1, 2],
    },
    "POST /v1/reviews/<uuid:review_id>/adjustments": {"adjustments": [3]},
    "POST /v1/decisions/<uuid:decision_id>/completion": {},
    "POST /v1/alignments": {"child_id": "{objective_id}", "parent_id": "{lead}", "kind": "vertical", "weight": "0.5"},
    "PATCH /v1/alignments/<uuid:alignment_id>": {"weight": 3, "reason": WHY},
    "POST /v1/alignments/<uuid:alignment_id>/confirmation": {"capacity": "7.5", "agreement": "From the second week on"},
    "POST /v1/alignments/<uuid:alignment_id>/declination": {"reason": WHY},
    "POST /v1/alignments/<uuid:alignment_id>/ending": {"reason": WHY},
}
"""Each command with a body that it takes: `{…}` are places of a `World`."""

ON_OTHERS = {
    "POST /v1/cycles/<uuid:cycle_id>/closing": {"cycle_id": "active_cycle"},
    "POST /v1/objectives/<uuid:objective_id>/agreement": {"objective_id": "draft"},
    "POST /v1/alignments/<uuid:alignment_id>/confirmation": {"alignment_id": "dependency"},
    "POST /v1/alignments/<uuid:alignment_id>/declination": {"alignment_id": "dependency"},
}
"""Commands that take a special thing for their path's id."""
