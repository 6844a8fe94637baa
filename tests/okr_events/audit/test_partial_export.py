"""Partial exports: each event is proved, and false ones are rejected."""

from dataclasses import replace
from itertools import combinations

import pytest

from okr_events.audit.export_format import serialize_line
from tests.okr_events.audit.in_memory_log import THEIR_KEY, InMemoryLog, create_event, create_log, verify_lines

LOG = create_log(9)


@pytest.mark.parametrize("count", [1, 2, 5])
def test_every_selection_is_valid_against_the_checkpoint_of_its_own_size(count):
    for positions in combinations(range(1, 10), count):
        verdict = verify_lines(LOG.partial_export(*positions), LOG.signed_note())
        assert (verdict.valid, verdict.size, verdict.kind) == (True, 9, "selection")
    assert "does not show that nothing was left out" in verdict.why


def test_streams_of_which_events_are_left_out_are_counted():
    """The events of a stream are every third one."""
    for positions, count in (((1, 4, 7), 0), ((1, 7), 1), ((4, 5), 2)):
        said = verify_lines(LOG.partial_export(*positions), LOG.signed_note()).why
        assert (f"Of {count} streams events are left out." in said) == bool(count)


def test_versions_of_a_stream_rise():
    log = InMemoryLog.from_events([create_event(1), create_event(2), replace(create_event(1), position=3, recorded_at=2**52)])
    assert verify_lines(log.partial_export(1, 3), log.signed_note()).position == 3


@pytest.mark.parametrize("kept", range(10))
def test_a_kept_checkpoint_of_another_size_takes_a_proof_of_consistency(kept):
    assert verify_lines(LOG.partial_export(2, 3, 7, since=kept), LOG.signed_note(kept)).valid
    without = verify_lines(LOG.partial_export(2, 3, 7), LOG.signed_note(kept))
    assert without.valid == (kept in {0, 9})
    assert without.valid or "Export it with --since" in without.why


@pytest.mark.parametrize("since", range(1, 9))
@pytest.mark.parametrize("kept", range(10))
def test_a_proof_of_consistency_for_another_checkpoint_is_refused_where_one_is_needed(since, kept):
    """Of the same size or size 0 the roots say enough, and the proof is not looked at."""
    assert verify_lines(LOG.partial_export(2, 3, since=since), LOG.signed_note(kept)).valid == (kept in {0, 9, since})


def test_a_proof_that_is_not_looked_at_is_still_a_list_of_hashes():
    *events, _ = LOG.partial_export(2)
    last = serialize_line({"checkpoint": LOG.signed_note(), "consistency": ["x"]})
    assert not verify_lines([*events, last], LOG.signed_note()).valid


def test_no_proof_begins_with_a_past_that_was_another_one():
    other = InMemoryLog.from_events(create_event(at, state=b"{}") for at in range(1, 5))
    assert "rewritten" in verify_lines(LOG.partial_export(6, since=4), other.signed_note()).why
    assert "the kept checkpoint of the same size" in verify_lines(LOG.partial_export(6), forge_log(9).signed_note()).why


@pytest.mark.parametrize("changed", [2, 3, 7])
def test_an_event_that_was_changed_is_named_though_the_checkpoint_comes_last(changed):
    lines = LOG.partial_export(2, 3, 7)
    place = [2, 3, 7].index(changed)
    lines[place] = lines[place].replace("Größe".encode(), "Kürze".encode())
    verdict = verify_lines(lines, LOG.signed_note())
    assert (verdict.valid, verdict.position) == (False, changed)


def test_of_two_changed_events_the_first_is_named():
    lines = [line.replace("Größe".encode(), "Kürze".encode()) for line in LOG.partial_export(2, 3, 7)]
    assert verify_lines(lines, LOG.signed_note()).position == 2
    assert verify_lines([*LOG.partial_export(1, 3)[:1], *lines[1:]], LOG.signed_note()).position == 3


def test_a_forged_tree_signed_by_another_key_is_refused():
    assert (
        "cannot be trusted"
        in verify_lines(forge_log(3).partial_export(2, 3, note=forge_log(3).signed_note(9, THEIR_KEY)), LOG.signed_note()).why
    )
    assert not verify_lines(forge_log(3).partial_export(2, 3, note=LOG.signed_note()), LOG.signed_note()).valid


def test_events_out_of_order_twice_or_with_the_proof_of_another_are_refused():
    two, three, seven, last = LOG.partial_export(2, 3, 7)
    assert verify_lines([two, seven, three, last], LOG.signed_note()).position == 3
    assert verify_lines([two, two, last], LOG.signed_note()).position == 2
    proof = [line[line.index(b'"proof"') : line.index(b'"recorded_at"')] for line in (two, seven)]
    assert verify_lines([two.replace(*proof), seven, last], LOG.signed_note()).position == 2


@pytest.mark.parametrize(
    "lines", [LOG.partial_export(), LOG.partial_export(2)[:-1], LOG.partial_export(2) + LOG.partial_export(3)]
)
def test_a_selection_of_nothing_without_its_end_or_with_two_is_refused(lines):
    assert not verify_lines(lines, LOG.signed_note()).valid


def test_the_size_of_the_tree_is_the_checkpoints_in_every_line():
    lines = LOG.partial_export(2, 3)
    assert verify_lines([lines[0].replace(b'"size":9', b'"size":10'), *lines[1:]], LOG.signed_note()).position == 3
    assert verify_lines([line.replace(b'"size":9', b'"size":10') for line in lines], LOG.signed_note()).position == 2
    assert verify_lines([lines[0].replace(b'"size":9', b'"size":1'), *lines[1:]], LOG.signed_note()).position == 2


def forge_log(changed: int) -> InMemoryLog:
    return InMemoryLog.from_events(create_event(at, **({"state": b"{}"} if at == changed else {})) for at in range(1, 10))
