"""The answer to a command is the same whether it is made from its own events or read from the views."""

from contextlib import suppress
from dataclasses import replace

import orjson
import pytest
from hypothesis import strategies as st

from api.http import command_endpoint
from projections.event_rows import NeedsViews
from projections.store.row_buffer import handlers
from tests.api.command_catalog import COMMANDS, REASON
from tests.api.malformed_input import run_examples

NEW_ROWS = ("units", "priorities", "cycles", "initiatives", "comments", "check-ins", "batch", "erasure")
"""Commands whose events tell the whole answer, by the end of their path: they only add rows, or none."""
TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), min_size=1, max_size=20)


@pytest.fixture
def both_answers(monkeypatch):
    """The answers so far, each from events (null if they need the views) and from the views."""
    read_body, answers = command_endpoint.read_body, []

    def read_both(stores, spec, result):
        from_views = read_body(stores, spec, replace(result, recorded=()))
        from_events = None
        with suppress(NeedsViews):
            from_events = command_endpoint.read_from_events(stores, spec, result) if result.recorded else None
        answers.append((from_events, from_views))
        return from_views

    monkeypatch.setattr(command_endpoint, "read_body", read_both)
    return answers


def assert_equal(answers):
    for from_events, from_views in answers:
        assert orjson.dumps(from_events[0]) == orjson.dumps(from_views[0])
        assert from_events[1] == from_views[1]


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_answers_from_its_events_what_the_views_say(both_answers, world, name):
    if not name.split("/")[2].startswith(("people", "tokens", "calendars")) or "erasure" in name:
        assert world.run(name).status_code in {200, 201}
        told = [answer for answer in both_answers if answer[0] is not None]
        assert_equal(told)
        adds = name.startswith("POST") and name.endswith(NEW_ROWS)
        assert (both_answers[-1][0] is not None) == adds, name


def test_a_check_in_answers_alike_whatever_it_says_and_whenever(both_answers, world, admin):
    during, ended = world.key_result(), end_a_cycle(world)
    sealed = world.create_sealed_cycle()
    after_seal = admin.get("/v1/alignment-tree", {"cycle": sealed}).json["roots"][0]["key_results"][0]["id"]
    check_ins = st.fixed_dictionaries(
        {},
        optional={
            "value": st.decimals(-(10**6), 10**6, places=3).map(str),
            "confidence": st.sampled_from(["0", "0.5", "1", "0.333"]),
            "status": st.sampled_from(["on_track", "at_risk", "off_track"]),
            "measured_on": st.sampled_from(["2026-01-05", "2000-01-01"]),
            "note": TEXTS,
            "wins": st.lists(TEXTS, max_size=2),
            "next_steps": st.lists(TEXTS, max_size=2),
            "blockers": st.lists(st.fixed_dictionaries({"kind": st.just("other"), "text": TEXTS}), max_size=2),
        },
    ).filter({"value", "confidence", "status"}.intersection)

    def record(example):
        place, body = example
        del both_answers[:]
        body = body if place != ended else {**body, "measured_on": "2000-01-01"}
        assert admin.post(f"/v1/key-results/{place}/check-ins", body).status_code == 201
        assert_equal(both_answers)
        rows = [{**body, "key_result_id": place}, {"key_result_id": during, "value": 1}]
        assert admin.post("/v1/check-ins/batch", {"check_ins": rows}).status_code == 201
        assert_equal(both_answers)

    run_examples(st.tuples(st.sampled_from([during, ended, after_seal]), check_ins), record, examples=25)


def end_a_cycle(world):
    """A key result of a cycle that is over and not closed."""
    cycle = world.create("cycles", name=world["name"], starts_on="1999-12-01", ends_on="2000-01-31")
    assert world.admin.post(f"/v1/cycles/{cycle}/activation").status_code == 200
    return world.key_result(objective=world.objective(cycle_id=cycle))


def test_a_command_whose_handler_fails_is_recorded_and_answered(monkeypatch, fresh_world):
    def fail(*_):
        raise ZeroDivisionError

    monkeypatch.setitem(handlers, "KeyResult.CheckedIn", [fail])
    made = fresh_world.admin.post(f"/v1/key-results/{fresh_world['launch']}/check-ins", {"value": 1, "note": REASON})
    assert (made.status_code, made.json.keys()) == (201, {"id", "version", "position"})
