"""Some events, each proved: what is there is true."""

from itertools import combinations

import pytest

from tests.okr_events.audit.in_memory_log import THEIRS, PlainLog, a_log, event, judged

LOG = a_log(9)


@pytest.mark.parametrize("count", [1, 2, 5])
def test_every_selection_is_valid_against_the_checkpoint_of_its_own_size(count):
    for positions in combinations(range(1, 10), count):
        verdict = judged(LOG.selection(*positions), LOG.note())
        assert (verdict.valid, verdict.size, verdict.shown) == (True, 9, "selection")
    assert "not that nothing is left out" in verdict.why


@pytest.mark.parametrize("kept", range(10))
def test_a_kept_checkpoint_of_another_size_takes_a_proof_of_consistency(kept):
    assert judged(LOG.selection(2, 3, 7, since=kept), LOG.note(kept)).valid
    without = judged(LOG.selection(2, 3, 7), LOG.note(kept))
    assert without.valid == (kept in {0, 9})
    assert without.valid or "export it with --since" in without.why


@pytest.mark.parametrize("since", range(1, 9))
@pytest.mark.parametrize("kept", range(1, 10))
def test_a_proof_of_consistency_for_another_checkpoint_is_refused(since, kept):
    assert judged(LOG.selection(2, 3, since=since), LOG.note(kept)).valid == (since == kept)


def test_no_proof_begins_with_a_past_that_was_another_one():
    other = PlainLog.of(event(at, state=b"{}") for at in range(1, 5))
    assert "written anew" in judged(LOG.selection(6, since=4), other.note()).why
    assert "another past of the same size" in judged(LOG.selection(6), forgery(9).note()).why


@pytest.mark.parametrize("changed", [2, 3, 7])
def test_an_event_that_was_changed_is_named_though_the_checkpoint_comes_last(changed):
    lines = LOG.selection(2, 3, 7)
    place = [2, 3, 7].index(changed)
    lines[place] = lines[place].replace("Größe".encode(), "Kürze".encode())
    verdict = judged(lines, LOG.note())
    assert (verdict.valid, verdict.position) == (False, changed)


def test_of_two_changed_events_the_first_is_named():
    lines = [line.replace("Größe".encode(), "Kürze".encode()) for line in LOG.selection(2, 3, 7)]
    assert judged(lines, LOG.note()).position == 2
    assert judged([*LOG.selection(1, 3)[:1], *lines[1:]], LOG.note()).position == 3


def test_a_forged_tree_signed_by_another_key_is_refused():
    assert "cannot be trusted" in judged(forgery(3).selection(2, 3, note=forgery(3).note(9, THEIRS)), LOG.note()).why
    assert not judged(forgery(3).selection(2, 3, note=LOG.note()), LOG.note()).valid


def test_events_out_of_order_twice_or_with_the_proof_of_another_are_refused():
    two, three, seven, last = LOG.selection(2, 3, 7)
    assert judged([two, seven, three, last], LOG.note()).position == 3
    assert judged([two, two, last], LOG.note()).position == 2
    proof = [line[line.index(b'"proof"') : line.index(b'"recorded_at"')] for line in (two, seven)]
    assert judged([two.replace(*proof), seven, last], LOG.note()).position == 2


@pytest.mark.parametrize("lines", [LOG.selection(), LOG.selection(2)[:-1], LOG.selection(2) + LOG.selection(3)])
def test_a_selection_of_nothing_without_its_end_or_with_two_is_refused(lines):
    assert not judged(lines, LOG.note()).valid


def test_the_size_of_the_tree_is_the_checkpoints_in_every_line():
    lines = LOG.selection(2, 3)
    assert judged([lines[0].replace(b'"size":9', b'"size":10'), *lines[1:]], LOG.note()).position == 3
    assert judged([line.replace(b'"size":9', b'"size":10') for line in lines], LOG.note()).position == 2
    assert judged([lines[0].replace(b'"size":9', b'"size":1'), *lines[1:]], LOG.note()).position == 2


def forgery(changed: int) -> PlainLog:
    return PlainLog.of(event(at, **({"state": b"{}"} if at == changed else {})) for at in range(1, 10))
